// Package volume is the shared data model of images: a lattice of voxels and where it lies in the patient.
//
// Three spaces are told apart in every name and comment: voxel (indices i, j, k from 0, the centre of a voxel is at the integer),
// world (millimetres, RAS+: x to the patient's Right, y Anterior, z Superior, as in NIfTI) and screen (package render).
package volume

// Affine maps voxel indices to world mm: the upper three rows of a 4×4 matrix.
type Affine [3][4]float64

// Grid is the lattice: Dim voxels along i, j, k; voxel (i,j,k) lies at Affine·(i,j,k,1) in world mm.
// Invariants (checked by NewGrid): every Dim ≥ 1, Affine finite and invertible.
type Grid struct {
	Dim    [3]int
	Affine Affine
}

// Volume is one image on a Grid. Voxel holds Dim[0]·Dim[1]·Dim[2] values, i fastest. Immutable once handed on.
type Volume struct {
	Grid  Grid
	Voxel []float32
}
