package nifti

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// stranger says what a file is that has no NIfTI header; raw is its start, up to 348 bytes.
func stranger(raw []byte) error {
	starts := func(magic string) bool { return bytes.HasPrefix(raw, []byte(magic)) }
	switch {
	case len(raw) == 0:
		return fault(ErrInvalid, "is empty: copy it again")
	case len(raw) >= 132 && string(raw[128:132]) == "DICM":
		return fault(ErrUnsupported, "is a DICOM file: convert the series to NIfTI with dcm2niix first")
	case starts("BZh"), starts("PK\x03\x04"), starts("\x28\xb5\x2f\xfd"), starts("\xfd7zXZ"), starts("7z\xbc\xaf"):
		return fault(ErrUnsupported, "is packed in another way than gzip: unpack it first")
	case starts("\x1f\x8b"):
		return fault(ErrUnsupported, "is packed twice with gzip: unpack it once first")
	case starts("NRRD"):
		return fault(ErrUnsupported, "is an NRRD file: convert it to NIfTI first")
	case starts("\x00\x00\x00\x01\x00\x00"):
		return fault(ErrUnsupported, "looks like a FreeSurfer MGH file: convert it to NIfTI first (mri_convert)")
	case len(raw) >= 348 && (binary.LittleEndian.Uint32(raw) == 348 || binary.BigEndian.Uint32(raw) == 348):
		return fault(ErrUnsupported, "has an Analyze 7.5 header, which does not say where left and right are: convert it to NIfTI first")
	case text(raw):
		return fault(ErrInvalid, "is a text file, not an image: check that it was downloaded or copied whole")
	case len(raw) < 348:
		return fault(ErrInvalid, "has only %d bytes, less than a NIfTI header: the copy is incomplete", len(raw))
	}
	return fault(ErrInvalid, "does not begin with a NIfTI header: it is another kind of file, or damaged")
}

// text reports whether raw looks like something to read.
func text(raw []byte) bool {
	for n := range min(utf8.UTFMax, len(raw)) { // the end may cut a letter
		if utf8.Valid(raw[:len(raw)-n]) {
			raw = raw[:len(raw)-n]
			break
		}
	}
	return utf8.Valid(raw) && !bytes.ContainsFunc(raw, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f })
}
