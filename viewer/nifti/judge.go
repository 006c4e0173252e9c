package nifti

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"quorum/viewer/volume"
)

// judge checks a header as it was read, before any memory is taken on its word. What can be read around is mended, with a notice;
// the rest is an error of kind ErrInvalid or ErrUnsupported.
func (h *Header) judge() error {
	for _, check := range []func(*Header) error{
		(*Header).judgeDim, (*Header).judgeType, (*Header).judgeOffset, (*Header).judgeScale,
		(*Header).judgeSpacing, (*Header).judgeForms, (*Header).judgeSides,
	} {
		if err := check(h); err != nil {
			return err
		}
	}
	return nil
}

func (h *Header) notice(format string, args ...any) {
	h.Notices = append(h.Notices, fmt.Sprintf(format, args...))
}

// judgeDim: 1 to 7 dimensions, each at least 1, and a product that can be counted in bytes.
func (h *Header) judgeDim() error {
	if len(h.Dim) < 1 || len(h.Dim) > 7 {
		return fault(ErrInvalid, "the header's number of dimensions is not between 1 and 7: the file is damaged, copy or convert it again")
	}
	product := 1.0
	for n, d := range h.Dim {
		if d < 1 {
			return fault(ErrInvalid, "the header gives dimension %d a size of %d: the file is damaged, copy or convert it again", n+1, d)
		}
		product *= float64(d)
	}
	if product > 1<<56 {
		return fault(ErrInvalid, "the header claims %s voxels, more than any file can hold: the file is damaged", h.shape())
	}
	return nil
}

// judgeType: a known type of voxel, one number each, and bits that fit it.
func (h *Header) judgeType() error {
	t, known := datatypes[h.Datatype]
	switch {
	case !known:
		return fault(ErrInvalid, "the header's data type %d is unknown: the file is damaged, copy or convert it again", h.Datatype)
	case h.Version == 2 && h.intent >= 3000 && h.intent < 3100:
		return fault(ErrUnsupported, "is a CIFTI file (surfaces and matrices, not an image): an image of voxels is needed")
	case t.decode == nil:
		return fault(ErrUnsupported, "holds %s voxels: an image with one ordinary number per voxel is needed", t.name)
	case int(h.bitpix) != 8*t.bytes:
		h.notice("The header says %d bits per voxel, but its type %s has %d; the type counts.", h.bitpix, t.name, 8*t.bytes)
	}
	return nil
}

// judgeOffset: the voxels of a single file begin after the header; 0 stands for "right after it", as the reference library has it.
func (h *Header) judgeOffset() error {
	least := layouts[h.Version-1].size + 4
	switch {
	case h.VoxOffset < 0 || h.VoxOffset > 1<<53:
		return fault(ErrInvalid, "the header's place of the voxels (vox_offset) is no number of bytes: the file is damaged")
	case h.pair:
	case h.VoxOffset == 0:
		h.VoxOffset = least
		h.notice("The header does not say where the voxels begin (vox_offset 0); byte %d is taken.", least)
	case h.VoxOffset < least:
		return fault(ErrInvalid, "the header places the voxels at byte %d, inside the header itself: the file is damaged", h.VoxOffset)
	}
	return nil
}

// judgeScale: a slope that counts needs a finite intercept.
func (h *Header) judgeScale() error {
	if _, inter, ok := h.Scale(); ok && !finite(inter) {
		return fault(ErrInvalid, "the header scales values by %g but adds %g: the file is damaged, convert it again", h.Slope, inter)
	}
	return nil
}

// judgeSpacing: pixdim 1 to 3 above 0 (mended as in nibabel: 0 becomes 1, negative loses its sign), qfac 1 or -1.
func (h *Header) judgeSpacing() error {
	for n := 1; n <= 3; n++ {
		v := h.PixDim[n]
		used := n <= len(h.Dim)
		switch {
		case !(math.Abs(v) <= farthest) && used:
			return fault(ErrInvalid, "the header gives a spacing of %g mm along axis %d: the file is damaged, convert it again", v, n)
		case v == 0 || !(math.Abs(v) <= farthest):
			h.PixDim[n] = 1
			if used {
				h.notice("The header gives no spacing along axis %d; 1 mm is taken.", n)
			}
		case v < 0:
			h.PixDim[n] = -v
			h.notice("The header gives a spacing of %g mm along axis %d; the sign is ignored.", v, n)
		}
	}
	if q := h.PixDim[0]; q != 1 && q != -1 {
		h.PixDim[0] = 1
	}
	switch h.units & 7 {
	case 1:
		h.notice("The header says that its lengths are metres; they are read as millimetres, as other programs do.")
	case 3:
		h.notice("The header says that its lengths are micrometres; they are read as millimetres, as other programs do.")
	}
	return nil
}

