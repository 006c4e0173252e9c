package viewer

import (
	"image"

	"quorum/viewer/render"
)

// ZoomAt enlarges all planes by a factor. The spot of the pane keeps its place; in the other planes the crosshair does.
func (s *State) ZoomAt(p Pane, at render.Spot, factor float64) {
	v := s.plane(p)
	if v == nil || !(factor > 0) {
		return
	}
	factor = min(max(factor, leastZoom/s.View.Zoom), mostZoom/s.View.Zoom)
	for _, q := range render.Planes {
		var fixed [2]float64
		if q == p.Plane {
			x, y := v.place.Slice(at.X, at.Y)
			fixed = v.pan([3]float64{x, y})
		} else {
			other := s.plane(Pane{Plane: q, Image: p.Image, Size: p.Size})
			fixed = other.pan(other.cross)
		}
		for n := range fixed {
			s.View.Pan[q][n] = fixed[n] - (fixed[n]-s.View.Pan[q][n])/factor
		}
	}
	s.View.Zoom *= factor
}

// Drag moves the picture in a pane by so many device pixels right and down.
func (s *State) Drag(p Pane, right, down float64) {
	if v := s.plane(p); v != nil && v.scale > 0 {
		pan := &s.View.Pan[p.Plane]
		pan[0] = min(farthestPan, max(-farthestPan, pan[0]-v.across*right/v.scale))
		pan[1] = min(farthestPan, max(-farthestPan, pan[1]-down/v.scale))
	}
}

// Fit lets the brain fill every plane.
func (s *State) Fit() { s.View.Zoom, s.View.Pan = 1, [3][2]float64{} }

// Reset is Fit, and the crosshair goes back to the tumour, or to the middle of the brain.
func (s *State) Reset() {
	s.Fit()
	s.View.Maximised = false
	if s.exam == nil {
		return
	}
	s.View.Crosshair, s.View.Moved = s.exam.middle(), false
	if s.result.labels == nil {
		return
	}
	if at, ok := tumour(s.result.labels); ok {
		s.View.Crosshair = at
	}
}

// Centre brings the crosshair to the middle of every plane.
func (s *State) Centre() {
	for _, q := range render.Planes {
		if v := s.plane(s.Pane(q, image.Pt(1, 1))); v != nil {
			s.View.Pan[q] = v.pan(v.cross)
		}
	}
}

// Maximise lets a plane fill the stage, or gives the three back.
func (s *State) Maximise(p render.Plane) {
	s.View.Maximised = !s.View.Maximised || s.View.Plane != p
	s.View.Plane = p
}
