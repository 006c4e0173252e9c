package render

import (
	"image"
	"image/color"
	"math"

	"quorum/viewer/label"
)

// nested are the regions from the outermost in; the innermost wins where outlines meet.
var nested = [label.RegionCount]label.Region{label.RegionWT, label.RegionTC, label.RegionET}

// DrawOutlines draws the outlines of the regions in a slice onto the part of dst inside clip. They run along the edges of voxels and are
// width screen pixels wide. A pixel has the colour of one region, never a mixture: where outlines meet, the inner one is seen.
func DrawOutlines(dst *image.RGBA, clip image.Rectangle, p Placement, v View, depth int, m *label.Map, colours Palette, width float64) {
	clip = clip.Intersect(dst.Rect)
	slice := Extract(nil, v, depth, m.Voxel)
	in := make([]bool, len(slice))
	best := newCoverage(clip)
	cover := newCoverage(clip)
	colour := make([]color.RGBA, len(best.amount))
	for _, r := range nested {
		for n, l := range slice {
			in[n] = l.In(r)
		}
		clear(cover.amount)
		edges(in, p.Size, func(x0, y0, x1, y1 int) { cover.line(p, x0, y0, x1, y1, width/2) })
		for n, c := range cover.amount {
			if c > 0 && c >= best.amount[n] {
				best.amount[n], colour[n] = c, colours.Region(r)
			}
		}
	}
	for n, c := range best.amount {
		if c > 0 {
			over(dst, clip.Min.X+n%clip.Dx(), clip.Min.Y+n/clip.Dx(), colour[n], uint32(c))
		}
	}
}

// edges finds the straight runs of voxel edges between inside and outside. Their ends are corners of pixels: corner (x, y) is the upper
// left one of pixel (x, y).
func edges(in []bool, size image.Point, found func(x0, y0, x1, y1 int)) {
	at := func(x, y int) bool { return x >= 0 && y >= 0 && x < size.X && y < size.Y && in[y*size.X+x] }
	for y := range size.Y + 1 {
		runs(size.X, func(x int) bool { return at(x, y-1) != at(x, y) }, func(lo, hi int) { found(lo, y, hi, y) })
	}
	for x := range size.X + 1 {
		runs(size.Y, func(y int) bool { return at(x-1, y) != at(x, y) }, func(lo, hi int) { found(x, lo, x, hi) })
	}
}

// runs reports the intervals [lo, hi) of 0..n-1 in which is holds.
func runs(n int, is func(int) bool, found func(lo, hi int)) {
	start := -1
	for i := range n + 1 {
		switch on := i < n && is(i); {
		case on && start < 0:
			start = i
		case !on && start >= 0:
			found(start, i)
			start = -1
		}
	}
}

// coverage says how much of each pixel inside bounds is covered, 255 = all of it.
type coverage struct {
	bounds image.Rectangle
	amount []uint8
}

func newCoverage(bounds image.Rectangle) *coverage {
	return &coverage{bounds: bounds, amount: make([]uint8, bounds.Dx()*bounds.Dy())}
}

// fine is the number of steps in a screen pixel: coverage is counted in whole numbers, the same on every machine.
const fine = 256

// line covers a horizontal or vertical line between two corners of slice pixels, half screen pixels to each side and beyond its ends.
func (c *coverage) line(p Placement, x0, y0, x1, y1 int, half float64) {
	h := int(math.Round(half * fine))
	corner := func(n, from, length, size int) int { return from*fine + n*length*fine/size }
	left := corner(x0, p.Rect.Min.X, p.Rect.Dx(), p.Size.X) - h
	right := corner(x1, p.Rect.Min.X, p.Rect.Dx(), p.Size.X) + h
	top := corner(y0, p.Rect.Min.Y, p.Rect.Dy(), p.Size.Y) - h
	bottom := corner(y1, p.Rect.Min.Y, p.Rect.Dy(), p.Size.Y) + h
	for y := max(c.bounds.Min.Y, floor(top)); y < min(c.bounds.Max.Y, floor(bottom)+1); y++ {
		tall := min(bottom, (y+1)*fine) - max(top, y*fine)
		for x := max(c.bounds.Min.X, floor(left)); x < min(c.bounds.Max.X, floor(right)+1); x++ {
			wide := min(right, (x+1)*fine) - max(left, x*fine)
			amount := &c.amount[(y-c.bounds.Min.Y)*c.bounds.Dx()+x-c.bounds.Min.X]
			*amount = max(*amount, uint8(tall*wide*255/(fine*fine)))
		}
	}
}

func floor(x int) int { return x >> 8 }
