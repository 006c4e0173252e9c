package label

import "quorum/viewer/volume"

// Box is labels in a box of a grid; all around it is background. It shares its voxels with the Map or the Cutout that it is of.
type Box struct {
	Grid  volume.Grid
	First [3]int // the first voxel of the box, i, j, k
	Dim   [3]int // of the box
	Voxel []Label
}

// Boxed is a Map or a Cutout, for those who only read.
type Boxed interface{ Box() Box }

// Box is the whole grid; empty for nil.
func (m *Map) Box() Box {
	if m == nil {
		return Box{}
	}
	return Box{Grid: m.Grid, Dim: m.Grid.Dim, Voxel: m.Voxel}
}

// Box is the box that was cut out; empty for nil.
func (c *Cutout) Box() Box {
	if c == nil {
		return Box{}
	}
	return Box{Grid: c.Grid, First: c.Min, Dim: c.Dim, Voxel: c.Voxel}
}

// At is the label of voxel (i, j, k) of the whole grid; the background outside the box.
func (b Box) At(i, j, k int) Label {
	i, j, k = i-b.First[0], j-b.First[1], k-b.First[2]
	if i < 0 || j < 0 || k < 0 || i >= b.Dim[0] || j >= b.Dim[1] || k >= b.Dim[2] {
		return Background
	}
	return b.Voxel[(k*b.Dim[1]+j)*b.Dim[0]+i]
}
