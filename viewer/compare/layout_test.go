package compare

import (
	"slices"
	"testing"

	"quorum/viewer/sequence"
)

func TestLayoutIsInGrayOrder(t *testing.T) {
	t.Parallel()
	for _, present := range sequence.Full.Subsets() {
		l := NewLayout(present)
		seen := map[sequence.Subset]bool{}
		for n, u := range l.Cells() {
			seen[u] = true
			r, c := n/l.Columns, n%l.Columns
			if row, column, ok := l.Place(u); !ok || row != r || column != c {
				t.Errorf("%s: cell %d,%d is found at %d,%d", present, r, c, row, column)
			}
			above, hasAbove := l.At(r-1, c)
			before, hasBefore := l.At(r, c-1)
			if hasAbove && apart(u, above) != 1 || hasBefore && apart(u, before) != 1 {
				t.Errorf("%s: a neighbour of %s differs by more than one sequence", present.Names(), u.Names())
			}
		}
		if _, _, ok := l.Place(sequence.Full); ok != (present == sequence.Full) {
			t.Errorf("%s: the full set has a place: %v", present, ok)
		}
		first, _ := l.At(0, 0)
		if len(seen) != l.Rows*l.Columns || len(seen) != len(present.Subsets())+1 || !seen[0] || !seen[present] || first != 0 {
			t.Errorf("%s: %d×%d cells, %d different", present.Names(), l.Rows, l.Columns, len(seen))
		}
	}
	l := NewLayout(sequence.Full)
	if l.RowNames[2] != "FLAIR + T2" || l.ColumnNames[3] != "T1ce" || l.RowNames[0] != "neither FLAIR nor T2" {
		t.Errorf("rows %v, columns %v", l.RowNames, l.ColumnNames)
	}
}

// apart is the number of sequences in one of the two only.
func apart(a, b sequence.Subset) int { return a.Without(b).Len() + b.Without(a).Len() }

// A preset gives room to nothing but what it needs, and to the reference.
func TestLayoutOfAPreset(t *testing.T) {
	t.Parallel()
	const f, t1, ce, t2 = 1, 2, 4, 8
	three, two := sequence.Subset(f|t1|t2), sequence.Subset(t1|ce)
	for _, k := range []struct {
		preset        Preset
		present, base sequence.Subset
		truth         bool
		cells         []sequence.Subset
		rows, columns int
	}{
		{LeaveOneOut, sequence.Full, sequence.Full, false, []sequence.Subset{15, f | t1 | ce, f | t1 | t2, f | ce | t2, t1 | ce | t2}, 2, 3},
		{LeaveOneOut, sequence.Full, sequence.Full, true, []sequence.Subset{0, 15, f | t1 | ce, f | t1 | t2, f | ce | t2, t1 | ce | t2}, 2, 3},
		{LeaveOneOut, sequence.Full, three, false, []sequence.Subset{three, f | t1, f | t2, t1 | t2}, 2, 2},
		{LeaveOneOut, three, three, true, []sequence.Subset{0, three, f | t1, f | t2, t1 | t2}, 2, 3},
		{LeaveOneOut, two, two, false, []sequence.Subset{two, t1, ce}, 2, 2},
		{LeaveOneOut, two, t1, false, []sequence.Subset{t1}, 1, 1},
		{Singles, sequence.Full, sequence.Full, false, []sequence.Subset{15, f, t1, ce, t2}, 2, 3},
		{Singles, three, three, false, []sequence.Subset{three, f, t1, t2}, 2, 2},
		{Singles, sequence.Full, ce, true, []sequence.Subset{0, ce, f, t1, t2}, 2, 3},
		{All, two, two, true, []sequence.Subset{0, t1, two, ce}, 1, 4},
	} {
		l := k.preset.Layout(k.present, k.base, k.truth)
		if !slices.Equal(l.Cells(), k.cells) || l.Rows != k.rows || l.Columns != k.columns {
			t.Errorf("%s of %s, reference %s, truth %v: %v in %d×%d", k.preset, k.present, k.base, k.truth, l.Cells(), l.Rows, l.Columns)
		}
		for n, u := range k.cells {
			row, column, ok := l.Place(u)
			at, there := l.At(row, column)
			if !ok || !there || at != u || row*l.Columns+column != n {
				t.Errorf("%s: %s stands at %d, %d", k.preset, u, row, column)
			}
		}
		if _, ok := l.At(l.Rows-1, l.Columns); ok {
			t.Error("something stands outside")
		}
	}
	if l := LeaveOneOut.Layout(sequence.Full, sequence.Full, false); l.Name(sequence.Full.Without(ce)) != "without T1ce" || l.Name(sequence.Full) != "all four" {
		t.Errorf("cells are called %q", l.names)
	}
	if l := Singles.Layout(sequence.Full, sequence.Full, false); l.Name(ce) != "T1ce alone" || l.Name(three) != "" {
		t.Errorf("cells are called %q", l.names)
	}
}
