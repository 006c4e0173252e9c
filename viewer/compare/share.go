package compare

import (
	"math"
	"math/bits"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Shares say what each sequence brings: its Shapley value, the mean of what it adds over all orders in which the sequences could come
// (Shapley, "A Value for n-Person Games", 1953). The shares of all sequences sum to what all of them give together. Nothing is worth
// nothing: the empty set has score 0 and 0 mL. A sequence that is not present has NaN.
type Shares struct {
	Present sequence.Subset
	// Score is in parts of the score's scale; NaN for a region that the reference lacks, where a score says nothing.
	Score [label.RegionCount][sequence.Count]float64
	ML    [label.RegionCount][sequence.Count]float64 // mL
}

// Shares works out what each present sequence brings, exactly; false until every subset of them has a result, and without a reference.
func (c *Comparison) Shares() (*Shares, bool) {
	reference, ok := c.ReferenceML()
	if !ok {
		return nil, false
	}
	var row [1 << sequence.Count]Row
	for _, u := range c.Present.Subsets() {
		if row[u], ok = c.Row(u); !ok {
			return nil, false
		}
	}
	out := &Shares{Present: c.Present}
	for _, r := range label.Regions {
		out.ML[r] = shapley(c.Present, func(u sequence.Subset) float64 { return row[u].ML[r] })
		out.Score[r] = shapley(c.Present, func(u sequence.Subset) float64 {
			if reference[r] == 0 {
				return math.NaN()
			}
			if c.IsReference(row[u]) {
				return 1 // a result agrees with itself
			}
			return c.Score(row[u])[r]
		})
	}
	return out, true
}

// shapley is the value of each member of present in the game that gives value(u) to a non-empty set u and 0 to the empty one; NaN for
// those that are no members.
func shapley(present sequence.Subset, value func(sequence.Subset) float64) (share [sequence.Count]float64) {
	n := present.Len()
	// weight[k] is k!·(n−1−k)!/n!: the chance that exactly a given set of k members comes before the one in question.
	weight := make([]float64, n)
	for k := range weight {
		weight[k] = 1 / (float64(n) * binomial(n-1, k))
	}
	game := func(u sequence.Subset) float64 {
		if u == 0 {
			return 0
		}
		return value(u)
	}
	for s := range share {
		one := sequence.Of(sequence.Sequence(s))
		if !present.Has(sequence.Sequence(s)) {
			share[s] = math.NaN()
			continue
		}
		for u := sequence.Subset(0); u <= present; u++ {
			if u.Without(present.Without(one)) == 0 {
				share[s] += weight[bits.OnesCount8(uint8(u))] * (game(u.With(one)) - game(u))
			}
		}
	}
	return share
}

func binomial(n, k int) float64 {
	b := 1.0
	for i := range k {
		b = b * float64(n-i) / float64(i+1)
	}
	return b
}
