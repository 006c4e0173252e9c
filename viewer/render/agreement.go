package render

import "image/color"

// ramp are the colours of agreement from little to all: dark blue over teal to yellow, ever lighter, so that it can be read without
// telling colours apart.
var ramp = [...]color.RGBA{
	{R: 58, G: 46, B: 148, A: 255},
	{R: 34, G: 96, B: 170, A: 255},
	{R: 16, G: 142, B: 150, A: 255},
	{R: 110, G: 186, B: 92, A: 255},
	{R: 250, G: 230, B: 60, A: 255},
}

// AgreementColour is the colour of "k of n".
func AgreementColour(k, n int) color.RGBA {
	if n <= 1 || k >= n {
		return ramp[len(ramp)-1]
	}
	at := float64(max(0, k-1)) / float64(n-1) * float64(len(ramp)-1)
	from := int(at)
	a, b, share := ramp[from], ramp[from+1], at-float64(from)
	mix := func(x, y uint8) uint8 { return uint8(float64(x) + share*(float64(y)-float64(x)) + 0.5) }
	return color.RGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 255}
}

// AgreementFill paints the counts of an agreement map among n results; a voxel that none calls tumour stays clear.
func AgreementFill(n int, opacity float64) *Colours {
	var t Colours
	for k := 1; k < len(t); k++ {
		t[k] = faded(AgreementColour(k, n), opacity)
	}
	return &t
}
