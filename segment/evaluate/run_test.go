package evaluate

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quorum/segment"
	"quorum/segment/score"
	"quorum/viewer/cohort"
	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// dataSet holds a whole case, one without T1ce, one with a broken file and one without a mask.
func dataSet(t *testing.T) *cohort.List {
	t.Helper()
	dir := t.TempDir()
	phantom(t, dir, "whole", 1, 0)
	phantom(t, dir, "lacking", 2, sequence.Of(sequence.T1ce))
	phantom(t, dir, "broken", 3, 0)
	phantom(t, dir, "maskless", 4, 0)
	if err := os.Truncate(filepath.Join(dir, "broken", "broken_t1.nii.gz"), 2000); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "maskless", "maskless_seg.nii.gz")); err != nil {
		t.Fatal(err)
	}
	return &cohort.List{Dir: dir, Key: "val", IDs: []string{"whole", "broken", "lacking", "maskless", "lost"}}
}

func TestRun(t *testing.T) {
	l := dataSet(t)
	n, s := network(t)
	var finished []string
	last := 0.0
	r, err := Run(t.Context(), n, tiny(t), l, Options{
		Distance: true, Calibrate: true, UsedToChoose: true,
		Finished: func(c Case) { finished = append(finished, c.ID) },
		Progress: func(p segment.Progress) {
			if p.Done < last || p.Done > p.Total || p.Total != 5 || p.Text == "" {
				t.Errorf("progress %+v after %g", p, last)
			}
			last = p.Done
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(finished, l.IDs) {
		t.Errorf("finished %v", finished)
	}
	if r.Scheme != label.BraTS2017 || !r.SchemeDecided {
		t.Errorf("the masks were read as %q", r.Scheme)
	}
	checkBadCases(t, r)
	whole, lacking := r.Cases[0], r.Cases[2]
	if len(whole.Rows) != 15 || len(lacking.Rows) != 7 || len(lacking.Skipped) != 8 {
		t.Fatalf("%d and %d subsets, %d skipped", len(whole.Rows), len(lacking.Rows), len(lacking.Skipped))
	}
	// Every sequence once, every subset once: 4 + 3 and 15 + 7.
	if s.encoded != 7 || s.decoded != 22 {
		t.Errorf("encoded %d times and decoded %d times, want 7 and 22", s.encoded, s.decoded)
	}
	checkCells(t, r)
	checkAlone(t, n, l, whole)
	checkReliability(t, r)
}

func checkReliability(t *testing.T, r *Report) {
	t.Helper()
	if !slices.Equal(r.Reliability.Cases, []string{"whole", "lacking"}) || !r.Reliability.UsedToChoose {
		t.Errorf("%+v", r.Reliability)
	}
	if _, err := tiny(t).WithReliability(*r.Reliability); err != nil {
		t.Errorf("a model file does not take this reliability: %v", err)
	}
	var b strings.Builder
	if err := r.WriteText(&b); err != nil || !strings.Contains(b.String(), "ECE after") {
		t.Errorf("%v: the calibration is not in\n%s", err, b.String())
	}
}

// checkBadCases: a bad case says why and does not stop the others.
func checkBadCases(t *testing.T, r *Report) {
	t.Helper()
	for at, want := range map[int]string{1: "broken_t1.nii.gz", 3: "no mask to compare with", 4: "cannot be found"} {
		if got := r.Cases[at].Error; !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", r.Cases[at].ID, got, want)
		}
	}
	if r.Failed() != 3 {
		t.Errorf("%d cases failed", r.Failed())
	}
}

// checkCells: n is a cell's own, and the reliability says what the tables say.
func checkCells(t *testing.T, r *Report) {
	t.Helper()
	for _, row := range r.Dice().Rows {
		want := 2
		if row.Subset.Has(sequence.T1ce) {
			want = 1
		}
		for q, c := range row.Cells {
			got := c.Summary()
			if got.N != want {
				t.Errorf("%s %s: n = %d, want %d", row.Subset, label.Region(q), got.N, want)
			}
			cell := r.Reliability.Rows[row.Subset.String()][label.Region(q).String()]
			if cell.N != want || math.Abs(cell.Mean-got.Mean) > 1e-6 || cell.Temperature <= 0 || cell.ECEBefore <= 0 {
				t.Errorf("%s %s: reliability %+v, table %+v", row.Subset, label.Region(q), cell, got)
			}
		}
	}
	for _, c := range r.Cases {
		for _, row := range c.Rows {
			for q, mm := range row.HD95 {
				if math.IsNaN(mm) != (row.ML[q] == 0) { // the truth is never empty
					t.Errorf("%s %s: HD95 %g mm of %g mL", c.ID, row.Subset, mm, row.ML[q])
				}
			}
		}
	}
}

// checkAlone computes one subset by hand.
func checkAlone(t *testing.T, n *segment.Network, l *cohort.List, c Case) {
	t.Helper()
	s, err := study.Scan(t.Context(), []string{l.Path(c.ID)}, study.ScanOptions{})
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := s.Load(t.Context(), study.LoadOptions{Use: s.Present()})
	if err != nil {
		t.Fatal(err)
	}
	open, err := n.Open(t.Context(), loaded)
	if err != nil {
		t.Fatal(err)
	}
	defer open.Close()
	u := sequence.Of(sequence.T1ce, sequence.T2)
	got, err := open.Segment(t.Context(), u, segment.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	truth, err := study.ReadMask(s.Masks[0].Path, label.BraTS2017, loaded.Grid)
	if err != nil {
		t.Fatal(err)
	}
	dice, err := score.Dice(got.Labels, truth)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(c.Rows, func(r Row) bool { return r.Subset == u })
	if c.Rows[at].Dice != dice || c.Rows[at].ML != got.ML || c.TrueML != truth.RegionML() {
		t.Errorf("evaluated %+v, alone %v and %v mL", c.Rows[at], dice, got.ML)
	}
}

func TestRunRefusesToGuess(t *testing.T) {
	l := dataSet(t)
	n, _ := network(t)
	l.IDs = []string{"maskless", "lost"}
	if _, err := Run(t.Context(), n, tiny(t), l, Options{Subsets: Full}); err == nil || !strings.Contains(err.Error(), "no case of the list has a mask") {
		t.Errorf("nothing to compare with: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	l.IDs = []string{"whole", "lacking"}
	_, err := Run(ctx, n, tiny(t), l, Options{Finished: func(Case) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled after the first case: %v", err)
	}
}

// TestRunUnderTheWrongScheme: brats2023 has no 4, so the mask is refused and not half read.
func TestRunUnderTheWrongScheme(t *testing.T) {
	l := dataSet(t)
	n, s := network(t)
	l.IDs = l.IDs[:1]
	r, err := Run(t.Context(), n, tiny(t), l, Options{Subsets: Single, Scheme: label.BraTS2023})
	if err != nil || r.SchemeDecided || !strings.Contains(r.Cases[0].Error, "brats2023") || s.decoded != 0 {
		t.Errorf("%v, %+v, decoded %d times", err, r, s.decoded)
	}
}

// TestRunOverEmptyMasks: they fit every scheme, so that none can be called decided, and all is background.
func TestRunOverEmptyMasks(t *testing.T) {
	l := dataSet(t)
	n, _ := network(t)
	l.IDs = l.IDs[:1]
	path := filepath.Join(l.Path("whole"), "whole_seg.nii.gz")
	h, err := nifti.ReadHeader(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := nifti.Write(path, nifti.NewHeader(h.Grid()), 1, make([]uint8, h.Grid().Voxels()), "", true); err != nil {
		t.Fatal(err)
	}
	r, err := Run(t.Context(), n, tiny(t), l, Options{Subsets: Full})
	if err != nil {
		t.Fatal(err)
	}
	if r.SchemeDecided || r.Failed() != 0 || r.Cases[0].TrueML != (score.Values{}) {
		t.Errorf("decided %v, %+v", r.SchemeDecided, r.Cases)
	}
	if words := r.heading(); strings.Contains(words, "by the values") || !strings.Contains(words, "computed by "+r.Backend.String()+";") {
		t.Error(words)
	}
}

func TestReportRenderings(t *testing.T) {
	l := dataSet(t)
	n, _ := network(t)
	l.IDs, l.File = []string{"whole", "lacking", "lost"}, "/somewhere/split.json"
	r, err := Run(t.Context(), n, tiny(t), l, Options{Subsets: Single, Distance: true})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		Schema string
		Cases  []struct {
			ID, Error string
			Subsets   []struct {
				Subset string
				Dice   score.Values
			}
		}
		Dice struct {
			Rows []struct {
				Cells map[string]struct{ N int }
			}
		}
	}
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if back.Schema != Schema || len(back.Cases) != 3 || back.Cases[2].Error == "" || back.Cases[1].Subsets[2].Subset != "t2" {
		t.Errorf("%+v", back)
	}
	if got, want := back.Cases[0].Subsets[0].Dice[1], r.Cases[0].Rows[0].Dice[1]; math.Abs(got-want) > 1e-6 {
		t.Errorf("Dice of FLAIR, WT: %g in JSON, %g in the report", got, want)
	}
	if back.Dice.Rows[2].Cells["ET"].N != 1 || back.Dice.Rows[0].Cells["ET"].N != 2 {
		t.Errorf("n: %+v", back.Dice.Rows)
	}
	if strings.Contains(string(data), l.Dir) {
		t.Error("a path is in the report")
	}
	var b strings.Builder
	if err := r.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil || len(records) != 1+4*3+3*3+1+4*3 { // header, two cases, the lost one, means
		t.Errorf("%d records, %v", len(records), err)
	}
	b.Reset()
	if err := r.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if err := r.WriteCases(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Model tiny is not trained", "2 of 3 cases of split.json:val", "interpreter f32", "brats2017 (1 NCR, 2 ED, 4 ET), by the values", "Dice (truth)", "HD95 (mm)",
		"○○●○", "n=1", "n=2", "lost is left out: ", "whole\n", "truth",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}
