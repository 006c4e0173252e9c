// Package volume is the shared data model of images: a lattice of voxels and where it lies in the patient.
//
// Three spaces are told apart in every name and comment: voxel (indices i, j, k from 0, the centre of a voxel is at the integer),
// world (millimetres, RAS+: x to the patient's Right, y Anterior, z Superior, as in NIfTI) and screen (package render).
package volume

// Volume is one image on a Grid. Voxel holds Dim[0]·Dim[1]·Dim[2] values, i fastest. Immutable once handed on.
type Volume struct {
	Grid  Grid
	Voxel []float32
}
