package render

import (
	"image"
	"math"
)

// Placement lays a whole slice onto a rectangle of the screen, which may reach beyond what is visible: zooming makes it larger, panning
// moves it. It is comparable.
type Placement struct {
	Size image.Point     // of the slice, pixels
	Rect image.Rectangle // where the whole slice lies on the screen
}

// Fit places the slices of v so that the part crop (slice pixels) lies in the middle of box (screen), as large as box and the physical
// proportions allow.
func Fit(v View, crop, box image.Rectangle) Placement {
	scale := math.Inf(1) // screen pixels per mm
	if crop.Dx() > 0 && crop.Dy() > 0 {
		scale = min(float64(box.Dx())/(float64(crop.Dx())*v.spacing[0]), float64(box.Dy())/(float64(crop.Dy())*v.spacing[1]))
	}
	return At(v, crop, box, scale)
}

// At places the slices of v at a scale of so many screen pixels per mm, the middle of crop (slice pixels) in the middle of box (screen).
func At(v View, crop, box image.Rectangle, scale float64) Placement {
	return Around(v, float64(crop.Min.X+crop.Max.X-1)/2, float64(crop.Min.Y+crop.Max.Y-1)/2, box, scale)
}

// Around places the slices of v at a scale of so many screen pixels per mm, the position (x, y) of the slice in the middle of box (screen).
func Around(v View, x, y float64, box image.Rectangle, scale float64) Placement {
	size := v.Size()
	if !(scale > 0) || math.IsInf(scale, 0) {
		return Placement{Size: size, Rect: image.Rectangle{Min: box.Min, Max: box.Min}}
	}
	along := func(n int, at float64, low, high int, axis int) (int, int) {
		step := scale * v.spacing[axis]
		start := int(math.Round(float64(low+high)/2 - step*(at+0.5)))
		return start, start + max(1, int(math.Round(step*float64(n))))
	}
	var r image.Rectangle
	r.Min.X, r.Max.X = along(size.X, x, box.Min.X, box.Max.X, 0)
	r.Min.Y, r.Max.Y = along(size.Y, y, box.Min.Y, box.Max.Y, 1)
	return Placement{Size: size, Rect: r}
}

// Screen maps a position in the slice to the screen, where whole numbers are the edges of pixels. It is the inverse of Slice.
func (p Placement) Screen(x, y float64) (sx, sy float64) {
	return float64(p.Rect.Min.X) + (x+0.5)*float64(p.Rect.Dx())/float64(p.Size.X),
		float64(p.Rect.Min.Y) + (y+0.5)*float64(p.Rect.Dy())/float64(p.Size.Y)
}

// Slice maps a position on the screen to the slice; round it for the pixel. It is the inverse of Screen.
func (p Placement) Slice(sx, sy float64) (x, y float64) {
	return (sx-float64(p.Rect.Min.X))*float64(p.Size.X)/float64(p.Rect.Dx()) - 0.5,
		(sy-float64(p.Rect.Min.Y))*float64(p.Size.Y)/float64(p.Rect.Dy()) - 0.5
}

// nearest lists for the screen columns (axis 0) or rows (axis 1) from lo to hi the slice pixel that covers their centre, -1 outside.
func (p Placement) nearest(axis, lo, hi int) []int {
	n, from, length := p.Size.X, p.Rect.Min.X, p.Rect.Dx()
	if axis == 1 {
		n, from, length = p.Size.Y, p.Rect.Min.Y, p.Rect.Dy()
	}
	list := make([]int, max(0, hi-lo))
	for i := range list {
		// The centre of a pixel, in halves, so that everything is whole numbers.
		at := 2*(lo+i-from) + 1
		list[i] = -1
		if at > 0 && length > 0 && at < 2*length {
			list[i] = at * n / (2 * length)
		}
	}
	return list
}
