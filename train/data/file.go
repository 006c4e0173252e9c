package data

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"unsafe"

	"github.com/edsrzf/mmap-go"
)

// A file of the cache, little-endian:
//
//	8 bytes   magic
//	4 bytes   n, length of the record
//	n bytes   record, JSON, with blanks behind it up to a multiple of 64
//	2·D·H·W   for each sequence that is present: the image, int16
//	D·H·W     the bits of the voxels
//	4 bytes   CRC-32C of all before it
const magic = "QRMcase1"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errDamaged says that a file of the cache is not whole. It is made again then.
var errDamaged = errors.New("a file of the cache is damaged")

// keyed is the record with the contents that it was made of.
type keyed struct {
	Key string `json:"key"`
	record
}

// write writes the file of a case.
func (p *prepared) write(w io.Writer, key string) error {
	text, err := json.Marshal(keyed{key, p.record})
	if err != nil {
		return err
	}
	const align = 64
	if over := (len(magic) + 4 + len(text)) % align; over > 0 {
		text = append(text, bytes.Repeat([]byte{' '}, align-over)...)
	}
	sum := crc32.New(castagnoli)
	out := io.MultiWriter(w, sum)
	parts := [][]byte{[]byte(magic), binary.LittleEndian.AppendUint32(nil, uint32(len(text))), text}
	for _, s := range p.Present.Sequences() {
		part := make([]byte, 0, 2*len(p.image[s]))
		for _, x := range p.image[s] {
			part = binary.LittleEndian.AppendUint16(part, uint16(x))
		}
		parts = append(parts, part)
	}
	for _, part := range append(parts, p.bits) {
		if _, err := out.Write(part); err != nil {
			return err
		}
	}
	_, err = w.Write(binary.LittleEndian.AppendUint32(nil, sum.Sum32()))
	return err
}

// open maps the file of a case, or reads it where mapping does not work. The whole file is checked.
func open(path, key string) (*prepared, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read, and a mapping outlives it
	var data []byte
	closer := func() error { return nil }
	if mapped, err := mmap.Map(f, mmap.RDONLY, 0); err == nil {
		data, closer = mapped, mapped.Unmap
	} else if data, err = os.ReadFile(path); err != nil {
		return nil, err
	}
	p, err := parse(data, key)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), closer())
	}
	p.closer = closer
	return p, nil
}

// parse reads the bytes of a file; the case lies in them.
func parse(data []byte, key string) (*prepared, error) {
	const head = len(magic) + 4
	if len(data) < head+4 || string(data[:len(magic)]) != magic {
		return nil, errDamaged
	}
	body := data[:len(data)-4]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(data[len(body):]) {
		return nil, errDamaged
	}
	n := int64(binary.LittleEndian.Uint32(data[len(magic):]))
	if n > int64(len(body)-head) {
		return nil, errDamaged
	}
	var k keyed
	if err := json.Unmarshal(body[head:][:n], &k); err != nil || k.Key != key || len(k.Layers) != k.Size[0] {
		return nil, errDamaged
	}
	p := &prepared{record: k.record}
	rest, voxels := body[head+int(n):], p.Size[0]*p.Size[1]*p.Size[2]
	if voxels <= 0 || len(rest) != voxels*(2*p.Present.Len()+1) {
		return nil, errDamaged
	}
	for _, s := range p.Present.Sequences() {
		p.image[s], rest = int16s(rest[:2*voxels]), rest[2*voxels:]
	}
	p.bits = rest
	return p, nil
}

// int16s sees little-endian bytes as numbers, without a copy where the machine's order and the address allow it: everywhere in practice.
func int16s(b []byte) []int16 {
	if one := uint16(1); *(*byte)(unsafe.Pointer(&one)) == 1 && uintptr(unsafe.Pointer(&b[0]))%2 == 0 {
		return unsafe.Slice((*int16)(unsafe.Pointer(&b[0])), len(b)/2)
	}
	out := make([]int16, len(b)/2)
	for i := range out {
		out[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return out
}
