package lesion

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// grids are the small head's, an oblique one with its axial slices along i, and one of other spacings with them along j.
func grids() map[string]volume.Grid {
	sin, cos := math.Sincos(0.3)
	return map[string]volume.Grid{
		"LPS":     volumetest.SmallGrid(),
		"oblique": {Dim: [3]int{40, 48, 56}, Affine: volume.Affine{{0, cos, -sin, -33.5}, {0, sin, cos, -6}, {1, 0, 0, 0}}},
		"thick":   {Dim: [3]int{48, 50, 56}, Affine: volume.Affine{{-1.25, 0, 0, 6}, {0, 0, -1, 55}, {0, 0.8, 0, 2}}}, // coronal slices, 1 mm³ a voxel
	}
}

func blank(g volume.Grid) *label.Map {
	return &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
}

// ball paints a ball, radius and centre in voxels.
func ball(m *label.Map, centre [3]int, radius int, l label.Label) {
	for at := range m.Voxel {
		i, j, k := m.Grid.Coordinate(at)
		x, y, z := i-centre[0], j-centre[1], k-centre[2]
		if x*x+y*y+z*z <= radius*radius {
			m.Voxel[at] = l
		}
	}
}

func TestFind(t *testing.T) {
	for name, g := range grids() {
		m := blank(g)
		ball(m, [3]int{12, 14, 10}, 7, label.ED)
		ball(m, [3]int{14, 14, 10}, 3, label.NCR)
		ball(m, [3]int{14, 14, 10}, 1, label.ET)
		ball(m, [3]int{28, 40, 30}, 4, label.ED) // 257 voxels of 1 mm³, no core
		ball(m, [3]int{5, 40, 30}, 2, label.ET)  // 33 voxels: too small
		ball(m, [3]int{30, 10, 10}, 5, label.Cavity)
		list := Find(m.Cutout())
		if len(list) != 2 {
			t.Fatalf("%s: %d lesions", name, len(list))
		}
		large, small := list[0], list[1]
		if large.Min != [3]int{5, 7, 3} || large.Max != [3]int{19, 21, 17} || large.ML[label.RegionET] != 7*g.VoxelVolumeML() {
			t.Errorf("%s: the large one: %+v", name, large)
		}
		if !m.Voxel[g.Index(large.At[0], large.At[1], large.At[2])].In(label.RegionTC) || !inMiddle(g, large.At, [3]int{14, 14, 10}) {
			t.Errorf("%s: look at %v", name, large.At)
		}
		if small.At != [3]int{28, 40, 30} || math.Abs(small.ML[label.RegionWT]-0.257) > 1e-9 || small.ML[label.RegionTC] != 0 {
			t.Errorf("%s: the small one: %+v", name, small)
		}
		sum := m.RegionML()[label.RegionWT] - 0.033
		if math.Abs(large.ML[label.RegionWT]+small.ML[label.RegionWT]-sum) > 1e-9 {
			t.Errorf("%s: %g and %g mL of %g", name, large.ML[label.RegionWT], small.ML[label.RegionWT], sum)
		}
		for a, x := range [3]float64{28, 40, 30} {
			if math.Abs(small.Centre[a]-x) > 1e-9 {
				t.Errorf("%s: centre %v", name, small.Centre)
			}
		}
	}
	if list := Find(blank(volumetest.SmallGrid()).Cutout()); list != nil {
		t.Errorf("lesions in nothing: %v", list)
	}
}

// inMiddle says whether a voxel is in the axial slice through centre and near it.
func inMiddle(g volume.Grid, at, centre [3]int) bool {
	view := render.NewView(g, render.Axial, render.Radiological)
	p, depth := view.Pixel(at)
	q, want := view.Pixel(centre)
	return depth == want && max(p.X-q.X, q.X-p.X, p.Y-q.Y, q.Y-p.Y) <= 1
}

// TestPlaceToLookAt proves At by its definition, on lesions of any shape.
func TestPlaceToLookAt(t *testing.T) {
	for name, g := range grids() {
		r := rand.New(rand.NewPCG(3, 4))
		view := render.NewView(g, render.Axial, render.Radiological)
		for range 20 {
			m := blank(g)
			for range 12 { // bars along every axis, all from one voxel, so that they hold together
				var lo, hi [3]int
				for a := range 3 {
					lo[a], hi[a] = 20, 20+r.IntN(4)
				}
				a := r.IntN(3)
				lo[a], hi[a] = 20-r.IntN(15), 20+r.IntN(15)
				part := label.Label(1 + r.IntN(3))
				for at := range m.Voxel {
					if i, j, k := g.Coordinate(at); i >= lo[0] && i <= hi[0] && j >= lo[1] && j <= hi[1] && k >= lo[2] && k <= hi[2] {
						m.Voxel[at] = part
					}
				}
			}
			list := Find(m.Cutout())
			if len(list) != 1 {
				t.Fatalf("%s: %d lesions", name, len(list))
			}
			shown := label.RegionWT
			if m.RegionML()[label.RegionTC] > 0 {
				shown = label.RegionTC
			}
			count := make([]int, view.Depth())
			for at, l := range m.Voxel {
				if l.In(shown) {
					_, depth := view.Pixel(coordinate(g, at))
					count[depth]++
				}
			}
			at := list[0].At
			_, depth := view.Pixel(at)
			if count[depth] != slices.Max(count) || !m.Voxel[g.Index(at[0], at[1], at[2])].In(shown) {
				t.Fatalf("%s: %v has %d voxels in its slice, the most is %d", name, at, count[depth], slices.Max(count))
			}
		}
	}
}

func coordinate(g volume.Grid, at int) [3]int {
	i, j, k := g.Coordinate(at)
	return [3]int{i, j, k}
}

