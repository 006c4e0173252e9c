package evaluate

import (
	"testing"

	"quorum/segment/calibrate"
	"quorum/viewer/label"
)

// TestCountLeavesOutThePadding: the lattice is padded at its high ends, and the padding says nothing about probabilities.
func TestCountLeavesOutThePadding(t *testing.T) {
	tr := &truth{size: [3]int{4, 3, 5}, extent: [3]int{3, 2, 4}}
	logit := make([]float32, 4*3*5)
	inside := make([]bool, len(logit))
	for d := range 4 {
		for h := range 3 {
			for w := range 5 {
				p := (d*3+h)*5 + w
				inside[p] = d == 1 // true in the box and in the padding
				logit[p] = -1
				if d >= 3 || h >= 2 || w >= 4 {
					logit[p] = 30
				}
			}
		}
	}
	tr.inside[label.RegionTC] = inside
	var got calibrate.Histogram
	if err := tr.count(&got, logit, label.RegionTC); err != nil {
		t.Fatal(err)
	}
	outside, in := got.Voxels()
	if outside != 16 || in != 8 {
		t.Errorf("%d and %d voxels of the box counted, want 16 and 8", outside, in)
	}
	if g := got.Error(1); g > 0.1 {
		t.Errorf("calibration error %g: the padding was counted", g)
	}
}
