package pane

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"quorum/viewer/render"
)

// Quad is the stage: it lays out the panes that are shown, with a thin line between them, and hides the others.
type Quad struct {
	widget.BaseWidget
	Plane [len(render.Planes)]*Slice // axial, coronal, sagittal
	Four  [4]*Slice                  // one plane of the four sequences, in their order

	arrangement Arrangement
	ground      *canvas.Rectangle
}

// Arrangement says which panes the stage shows.
type Arrangement uint8

// The arrangements.
const (
	ThreePlanes   Arrangement = iota // the axial one large on the left, coronal over sagittal on the right
	FourSequences                    // two rows of two
	OneAxial                         // one plane alone
	OneCoronal
	OneSagittal
)

// Alone is the arrangement that shows plane p alone.
func Alone(p render.Plane) Arrangement { return OneAxial + Arrangement(p) }

// NewQuad makes a stage of empty panes that shows the three planes.
func NewQuad(keys *Keys) *Quad {
	q := &Quad{ground: canvas.NewRectangle(stageLine)}
	for n := range q.Plane {
		q.Plane[n] = NewSlice(keys)
	}
	for n := range q.Four {
		q.Four[n] = NewSlice(keys)
		q.Four[n].Hide()
	}
	q.ExtendBaseWidget(q)
	return q
}

// Arrange changes what is shown. A drag ends with the arrangement that it began in: a pane that is hidden is told of no release.
func (q *Quad) Arrange(a Arrangement) {
	if a == q.arrangement {
		return
	}
	for _, s := range q.Shown() {
		s.EndDrag()
	}
	q.arrangement = a
	q.Refresh()
}

// Arrangement is what is shown.
func (q *Quad) Arrangement() Arrangement { return q.arrangement }

// Shown lists the panes that are shown.
func (q *Quad) Shown() []*Slice {
	switch q.arrangement {
	case ThreePlanes:
		return q.Plane[:]
	case FourSequences:
		return q.Four[:]
	}
	return []*Slice{q.Plane[q.arrangement-OneAxial]}
}

// CreateRenderer is part of fyne.Widget.
func (q *Quad) CreateRenderer() fyne.WidgetRenderer {
	objects := []fyne.CanvasObject{q.ground}
	for _, s := range q.Plane {
		objects = append(objects, s)
	}
	for _, s := range q.Four {
		objects = append(objects, s)
	}
	return &quadRenderer{q: q, objects: objects}
}

// quadRenderer refreshes no panes: see sliceRenderer.
type quadRenderer struct {
	q       *Quad
	objects []fyne.CanvasObject
}

func (r *quadRenderer) Destroy()                     {}
func (r *quadRenderer) MinSize() fyne.Size           { return fyne.NewSize(240, 200) }
func (r *quadRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *quadRenderer) Refresh() {
	r.Layout(r.q.Size())
	canvas.Refresh(r.q.ground)
}

func (r *quadRenderer) Layout(size fyne.Size) {
	q := r.q
	put(q.ground, 0, 0, size.Width, size.Height)
	shown := q.Shown()
	for _, o := range r.objects[1:] {
		visible := false
		for _, s := range shown {
			visible = visible || o == fyne.CanvasObject(s)
		}
		if visible != o.Visible() {
			if visible {
				o.Show()
			} else {
				o.Hide()
			}
		}
	}
	// Panes begin and end on whole device pixels, so that outlines at screen resolution stay sharp.
	scale := float64(scaleOf(q))
	snap := func(x float32) float32 { return float32(math.Round(float64(x)*scale) / scale) }
	const line = 2
	w, h := snap(size.Width), snap(size.Height)
	cell := func(s *Slice, x0, y0, x1, y1 float32) {
		put(s, snap(x0), snap(y0), snap(x1)-snap(x0), snap(y1)-snap(y0))
	}
	middle := snap((h - line) / 2)
	switch q.arrangement {
	case ThreePlanes:
		// The right column is as wide as its two panes are high, if the axial one keeps 55 % of the width.
		right := min(0.45*w, max(0.34*w, middle*1.1))
		left := snap(w - right - line)
		cell(q.Plane[render.Axial], 0, 0, left, h)
		cell(q.Plane[render.Coronal], left+line, 0, w, middle)
		cell(q.Plane[render.Sagittal], left+line, middle+line, w, h)
	case FourSequences:
		half := snap((w - line) / 2)
		cell(q.Four[0], 0, 0, half, middle)
		cell(q.Four[1], half+line, 0, w, middle)
		cell(q.Four[2], 0, middle+line, half, h)
		cell(q.Four[3], half+line, middle+line, w, h)
	default:
		cell(shown[0], 0, 0, w, h)
	}
}
