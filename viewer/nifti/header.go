package nifti

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
)

// field reads header fields of one version in one byte order.
type field struct {
	raw   []byte
	order binary.ByteOrder
	wide  bool // NIfTI-2
}

func (f field) short(at int) int16 { return int16(f.order.Uint16(f.raw[at:])) }

// code is an int16 in NIfTI-1, an int32 in NIfTI-2.
func (f field) code(at int) int {
	if f.wide {
		return int(int32(f.order.Uint32(f.raw[at:])))
	}
	return int(f.short(at))
}

// count is element n of the dimensions: int16 in NIfTI-1, int64 in NIfTI-2.
func (f field) count(at, n int) int64 {
	if f.wide {
		return int64(f.order.Uint64(f.raw[at+8*n:]))
	}
	return int64(f.short(at + 2*n))
}

// float is element n of a field of float32 in NIfTI-1, float64 in NIfTI-2.
func (f field) float(at, n int) float64 {
	if f.wide {
		return math.Float64frombits(f.order.Uint64(f.raw[at+8*n:]))
	}
	return float64(math.Float32frombits(f.order.Uint32(f.raw[at+4*n:])))
}

// offset is a float32 in NIfTI-1, an int64 in NIfTI-2; -1 stands for a float that is no offset.
func (f field) offset(at int) int64 {
	if f.wide {
		return f.count(at, 0)
	}
	v := f.float(at, 0)
	if !(v >= 0 && v < 1<<53) {
		return -1
	}
	return int64(v)
}

// text is a string that ends at a zero byte or after n bytes, without control characters.
func (f field) text(at, n int) string {
	b, _, _ := bytes.Cut(f.raw[at:at+n], []byte{0})
	return string(bytes.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, bytes.TrimSpace(b)))
}

// readHeader takes a header from the start of a stream and judges it. It reads no more than the header.
func readHeader(r io.Reader) (*Header, error) {
	raw := make([]byte, layouts[1].size)
	first := raw[:layouts[0].size]
	n, err := io.ReadFull(r, first)
	if err != nil && !short(err) {
		return nil, err
	}
	first = first[:n]
	l, order := identify(first)
	if l == nil {
		return nil, stranger(first)
	}
	if l.wide {
		m, err := io.ReadFull(r, raw[n:])
		if err != nil && !short(err) {
			return nil, err
		}
		n += m
	}
	if int64(n) < l.size {
		return nil, fault(ErrInvalid, "ends after %d bytes, inside the header of %d: the copy is incomplete", n, l.size)
	}
	h := parse(l, field{raw: raw, order: order, wide: l.wide})
	if err := h.judge(); err != nil {
		return nil, err
	}
	return h, nil
}

func short(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF } //nolint:errorlint // io.ReadFull returns them bare; a wrapped one comes from a broken gzip

// identify finds version and byte order by the header's size and magic.
func identify(raw []byte) (*layout, binary.ByteOrder) {
	for n := range layouts {
		l := &layouts[n]
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			if len(raw) >= l.magic+len(l.singleMagic) && int64(order.Uint32(raw)) == l.size {
				magic := string(raw[l.magic : l.magic+len(l.singleMagic)])
				if magic == l.singleMagic || magic == l.pairMagic {
					return l, order
				}
			}
		}
	}
	return nil, nil
}

// parse only reads; judge decides.
func parse(l *layout, f field) *Header {
	h := &Header{
		Version:     l.version,
		BigEndian:   f.order == binary.BigEndian,
		Datatype:    f.short(l.datatype),
		VoxOffset:   f.offset(l.voxOffset),
		Slope:       f.float(l.slope, 0),
		Inter:       f.float(l.inter, 0),
		QFormCode:   f.code(l.qformCode),
		SFormCode:   f.code(l.sformCode),
		Description: f.text(l.descrip, descripSize),
		intent:      f.code(l.intent),
		units:       f.raw[l.units],
		bitpix:      f.short(l.bitpix),
		pair:        string(f.raw[l.magic:l.magic+len(l.pairMagic)]) == l.pairMagic,
	}
	if l.wide {
		h.units = byte(f.code(l.units))
	}
	h.Dim = make([]int64, min(max(f.count(l.dim, 0), 0), 8)) // 8 stands for too many
	for n := range h.Dim[:min(7, len(h.Dim))] {
		h.Dim[n] = f.count(l.dim, n+1)
	}
	for n := range h.PixDim {
		h.PixDim[n] = f.float(l.pixdim, n)
	}
	for n := range 3 {
		h.Quatern[n] = f.float(l.quatern, n)
		h.QOffset[n] = f.float(l.qoffset, n)
	}
	for n := range 12 {
		h.SForm[n/4][n%4] = f.float(l.sform, n)
	}
	return h
}
