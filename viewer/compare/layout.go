package compare

import (
	"fmt"

	"quorum/viewer/sequence"
)

// Layout is the map of all subsets, in Gray order: each step to a neighbour adds or removes one sequence. Rows and columns together hold
// every subset of the sequences once, and the empty set, in whose corner the reference stands. Absent sequences remove rows and columns.
type Layout struct {
	Rows    []sequence.Subset // of FLAIR and T2: the empty set first
	Columns []sequence.Subset // of T1 and T1ce: the empty set first
	present sequence.Subset
}

// NewLayout lays out the subsets of the sequences that are present.
func NewLayout(present sequence.Subset) Layout {
	return Layout{
		Rows: gray(present, sequence.FLAIR, sequence.T2), Columns: gray(present, sequence.T1, sequence.T1ce), present: present,
	}
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

// At is the subset of a cell; the empty set in the reference's corner. It is the inverse of Place.
func (l Layout) At(row, column int) sequence.Subset { return l.Rows[row].With(l.Columns[column]) }

// Place is the cell of a subset, the reference's corner for the empty set; false where it has none.
func (l Layout) Place(u sequence.Subset) (row, column int, ok bool) {
	for row, r := range l.Rows {
		for column, c := range l.Columns {
			if r.With(c) == u {
				return row, column, true
			}
		}
	}
	return 0, 0, false
}

// RowName is the heading of a row, for a person.
func (l Layout) RowName(row int) string { return l.name(l.Rows[row], sequence.FLAIR, sequence.T2) }

// ColumnName is the heading of a column, for a person.
func (l Layout) ColumnName(column int) string {
	return l.name(l.Columns[column], sequence.T1, sequence.T1ce)
}

// name is the heading of a row or column of the map over the sequences a and b; empty where neither is there at all.
func (l Layout) name(u sequence.Subset, a, b sequence.Sequence) string {
	switch {
	case u.Len() == 2:
		return fmt.Sprintf("%s + %s", a, b)
	case u.Len() == 1:
		return u.Names()
	case l.present.Has(a) && l.present.Has(b):
		return fmt.Sprintf("neither %s nor %s", a, b)
	case l.present.Has(a):
		return fmt.Sprintf("without %s", a)
	case l.present.Has(b):
		return fmt.Sprintf("without %s", b)
	}
	return ""
}
