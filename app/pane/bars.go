package pane

import (
	"fmt"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Bars shows what each sequence brings: for every region four bars in the score, and four in mL. What takes away points to the left.
type Bars struct {
	widget.BaseWidget
	shares    *compare.Shares
	scoreName string
	message   string
}

// NewBars makes an empty chart.
func NewBars() *Bars {
	b := &Bars{}
	b.ExtendBaseWidget(b)
	return b
}

// Set shows shares; nil shows the message instead.
func (b *Bars) Set(shares *compare.Shares, scoreName, message string) {
	b.shares, b.scoreName, b.message = shares, scoreName, message
	b.Refresh()
}

// The sizes of the chart, units.
const (
	barsLead = 52
	barsHead = 18
	barsRow  = 17
	barsGap  = 10
)

// kinds are the two quantities.
const kinds = 2

type barsRenderer struct {
	b       *Bars
	objects []fyne.CanvasObject
	message *canvas.Text
	regions [label.RegionCount]*canvas.Text
	kind    [kinds]*canvas.Text
	names   [kinds][sequence.Count]*canvas.Text
	bars    [kinds][label.RegionCount][sequence.Count]*canvas.Rectangle
	values  [kinds][label.RegionCount][sequence.Count]*canvas.Text
	zero    [kinds][label.RegionCount]*canvas.Line
}

// CreateRenderer is part of fyne.Widget.
func (b *Bars) CreateRenderer() fyne.WidgetRenderer {
	r := &barsRenderer{b: b, message: line("", smallSize)}
	add := func(o fyne.CanvasObject) { r.objects = append(r.objects, o) }
	add(r.message)
	for n := range r.regions {
		r.regions[n] = line("", smallSize)
		r.regions[n].TextStyle.Bold = true
		add(r.regions[n])
	}
	for k := range kinds {
		r.kind[k] = line("", tinySize)
		add(r.kind[k])
		for q := range r.names[k] {
			r.names[k][q] = line(sequence.All[q].String(), smallSize)
			add(r.names[k][q])
		}
		for n := range r.bars[k] {
			r.zero[k][n] = canvas.NewLine(color.Transparent)
			add(r.zero[k][n])
			for q := range r.bars[k][n] {
				r.bars[k][n][q], r.values[k][n][q] = canvas.NewRectangle(color.Transparent), line("", tinySize)
				add(r.bars[k][n][q])
				add(r.values[k][n][q])
			}
		}
	}

	r.colour()
	return r
}

func (r *barsRenderer) Destroy()                     {}
func (r *barsRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *barsRenderer) MinSize() fyne.Size {
	if r.b.shares == nil {
		return fyne.NewSize(260, 20)
	}
	return fyne.NewSize(260, barsHead+kinds*(barsHead+r.height())+barsGap)
}

// height is that of the bars of one quantity.
func (r *barsRenderer) height() float32 { return barsRow * float32(r.b.shares.Present.Len()) }

func (r *barsRenderer) Refresh() {
	r.colour()
	r.Layout(r.b.Size())
	canvas.Refresh(r.b)
}

func (r *barsRenderer) colour() {
	ink, quiet := paint(theme.ColorNameForeground), paint(theme.ColorNamePlaceHolder)
	none := r.b.shares == nil
	for _, o := range r.objects {
		if none == o.Visible() {
			if none {
				o.Hide()
			} else {
				o.Show()
			}
		}
	}
	r.message.Text, r.message.Color, r.message.Hidden = r.b.message, quiet, !none
	r.kind[0].Text, r.kind[1].Text = r.b.scoreName, "mL"
	for n, region := range compare.Told {
		r.regions[n].Text, r.regions[n].Color = region.String(), ink
	}
	for k := range kinds {
		r.kind[k].Color = quiet
		for q := range r.names[k] {
			r.names[k][q].Color = ink
		}
		for n := range r.bars[k] {
			r.zero[k][n].StrokeColor = paint(theme.ColorNameInputBorder)
			for q := range r.bars[k][n] {
				r.bars[k][n][q].FillColor, r.values[k][n][q].Color = paint(theme.ColorNamePrimary), ink
			}
		}
	}
}

// share is the value of one bar.
func (r *barsRenderer) share(k int, region label.Region, q int) float64 {
	if k == 0 {
		return r.b.shares.Score[region][q]
	}
	return r.b.shares.ML[region][q]
}

func (r *barsRenderer) Layout(size fyne.Size) {
	if r.b.shares == nil {
		lay(r.message, 0, 10)
		return
	}
	width := (size.Width - barsLead - (label.RegionCount-1)*barsGap) / label.RegionCount
	for n := range r.regions {
		lay(r.regions[n], barsLead+float32(n)*(width+barsGap), barsHead/2)
	}
	for k := range kinds {
		top := barsHead + float32(k)*(barsHead+r.height()+barsGap)
		lay(r.kind[k], 0, top+barsHead/2-2)
		for q, row := range r.rows() {
			r.names[k][q].Hidden = row < 0
			lay(r.names[k][q], 0, top+barsHead+barsRow*(float32(row)+0.5))
		}
		for n, region := range compare.Told {
			r.panel(k, n, region, barsLead+float32(n)*(width+barsGap), top+barsHead, width)
		}
	}
}

// rows are the places of the sequences' bars, -1 for what is not present.
func (r *barsRenderer) rows() [sequence.Count]int {
	var rows [sequence.Count]int
	next := 0
	for q, s := range sequence.All {
		rows[q] = -1
		if r.b.shares.Present.Has(s) {
			rows[q] = next
			next++
		}
	}
	return rows
}

// panel lays out four bars of one region in one quantity. The scale is the same for all regions in the score, and the region's own in mL.
func (r *barsRenderer) panel(k, n int, region label.Region, x, y, width float32) {
	low, high := 0.0, 0.0
	regions := []label.Region{region}
	if k == 0 {
		regions = compare.Told[:]
	}
	for _, other := range regions {
		for q := range sequence.Count {
			if v := r.share(k, other, q); !math.IsNaN(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if high <= low {
		high = low + 1
	}
	const digits = 34 // the room for a number
	room := width - digits
	at := func(v float64) float32 { return x + room*float32((v-low)/(high-low)) }
	segment(r.zero[k][n], at(0), y, at(0), y+r.height())
	for q, row := range r.rows() {
		v := r.share(k, region, q)
		middle := y + barsRow*(float32(row)+0.5)
		bar, text := r.bars[k][n][q], r.values[k][n][q]
		bar.Hidden, text.Hidden = row < 0, row < 0
		if math.IsNaN(v) {
			bar.Resize(fyne.Size{})
			text.Text = "-"
			lay(text, at(0)+unit, middle)
			continue
		}
		text.Text = shareText(k, v)
		from, to := min(at(0), at(v)), max(at(0), at(v))
		put(bar, from, middle-4, max(1, to-from), 8)
		lay(text, to+unit, middle)
	}
}

// shareText is a share with its sign, in which no minus is the typographic one: the fonts lack it.
func shareText(k int, v float64) string {
	text := fmt.Sprintf("%.2f", v)
	if k == 1 && math.Abs(v) >= 10 {
		text = fmt.Sprintf("%.1f", v)
	}
	if text == "-0.00" {
		return "0.00"
	}
	return text
}
