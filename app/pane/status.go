package pane

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Activity is what the machine is doing.
type Activity struct {
	Text   string  // "encoding T1", "" = nothing
	Share  float64 // done, 0 to 1; below 0 = not known
	Left   string  // "2 s"
	Cancel bool    // it can be cancelled
}

// Status is the line at the bottom: where the crosshair is on the left, what the machine does on the right. It
// takes no keys: Esc cancels anywhere.
type Status struct {
	widget.BaseWidget
	OnCancel func()

	keys              *Keys
	readout, provider string
	activity          Activity
	over              bool // the pointer is over the cross

	rule               *canvas.Rectangle
	left, right        *canvas.Text
	work, time         *canvas.Text
	bar, done          *canvas.Rectangle
	light              *canvas.Rectangle
	cross              [2]*canvas.Line
	crossFrom, crossTo float32
}

// NewStatus makes an empty line.
func NewStatus(keys *Keys) *Status {
	s := &Status{
		keys: keys, rule: canvas.NewRectangle(color.Transparent),
		left: line("", smallSize), right: line("", smallSize), work: line("", smallSize), time: line("", smallSize),
		bar: canvas.NewRectangle(color.Transparent), done: canvas.NewRectangle(color.Transparent), light: canvas.NewRectangle(color.Transparent),
	}
	for n := range s.cross {
		s.cross[n] = canvas.NewLine(color.Transparent)
		s.cross[n].StrokeWidth = 1.5
	}
	s.bar.CornerRadius, s.done.CornerRadius, s.light.CornerRadius = 3, 3, 4
	for _, t := range []*canvas.Text{s.right, s.work, s.time} {
		t.Alignment = fyne.TextAlignTrailing
	}
	s.ExtendBaseWidget(s)
	return s
}

// SetReadout shows what lies under the crosshair.
func (s *Status) SetReadout(text string) {
	if text == s.readout {
		return
	}
	s.readout = text
	s.shorten()
	s.left.Refresh()
}

// SetProvider shows what computes.
func (s *Status) SetProvider(text string) {
	if text != s.provider {
		s.provider = text
		s.Refresh()
	}
}

// SetActivity shows what goes on.
func (s *Status) SetActivity(a Activity) {
	if a != s.activity {
		s.activity = a
		if !a.Cancel {
			s.setOver(false)
		}
		s.Refresh()
	}
}

// Tapped cancels if the cross was hit.
func (s *Status) Tapped(e *fyne.PointEvent) {
	if s.hit(e.Position.X) && s.OnCancel != nil {
		s.OnCancel()
	}
}

func (s *Status) hit(x float32) bool {
	return s.activity.Cancel && x >= s.crossFrom && x <= s.crossTo
}

// MouseIn follows the pointer.
func (s *Status) MouseIn(e *desktop.MouseEvent) { s.MouseMoved(e) }

// MouseMoved lights the cross up.
func (s *Status) MouseMoved(e *desktop.MouseEvent) { s.setOver(s.hit(e.Position.X)) }

// MouseOut takes the light away.
func (s *Status) MouseOut() { s.setOver(false) }

func (s *Status) setOver(over bool) {
	if over == s.over {
		return
	}
	s.over = over
	hint := ""
	if over {
		hint = "Cancel (Esc)"
	}
	s.keys.hint(hint, s)
	s.Refresh()
}

// CreateRenderer is part of fyne.Widget.
func (s *Status) CreateRenderer() fyne.WidgetRenderer {
	s.colour()
	return &drawing{
		widget: s, layout: s.layout, refresh: s.colour,
		objects: []fyne.CanvasObject{s.rule, s.left, s.right, s.work, s.bar, s.done, s.time, s.light, s.cross[0], s.cross[1]},
		min:     func() fyne.Size { return fyne.NewSize(300, 26) },
	}
}

func (s *Status) colour() {
	ink, quiet := paint(theme.ColorNameForeground), paint(theme.ColorNamePlaceHolder)
	a := s.activity
	s.rule.FillColor = paint(theme.ColorNameSeparator)
	s.left.Color, s.right.Color, s.work.Color, s.time.Color = ink, quiet, ink, quiet
	s.right.Text, s.work.Text, s.time.Text = s.provider, a.Text, a.Left
	s.bar.FillColor, s.done.FillColor = paint(theme.ColorNameInputBorder), paint(theme.ColorNamePrimary)
	s.bar.Hidden, s.done.Hidden = a.Text == "" || a.Share < 0, a.Text == "" || a.Share <= 0
	s.light.FillColor = color.Transparent
	for _, c := range s.cross {
		c.StrokeColor, c.Hidden = quiet, !a.Cancel
		if s.over {
			c.StrokeColor = ink
		}
	}
	if s.over {
		s.light.FillColor = paint(theme.ColorNameHover)
	}
}

// layout goes from the right end to the left; what is left over is the readout's.
func (s *Status) layout(size fyne.Size) {
	const bar, gap = 96, 3 * unit
	put(s.rule, 0, 0, size.Width, 1)
	middle := size.Height/2 + 0.5
	x := size.Width - 2*unit
	if s.activity.Cancel {
		const side = 20
		s.crossFrom, s.crossTo = x-side, x
		put(s.light, x-side, middle-side/2, side, side)
		segment(s.cross[0], x-14, middle-4, x-6, middle+4)
		segment(s.cross[1], x-14, middle+4, x-6, middle-4)
		x -= side + unit
	}
	word := func(t *canvas.Text) {
		if t.Text == "" {
			t.Resize(fyne.Size{})
			return
		}
		lay(t, x, middle)
		x -= t.MinSize().Width + gap
	}
	word(s.time)
	if !s.bar.Hidden {
		put(s.bar, x-bar, middle-3, bar, 6)
		put(s.done, x-bar, middle-3, bar*float32(min(1, max(0, s.activity.Share))), 6)
		x -= bar + gap
	}
	word(s.work)
	word(s.right)
	put(s.left, 2*unit, 0, max(0, x-2*unit), size.Height)
	s.shorten()
}

// shorten cuts the readout to its room.
func (s *Status) shorten() {
	room := s.left.Size().Width
	s.left.Text = fit(s.readout, smallSize, s.left.TextStyle, room)
	height := s.left.MinSize().Height
	s.left.Move(fyne.NewPos(2*unit, round((s.Size().Height-height)/2+0.5)))
	s.left.Resize(fyne.NewSize(room, height))
}
