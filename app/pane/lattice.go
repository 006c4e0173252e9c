package pane

import (
	"image"
	"image/color"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"quorum/viewer/compare"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// Lattice is a map of subsets (compare.Layout): one cell for each. All cells show the same place. A click opens a cell; arrows go from cell
// to cell while the lattice has the keyboard.
//
// Cells are named by their subset; the reference's own is the empty set.
type Lattice struct {
	control
	// OnOpen is told of a click on a cell, or of Return.
	OnOpen func(sequence.Subset)
	// OnPoint is told of the cell under the pointer, and of it again with false when the pointer leaves.
	OnPoint func(u sequence.Subset, in bool)
	// OnSize is told the size of the cells' pictures in device pixels whenever it changes.
	OnSize func(image.Point)
	// OnDrag, OnStep and OnZoom are told what the mouse does over a cell's picture.
	OnDrag func(sequence.Subset, Drag)
	OnStep func(n int)
	OnZoom func(u sequence.Subset, at render.Spot, notches float64)

	layout  compare.Layout
	cells   map[sequence.Subset]*cell // of all subsets, those that have no place too
	rows    [][]*canvas.Text          // headings, by row and line
	columns []*canvas.Text
	corner  [2]*canvas.Text // convention and slice, which hold for every cell
	legend  [legendCount]legend
	shown   []render.Entry // the legend's
	ground  *canvas.Rectangle
	pixels  image.Point
	pointed sequence.Subset
	any     bool // pointed means something
	render  *latticeRenderer
}

// NewLattice makes a lattice of the subsets of the sequences that are present.
func NewLattice(keys *Keys, present sequence.Subset) *Lattice {
	l := &Lattice{control: newControl(keys), ground: canvas.NewRectangle(color.Black)}
	l.ring.CornerRadius = 0
	for n := range l.corner {
		l.corner[n] = line("", tinySize)
		l.corner[n].Color = stageQuiet
	}
	for n := range l.legend {
		l.legend[n] = newLegend(fyne.TextAlignLeading)
	}
	l.ExtendBaseWidget(l)
	l.SetPresent(present)
	return l
}

// SetPresent lays all subsets of other sequences out; all cells are empty then.
func (l *Lattice) SetPresent(present sequence.Subset) {
	l.cells, l.any = map[sequence.Subset]*cell{0: l.newCell(0)}, false
	for _, u := range present.Subsets() {
		l.cells[u] = l.newCell(u)
	}
	l.arrange(compare.NewLayout(present))
}

// SetLayout gives cells other places; what they show stays.
func (l *Lattice) SetLayout(layout compare.Layout) {
	if !layout.Equal(l.layout) {
		l.arrange(layout)
	}
}

func (l *Lattice) arrange(layout compare.Layout) {
	l.layout, l.rows, l.columns = layout, nil, nil
	for r, name := range layout.RowNames {
		l.rows = append(l.rows, nil)
		for _, words := range wrap(name, smallSize, rowHead-3*unit) {
			l.rows[r] = append(l.rows[r], heading(words, fyne.TextAlignTrailing))
		}
	}
	for _, name := range layout.ColumnNames {
		l.columns = append(l.columns, heading(name, fyne.TextAlignCenter))
	}
	for u, c := range l.cells {
		c.call(layout.Name(u))
	}
	l.pixels = image.Point{}
	if l.render != nil {
		l.render.collect()
		l.Refresh()
	}
}

func heading(words string, align fyne.TextAlign) *canvas.Text {
	t := line(words, smallSize)
	t.Color, t.Alignment = stageInk, align
	return t
}

func (l *Lattice) newCell(u sequence.Subset) *cell {
	c := newCell(l.keys, u)
	c.onOpen = func() {
		grab(l)
		l.open(u)
	}
	c.onPoint = func(in bool) {
		if l.OnPoint != nil {
			l.OnPoint(u, in)
		}
	}
	c.onDrag = func(d Drag) {
		if l.OnDrag != nil {
			l.OnDrag(u, d)
		}
	}
	c.OnStep = func(n int) {
		if l.OnStep != nil {
			l.OnStep(n)
		}
	}
	c.OnZoom = func(at render.Spot, n float64) {
		if l.OnZoom != nil {
			l.OnZoom(u, at, n)
		}
	}
	return c
}

func (l *Lattice) open(u sequence.Subset) {
	if l.OnOpen != nil {
		l.OnOpen(u)
	}
}

// SetCell shows what there is to say about a subset; one that has no cell is ignored.
func (l *Lattice) SetCell(u sequence.Subset, data Cell) {
	if c := l.cells[u]; c != nil {
		c.set(data)
	}
}

// SetFrame shows the picture of a subset; nil is black.
func (l *Lattice) SetFrame(u sequence.Subset, f *render.Frame) {
	c := l.cells[u]
	if c == nil {
		return
	}
	c.picture.show(f)
	if f == nil {
		return
	}
	if l.corner[0].Text != f.Convention || l.corner[1].Text != f.Slice {
		l.corner[0].Text, l.corner[1].Text = f.Convention, f.Slice
		for _, t := range l.corner {
			t.Refresh()
		}
	}
}

// SetLegend shows what the colours mean, below the cells; it may change their size.
func (l *Lattice) SetLegend(entries []render.Entry) {
	if !slices.Equal(l.shown, entries) {
		l.shown = slices.Clone(entries)
		l.Refresh()
	}
}

// Point marks a cell as the one that is pointed at, here or in another view; in false takes the mark away.
func (l *Lattice) Point(u sequence.Subset, in bool) {
	for v, c := range l.cells {
		c.light(in && u == v)
	}
	if in {
		l.pointed, l.any = u, true
	}
}

// Repaint paints the window once more, as it is. Whoever covers the lattice calls it: to the toolkit an object that has not been painted for
// a minute belongs to no window, and showing it paints nothing.
func (l *Lattice) Repaint() { canvas.Refresh(l.ground) }

// Pixels is the size of the cells' pictures in device pixels.
func (l *Lattice) Pixels() image.Point { return l.pixels }

// awaits says whether a cell has nothing to open until it is computed with the others that are wanted.
func (l *Lattice) awaits(u sequence.Subset) bool {
	state := l.cells[u].data.State
	return state == Missing || state == Computing
}

// TypedKey goes from cell to cell by arrows and opens one by Return; all other keys are handed on, Return too where there is nothing to open yet.
func (l *Lattice) TypedKey(e *fyne.KeyEvent) {
	step := map[fyne.KeyName]image.Point{
		fyne.KeyLeft: image.Pt(-1, 0), fyne.KeyRight: image.Pt(1, 0), fyne.KeyUp: image.Pt(0, -1), fyne.KeyDown: image.Pt(0, 1),
	}[e.Name]
	row, column, placed := l.layout.Place(l.pointed)
	placed = placed && l.any
	switch {
	case step != image.Point{}:
		u, _ := l.layout.At(0, 0)
		if placed {
			u = l.pointed
			if next, ok := l.layout.At(row+step.Y, column+step.X); ok {
				u = next
			}
		}
		if l.OnPoint != nil {
			l.OnPoint(u, true)
		}
		l.Point(u, true)
	case e.Name == fyne.KeyReturn && placed && !l.awaits(l.pointed):
		l.open(l.pointed)
	default:
		l.control.TypedKey(e)
	}
}

// CreateRenderer is part of fyne.Widget.
func (l *Lattice) CreateRenderer() fyne.WidgetRenderer {
	l.render = &latticeRenderer{l: l}
	l.render.collect()
	return l.render
}

// latticeRenderer refreshes no pictures: see sliceRenderer.
type latticeRenderer struct {
	l       *Lattice
	objects []fyne.CanvasObject
}

// The rooms for headings, units.
const (
	rowHead    = 92
	columnHead = 24
)

func (r *latticeRenderer) Destroy()                     {}
func (r *latticeRenderer) MinSize() fyne.Size           { return fyne.NewSize(320, 240) }
func (r *latticeRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *latticeRenderer) collect() {
	l := r.l
	r.objects = []fyne.CanvasObject{l.ground, l.corner[0], l.corner[1]}
	for _, lines := range l.rows {
		for _, t := range lines {
			r.objects = append(r.objects, t)
		}
	}
	for _, t := range l.columns {
		r.objects = append(r.objects, t)
	}
	for _, u := range l.layout.Cells() {
		r.objects = append(r.objects, l.cells[u])
	}
	for n := range l.legend {
		r.objects = l.legend[n].add(r.objects)
	}
	r.objects = append(r.objects, l.ring)
}

func (r *latticeRenderer) Refresh() {
	r.Layout(r.l.Size())
	canvas.Refresh(r.l.ground)
}

func (r *latticeRenderer) Layout(size fyne.Size) {
	l := r.l
	put(l.ground, 0, 0, size.Width, size.Height)
	put(l.ring, 1, 1, size.Width-2, size.Height-2)
	bottom := size.Height
	if len(l.shown) > 0 {
		bottom -= columnHead
	}
	left := float32(0)
	if len(l.rows) > 0 {
		left = rowHead
	}
	x := left
	for n := range l.legend {
		entry := render.Entry{}
		if n < len(l.shown) {
			entry = l.shown[n]
		}
		l.legend[n].set(entry, n < len(l.shown))
		x += l.legend[n].put(x, bottom+columnHead/2) + 4*unit
	}
	// All pictures have the same size, in whole device pixels: one frame's geometry holds for all.
	scale := float64(scaleOf(l))
	const gap = 2
	whole := func(x float32, n int) float32 {
		return float32(math.Floor(float64((x-gap*float32(n))/float32(n))*scale) / scale)
	}
	w, h := whole(size.Width-left, l.layout.Columns), whole(bottom-columnHead, l.layout.Rows)
	if w <= 0 || h <= cellFoot {
		return
	}
	lay(l.corner[0], unit, columnHead/2)
	if left > 0 {
		lay(l.corner[1], unit, bottom-3*unit)
	} else {
		lay(l.corner[1], 4*unit+l.corner[0].MinSize().Width, columnHead/2)
	}
	for n, t := range l.columns {
		lay(t, left+float32(n)*(w+gap)+w/2, columnHead/2)
	}
	for n, lines := range l.rows {
		middle := columnHead + float32(n)*(h+gap) + h/2
		for m, t := range lines {
			lay(t, left-2*unit, middle+(float32(m)-float32(len(lines)-1)/2)*16)
		}
	}
	for _, u := range l.layout.Cells() {
		row, column, _ := l.layout.Place(u)
		put(l.cells[u], left+float32(column)*(w+gap), columnHead+float32(row)*(h+gap), w, h)
	}
	if pixels := pixelSize(fyne.NewSize(w, h-cellFoot), float32(scale)); pixels != l.pixels {
		l.pixels = pixels
		if l.OnSize != nil {
			l.OnSize(pixels)
		}
	}
}
