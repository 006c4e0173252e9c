package render

import (
	"image/color"
	"math"

	"quorum/viewer/label"
)

// Palette holds a colour for each label, premultiplied with its opacity; the background is transparent.
type Palette [label.Count]color.RGBA

var (
	// Usual are the colours that users of ITK-SNAP and of the BraTS data know: NCR red, ED green, ET yellow.
	Usual = Palette{
		label.NCR:    {R: 237, G: 59, B: 59, A: 255},
		label.ED:     {R: 52, G: 199, B: 89, A: 255},
		label.ET:     {R: 255, G: 221, B: 51, A: 255},
		label.Cavity: {R: 150, G: 130, B: 255, A: 255},
	}
	// ColourBlindSafe tells the parts apart without red and green: NCR vermilion, ED sky blue, ET yellow (Okabe and Ito, 2008).
	ColourBlindSafe = Palette{
		label.NCR:    {R: 213, G: 94, B: 0, A: 255},
		label.ED:     {R: 86, G: 180, B: 233, A: 255},
		label.ET:     {R: 240, G: 228, B: 66, A: 255},
		label.Cavity: {R: 204, G: 121, B: 167, A: 255},
	}
)

// WithOpacity is the palette with every colour at this opacity, 0 to 1.
func (p Palette) WithOpacity(opacity float64) Palette {
	for l, c := range p {
		p[l] = faded(c, opacity)
	}
	return p
}

// Region is the colour of a region's outline: the hue of the part that it adds to the region inside it.
func (p Palette) Region(r label.Region) color.RGBA {
	return p[[label.RegionCount]label.Label{label.RegionET: label.ET, label.RegionWT: label.ED, label.RegionTC: label.NCR}[r]]
}

// Colours holds a colour for each class of a slice, premultiplied with its opacity.
type Colours [256]color.RGBA

// Fill is the palette as colours of a slice of labels.
func (p Palette) Fill() *Colours {
	var t Colours
	copy(t[:], p[:])
	return &t
}

func faded(c color.RGBA, opacity float64) color.RGBA {
	f := func(x uint8) uint8 { return uint8(math.Round(float64(x) * min(1, max(0, opacity)))) }
	return color.RGBA{R: f(c.R), G: f(c.G), B: f(c.B), A: f(c.A)}
}
