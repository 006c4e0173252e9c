package pane

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// CellState says how far the result of a cell is.
type CellState uint8

// The states of a cell.
const (
	NotComputed CellState = iota
	Missing               // not computed, and wanted: Return computes all of these
	Computing
	Computed
	Failed
)

// Cell is what one cell of the lattice says.
type Cell struct {
	State     CellState
	Reference string // what the results are compared with, in the reference's own cell; "" in all others
	Marked    bool   // the others are compared with it
	ML, Score string // of the chosen region: "12.34", "about 12"; "0.87"
	Truth     bool   // the score is a Dice with the truth, not an agreement between results
}

// cell shows one subset: the picture, above it the subset's symbols, below it the numbers. The lattice owns it.
type cell struct {
	widget.BaseWidget
	mouse

	subset  sequence.Subset
	name    string // beside the symbols; "" = the headings name it
	data    Cell
	lit     bool // pointed at, here or in another view
	onOpen  func()
	onPoint func(in bool)
	onDrag  func(Drag)
	over    bool // under the pointer
	click   bool // the button is down and has not moved yet

	picture   *picture
	image     *imageArea
	ground    *canvas.Rectangle
	circles   circles
	title     *inked
	ml, score *canvas.Text
	border    *canvas.Rectangle
}

// imageArea clips the picture of a cell.
type imageArea struct {
	widget.BaseWidget
	picture *picture
}

// CreateRenderer is part of fyne.Widget.
func (a *imageArea) CreateRenderer() fyne.WidgetRenderer { return &areaRenderer{a} }

// areaRenderer refreshes no children: see sliceRenderer.
type areaRenderer struct{ area *imageArea }

func (r *areaRenderer) Destroy()                     {}
func (r *areaRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *areaRenderer) Objects() []fyne.CanvasObject { return r.area.picture.objects }
func (r *areaRenderer) Layout(size fyne.Size)        { r.area.picture.resize(size, scaleOf(r.area)) }
func (r *areaRenderer) Refresh()                     { r.Layout(r.area.Size()) }
func (r *areaRenderer) IsClip()                      {}

func newCell(keys *Keys, u sequence.Subset) *cell {
	c := &cell{
		subset: u, picture: newPicture(true), ground: canvas.NewRectangle(color.Black), circles: newCircles(),
		title: newInked(tinySize, fyne.TextAlignLeading, stageAccent),
		ml:    line("", smallSize), score: line("", smallSize), border: canvas.NewRectangle(color.Transparent),
	}
	c.score.Alignment = fyne.TextAlignTrailing
	c.circles.show(u, stageInk)
	c.image = &imageArea{picture: c.picture}
	c.image.ExtendBaseWidget(c.image)
	c.mouse = mouse{keys: keys, pixel: c.spot}
	c.OnDrag = c.dragged
	c.OnHover = func(_ render.Spot, in bool) {
		if in != c.over {
			c.over = in
			c.say()
			c.onPoint(in)
		}
	}
	c.ExtendBaseWidget(c)
	return c
}

// spot turns a position on the cell into device pixels of its picture.
func (c *cell) spot(p fyne.Position) render.Spot {
	p = p.Subtract(c.image.Position())
	return render.Spot{X: float64(p.X * c.picture.scale), Y: float64(p.Y * c.picture.scale)}
}

// slack is how far a click may stray, units.
const slack = 4

// dragged tells a click from a drag of the left button; all other drags go on as they are.
func (c *cell) dragged(d Drag) {
	if d.Gesture != DragPoint {
		c.onDrag(d)
		return
	}
	far := float64(slack * c.picture.scale)
	switch {
	case d.Phase == DragBegin:
		c.click = true
	case !c.click:
		c.onDrag(d)
	case d.Phase == DragEnd:
		c.click = false
		c.onOpen()
	case max(d.At.X-d.From.X, d.From.X-d.At.X) > far || max(d.At.Y-d.From.Y, d.From.Y-d.At.Y) > far:
		c.click = false
		begin := d
		begin.At, begin.Step, begin.Phase = d.From, render.Spot{}, DragBegin
		c.onDrag(begin)
		d.Step = render.Spot{X: d.At.X - d.From.X, Y: d.At.Y - d.From.Y}
		c.onDrag(d)
	}
}

// Cursor says that the cell can be clicked.
func (c *cell) Cursor() desktop.Cursor { return desktop.PointerCursor }

// set shows what there is to say.
func (c *cell) set(data Cell) {
	if data == c.data {
		return
	}
	c.data = data
	if data.State != Computed {
		c.picture.show(nil)
	}
	c.Refresh()
}

