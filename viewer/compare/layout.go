package compare

import (
	"fmt"
	"math"
	"slices"

	"quorum/viewer/sequence"
)

// Layout says where results stand: in rows and columns, each once. The empty set is the place of the reference. The last row may be short.
type Layout struct {
	Rows, Columns int
	RowNames      []string          // headings, for a person; nil = the rows stand for nothing
	ColumnNames   []string          // likewise
	cells         []sequence.Subset // row by row
	names         []string          // of the cells; nil = the headings name them
}

// NewLayout is the map of all subsets of the sequences that are present, in Gray order: each step to a neighbour adds or removes one
// sequence. Rows and columns together hold every subset once, and the empty set, in whose corner the reference stands. Absent sequences
// remove rows and columns.
func NewLayout(present sequence.Subset) Layout {
	rows, columns := gray(present, sequence.FLAIR, sequence.T2), gray(present, sequence.T1, sequence.T1ce)
	l := Layout{Rows: len(rows), Columns: len(columns)}
	for _, u := range columns {
		l.ColumnNames = append(l.ColumnNames, heading(u, present, sequence.T1, sequence.T1ce))
	}
	for _, row := range rows {
		l.RowNames = append(l.RowNames, heading(row, present, sequence.FLAIR, sequence.T2))
		for _, column := range columns {
			l.cells = append(l.cells, row.With(column))
		}
	}
	return l
}

// Layout is where the results of the preset stand: on the map of all subsets where any of them may be wanted, else with no place for what
// the preset does not need, the reference first. A truth has a place of its own; else the reference is the result of base.
func (p Preset) Layout(present, base sequence.Subset, truth bool) Layout {
	if p != LeaveOneOut && p != Singles {
		return NewLayout(present)
	}
	l := Layout{}
	if truth {
		l.cells, l.names = append(l.cells, 0), append(l.names, "")
	}
	l.cells, l.names = append(l.cells, base), append(l.names, baseName(base))
	for _, u := range p.Subsets(present, base, nil) {
		if u == base {
			continue
		}
		name := u.Names() + " alone"
		if p == LeaveOneOut {
			name = "without " + base.Without(u).Names()
		}
		l.cells, l.names = append(l.cells, u), append(l.names, name)
	}
	l.Columns = int(math.Ceil(math.Sqrt(float64(len(l.cells)))))
	l.Rows = (len(l.cells) + l.Columns - 1) / l.Columns
	return l
}

// gray lists the subsets of two sequences in Gray order, without those that are not present.
func gray(present sequence.Subset, a, b sequence.Sequence) []sequence.Subset {
	var list []sequence.Subset
	for _, u := range []sequence.Subset{0, sequence.Of(a), sequence.Of(a, b), sequence.Of(b)} {
		if u.Without(present) == 0 {
			list = append(list, u)
		}
	}
	return list
}

// Cells are the subsets that have a place, row by row.
func (l Layout) Cells() []sequence.Subset { return slices.Clone(l.cells) }

// At is the subset at a place, false where there is none. It is the inverse of Place.
func (l Layout) At(row, column int) (u sequence.Subset, ok bool) {
	n := row*l.Columns + column
	if row < 0 || column < 0 || column >= l.Columns || n >= len(l.cells) {
		return 0, false
	}
	return l.cells[n], true
}

// Place is where a subset stands; false where it has no place.
func (l Layout) Place(u sequence.Subset) (row, column int, ok bool) {
	n := slices.Index(l.cells, u)
	if n < 0 {
		return 0, 0, false
	}
	return n / l.Columns, n % l.Columns, true
}

// Name is what a cell is called, for a person; "" where the headings name it.
func (l Layout) Name(u sequence.Subset) string {
	if n := slices.Index(l.cells, u); n >= 0 && n < len(l.names) {
		return l.names[n]
	}
	return ""
}

// Equal says whether two layouts are the same.
func (l Layout) Equal(other Layout) bool {
	return slices.Equal(l.cells, other.cells) && slices.Equal(l.names, other.names) && slices.Equal(l.RowNames, other.RowNames) &&
		slices.Equal(l.ColumnNames, other.ColumnNames)
}

// heading is that of a row or column of the map over the sequences a and b; empty where neither is there at all.
func heading(u, present sequence.Subset, a, b sequence.Sequence) string {
	switch {
	case u.Len() == 2:
		return fmt.Sprintf("%s + %s", a, b)
	case u.Len() == 1:
		return u.Names()
	case present.Has(a) && present.Has(b):
		return fmt.Sprintf("neither %s nor %s", a, b)
	case present.Has(a):
		return fmt.Sprintf("without %s", a)
	case present.Has(b):
		return fmt.Sprintf("without %s", b)
	}
	return ""
}
