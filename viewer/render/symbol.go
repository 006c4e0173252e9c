package render

import (
	"image"
	"image/color"
	"math"

	"quorum/viewer/sequence"
)

// DrawSubset draws a subset as four circles in the order FLAIR, T1, T1ce, T2, filled = in, hollow = out: the first at centre, the next
// ones step pixels to the right of one another. They are drawn and no letters, since fonts lack them.
func DrawSubset(dst *image.RGBA, centre image.Point, radius float64, step int, u sequence.Subset, c color.RGBA) {
	for n, s := range sequence.All {
		DrawCircle(dst, centre.Add(image.Pt(n*step, 0)), radius, u.Has(s), c)
	}
}

// DrawCircle draws a circle around the middle of a pixel, filled or as a ring.
func DrawCircle(dst *image.RGBA, centre image.Point, radius float64, filled bool, c color.RGBA) {
	reach := int(math.Ceil(radius)) + 1
	for y := centre.Y - reach; y <= centre.Y+reach; y++ {
		for x := centre.X - reach; x <= centre.X+reach; x++ {
			distance := math.Hypot(float64(x-centre.X), float64(y-centre.Y))
			cover := min(1, max(0, radius+0.5-distance))
			if !filled {
				cover = min(cover, max(0, distance-radius+1.5+0.5))
			}
			if cover > 0 && (image.Point{X: x, Y: y}).In(dst.Rect) {
				over(dst, x, y, c, uint32(math.Round(255*cover)))
			}
		}
	}
}
