package volume

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func noise(rnd *rand.Rand, g Grid) *Volume {
	v := &Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
	for n := range v.Voxel {
		v.Voxel[n] = float32(rnd.NormFloat64())
	}
	return v
}

// slowResample says what Resample means: the sum over all eight neighbours, positions at the border pulled in.
func slowResample(v *Volume, onto Grid) []float32 {
	out := make([]float32, onto.Voxels())
	for n := range out {
		i, j, k := onto.Coordinate(n)
		at := v.Grid.VoxelAt(onto.World([3]float64{float64(i), float64(j), float64(k)}))
		outside := false
		for c := range at {
			if at[c] <= -0.5 || at[c] >= float64(v.Grid.Dim[c])-0.5 {
				outside = true
			}
			at[c] = min(max(at[c], 0), float64(v.Grid.Dim[c]-1))
		}
		if outside {
			continue
		}
		sum := 0.0
		for corner := range 8 {
			weight := 1.0
			var p [3]int
			for c := range p {
				low := math.Floor(at[c])
				p[c] = int(low)
				if corner>>c&1 == 1 {
					p[c]++
					weight *= at[c] - low
				} else {
					weight *= 1 - at[c] + low
				}
			}
			if weight > 0 {
				sum += weight * float64(v.Voxel[v.Grid.Index(p[0], p[1], p[2])])
			}
		}
		out[n] = float32(sum)
	}
	return out
}

func TestResampleIdentity(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 12))
	v := noise(rnd, Grid{Dim: [3]int{13, 9, 7}, Affine: randomAffine(rnd)})
	v.Voxel[50] = float32(math.NaN()) // must not spread
	again := v.Grid
	again.Affine[0][3] += 1e-9 // the same place, but not the same bits: nothing is short-cut
	for name, out := range map[string][]float32{
		"trilinear": Resample(v, again).Voxel,
		"nearest":   ResampleNearest(v.Grid, v.Voxel, again),
	} {
		if !slices.EqualFunc(out, v.Voxel, func(a, b float32) bool { return a == b || a != a && b != b }) {
			t.Errorf("%s resampling onto the same grid changes voxels", name)
		}
	}
}

func TestResampleIsTurn(t *testing.T) {
	rnd := rand.New(rand.NewPCG(13, 14))
	for _, o := range everyOrientation() {
		v := noise(rnd, straight(LPS, [3]int{6, 5, 4}))
		turn := TurnTo(LPS, o)
		want := Apply(turn, v.Grid.Dim, v.Voxel)
		if got := Resample(v, turn.Grid(v.Grid)); !slices.Equal(got.Voxel, want) {
			t.Fatalf("trilinear onto the grid turned to %s is not the turn", o)
		}
		if got := ResampleNearest(v.Grid, v.Voxel, turn.Grid(v.Grid)); !slices.Equal(got, want) {
			t.Fatalf("nearest onto the grid turned to %s is not the turn", o)
		}
	}
}

func TestResampleEqualsSlow(t *testing.T) {
	rnd := rand.New(rand.NewPCG(15, 16))
	for range 20 {
		v := noise(rnd, Grid{Dim: [3]int{12, 10, 9}, Affine: randomAffine(rnd)})
		// A grid that is turned, scaled and shifted against the first, and reaches out of it.
		onto := Grid{Dim: [3]int{11, 13, 8}, Affine: v.Grid.Affine.Mul(Affine{{0.9, 0.2, 0, -1.3173}, {-0.2, 0.9, 0.1, 0.4137}, {0.05, -0.1, 1.2, -0.7219}})}
		got, want := Resample(v, onto), slowResample(v, onto)
		filled := 0
		for n := range want {
			if math.Abs(float64(got.Voxel[n]-want[n])) > 1e-4 {
				t.Fatalf("voxel %d is %v, slowly %v", n, got.Voxel[n], want[n])
			}
			if want[n] != 0 {
				filled++
			}
		}
		if filled < 200 || filled == len(want) {
			t.Fatalf("%d of %d voxels are filled: the test tests nothing", filled, len(want))
		}
		near := ResampleNearest(v.Grid, v.Voxel, onto)
		for n := range near {
			i, j, k := onto.Coordinate(n)
			at := v.Grid.VoxelAt(onto.World([3]float64{float64(i), float64(j), float64(k)}))
			a, b, c := int(math.Floor(at[0]+0.5)), int(math.Floor(at[1]+0.5)), int(math.Floor(at[2]+0.5))
			if v.Grid.Contains(a, b, c) && near[n] != v.Voxel[v.Grid.Index(a, b, c)] || !v.Grid.Contains(a, b, c) && near[n] != 0 {
				t.Fatalf("nearest at %v gives %v", at, near[n])
			}
		}
	}
}

// TestResampleLinear: trilinear interpolation keeps a linear ramp, in world space, on any pair of grids.
func TestResampleLinear(t *testing.T) {
	ramp := func(p [3]float64) float64 { return 3*p[0] - 2*p[1] + 0.5*p[2] + 7 }
	v := &Volume{Grid: straight(LPS, [3]int{20, 20, 20})}
	v.Voxel = make([]float32, v.Grid.Voxels())
	for n := range v.Voxel {
		i, j, k := v.Grid.Coordinate(n)
		v.Voxel[n] = float32(ramp(v.Grid.World([3]float64{float64(i), float64(j), float64(k)})))
	}
	onto, err := Isotropic(v.Grid, 0.7)
	if err != nil {
		t.Fatal(err)
	}
	out := Resample(v, onto)
	for n, got := range out.Voxel {
		i, j, k := onto.Coordinate(n)
		p := onto.World([3]float64{float64(i), float64(j), float64(k)})
		at := v.Grid.VoxelAt(p)
		if min(at[0], at[1], at[2]) < 0 || max(at[0], at[1], at[2]) > 19 {
			continue // pulled in at the border
		}
		if math.Abs(float64(got)-ramp(p)) > 1e-4 {
			t.Fatalf("at %v mm: %v, want %v", p, got, ramp(p))
		}
	}
}

func BenchmarkResample(b *testing.B) {
	rnd := rand.New(rand.NewPCG(17, 18))
	v := noise(rnd, straight(LPS, [3]int{240, 240, 155}))
	onto := v.Grid
	onto.Affine[0][3] += 0.3
	onto.Affine[1][3] += 0.2
	onto.Affine[2][3] += 0.1
	b.Run("trilinear", func(b *testing.B) {
		for b.Loop() {
			Resample(v, onto)
		}
	})
	b.Run("nearest", func(b *testing.B) {
		for b.Loop() {
			ResampleNearest(v.Grid, v.Voxel, onto)
		}
	})
}
