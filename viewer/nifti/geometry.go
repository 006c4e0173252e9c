package nifti

import (
	"math"

	"quorum/viewer/volume"
)

// affine is the map that counts. Codes decide; see Header.Grid.
func (h *Header) affine() volume.Affine {
	switch {
	case h.SFormCode > 0:
		return h.SForm
	case h.QFormCode > 0:
		return h.qform()
	default:
		return h.base()
	}
}

// UnsureSides says whether left and right cannot be trusted: they rest on the spacing alone, or s-form and q-form are both in use and
// put the patient's right on different sides. Every picture then says "R?" (docs/conventions: Display).
func (h *Header) UnsureSides() bool {
	if h.SFormCode <= 0 && h.QFormCode <= 0 {
		return true
	}
	if h.SFormCode <= 0 || h.QFormCode <= 0 {
		return false
	}
	s, q := h.SForm.Orientation(), h.qform().Orientation()
	for axis := range 3 {
		if s.Axis[axis] == 0 {
			return q.Axis[axis] != 0 || q.Flip[axis] != s.Flip[axis]
		}
	}
	return true
}

// base is nibabel's affine for files that say nothing about space: spacing only, x negated, the image centred at the origin.
func (h *Header) base() volume.Affine {
	var a volume.Affine
	for c := range 3 {
		step, n := 1.0, int64(1)
		if c < len(h.Dim) {
			step, n = h.PixDim[c+1], h.Dim[c]
		}
		if c == 0 {
			step = -step
		}
		a[c][c] = step
		a[c][3] = -step * float64(n-1) / 2
	}
	return a
}

// qform is the affine of quaternion, spacing, qfac and offset (nifti1.h, method 2).
func (h *Header) qform() volume.Affine {
	x, y, z := h.Quatern[0], h.Quatern[1], h.Quatern[2]
	square := x*x + y*y + z*z
	w := 0.0
	if square < 1-quaternSlack { // nearer to 1 is a half turn, as nibabel has it
		w = math.Sqrt(1 - square)
	}
	s := 2 / (w*w + square)
	r := volume.Affine{
		{1 - s*(y*y+z*z), s * (x*y - w*z), s * (x*z + w*y), h.QOffset[0]},
		{s * (x*y + w*z), 1 - s*(x*x+z*z), s * (y*z - w*x), h.QOffset[1]},
		{s * (x*z - w*y), s * (y*z + w*x), 1 - s*(x*x+y*y), h.QOffset[2]},
	}
	step := [3]float64{h.PixDim[1], h.PixDim[2], h.PixDim[3] * h.PixDim[0]}
	for row := range r {
		for c := range step {
			r[row][c] *= step[c]
		}
	}
	return r
}

// quaternSlack is how far b²+c²+d² may be from 1 to count as 1: three float32 epsilons, as in nibabel.
const quaternSlack = 3 * 0x1p-23

// quaternion is the inverse of the rotation part of qform: b, c, d with a ≥ 0, and qfac -1 where the matrix reflects.
func quaternion(r [3][3]float64) (bcd [3]float64, qfac float64) {
	qfac = 1
	if (volume.Affine{{r[0][0], r[0][1], r[0][2]}, {r[1][0], r[1][1], r[1][2]}, {r[2][0], r[2][1], r[2][2]}}).Determinant() < 0 {
		qfac = -1
		for row := range r {
			r[row][2] = -r[row][2]
		}
	}
	// Each of the four squared components times four; the largest is the safe one to divide by.
	square := [4]float64{
		1 + r[0][0] + r[1][1] + r[2][2], 1 + r[0][0] - r[1][1] - r[2][2],
		1 - r[0][0] + r[1][1] - r[2][2], 1 - r[0][0] - r[1][1] + r[2][2],
	}
	product := [4][4]float64{ // the same times 4·q_i·q_j
		{square[0], r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1]},
		{r[2][1] - r[1][2], square[1], r[1][0] + r[0][1], r[0][2] + r[2][0]},
		{r[0][2] - r[2][0], r[1][0] + r[0][1], square[2], r[2][1] + r[1][2]},
		{r[1][0] - r[0][1], r[0][2] + r[2][0], r[2][1] + r[1][2], square[3]},
	}
	best := 0
	for n := range square {
		if square[n] > square[best] {
			best = n
		}
	}
	row := product[best]
	length := math.Sqrt(row[0]*row[0] + row[1]*row[1] + row[2]*row[2] + row[3]*row[3])
	if row[0] < 0 {
		length = -length
	}
	for c := range bcd {
		bcd[c] = row[c+1] / length
	}
	return bcd, qfac
}

// agree reports whether two affines say the same to a thousandth of a voxel's step.
func agree(a, b volume.Affine) bool {
	s := b.Spacing()
	tolerance := 1e-3 * min(s[0], s[1], s[2])
	for r := range a {
		for c := range a[r] {
			if math.Abs(a[r][c]-b[r][c]) > tolerance {
				return false
			}
		}
	}
	return true
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
