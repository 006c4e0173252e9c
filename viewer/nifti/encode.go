package nifti

import (
	"encoding/binary"
	"math"
	"unicode/utf8"
)

// pen writes header fields, the mirror of field.
type pen struct {
	raw  []byte
	wide bool
}

func (p pen) short(at int, v int16) { binary.LittleEndian.PutUint16(p.raw[at:], uint16(v)) }

func (p pen) code(at, v int) {
	if p.wide {
		binary.LittleEndian.PutUint32(p.raw[at:], uint32(int32(v)))
		return
	}
	p.short(at, int16(v))
}

func (p pen) count(at, n int, v int64) {
	if p.wide {
		binary.LittleEndian.PutUint64(p.raw[at+8*n:], uint64(v))
		return
	}
	p.short(at+2*n, int16(v))
}

func (p pen) float(at, n int, v float64) {
	if p.wide {
		binary.LittleEndian.PutUint64(p.raw[at+8*n:], math.Float64bits(v))
		return
	}
	binary.LittleEndian.PutUint32(p.raw[at+4*n:], math.Float32bits(float32(v)))
}

func (p pen) offset(at int, v int64) {
	if p.wide {
		p.count(at, 0, v)
		return
	}
	p.float(at, 0, float64(v))
}

// millimetresAndSeconds is the xyzt_units of everything that is written.
const millimetresAndSeconds = 2 | 8

// encodeHeader makes the header of a new file and the four zero bytes after it that mean "no extensions". The forms and their codes
// are those of like, also where a code is 0: readers then make the same guess for both files, and the new one lies exactly over the old.
func encodeHeader(like *Header, volumes int, kind int16, window [2]float64, description string) []byte {
	dim := like.Grid().Dim
	l := &layouts[0]
	if max(dim[0], dim[1], dim[2], volumes) > math.MaxInt16 {
		l = &layouts[1]
	}
	p := pen{raw: make([]byte, l.size+4), wide: l.wide}
	binary.LittleEndian.PutUint32(p.raw, uint32(l.size))
	copy(p.raw[l.magic:], l.singleMagic)
	p.short(l.datatype, kind)
	p.short(l.bitpix, int16(8*datatypes[kind].bytes))
	p.offset(l.voxOffset, l.size+4)
	p.float(l.slope, 0, 1)
	p.float(l.calMin, 0, window[0])
	p.float(l.calMax, 0, window[1])
	if l.wide {
		p.code(l.units, millimetresAndSeconds)
	} else {
		p.raw[38] = 'r' // "regular", which Analyze readers ask for
		p.raw[l.units] = millimetresAndSeconds
	}
	copy(p.raw[l.descrip:], clip(description, descripSize-1))

	sizes := [8]int64{3, int64(dim[0]), int64(dim[1]), int64(dim[2]), int64(volumes), 1, 1, 1}
	if volumes > 1 {
		sizes[0] = 4
	}
	for n, v := range sizes {
		p.count(l.dim, n, v)
	}
	for n, v := range like.PixDim {
		if n > 3 || n > len(like.Dim) && like.SFormCode <= 0 && like.QFormCode <= 0 {
			v = 1 // volumes are no points in time; and an axis that the source lacks has no spacing: see Header.base
		}
		p.float(l.pixdim, n, v)
	}
	p.code(l.qformCode, min(like.QFormCode, math.MaxInt16)) // only the sign of unknown codes has a meaning
	p.code(l.sformCode, min(like.SFormCode, math.MaxInt16))
	for n := range 3 {
		p.float(l.quatern, n, like.Quatern[n])
		p.float(l.qoffset, n, like.QOffset[n])
	}
	for n := range 12 {
		p.float(l.sform, n, like.SForm[n/4][n%4])
	}
	return p.raw
}

// clip shortens s to at most n bytes without cutting a letter.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
