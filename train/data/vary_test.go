package data

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// brainy is an image of normal numbers with background around it.
func brainy(size [3]int) []float32 {
	rng := rand.New(rand.NewPCG(7, 7))
	out := make([]float32, size[0]*size[1]*size[2])
	for at := range out {
		if w := at % size[2]; w > 2 && w < size[2]-1 {
			out[at] = float32(rng.NormFloat64())
		}
	}
	return out
}

var varied = [3]int{16, 18, 20}

func TestCurveAgainstPower(t *testing.T) {
	for _, gamma := range []float64{0.7, 1, 1.4} {
		before := brainy(varied)
		after := slices.Clone(before)
		curve(after, gamma)
		low, high := float64(slices.Min(before)), float64(slices.Max(before))
		for at, x := range before {
			want := low + (high-low)*math.Pow((float64(x)-low)/(high-low), gamma)
			if x == 0 {
				want = 0
			}
			if math.Abs(float64(after[at])-want) > 5e-3 {
				t.Fatalf("gamma %g: %g became %g, want %g", gamma, x, after[at], want)
			}
		}
	}
	for _, constant := range [][]float32{{0, 0}, {0, 2, 2}} {
		after := slices.Clone(constant)
		if curve(after, 2); !slices.Equal(after, constant) {
			t.Errorf("an image without range became %v", after)
		}
	}
}

func TestTiltAgainstFormula(t *testing.T) {
	var field [27]float64
	for i := range field {
		field[i] = math.Sin(float64(i * i))
	}
	before := brainy(varied)
	after := slices.Clone(before)
	tilt(after, varied, &field)
	for at, x := range before {
		v := [3]int{at / (varied[1] * varied[2]), at / varied[2] % varied[1], at % varied[2]}
		f := 0.0
		for n := range field { // hat functions around the 27 nodes
			w := 1.0
			for a, k := range [3]int{n / 9, n / 3 % 3, n % 3} {
				w *= max(0, 1-math.Abs(2*float64(v[a])/float64(varied[a]-1)-float64(k)))
			}
			f += w * field[n]
		}
		if want := float64(x) * (1 + f); math.Abs(float64(after[at])-want) > 1e-5 {
			t.Fatalf("voxel %v: %g became %g, want %g", v, x, after[at], want)
		}
	}
}

// slowZoom is a linear resize of all three axes at once, voxel centres at halves, the border's value outside.
func slowZoom(in []float64, from, to [3]int) []float64 {
	out := make([]float64, to[0]*to[1]*to[2])
	for at := range out {
		v := [3]int{at / (to[1] * to[2]), at / to[2] % to[1], at % to[2]}
		for n := range 8 {
			w, place := 1.0, 0
			for a := range 3 {
				x := min(max((float64(v[a])+0.5)*float64(from[a])/float64(to[a])-0.5, 0), float64(from[a]-1))
				i := int(x)
				f := x - float64(i)
				if n>>a&1 == 1 {
					i = min(i+1, from[a]-1)
				} else {
					f = 1 - f
				}
				w *= f
				place = place*from[a] + i
			}
			out[at] += w * in[place]
		}
	}
	return out
}

func TestBlurAgainstTwoResizes(t *testing.T) {
	for _, coarse := range [][3]float64{{0.5, 0.5, 0.5}, {1, 0.3, 1}, {0.9, 0.61, 0.77}, {1, 1, 1}, {0.01, 1, 1}} {
		before := brainy(varied)
		after := slices.Clone(before)
		blur(after, varied, coarse, make([]float32, 2*len(after)))
		var small [3]int
		wide := make([]float64, len(before))
		for a := range small {
			small[a] = max(1, int(math.Round(coarse[a]*float64(varied[a]))))
		}
		for at, x := range before {
			wide[at] = float64(x)
		}
		want := slowZoom(slowZoom(wide, varied, small), small, varied)
		for at, x := range before {
			if x == 0 {
				want[at] = 0
			}
			if math.Abs(float64(after[at])-want[at]) > 1e-5 {
				t.Fatalf("%v: voxel %d is %g, want %g", coarse, at, after[at], want[at])
			}
		}
	}
}

// TestVaryOneKindAtATime: each kind changes the brain and never the background, and with probability 0 nothing changes at all.
func TestVaryOneKindAtATime(t *testing.T) {
	scratch := make([]float32, 2*varied[0]*varied[1]*varied[2])
	for name, a := range map[string]Augment{
		"none":       {Strength: 1},
		"no reach":   {Contrast: 1, Bias: 1, Resolution: 1, Gain: 1, Noise: 1},
		"contrast":   {Contrast: 1, Strength: 1},
		"bias":       {Bias: 1, Strength: 1},
		"resolution": {Resolution: 1, Strength: 1},
		"gain":       {Gain: 1, Strength: 1},
		"noise":      {Noise: 1, Strength: 1},
	} {
		before := brainy(varied)
		after := slices.Clone(before)
		a.vary(rand.New(rand.NewPCG(1, 2)), after, varied, scratch)
		worst := 0.0
		for at, x := range before {
			if x == 0 && after[at] != 0 {
				t.Fatalf("%s: the background became %g", name, after[at])
			}
			worst = max(worst, math.Abs(float64(after[at]-x)))
		}
		idle := name == "none" || name == "no reach"
		if idle && worst > 5e-3 || !idle && worst < 0.02 || worst > 6 {
			t.Errorf("%s changes voxels by up to %g", name, worst)
		}
	}
}

// TestStrengthSetsTheReach: at half the strength, half the change.
func TestStrengthSetsTheReach(t *testing.T) {
	change := func(strength float64) (sum float64) {
		for seed := range uint64(30) {
			before := brainy(varied)
			after := slices.Clone(before)
			a := Augment{Gain: 1, Noise: 1, Bias: 1, Strength: strength}
			a.vary(rand.New(rand.NewPCG(seed, 2)), after, varied, nil)
			for at := range before {
				sum += math.Abs(float64(after[at] - before[at]))
			}
		}
		return sum
	}
	if ratio := change(0.5) / change(1); ratio < 0.4 || ratio > 0.6 {
		t.Errorf("half the strength makes %.2f of the change", ratio)
	}
}

func TestSpreadAgainstSlowTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for r := range 6 {
		size := [3]int{9, 12, 16}
		mask := make([]uint8, size[0]*size[1]*size[2])
		for range 6 {
			mask[rng.IntN(len(mask))] = 1
		}
		want := make([]uint8, len(mask))
		for at := range want {
			for from, m := range mask {
				near := m == 1
				for _, d := range [3]int{from/192 - at/192, from/16%12 - at/16%12, from%16 - at%16} {
					near = near && d >= -r && d <= r
				}
				if near {
					want[at] = 1
				}
			}
		}
		if spread(mask, size, r, make([]uint8, len(mask))); !slices.Equal(mask, want) {
			t.Errorf("radius %d differs", r)
		}
	}
}
