package pane

import (
	"fmt"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// Dot is a subset with its volume and its score in the chosen region.
type Dot struct {
	Subset sequence.Subset
	ML     float64
	Score  float64 // NaN = there is none
	Marked bool    // the reference: drawn hollow
}

// Dots is a dot chart: a row for each subset, its volume on the left scale, its score on the right one. A line marks the reference's
// volume. A click opens a subset. Rows are in the order in which they are given.
type Dots struct {
	control
	OnOpen  func(sequence.Subset)
	OnPoint func(u sequence.Subset, in bool)

	dots      []Dot
	reference float64 // NaN = none
	region    label.Region
	scoreName string
	over      int
	render    *dotsRenderer
}

// NewDots makes an empty chart.
func NewDots(keys *Keys) *Dots {
	d := &Dots{control: newControl(keys), over: -1, reference: math.NaN()}
	d.ExtendBaseWidget(d)
	return d
}

// Set shows dots of a region, the reference's volume (NaN = none) and what the score is called.
func (d *Dots) Set(dots []Dot, reference float64, region label.Region, scoreName string) {
	d.dots, d.reference, d.region, d.scoreName, d.over = dots, reference, region, scoreName, -1
	if d.render != nil {
		d.render.collect()
		d.Refresh()
	}
}

// Point marks the row of a subset as pointed at; in false takes the mark away.
func (d *Dots) Point(u sequence.Subset, in bool) {
	over := -1
	for n, dot := range d.dots {
		if in && dot.Subset == u {
			over = n
		}
	}
	if over != d.over && d.render != nil {
		d.over = over
		d.Refresh()
	}
}

// The sizes of the chart, units.
const (
	dotsHead = 20
	dotsRow  = 11
	dotsFoot = 20
	dotsLead = 66
	dotsGap  = 24 // between the scales
)

func (d *Dots) at(y float32) int {
	n := int((y - dotsHead) / dotsRow)
	if y < dotsHead || n >= len(d.dots) {
		return -1
	}
	return n
}

// Tapped opens a subset.
func (d *Dots) Tapped(e *fyne.PointEvent) {
	grab(d)
	if n := d.at(e.Position.Y); n >= 0 && d.OnOpen != nil {
		d.OnOpen(d.dots[n].Subset)
	}
}

// MouseIn points at a row.
func (d *Dots) MouseIn(e *desktop.MouseEvent) { d.MouseMoved(e) }

// MouseMoved points at a row.
func (d *Dots) MouseMoved(e *desktop.MouseEvent) { d.point(d.at(e.Position.Y)) }

// MouseOut points at none.
func (d *Dots) MouseOut() { d.point(-1) }

func (d *Dots) point(n int) {
	before := d.over
	if n == before {
		return
	}
	d.over = n
	d.Refresh()
	switch {
	case d.OnPoint == nil:
	case n >= 0:
		d.OnPoint(d.dots[n].Subset, true)
	case before >= 0 && before < len(d.dots):
		d.OnPoint(d.dots[before].Subset, false)
	}
}

// TypedKey goes through the rows and opens one by Return; all other keys are handed on.
func (d *Dots) TypedKey(e *fyne.KeyEvent) {
	step := map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1}[e.Name]
	switch {
	case step != 0 && len(d.dots) > 0:
		d.point(max(0, min(len(d.dots)-1, d.over+step)))
	case e.Name == fyne.KeyReturn && d.over >= 0:
		if d.OnOpen != nil {
			d.OnOpen(d.dots[d.over].Subset)
		}
	default:
		d.control.TypedKey(e)
	}
}

// CreateRenderer is part of fyne.Widget.
func (d *Dots) CreateRenderer() fyne.WidgetRenderer {
	d.render = &dotsRenderer{d: d}
	d.render.collect()
	return d.render
}

// dotTicks is the most ticks of a scale.
const dotTicks = 6

type dotsRenderer struct {
	d       *Dots
	objects []fyne.CanvasObject
	titles  [2]*canvas.Text
	backs   []*canvas.Rectangle
	circles []circles
	dots    [2][]*canvas.Circle
	values  [2]*canvas.Text // of the pointed row
	ticks   [2][dotTicks]*canvas.Text
	grid    [2][dotTicks]*canvas.Line
	mark    *canvas.Line
}

func (r *dotsRenderer) Destroy()                     {}
func (r *dotsRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *dotsRenderer) MinSize() fyne.Size {
	return fyne.NewSize(260, dotsHead+dotsRow*float32(max(1, len(r.d.dots)))+dotsFoot)
}

func (r *dotsRenderer) collect() {
	d := r.d
	*r = dotsRenderer{d: d, mark: canvas.NewLine(color.Transparent)}
	for range d.dots {
		back, c := canvas.NewRectangle(color.Transparent), newCircles()
		r.backs, r.circles = append(r.backs, back), append(r.circles, c)
		r.objects = c.add(append(r.objects, back))
	}
	for s := range r.ticks {
		r.titles[s] = line("", tinySize)
		r.objects = append(r.objects, r.titles[s])
		for n := range r.ticks[s] {
			r.grid[s][n], r.ticks[s][n] = canvas.NewLine(color.Transparent), line("", tinySize)
			r.ticks[s][n].Alignment = fyne.TextAlignCenter
			r.objects = append(r.objects, r.grid[s][n], r.ticks[s][n])
		}
	}
	r.objects = append(r.objects, r.mark)
	for s := range r.dots {
		for range d.dots {
			dot := canvas.NewCircle(color.Transparent)
			dot.StrokeWidth = 1.5
			r.dots[s] = append(r.dots[s], dot)
			r.objects = append(r.objects, dot)
		}
	}
	for s := range r.values {
		r.values[s] = line("", smallSize)
		r.objects = append(r.objects, r.values[s])
	}
	r.objects = append(r.objects, d.ring)
	r.colour()
}