// light marks the cell as pointed at.
func (c *cell) light(on bool) {
	if on != c.lit {
		c.lit = on
		c.frame()
		c.border.Refresh()
	}
}

// CreateRenderer is part of fyne.Widget.
func (c *cell) CreateRenderer() fyne.WidgetRenderer {
	objects := c.title.add(c.circles.add([]fyne.CanvasObject{c.ground, c.image}))
	r := &cellRenderer{c: c, objects: append(objects, c.ml, c.score, c.border)}
	c.colour()
	return r
}

// cellRenderer refreshes its words one by one, and not the picture: see sliceRenderer.
type cellRenderer struct {
	c       *cell
	objects []fyne.CanvasObject
}

func (r *cellRenderer) Destroy()                     {}
func (r *cellRenderer) MinSize() fyne.Size           { return fyne.NewSize(60, 60) }
func (r *cellRenderer) Objects() []fyne.CanvasObject { return r.objects }

// cellFoot is the height of the line of numbers below the picture.
const cellFoot = 18

func (r *cellRenderer) Layout(size fyne.Size) {
	c := r.c
	put(c.ground, 0, 0, size.Width, size.Height)
	put(c.border, 1, 1, size.Width-2, size.Height-2) // a stroke lies on both sides of its edge
	put(c.image, 0, 0, size.Width, max(0, size.Height-cellFoot))
	diameter := float32(9)
	if size.Width < 150 {
		diameter = 7 // clear of the letter in the middle
	}
	c.circles.put(unit+1, 3*unit, diameter)
	c.say()
	title, ink, x, end := c.data.Reference, stageAccent, float32(unit+1), size.Width-unit
	if title == "" { // beside the symbols, clear of the letter in the middle
		title, ink, x, end = c.name, stageInk, x+circlesWidth(diameter)+2*unit, size.Width/2-2*unit
	}
	words := fit(title, tinySize, fyne.TextStyle{}, max(0, end-x))
	if c.data.Reference == "" && words != title {
		words = "" // "without T1" and "without T2" begin alike: the symbols say more
	}
	c.title.set(words, ink)
	c.title.put(x, 3*unit)
	foot := size.Height - cellFoot/2 - 1
	lay(c.ml, unit+1, foot)
	lay(c.score, size.Width-unit-1, foot)
}

func (r *cellRenderer) Refresh() {
	r.c.colour()
	r.Layout(r.c.Size())
	r.c.image.Refresh()
	for _, o := range []fyne.CanvasObject{r.c.ml, r.c.score, r.c.border} {
		canvas.Refresh(o)
	}
	for _, o := range r.c.circles {
		canvas.Refresh(o)
	}
}

func (c *cell) colour() {
	d := c.data
	for _, o := range c.circles {
		o.Hidden = d.Reference != ""
	}
	c.circles.show(c.subset, stageInk)
	if d.State != Computed {
		c.circles.show(c.subset, stageQuiet)
	}
	c.say()
	c.ml.Text, c.score.Text = "", ""
	if d.State == Computed && d.ML != "" {
		c.ml.Text, c.score.Text = d.ML+" mL", d.Score
	}
	c.ml.Color, c.score.Color, c.score.TextStyle.Bold = stageInk, stageAccent, d.Truth
	if d.Truth {
		c.score.Color = stageInk
	}
	c.frame()
}

// say writes in an empty cell why it is empty, and what fills it. A click on the reference's own cell computes nothing.
func (c *cell) say() {
	message := ""
	switch {
	case c.data.State == NotComputed, c.data.State == Missing && c.over && c.data.Reference == "":
		message = "click to compute"
	case c.data.State == Missing:
		message = "press Return to compute"
		if fit(message, textSize, fyne.TextStyle{}, c.Size().Width) != message {
			message = "press Return"
		}
	case c.data.State == Computing:
		message = "computing…"
	case c.data.State == Failed && c.over:
		message = "click to try again"
	case c.data.State == Failed:
		message = "failed"
	}
	c.picture.message.set(message, stageQuiet)
}

// call names the cell beside its symbols.
func (c *cell) call(name string) {
	if name != c.name {
		c.name = name
		c.Refresh()
	}
}

// frame colours the border: the reference has one always, the pointed cell a stronger one.
func (c *cell) frame() {
	c.border.StrokeWidth, c.border.StrokeColor = 1, stageLine
	if c.data.Marked {
		c.border.StrokeColor = color.NRGBA{R: stageAccent.R, G: stageAccent.G, B: stageAccent.B, A: 150}
	}
	if c.lit {
		c.border.StrokeWidth, c.border.StrokeColor = 2, stageAccent
	}
}
