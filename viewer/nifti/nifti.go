// Package nifti reads and writes NIfTI-1 and NIfTI-2 files (https://nifti.nimh.nih.gov).
package nifti

import "quorum/viewer/volume"

// Header is a NIfTI header, judged before any memory is taken for voxels.
type Header struct {
	Version              int  // 1 or 2
	BigEndian            bool // byte order in the file
	Dim                  []int64
	Datatype             int16
	PixDim               [8]float64
	VoxOffset            int64
	Slope, Inter         float64 // as written, NaN and 0 included
	QFormCode, SFormCode int
	Quatern, QOffset     [3]float64
	SForm                volume.Affine
	Description          string
	Notices              []string // oddities that were read around, one sentence each
}

// Grid is the lattice of the first three dimensions: sform if its code > 0, else qform, else nibabel's base affine.
func (h *Header) Grid() volume.Grid { panic("contract") }

// Volumes is the number of 3-D volumes (the product of dimensions 4 and up).
func (h *Header) Volumes() int { panic("contract") }

// ReadHeader reads and judges the header of path (.nii, .nii.gz, .hdr or .img).
func ReadHeader(path string) (*Header, error) { panic("contract") }

// Read reads volume number at (from 0) as float32 with slope and intercept applied.
func Read(path string, at int) (*Header, *volume.Volume, error) { panic("contract") }

// Voxels is what Encode can write: masks and maps.
type Voxels interface{ ~uint8 | ~int16 | ~float32 }

// Write writes data (i fastest; len = product of Dim × volumes) as .nii or .nii.gz to path: beside first, then renamed, so that
// a failure leaves nothing. An existing file is an error unless overwrite.
// Geometry (dimensions, codes, q- and s-form, units) comes from like; extensions, db_name, aux_file are not copied.
func Write[T Voxels](path string, like *Header, volumes int, data []T, description string, overwrite bool) error {
	panic("contract")
}
