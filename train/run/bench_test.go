package run

import (
	"slices"
	"testing"
)

// TestBench: every stage is timed with its own size, and the shares make sense.
func TestBench(t *testing.T) {
	c := settings()
	var got []Pace
	if err := Bench(t.Context(), runtime(t), noise{}, c, 3, true, func(p Pace) { got = append(got, p) }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got[0].Size != [3]int{16, 16, 16} || got[0].Images != 2 || got[1].Size != [3]int{32, 16, 16} || got[1].Images != 1 {
		t.Fatalf("%+v", got)
	}
	for _, p := range got {
		if p.Steps != 3 || p.Seconds <= 0 || p.Voxels <= 0 || p.Share <= 0 || p.Share > 1 || len(p.Few) != 4 || p.Mean <= 0 || p.Mean > slices.Max(p.Few) {
			t.Errorf("%+v", p)
		}
	}
}
