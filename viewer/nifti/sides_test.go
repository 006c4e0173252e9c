package nifti

import (
	"testing"

	"quorum/viewer/volume"
)

func TestUnsureSides(t *testing.T) {
	lps := volume.Affine{{-1, 0, 0, 10}, {0, -1, 0, 10}, {0, 0, 1, 0}}
	// Half a turn about the third axis is LPS; with qfac -1 the third axis runs down, and no turn at all is RAS.
	turned := [3]float64{0, 0, 1}
	for name, c := range map[string]struct {
		header Header
		want   bool
	}{
		"spacing alone":     {Header{}, true},
		"s-form alone":      {Header{SFormCode: 1, SForm: lps}, false},
		"q-form alone":      {Header{QFormCode: 1, Quatern: turned}, false},
		"both agree":        {Header{SFormCode: 1, SForm: lps, QFormCode: 1, Quatern: turned}, false},
		"left is right":     {Header{SFormCode: 1, SForm: lps, QFormCode: 1}, true},
		"only up is down":   {Header{SFormCode: 1, SForm: lps, QFormCode: 1, Quatern: turned, PixDim: [8]float64{-1, 1, 1, 1}}, false},
		"another axis runs": {Header{SFormCode: 1, SForm: volume.Affine{{0, -1, 0, 0}, {-1, 0, 0, 0}, {0, 0, 1, 0}}, QFormCode: 1, Quatern: turned}, true},
	} {
		if c.header.PixDim == ([8]float64{}) {
			c.header.PixDim = [8]float64{1, 1, 1, 1}
		}
		if got := c.header.UnsureSides(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
