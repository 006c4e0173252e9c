package compare

import (
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// some is a comparison of four results: T1ce alone finds no enhancing tumour, and there is none in the reference.
func some() *Comparison {
	t1, t1ce := sequence.Of(sequence.T1), sequence.Of(sequence.T1ce)
	return &Comparison{
		Present: sequence.Full, Base: sequence.Full,
		Rows: []Row{ // ET, WT, TC
			{Subset: sequence.Full, ML: [3]float64{0, 84.21, 30}},
			{Subset: t1, ML: [3]float64{2.4, 60, 0.2}, Agreement: &[3]float64{0, 0.7, 0.1}},
			{Subset: t1ce, ML: [3]float64{0, 70, 31.5}, Agreement: &[3]float64{1, 0.8, 0.97}},
			{Subset: t1.With(t1ce), ML: [3]float64{0.5, 70, 31}, Agreement: &[3]float64{0, 0.805, 0.96}},
		},
	}
}

func order(t *Table) (list []string) {
	for _, row := range t.Rows {
		list = append(list, row.Text[ColumnSubset])
	}
	return list
}

func TestTable(t *testing.T) {
	want := strings.Join([]string{
		"sequences\tWT mL\tTC mL\tET mL\tWT agreement\tTC agreement\tET agreement",
		"T1\tabout 60\tunder 1\tabout 2\t0.70\t0.10\t0.00",
		"T1ce\tabout 70\t31.50\t0.00\t0.80\t0.97\tnone/none",
		"T1 T1ce\tabout 70\t31.00\t0.50\t0.81\t0.96\t0.00",
		"FLAIR T1 T1ce T2\t84.21\t30.00\t0.00\treference\treference\treference",
		"",
	}, "\n")
	table := some().Table(ColumnSubset, false)
	if got := table.TSV(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if !table.Rows[3].Reference || table.Rows[0].Reference {
		t.Error("the wrong row is the reference")
	}
}

func TestTableIsSorted(t *testing.T) {
	for _, c := range []struct {
		by         Column
		descending bool
		want       string
	}{
		{ColumnSubset, true, "FLAIR T1 T1ce T2, T1 T1ce, T1ce, T1"},
		{ColumnVolume, false, "T1, T1ce, T1 T1ce, FLAIR T1 T1ce T2"}, // WT; equal rows keep their order
		{ColumnVolume, true, "FLAIR T1 T1ce T2, T1ce, T1 T1ce, T1"},
		{ColumnVolume + 2, true, "T1, T1 T1ce, T1ce, FLAIR T1 T1ce T2"}, // ET
		{ColumnScore + 1, true, "T1ce, T1 T1ce, T1, FLAIR T1 T1ce T2"},  // TC: the reference has no score
		{ColumnScore + 1, false, "T1, T1 T1ce, T1ce, FLAIR T1 T1ce T2"}, // and comes last either way
		{ColumnScore + 2, false, "T1, T1 T1ce, T1ce, FLAIR T1 T1ce T2"}, // ET: none/none is no value either
		{ColumnScore + 2, true, "T1, T1 T1ce, T1ce, FLAIR T1 T1ce T2"},
	} {
		if got := strings.Join(order(some().Table(c.by, c.descending)), ", "); got != c.want {
			t.Errorf("by %d, descending %v: %s, want %s", c.by, c.descending, got, c.want)
		}
	}
	last := ColumnScore + 2
	if r, ok := last.Region(); r != label.RegionET || !ok {
		t.Errorf("the last column is about %v", r)
	}
	if _, ok := ColumnSubset.Region(); ok {
		t.Error("the first column is about a region")
	}
}

func TestTableAgainstTheTruth(t *testing.T) {
	c := some()
	c.TruthML = &[3]float64{1, 80, 29}
	for n := range c.Rows {
		c.Rows[n].Dice = &[3]float64{0.1 * float64(n), 0.5, 0.25}
	}
	table := c.Table(ColumnScore+2, true)
	if got := strings.Join(order(table), ", "); got != "truth mask, T1 T1ce, T1ce, T1, FLAIR T1 T1ce T2" {
		t.Error(got)
	}
	if h := table.Header[ColumnScore]; h != "WT Dice (truth)" {
		t.Errorf("the scores are called %q", h)
	}
	last := table.Rows[4]
	if last.Reference || !table.Rows[0].Reference || last.Text[ColumnScore+2] != "0.00" || table.Rows[0].Text[ColumnVolume+2] != "1.00" {
		t.Errorf("%+v", table.Rows)
	}
	for _, row := range table.Rows {
		for _, text := range row.Text {
			if text == "" || strings.Contains(text, "agree") {
				t.Errorf("%q", row.Text)
			}
		}
	}
}

func TestReferenceNames(t *testing.T) {
	c := &Comparison{Base: sequence.Full}
	if c.ReferenceName() != "result of all four" || c.ScoreName() != AgreementName {
		t.Error(c.ReferenceName())
	}
	c.Base = sequence.Of(sequence.T1, sequence.T2)
	if c.ReferenceName() != "result of T1 T2" {
		t.Error(c.ReferenceName())
	}
	if _, ok := c.ReferenceML(); ok {
		t.Error("there is a reference that was not computed")
	}
	c.TruthML = &[3]float64{}
	if c.ReferenceName() != "truth mask" || c.ScoreName() != DiceName {
		t.Error(c.ReferenceName())
	}
}
