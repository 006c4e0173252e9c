package score_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"quorum/segment/score"
	"quorum/viewer/label"
	"quorum/viewer/volume"
)

// grid is a lattice with the given spacing in mm.
func grid(dim [3]int, spacing [3]float64) volume.Grid {
	return volume.Grid{Dim: dim, Affine: volume.Affine{{-spacing[0], 0, 0, 0}, {0, -spacing[1], 0, 0}, {0, 0, spacing[2], 0}}}
}

// blobs is a mask of random balls of ET on the lattice, some of them over its border.
func blobs(random *rand.Rand, g volume.Grid, n int) *label.Map {
	m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
	for range n {
		var c [3]float64
		for a := range c {
			c[a] = random.Float64() * float64(g.Dim[a])
		}
		r := 0.5 + 3*random.Float64()
		for p := range m.Voxel {
			i, j, k := g.Coordinate(p)
			x, y, z := float64(i)-c[0], float64(j)-c[1], float64(k)-c[2]
			if x*x+y*y+z*z < r*r {
				m.Voxel[p] = label.ET
			}
		}
	}
	return m
}

// slowHD95 is the definition: all pairs of surface voxels.
func slowHD95(a, b *label.Map) float64 {
	sa, sb := slowSurface(a), slowSurface(b)
	directed := func(from, to [][3]float64) float64 {
		var all []float64
		for _, p := range from {
			best := math.Inf(1)
			for _, q := range to {
				best = min(best, math.Sqrt((p[0]-q[0])*(p[0]-q[0])+(p[1]-q[1])*(p[1]-q[1])+(p[2]-q[2])*(p[2]-q[2])))
			}
			all = append(all, best)
		}
		slices.Sort(all)
		place := 0.95 * float64(len(all)-1)
		low := int(math.Floor(place))
		if low+1 == len(all) {
			return all[low]
		}
		return all[low]*(1-place+float64(low)) + all[low+1]*(place-float64(low))
	}
	return max(directed(sa, sb), directed(sb, sa))
}

func slowSurface(m *label.Map) (mm [][3]float64) {
	g := m.Grid
	in := func(i, j, k int) bool { return g.Contains(i, j, k) && m.Voxel[g.Index(i, j, k)].In(label.RegionET) }
	for p := range m.Voxel {
		i, j, k := g.Coordinate(p)
		inner := in(i-1, j, k) && in(i+1, j, k) && in(i, j-1, k) && in(i, j+1, k) && in(i, j, k-1) && in(i, j, k+1)
		if in(i, j, k) && !inner {
			mm = append(mm, g.World([3]float64{float64(i), float64(j), float64(k)}))
		}
	}
	return mm
}

func hd95(a, b *label.Map) (float64, bool) {
	return score.HD95(score.NewMask(a, label.RegionET), score.NewMask(b, label.RegionET))
}

func TestHD95EqualsBruteForce(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := range 60 {
		dim := [3]int{1 + random.IntN(14), 1 + random.IntN(14), 1 + random.IntN(14)}
		g := grid(dim, [3]float64{0.5 + random.Float64(), 0.5 + random.Float64(), 0.5 + 4*random.Float64()})
		a, b := blobs(random, g, 1+n%3), blobs(random, g, 1+n%2)
		if !slices.Contains(a.Voxel, label.ET) || !slices.Contains(b.Voxel, label.ET) {
			continue
		}
		got, ok := hd95(a, b)
		if want := slowHD95(a, b); !ok || math.Abs(got-want) > 1e-9 {
			t.Fatalf("case %d, %v: %.12f mm, %v; brute force says %.12f", n, dim, got, ok, want)
		}
		if back, _ := hd95(b, a); back != got {
			t.Fatalf("case %d: %g one way, %g the other", n, got, back)
		}
	}
}

