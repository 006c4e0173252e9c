package score

import (
	"math"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Measure says what a table holds. Scores against a confirmed mask and against another result are different measures: a table holds
// one, so that they are never averaged together.
type Measure string

// The measures.
const (
	Truth     Measure = "Dice (truth)" // overlap with a confirmed mask
	Agreement Measure = "agreement"    // overlap (Dice) with another result
	Distance  Measure = "HD95 (mm)"    // against a confirmed mask
)

// decimals that a person needs to see.
func (m Measure) decimals() int {
	if m == Distance {
		return 1
	}
	return 3
}

// note explains the rules in a caption.
func (m Measure) note() string {
	if m == Distance {
		return "both empty = 0; one empty = not available, left out of the mean and counted as n/a"
	}
	return "both empty = 1, one empty = 0"
}

// Cell holds the values of one subset and region, a value for each case.
type Cell struct {
	Values      []float64 // those that are available
	Unavailable int       // cases that have none (HD95 with one side empty)
}

// Summary describes the available values.
func (c Cell) Summary() Summary { return Summarise(c.Values) }

// Row is one subset of sequences.
type Row struct {
	Subset sequence.Subset
	Cells  [label.RegionCount]Cell
}

// Table is one measure over subsets and regions. A case that lacks a sequence is not in the rows that need it, so n is a cell's own.
type Table struct {
	Measure Measure
	Rows    []Row // in the order of sequence.Subset.Subsets
}

// Add puts in the values of one case; NaN = not available.
func (r *Row) Add(v Values) {
	for at, x := range v {
		if cell := &r.Cells[at]; math.IsNaN(x) {
			cell.Unavailable++
		} else {
			cell.Values = append(cell.Values, x)
		}
	}
}

// Mean is the mean of the rows' means, as papers state it over the 15 subsets, and the number of rows; a region with a row without
// values is NaN, since a mean over fewer rows would be another thing.
func (t *Table) Mean() (v Values, rows int) {
	for _, row := range t.Rows {
		for r, c := range row.Cells {
			v[r] += c.Summary().Mean
		}
	}
	for r := range v {
		v[r] /= float64(len(t.Rows))
	}
	return v, len(t.Rows)
}
