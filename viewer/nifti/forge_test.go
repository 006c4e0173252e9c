package nifti

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// nifti1 is the header as nifti1.h declares it: a second statement of the table in layout.go, and what tests forge files with.
type nifti1 struct {
	SizeofHdr                int32
	DataTypeUnused           [10]byte
	DBName                   [18]byte
	Extents                  int32
	SessionError             int16
	Regular, DimInfo         uint8
	Dim                      [8]int16
	IntentP                  [3]float32
	Intent, Datatype, Bitpix int16
	SliceStart               int16
	Pixdim                   [8]float32
	VoxOffset                float32
	Slope, Inter             float32
	SliceEnd                 int16
	SliceCode, Units         uint8
	CalMax, CalMin           float32
	SliceDuration, Toffset   float32
	Glmax, Glmin             int32
	Descrip                  [80]byte
	AuxFile                  [24]byte
	QFormCode, SFormCode     int16
	Quatern, QOffset         [3]float32
	SForm                    [3][4]float32
	IntentName               [16]byte
	Magic                    [4]byte
	Extension                [4]byte
}

// nifti2 is the header as nifti2.h declares it.
type nifti2 struct {
	SizeofHdr            int32
	Magic                [8]byte
	Datatype, Bitpix     int16
	Dim                  [8]int64
	IntentP              [3]float64
	Pixdim               [8]float64
	VoxOffset            int64
	Slope, Inter         float64
	CalMax, CalMin       float64
	SliceDuration        float64
	Toffset              float64
	SliceStart, SliceEnd int64
	Descrip              [80]byte
	AuxFile              [24]byte
	QFormCode, SFormCode int32
	Quatern, QOffset     [3]float64
	SForm                [3][4]float64
	SliceCode, Units     int32
	Intent               int32
	IntentName           [16]byte
	DimInfo              uint8
	Unused               [15]byte
	Extension            [4]byte
}

// small1 is a good NIfTI-1 header of 4×3×2 int16 voxels, oblique and left-handed, both forms set and in agreement about the axes.
func small1() nifti1 {
	return nifti1{
		SizeofHdr: 348, Dim: [8]int16{3, 4, 3, 2, 1, 1, 1, 1}, Datatype: 4, Bitpix: 16, VoxOffset: 352, Slope: 1,
		Pixdim: [8]float32{-1, 1.5, 2, 2.5, 1, 1, 1, 1}, Units: 10, QFormCode: 1, SFormCode: 2, Quatern: [3]float32{0.1, 0.05, -0.2},
		QOffset: [3]float32{10, -20, 30}, SForm: [3][4]float32{{1.5, 0.1, 0, 11}, {-0.1, 2, 0.2, -21}, {0, -0.2, -2.5, 31}},
		Magic: [4]byte{'n', '+', '1'}, DBName: [18]byte{'S', 'm', 'i', 't', 'h'}, AuxFile: [24]byte{'S', 'm', 'i', 't', 'h'},
		Descrip: [80]byte{'f', 'o', 'r', 'g', 'e', 'd'},
	}
}

// small2 is small1 as NIfTI-2.
func small2() nifti2 {
	a := small1()
	b := nifti2{
		SizeofHdr: 540, Magic: [8]byte{'n', '+', '2', 0, '\r', '\n', 0x1a, '\n'}, Datatype: 4, Bitpix: 16, VoxOffset: 544, Slope: 1,
		Units: 10, QFormCode: 1, SFormCode: 2, Descrip: a.Descrip,
	}
	for n := range 8 {
		b.Dim[n], b.Pixdim[n] = int64(a.Dim[n]), float64(a.Pixdim[n])
	}
	for n := range 3 {
		b.Quatern[n], b.QOffset[n] = float64(a.Quatern[n]), float64(a.QOffset[n])
		for c := range 4 {
			b.SForm[n][c] = float64(a.SForm[n][c])
		}
	}
	return b
}

// forge is the bytes of a file: header (nifti1 or nifti2), then anything with a fixed size.
func forge(tb testing.TB, order binary.ByteOrder, parts ...any) []byte {
	tb.Helper()
	var b bytes.Buffer
	for _, p := range parts {
		if err := binary.Write(&b, order, p); err != nil {
			tb.Fatal(err)
		}
	}
	return b.Bytes()
}

// ramp is the voxels 0, 1, 2 … of small1.
func ramp() []int16 {
	v := make([]int16, 24)
	for n := range v {
		v[n] = int16(n)
	}
	return v
}

func pack(tb testing.TB, raw []byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(raw); err != nil {
		tb.Fatal(err)
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// file puts bytes into a file of this name in a new folder.
func file(tb testing.TB, name string, content []byte) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

var nan = math.NaN()

// read takes a little-endian header apart, the other way than parse.
func read(tb testing.TB, raw []byte, header any) {
	tb.Helper()
	if err := binary.Read(bytes.NewReader(raw), binary.LittleEndian, header); err != nil {
		tb.Fatal(err)
	}
}
