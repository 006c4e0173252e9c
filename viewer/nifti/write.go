package nifti

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/klauspost/compress/gzip"

	"quorum/viewer/save"
)

// Voxels is what Encode can write: masks and maps.
type Voxels interface{ ~uint8 | ~int16 | ~float32 }

// Write writes data (i fastest; len = product of Dim × volumes) as .nii or .nii.gz to path: beside first, then renamed, so that
// a failure leaves nothing. An existing file is an error unless overwrite.
// Geometry (dimensions, codes, q- and s-form, units) comes from like; extensions, db_name, aux_file are not copied.
func Write[T Voxels](path string, like *Header, volumes int, data []T, description string, overwrite bool) error {
	name := strings.ToLower(filepath.Base(path))
	packed := strings.HasSuffix(name, ".nii.gz")
	if !packed && !strings.HasSuffix(name, ".nii") {
		return &FileError{Path: path, Text: "the name of a NIfTI file must end in .nii or .nii.gz", Kind: ErrUnsupported}
	}
	return save.File(path, overwrite, func(w io.Writer) error {
		if !packed {
			return Encode(w, like, volumes, data, description)
		}
		z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
		if err != nil {
			return err
		}
		if err := Encode(z, like, volumes, data, description); err != nil {
			return err
		}
		return z.Close()
	})
}

// Encode writes an unpacked .nii to w: NIfTI-1, or NIfTI-2 where a dimension is above 32,767. See Write.
func Encode[T Voxels](w io.Writer, like *Header, volumes int, data []T, description string) error {
	grid := like.Grid()
	if volumes < 1 || len(data) != grid.Voxels()*volumes {
		return fmt.Errorf("%d voxels do not fill %d volumes of %d×%d×%d", len(data), volumes, grid.Dim[0], grid.Dim[1], grid.Dim[2])
	}
	if _, err := w.Write(encodeHeader(like, volumes, typeOf[T](), rangeOf(data), description)); err != nil {
		return err
	}
	buffer := make([]byte, 0, chunk)
	for len(data) > 0 {
		n := min(len(data), chunk/4)
		buffer = appendVoxels(buffer[:0], data[:n])
		if _, err := w.Write(buffer); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// typeOf is the datatype code of T.
func typeOf[T Voxels]() int16 {
	switch reflect.TypeFor[T]().Kind() {
	case reflect.Uint8:
		return typeUint8
	case reflect.Int16:
		return typeInt16
	default:
		return typeFloat32
	}
}

// appendVoxels appends the little-endian bytes of data.
func appendVoxels[T Voxels](b []byte, data []T) []byte {
	switch typeOf[T]() {
	case typeUint8:
		for _, v := range data {
			b = append(b, byte(v))
		}
	case typeInt16:
		for _, v := range data {
			b = binary.LittleEndian.AppendUint16(b, uint16(int16(v)))
		}
	default:
		for _, v := range data {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		}
	}
	return b
}

// rangeOf is the smallest and largest finite value: what viewers take as the first window (cal_min, cal_max).
func rangeOf[T Voxels](data []T) [2]float64 {
	var low, high T
	found := false
	for _, v := range data {
		switch {
		case v-v != 0: // Inf or NaN
		case !found:
			low, high, found = v, v, true
		case v < low:
			low = v
		case v > high:
			high = v
		}
	}
	return [2]float64{float64(low), float64(high)}
}
