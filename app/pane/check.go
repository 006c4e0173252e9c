package pane

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
)

// Slot is what is to be said about one sequence of a study.
type Slot struct {
	Name   string // FLAIR
	State  SlotState
	Locked bool   // it cannot be changed
	File   string // the file's name, "" = none
	Why    string // why this file is this sequence, or why it cannot be changed: shown as a hint
}

// SlotState says whether a sequence goes into the result.
type SlotState uint8

// The states of a slot.
const (
	NoFile SlotState = iota
	Used
	Ignored
	Loading // there is a file, its image is on the way
	Asked   // there are several files, and the user has to choose
	Useless // there is a file, but its image cannot be used
)

// note is the word beside the name.
func (s Slot) note() string {
	switch s.State {
	case NoFile:
		return "no file"
	case Ignored:
		return "ignored"
	case Loading:
		return "loading"
	case Asked:
		return "which file?"
	case Useless:
		return "cannot be used"
	}
	return ""
}

// offers says whether a file can be added.
func (s Slot) offers() bool { return s.State == NoFile && !s.Locked }

// Check is one row of the study panel: a sequence, used or ignored. No file, or one that cannot be used, is a fact and no choice: it has a
// dash for a box. Where there is none one can be added with Add….
type Check struct {
	control
	OnToggle func(used bool)
	OnAdd    func()
	// OnMenu is asked for a menu at this position of the canvas: to correct which file this is.
	OnMenu func(fyne.Position)

	slot   Slot
	zone   zone
	light  *canvas.Rectangle
	box    *canvas.Rectangle
	tick   [2]*canvas.Line
	dash   *canvas.Line
	plus   [2]*canvas.Line
	dots   [3]*canvas.Circle
	name   *canvas.Text
	note   *canvas.Text
	file   *canvas.Text
	action *canvas.Text // "Add…"
}

// zone is a part of the row under the pointer.
type zone uint8

const (
	nowhere zone = iota
	inRow
	inMenu
)

// NewCheck makes a row for a sequence without a file.
func NewCheck(keys *Keys) *Check {
	c := &Check{
		control: newControl(keys), light: canvas.NewRectangle(color.Transparent), box: canvas.NewRectangle(color.Transparent),
		dash: canvas.NewLine(color.Transparent), name: line("", textSize), note: line("", smallSize), file: line("", tinySize),
		action: line("Add…", smallSize),
	}
	c.box.CornerRadius, c.box.StrokeWidth, c.light.CornerRadius = 3, 1.5, 4
	c.dash.StrokeWidth = 2
	for n := range c.tick {
		c.tick[n], c.plus[n] = canvas.NewLine(color.Transparent), canvas.NewLine(color.Transparent)
		c.tick[n].StrokeWidth, c.plus[n].StrokeWidth = 2, 1.5
	}
	for n := range c.dots {
		c.dots[n] = canvas.NewCircle(color.Transparent)
	}
	c.note.Alignment, c.action.Alignment = fyne.TextAlignTrailing, fyne.TextAlignTrailing
	c.ExtendBaseWidget(c)
	return c
}

// Set shows a slot.
func (c *Check) Set(s Slot) {
	if s != c.slot {
		c.slot = s
		c.Refresh()
	}
}

// act does what a click on the row means.
func (c *Check) act() {
	switch {
	case c.slot.offers():
		if c.OnAdd != nil {
			c.OnAdd()
		}
	case c.slot.State == Asked:
		if c.hasMenu() {
			c.menu()
		}
	case c.slot.State == Loading || c.slot.Locked: // without a file, too
	case c.OnToggle != nil:
		c.OnToggle(c.slot.State != Used)
	}
}

// Tapped toggles, adds, or opens the menu.
func (c *Check) Tapped(e *fyne.PointEvent) {
	grab(c)
	if c.at(e.Position) == inMenu {
		c.menu()
		return
	}
	c.act()
}

// TappedSecondary opens the menu.
func (c *Check) TappedSecondary(*fyne.PointEvent) {
	if c.hasMenu() {
		c.menu()
	}
}

func (c *Check) hasMenu() bool { return c.OnMenu != nil && c.slot.State != NoFile }

func (c *Check) menu() {
	c.OnMenu(fyne.CurrentApp().Driver().AbsolutePositionForObject(c).AddXY(c.Size().Width-menuWidth, c.Size().Height))
}

// TypedKey toggles with Space or Return only where a letter would not; the menu opens with Down.
func (c *Check) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyDown && c.hasMenu() {
		c.menu()
		return
	}
	c.control.TypedKey(e)
}

// TypedRune toggles with Space.
func (c *Check) TypedRune(r rune) {
	if r == ' ' {
		c.act()
		return
	}
	c.control.TypedRune(r)
}

