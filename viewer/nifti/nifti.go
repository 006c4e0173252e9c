// Package nifti reads and writes NIfTI-1 and NIfTI-2 files (https://nifti.nimh.nih.gov).
//
// The standard leaves room, and files in the wild use more than that. Where readers differ, this one does what nibabel does, with a
// sentence in Header.Notices for everything that it had to read around. No memory is taken on a header's word alone.
package nifti

import (
	"quorum/viewer/volume"
)

// Header is a NIfTI header, judged before any memory is taken for voxels: its geometry is usable as it stands.
type Header struct {
	Version              int        // 1 or 2
	BigEndian            bool       // byte order in the file
	Dim                  []int64    // 1 to 7 dimensions, i first, each ≥ 1
	Datatype             int16      // NIFTI_TYPE code
	PixDim               [8]float64 // [0] is qfac, 1 or -1; [1..3] spacing in mm, above 0; [4] often seconds
	VoxOffset            int64      // where the voxels begin in the (unpacked) file
	Slope, Inter         float64    // as written, NaN and 0 included
	QFormCode, SFormCode int
	Quatern, QOffset     [3]float64
	SForm                volume.Affine
	Description          string
	Notices              []string // oddities that were read around, one sentence each

	intent int  // NIFTI_INTENT code
	units  byte // xyzt_units
	bitpix int16
	pair   bool // voxels lie in a file of their own
}

// NewHeader is a header for a new file on grid: both forms say the same, in scanner coordinates. A sheared grid has no q-form: then
// only the s-form is set.
func NewHeader(grid volume.Grid) *Header {
	h := &Header{
		Version: 1, Datatype: typeFloat32, VoxOffset: layouts[0].size + 4, Slope: 1, SFormCode: 1, SForm: grid.Affine,
		PixDim: [8]float64{1, 1, 1, 1, 1, 1, 1, 1}, bitpix: 32,
	}
	spacing := grid.Spacing()
	for c, n := range grid.Dim {
		h.Dim = append(h.Dim, int64(n))
		h.PixDim[c+1] = spacing[c]
		h.QOffset[c] = grid.Affine[c][3]
	}
	quatern, qfac := quaternion(grid.Affine.Rotation())
	h.Quatern, h.PixDim[0] = quatern, qfac
	if agree(h.qform(), grid.Affine) {
		h.QFormCode = 1
	}
	return h
}

// Grid is the lattice of the first three dimensions: sform if its code > 0, else qform, else nibabel's base affine.
func (h *Header) Grid() volume.Grid {
	g := volume.Grid{Dim: [3]int{1, 1, 1}, Affine: h.affine()}
	for c, n := range h.Dim[:min(3, len(h.Dim))] {
		g.Dim[c] = int(n)
	}
	return g
}

// Volumes is the number of 3-D volumes (the product of dimensions 4 and up).
func (h *Header) Volumes() int {
	n := 1
	for _, d := range h.Dim[min(3, len(h.Dim)):] {
		n *= int(d)
	}
	return n
}

// TypeName is the name of the voxel type, "int16" for instance.
func (h *Header) TypeName() string { return datatypes[h.Datatype].name }

// Scale is the slope and intercept that apply to stored values, and whether there are any: a slope that is 0, NaN or infinite means
// none, as does 1 with 0.
func (h *Header) Scale() (slope, inter float64, ok bool) {
	if h.Slope == 0 || !finite(h.Slope) || h.Slope == 1 && h.Inter == 0 {
		return 1, 0, false
	}
	return h.Slope, h.Inter, true
}

// voxels is the number of voxels in the whole file.
func (h *Header) voxels() int64 {
	n := int64(1)
	for _, d := range h.Dim {
		n *= d
	}
	return n
}

// bytes is the size of all voxels in the file.
func (h *Header) bytes() int64 { return h.voxels() * int64(datatypes[h.Datatype].bytes) }
