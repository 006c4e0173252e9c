package report

import (
	"image"
	"image/draw"
	"math"

	"quorum/viewer/render"
)

// pane draws a frame as the window does, its upper left corner at origin.
func (s *sheet) pane(f render.Frame, origin image.Point) {
	box := image.Rectangle{Min: origin, Max: origin.Add(f.Size)}
	s.fill(box, black)
	if r := f.Grey; r.Image != nil {
		if f.Smooth {
			render.DrawGrey(s.RGBA, box, placed(r, origin), r.Image)
		} else {
			render.DrawLabels(s.RGBA, box, placed(r, origin), r.Image)
		}
	}
	if r := f.Overlay; r.Image != nil {
		render.DrawLabels(s.RGBA, box, placed(r, origin), r.Image)
	}
	if r := f.Lines; r.Image != nil {
		at := r.Rect.Add(origin)
		clip := at.Intersect(box)
		draw.Draw(s.RGBA, clip, r.Image, r.Image.Rect.Min.Add(clip.Min.Sub(at.Min)), draw.Over)
	}
	if f.Cross.Shown {
		s.hairs(f.Cross.Spot, box)
	}
	if f.Ruler.Shown {
		s.ruler(f.Ruler, box)
	}
	s.sides(f, box)
	s.facts(f, box)
}

// placed is where a raster with a pixel for each voxel lies on the sheet.
func placed(r render.Raster, origin image.Point) render.Placement {
	return render.Placement{Size: r.Image.Rect.Size(), Rect: r.Rect.Add(origin)}
}

// hairs draws the crosshair; its middle is left free.
func (s *sheet) hairs(at render.Spot, box image.Rectangle) {
	const free = 7
	x, y := box.Min.X+int(math.Floor(at.X)), box.Min.Y+int(math.Floor(at.Y))
	for _, r := range []image.Rectangle{
		image.Rect(box.Min.X, y, x-free, y+1), image.Rect(x+free, y, box.Max.X, y+1),
		image.Rect(x, box.Min.Y, x+1, y-free), image.Rect(x, y+free, x+1, box.Max.Y),
	} {
		s.fill(r.Intersect(box), accent)
	}
}

// ruler draws a measured line with its length.
func (s *sheet) ruler(r render.Ruler, box image.Rectangle) {
	length := math.Hypot(r.To.X-r.From.X, r.To.Y-r.From.Y)
	for n := range int(length) + 1 {
		share := float64(n) / max(1, length)
		x, y := box.Min.X+int(r.From.X+share*(r.To.X-r.From.X)), box.Min.Y+int(r.From.Y+share*(r.To.Y-r.From.Y))
		s.fill(image.Rect(x, y, x+2, y+2).Intersect(box), warning)
	}
	style := markStyle
	style.Colour = warning
	x, y := box.Min.X+int(r.To.X)+2*unit, box.Min.Y+int(r.To.Y)-unit
	s.text(max(box.Min.X, min(x, box.Max.X-s.lettering.Width(r.Text, style))), max(box.Min.Y+4*unit, min(y, box.Max.Y)), r.Text, style)
}

// sides writes the letters of the patient's sides at the middle of each edge.
func (s *sheet) sides(f render.Frame, box image.Rectangle) {
	b := box.Inset(2 * unit)
	middle := image.Pt((b.Min.X+b.Max.X)/2, (b.Min.Y+b.Max.Y)/2)
	rise := int(sideStyle.Size * 0.72) // the height of a capital
	style := func(words string) render.Style {
		style := sideStyle
		if f.Unsure && (words == "R?" || words == "L?") {
			style.Colour = warning
		}
		return style
	}
	s.text(b.Min.X, middle.Y+rise/2, f.Sides.Left, style(f.Sides.Left))
	s.textEnd(b.Max.X, middle.Y+rise/2, f.Sides.Right, style(f.Sides.Right))
	s.textMiddle(middle.X, b.Min.Y+rise, f.Sides.Top, style(f.Sides.Top))
	s.textMiddle(middle.X, b.Max.Y, f.Sides.Bottom, style(f.Sides.Bottom))
}

// facts writes image, slice, convention, notes and legend into the corners.
func (s *sheet) facts(f render.Frame, box image.Rectangle) {
	b := box.Inset(2 * unit)
	top := b.Min.Y + int(markStyle.Size*0.8)
	step := lineStep(markStyle)
	s.text(b.Min.X, top, f.Image, markStyle)
	quieter, alarm := markStyle, markStyle
	quieter.Colour, alarm.Colour = quiet, warning
	s.textEnd(b.Max.X, b.Max.Y, f.Slice, quieter)
	s.text(b.Min.X, b.Max.Y, f.Convention, quieter)
	y := b.Max.Y - step
	if f.Oblique != "" {
		s.text(b.Min.X, y, f.Oblique, quieter)
		y -= step
	}
	for _, words := range f.Notes {
		s.text(b.Min.X, y, words, alarm)
		y -= step
	}
	for n, e := range f.Legend {
		s.entry(b.Max.X-20-s.lettering.Width(e.Text, markStyle), top+n*step, e, markStyle)
	}
}
