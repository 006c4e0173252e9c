package region

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/volume"
)

func TestPaintNestsAllEightCombinations(t *testing.T) {
	// et, wt, tc and what they give: nothing is removed, so ET without WT is still ET.
	table := []struct {
		et, wt, tc bool
		want       label.Label
	}{
		{false, false, false, label.Background},
		{false, true, false, label.ED},
		{false, false, true, label.NCR},
		{false, true, true, label.NCR},
		{true, false, false, label.ET},
		{true, true, false, label.ET},
		{true, false, true, label.ET},
		{true, true, true, label.ET},
	}
	value := map[bool]float32{true: 0.01, false: -0.01}
	var logit [label.RegionCount][]float32
	for _, c := range table {
		logit[label.RegionET] = append(logit[label.RegionET], value[c.et])
		logit[label.RegionWT] = append(logit[label.RegionWT], value[c.wt])
		logit[label.RegionTC] = append(logit[label.RegionTC], value[c.tc])
	}
	got, err := Paint(logit, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range table {
		if got[i] != c.want {
			t.Errorf("ET %v, WT %v, TC %v painted %v, want %v", c.et, c.wt, c.tc, got[i], c.want)
		}
	}
}

func TestPaintBorders(t *testing.T) {
	nan := float32(math.NaN())
	got, err := Paint([label.RegionCount][]float32{{0, 0.5, nan}, {0, 0.5, nan}, {0, 0.5000001, nan}}, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	if want := []label.Label{label.Background, label.NCR, label.Background}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: exactly the threshold and NaN are outside", got, want)
	}
	if _, err := Paint([label.RegionCount][]float32{{0}, {0, 0}, {0}}, 0); err == nil {
		t.Error("scores of different lengths were painted")
	}
}

// flood is the slow, obvious twin of Components: a depth-first search from every voxel in turn.
func flood(in []bool, dim [3]int) []int32 {
	number := make([]int32, len(in))
	next := int32(0)
	for start := range in {
		if !in[start] || number[start] != 0 {
			continue
		}
		next++
		stack := []int{start}
		number[start] = next
		for len(stack) > 0 {
			p := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			i, j, k := p%dim[0], p/dim[0]%dim[1], p/dim[0]/dim[1]
			for q := range in {
				x, y, z := q%dim[0], q/dim[0]%dim[1], q/dim[0]/dim[1]
				if in[q] && number[q] == 0 && max(abs(x-i), abs(y-j), abs(z-k)) == 1 {
					number[q] = next
					stack = append(stack, q)
				}
			}
		}
	}
	return number
}

func abs(a int) int { return max(a, -a) }

func TestComponentsEqualFloodFill(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 60 {
		dim := [3]int{1 + r.IntN(9), 1 + r.IntN(8), 1 + r.IntN(7)}
		in := make([]bool, dim[0]*dim[1]*dim[2])
		share := []float64{0.05, 0.12, 0.3, 0.9}[round%4]
		for p := range in {
			in[p] = r.Float64() < share
		}
		got, list, err := Components(in, dim)
		if err != nil {
			t.Fatal(err)
		}
		want := flood(in, dim)
		pair := map[int32]int32{}
		count := make([]int, len(list))
		for p := range in {
			if (got[p] == 0) != (want[p] == 0) {
				t.Fatalf("%v: voxel %d is %d, flood fill says %d", dim, p, got[p], want[p])
			}
			if got[p] == 0 {
				continue
			}
			if w, seen := pair[got[p]]; seen && w != want[p] {
				t.Fatalf("%v: component %d holds two of flood fill's", dim, got[p])
			}
			pair[got[p]] = want[p]
			count[got[p]-1]++
		}
		if n := slices.Max(append(want, 0)); len(list) != int(n) {
			t.Fatalf("%v: %d components, flood fill finds %d", dim, len(list), n)
		}
		checkComponents(t, got, list, count, dim)
	}
}

// checkComponents recomputes the measures of every component voxel by voxel.
func checkComponents(t *testing.T, number []int32, list []Component, count []int, dim [3]int) {
	t.Helper()
	for at, c := range list {
		want := Component{Voxels: count[at], First: slices.Index(number, int32(at+1)), Min: dim, Max: [3]int{-1, -1, -1}}
		for p, id := range number {
			if id != int32(at+1) {
				continue
			}
			for a, x := range [3]int{p % dim[0], p / dim[0] % dim[1], p / dim[0] / dim[1]} {
				want.Min[a], want.Max[a] = min(want.Min[a], x), max(want.Max[a], x)
				want.Centre[a] += float64(x) / float64(count[at])
			}
		}
		for a := range 3 {
			if math.Abs(c.Centre[a]-want.Centre[a]) > 1e-9 {
				t.Fatalf("component %d: centre %v, want %v", at, c.Centre, want.Centre)
			}
		}
		if want.Centre = c.Centre; c != want {
			t.Fatalf("component %d: %+v, want %+v", at, c, want)
		}
		if at > 0 && (c.Voxels > list[at-1].Voxels || c.Voxels == list[at-1].Voxels && c.First < list[at-1].First) {
			t.Fatalf("components are out of order: %+v before %+v", list[at-1], c)
		}
	}
}

func TestComponentsRefuseAWrongSize(t *testing.T) {
	if _, _, err := Components(make([]bool, 7), [3]int{2, 2, 2}); err == nil {
		t.Error("seven voxels filled a lattice of eight")
	}
}

// cube paints a cube of side n at a corner.
func cube(m *label.Map, at [3]int, n int, l label.Label) {
	for k := range n {
		for j := range n {
			for i := range n {
				m.Voxel[at[0]+i+m.Grid.Dim[0]*(at[1]+j+m.Grid.Dim[1]*(at[2]+k))] = l
			}
		}
	}
}

func blank() *label.Map {
	return &label.Map{
		Grid:  volume.Grid{Dim: [3]int{60, 30, 25}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}},
		Voxel: make([]label.Label, 60*30*25),
	}
}

