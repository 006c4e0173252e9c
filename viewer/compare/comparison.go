package compare

import (
	"fmt"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// The names of the two scores. They never stand in one column, and no mean is taken over both.
const (
	DiceName      = "Dice (truth)"
	AgreementName = "agreement"
)

// Told is the order in which regions are told: from the outermost in.
var Told = [label.RegionCount]label.Region{label.RegionWT, label.RegionTC, label.RegionET}

// Row is the result of one subset in numbers.
type Row struct {
	Subset    sequence.Subset
	ML        [label.RegionCount]float64  // volumes of the regions
	Dice      *[label.RegionCount]float64 // with the truth; nil = there is no truth
	Agreement *[label.RegionCount]float64 // Dice with the result of Base; nil for that result itself, and where that is missing
}

// Comparison is a Set in numbers.
type Comparison struct {
	Present sequence.Subset
	Base    sequence.Subset
	TruthML *[label.RegionCount]float64 // volumes of the truth; nil = there is none, and the result of Base is the reference
	Rows    []Row                       // in any order
}

// Row finds the numbers of a subset; false where it was not computed.
func (c *Comparison) Row(u sequence.Subset) (Row, bool) {
	for _, row := range c.Rows {
		if row.Subset == u {
			return row, true
		}
	}
	return Row{}, false
}

// HasTruth says whether scores are Dice with the truth; otherwise they are agreement between results.
func (c *Comparison) HasTruth() bool { return c.TruthML != nil }

// ScoreName is what scores are called here.
func (c *Comparison) ScoreName() string {
	if c.HasTruth() {
		return DiceName
	}
	return AgreementName
}

// ReferenceName says for a person what the results are compared with.
func (c *Comparison) ReferenceName() string { return referenceName(c.HasTruth(), c.Base) }

func referenceName(truth bool, base sequence.Subset) string {
	if truth {
		return "truth mask"
	}
	return "result of " + baseName(base)
}

func baseName(base sequence.Subset) string {
	if base == sequence.Full {
		return "all four"
	}
	return base.Names()
}

// ReferenceML are the volumes of the reference; false where there is none.
func (c *Comparison) ReferenceML() ([label.RegionCount]float64, bool) {
	if c.HasTruth() {
		return *c.TruthML, true
	}
	row, ok := c.Row(c.Base)
	return row.ML, ok
}

// IsReference says whether a row is the reference itself, which has no score.
func (c *Comparison) IsReference(row Row) bool { return !c.HasTruth() && row.Subset == c.Base }

// Score is what a row is judged by: Dice with the truth if there is one, else the agreement with the reference, never a mixture of both;
// nil where there is none, as for the reference itself.
func (c *Comparison) Score(row Row) *[label.RegionCount]float64 {
	if c.HasTruth() {
		return row.Dice
	}
	return row.Agreement
}

// ScoreText is a row's score of a region for a person: "0.87", or "none/none" where neither result nor reference has any of it; empty
// where there is no score.
func (c *Comparison) ScoreText(row Row, r label.Region) string {
	score := c.Score(row)
	if score == nil {
		return ""
	}
	if c.BothEmpty(row, r) {
		return "none/none"
	}
	return fmt.Sprintf("%.2f", score[r])
}

// BothEmpty says whether neither result nor reference has any of a region: then no number says anything.
func (c *Comparison) BothEmpty(row Row, r label.Region) bool {
	reference, ok := c.ReferenceML()
	return ok && row.ML[r] == 0 && reference[r] == 0
}
