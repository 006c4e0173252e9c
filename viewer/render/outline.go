package render

import (
	"image"
	"image/color"
	"math"

	"quorum/viewer/label"
)

// Stroke is the outline around some classes of a slice: labels, or those of DifferenceClasses.
type Stroke struct {
	In      [label.Count]bool
	Colour  color.RGBA
	Dash    Dash
	Hatched bool // the area inside is hatched too
}

// Dash is the pattern of a line of the usual width, in pixels; the zero value is a solid line. A wider line has a longer pattern.
type Dash struct{ On, Off int }

// shows says whether the pattern has ink at so many pixels from its beginning.
func (d Dash) shows(n int) bool {
	if d.Off <= 0 {
		return true
	}
	period := d.On + d.Off
	return (n%period+period)%period < d.On
}

// The patterns that tell outlines apart without colours: the innermost is solid.
var (
	dashed = Dash{On: 7, Off: 3}
	dotted = Dash{On: 3, Off: 3}
	sparse = Dash{On: 2, Off: 5}
)

// RegionStroke is the outline of a region in the hue of the part that it adds, with a pattern of its own if asked for.
func (p Palette) RegionStroke(r label.Region, patterned bool) Stroke {
	s := Stroke{Colour: p.Region(r)}
	for l := range s.In {
		s.In[l] = label.Label(l).In(r)
	}
	if patterned {
		s.Dash = [label.RegionCount]Dash{label.RegionWT: dotted, label.RegionTC: dashed}[r]
	}
	return s
}

// PartStroke is the outline of a part, with a pattern of its own if asked for.
func (p Palette) PartStroke(l label.Label, patterned bool) Stroke {
	s := Stroke{Colour: p[l]}
	s.In[l] = true
	if patterned {
		s.Dash = [label.Count]Dash{label.ED: dotted, label.NCR: dashed, label.Cavity: sparse}[l]
	}
	return s
}

// NestedRegions are the regions from the outermost in, the order in which their outlines are drawn.
var NestedRegions = [label.RegionCount]label.Region{label.RegionWT, label.RegionTC, label.RegionET}

// RegionStrokes are the nested outlines of all regions.
func (p Palette) RegionStrokes() []Stroke {
	var list []Stroke
	for _, r := range NestedRegions {
		list = append(list, p.RegionStroke(r, false))
	}
	return list
}

// DrawOutlines draws outlines in a slice onto the part of dst inside clip: see Tracer.Trace.
func DrawOutlines(dst *image.RGBA, clip image.Rectangle, p Placement, v View, depth int, m label.Boxed, strokes []Stroke, width float64) {
	var t Tracer
	t.cover(p, clip.Intersect(dst.Rect), v.Labels(nil, depth, m), strokes, width)
	for n, owner := range t.owner {
		if owner > 0 {
			over(dst, t.box.Min.X+n%t.box.Dx(), t.box.Min.Y+n/t.box.Dx(), strokes[owner-1].Colour, uint32(t.amount[n]))
		}
	}
}

// Tracer traces outlines. It keeps its buffers, so that one that is used again allocates nothing.
type Tracer struct {
	box    image.Rectangle // the part of the screen that may hold lines
	amount []uint8         // how much of each pixel of box is covered, 255 = all of it
	owner  []uint8         // by which stroke, from 1; 0 = none
	half   int             // of a line's width, in fine steps
	grain  int             // screen pixels for a pixel of a pattern
	mask   []bool
}

// Trace draws the outlines of a slice, which has one class for each pixel, as they lie on the part clip of the screen. They run along the
// edges of voxels and are width screen pixels wide. A pixel has the colour of one stroke, never a mixture: where strokes meet, the later
// one is seen. It gives the picture of just the part that has lines, in dst's buffer if that is large enough, and where that part lies;
// nil if there are none.
func (t *Tracer) Trace(dst *image.RGBA, p Placement, clip image.Rectangle, class []uint8, strokes []Stroke, width float64) (*image.RGBA, image.Rectangle) {
	t.cover(p, clip, class, strokes, width)
	if len(t.owner) == 0 {
		return nil, image.Rectangle{}
	}
	dst = within(dst, t.box.Size())
	tables := make([][256][4]uint8, len(strokes))
	for n, s := range strokes {
		tables[n] = inks(s.Colour)
	}
	drawn := false
	for n, owner := range t.owner {
		pix := dst.Pix[4*n : 4*n+4 : 4*n+4]
		if owner == 0 {
			clear(pix)
			continue
		}
		*(*[4]uint8)(pix), drawn = tables[owner-1][t.amount[n]], true
	}
	if !drawn {
		return nil, image.Rectangle{}
	}
	return dst, t.box
}

