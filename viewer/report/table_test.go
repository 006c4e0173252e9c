package report

import (
	"encoding/csv"
	"math"
	"strconv"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// TestTableHoldsEveryNumber reads the CSV back: every computed subset and region once, volumes and scores as in the cells.
func TestTableHoldsEveryNumber(t *testing.T) {
	t.Parallel()
	l := swept(sequence.Of(sequence.FLAIR, sequence.T1, sequence.T1ce))
	l.Title = "case, with \"quotes\""
	l.Base = sequence.Of(sequence.T1, sequence.T1ce)
	l.Cells = l.Cells[1:] // one is not computed yet
	l.Cells[0].ML[label.RegionET] = 1.23456789
	l.Cells[1].Dice = nil
	l.Cells[2].Agreement = &[3]float64{math.NaN(), 0.5, 1}
	var text strings.Builder
	if err := l.WriteCSV(&text); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(text.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := "schema,study,subset,flair,t1,t1ce,t2,region,ml,dice_truth,agreement,agreement_with,estimate"; strings.Join(records[0], ",") != want || len(records) != 1+6*3 {
		t.Fatalf("%d records, header %q", len(records), records[0])
	}
	for n, record := range records[1:] {
		c, r := l.Cells[n/3], label.Regions[n%3]
		if record[0] != TableSchema || record[1] != l.Title || record[2] != c.Subset.String() || record[7] != r.String() {
			t.Errorf("record %d is %q", n, record)
		}
		for _, q := range sequence.All {
			if (record[3+q] == "1") != c.Subset.Has(q) {
				t.Errorf("record %d: %s is %s", n, q, record[3+q])
			}
		}
		wantField(t, record[8], &c.ML, r)
		wantField(t, record[9], c.Dice, r)
		wantField(t, record[10], c.Agreement, r)
		if record[11] != "t1-t1ce" {
			t.Errorf("record %d: the agreement is with %q", n, record[11])
		}
		if (record[12] == "1") != wording.Estimated(r, c.Subset) {
			t.Errorf("record %d: estimate is %s", n, record[12])
		}
	}
	if records[1][8] != "1.234568" || records[9][10] == "NaN" {
		t.Errorf("numbers are written as %q, %q", records[1][8], records[9][10])
	}
}

// wantField checks a number of the CSV; nil and NaN are empty.
func wantField(t *testing.T, words string, want *[label.RegionCount]float64, r label.Region) {
	t.Helper()
	if want == nil || math.IsNaN(want[r]) {
		if words != "" {
			t.Errorf("%q stands where there is no value", words)
		}
		return
	}
	if x, err := strconv.ParseFloat(words, 64); err != nil || math.Abs(x-want[r]) > 1e-6 {
		t.Errorf("%q, want %g", words, want[r])
	}
}
