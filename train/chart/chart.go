// Package chart draws a training run from the events of its journal: losses, held-out Dice, and how each sequence does alone, over the steps.
// It is the only package that imports gonum/plot.
package chart

import (
	"bytes"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"quorum/segment/score"
	"quorum/train/run"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Points is the largest number of points of a curve: longer ones show means over equal pieces.
const Points = 400

// Sizes of the picture.
const (
	width  = 18 * vg.Centimeter
	height = 24 * vg.Centimeter
	dpi    = 96
)

// hues are colours that people with any colour vision tell apart (Okabe and Ito, 2008).
var hues = []color.Color{
	color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff},
	color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff},
	color.RGBA{R: 0x00, G: 0x9e, B: 0x73, A: 0xff},
	color.RGBA{R: 0xcc, G: 0x79, B: 0xa7, A: 0xff},
}

// curve is a named line over the steps.
type curve struct {
	name   string
	points plotter.XYs
}

// add puts in a value; what is not a number cannot be drawn and is left out.
func (c *curve) add(step int, y float64) {
	if !math.IsNaN(y) && !math.IsInf(y, 0) {
		c.points = append(c.points, plotter.XY{X: float64(step), Y: y})
	}
}

// panel is one plot of several curves.
type panel struct {
	title  string
	curves []*curve
	dots   bool // few values, each of which counts
}

// panels sorts events into curves.
func panels(events []run.Event) []panel {
	dice, bce, kd := &curve{name: "Dice loss"}, &curve{name: "cross-entropy"}, &curve{name: "distillation"}
	var held [label.RegionCount]*curve
	for _, r := range label.Regions {
		held[r] = &curve{name: r.String()}
	}
	var alone [label.RegionCount][sequence.Count]*curve
	for _, r := range label.Regions {
		for _, m := range sequence.All {
			alone[r][m] = &curve{name: m.String()}
		}
	}
	for _, e := range events {
		switch e.Kind {
		case run.Stepped:
			dice.add(e.Step, float64(e.Progress.Dice))
			bce.add(e.Step, float64(e.Progress.BCE))
			kd.add(e.Step, float64(e.Progress.KD))
		case run.Evaluated:
			addAll(held[:], e.Step, e.Evaluation.Mean)
		case run.Elected:
			for _, m := range sequence.All {
				v, measured := e.Election.Alone[m.Key()]
				for _, r := range label.Regions {
					if measured {
						alone[r][m].add(e.Step, v[r])
					}
				}
			}
		case run.Began, run.Resumed, run.Saved, run.Noticed, run.Stopped, run.Done, run.Evaluating:
		}
	}
	list := []panel{
		{title: "losses (means over pieces of the run)", curves: []*curve{dice, bce, kd}},
		{title: "held-out Dice (truth), mean over the subsets", curves: held[:], dots: true},
	}
	for _, r := range label.Regions {
		list = append(list, panel{title: fmt.Sprintf("elections: soft Dice of %s from one sequence alone", r), curves: alone[r][:], dots: true})
	}
	return list
}

func addAll(curves []*curve, step int, v score.Values) {
	for r, c := range curves {
		c.add(step, v[r])
	}
}

// smooth makes means over equal pieces where there are too many points.
func smooth(p plotter.XYs) plotter.XYs {
	if len(p) <= Points {
		return p
	}
	out := make(plotter.XYs, 0, Points)
	for n := range Points {
		piece := p[n*len(p)/Points : (n+1)*len(p)/Points]
		var mean plotter.XY
		for _, q := range piece {
			mean.X += q.X / float64(len(piece))
			mean.Y += q.Y / float64(len(piece))
		}
		out = append(out, mean)
	}
	return out
}

// plot draws a panel, nil where it has nothing to show.
func (p panel) plot() (*plot.Plot, error) {
	out := plot.New()
	out.Title.Text = p.title
	for _, style := range []*font.Font{
		&out.Title.TextStyle.Font, &out.X.Tick.Label.Font, &out.Y.Tick.Label.Font, &out.Legend.TextStyle.Font, &out.X.Label.TextStyle.Font,
	} {
		style.Variant = "Sans"
	}
	out.X.Label.Text = "steps"
	out.Legend.Top = true
	out.Add(plotter.NewGrid())
	shown := false
	for at, c := range p.curves {
		if len(c.points) == 0 {
			continue
		}
		shown = true
		line, dots, err := plotter.NewLinePoints(smooth(c.points))
		if err != nil {
			return nil, fmt.Errorf("the curve %s: %w", c.name, err)
		}
		line.Color, line.Width = hues[at%len(hues)], vg.Points(1.2)
		dots.Color, dots.Radius, dots.Shape = line.Color, vg.Points(2), draw.CircleGlyph{}
		out.Add(line)
		if p.dots {
			out.Add(dots)
		}
		out.Legend.Add(c.name, line)
	}
	if !shown {
		return nil, nil
	}
	out.X.Max += 0.18 * (out.X.Max - out.X.Min) // room for the legend
	return out, nil
}

// drawAll puts the panels that show something one above the other.
func drawAll(events []run.Event, onto draw.Canvas) error {
	var plots []*plot.Plot
	for _, p := range panels(events) {
		drawn, err := p.plot()
		if err != nil {
			return err
		}
		if drawn != nil {
			plots = append(plots, drawn)
		}
	}
	if len(plots) == 0 {
		return fmt.Errorf("the run has nothing to show yet: no step was taken")
	}
	tiles := draw.Tiles{Rows: len(plots), Cols: 1, PadX: vg.Points(8), PadY: vg.Points(8), PadTop: vg.Points(6), PadBottom: vg.Points(6), PadLeft: vg.Points(6), PadRight: vg.Points(10)}
	for at, p := range plots {
		p.Draw(tiles.At(onto, 0, at))
	}
	return nil
}

// PNG is the picture of a run as a PNG file.
func PNG(events []run.Event) ([]byte, error) {
	c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))
	if err := drawAll(events, draw.New(c)); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err := vgimg.PngCanvas{Canvas: c}.WriteTo(&b)
	return b.Bytes(), err
}

// SVG is the picture of a run as an SVG file.
func SVG(events []run.Event) ([]byte, error) {
	c := vgsvg.New(width, height)
	if err := drawAll(events, draw.New(c)); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err := c.WriteTo(&b)
	return b.Bytes(), err
}
