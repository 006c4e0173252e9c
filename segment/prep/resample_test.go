package prep

import (
	"math"
	"runtime"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// thick is a lattice of 0.8 × 1.25 × 3 mm over the small head's field of view, LPS.
func thick() volume.Grid {
	return volume.Grid{
		Dim:    [3]int{60, 45, 13},
		Affine: volume.Affine{{-0.8, 0, 0, 0}, {0, -1.25, 0, 55}, {0, 0, 3, 0.5}},
	}
}

func TestNearOneMM(t *testing.T) {
	for mm, want := range map[float64]bool{1: true, 1.049: true, 0.951: true, 1.06: false, 0.94: false, 5.5: false} {
		if got := nearOneMM([3]float64{1, mm, 1}); got != want {
			t.Errorf("%g mm: %v", mm, got)
		}
	}
}

// TestWhatIsNoHeadIsRefusedBeforeItTakesMemory: a few voxels whose header makes them a house.
func TestWhatIsNoHeadIsRefusedBeforeItTakesMemory(t *testing.T) {
	for name, c := range map[string]struct {
		dim  [3]int
		mm   [3]float64
		want string
	}{
		"a house":        {[3]int{40, 40, 40}, [3]float64{25, 25, 25}, "1000 mm along axis 1 (40 voxels of 25 mm)"},
		"a long thing":   {[3]int{40, 40, 41}, [3]float64{2, 2, 10}, "410 mm along axis 3 (41 voxels of 10 mm)"},
		"a speck":        {[3]int{40, 5, 40}, [3]float64{2, 1.5, 2}, "7.5 mm along axis 2"},
		"large all over": {[3]int{38, 38, 38}, [3]float64{10, 10, 10}, "measures 380 × 380 × 380 mm"},
	} {
		g := volume.Grid{Dim: c.dim, Affine: volume.Affine{{-c.mm[0], 0, 0, 0}, {0, -c.mm[1], 0, 0}, {0, 0, c.mm[2], 0}}}
		v := &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
		v.Voxel[0] = 1
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Locate(t.Context(), loaded(t, [sequence.Count]*volume.Volume{v}), sequence.Of(sequence.FLAIR))
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "correct the voxel size") {
			t.Errorf("%s: %v", name, err)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 1<<20 {
			t.Errorf("%s took %d MB", name, taken>>20)
		}
	}
}

// TestResampledRampStaysARamp: trilinear sampling reproduces a linear function, at the right places, and the background stays 0.
func TestResampledRampStaysARamp(t *testing.T) {
	g := thick()
	ramp := func(x, y, z float64) float64 { return 1000 + 7*x - 3*y + 5*z }
	v := &volume.Volume{Grid: g, Voxel: make([]float32, 60*45*13)}
	inBall := func(x, y, z float64) bool { return math.Hypot(math.Hypot(x+24, y-27), z-19) < 15 }
	at := 0
	for k := range 13 {
		for j := range 45 {
			for i := range 60 {
				x, y, z := -0.8*float64(i), 55-1.25*float64(j), 0.5+3*float64(k)
				if inBall(x, y, z) {
					v.Voxel[at] = float32(ramp(x, y, z))
				}
				at++
			}
		}
	}
	f, err := Locate(t.Context(), loaded(t, [sequence.Count]*volume.Volume{v}), sequence.Of(sequence.FLAIR))
	if err != nil {
		t.Fatal(err)
	}
	if !f.Resampled || f.image.dim != [3]int{48, 56, 39} {
		t.Fatalf("resampled %v to %v", f.Resampled, f.image.dim)
	}
	inside, outside := 0, 0
	for at, got := range f.voxels[0] {
		i, j, k := at%48, at/48%56, at/48/56
		// Middles agree: voxel (23.5, 27.5, 19) of the new lattice lies on (29.5, 22, 6) of the old.
		x, y, z := -0.8*29.5-(float64(i)-23.5), 55-1.25*22-(float64(j)-27.5), 0.5+18+float64(k)-19
		switch r := math.Hypot(math.Hypot(x+24, y-27), z-19); {
		case r < 11: // every neighbour is brain
			inside++
			if math.Abs(float64(got)-ramp(x, y, z)) > 1e-2 {
				t.Fatalf("at %g %g %g mm: %g, the ramp is %g", x, y, z, got, ramp(x, y, z))
			}
		case r > 19:
			outside++
			if got != 0 {
				t.Fatalf("background of %g at %g %g %g mm", got, x, y, z)
			}
		case got != 0 && math.Abs(float64(got)-ramp(x, y, z)) > 40: // no blend with the background, only with brain within 3.4 mm
			t.Fatalf("at the edge, %g %g %g mm: %g, the ramp is %g", x, y, z, got, ramp(x, y, z))
		}
	}
	if inside < 4000 || outside < 10000 {
		t.Errorf("only %d voxels inside and %d outside were looked at", inside, outside)
	}
}

// TestResampledProbabilitiesReturn puts the truth of a fine lattice through the way back onto a thick one.
func TestResampledProbabilitiesReturn(t *testing.T) {
	g := thick()
	volumes, truth := head(g)
	p, err := Prepare(t.Context(), loaded(t, volumes), sequence.Full)
	if err != nil {
		t.Fatal(err)
	}
	_, want := head(p.fine)
	var crop [label.RegionCount][]float32
	for r := range crop {
		crop[r] = make([]float32, len(p.Input[0]))
	}
	for at, l := range cropLabels(p, want) {
		for _, r := range label.Regions {
			if l.In(r) {
				crop[r][at] = 1
			}
		}
	}
	back, err := p.Restore(t.Context(), crop)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]bool, len(truth.Voxel))
	for at, x := range back[label.RegionWT] {
		got[at] = x > 0.5
	}
	if dice := overlap(got, truth.Region(label.RegionWT)); dice < 0.9 {
		t.Errorf("the tumour came back with Dice %.3f", dice)
	}
	cut, err := p.Crop(truth)
	if err != nil {
		t.Fatal(err)
	}
	inside := func(list []label.Label) []bool { return (&label.Map{Voxel: list}).Region(label.RegionWT) }
	if dice := overlap(inside(cut), inside(cropLabels(p, want))); dice < 0.8 { // slices of 3 mm in a tumour of 10 mm
		t.Errorf("the tumour was cut with Dice %.3f", dice)
	}
	if _, err := p.Labels(t.Context(), make([]label.Label, len(crop[0]))); err == nil {
		t.Error("labels of a resampled study were turned back")
	}
}

