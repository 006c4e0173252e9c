package pane

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"quorum/viewer/render"
)

// Gesture is what a drag is for, settled when the button goes down.
type Gesture uint8

// The gestures (docs/conventions.md, Mouse and keys).
const (
	DragPoint Gesture = iota // left: the crosshair; a stroke or the ruler, if those are on
	DragZoom                 // right
	DragLevel                // Shift and right: window (across) and level (down)
	DragPan                  // middle, or Space and left
	DragErase                // right, while editing
)

// Phase is where a drag stands.
type Phase uint8

// The phases of a drag. Every drag begins once and ends once.
const (
	DragBegin Phase = iota
	DragMove
	DragEnd
)

// Drag is one step of a drag, in device pixels of the pane.
type Drag struct {
	Gesture  Gesture
	Phase    Phase
	At       render.Spot      // where the pointer is
	From     render.Spot      // where the button went down
	Step     render.Spot      // how far it went since the step before
	Modifier fyne.KeyModifier // held when the button went down
}

// mouse turns events into gestures. Fyne's own drags never come from the right button, and moves end at the edge of a control: the state of
// the buttons is kept here, and a drag whose release went elsewhere ends when the pointer comes back without the button.
type mouse struct {
	// OnDrag is told each step of a drag.
	OnDrag func(Drag)
	// OnStep is told of slices to step by the wheel, up = positive; Shift makes it five at once.
	OnStep func(n int)
	// OnZoom is told of notches of the wheel with Ctrl held, up = positive, and where.
	OnZoom func(at render.Spot, notches float64)
	// OnBrush is told of notches with Shift held while editing, up = larger.
	OnBrush func(notches int)
	// OnHover is told where the pointer is; in is false when it leaves.
	OnHover func(at render.Spot, in bool)
	// OnMaximise is told of a double click.
	OnMaximise func()

	keys    *Keys
	pixel   func(fyne.Position) render.Spot
	press   func() // before anything else: takes the keyboard
	editing bool
	button  desktop.MouseButton // the one that drags, 0 = none
	drag    Drag
	wheel   float64 // of a notch, not yet reported
}

// SetEditing says whether the right button erases and Shift with the wheel sizes the brush.
func (m *mouse) SetEditing(on bool) { m.editing = on }

// EndDrag ends the drag that goes on, if any, as if the button had been released.
func (m *mouse) EndDrag() {
	if m.button != 0 {
		m.button = 0
		m.drag.Step, m.drag.Phase = render.Spot{}, DragEnd
		m.tell()
	}
}

// MouseDown begins a drag. A second button while one is held changes nothing.
func (m *mouse) MouseDown(e *desktop.MouseEvent) {
	if m.press != nil {
		m.press()
	}
	if m.button != 0 {
		return
	}
	m.button = e.Button
	m.drag = Drag{Gesture: m.gesture(e), Phase: DragBegin, Modifier: e.Modifier}
	m.drag.At = m.pixel(e.Position)
	m.drag.From = m.drag.At
	m.tell()
}

func (m *mouse) gesture(e *desktop.MouseEvent) Gesture {
	switch {
	case e.Button == desktop.MouseButtonTertiary, e.Button == desktop.MouseButtonPrimary && m.keys.space:
		return DragPan
	case e.Button == desktop.MouseButtonPrimary:
		return DragPoint
	case m.editing:
		return DragErase
	case e.Modifier&fyne.KeyModifierShift != 0:
		return DragLevel
	}
	return DragZoom
}

// MouseUp ends it.
func (m *mouse) MouseUp(e *desktop.MouseEvent) {
	if e.Button == m.button && m.button != 0 {
		m.move(e.Position)
		m.EndDrag()
	}
}

// MouseIn is part of desktop.Hoverable.
func (m *mouse) MouseIn(e *desktop.MouseEvent) { m.MouseMoved(e) }

// MouseMoved goes on with a drag and tells where the pointer is.
func (m *mouse) MouseMoved(e *desktop.MouseEvent) {
	if e.Button&m.button == 0 {
		m.EndDrag() // it was released elsewhere
	}
	if m.button != 0 {
		m.move(e.Position)
	}
	if m.OnHover != nil {
		m.OnHover(m.pixel(e.Position), true)
	}
}

// MouseOut tells that the pointer left.
func (m *mouse) MouseOut() {
	if m.OnHover != nil {
		m.OnHover(render.Spot{}, false)
	}
}

// Dragged goes on with a drag beyond the edge of the pane. Fyne reports it in place of moves, never for the right button.
func (m *mouse) Dragged(e *fyne.DragEvent) {
	if m.button != 0 {
		m.move(e.Position)
	}
}

// DragEnd is part of fyne.Draggable; MouseUp ends the drag.
func (m *mouse) DragEnd() {}

// DoubleTapped reports a double click.
func (m *mouse) DoubleTapped(*fyne.PointEvent) {
	if m.OnMaximise != nil {
		m.OnMaximise()
	}
}

// notch is what one step of a wheel scrolls.
const notch = 25

// Scrolled adds up the wheel: a touchpad scrolls by parts of a notch.
func (m *mouse) Scrolled(e *fyne.ScrollEvent) {
	scrolled := float64(e.Scrolled.DY)
	if scrolled == 0 {
		scrolled = float64(e.Scrolled.DX) // some systems turn the wheel sideways while Shift is held
	}
	held := m.keys.held()
	if held&fyne.KeyModifierControl != 0 {
		m.wheel = 0
		if m.OnZoom != nil && scrolled != 0 {
			m.OnZoom(m.pixel(e.Position), scrolled/notch)
		}
		return
	}
	if m.wheel*scrolled < 0 {
		m.wheel = 0 // it turns round at once
	}
	whole, rest := math.Modf(m.wheel + scrolled/notch)
	m.wheel = rest
	n := int(whole)
	shift := held&fyne.KeyModifierShift != 0
	switch {
	case n == 0:
	case shift && m.editing:
		if m.OnBrush != nil {
			m.OnBrush(n)
		}
	case m.OnStep != nil:
		if shift {
			n *= 5
		}
		m.OnStep(n)
	}
}

// move reports where a drag has got to.
func (m *mouse) move(at fyne.Position) {
	to := m.pixel(at)
	if to == m.drag.At {
		return
	}
	m.drag.Step = render.Spot{X: to.X - m.drag.At.X, Y: to.Y - m.drag.At.Y}
	m.drag.At, m.drag.Phase = to, DragMove
	m.tell()
}

func (m *mouse) tell() {
	if m.OnDrag != nil {
		m.OnDrag(m.drag)
	}
}
