package compare

import (
	"testing"

	"quorum/viewer/sequence"
)

func TestLayoutIsInGrayOrder(t *testing.T) {
	t.Parallel()
	for _, present := range sequence.Full.Subsets() {
		l := NewLayout(present)
		rows, columns := l.Rows, l.Columns
		seen := map[sequence.Subset]bool{}
		for r, row := range rows {
			for c, column := range columns {
				u := l.At(r, c)
				seen[u] = true
				if r > 0 && apart(u, rows[r-1].With(column)) != 1 || c > 0 && apart(u, row.With(columns[c-1])) != 1 {
					t.Errorf("%s: a neighbour of %s differs by more than one sequence", present.Names(), u.Names())
				}
			}
		}
		if len(seen) != len(rows)*len(columns) || len(seen) != len(present.Subsets())+1 || !seen[0] || !seen[present] || rows[0] != 0 || columns[0] != 0 {
			t.Errorf("%s: %d×%d cells, %d different", present.Names(), len(rows), len(columns), len(seen))
		}
	}
	l := NewLayout(sequence.Full)
	if l.RowName(2) != "FLAIR + T2" || l.ColumnName(3) != "T1ce" || l.RowName(0) != "neither FLAIR nor T2" {
		t.Errorf("rows %v, columns %v", l.Rows, l.Columns)
	}
}

// apart is the number of sequences in one of the two only.
func apart(a, b sequence.Subset) int { return a.Without(b).Len() + b.Without(a).Len() }
