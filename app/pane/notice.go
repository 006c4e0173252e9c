package pane

import (
	"fmt"
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Notice is a sentence that can be read later.
type Notice struct {
	Text  string
	Grave bool // a failure, not a remark
}

// Notices is a line that counts them and opens the list, which stays until it is closed. Nothing is shown where there are none.
type Notices struct {
	control
	pointer
	OnOpen func()

	list   []Notice
	unread int
	light  *canvas.Rectangle
	mark   *canvas.Circle
	words  *canvas.Text
	arrow  [2]*canvas.Line
	popup  *widget.PopUp
}

// NewNotices makes an empty list.
func NewNotices(keys *Keys) *Notices {
	n := &Notices{
		control: newControl(keys), light: canvas.NewRectangle(color.Transparent), mark: canvas.NewCircle(color.Transparent),
		words: line("", textSize),
	}
	n.light.CornerRadius = 4
	for i := range n.arrow {
		n.arrow[i] = canvas.NewLine(color.Transparent)
		n.arrow[i].StrokeWidth = 1.5
	}
	n.changed = n.Refresh
	n.ExtendBaseWidget(n)
	return n
}

// Set replaces the list. Sentences beyond those that were there count as unread until the list is opened. An open list grows, and closes
// where something in it is not said any more: it would tell of another study.
func (n *Notices) Set(list []Notice) {
	more := len(list) - len(n.list)
	gone := slices.ContainsFunc(n.list, func(old Notice) bool { return !slices.Contains(list, old) })
	n.unread = min(n.unread+max(0, more), len(list))
	n.list = slices.Clone(list)
	n.Refresh()
	switch {
	case gone:
		n.Close()
	case more > 0 && n.popup != nil && n.popup.Visible():
		n.Open()
	}
}

// Tapped opens the list.
func (n *Notices) Tapped(*fyne.PointEvent) {
	grab(n)
	n.Open()
}

// TypedRune opens the list with Space.
func (n *Notices) TypedRune(r rune) {
	if r == ' ' {
		n.Open()
		return
	}
	n.control.TypedRune(r)
}

// Cursor says that it can be clicked.
func (n *Notices) Cursor() desktop.Cursor { return desktop.PointerCursor }

// The size of the list, units.
const (
	noticeWidth  = 460
	noticeHeight = 320
)

// Open shows the list near the line. The sentences can be selected and copied.
func (n *Notices) Open() {
	c := fyne.CurrentApp().Driver().CanvasForObject(n)
	if len(n.list) == 0 || c == nil {
		return
	}
	n.Close()
	n.unread = 0
	n.Refresh()
	rows := container.NewVBox()
	for _, notice := range n.list {
		text := widget.NewLabel(notice.Text)
		text.Wrapping, text.Selectable = fyne.TextWrapWord, true
		mark := canvas.NewRectangle(n.ink(notice))
		mark.SetMinSize(fyne.NewSize(3, 0))
		rows.Add(container.NewBorder(nil, nil, mark, nil, text))
	}
	scroll := container.NewVScroll(rows)
	n.popup = widget.NewPopUp(scroll, c)
	width := min(noticeWidth, c.Size().Width-8*unit)
	rows.Resize(fyne.NewSize(width, 0)) // wraps the sentences, so that their height is known
	height := min(noticeHeight, rows.MinSize().Height+2*unit)
	n.popup.Resize(fyne.NewSize(width, height))
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(n)
	y := at.Y + n.Size().Height
	if y+height > c.Size().Height {
		y = max(0, at.Y-height-2*unit)
	}
	n.popup.ShowAtPosition(fyne.NewPos(max(0, min(at.X, c.Size().Width-width-4*unit)), y))
	if n.OnOpen != nil {
		n.OnOpen()
	}
}

// Close closes the list and says whether it was open.
func (n *Notices) Close() bool {
	if n.popup == nil || !n.popup.Visible() {
		return false
	}
	n.popup.Hide()
	return true
}

func (n *Notices) ink(notice Notice) color.Color {
	if notice.Grave {
		return paint(theme.ColorNameError)
	}
	return paint(theme.ColorNameWarning)
}

// CreateRenderer is part of fyne.Widget.
func (n *Notices) CreateRenderer() fyne.WidgetRenderer {
	n.colour()
	return &drawing{
		widget: n, objects: []fyne.CanvasObject{n.light, n.mark, n.words, n.arrow[0], n.arrow[1], n.ring}, refresh: n.colour, layout: n.layout,
		min: func() fyne.Size {
			if len(n.list) == 0 {
				return fyne.Size{}
			}
			return fyne.NewSize(140, 32)
		},
	}
}

func (n *Notices) colour() {
	none := len(n.list) == 0
	n.words.Text = fmt.Sprintf("%d notices", len(n.list))
	if len(n.list) == 1 {
		n.words.Text = "1 notice"
	}
	n.words.Color, n.words.TextStyle.Bold = paint(theme.ColorNameForeground), n.unread > 0
	n.light.FillColor = color.Transparent
	if n.over {
		n.light.FillColor = paint(theme.ColorNameHover)
	}
	n.mark.FillColor = paint(theme.ColorNameWarning)
	for _, notice := range n.list {
		if notice.Grave {
			n.mark.FillColor = n.ink(notice)
		}
	}
	for _, o := range []*bool{&n.light.Hidden, &n.mark.Hidden, &n.words.Hidden} {
		*o = none
	}
	for _, a := range n.arrow {
		a.StrokeColor, a.Hidden = paint(theme.ColorNamePlaceHolder), none
	}
}

func (n *Notices) layout(size fyne.Size) {
	middle := size.Height / 2
	put(n.light, 0, 0, size.Width, size.Height)
	put(n.ring, 0, 0, size.Width, size.Height)
	put(n.mark, 3*unit, middle-4, 8, 8)
	lay(n.words, 8*unit, middle)
	x := size.Width - 5*unit
	segment(n.arrow[0], x, middle-4, x+4, middle)
	segment(n.arrow[1], x, middle+4, x+4, middle)
}
