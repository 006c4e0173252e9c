package calibrate

import (
	"quorum/segment/score"
	"quorum/viewer/label"
)

// Shifts are tried from −shiftReach to shiftReach.
const (
	shiftStep  = 0.125
	shiftReach = 2.0
	shiftCount = int(2*shiftReach/shiftStep) + 1
)

// Dice of the region that the voxels with a logit above limit make, with the truth; both empty = 1. The limit is rounded to the width of a bin.
func (h *Histogram) Dice(limit float64) float64 {
	first := int((limit + reach) / width)
	var both, predicted, truth float64
	for at, b := range h.bin {
		truth += float64(b.inside)
		if at >= first {
			both += float64(b.inside)
			predicted += float64(b.inside + b.outside)
		}
	}
	if predicted+truth == 0 {
		return 1
	}
	return 2 * both / (predicted + truth)
}

// Shifts is how the mean Dice of each region changes when a constant is added to its logits: training on patches around tumours shows more
// tumour than a head holds, so that outlines may come out wide. Regions are taken as the network gives them, without the painting of one over
// another. The zero value is empty.
type Shifts struct {
	sum [label.RegionCount][shiftCount]float64
	n   int
}

// Add puts in the results of one case: every subset's.
func (s *Shifts) Add(g *Gathering) {
	for _, cells := range g.cells {
		s.n++
		for r := range cells {
			for at := range shiftCount {
				s.sum[r][at] += cells[r].Logits.Dice(-shiftOf(at))
			}
		}
	}
}

func shiftOf(at int) float64 { return float64(at)*shiftStep - shiftReach }

// Best is for each region the shift with the highest mean Dice over cases and subsets, the smallest one of equals; that Dice; and the Dice
// without a shift. NaN without a case.
func (s *Shifts) Best() (shift, dice, before score.Values) {
	const none = shiftCount / 2
	for r := range s.sum {
		best := none
		for away := 1; away <= none; away++ {
			for _, at := range []int{none - away, none + away} {
				if s.sum[r][at] > s.sum[r][best] {
					best = at
				}
			}
		}
		shift[r], dice[r], before[r] = shiftOf(best), s.sum[r][best]/float64(s.n), s.sum[r][none]/float64(s.n)
	}
	return shift, dice, before
}
