package pane

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Handle is the edge of a side panel: dragging it changes the panel's width. The toolkit's own split scales both sides with the window.
type Handle struct {
	widget.BaseWidget
	pointer
	OnDrag  func(dx float32) // units, to the right
	OnReset func()           // a double click

	edge *canvas.Rectangle
}

// NewHandle makes a handle.
func NewHandle() *Handle {
	h := &Handle{edge: canvas.NewRectangle(color.Transparent)}
	h.changed = h.Refresh
	h.ExtendBaseWidget(h)
	return h
}

// Dragged reports the way.
func (h *Handle) Dragged(e *fyne.DragEvent) {
	if h.OnDrag != nil {
		h.OnDrag(e.Dragged.DX)
	}
}

// DragEnd is part of fyne.Draggable.
func (h *Handle) DragEnd() {}

// DoubleTapped asks for the width that the panel had at first.
func (h *Handle) DoubleTapped(*fyne.PointEvent) {
	if h.OnReset != nil {
		h.OnReset()
	}
}

// Cursor says that it moves sideways.
func (h *Handle) Cursor() desktop.Cursor { return desktop.HResizeCursor }

// handleWidth is enough to hit.
const handleWidth = 6

// CreateRenderer is part of fyne.Widget.
func (h *Handle) CreateRenderer() fyne.WidgetRenderer {
	colour := func() {
		h.edge.FillColor = paint(theme.ColorNameSeparator)
		if h.over {
			h.edge.FillColor = paint(theme.ColorNamePrimary)
		}
	}
	colour()
	return &drawing{
		widget: h, objects: []fyne.CanvasObject{h.edge}, refresh: colour,
		min: func() fyne.Size { return fyne.NewSize(handleWidth, 0) },
		layout: func(size fyne.Size) {
			width := float32(1)
			if h.over {
				width = 3
			}
			put(h.edge, (size.Width-width)/2, 0, width, size.Height)
		},
	}
}
