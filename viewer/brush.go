package viewer

import (
	"math"

	"quorum/viewer/render"
)

// Brush is the round brush of edit mode where the pointer is.
type Brush struct {
	On     bool
	Plane  render.Plane // in which the pointer is
	World  [3]float64   // its middle, mm
	Radius float64      // mm
	Ball   bool         // 3-D: it cuts other planes too
}

// SetBrush shows a brush; the zero value hides it.
func (s *State) SetBrush(b Brush) { s.brush = b }

// World is the world position in mm under a spot of a pane, in the slice that it shows; false without an image.
func (s *State) World(p Pane, at render.Spot) ([3]float64, bool) {
	if v := s.plane(p); v != nil {
		return v.world(at), true
	}
	return [3]float64{}, false
}

// outline is the brush's circle in a plane.
func (s *State) outline(p Pane, v *plane) render.Brush {
	b := s.brush
	if !b.On || !b.Ball && b.Plane != p.Plane {
		return render.Brush{}
	}
	at := v.view.Position(v.series.Volume.Grid.VoxelAt(b.World))
	away := 0.0
	if b.Ball && b.Plane != p.Plane {
		away = (at[2] - float64(v.depth())) * v.view.Spacing()[2]
	}
	radius := math.Sqrt(max(0, b.Radius*b.Radius-away*away)) * v.scale
	return render.Brush{Centre: v.spot(b.World), Radius: render.Spot{X: radius, Y: radius}, Shown: radius > 0}
}