func TestCleanDropsSmallIslandsOnly(t *testing.T) {
	m := blank()
	cube(m, [3]int{1, 1, 1}, 20, label.ED)   // 8 mL
	cube(m, [3]int{5, 5, 5}, 7, label.ET)    // 0.343 mL inside it, above the trace limit
	cube(m, [3]int{25, 1, 1}, 9, label.ED)   // 0.729 mL: under a tenth of the largest: goes
	cube(m, [3]int{40, 1, 1}, 10, label.NCR) // 1 mL: stays
	cube(m, [3]int{50, 20, 20}, 2, label.ET) // goes
	before := slices.Clone(m.Voxel)
	got, done, err := Clean(m)
	if err != nil {
		t.Fatal(err)
	}
	want := blank()
	cube(want, [3]int{1, 1, 1}, 20, label.ED)
	cube(want, [3]int{5, 5, 5}, 7, label.ET)
	cube(want, [3]int{40, 1, 1}, 10, label.NCR)
	if !slices.Equal(got.Voxel, want.Voxel) {
		t.Error("the wrong components were dropped")
	}
	if done.Components != 2 || math.Abs(done.DroppedML-0.737) > 1e-9 || done.TraceML != 0 {
		t.Errorf("reported %+v", done)
	}
	if !slices.Equal(before, m.Voxel) {
		t.Error("the input changed")
	}
}

func TestCleanKeepsTheLargestHoweverSmall(t *testing.T) {
	m := blank()
	cube(m, [3]int{20, 1, 1}, 4, label.ED) // 0.064 mL: over a tenth of the largest, under 0.5 mL
	want := blank()
	for _, both := range []*label.Map{m, want} {
		cube(both, [3]int{1, 1, 1}, 6, label.ED) // 0.216 mL
	}
	got, done, err := Clean(m)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Voxel, want.Voxel) || done.Components != 1 {
		t.Errorf("of two small parts the larger should stay: %+v", done)
	}
	if got, done, err = Clean(blank()); err != nil || done.String() != "" || !slices.Equal(got.Voxel, blank().Voxel) {
		t.Errorf("an empty mask was cleaned: %+v, %v", done, err)
	}
}

func TestCleanTurnsTracesOfETIntoNCR(t *testing.T) {
	m := blank()
	cube(m, [3]int{1, 1, 1}, 15, label.ED)
	cube(m, [3]int{5, 5, 5}, 5, label.ET) // 0.125 mL
	got, done, err := Clean(m)
	if err != nil {
		t.Fatal(err)
	}
	want := blank()
	cube(want, [3]int{1, 1, 1}, 15, label.ED)
	cube(want, [3]int{5, 5, 5}, 5, label.NCR)
	if !slices.Equal(got.Voxel, want.Voxel) || math.Abs(done.TraceML-0.125) > 1e-9 {
		t.Errorf("a trace of ET was not turned into NCR: %+v", done)
	}
	// Eight times the voxel, 1 mL: no trace.
	m.Grid.Affine = volume.Affine{{0, 2, 0, 0}, {-2, 0, 0, 0}, {0, 0, 2, 0}}
	if got, _, err = Clean(m); err != nil || !slices.Equal(got.Voxel, m.Voxel) {
		t.Errorf("1 mL of ET was changed (%v)", err)
	}
}

func BenchmarkComponents(b *testing.B) {
	dim := [3]int{240, 240, 155}
	in := make([]bool, dim[0]*dim[1]*dim[2])
	for p := range in {
		i, j, k := p%dim[0]-100, p/dim[0]%dim[1]-90, p/dim[0]/dim[1]-70
		in[p] = i*i+j*j+k*k < 900
	}
	for b.Loop() {
		if _, _, err := Components(in, dim); err != nil {
			b.Fatal(err)
		}
	}
}