// inks are a colour at each of the 256 shares of a pixel.
func inks(c color.RGBA) [256][4]uint8 {
	var list [256][4]uint8
	for cover := range list {
		for n, part := range [4]uint8{c.R, c.G, c.B, c.A} {
			list[cover][n] = uint8((int(part)*cover + 127) / 255)
		}
	}
	return list
}

// within gives back an image of this size in dst's buffer if that is large enough.
func within(dst *image.RGBA, size image.Point) *image.RGBA {
	n := 4 * size.X * size.Y
	if dst == nil || cap(dst.Pix) < n {
		return image.NewRGBA(image.Rectangle{Max: size})
	}
	return &image.RGBA{Pix: dst.Pix[:n], Stride: 4 * size.X, Rect: image.Rectangle{Max: size}}
}

// cover finds which stroke covers how much of each pixel of the screen.
func (t *Tracer) cover(p Placement, clip image.Rectangle, class []uint8, strokes []Stroke, width float64) {
	part := occupied(class, p.Size, p.slicePart(clip))
	t.half, t.grain = int(math.Round(width/2*fine)), max(1, int(math.Round(width/usualWidth)))
	reach := floor(t.half) + 1
	t.box = image.Rectangle{
		Min: image.Pt(floor(p.corner(0, part.Min.X))-reach, floor(p.corner(1, part.Min.Y))-reach),
		Max: image.Pt(floor(p.corner(0, part.Max.X))+reach+1, floor(p.corner(1, part.Max.Y))+reach+1),
	}.Intersect(clip)
	if part.Empty() {
		t.box = image.Rectangle{}
	}
	n := t.box.Dx() * t.box.Dy()
	t.amount, t.owner = emptied(t.amount, n), emptied(t.owner, n)
	if n == 0 {
		return
	}
	for n, s := range strokes {
		if s.Hatched {
			t.hatch(p, class, uint8(n+1), &s)
		}
		t.edges(p, part, class, uint8(n+1), &s)
	}
}

func emptied(list []uint8, n int) []uint8 {
	if cap(list) < n {
		return make([]uint8, n)
	}
	list = list[:n]
	clear(list)
	return list
}

// occupied is the smallest part of a slice inside window that holds all classes other than 0.
func occupied(class []uint8, size image.Point, window image.Rectangle) image.Rectangle {
	box := image.Rectangle{}
	for y := window.Min.Y; y < window.Max.Y; y++ {
		row := class[y*size.X+window.Min.X : y*size.X+window.Max.X]
		first, last := 0, len(row)
		for first < last && row[first] == 0 {
			first++
		}
		if first == last {
			continue
		}
		for row[last-1] == 0 {
			last--
		}
		box = box.Union(image.Rect(window.Min.X+first, y, window.Min.X+last, y+1))
	}
	return box
}

// edges covers the straight runs of voxel edges between inside and outside a stroke's classes, in one part of the slice.
func (t *Tracer) edges(p Placement, part image.Rectangle, class []uint8, number uint8, s *Stroke) {
	// The mask has a rim of pixels that are outside.
	wide, tall := part.Dx()+2, part.Dy()+2
	if cap(t.mask) < wide*tall {
		t.mask = make([]bool, wide*tall)
	}
	mask := t.mask[:wide*tall]
	clear(mask)
	for y := range part.Dy() {
		row := class[(part.Min.Y+y)*p.Size.X+part.Min.X:]
		for x := range part.Dx() {
			mask[(y+1)*wide+x+1] = s.In[row[x]]
		}
	}
	for y := 1; y < tall; y++ {
		runs(mask[(y-1)*wide:], mask[y*wide:], wide, 1, func(lo, hi int) {
			t.line(p, part.Min.X+lo-1, part.Min.Y+y-1, part.Min.X+hi-1, part.Min.Y+y-1, number, s)
		})
	}
	for x := 1; x < wide; x++ {
		runs(mask[x-1:], mask[x:], tall, wide, func(lo, hi int) {
			t.line(p, part.Min.X+x-1, part.Min.Y+lo-1, part.Min.X+x-1, part.Min.Y+hi-1, number, s)
		})
	}
}

