package prep_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"quorum/segment/prep"
	"quorum/sharedtest"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// TestEqualsTheReference: box exactly, percentiles, mean and standard deviation to 1e-5, on every validation case; on one of them where
// parity is not demanded.
func TestEqualsTheReference(t *testing.T) {
	root := sharedtest.Folder(t)
	text, err := os.ReadFile(filepath.Join(root, "experiments", "pytorch-compact", "val.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Cases map[string]struct {
			Box       [3][2]int
			Sequences map[string]struct {
				Low  float64 `json:"percentile_0.1"`
				High float64 `json:"percentile_99.9"`
				Mean float64
				SD   float64
			}
		}
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Cases) != 6 {
		t.Errorf("%d cases instead of 6", len(want.Cases))
	}
	for id, reference := range want.Cases {
		if id != "Brats18_2013_3_1" && !sharedtest.Parity() {
			continue
		}
		s, err := study.Scan(t.Context(), []string{filepath.Join(root, "data", "brats", id)}, study.ScanOptions{})
		if err != nil {
			t.Fatal(err)
		}
		l, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full})
		if err != nil {
			t.Fatal(err)
		}
		p, err := prep.Prepare(t.Context(), l, l.Present)
		if err != nil {
			t.Fatal(err)
		}
		if p.Box != reference.Box {
			t.Errorf("%s: box %v, the reference has %v", id, p.Box, reference.Box)
		}
		for _, q := range sequence.All {
			got, want := p.Stats[q], reference.Sequences[q.Key()]
			for name, pair := range map[string][2]float64{
				"percentile 0.1": {got.Low, want.Low}, "percentile 99.9": {got.High, want.High}, "mean": {got.Mean, want.Mean}, "sd": {got.SD, want.SD},
			} {
				if math.Abs(pair[0]-pair[1]) > 1e-5*math.Abs(pair[1]) {
					t.Errorf("%s %v: %s %.9g, the reference has %.9g", id, q, name, pair[0], pair[1])
				}
			}
		}
	}
}