func TestHD95ByHand(t *testing.T) {
	g := grid([3]int{9, 5, 4}, [3]float64{1, 1, 5})
	point := func(list ...[3]int) *label.Map {
		m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
		for _, p := range list {
			m.Voxel[g.Index(p[0], p[1], p[2])] = label.ET
		}
		return m
	}
	full := &label.Map{Grid: g, Voxel: slices.Repeat([]label.Label{label.ET}, g.Voxels())}
	for _, c := range []struct {
		name string
		a, b *label.Map
		mm   float64
		ok   bool
	}{
		{"both empty", point(), point(), 0, true},
		{"one empty", point([3]int{1, 1, 1}), point(), 0, false},
		{"the other empty", point(), point([3]int{1, 1, 1}), 0, false},
		{"equal", full, full, 0, true},
		{"3-4-5 in the plane", point([3]int{1, 0, 1}), point([3]int{4, 4, 1}), 5, true},
		{"thick slices", point([3]int{2, 2, 0}), point([3]int{2, 2, 3}), 15, true},
		// Distances from a: 0 and 8 mm; 95 % of the way by linear interpolation.
		{"linear percentile", point([3]int{0, 0, 0}, [3]int{8, 0, 0}), point([3]int{0, 0, 0}), 7.6, true},
	} {
		if mm, ok := hd95(c.a, c.b); ok != c.ok || ok && math.Abs(mm-c.mm) > 1e-12 {
			t.Errorf("%s: %g mm, %v; want %g, %v", c.name, mm, ok, c.mm, c.ok)
		}
	}
	// The image's border counts as surface: the corner of a full image lies on it.
	if mm, _ := hd95(full, point([3]int{4, 2, 2})); mm < 10 {
		t.Errorf("the surface of a full image is its border, but HD95 is only %g mm", mm)
	}
	parts := score.HD95s(score.Masks(full), score.Masks(point()))
	for r, mm := range parts {
		if !math.IsNaN(mm) {
			t.Errorf("%s: one empty is not available, got %g", label.Region(r), mm)
		}
	}
}

func TestDice(t *testing.T) {
	g := grid([3]int{6, 1, 1}, [3]float64{1, 1, 1})
	m := func(l ...label.Label) *label.Map { return &label.Map{Grid: g, Voxel: l} }
	const o, n, d, e, c = label.Background, label.NCR, label.ED, label.ET, label.Cavity
	for _, x := range []struct {
		name string
		a, b *label.Map
		want score.Values // ET, WT, TC
	}{
		{"both empty", m(o, o, o, o, o, o), m(o, o, o, o, o, o), score.Values{1, 1, 1}},
		{"one empty", m(e, o, o, o, o, o), m(o, o, o, o, o, o), score.Values{0, 0, 0}},
		{"nested", m(e, n, d, o, o, o), m(n, n, d, d, o, o), score.Values{0, 6.0 / 7, 1}},
		{"a cavity is no tumour", m(c, c, d, o, o, o), m(d, o, d, o, o, o), score.Values{1, 2.0 / 3, 1}},
		{"half", m(e, e, o, o, o, o), m(o, e, e, o, o, o), score.Values{0.5, 0.5, 0.5}},
	} {
		got, err := score.Dice(x.a, x.b)
		if err != nil || got != x.want {
			t.Errorf("%s: %v, %v; want %v", x.name, got, err, x.want)
		}
	}
	if _, err := score.Dice(m(o, o, o, o, o, o), &label.Map{Grid: grid([3]int{5, 1, 1}, [3]float64{1, 1, 1}), Voxel: make([]label.Label, 5)}); err == nil {
		t.Error("masks of two lattices must be refused")
	}
}

func TestMaskCountsVoxels(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	g := grid([3]int{11, 7, 5}, [3]float64{1, 1, 1})
	m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
	for p := range m.Voxel {
		m.Voxel[p] = label.Label(random.IntN(label.Count))
	}
	for _, r := range label.Regions {
		want := 0
		for _, in := range m.Region(r) {
			if in {
				want++
			}
		}
		if n := score.NewMask(m, r).Voxels(); n != want {
			t.Errorf("%s: the mask has %d voxels, want %d", r, n, want)
		}
	}
}

func TestValuesAsJSON(t *testing.T) {
	data, err := json.Marshal(score.Values{0.25, math.NaN(), 1.0 / 3})
	if err != nil || string(data) != `{"ET":0.25,"WT":null,"TC":0.333333}` {
		t.Fatalf("%s, %v", data, err)
	}
	var back score.Values
	if err := json.Unmarshal([]byte(`{"ET":0.25,"WT":null}`), &back); err != nil || back[0] != 0.25 || !math.IsNaN(back[1]) || !math.IsNaN(back[2]) {
		t.Errorf("%v, %v", back, err)
	}
}

func BenchmarkHD95(b *testing.B) {
	g := grid([3]int{240, 240, 155}, [3]float64{1, 1, 1})
	ball := func(c [3]int, r int) *label.Map {
		m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
		for p := range m.Voxel {
			i, j, k := g.Coordinate(p)
			if (i-c[0])*(i-c[0])+(j-c[1])*(j-c[1])+(k-c[2])*(k-c[2]) < r*r {
				m.Voxel[p] = label.ET
			}
		}
		return m
	}
	x, y := ball([3]int{100, 120, 80}, 30), ball([3]int{105, 118, 80}, 33)
	y.Voxel[g.Index(190, 40, 20)] = label.ET // a false island far away makes the box large
	a, c := score.NewMask(x, label.RegionWT), score.NewMask(y, label.RegionWT)
	for b.Loop() {
		score.HD95(a, c)
	}
}
