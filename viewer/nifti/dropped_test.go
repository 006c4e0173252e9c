package nifti

import (
	"encoding/binary"
	"errors"
	"path/filepath"
	"testing"

	"quorum/viewer/volume"
)

// TestDroppedFormIsNotWritten: an s-form that cannot be used does not come back in what is written like its file.
func TestDroppedFormIsNotWritten(t *testing.T) {
	bad := small1()
	bad.SForm[1][2] = float32(nan)
	h, err := ReadHeader(file(t, "a.nii", forge(t, binary.LittleEndian, bad, ramp())))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "b.nii")
	if err := Write(path, h, 1, make([]uint8, 24), "", false); err != nil {
		t.Fatal(err)
	}
	again, err := ReadHeader(path)
	if err != nil {
		t.Fatal(err)
	}
	var raw nifti1
	read(t, encodeHeader(h, 1, typeUint8, [2]float64{}, ""), &raw)
	if raw.SForm != [3][4]float32{} || again.SForm != (volume.Affine{}) || again.SFormCode != 0 || !near(again.Grid().Affine, h.Grid().Affine) {
		t.Errorf("wrote %v, read %+v", raw.SForm, again)
	}
}

// TestOneVolumeIsBounded: a file that packs zeros cannot claim all memory.
func TestOneVolumeIsBounded(t *testing.T) {
	h := small1()
	h.Dim, h.Datatype, h.Bitpix = [8]int16{3, 1000, 1000, 1000, 1, 1, 1, 1}, 2, 8
	path := file(t, "a.nii.gz", pack(t, forge(t, binary.LittleEndian, h, noise(1<<20))))
	if _, _, err := Read(path, 0); !errors.Is(err, ErrUnsupported) {
		t.Errorf("got %v", err)
	}
}

// noise is bytes that do not pack.
func noise(n int) []byte {
	b, state := make([]byte, n), uint32(1)
	for i := range b {
		state = state*1664525 + 1013904223
		b[i] = byte(state >> 24)
	}
	return b
}
