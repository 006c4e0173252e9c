package region

import (
	"math"
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