// MouseIn lights the row up and explains it.
func (c *Check) MouseIn(e *desktop.MouseEvent) {
	c.setZone(c.at(e.Position))
	c.keys.hint(c.slot.Why, c)
}

// MouseMoved follows the pointer.
func (c *Check) MouseMoved(e *desktop.MouseEvent) { c.setZone(c.at(e.Position)) }

// MouseOut takes light and explanation away.
func (c *Check) MouseOut() {
	c.setZone(nowhere)
	c.keys.hint("", c)
}

func (c *Check) setZone(z zone) {
	if z != c.zone {
		c.zone = z
		c.Refresh()
	}
}

// menuWidth is the width of the three dots that open the menu.
const menuWidth = 24

func (c *Check) at(p fyne.Position) zone {
	if c.hasMenu() && p.X > c.Size().Width-menuWidth {
		return inMenu
	}
	return inRow
}

// CreateRenderer is part of fyne.Widget.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{c.light, c.box, c.tick[0], c.tick[1], c.dash, c.plus[0], c.plus[1]}
	for _, d := range c.dots {
		objects = append(objects, d)
	}
	objects = append(objects, c.name, c.note, c.file, c.action, c.ring)
	c.colour()
	return &drawing{
		widget: c, objects: objects, layout: c.layout, refresh: c.colour,
		min: func() fyne.Size { return fyne.NewSize(150, checkHeight) },
	}
}

const checkHeight = 40

func (c *Check) colour() {
	ink, quiet, accent := paint(theme.ColorNameForeground), paint(theme.ColorNamePlaceHolder), paint(theme.ColorNamePrimary)
	s := c.slot
	fact := s.State == NoFile || s.State == Useless
	c.name.Text, c.note.Text, c.name.Color, c.note.Color, c.file.Color, c.action.Color = s.Name, s.note(), ink, quiet, quiet, accent
	c.name.TextStyle.Bold = s.State == Used
	if s.State != Used {
		c.name.Color = quiet
	}
	c.dash.StrokeColor = quiet
	if s.State == Useless {
		c.note.Color, c.dash.StrokeColor = paint(theme.ColorNameError), paint(theme.ColorNameError)
	}
	c.light.FillColor = color.Transparent
	if c.zone != nowhere {
		c.light.FillColor = paint(theme.ColorNameHover)
	}
	c.box.Hidden, c.action.Hidden, c.dash.Hidden = fact, !s.offers(), !fact
	c.box.FillColor, c.box.StrokeColor = color.Transparent, quiet
	if s.State == Used {
		c.box.FillColor, c.box.StrokeColor = accent, accent
		if s.Locked {
			c.box.FillColor, c.box.StrokeColor = quiet, quiet
		}
	}
	for n := range c.tick {
		c.tick[n].StrokeColor, c.tick[n].Hidden = paint(theme.ColorNameForegroundOnPrimary), s.State != Used
		c.plus[n].StrokeColor, c.plus[n].Hidden = accent, !s.offers()
	}
	for n := range c.dots {
		c.dots[n].FillColor, c.dots[n].Hidden = quiet, !c.hasMenu()
		if c.zone == inMenu {
			c.dots[n].FillColor = ink
		}
	}
}

func (c *Check) layout(size fyne.Size) {
	const left, box = 2 * unit, 16
	right := size.Width - 2*unit
	if c.hasMenu() {
		right = size.Width - menuWidth
	}
	middle := size.Height / 2
	first := middle
	if c.slot.File != "" {
		first = middle - 8
	}
	put(c.light, 0, 0, size.Width, size.Height)
	put(c.ring, 0, 0, size.Width, size.Height)
	put(c.box, left, middle-box/2, box, box)
	segment(c.tick[0], left+3.5, middle+0.5, left+6.5, middle+3.5)
	segment(c.tick[1], left+6.5, middle+3.5, left+12.5, middle-3.5)
	segment(c.dash, left+3, middle, left+box-3, middle)
	for n, d := range c.dots {
		put(d, size.Width-menuWidth/2-2, middle-8+float32(n)*6, 3.5, 3.5)
	}
	text := float32(left + box + 2*unit)
	lay(c.name, text, first)
	x := right
	if c.slot.offers() {
		lay(c.action, x, first)
		w := c.action.MinSize().Width
		segment(c.plus[0], x-w-13, first, x-w-4, first)
		segment(c.plus[1], x-w-8.5, first-4.5, x-w-8.5, first+4.5)
		x -= w + 20
	}
	lay(c.note, x, first)
	c.file.Text = fit(c.slot.File, tinySize, c.file.TextStyle, right-text)
	lay(c.file, text, middle+9)
}

// segment moves a line.
func segment(l *canvas.Line, x0, y0, x1, y1 float32) {
	l.Position1, l.Position2 = fyne.NewPos(x0, y0), fyne.NewPos(x1, y1)
}
