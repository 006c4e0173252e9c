package viewer

import (
	"fmt"
	"image"
	"slices"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/volume"
)

// overlaySlot is the buffers of one pane's overlay.
type overlaySlot struct {
	plane render.Plane
	image Image
	cell  int
}

// look is all that the pixels of an overlay depend on, and outlined what its lines depend on besides.
type look struct {
	view    render.View
	depth   int
	content content
	overlay Overlay
	dim     bool
}

type outlined struct {
	look  look
	place render.Placement
	size  image.Point
	width float64
}

// overlayPaint is a painted overlay with what it was painted from.
type overlayPaint struct {
	look     look
	outlined outlined
	fill     layer
	lines    layer
	class    []uint8 // of the slice's pixels
	other    []uint8
	tracer   render.Tracer
}

// layer is a raster and its buffer, which stays while the raster is empty.
type layer struct {
	raster render.Raster
	buffer *image.RGBA
}

// set shows a picture that was painted into the buffer, or nothing. A raster that was empty and stays so keeps its version.
func (l *layer) set(painted bool, version uint64) {
	was := l.raster.Image
	l.raster.Image = nil
	if painted {
		l.raster.Image = l.buffer
	}
	if painted || was != nil {
		l.raster.Version = version
	}
}

// dimmed is the share of its strength that is left of an overlay that belongs to another selection.
const dimmed = 0.45

// lineWidth is the width of outlines in pixels of the layout.
const lineWidth = 1.5

// overlay draws a result over a pane, as far as it lies on the grid of the image.
func (s *State) overlay(f *render.Frame, p Pane, v *plane, cell int, c shown, o Overlay) {
	if !o.Shown || !c.fits(o.Show, v.series.Volume.Grid) {
		return
	}
	now := look{view: v.view, depth: v.depth(), content: c.content, overlay: o, dim: c.dim}
	slot := overlaySlot{p.Plane, p.Image, cell}
	paint := s.overlays[slot]
	if paint == nil {
		paint = &overlayPaint{}
		s.overlays[slot] = paint
	}
	if paint.look != now {
		paint.look = now
		paint.classify(c.content, o)
		painted := false
		if t := o.fill(c.of(), now.strength()); t != nil {
			paint.fill.buffer, painted = render.Paint(paint.fill.buffer, v.view.Size(), paint.class, t)
		}
		paint.fill.set(painted, s.next())
	}
	lines := outlined{look: now, place: v.place, size: p.Size, width: lineWidth * p.line()}
	if paint.outlined != lines {
		paint.outlined = lines
		var picture *image.RGBA
		if strokes := o.strokes(now.strength()); len(strokes) > 0 {
			picture, paint.lines.raster.Rect = paint.tracer.Trace(paint.lines.buffer, v.place, image.Rectangle{Max: p.Size}, paint.class, strokes, lines.width)
		}
		if picture != nil {
			paint.lines.buffer = picture
		}
		paint.lines.set(picture != nil, s.next())
	}
	paint.fill.raster.Rect = v.place.Rect
	f.Overlay, f.Lines = paint.fill.raster, paint.lines.raster
	f.Legend = o.legend(c.of())
	if o.Show == Disputed && cell == 0 && p.Plane == s.View.Plane { // a long sentence, said once: where there is most room
		f.Notes = append(f.Notes, compare.AgreementLegend)
	}
	if c.note != "" {
		f.Notes = append(f.Notes, c.note)
	}
}

// fits says whether there is what an overlay is to show, on this grid.
func (c content) fits(show Show, g volume.Grid) bool {
	on := func(m label.Boxed) bool { return m != nil && m.Box().Grid == g }
	switch show {
	case Disputed:
		return c.agreement != nil && c.agreement.Grid == g
	case Difference:
		return on(c.labels) && on(c.reference)
	}
	return on(c.labels)
}

// of is how many results the agreement map has asked.
func (c content) of() int {
	if c.agreement == nil {
		return 0
	}
	return c.agreement.N
}

// strength is the share of the full colours.
func (l look) strength() float64 {
	if l.dim {
		return dimmed
	}
	return 1
}

