package pane

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Hints is a layer over the whole window (the last object of a stack) that shows a few words near what the pointer is over: the toolkit has
// no tooltips. It takes no events, so what lies below it works. Give its Say to Keys.OnHint.
type Hints struct {
	widget.BaseWidget
	// Stage is where the images are. Words about what stands beside, above or below them lie over the images' edge, where they cover neither the next
	// row of a list nor other tools.
	Stage fyne.CanvasObject

	back  *canvas.Rectangle
	lines []*canvas.Text
	owner fyne.CanvasObject // of the words that are shown
}

// The most lines of a hint, and its width in units.
const (
	hintLines = 6
	hintWidth = 320
)

// NewHints makes an empty layer.
func NewHints() *Hints {
	h := &Hints{back: canvas.NewRectangle(color.Transparent)}
	h.back.CornerRadius, h.back.StrokeWidth = 4, 1
	for range hintLines {
		h.lines = append(h.lines, line("", smallSize))
	}
	h.ExtendBaseWidget(h)
	return h
}

// Clear takes away whatever words there are: what they belong to may be gone.
func (h *Hints) Clear() {
	if h.owner != nil {
		h.Say("", h.owner)
	}
}

// Say shows words near an object. Empty words take away those of the same object, and no others: a pointer that goes from one control
// to the next leaves the first after it has entered the second, or before.
func (h *Hints) Say(text string, near fyne.CanvasObject) {
	if text == "" && near != h.owner {
		return
	}
	h.owner = near
	rows := wrap(text, smallSize, hintWidth)
	if len(rows) > hintLines {
		rows = rows[:hintLines]
		rows[hintLines-1] += "…"
	}
	for n, l := range h.lines {
		l.Text = ""
		if n < len(rows) {
			l.Text = rows[n]
		}
	}
	h.Refresh()
}

// CreateRenderer is part of fyne.Widget.
func (h *Hints) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{h.back}
	for _, l := range h.lines {
		objects = append(objects, l)
	}
	h.colour()
	return &drawing{widget: h, objects: objects, layout: h.layout, refresh: h.colour, min: func() fyne.Size { return fyne.Size{} }}
}

func (h *Hints) colour() {
	h.back.FillColor, h.back.StrokeColor = paint(theme.ColorNameMenuBackground), paint(theme.ColorNameInputBorder)
	h.back.Hidden = h.lines[0].Text == ""
	for _, l := range h.lines {
		l.Color, l.Hidden = paint(theme.ColorNameForeground), l.Text == ""
	}
}

// place is where an object lies on the layer.
func (h *Hints) place(o fyne.CanvasObject) fyne.Position {
	driver := fyne.CurrentApp().Driver()
	return driver.AbsolutePositionForObject(o).Subtract(driver.AbsolutePositionForObject(h))
}

// layout puts the words over the stage's nearest edge if the object stands outside the stage, else below the object, or above it where there is
// no room; and inside the window.
func (h *Hints) layout(size fyne.Size) {
	if h.lines[0].Text == "" || h.owner == nil {
		return
	}
	const row, pad = 17, 2 * unit
	width, count := float32(0), 0
	for _, l := range h.lines {
		if l.Text != "" {
			width, count = max(width, l.MinSize().Width), count+1
		}
	}
	box := fyne.NewSize(width+2*pad, float32(count)*row+2*pad)
	at, owner := h.place(h.owner), h.owner.Size()
	x, y := at.X, at.Y+owner.Height+unit
	if y+box.Height > size.Height {
		y = at.Y - box.Height - unit
	}
	if h.Stage != nil && h.Stage.Visible() {
		first := h.place(h.Stage)
		end := first.Add(h.Stage.Size())
		beside := true
		switch {
		case at.X+owner.Width <= first.X:
			x = first.X + unit
		case at.X >= end.X:
			x = end.X - box.Width - unit
		default:
			beside = false
		}
		if beside {
			y = at.Y
		}
		if beside || at.Y+owner.Height <= first.Y || at.Y >= end.Y {
			y = max(first.Y, min(y, end.Y-box.Height))
		}
	}
	x, y = max(0, min(x, size.Width-box.Width-unit)), max(0, min(y, size.Height-box.Height))
	put(h.back, x, y, box.Width, box.Height)
	for n, l := range h.lines {
		lay(l, x+pad, y+pad+row*(float32(n)+0.5))
	}
}
