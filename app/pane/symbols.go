package pane

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"quorum/viewer/sequence"
)

// circles are the four circles of a subset in the order FLAIR, T1, T1ce, T2: filled = in, hollow = out. They are drawn: fonts lack them.
type circles [sequence.Count]*canvas.Circle

func newCircles() circles {
	var c circles
	for n := range c {
		c[n] = canvas.NewCircle(color.Transparent)
		c[n].StrokeWidth = 1.5
	}
	return c
}

// add appends them to a list of objects.
func (c circles) add(list []fyne.CanvasObject) []fyne.CanvasObject {
	for _, o := range c {
		list = append(list, o)
	}
	return list
}

// put lays them out from x on, the middles at height y.
func (c circles) put(x, y, diameter float32) {
	for n, o := range c {
		put(o, x+float32(n)*circleStep(diameter), y-diameter/2, diameter, diameter)
	}
}

// show fills those of a subset.
func (c circles) show(u sequence.Subset, ink color.Color) {
	for n, o := range c {
		o.StrokeColor, o.FillColor = ink, color.Transparent
		if u.Has(sequence.All[n]) {
			o.FillColor = ink
		}
	}
}

// circleStep is the distance from one circle to the next.
func circleStep(diameter float32) float32 { return diameter + round(diameter/3) + 1 }

// circlesWidth is the width of all four.
func circlesWidth(diameter float32) float32 {
	return (sequence.Count-1)*circleStep(diameter) + diameter
}

// Symbols shows a subset as four circles.
type Symbols struct {
	widget.BaseWidget
	circles circles
	subset  sequence.Subset
}

// NewSymbols makes the symbols of a subset.
func NewSymbols(u sequence.Subset) *Symbols {
	s := &Symbols{circles: newCircles(), subset: u}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows another subset.
func (s *Symbols) Set(u sequence.Subset) {
	if s.subset != u {
		s.subset = u
		s.Refresh()
	}
}

// symbolSize is the diameter of the circles.
const symbolSize = 10

// CreateRenderer is part of fyne.Widget.
func (s *Symbols) CreateRenderer() fyne.WidgetRenderer {
	s.circles.show(s.subset, paint(theme.ColorNameForeground))
	return &drawing{
		widget: s, objects: s.circles.add(nil),
		min:     func() fyne.Size { return fyne.NewSize(circlesWidth(symbolSize), symbolSize) },
		layout:  func(size fyne.Size) { s.circles.put(0, size.Height/2, symbolSize) },
		refresh: func() { s.circles.show(s.subset, paint(theme.ColorNameForeground)) },
	}
}
