package label_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/volume"
)

// scattered is a map with labels in a random box of a random lattice; one in eight is empty.
func scattered(random *rand.Rand, dim [3]int) *label.Map {
	m := &label.Map{
		Grid:  volume.Grid{Dim: dim, Affine: volume.Affine{{-1, 0.2, 0, 0}, {0, -2, 0, 0}, {0, 0, 3, 0}}},
		Voxel: make([]label.Label, dim[0]*dim[1]*dim[2]),
	}
	var lo, hi [3]int
	for a := range 3 {
		lo[a] = random.IntN(dim[a])
		hi[a] = lo[a] + 1 + random.IntN(dim[a]-lo[a])
	}
	if random.IntN(8) == 0 {
		return m
	}
	for p := range m.Voxel {
		i, j, k := m.Grid.Coordinate(p)
		if i >= lo[0] && i < hi[0] && j >= lo[1] && j < hi[1] && k >= lo[2] && k < hi[2] && random.IntN(3) > 0 {
			m.Voxel[p] = label.Label(random.IntN(label.Count))
		}
	}
	return m
}

func TestCutoutLosesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	empty := 0
	for range 200 {
		m := scattered(random, [3]int{1 + random.IntN(9), 1 + random.IntN(8), 1 + random.IntN(7)})
		c := m.Cutout()
		if back := c.Map(); back.Grid != m.Grid || !slices.Equal(back.Voxel, m.Voxel) {
			t.Fatalf("%v: the map changed on its way through a cutout of %v at %v", m.Grid.Dim, c.Dim, c.Min)
		}
		if c.Count() != m.Count() || c.RegionML() != m.RegionML() {
			t.Fatalf("counts %v and %v mL; the map has %v and %v", c.Count(), c.RegionML(), m.Count(), m.RegionML())
		}
		for p, l := range m.Voxel {
			if i, j, k := m.Grid.Coordinate(p); c.At(i, j, k) != l {
				t.Fatalf("voxel %d,%d,%d is %v, want %v", i, j, k, c.At(i, j, k), l)
			}
		}
		checkTight(t, m, c)
		if len(c.Voxel) == 0 {
			empty++
		}
	}
	if empty < 5 || empty > 100 {
		t.Errorf("%d of 200 maps were empty: the test does not test", empty)
	}
	if (&label.Cutout{}).At(-1, 0, 0) != label.Background {
		t.Error("there is something outside")
	}
}

// checkTight demands that every side of the box touches a label.
func checkTight(t *testing.T, m *label.Map, c *label.Cutout) {
	t.Helper()
	lo, hi := m.Grid.Dim, [3]int{}
	for p, l := range m.Voxel {
		if l == label.Background {
			continue
		}
		i, j, k := m.Grid.Coordinate(p)
		for a, x := range [3]int{i, j, k} {
			lo[a], hi[a] = min(lo[a], x), max(hi[a], x+1)
		}
	}
	if hi == [3]int{} {
		lo = [3]int{}
	}
	if c.Min != lo || c.Dim != [3]int{hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2]} {
		t.Fatalf("the box is %v at %v, want %v to %v", c.Dim, c.Min, lo, hi)
	}
}

func TestCutoutsCompareLikeMaps(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		dim := [3]int{1 + random.IntN(9), 1 + random.IntN(8), 1 + random.IntN(7)}
		a, b := scattered(random, dim), scattered(random, dim)
		want, err := label.Compare(a, b)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := a.Cutout().Compare(b.Cutout()); err != nil || got != want {
			t.Fatalf("%v: %v (%v), whole maps give %v", dim, got, err, want)
		}
	}
	a, b := scattered(random, [3]int{4, 4, 4}), scattered(random, [3]int{4, 4, 5})
	if _, err := a.Cutout().Compare(b.Cutout()); err == nil {
		t.Error("cutouts of two lattices must be refused")
	}
}

// TestCompareCountsRegions proves the table of pairs against one mask for each region.
func TestCompareCountsRegions(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	a, b := scattered(random, [3]int{11, 7, 5}), scattered(random, [3]int{11, 7, 5})
	for p := range a.Voxel {
		a.Voxel[p], b.Voxel[p] = label.Label(random.IntN(label.Count)), label.Label(random.IntN(label.Count))
	}
	got, err := label.Compare(a, b)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range label.Regions {
		var want label.Overlap
		inB := b.Region(r)
		for p, in := range a.Region(r) {
			if in {
				want.A++
			}
			if inB[p] {
				want.B++
			}
			if in && inB[p] {
				want.Both++
			}
		}
		if got[r] != want {
			t.Errorf("%s: %+v, want %+v", r, got[r], want)
		}
	}
}

func benchmarkMap(c [3]int, r int) *label.Map {
	g := volume.Grid{Dim: [3]int{240, 240, 155}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}}
	m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
	for p := range m.Voxel {
		i, j, k := g.Coordinate(p)
		if (i-c[0])*(i-c[0])+(j-c[1])*(j-c[1])+(k-c[2])*(k-c[2]) < r*r {
			m.Voxel[p] = label.ED
		}
	}
	return m
}

func BenchmarkCutout(b *testing.B) {
	m := benchmarkMap([3]int{100, 120, 80}, 35)
	for b.Loop() {
		m.Cutout()
	}
}

func BenchmarkCutoutMap(b *testing.B) {
	c := benchmarkMap([3]int{100, 120, 80}, 35).Cutout()
	for b.Loop() {
		c.Map()
	}
}

func BenchmarkCutoutCompare(b *testing.B) {
	x, y := benchmarkMap([3]int{100, 120, 80}, 35).Cutout(), benchmarkMap([3]int{103, 118, 80}, 36).Cutout()
	for b.Loop() {
		if _, err := x.Compare(y); err != nil {
			b.Fatal(err)
		}
	}
}
