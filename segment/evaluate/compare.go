package evaluate

import (
	"math"

	"quorum/segment"
	"quorum/segment/calibrate"
	"quorum/segment/score"
	"quorum/viewer/label"
)

// truth is the mask of one case in the forms that results are compared with.
type truth struct {
	labels *label.Map
	ml     score.Values
	masks  [label.RegionCount]*score.Mask

	// Only for calibration and soft Dice: the regions on the network's lattice, [D,H,W] of size, of which extent is the crop box and the rest padding.
	inside       [label.RegionCount][]bool
	size, extent [3]int
}

func newTruth(open *segment.Case, labels *label.Map, crop bool) (*truth, error) {
	t := &truth{labels: labels, ml: labels.RegionML(), masks: score.Masks(labels)}
	if !crop {
		return t, nil
	}
	lattice, err := open.Crop(labels)
	if err != nil {
		return nil, err
	}
	t.size = open.Size()
	for a, side := range open.Box() {
		t.extent[a] = side[1] - side[0]
	}
	for _, r := range label.Regions {
		t.inside[r] = make([]bool, len(lattice))
		for p, l := range lattice {
			t.inside[r][p] = l.In(r)
		}
	}
	return t, nil
}

// count adds the voxels of the crop box, without the padding, to a histogram. logit is [D,H,W] of size.
func (t *truth) count(h *calibrate.Histogram, logit []float32, r label.Region) error {
	for d := range t.extent[0] {
		for row := range t.extent[1] {
			at := (d*t.size[1] + row) * t.size[2]
			if err := h.Add(logit[at:at+t.extent[2]], t.inside[r][at:at+t.extent[2]]); err != nil {
				return err
			}
		}
	}
	return nil
}

// soft is 2Σpy/(Σp + Σy + 1) of the probabilities p of the outputs, not painted and not calibrated, with the truth y over the crop box
// without the padding. logit is [D,H,W] of size.
func (t *truth) soft(logit [label.RegionCount][]float32) score.Values {
	var dice score.Values
	for _, r := range label.Regions {
		both, either := 0.0, 1.0
		for d := range t.extent[0] {
			for h := range t.extent[1] {
				at := (d*t.size[1] + h) * t.size[2]
				row, inside := logit[r][at:at+t.extent[2]], t.inside[r][at:at+t.extent[2]]
				for w, x := range row {
					p := 1 / (1 + math.Exp(-float64(x)))
					either += p
					if inside[w] {
						both += p
						either++
					}
				}
			}
		}
		dice[r] = 2 * both / either
	}
	return dice
}
