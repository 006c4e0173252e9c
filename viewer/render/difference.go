package render

import (
	"image"

	"quorum/viewer/label"
)

// hatch is the period of the hatching, in screen pixels along x and y.
const hatch = 6

// DrawDifference draws where a region differs between two results, onto the part of dst inside clip: gained (in m, not in the reference)
// solid cyan, lost (in the reference, not in m) hatched magenta, both at this opacity.
func DrawDifference(dst *image.RGBA, clip image.Rectangle, p Placement, v View, depth int, m, reference *label.Map, r label.Region, opacity float64) {
	clip = clip.Intersect(dst.Rect).Intersect(p.Rect)
	now, before := Extract(nil, v, depth, m.Voxel), Extract(nil, v, depth, reference.Voxel)
	gained, lost := faded(gainedColour, opacity), faded(lostColour, opacity)
	columns := p.nearest(0, clip.Min.X, clip.Max.X)
	for n, row := range p.nearest(1, clip.Min.Y, clip.Max.Y) {
		for c, column := range columns {
			at := row*p.Size.X + column
			x, y := clip.Min.X+c, clip.Min.Y+n
			switch has, had := now[at].In(r), before[at].In(r); {
			case has && !had:
				over(dst, x, y, gained, 255)
			case had && !has && (x+y)%hatch < hatch/2:
				over(dst, x, y, lost, 255)
			}
		}
	}
}