// overlap is the Dice of two masks, of which neither is empty.
func overlap(a, b []bool) float64 {
	both, sum := 0, 0
	for at := range a {
		if a[at] && b[at] {
			both += 2
		}
		if a[at] {
			sum++
		}
		if b[at] {
			sum++
		}
	}
	return float64(both) / float64(sum)
}

func TestResampledStoragesAgree(t *testing.T) {
	g, volumes, _ := little([3]int{24, 20, 7})
	plain, err := Prepare(t.Context(), loaded(t, volumes), sequence.Full)
	if err != nil {
		t.Fatal(err)
	}
	back, err := plain.Restore(t.Context(), [label.RegionCount][]float32{plain.Input[0], plain.Input[1], plain.Input[2]})
	if err != nil {
		t.Fatal(err)
	}
	allTurns(g, func(to volume.Grid) {
		var other [sequence.Count]*volume.Volume
		for s, v := range volumes {
			other[s] = &volume.Volume{Grid: to, Voxel: reorder(g, to, v.Voxel)}
		}
		p, err := Prepare(t.Context(), loaded(t, other), sequence.Full)
		if err != nil {
			t.Fatal(err)
		}
		again, err := p.Restore(t.Context(), [label.RegionCount][]float32{p.Input[0], p.Input[1], p.Input[2]})
		if err != nil {
			t.Fatal(err)
		}
		want := reorder(g, to, back[1])
		for at, x := range again[1] {
			if math.Abs(float64(x-want[at])) > 1e-4 {
				t.Fatalf("%v voxel %d: %g, want %g", to.Affine, at, x, want[at])
			}
		}
	})
}
