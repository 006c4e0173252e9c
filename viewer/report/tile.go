package report

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// fillOpacity is that of the parts: strong enough to tell their colours, weak enough to see the image through them.
const fillOpacity = 0.34

// The widths of the regions' outlines around the fills, in pixels.
const (
	outlineWidth = 1.5
	thinOutline  = 1.0 // in small planes
)

// tile is one plane of one sequence on the sheet.
type tile struct {
	box     image.Rectangle
	view    render.View
	shown   sequence.Sequence
	overlay *label.Map // nil = the image alone
	cross   bool       // mark where the other planes lie
	outline float64    // width of the outlines around the parts, pixels
	caption string     // upper left
	bar     bool       // a scale bar
	small   bool       // smaller letters
	scale   float64    // screen pixels per mm
}

// crop is the part of the slices that shows the brain and so many mm around it, in slice pixels.
func (s *scene) crop(v render.View, around float64) image.Rectangle {
	a, _ := v.Pixel(s.brain[0])
	b, _ := v.Pixel(s.brain[1])
	r := image.Rectangle{Min: a, Max: b}.Canon()
	r.Max = r.Max.Add(image.Pt(1, 1))
	spacing := v.Spacing()
	dx, dy := int(math.Ceil(around/spacing[0])), int(math.Ceil(around/spacing[1]))
	return image.Rect(r.Min.X-dx, r.Min.Y-dy, r.Max.X+dx, r.Max.Y+dy)
}

// extentMM is the physical size of a crop.
func extentMM(v render.View, crop image.Rectangle) (width, height float64) {
	return float64(crop.Dx()) * v.Spacing()[0], float64(crop.Dy()) * v.Spacing()[1]
}

// plane draws a plane with its letters.
func (s *sheet) plane(sc *scene, t tile) {
	s.fill(t.box, black)
	pixel, depth := t.view.Pixel(sc.at)
	place := render.At(t.view, sc.crop(t.view, 0), t.box, t.scale)
	render.DrawGrey(s.RGBA, t.box, place, render.Grey(nil, t.view, depth, sc.Volumes[t.shown], sc.window[t.shown]))
	if t.overlay != nil {
		render.DrawLabels(s.RGBA, t.box, place, render.Labels(nil, t.view, depth, t.overlay, render.Usual.WithOpacity(fillOpacity)))
		render.DrawOutlines(s.RGBA, t.box, place, t.view, depth, t.overlay, render.Usual.RegionStrokes(), t.outline)
	}
	if t.cross {
		s.cross(t, place, pixel)
	}
	s.marks(sc, t)
}

// cross marks the crosshair with short lines at the edges of the tile: nothing lies over the tumour.
func (s *sheet) cross(t tile, place render.Placement, pixel image.Point) {
	x, y := place.Screen(float64(pixel.X), float64(pixel.Y))
	cx, cy := int(x), int(y)
	const length = 6 // clear of all words
	for _, r := range []image.Rectangle{
		image.Rect(t.box.Min.X, cy, t.box.Min.X+length, cy+1), image.Rect(t.box.Max.X-length, cy, t.box.Max.X, cy+1),
		image.Rect(cx, t.box.Min.Y, cx+1, t.box.Min.Y+length), image.Rect(cx, t.box.Max.Y-length, cx+1, t.box.Max.Y),
	} {
		s.fill(r.Intersect(t.box), accent)
	}
}

// marks writes what must stand on every plane: the sides, the convention, the place; and the scale.
func (s *sheet) marks(sc *scene, t tile) {
	side, mark := sideStyle, markStyle
	if t.small {
		side.Size, mark.Size = 14, 12
	}
	b := t.box.Inset(2 * unit)
	sides := t.view.Sides()
	middle := image.Pt((b.Min.X+b.Max.X)/2, (b.Min.Y+b.Max.Y)/2)
	letter := func(words string) (string, render.Style) {
		style := side
		if sc.UnsureSides && (words == "R" || words == "L") {
			words, style.Colour = words+"?", warning
		}
		return words, style
	}
	rise := int(side.Size * 0.72) // the height of a capital
	words, style := letter(sides.Left)
	s.text(b.Min.X, middle.Y+rise/2, words, style)
	words, style = letter(sides.Right)
	s.textEnd(b.Max.X, middle.Y+rise/2, words, style)
	s.textMiddle(middle.X, b.Min.Y+rise, sides.Top, side)
	s.textMiddle(middle.X, b.Max.Y, sides.Bottom, side)

	s.text(b.Min.X, b.Min.Y+int(mark.Size*0.8), t.caption, mark)
	quieter := mark
	quieter.Colour = quiet
	s.text(b.Min.X, b.Max.Y, sc.Convention.String(), quieter)
	if tilt := sc.grid.Obliquity(); tilt >= 1 {
		s.text(b.Min.X, b.Max.Y-lineStep(mark), fmt.Sprintf("oblique %.0f°", tilt), quieter)
	}
	if t.bar {
		s.bar(b.Max, t.scale, mark)
	}
}

// bar draws a scale bar that ends at the lower right corner: the longest round length that stays short.
func (s *sheet) bar(corner image.Point, scale float64, style render.Style) {
	const most = 130 // pixels
	mm := 1.0
	for _, candidate := range []float64{2, 5, 10, 20, 50, 100} {
		if candidate*scale <= most {
			mm = candidate
		}
	}
	length := int(math.Round(mm * scale))
	words := fmt.Sprintf("%.0f mm", mm)
	s.textEnd(corner.X, corner.Y-2*unit, words, style)
	s.fill(image.Rect(corner.X-length-1, corner.Y-5, corner.X+1, corner.Y), color.RGBA{A: 200})
	s.fill(image.Rect(corner.X-length, corner.Y-4, corner.X, corner.Y-1), strong)
}

// blank draws the tile of something that is not there.
func (s *sheet) blank(box image.Rectangle, heading, words string) {
	s.fill(box, panel)
	s.frame(box, 1, line)
	x, y := (box.Min.X+box.Max.X)/2, (box.Min.Y+box.Max.Y)/2
	style := headingStyle
	style.Colour = quiet
	s.textMiddle(x, y-unit, heading, style)
	s.textMiddle(x, y+4*unit, words, quietStyle)
}