func (r *dotsRenderer) Refresh() {
	r.colour()
	r.Layout(r.d.Size())
	canvas.Refresh(r.d)
}

func (r *dotsRenderer) colour() {
	d := r.d
	ink, quiet, accent := paint(theme.ColorNameForeground), paint(theme.ColorNamePlaceHolder), paint(theme.ColorNamePrimary)
	r.titles[0].Text, r.titles[1].Text = d.region.String()+" volume, mL", d.region.String()+" "+d.scoreName
	r.titles[0].Hidden, r.titles[1].Hidden = len(d.dots) == 0, len(d.dots) == 0
	r.titles[0].Color, r.titles[1].Color = quiet, quiet
	for s := range r.ticks {
		for n := range r.ticks[s] {
			r.ticks[s][n].Color, r.grid[s][n].StrokeColor = quiet, paint(theme.ColorNameInputBorder)
		}
		r.values[s].Color = ink
	}
	r.mark.StrokeColor, r.mark.StrokeWidth = accent, 1
	for n, dot := range d.dots {
		r.circles[n].show(dot.Subset, quiet)
		r.backs[n].FillColor = color.Transparent
		fill := ink
		if n == d.over {
			r.circles[n].show(dot.Subset, ink)
			r.backs[n].FillColor = paint(theme.ColorNameSelection)
			fill = accent
		}
		for s := range r.dots {
			o := r.dots[s][n]
			o.FillColor, o.StrokeColor = fill, fill
			if dot.Marked {
				o.FillColor = paint(theme.ColorNameBackground)
			}
		}
	}
}

func (r *dotsRenderer) Layout(size fyne.Size) {
	d := r.d
	put(d.ring, 0, 0, size.Width, size.Height)
	width := (size.Width - dotsLead - dotsGap - 4*unit) / 2
	bottom := dotsHead + dotsRow*float32(len(d.dots))
	var most float64
	for _, dot := range d.dots {
		most = max(most, dot.ML)
	}
	if !math.IsNaN(d.reference) {
		most = max(most, d.reference)
	}
	step := tickStep(most)
	top := [2]float64{step * max(1, math.Ceil(most/step-1e-9)), 1}
	steps := [2]float64{step, 0.25}
	x := func(s int, v float64) float32 {
		return dotsLead + float32(s)*(width+dotsGap) + width*float32(v/top[s])
	}
	for s := range r.ticks {
		lay(r.titles[s], x(s, 0), 8)
		for n := range r.ticks[s] {
			v := steps[s] * float64(n)
			hidden := v > top[s]*1.0001 || len(d.dots) == 0
			r.ticks[s][n].Hidden, r.grid[s][n].Hidden = hidden, hidden
			r.ticks[s][n].Text = fmt.Sprintf("%.4g", v)
			lay(r.ticks[s][n], x(s, v), bottom+10)
			segment(r.grid[s][n], x(s, v), dotsHead, x(s, v), bottom)
		}
		r.values[s].Hidden = true
	}
	r.mark.Hidden = math.IsNaN(d.reference) || len(d.dots) == 0
	if !r.mark.Hidden {
		segment(r.mark, x(0, d.reference), dotsHead-2, x(0, d.reference), bottom)
	}
	for n, dot := range d.dots {
		y := dotsHead + dotsRow*(float32(n)+0.5)
		put(r.backs[n], 0, y-dotsRow/2, size.Width, dotsRow)
		r.circles[n].put(unit, y, 8.5)
		values := [2]float64{dot.ML, dot.Score}
		words := [2]string{wording.Volume(d.region, dot.Subset, dot.ML), fmt.Sprintf("%.2f", dot.Score)}
		for s := range r.dots {
			hidden := math.IsNaN(values[s])
			r.dots[s][n].Hidden = hidden
			if !hidden {
				put(r.dots[s][n], x(s, values[s])-4, y-4, 8, 8)
			}
			if n == d.over && !hidden {
				r.value(s, words[s], x(s, values[s]), y, size.Width)
			}
		}
	}
}

// value writes a number beside its dot.
func (r *dotsRenderer) value(s int, text string, x, y, width float32) {
	t := r.values[s]
	t.Text, t.Hidden = text, false
	w := t.MinSize().Width
	x += 8
	if x+w > width {
		x -= w + 16
	}
	lay(t, x, y)
}

// tickStep is a round distance of ticks, so that at most five lie in 0…most.
func tickStep(most float64) float64 {
	if !(most > 0) {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(most/(dotTicks-1))))
	for _, f := range []float64{1, 2, 5, 10} {
		if unit*f*(dotTicks-1) >= most*0.9999 {
			return unit * f
		}
	}
	return unit * 10
}