// classify finds what each pixel of the slice shows.
func (p *overlayPaint) classify(c content, o Overlay) {
	view, depth := p.look.view, p.look.depth
	if o.Show == Disputed {
		p.class = render.Classes(p.class, view, depth, c.agreement.Min, c.agreement.Dim, c.agreement.Count[o.Region])
		return
	}
	p.class = view.Labels(p.class, depth, c.labels)
	if o.Show == Difference {
		p.other = view.Labels(p.other, depth, c.reference)
		render.DifferenceClasses(p.class, p.other, o.Region)
	}
}

// Palette is the set of colours in use.
func (o Overlay) Palette() render.Palette {
	if o.Safe {
		return render.ColourBlindSafe
	}
	return render.Usual
}

// Reveal shows labels of one kind, whatever was hidden: what is painted must be seen.
func (o *Overlay) Reveal(l label.Label) {
	o.Shown, o.HiddenParts[l] = true, false
	for _, r := range slices.Backward(render.NestedRegions[:]) {
		if l.In(r) { // the innermost gives the label its colour
			o.HiddenRegions[r] = false
			return
		}
	}
}

// Hidden says which parts or regions are not shown although there may be some of them.
func (o Overlay) Hidden() []render.Entry {
	var list []render.Entry
	palette := o.Palette()
	switch o.Show {
	case Parts:
		for _, l := range label.Parts {
			if o.HiddenParts[l] {
				list = append(list, render.Entry{Text: l.String() + " hidden", Colour: palette[l]})
			}
		}
	case Regions:
		for _, r := range render.NestedRegions {
			if o.HiddenRegions[r] {
				list = append(list, render.Entry{Text: r.String() + " hidden", Colour: palette.Region(r)})
			}
		}
	case Difference, Disputed: // they show no parts
	}
	return list
}

// fill are the colours of the slice's classes, nil where nothing is filled.
func (o Overlay) fill(of int, strength float64) *render.Colours {
	opacity := o.Opacity * strength
	switch {
	case o.Show == Disputed:
		return render.AgreementFill(of, opacity)
	case o.Show == Difference:
		return render.DifferenceFill(opacity)
	case o.Drawing == Outline:
		return nil
	}
	palette := o.Palette()
	var shown render.Palette
	for _, l := range label.Parts {
		if o.Show == Parts && !o.HiddenParts[l] {
			shown[l] = palette[l]
		}
	}
	if o.Show == Regions {
		for _, r := range render.NestedRegions { // the innermost shown region that holds the part has the last word
			for _, l := range label.Parts {
				if l.In(r) && !o.HiddenRegions[r] {
					shown[l] = palette.Region(r)
				}
			}
		}
	}
	return shown.WithOpacity(opacity).Fill()
}

// strokes are the outlines and hatchings.
func (o Overlay) strokes(strength float64) []render.Stroke {
	var list []render.Stroke
	palette := o.Palette().WithOpacity(strength)
	switch {
	case o.Show == Difference:
		return render.DifferenceStrokes(strength)
	case o.Show == Disputed || o.Drawing == Fill:
		return nil
	case o.Show == Regions:
		for _, r := range render.NestedRegions {
			if !o.HiddenRegions[r] {
				list = append(list, palette.RegionStroke(r, o.Safe))
			}
		}
		return list
	}
	for _, l := range []label.Label{label.Cavity, label.ED, label.NCR, label.ET} {
		if !o.HiddenParts[l] {
			list = append(list, palette.PartStroke(l, o.Safe))
		}
	}
	return list
}

// legend explains colours that are not those of parts and regions, in few words: it stands in the picture.
func (o Overlay) legend(of int) []render.Entry {
	switch o.Show {
	case Difference:
		return []render.Entry{
			{Text: o.Region.String() + " gained", Colour: render.GainedColour},
			{Text: o.Region.String() + " lost", Colour: render.LostColour, Hatched: true},
		}
	case Disputed:
		var list []render.Entry
		for _, k := range []int{1, (of + 1) / 2, of} {
			if len(list) == 0 || k > 1 && list[len(list)-1].Text != count(k, of) {
				list = append(list, render.Entry{Text: count(k, of), Colour: render.AgreementColour(k, of)})
			}
		}
		return list
	}
	return nil
}

// count is "3 of 15".
func count(k, n int) string { return fmt.Sprintf("%d of %d", k, n) }
