package segment_test

import (
	"slices"
	"strings"
	"testing"

	"quorum/segment"
	"quorum/segment/model"
	"quorum/segment/segmenttest"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

func TestVolumeText(t *testing.T) {
	for _, c := range []struct {
		r    label.Region
		u    sequence.Subset
		ml   float64
		want string
	}{
		{label.RegionET, sequence.Full, 12.345, "12.35 mL"},
		{label.RegionWT, flairT2, 12.344, "12.34 mL"}, // the whole tumour does not need T1ce
		{label.RegionET, flairT2, 12.345, "about 12 mL"},
		{label.RegionTC, flairT2, 12.6, "about 13 mL"},
		{label.RegionTC, flairT2, 0.4, "under 1 mL"},
		{label.RegionTC, flairT2, 0, "about 0 mL"},
		{label.RegionET, sequence.Of(sequence.T1ce), 0, "0.00 mL"},
	} {
		if got := segment.VolumeText(c.r, c.u, c.ml); got != c.want {
			t.Errorf("%v of %v from %v: %q, want %q", c.ml, c.r, c.u, got, c.want)
		}
	}
}

func TestReliabilityLines(t *testing.T) {
	m := segmenttest.Tiny()
	m.Meta.Reliability = &model.Reliability{UsedToChoose: true, Rows: map[string]map[string]model.ReliabilityCell{
		flairT2.String(): {"ET": {N: 6, Mean: 0.412, Min: 0.12, Max: 0.634}, "WT": {N: 12, Mean: 0.8, SD: 0.051}},
	}}
	// The first sentence is that of docs/conventions.md, to the letter.
	want := []string{
		"ET outline without T1ce is an estimate: held-out Dice 0.41 (0.12–0.63, 6 cases, also used to choose the model)",
		"WT from FLAIR T2: held-out Dice 0.80 (SD 0.05, 12 cases, also used to choose the model)",
		"TC outline without T1ce is an estimate: held-out Dice unknown, the model file holds none",
	}
	if got := segment.ReliabilityLines(m, flairT2); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// Nothing of another subset is borrowed.
	if got := segment.ReliabilityLines(m, sequence.Full); len(got) != 1 || !strings.Contains(got[0], "no held-out results") {
		t.Errorf("an unknown subset: %q", got)
	}
}
