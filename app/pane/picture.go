package pane

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"quorum/viewer/render"
)

// picture is the objects that show a render.Frame, from the lowest to the highest. It refreshes what changed and nothing else: each refresh
// of an image is a new texture.
type picture struct {
	size  fyne.Size // of the pane
	scale float32   // device pixels in a unit

	ground       *canvas.Rectangle
	grey         layer
	overlay      layer
	lines        layer
	cross        [4]*canvas.Line // left, right, above, below
	ruler        [3]*canvas.Line // its length and its two ends
	rulerDark    *canvas.Line
	rulerText    *inked
	brush        [2]*canvas.Circle // dark, light
	side         [4]*inked         // left, right, top, bottom
	title, place *inked            // upper left, lower right
	notes        [noteCount]*inked // lower left, from the lowest up
	legend       [legendCount]legend
	message      *inked
	frame        render.Frame
	small        bool // in a cell: no room for words but the letters
	objects      []fyne.CanvasObject
}

// The most notes and legend entries that are shown.
const (
	noteCount   = 4
	legendCount = 6
)

// layer is a raster.
type layer struct {
	image   *canvas.Image
	version uint64
	pixels  *image.RGBA
}

func newPicture(small bool) *picture {
	p := &picture{ground: canvas.NewRectangle(color.Black), small: small, scale: 1}
	p.objects = []fyne.CanvasObject{p.ground}
	for _, l := range []*layer{&p.grey, &p.overlay, &p.lines} {
		l.image = canvas.NewImageFromImage(nil)
		l.image.ScaleMode = canvas.ImageScalePixels
		l.image.Hide()
		p.objects = append(p.objects, l.image)
	}
	for n := range p.cross {
		p.cross[n] = p.stroke(color.NRGBA{R: stageAccent.R, G: stageAccent.G, B: stageAccent.B, A: 210}, 1)
	}
	p.rulerDark = p.stroke(shadow, 4)
	for n := range p.ruler {
		p.ruler[n] = p.stroke(stageWarn, 1.5)
	}
	for n, ink := range []color.Color{shadow, stageInk} {
		p.brush[n] = canvas.NewCircle(color.Transparent)
		p.brush[n].StrokeColor, p.brush[n].StrokeWidth = ink, float32(4-2*n)
		p.brush[n].Hide()
		p.objects = append(p.objects, p.brush[n])
	}
	for n := range p.legend {
		p.legend[n] = newLegend(fyne.TextAlignTrailing)
		p.objects = p.legend[n].add(p.objects)
	}
	letter := float32(16)
	if small {
		letter = 12
	}
	for n, align := range []fyne.TextAlign{fyne.TextAlignLeading, fyne.TextAlignTrailing, fyne.TextAlignCenter, fyne.TextAlignCenter} {
		p.side[n] = p.words(letter, align, stageInk)
	}
	p.title = p.words(textSize, fyne.TextAlignLeading, stageInk)
	p.place = p.words(smallSize, fyne.TextAlignTrailing, stageQuiet)
	for n := range p.notes {
		p.notes[n] = p.words(smallSize, fyne.TextAlignLeading, stageQuiet)
	}
	p.rulerText = p.words(textSize, fyne.TextAlignLeading, stageWarn)
	p.message = p.words(textSize, fyne.TextAlignCenter, stageQuiet)
	return p
}

func (p *picture) stroke(ink color.Color, width float32) *canvas.Line {
	l := canvas.NewLine(ink)
	l.StrokeWidth, l.Hidden = width, true
	p.objects = append(p.objects, l)
	return l
}

func (p *picture) words(size float32, align fyne.TextAlign, ink color.Color) *inked {
	i := newInked(size, align, ink)
	p.objects = i.add(p.objects)
	return i
}

// show shows a frame.
func (p *picture) show(f *render.Frame) {
	if f == nil {
		p.clear()
		return
	}
	p.frame = *f
	smooth := canvas.ImageScalePixels
	if f.Smooth {
		smooth = canvas.ImageScaleFastest // linear, by the graphics card
	}
	p.grey.show(f.Grey, smooth, p.scale)
	p.overlay.show(f.Overlay, canvas.ImageScalePixels, p.scale)
	p.lines.show(f.Lines, canvas.ImageScalePixels, p.scale)
	p.marks()
	p.message.set("", stageQuiet)
}

