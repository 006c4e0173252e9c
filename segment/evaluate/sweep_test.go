package evaluate

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quorum/segment"
	"quorum/segment/score"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

func load(t *testing.T, path string) *study.Loaded {
	t.Helper()
	s, err := study.Scan(t.Context(), []string{path}, study.ScanOptions{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Load(t.Context(), study.LoadOptions{Use: s.Present()})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	phantom(t, dir, "glioma", 1, sequence.Of(sequence.T1))
	n, e := network(t)
	last := 0.0
	s, err := RunSweep(t.Context(), n, tiny(t), load(t, filepath.Join(dir, "glioma")), SweepOptions{Progress: func(p segment.Progress) {
		if p.Done < last-1e-9 || p.Total != 7 {
			t.Errorf("progress %+v after %g", p, last)
		}
		last = p.Done
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Rows) != 7 || e.encoded != 3 || e.decoded != 7 || s.Scheme != label.BraTS2017 {
		t.Fatalf("%d rows, encoded %d, decoded %d, truth %q", len(s.Rows), e.encoded, e.decoded, s.Scheme)
	}
	checkRows(t, s)
	checkSweepText(t, s, dir)
}

// checkRows: every score is that of the row's own label map.
func checkRows(t *testing.T, s *Sweep) {
	t.Helper()
	full := s.Rows[6]
	for at, row := range s.Rows {
		if row.Labels == nil || row.ML != row.Labels.RegionML() || row.Dice == nil {
			t.Fatalf("%s: %+v", row.Subset, row)
		}
		dice, err := score.Dice(row.Labels, s.Truth)
		if err != nil || dice != *row.Dice {
			t.Errorf("%s: Dice (truth) %v, want %v, %v", row.Subset, *row.Dice, dice, err)
		}
		if at == 6 {
			if row.Subset != s.Present || row.Agreement != nil {
				t.Errorf("the last row is %s; a result does not agree with itself: %v", row.Subset, row.Agreement)
			}
			continue
		}
		same, err := score.Dice(row.Labels, full.Labels)
		if err != nil || same != *row.Agreement {
			t.Errorf("%s: agreement %v, want %v, %v", row.Subset, *row.Agreement, same, err)
		}
	}
}

func checkSweepText(t *testing.T, s *Sweep, dir string) {
	t.Helper()
	var text strings.Builder
	if err := s.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Model tiny is not trained", "glioma: In this study, with this model, computed by " + s.Backend.String() + ":", "Dice (truth)", "agreement with ●○●●", "●○○○    FLAIR "} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in\n%s", want, text.String())
		}
	}
	data, err := json.Marshal(s)
	if err != nil || !strings.Contains(string(data), `"schema":"quorum.sweep/1"`) || strings.Contains(string(data), dir) {
		t.Errorf("%s, %v", data, err)
	}
}

func TestSweepWithoutACertainTruth(t *testing.T) {
	dir := t.TempDir()
	phantom(t, dir, "glioma", 1, sequence.Of(sequence.T1, sequence.FLAIR))
	n, _ := network(t)
	l := load(t, filepath.Join(dir, "glioma"))
	l.Study.Masks[0].Values, l.Study.Masks[0].Candidates = []int{1, 2}, []label.Scheme{label.BraTS2017, label.NNUNet}
	s, err := RunSweep(t.Context(), n, tiny(t), l, SweepOptions{})
	if err != nil || s.Truth != nil || s.Rows[0].Dice != nil {
		t.Fatalf("an ambiguous mask was used: %+v, %v", s, err)
	}
	found := false
	for _, p := range s.Notices {
		found = found || strings.Contains(p.Text, "--truth-labels")
	}
	if !found {
		t.Errorf("nothing says why there is no score: %+v", s.Notices)
	}
	if s, err = RunSweep(t.Context(), n, tiny(t), l, SweepOptions{Scheme: label.BraTS2017}); err != nil || s.Rows[0].Dice == nil {
		t.Errorf("the named scheme: %+v, %v", s, err)
	}
	if _, err = RunSweep(t.Context(), n, tiny(t), l, SweepOptions{Scheme: label.BraTS2023}); err == nil || !strings.Contains(err.Error(), "brats2023") {
		t.Errorf("a named scheme that does not fit: %v", err)
	}
	if err := os.Remove(l.Study.Masks[0].Path); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if s, err = RunSweep(t.Context(), n, tiny(t), load(t, filepath.Join(dir, "glioma")), SweepOptions{}); err != nil || s.Truth != nil || slices.ContainsFunc(s.Notices, unscored) {
		t.Fatalf("a folder without a mask is nothing to speak of: %+v, %v", s, err)
	}
	if err := s.WriteText(&text); err != nil || strings.Contains(text.String(), "Dice (truth)") {
		t.Errorf("%v\n%s", err, text.String())
	}
}

// unscored says whether a notice says why there is no score.
func unscored(p study.Problem) bool { return strings.HasPrefix(p.Text, "No Dice (truth): ") }

// TestSweepSaysThatTheMaskIsDamaged: a sweep without scores must not look as if there were no mask.
func TestSweepSaysThatTheMaskIsDamaged(t *testing.T) {
	dir := t.TempDir()
	phantom(t, dir, "glioma", 1, sequence.Of(sequence.T1, sequence.FLAIR))
	if err := os.Truncate(filepath.Join(dir, "glioma", "glioma_seg.nii.gz"), 60); err != nil {
		t.Fatal(err)
	}
	n, _ := network(t)
	s, err := RunSweep(t.Context(), n, tiny(t), load(t, filepath.Join(dir, "glioma")), SweepOptions{})
	if err != nil || s.Truth != nil {
		t.Fatalf("%+v, %v", s, err)
	}
	if !slices.ContainsFunc(s.Notices, func(p study.Problem) bool {
		return unscored(p) && strings.Contains(p.Text, "glioma_seg.nii.gz") && !strings.Contains(p.Text, dir)
	}) {
		t.Errorf("nothing says that the mask is damaged: %+v", s.Notices)
	}
}
