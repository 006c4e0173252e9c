package viewer

import (
	"fmt"
	"math"

	"quorum/viewer/render"
)

// Ruler is a measured line in a plane.
type Ruler struct {
	On    bool         `json:"on"`
	Plane render.Plane `json:"plane"`
	From  [3]float64   `json:"from"` // world mm
	To    [3]float64   `json:"to"`
}

// MM is its length.
func (r Ruler) MM() float64 {
	return math.Hypot(math.Hypot(r.To[0]-r.From[0], r.To[1]-r.From[1]), r.To[2]-r.From[2])
}

func (r Ruler) sane() bool { return finite(r.MM()) && int(r.Plane) < len(render.Planes) }

// Measure begins a ruler at a spot of a pane.
func (s *State) Measure(p Pane, at render.Spot) {
	if v := s.plane(p); v != nil {
		world := v.world(at)
		s.View.Ruler = Ruler{On: true, Plane: p.Plane, From: world, To: world}
	}
}

// MeasureTo moves the end of the ruler to a spot of the pane in which it began.
func (s *State) MeasureTo(p Pane, at render.Spot) {
	if v := s.plane(p); v != nil && s.View.Ruler.On && s.View.Ruler.Plane == p.Plane {
		s.View.Ruler.To = v.world(at)
	}
}

// ruler is the ruler as a plane shows it: in the slices in which it was drawn.
func (s *State) ruler(p Pane, v *plane) render.Ruler {
	r := s.View.Ruler
	if !r.On || r.Plane != p.Plane {
		return render.Ruler{}
	}
	depth := v.view.Position(v.series.Volume.Grid.VoxelAt(r.From))[2]
	if int(math.Round(depth)) != v.depth() {
		return render.Ruler{}
	}
	return render.Ruler{From: v.spot(r.From), To: v.spot(r.To), Text: fmt.Sprintf("%.1f mm", r.MM()), Shown: true}
}
