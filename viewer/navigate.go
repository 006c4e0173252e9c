package viewer

import (
	"quorum/viewer/label"
	"quorum/viewer/place"
	"quorum/viewer/render"
)

// move puts the crosshair at the centre of a voxel of a series, by the user's hand.
func (s *State) move(series *Series, voxel [3]float64) {
	g := series.Volume.Grid
	s.View.Crosshair, s.View.Moved = g.World(position(clamped(g, voxel))), true
}

// Point puts the crosshair at the voxel under a spot of a pane; the other planes follow.
func (s *State) Point(p Pane, at render.Spot) {
	if v := s.plane(p); v != nil {
		x, y := v.place.Slice(at.X, at.Y)
		s.move(v.series, v.view.VoxelPosition([3]float64{x, y, v.cross[2]}))
	}
}

// Step goes n slices deeper: toward the head's top, its front or its right.
func (s *State) Step(p Pane, n int) { s.shift(p, 0, 0, n) }

// Arrow moves the crosshair n voxels right and m down in the plane.
func (s *State) Arrow(p Pane, n, m int) { s.shift(p, n, m, 0) }

func (s *State) shift(p Pane, right, down, deeper int) {
	v := s.plane(p)
	if v == nil {
		return
	}
	at := v.view.Position(position(clamped(v.series.Volume.Grid, v.view.VoxelPosition(v.cross))))
	s.move(v.series, v.view.VoxelPosition([3]float64{at[0] + float64(right), at[1] + float64(down), at[2] + float64(deeper)}))
}

// Slice is the number of the slice that a pane shows, from 0, and how many there are; 0 of 0 without an image. The number may lie outside,
// where images do not cover the same place.
func (s *State) Slice(p Pane) (at, of int) {
	if v := s.plane(p); v != nil {
		return v.depth(), v.view.Depth()
	}
	return 0, 0
}

// GoSlice shows slice number n, from 0.
func (s *State) GoSlice(p Pane, n int) {
	at, _ := s.Slice(p)
	s.Step(p, n-at)
}

// GoVoxel puts the crosshair at a voxel of the shown image.
func (s *State) GoVoxel(voxel [3]int) {
	if series := s.series(s.View.Image); series != nil {
		s.move(series, position(voxel))
	}
}

// GoWorld puts the crosshair at the voxel of the shown image that is nearest to a world position in mm.
func (s *State) GoWorld(world [3]float64) {
	if series := s.series(s.View.Image); series != nil {
		s.move(series, series.Volume.Grid.VoxelAt(world))
	}
}

// tumour is where a tumour is largest, world mm; false where there is none.
func tumour(m label.Boxed) ([3]float64, bool) {
	voxel, ok := place.Tumour(m)
	if !ok {
		return [3]float64{}, false
	}
	return m.Box().Grid.World(position(voxel)), true
}
