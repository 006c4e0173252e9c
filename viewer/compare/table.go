package compare

import (
	"cmp"
	"slices"
	"strings"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// Column is a column of the table: what a row is called, then volumes and then scores in the order of Told.
type Column uint8

// The columns.
const (
	ColumnSubset Column = iota
	ColumnVolume
	ColumnScore = ColumnVolume + label.RegionCount
	ColumnCount = ColumnScore + label.RegionCount
)

// Region is what a column is about; false for ColumnSubset.
func (c Column) Region() (label.Region, bool) {
	if c == ColumnSubset || c >= ColumnCount {
		return 0, false
	}
	return Told[(c-ColumnVolume)%label.RegionCount], true
}

// Table is a comparison as words in rows and columns.
type Table struct {
	Header [ColumnCount]string
	Rows   []TableRow
}

// TableRow is a row of a table.
type TableRow struct {
	Subset    sequence.Subset // 0 for the truth
	Reference bool            // the others are compared with it
	Text      [ColumnCount]string
}

// Table makes the rows, sorted by a column; equal rows keep the order of every table, and where a row has no value in the column it comes
// last either way. The truth, which is no result, always comes first.
func (c *Comparison) Table(by Column, descending bool) *Table {
	t := &Table{}
	t.Header[ColumnSubset] = "sequences"
	for n, r := range Told {
		t.Header[int(ColumnVolume)+n] = r.String() + " mL"
		t.Header[int(ColumnScore)+n] = r.String() + " " + c.ScoreName()
	}
	if c.HasTruth() {
		row := TableRow{Reference: true}
		row.Text[ColumnSubset] = c.ReferenceName()
		for n, r := range Told {
			row.Text[int(ColumnVolume)+n] = wording.Volume(r, 0, c.TruthML[r])
			row.Text[int(ColumnScore)+n] = "reference"
		}
		t.Rows = append(t.Rows, row)
	}
	for _, row := range c.sorted(by, descending) {
		t.Rows = append(t.Rows, c.tableRow(row))
	}
	return t
}

func (c *Comparison) tableRow(row Row) TableRow {
	out := TableRow{Subset: row.Subset, Reference: c.IsReference(row)}
	out.Text[ColumnSubset] = row.Subset.Names()
	for n, r := range Told {
		out.Text[int(ColumnVolume)+n] = wording.Volume(r, row.Subset, row.ML[r])
		out.Text[int(ColumnScore)+n] = c.ScoreText(row, r)
		if out.Reference {
			out.Text[int(ColumnScore)+n] = "reference"
		}
	}
	return out
}

// sorted are the rows in the wanted order.
func (c *Comparison) sorted(by Column, descending bool) []Row {
	order := sequence.Full.Subsets()
	rows := slices.Clone(c.Rows)
	natural := func(a, b Row) int { return slices.Index(order, a.Subset) - slices.Index(order, b.Subset) }
	slices.SortFunc(rows, natural)
	if by == ColumnSubset {
		if descending {
			slices.Reverse(rows)
		}
		return rows
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		x, hasX := c.value(a, by)
		y, hasY := c.value(b, by)
		switch {
		case !hasX && !hasY:
			return 0
		case !hasX:
			return 1
		case !hasY:
			return -1
		case descending:
			return cmp.Compare(y, x)
		}
		return cmp.Compare(x, y)
	})
	return rows
}

// value is what a row is sorted by; false where the column says nothing about it.
func (c *Comparison) value(row Row, by Column) (float64, bool) {
	r, ok := by.Region()
	switch {
	case !ok:
		return 0, false
	case by < ColumnScore:
		return row.ML[r], true
	}
	score := c.Score(row)
	if score == nil || c.BothEmpty(row, r) {
		return 0, false
	}
	return score[r], true
}

// TSV is the table for the clipboard: what is shown, with tabs between the columns and a line for each row.
func (t *Table) TSV() string {
	var b strings.Builder
	line := func(text [ColumnCount]string) {
		b.WriteString(strings.Join(text[:], "\t"))
		b.WriteByte('\n')
	}
	line(t.Header)
	for _, row := range t.Rows {
		line(row.Text)
	}
	return b.String()
}
