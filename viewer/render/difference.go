package render

import (
	"image/color"

	"quorum/viewer/label"
)

// The classes of DifferenceClasses.
const (
	Same   uint8 = iota // in neither
	Kept                // in both
	Gained              // in the result, not in the reference
	Lost                // in the reference, not in the result
)

// The colours of differences to a reference.
var (
	GainedColour = color.RGBA{R: 0, G: 214, B: 240, A: 255}  // cyan, solid
	LostColour   = color.RGBA{R: 240, G: 60, B: 220, A: 255} // magenta, hatched
)

// DifferenceClasses compares a region in two slices of labels, and puts the classes of the pixels into the first.
func DifferenceClasses(now, reference []uint8, r label.Region) {
	var in [256]uint8
	for l := range label.Label(label.Count) {
		if l.In(r) {
			in[l] = 1
		}
	}
	for n, l := range now {
		now[n] = [4]uint8{Same, Gained, Lost, Kept}[in[l]+2*in[reference[n]]]
	}
}

// DifferenceFill paints what was gained.
func DifferenceFill(opacity float64) *Colours {
	var t Colours
	t[Gained] = faded(GainedColour, opacity)
	return &t
}

// DifferenceStrokes outline what was gained, and hatch and outline what was lost: a single voxel is smaller than a stripe.
func DifferenceStrokes(strength float64) []Stroke {
	gained := Stroke{Colour: faded(GainedColour, strength)}
	gained.In[Gained] = true
	lost := Stroke{Colour: faded(LostColour, strength), Hatched: true}
	lost.In[Lost] = true
	return []Stroke{gained, lost}
}
