package pane

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"quorum/viewer/render"
)

// legend is the meaning of a colour on the stage: a swatch and words.
type legend struct {
	swatch *canvas.Rectangle
	hatch  [3]*canvas.Line
	text   *inked
}

// The swatch's side, and what lies between it and the words.
const (
	swatchSide = 11
	swatchGap  = 6
)

// newLegend makes an empty entry whose swatch stands left of the words, or right of them where they end at a side.
func newLegend(align fyne.TextAlign) legend {
	l := legend{swatch: canvas.NewRectangle(color.Transparent), text: newInked(smallSize, align, stageInk)}
	l.swatch.Hide()
	for n := range l.hatch {
		l.hatch[n] = canvas.NewLine(color.Black)
		l.hatch[n].StrokeWidth, l.hatch[n].Hidden = 1.5, true
	}
	return l
}

func (l *legend) add(list []fyne.CanvasObject) []fyne.CanvasObject {
	list = append(list, l.swatch)
	for _, h := range l.hatch {
		list = append(list, h)
	}
	return l.text.add(list)
}

// set changes colour and words.
func (l *legend) set(e render.Entry, shown bool) {
	hidden := !shown
	if hidden && l.swatch.Hidden {
		return
	}
	l.swatch.Hidden, l.swatch.FillColor = hidden, e.Colour
	l.swatch.Refresh()
	for _, h := range l.hatch {
		h.Hidden = hidden || !e.Hatched
		h.Refresh()
	}
	if hidden {
		e.Text = ""
	}
	l.text.set(e.Text, stageInk)
}

// put lays the entry out with its middle at height y, from x on or ending there, and gives its width.
func (l *legend) put(x, y float32) float32 {
	const side, gap = swatchSide, swatchGap
	left, words := x, x+side+gap
	if l.text.light.Alignment == fyne.TextAlignTrailing {
		left, words = x-side, x-side-gap
	}
	put(l.swatch, left, y-side/2, side, side)
	for n, h := range l.hatch {
		low, high := left+float32(n-1)*side/2, left+float32(n+1)*side/2
		segment(h, max(left, low), y+side/2-max(0, left-low), min(left+side, high), y-side/2+max(0, high-left-side))
	}
	l.text.put(words, y)
	return l.width()
}

// width is that of swatch and words; 0 where nothing is shown.
func (l *legend) width() float32 {
	if l.swatch.Hidden {
		return 0
	}
	return swatchSide + swatchGap + l.text.width()
}