// judgeForms: the form that counts must be finite and invertible. A bad s-form gives way to a good q-form, never to a guess; a bad
// form that does not count is dropped and zeroed, so that nothing written from this header carries it on.
func (h *Header) judgeForms() error {
	h.QFormCode, h.SFormCode = max(h.QFormCode, 0), max(h.SFormCode, 0)
	sform, qform := usable(h.SForm), h.judgeQuatern()
	if sform != nil {
		h.SForm = volume.Affine{}
	}
	if h.SFormCode > 0 && sform != nil {
		if h.QFormCode == 0 || qform != nil {
			return fault(ErrInvalid, "%v (s-form): the file does not say where it lies, convert it again", sform)
		}
		h.SFormCode = 0
		h.notice("The s-form cannot be used: %v. The q-form is used.", sform)
	}
	if qform != nil {
		h.Quatern, h.QOffset = [3]float64{}, [3]float64{}
	}
	if h.QFormCode > 0 && qform != nil {
		if h.SFormCode == 0 {
			return fault(ErrInvalid, "%v (q-form): the file does not say where it lies, convert it again", qform)
		}
		h.QFormCode = 0
		h.notice("The q-form cannot be used: %v. The s-form is used.", qform)
	}
	if h.QFormCode > 0 || h.SFormCode > 0 {
		return nil
	}
	if err := usable(h.base()); err != nil {
		return fault(ErrInvalid, "%v (spacing): the file is damaged, convert it again", err)
	}
	h.notice("The header does not say where the image lies (both form codes are 0): left and right are guessed from the order of the voxels.")
	return nil
}

// judgeQuatern: b, c, d must be the vector part of a unit quaternion, up to the rounding of careless writers.
func (h *Header) judgeQuatern() error {
	q := h.Quatern
	if square := q[0]*q[0] + q[1]*q[1] + q[2]*q[2]; !(square < 1.01) {
		return fmt.Errorf("(%g, %g, %g) is no rotation", q[0], q[1], q[2])
	}
	return usable(h.qform())
}

// judgeSides warns where the two forms lay the axes in different directions: left may be right.
func (h *Header) judgeSides() error {
	if h.QFormCode > 0 && h.SFormCode > 0 {
		if s, q := h.SForm.Orientation(), h.qform().Orientation(); s != q {
			h.notice("The header contradicts itself: the s-form says %s, the q-form %s. The s-form is used; check left and right.", s, q)
		}
	}
	return nil
}

// farthest bounds coordinates in mm, and its inverse the spacing: no image is larger than a thousand kilometres or has voxels smaller
// than an atom, and within the bounds float32 holds everything.
const farthest = 1e9

// usable reports why an affine cannot place an image.
func usable(a volume.Affine) error {
	if _, err := volume.NewGrid([3]int{1, 1, 1}, a); err != nil {
		return err
	}
	spacing := a.Spacing()
	if max(math.Abs(a[0][3]), math.Abs(a[1][3]), math.Abs(a[2][3]), spacing[0], spacing[1], spacing[2]) > farthest {
		return errors.New("the matrix from voxels to mm goes beyond a thousand kilometres")
	}
	if min(spacing[0], spacing[1], spacing[2]) < 1/farthest {
		return errors.New("the matrix from voxels to mm makes voxels smaller than an atom")
	}
	return nil
}

// shape is the dimensions for a person: 240×240×155.
func (h *Header) shape() string {
	var s []string
	for _, d := range h.Dim {
		s = append(s, fmt.Sprint(d))
	}
	return strings.Join(s, "×")
}

// claim is what the header says about the voxels, for a person.
func (h *Header) claim() string {
	return fmt.Sprintf("%s %s (%s)", h.shape(), h.TypeName(), size(h.bytes()))
}