func TestProfile(t *testing.T) {
	for name, g := range grids() {
		_, truth := volumetest.Small().On(g)
		for _, plane := range render.Planes {
			for _, convention := range []render.Convention{render.Radiological, render.Neurological} {
				view := render.NewView(g, plane, convention)
				for _, r := range label.Regions {
					want := make([]float64, view.Depth())
					for at, l := range truth.Voxel {
						if l.In(r) {
							_, depth := view.Pixel(coordinate(g, at))
							want[depth] += view.Spacing()[0] * view.Spacing()[1]
						}
					}
					got := Profile(truth.Cutout(), view, r)
					if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-6 }) || slices.Max(got) == 0 {
						t.Errorf("%s, %v: %v, want %v", name, plane, got, want)
					}
				}
			}
		}
	}
}

func TestDisputes(t *testing.T) {
	g := volumetest.SmallGrid()
	subsets := sequence.Full.Subsets()[:8]
	s := compare.Set{Present: sequence.Full, Base: sequence.Full}
	r := rand.New(rand.NewPCG(1, 2))
	for n, u := range subsets {
		m := blank(g)
		ball(m, [3]int{15, 20, 15}, 8, label.ED)
		if n < 4 {
			ball(m, [3]int{15, 20, 15}, 4, label.ET) // half of them see a core
		}
		if n < 2 {
			ball(m, [3]int{35, 40, 30}, 3, label.ET) // a quarter see a second lesion, 0.123 mL
		}
		if n == 0 {
			ball(m, [3]int{35, 20, 10}, 7, label.ET) // one sees a third: a lonely voice is no dispute
		}
		m.Voxel[r.IntN(len(m.Voxel))] = label.ET
		s = s.With(u, m.Cutout())
	}
	a, err := s.Agreement(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list := Disputes(a, label.RegionET)
	if len(list) != 2 || list[0].At != [3]int{15, 20, 15} || math.Abs(list[0].ML-0.257) > 1e-9 || list[1].At != [3]int{35, 40, 30} {
		t.Fatalf("%+v", list)
	}
	if list[1].Min != [3]int{32, 37, 27} || list[1].Max != [3]int{38, 43, 33} || math.Abs(list[1].Centre[0]-35) > 1e-9 {
		t.Errorf("%+v", list[1])
	}
	if list := Disputes(a, label.RegionWT); len(list) != 1 || list[0].At != [3]int{35, 40, 30} {
		t.Errorf("whole tumour: %+v", list)
	}
	one, err := compare.Set{Present: sequence.Full}.With(sequence.Full, s.Result(subsets[0])).Agreement(t.Context())
	if err != nil || Disputes(one, label.RegionWT) != nil {
		t.Error("one result disagrees with itself")
	}
	if Disputes(&compare.Agreement{}, label.RegionWT) != nil {
		t.Error("no results disagree")
	}
}

// A dispute that hangs together by a thin shell is parted into the places where it is thick; what is thin everywhere is one place.
func TestDisputesAreParted(t *testing.T) {
	g := volumetest.SmallGrid()
	voxels := int(math.Ceil(2 * thick / g.Spacing()[0])) // more than a place must be thick
	m := blank(g)
	ball(m, [3]int{12, 20, 15}, voxels, label.ED)
	ball(m, [3]int{14 + 2*voxels, 20, 15}, voxels+1, label.ED)
	for i := range g.Dim[0] - 4 {
		for j := range g.Dim[1] - 4 {
			m.Voxel[g.Index(i+2, j+2, 15)] = label.ED // one voxel thick, through both
		}
	}
	sheet := blank(g)
	for i := range 20 {
		for j := range 20 {
			sheet.Voxel[g.Index(i+4, j+4, 30)] = label.ED
		}
	}
	both := blank(g)
	for at := range both.Voxel {
		both.Voxel[at] = max(m.Voxel[at], sheet.Voxel[at])
	}
	set := compare.Set{Present: sequence.Full}.With(sequence.Full, both.Cutout()).With(sequence.Of(sequence.T1), blank(g).Cutout())
	a, err := set.Agreement(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	list := Disputes(a, label.RegionWT)
	if len(list) != 3 || list[0].At[2] != 15 || list[1].At[2] != 15 || list[2].At[2] != 30 {
		t.Fatalf("%+v", list)
	}
	sum := 0.0
	for _, d := range list {
		sum += d.ML
	}
	if want := both.Cutout().RegionML()[label.RegionWT]; math.Abs(sum-want) > 1e-9 {
		t.Errorf("the places have %g mL together, the dispute %g", sum, want)
	}
}

func TestSteps(t *testing.T) {
	for _, c := range []struct{ at, n, next, previous int }{
		{-1, 3, 0, 2}, {0, 3, 1, 2}, {1, 3, 2, 0}, {2, 3, 0, 1}, {-1, 0, -1, -1}, {5, 0, -1, -1}, {0, 1, 0, 0}, {7, 3, 0, 2}, {3, 3, 0, 2}, {-5, 2, 0, 1},
	} {
		if next, previous := Next(c.at, c.n), Previous(c.at, c.n); next != c.next || previous != c.previous {
			t.Errorf("at %d of %d: next %d, previous %d; want %d, %d", c.at, c.n, next, previous, c.next, c.previous)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	_, truth := volumetest.Default().On(volumetest.BraTSGrid())
	c := truth.Cutout()
	for b.Loop() {
		Find(c)
	}
}

func BenchmarkProfile(b *testing.B) {
	_, truth := volumetest.Default().On(volumetest.BraTSGrid())
	c, v := truth.Cutout(), render.NewView(volumetest.BraTSGrid(), render.Axial, render.Radiological)
	for b.Loop() {
		Profile(c, v, label.RegionWT)
	}
}
