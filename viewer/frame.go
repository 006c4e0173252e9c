package viewer

import (
	"fmt"

	"quorum/viewer/render"
)

// Frame draws a pane. Its rasters are drawn anew only where something has changed, into the same buffers: a raster's Version tells.
func (s *State) Frame(p Pane) render.Frame {
	if s.blink != nil {
		return s.frame(p, 0, *s.blink, s.View.Overlay)
	}
	return s.frame(p, 0, s.result, s.View.Overlay)
}

// frame draws a pane with an overlay; cell tells apart panes of one plane and image that show different overlays.
func (s *State) frame(p Pane, cell int, c shown, o Overlay) render.Frame {
	p.Image = s.single(p.Image)
	f := render.Frame{Size: p.Size, Convention: s.View.Convention.String(), Image: p.Image.String(), Smooth: s.View.Smooth}
	v := s.plane(p)
	if v == nil {
		return f
	}
	f.Place = v.place
	f.Grey = s.grey(p, v)
	x, y := v.place.Screen(v.cross[0], v.cross[1])
	f.Cross = render.Cross{Spot: render.Spot{X: x, Y: y}, Shown: s.View.Cross}
	f.Ruler, f.Brush = s.ruler(p, v), s.outline(p, v)
	s.words(&f, p, v)
	s.overlay(&f, p, v, cell, c, o)
	return f
}

// words are what must stand on every picture, and what is odd about this one.
func (s *State) words(f *render.Frame, p Pane, v *plane) {
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
