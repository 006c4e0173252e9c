package page

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"quorum/app/pane"
	"quorum/viewer/sequence"
)

// Line is what a row of a list says.
type Line struct {
	Subset   sequence.Subset // its symbols stand before the words; 0 = none
	Text     string
	Note     string // at the right end, quiet
	Selected bool
	Bad      bool // the note is a failure
	Hint     string
}

// row is a line of a list that can be clicked.
type row struct {
	widget.BaseWidget
	line    Line
	keys    *pane.Keys
	pressed func()
	second  func(fyne.Position)
	over    bool

	back    *canvas.Rectangle
	symbols *pane.Symbols
	text    *widget.Label
	note    *canvas.Text
}

func newRow(keys *pane.Keys, line Line, pressed func()) *row {
	r := &row{
		keys: keys, line: line, pressed: pressed, back: canvas.NewRectangle(color.Transparent), symbols: pane.NewSymbols(line.Subset),
		text: widget.NewLabel(line.Text), note: canvas.NewText(line.Note, color.Transparent),
	}
	r.back.CornerRadius = 4
	r.text.Truncation = fyne.TextTruncateEllipsis
	r.note.TextSize, r.note.Alignment = 12, fyne.TextAlignTrailing
	r.ExtendBaseWidget(r)
	return r
}

// empty takes the rows out of a list, and what is said about them: a row that is gone hears no more of the pointer.
func empty(list *fyne.Container) {
	for _, o := range list.Objects {
		if r, ok := o.(*row); ok {
			r.MouseOut()
		}
	}
	list.RemoveAll()
}

// Tapped reports the click.
func (r *row) Tapped(*fyne.PointEvent) {
	if r.pressed != nil {
		r.pressed()
	}
}

// TappedSecondary asks for a menu.
func (r *row) TappedSecondary(e *fyne.PointEvent) {
	if r.second != nil {
		r.second(e.AbsolutePosition)
	}
}

// MouseIn lights the row up and explains it.
func (r *row) MouseIn(*desktop.MouseEvent) {
	r.over = true
	r.say(r.line.Hint)
	r.Refresh()
}

// MouseMoved is part of desktop.Hoverable.
func (r *row) MouseMoved(*desktop.MouseEvent) {}

// MouseOut takes the light away.
func (r *row) MouseOut() {
	r.over = false
	r.say("")
	r.Refresh()
}

func (r *row) say(text string) {
	if r.keys.OnHint != nil {
		r.keys.OnHint(text, r)
	}
}

// Cursor says that it can be clicked.
func (r *row) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer is part of fyne.Widget.
func (r *row) CreateRenderer() fyne.WidgetRenderer {
	w := &rowRenderer{r}
	w.colour()
	return w
}

type rowRenderer struct{ r *row }

const rowHeight = 28

func (w *rowRenderer) Destroy()           {}
func (w *rowRenderer) MinSize() fyne.Size { return fyne.NewSize(120, rowHeight) }
func (w *rowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{w.r.back, w.r.symbols, w.r.text, w.r.note}
}

func (w *rowRenderer) Refresh() {
	w.colour()
	w.Layout(w.r.Size())
	canvas.Refresh(w.r)
}

func (w *rowRenderer) colour() {
	r := w.r
	r.back.FillColor = color.Transparent
	switch {
	case r.line.Selected:
		r.back.FillColor = theme.Color(theme.ColorNameSelection)
	case r.over:
		r.back.FillColor = theme.Color(theme.ColorNameHover)
	}
	r.symbols.Hidden = r.line.Subset == 0
	r.note.Color = theme.Color(theme.ColorNamePlaceHolder)
	if r.line.Bad {
		r.note.Color = theme.Color(theme.ColorNameError)
	}
}

func (w *rowRenderer) Layout(size fyne.Size) {
	r := w.r
	r.back.Resize(size)
	x := float32(4)
	if !r.symbols.Hidden {
		s := r.symbols.MinSize()
		r.symbols.Move(fyne.NewPos(10, (size.Height-s.Height)/2))
		r.symbols.Resize(s)
		x = 10 + s.Width
	}
	note := r.note.MinSize()
	r.note.Move(fyne.NewPos(size.Width-note.Width-8, (size.Height-note.Height)/2))
	r.note.Resize(note)
	h := r.text.MinSize().Height
	r.text.Move(fyne.NewPos(x, (size.Height-h)/2))
	r.text.Resize(fyne.NewSize(max(0, size.Width-x-note.Width-8), h))
}
