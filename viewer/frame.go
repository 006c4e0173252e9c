package viewer

import (
	"fmt"
	"image"

	"quorum/viewer/render"
)

// Frame draws a pane. Its rasters are drawn anew only where something has changed, into the same buffers: a raster's Version tells.
func (s *State) Frame(p Pane) render.Frame {
	return s.frame(p, 0, s.result, s.View.Overlay, s.note)
}

// frame draws a pane with an overlay; cell tells apart panes of one plane and image that show different overlays.
func (s *State) frame(p Pane, cell int, c content, o Overlay, note string) render.Frame {
	p.Image = s.single(p.Image)
	f := render.Frame{Size: p.Size, Convention: s.View.Convention.String(), Image: p.Image.String(), Smooth: s.View.Smooth}
	v := s.plane(p)
	if v == nil {
		return f
	}
	f.Place = v.place
	f.Grey = s.grey(p, v)
	s.overlay(&f, p, v, cell, c, o, note != "")
	x, y := v.place.Screen(v.cross[0], v.cross[1])
	f.Cross = render.Cross{Spot: render.Spot{X: x, Y: y}, Shown: s.View.Cross}
	f.Ruler, f.Brush = s.ruler(p, v), s.outline(p, v)
	s.words(&f, p, v, note)
	return f
}

// words are what must stand on every picture, and what is odd about this one.
func (s *State) words(f *render.Frame, p Pane, v *plane, note string) {
	f.Sides = v.view.Sides()
	if f.Unsure = v.series.UnsureSides && !s.View.SidesConfirmed; f.Unsure {
		f.Sides = f.Sides.Doubted()
	}
	if tilt := v.series.Volume.Grid.Obliquity(); tilt >= leastTilt {
		f.Oblique = fmt.Sprintf("oblique %.0f°", tilt)
	}
	depth, of := v.depth(), v.view.Depth()
	f.Slice = fmt.Sprintf("slice %d of %d", depth+1, of)
	if depth < 0 || depth >= of {
		f.Slice = "outside this image"
	}
	if p.Image == Enhancement {
		f.Notes = append(f.Notes, "not calibrated")
	}
	if note != "" && f.Overlay.Image != nil {
		f.Notes = append(f.Notes, note)
	}
}

// leastTilt is the angle in degrees from which an oblique grid is called so.
const leastTilt = 1

// greySlot is a buffer for one image in one plane: panes that show the same share it.
type greySlot struct {
	plane render.Plane
	image Image
}

// greyPaint is a painted slice with what it was painted from.
type greyPaint struct {
	raster render.Raster
	view   render.View
	depth  int
	window render.Window
}

func (s *State) grey(p Pane, v *plane) render.Raster {
	slot := greySlot{p.Plane, p.Image}
	paint := s.greys[slot]
	if paint == nil {
		paint = &greyPaint{}
		s.greys[slot] = paint
	}
	depth, window := v.depth(), s.Window(p.Image)
	if paint.raster.Image == nil || paint.view != v.view || paint.depth != depth || paint.window != window {
		paint.view, paint.depth, paint.window = v.view, depth, window
		if p.Image == Enhancement {
			t1ce, t1 := s.exam.contrast()
			paint.raster.Image = render.Contrast(paint.raster.Image, v.view, depth, t1ce.Volume, t1.Volume, t1ce.normal, t1.normal, window.High)
		} else {
			paint.raster.Image = render.Grey(paint.raster.Image, v.view, depth, v.series.Volume, window)
		}
		paint.raster.Version = s.next()
	}
	paint.raster.Rect = v.place.Rect
	return paint.raster
}

// next is a version that no raster has had.
func (s *State) next() uint64 {
	s.version++
	return s.version
}

// overlaySlot is the buffers of one pane's overlay.
type overlaySlot struct {
	plane render.Plane
	image Image
	cell  int
}

// overlayPaint is a painted overlay with what it was painted from.
type overlayPaint struct {
	fill, lines render.Raster
	view        render.View
	depth       int
	content     content
	overlay     Overlay
	dim         bool
	place       render.Placement
	size        image.Point
}

// dimmed is the share of its strength that is left of an overlay that belongs to another selection.
const dimmed = 0.45

// outlineWidth is in device pixels.
const outlineWidth = 1.5

func (s *State) overlay(f *render.Frame, p Pane, v *plane, cell int, c content, o Overlay, dim bool) {
	if !o.Shown || c.labels == nil || c.labels.Grid != v.series.Volume.Grid {
		return
	}
	slot := overlaySlot{p.Plane, p.Image, cell}
	paint := s.overlays[slot]
	if paint == nil {
		paint = &overlayPaint{}
		s.overlays[slot] = paint
	}
	palette := render.Usual
	if o.Safe {
		palette = render.ColourBlindSafe
	}
	opacity := o.Opacity
	if dim {
		opacity *= dimmed
	}
	now := overlayPaint{fill: paint.fill, lines: paint.lines, view: v.view, depth: v.depth(), content: c, overlay: o, dim: dim, place: v.place, size: p.Size}
	if now != *paint {
		now.fill.Image = render.Labels(now.fill.Image, v.view, now.depth, c.labels, palette.WithOpacity(opacity))
		now.fill.Version = s.next()
		now.lines.Image = image.NewRGBA(image.Rectangle{Max: p.Size})
		render.DrawOutlines(now.lines.Image, now.lines.Image.Rect, v.place, v.view, now.depth, c.labels, palette, outlineWidth)
		now.lines.Rect, now.lines.Version = now.lines.Image.Rect, s.next()
		*paint = now
	}
	paint.fill.Rect = v.place.Rect
	if o.Drawing != Outline {
		f.Overlay = paint.fill
	}
	if o.Drawing != Fill {
		f.Lines = paint.lines
	}
}
