package segment_test

import (
	"slices"
	"strings"
	"testing"

	"quorum/segment"
	"quorum/segment/model"
	"quorum/segment/segmenttest"
	"quorum/viewer/sequence"
)

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
	if got := segment.ReliabilityLines(m, flairT2, []string{"new"}); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// Nothing of another subset is borrowed.
	if got := segment.ReliabilityLines(m, sequence.Full, []string{"new"}); len(got) != 1 || !strings.Contains(got[0], "no held-out results") {
		t.Errorf("an unknown subset: %q", got)
	}
}

// A case that the model has seen is told from a new one.
func TestReliabilityOfACaseThatTheModelKnows(t *testing.T) {
	m := segmenttest.Tiny()
	m.Meta.Provenance.Cases, m.Meta.Provenance.HeldOut = []string{"anna"}, []string{"bert"}
	cell := model.ReliabilityCell{N: 6, Mean: 0.5, Min: 0.4, Max: 0.6}
	for _, table := range []*model.Reliability{nil, {Rows: map[string]map[string]model.ReliabilityCell{flairT2.String(): {"ET": cell, "WT": cell, "TC": cell}}}} {
		m.Meta.Reliability = table
		for id, want := range map[string]string{"anna": "among those that the model was trained on", "bert": "helped to choose the model", "new": ""} {
			names := []string{"copy", id} // of the folder, and of the files in it
			lines, summary := strings.Join(segment.ReliabilityLines(m, flairT2, names), "\n"), segment.ReliabilitySummary(m, flairT2, names)
			if told := strings.Contains(lines, "A case of this name"); told != (want != "") || !strings.Contains(lines, want) || !strings.Contains(summary, want) {
				t.Errorf("%s: %s\nin short: %s", id, lines, summary)
			}
		}
	}
}
