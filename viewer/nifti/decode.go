package nifti

import (
	"encoding/binary"
	"math"
)

// The decoders turn little-endian bytes into float32. Stored values of up to 16 bits are exact in float32, so they are scaled after
// the conversion; wider ones are scaled in float64 and rounded once.

func decodeUint8(dst []float32, src []byte, slope, inter float64) {
	for i := range dst {
		dst[i] = float32(src[i])
	}
	scale(dst, slope, inter)
}

func decodeInt8(dst []float32, src []byte, slope, inter float64) {
	for i := range dst {
		dst[i] = float32(int8(src[i]))
	}
	scale(dst, slope, inter)
}

// decodeInt16 takes four voxels at a time, which halves its time: nearly every scanner's file is of this type.
func decodeInt16(dst []float32, src []byte, slope, inter float64) {
	d, s := dst, src
	for len(d) >= 4 && len(s) >= 8 {
		four := binary.LittleEndian.Uint64(s)
		d[0], d[1], d[2], d[3] = float32(int16(four)), float32(int16(four>>16)), float32(int16(four>>32)), float32(int16(four>>48))
		d, s = d[4:], s[8:]
	}
	for i := range d {
		d[i] = float32(int16(binary.LittleEndian.Uint16(s[2*i:])))
	}
	scale(dst, slope, inter)
}

func decodeUint16(dst []float32, src []byte, slope, inter float64) {
	for i := range dst {
		dst[i] = float32(binary.LittleEndian.Uint16(src[2*i:]))
	}
	scale(dst, slope, inter)
}

func decodeFloat32(dst []float32, src []byte, slope, inter float64) {
	for i := range dst {
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))
	}
	scale(dst, slope, inter)
}

func decodeInt32(dst []float32, src []byte, slope, inter float64) {
	for i := range dst {
		dst[i] = float32(float64(int32(binary.LittleEndian.Uint32(src[4*i:])))*slope + inter)
	}
}

func decodeUint32(dst []float32, src []byte, slope, inter float64) {
	for i := range dst {
		dst[i] = float32(float64(binary.LittleEndian.Uint32(src[4*i:]))*slope + inter)
	}
}

func decodeInt64(dst []float32, src []byte, slope, inter float64) {
	for i := range dst {
		dst[i] = float32(float64(int64(binary.LittleEndian.Uint64(src[8*i:])))*slope + inter)
	}
}

func decodeUint64(dst []float32, src []byte, slope, inter float64) {
	for i := range dst {
		dst[i] = float32(float64(binary.LittleEndian.Uint64(src[8*i:]))*slope + inter)
	}
}

func decodeFloat64(dst []float32, src []byte, slope, inter float64) {
	for i := range dst {
		dst[i] = float32(math.Float64frombits(binary.LittleEndian.Uint64(src[8*i:]))*slope + inter)
	}
}

func scale(dst []float32, slope, inter float64) {
	if slope == 1 && inter == 0 {
		return
	}
	for i, v := range dst {
		dst[i] = float32(float64(v)*slope + inter)
	}
}

// swap turns big-endian numbers of size bytes into little-endian ones, in place.
func swap(b []byte, size int) {
	switch size {
	case 2:
		for i := 0; i+2 <= len(b); i += 2 {
			b[i], b[i+1] = b[i+1], b[i]
		}
	case 4:
		for i := 0; i+4 <= len(b); i += 4 {
			binary.LittleEndian.PutUint32(b[i:], binary.BigEndian.Uint32(b[i:]))
		}
	case 8:
		for i := 0; i+8 <= len(b); i += 8 {
			binary.LittleEndian.PutUint64(b[i:], binary.BigEndian.Uint64(b[i:]))
		}
	}
}