// runs reports the intervals [lo, hi) of 0…n in which a and b, read in steps, differ.
func runs(a, b []bool, n, step int, found func(lo, hi int)) {
	start := -1
	for i := range n {
		switch on := a[i*step] != b[i*step]; {
		case on && start < 0:
			start = i
		case !on && start >= 0:
			found(start, i)
			start = -1
		}
	}
}

// usualWidth is the width of outlines for which patterns are made.
const usualWidth = 1.5

// fine is the number of steps in a screen pixel: coverage is counted in whole numbers, the same on every machine.
const fine = 256

func floor(x int) int { return x >> 8 }

// corner is where a corner of slice pixels lies along axis 0 or 1 of the screen, in fine steps: corner n is before pixel n.
func (p Placement) corner(axis, n int) int {
	if axis == 1 {
		return p.Rect.Min.Y*fine + n*p.Rect.Dy()*fine/p.Size.Y
	}
	return p.Rect.Min.X*fine + n*p.Rect.Dx()*fine/p.Size.X
}

// slicePart is the part of the slice that can be seen inside clip, and two pixels around it, so that its own border lies out of sight.
func (p Placement) slicePart(clip image.Rectangle) image.Rectangle {
	if p.Rect.Empty() || clip.Empty() {
		return image.Rectangle{}
	}
	x0, y0 := p.Slice(float64(clip.Min.X), float64(clip.Min.Y))
	x1, y1 := p.Slice(float64(clip.Max.X), float64(clip.Max.Y))
	return image.Rect(int(math.Floor(x0))-2, int(math.Floor(y0))-2, int(math.Ceil(x1))+3, int(math.Ceil(y1))+3).
		Intersect(image.Rectangle{Max: p.Size})
}

// line covers a horizontal or vertical line between two corners of slice pixels, half its width to each side and beyond its ends.
func (t *Tracer) line(p Placement, x0, y0, x1, y1 int, number uint8, s *Stroke) {
	left, right := p.corner(0, x0)-t.half, p.corner(0, x1)+t.half
	top, bottom := p.corner(1, y0)-t.half, p.corner(1, y1)+t.half
	from, to := max(t.box.Min.X, floor(left)), min(t.box.Max.X, floor(right)+1)
	for y := max(t.box.Min.Y, floor(top)); y < min(t.box.Max.Y, floor(bottom)+1); y++ {
		tall := min(bottom, (y+1)*fine) - max(top, y*fine)
		at := (y-t.box.Min.Y)*t.box.Dx() - t.box.Min.X
		for x := from; x < to; x++ {
			wide := min(right, (x+1)*fine) - max(left, x*fine)
			if t.inks(p, s.Dash, x, y) {
				t.ink(at+x, number, uint8(tall*wide*255/(fine*fine)))
			}
		}
	}
}

// inks says whether a pattern has ink at a pixel of the screen. It moves with the slice, and is counted along both axes together: a line
// runs along one of them.
func (t *Tracer) inks(p Placement, d Dash, x, y int) bool {
	return d.shows((x - p.Rect.Min.X + y - p.Rect.Min.Y) / t.grain)
}

// ink covers a pixel: the stroke that covers most of it gets it, the later one of two that cover the same.
func (t *Tracer) ink(at int, number, amount uint8) {
	switch {
	case amount == 0:
	case t.owner[at] == number:
		t.amount[at] = max(t.amount[at], amount)
	case amount >= t.amount[at]:
		t.amount[at], t.owner[at] = amount, number
	}
}

// hatchPeriod is the period of the hatching along x and y.
const hatchPeriod = 6

// hatch covers stripes of the area inside a stroke.
func (t *Tracer) hatch(p Placement, class []uint8, number uint8, s *Stroke) {
	stripes := Dash{On: hatchPeriod / 2, Off: hatchPeriod / 2}
	columns := p.nearest(0, t.box.Min.X, t.box.Max.X)
	at := 0
	for n, row := range p.nearest(1, t.box.Min.Y, t.box.Max.Y) {
		for c, column := range columns {
			if row >= 0 && column >= 0 && s.In[class[row*p.Size.X+column]] && t.inks(p, stripes, t.box.Min.X+c, t.box.Min.Y+n) {
				t.ink(at, number, 255)
			}
			at++
		}
	}
}
