// Package pane holds the window's own controls. They show what they are given and report what the user does through callbacks; they decide
// nothing, start nothing and know no state but their own look. All of it runs on the goroutine of the user interface.
//
// Spaces: layouts are in Fyne's units. Everything about a picture, in and out, is in device pixels of its pane, (0, 0) at the top left,
// whole numbers at the edges of pixels, as in render.Placement.
package pane

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// unit is the step of all spacing.
const unit = 4

// control is what everything that takes the keyboard has in common: it shows that it does, and hands on the keys that it does not use.
type control struct {
	widget.BaseWidget
	keys    *Keys
	focused bool
	ring    *canvas.Rectangle
}

func newControl(keys *Keys) control {
	ring := canvas.NewRectangle(color.Transparent)
	ring.StrokeWidth, ring.CornerRadius = 2, 4
	ring.Hide()
	return control{keys: keys, ring: ring}
}

// FocusGained shows the ring.
func (c *control) FocusGained() { c.setFocus(true) }

// FocusLost takes it away.
func (c *control) FocusLost() { c.setFocus(false) }

func (c *control) setFocus(on bool) {
	c.focused = on
	c.ring.StrokeColor = paint(theme.ColorNamePrimary)
	c.ring.Hidden = !on
	c.ring.Refresh()
}

// TypedRune hands a letter on.
func (c *control) TypedRune(r rune) { c.keys.TypedRune(r) }

// TypedKey hands a key on.
func (c *control) TypedKey(e *fyne.KeyEvent) { c.keys.TypedKey(e) }

// KeyDown hands a key on.
func (c *control) KeyDown(e *fyne.KeyEvent) { c.keys.KeyDown(e) }

// KeyUp hands a key on.
func (c *control) KeyUp(e *fyne.KeyEvent) { c.keys.KeyUp(e) }

// grab takes the keyboard.
func grab(o fyne.Focusable) {
	object, ok := o.(fyne.CanvasObject)
	if !ok {
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(object); c != nil && c.Focused() != o {
		c.Focus(o)
	}
}

// drawing is the renderer of a control whose objects stay the same: the control lays them out and colours them.
type drawing struct {
	widget  fyne.Widget
	objects []fyne.CanvasObject
	min     func() fyne.Size
	layout  func(fyne.Size)
	refresh func() // nil = nothing but the layout
}

func (d *drawing) Destroy()                     {}
func (d *drawing) MinSize() fyne.Size           { return d.min() }
func (d *drawing) Objects() []fyne.CanvasObject { return d.objects }
func (d *drawing) Layout(size fyne.Size)        { d.layout(size) }

func (d *drawing) Refresh() {
	if d.refresh != nil {
		d.refresh()
	}
	d.layout(d.widget.Size())
	canvas.Refresh(d.widget)
}

// paint is a colour of the theme.
func paint(name fyne.ThemeColorName) color.Color { return theme.Color(name) }

// line is one line of words in the theme's font.
func line(text string, size float32) *canvas.Text {
	t := canvas.NewText(text, color.Transparent)
	t.TextSize = size
	return t
}

// The sizes of letters.
const (
	textSize  = 14
	smallSize = 12
	tinySize  = 11
)

// put moves and sizes an object.
func put(o fyne.CanvasObject, x, y, w, h float32) {
	o.Move(fyne.NewPos(x, y))
	o.Resize(fyne.NewSize(w, h))
}

// lay puts a line of words so that its middle lies at height y, from x on, with x as its middle or ending at x: as its alignment says.
func lay(t *canvas.Text, x, y float32) {
	s := t.MinSize()
	switch t.Alignment {
	case fyne.TextAlignCenter:
		x -= s.Width / 2
	case fyne.TextAlignTrailing:
		x -= s.Width
	}
	put(t, round(x), round(y-s.Height/2), s.Width, s.Height)
}

// round keeps letters on whole units, where they are sharp.
func round(x float32) float32 { return float32(math.Round(float64(x))) }

// ceil keeps sizes whole, so that what comes after lies on whole units too.
func ceil(x float32) float32 { return float32(math.Ceil(float64(x))) }

// fit is the text, or its beginning with "…" where it is wider than width.
func fit(text string, size float32, style fyne.TextStyle, width float32) string {
	if fyne.MeasureText(text, size, style).Width <= width {
		return text
	}
	letters := []rune(text)
	low, high := 0, len(letters) // the longest beginning that fits lies in low..high-1
	for low+1 < high {
		middle := (low + high) / 2
		if fyne.MeasureText(string(letters[:middle])+"…", size, style).Width <= width {
			low = middle
		} else {
			high = middle
		}
	}
	if low == 0 {
		return ""
	}
	return string(letters[:low]) + "…"
}

// pointer reports whether a cursor is over a control, and gives its shape; embedded by controls that light up under it.
type pointer struct {
	over    bool
	changed func()
}

// MouseIn lights the control up.
func (p *pointer) MouseIn(*desktop.MouseEvent) { p.set(true) }

// MouseMoved is part of desktop.Hoverable.
func (p *pointer) MouseMoved(*desktop.MouseEvent) {}

// MouseOut takes the light away.
func (p *pointer) MouseOut() { p.set(false) }

func (p *pointer) set(over bool) {
	if p.over != over {
		p.over = over
		p.changed()
	}
}
