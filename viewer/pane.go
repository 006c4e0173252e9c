package viewer

import (
	"image"
	"math"

	"quorum/viewer/render"
	"quorum/viewer/volume"
)

// margin is the share of a pane that stays free around the brain when it fills the pane: letters stand there.
const margin = 0.06

// plane is a pane worked out: the slice that it shows and where it lies.
type plane struct {
	series *Series
	view   render.View
	place  render.Placement
	cross  [3]float64 // the crosshair in the slices: right, down, deeper
	scale  float64    // device pixels per mm
	across float64    // −1 where the screen runs to the patient's right, else 1: the sign of a pan across
	middle [3]float64 // of the brain in the slices: right, down, deeper
}

// depth is the number of the slice.
func (p *plane) depth() int { return int(math.Round(p.cross[2])) }

// pan is the pan that brings a position of the slices to the middle of the pane.
func (p *plane) pan(at [3]float64) [2]float64 {
	spacing := p.view.Spacing()
	return [2]float64{p.across * (at[0] - p.middle[0]) * spacing[0], (at[1] - p.middle[1]) * spacing[1]}
}

// plane works a pane out; nil where its image is not there.
func (s *State) plane(p Pane) *plane {
	series := s.series(p.Image)
	if series == nil || int(p.Plane) >= len(render.Planes) {
		return nil
	}
	g := series.Volume.Grid
	out := &plane{series: series, view: render.NewView(g, p.Plane, s.View.Convention), across: 1}
	if s.View.Convention == render.Neurological && p.Plane != render.Sagittal {
		out.across = -1
	}
	inverse := g.Affine.Inverse()
	out.cross = out.view.Position(inverse.Apply(s.View.Crosshair))
	out.middle = out.view.Position(inverse.Apply(s.exam.middle()))
	width, height := s.exam.extent(p.Plane)
	out.scale = s.View.Zoom * (1 - 2*margin) * min(float64(p.Size.X)/width, float64(p.Size.Y)/height)
	spacing, pan := out.view.Spacing(), s.View.Pan[p.Plane]
	out.place = render.Around(out.view, out.middle[0]+out.across*pan[0]/spacing[0], out.middle[1]+pan[1]/spacing[1],
		image.Rectangle{Max: p.Size}, out.scale)
	return out
}

// extent is the size of the brain in a plane, mm across and down.
func (e *Exam) extent(p render.Plane) (width, height float64) {
	var size [3]float64
	for r := range size {
		size[r] = max(1, e.box[1][r]-e.box[0][r])
	}
	switch p {
	case render.Coronal:
		return size[0], size[2]
	case render.Sagittal:
		return size[1], size[2]
	}
	return size[0], size[1]
}

// Slices is how a pane cuts its image: what goes with its slider, such as a profile, is worked out for it. False without an image.
func (s *State) Slices(p Pane) (render.View, bool) {
	if v := s.plane(p); v != nil {
		return v.view, true
	}
	return render.View{}, false
}

// spot is where a world position lies on the pane.
func (p *plane) spot(world [3]float64) render.Spot {
	at := p.view.Position(p.series.Volume.Grid.VoxelAt(world))
	x, y := p.place.Screen(at[0], at[1])
	return render.Spot{X: x, Y: y}
}

// world is the world position at a spot on the pane, in the slice that it shows.
func (p *plane) world(at render.Spot) [3]float64 {
	x, y := p.place.Slice(at.X, at.Y)
	return p.series.Volume.Grid.World(p.view.VoxelPosition([3]float64{x, y, float64(p.depth())}))
}

// clamped is the voxel of g nearest to a voxel position.
func clamped(g volume.Grid, voxel [3]float64) [3]int {
	out := rounded(voxel)
	for a := range out {
		out[a] = min(max(out[a], 0), g.Dim[a]-1)
	}
	return out
}