// clear shows nothing but the black ground, and a message that was set.
func (p *picture) clear() {
	p.frame = render.Frame{}
	for _, l := range []*layer{&p.grey, &p.overlay, &p.lines} {
		l.show(render.Raster{}, canvas.ImageScalePixels, p.scale)
	}
	p.marks()
}

// resize lays everything out for a pane of this size, in units.
func (p *picture) resize(size fyne.Size, scale float32) {
	p.size, p.scale = size, scale
	p.ground.Resize(size)
	p.grey.place(p.frame.Grey.Rect, scale)
	p.overlay.place(p.frame.Overlay.Rect, scale)
	p.lines.place(p.frame.Lines.Rect, scale)
	p.marks()
	p.message.put(size.Width/2, size.Height/2)
}

// show takes over a raster. A new texture is made only where pixels, scaling or size have changed; it says whether.
func (l *layer) show(r render.Raster, mode canvas.ImageScale, scale float32) bool {
	hidden := r.Image == nil || r.Rect.Empty()
	changed := hidden != l.image.Hidden || !hidden && (r.Version != l.version || r.Image != l.pixels || l.image.ScaleMode != mode)
	if changed {
		l.image.Hidden = hidden
		if !hidden {
			l.image.Image, l.image.ScaleMode, l.pixels, l.version = r.Image, mode, r.Image, r.Version
		}
		l.image.Refresh()
	}
	l.place(r.Rect, scale)
	return changed
}

// place lays the raster out.
func (l *layer) place(r image.Rectangle, scale float32) {
	if l.image.Hidden {
		return
	}
	put(l.image, float32(r.Min.X)/scale, float32(r.Min.Y)/scale, float32(r.Dx())/scale, float32(r.Dy())/scale)
}

// at turns device pixels into units.
func (p *picture) at(s render.Spot) fyne.Position {
	return fyne.NewPos(float32(s.X)/p.scale, float32(s.Y)/p.scale)
}

// marks lays out what lies over the rasters.
func (p *picture) marks() {
	p.crosshair()
	p.measure()
	p.outline()
	p.explain()
	p.letters()
}

// gap is what the crosshair leaves free around its middle, units: the voxel in question stays visible.
const gap = 7

// cellTick is the length of the crosshair's marks in a cell.
const cellTick = 7

func (p *picture) crosshair() {
	c := p.frame.Cross
	// In the middle of a device pixel a line of one pixel is sharp.
	at := p.at(render.Spot{X: math.Floor(c.X) + 0.5, Y: math.Floor(c.Y) + 0.5})
	w, h := p.size.Width, p.size.Height
	left, right, top, bottom := max(0, at.X-gap), min(w, at.X+gap), max(0, at.Y-gap), min(h, at.Y+gap)
	if p.small { // short lines at the edges: nothing lies over the tumour
		left, right, top, bottom = cellTick, w-cellTick, cellTick, h-cellTick
	}
	ends := [4][2]fyne.Position{
		{fyne.NewPos(0, at.Y), fyne.NewPos(left, at.Y)},
		{fyne.NewPos(right, at.Y), fyne.NewPos(w, at.Y)},
		{fyne.NewPos(at.X, 0), fyne.NewPos(at.X, top)},
		{fyne.NewPos(at.X, bottom), fyne.NewPos(at.X, h)},
	}
	for n, e := range ends {
		across := n < 2
		outside := across && (at.Y < 0 || at.Y > h) || !across && (at.X < 0 || at.X > w)
		setLine(p.cross[n], e[0], e[1], c.Shown && !outside)
	}
}

// setLine moves a line, and repaints where it changed.
func setLine(l *canvas.Line, from, to fyne.Position, shown bool) {
	if l.Position1 == from && l.Position2 == to && l.Hidden != shown {
		return
	}
	l.Position1, l.Position2, l.Hidden = from, to, !shown
	l.Refresh()
}

