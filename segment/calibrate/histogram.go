// Package calibrate turns held-out predictions into statements about how far a model can be trusted: a temperature that makes its
// probabilities honest, the calibration error before and after, and the reliability table of the model file (docs/conventions.md,
// "Numbers and reports").
package calibrate

import (
	"errors"
	"math"
)

// Logits are counted in bins of this width from −reach to reach; what lies beyond falls into the first or last bin. A bin keeps the sum
// of its logits, so that the mean within a bin is exact and the error of any smooth function is of second order in the width.
const (
	width = 1.0 / 64
	reach = 40.0
	bins  = int(2 * reach / width)
)

// Histogram gathers the logits of one region over the voxels of many cases in fixed memory (160 kB). The zero value is empty.
type Histogram struct {
	bin []bin
}

// bin counts the voxels of one interval of logits.
type bin struct {
	outside, inside       uint64  // voxels outside and inside the true region
	outsideSum, insideSum float64 // of their logits
}

// ErrNaN says that the network gave a logit that is not a number: nothing can be said about its probabilities.
var ErrNaN = errors.New("the network gave logits that are not numbers (NaN): the model or the device that computes it is broken")

// Add counts voxels: logit[i] of a voxel that is in the true region where inside[i]. Both are equally long. Infinite logits, which come
// from probabilities that were rounded to 0 or 1, count as ±40.
func (h *Histogram) Add(logit []float32, inside []bool) error {
	if h.bin == nil {
		h.bin = make([]bin, bins)
	}
	inside = inside[:len(logit)]
	for i, z := range logit {
		x := float64(z)
		at := int((x + reach) * (1 / width))
		switch {
		case x > -reach && x < reach:
		case x <= -reach:
			at = 0
		case x >= reach:
			at = bins - 1
		default:
			return ErrNaN
		}
		if math.IsInf(x, 0) {
			x = math.Copysign(reach, x)
		}
		b := &h.bin[at]
		if inside[i] {
			b.inside++
			b.insideSum += x
		} else {
			b.outside++
			b.outsideSum += x
		}
	}
	return nil
}

// merge adds the voxels of other.
func (h *Histogram) merge(other *Histogram) {
	if h.bin == nil {
		h.bin = make([]bin, bins)
	}
	for at, b := range other.bin {
		h.bin[at].outside += b.outside
		h.bin[at].inside += b.inside
		h.bin[at].outsideSum += b.outsideSum
		h.bin[at].insideSum += b.insideSum
	}
}

// Voxels is the number of voxels outside and inside the true region.
func (h *Histogram) Voxels() (outside, inside uint64) {
	for _, b := range h.bin {
		outside += b.outside
		inside += b.inside
	}
	return outside, inside
}

// sample is a number of voxels with (nearly) one logit.
type sample struct {
	logit  float64
	voxels float64
	inside float64 // share of voxels that are in the true region, times voxels
}

// samples lists what is not empty, ascending by bin.
func (h *Histogram) samples() []sample {
	var list []sample
	for _, b := range h.bin {
		if b.outside > 0 {
			list = append(list, sample{b.outsideSum / float64(b.outside), float64(b.outside), 0})
		}
		if b.inside > 0 {
			list = append(list, sample{b.insideSum / float64(b.inside), float64(b.inside), float64(b.inside)})
		}
	}
	return list
}

// sigmoid is 1 / (1 + e^−x).
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