func (p *picture) measure() {
	r := p.frame.Ruler
	from, to := p.at(r.From), p.at(r.To)
	setLine(p.rulerDark, from, to, r.Shown)
	setLine(p.ruler[0], from, to, r.Shown)
	// The ends are short lines across.
	across := fyne.NewPos(to.Y-from.Y, from.X-to.X)
	if length := hypot(across); length > 0 {
		across = fyne.NewPos(across.X/length*5, across.Y/length*5)
	}
	setLine(p.ruler[1], from.Subtract(across), from.Add(across), r.Shown)
	setLine(p.ruler[2], to.Subtract(across), to.Add(across), r.Shown)
	text := ""
	if r.Shown {
		text = r.Text
	}
	p.rulerText.set(text, stageWarn)
	x := to.X + 2*unit
	if w := p.rulerText.width(); x+w > p.size.Width {
		x = to.X - 2*unit - w
	}
	p.rulerText.put(x, to.Y-3*unit)
}

func (p *picture) outline() {
	b := p.frame.Brush
	centre, radius := p.at(b.Centre), p.at(b.Radius)
	for n, c := range p.brush {
		if c.Hidden && !b.Shown {
			continue
		}
		c.Hidden = !b.Shown
		edge := float32(1 - n) // the dark ring shows on both sides of the light one, whose outer edge is the brush's
		put(c, centre.X-radius.X-edge, centre.Y-radius.Y-edge, 2*(radius.X+edge), 2*(radius.Y+edge))
		c.Refresh()
	}
}

// letters lays out the words. In a small pane the number of the slice gives way to the convention, and the upper and the lower letter move
// inward past the lines of words that would reach them; cells have room for letters only.
func (p *picture) letters() {
	f, w, h := &p.frame, p.size.Width, p.size.Height
	pad := float32(2 * unit)
	if p.small {
		pad = unit
	}
	for n, text := range []string{f.Sides.Left, f.Sides.Right, f.Sides.Top, f.Sides.Bottom} {
		ink := stageInk
		if f.Unsure && (text == "R?" || text == "L?") {
			ink = stageWarn
		}
		p.side[n].set(text, ink)
	}
	half := p.side[0].light.MinSize().Height / 2
	p.side[0].put(pad, h/2)
	p.side[1].put(w-pad, h/2)
	p.side[2].put(w/2, pad+half-2)
	p.side[3].put(w/2, h-pad-half+2)
	if p.small {
		return
	}
	row := float32(16)
	p.title.set(f.Image, stageInk)
	p.title.put(pad, pad+row/2)
	lines := []string{f.Convention}
	if f.Oblique != "" {
		lines = append(lines, f.Oblique)
	}
	lines = append(lines, f.Notes...)
	for n, text := range p.notes {
		words, ink := "", stageQuiet
		if n < len(lines) {
			words = lines[n]
		}
		if n > 0 && (n > 1 || f.Oblique == "") {
			ink = stageWarn // a note, not a fact of the grid
		}
		text.set(words, ink)
		text.put(pad, h-pad-row/2-float32(n)*row)
	}
	if p.place.set(f.Slice, stageQuiet); pad+p.notes[0].width()+pad+p.place.width()+pad > w {
		p.place.set("", stageQuiet)
	}
	p.place.put(w-pad, h-pad-row/2)
	// How far the lines of words, counted from the edge, force the letter in the middle inward.
	inward := func(widths ...float32) (way float32) {
		for n, words := range widths {
			if words > 0 && pad+words > w/2-p.side[2].width()/2-pad/2 {
				way = row*float32(n+1) + unit
			}
		}
		return way
	}
	var above [legendCount]float32
	for n := range p.legend {
		above[n] = p.legend[n].width()
	}
	var below [noteCount]float32
	for n, text := range p.notes {
		below[n] = text.width()
	}
	above[0], below[0] = max(above[0], p.title.width()), max(below[0], p.place.width())
	p.side[2].put(w/2, pad+half-2+inward(above[:]...))
	p.side[3].put(w/2, h-pad-half+2-inward(below[:]...))
}

// explain lays out the legend, upper right.
func (p *picture) explain() {
	const row = 16
	for n := range p.legend {
		entry, shown := render.Entry{}, n < len(p.frame.Legend) && !p.small
		if shown {
			entry = p.frame.Legend[n]
		}
		p.legend[n].set(entry, shown)
		p.legend[n].put(p.size.Width-2*unit, 2*unit+row*(float32(n)+0.5))
	}
}
