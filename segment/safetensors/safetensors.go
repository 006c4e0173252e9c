// Package safetensors reads the weight files of that name (https://github.com/huggingface/safetensors, "Format"): eight bytes with the
// length of a JSON header, the header, and the tensors' values one after the other.
//
// Nothing is allocated on a file's word: lengths and shapes are checked against the bytes that are there.
package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"

	"github.com/x448/float16"

	"quorum/segment/graph"
)

// Errors that Decode and Read wrap. Their texts end a sentence.
var (
	ErrNotSafetensors = errors.New("this is not a safetensors file")
	ErrTruncated      = errors.New("the file ends too early: the copy is incomplete")
	ErrCorrupt        = errors.New("the header contradicts itself: the file is damaged")
	ErrUnsupported    = errors.New("the type of its values is not supported; save it as F32 or F16")
	ErrTooLarge       = errors.New("the file is larger than any network that could be used here")
)

// MaxSize is the largest file that Read takes, in bytes; the published 44-million-parameter network has 175 MB.
const MaxSize = 1 << 30

// maxHeader and maxAxes bound what a header may say.
const (
	maxHeader = 16 << 20
	maxAxes   = 8
)

// Read reads a file. Errors name it.
func Read(path string) (map[string]graph.Tensor, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%s: %w", path, ErrTooLarge)
	}
	tensors, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return tensors, nil
}

// entry is one tensor in the header.
type entry struct {
	Type    string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"` // first byte and the one after the last, counted from the end of the header
}

// Decode reads the tensors by name, whatever their type as float32 (F64 and I64 are rounded).
func Decode(data []byte) (map[string]graph.Tensor, error) {
	entries, values, err := header(data)
	if err != nil {
		return nil, err
	}
	tensors := make(map[string]graph.Tensor, len(entries))
	end := 0
	byOffset := func(a, b string) int {
		x, y := entries[a].Offsets, entries[b].Offsets
		return slices.Compare(x[:], y[:])
	}
	for _, name := range slices.SortedFunc(maps.Keys(entries), byOffset) {
		e := entries[name]
		convert, ok := types[e.Type]
		if !ok {
			return nil, fmt.Errorf("tensor %q has type %q: %w", name, e.Type, ErrUnsupported)
		}
		n, ok := count(e.Shape, len(values)/convert.bytes)
		switch {
		case e.Offsets[1] > len(values):
			return nil, fmt.Errorf("tensor %q should end %d bytes after the header, the file holds %d: %w", name, e.Offsets[1], len(values), ErrTruncated)
		case e.Offsets[0] != end || e.Offsets[1] < end: // no holes, no overlap: the format forbids both
			return nil, fmt.Errorf("tensor %q lies at %v, expected from %d on: %w", name, e.Offsets, end, ErrCorrupt)
		case !ok || n*convert.bytes != e.Offsets[1]-e.Offsets[0]:
			return nil, fmt.Errorf("tensor %q of shape %v has %d bytes of %s: %w", name, e.Shape, e.Offsets[1]-e.Offsets[0], e.Type, ErrCorrupt)
		}
		raw := values[end:e.Offsets[1]]
		t := graph.Tensor{Shape: e.Shape, Data: make([]float32, n)}
		for i := range t.Data {
			t.Data[i] = convert.value(raw[i*convert.bytes:])
		}
		tensors[name] = t
		end = e.Offsets[1]
	}
	if end != len(values) {
		return nil, fmt.Errorf("%d bytes follow the last tensor: %w", len(values)-end, ErrCorrupt)
	}
	return tensors, nil
}

// header splits a file into the table of tensors and their values.
func header(data []byte) (map[string]entry, []byte, error) {
	if len(data) < 8 {
		return nil, nil, ErrNotSafetensors
	}
	length := binary.LittleEndian.Uint64(data)
	data = data[8:]
	if length > maxHeader || len(data) == 0 || data[0] != '{' {
		return nil, nil, ErrNotSafetensors
	}
	if length > uint64(len(data)) {
		return nil, nil, fmt.Errorf("the header should have %d bytes, the file holds %d: %w", length, len(data), ErrTruncated)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data[:length], &raw); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	delete(raw, "__metadata__") // strings about the file, of no use here
	entries := make(map[string]entry, len(raw))
	for name, text := range raw {
		var e entry
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&e); err != nil {
			return nil, nil, fmt.Errorf("tensor %q: %w: %w", name, ErrCorrupt, err)
		}
		entries[name] = e
	}
	return entries, data[length:], nil
}

// count is the number of values in a shape, unless there are more than limit.
func count(shape []int, limit int) (int, bool) {
	if len(shape) > maxAxes {
		return 0, false
	}
	n := 1
	for _, d := range shape {
		if d < 0 || d > 0 && n > limit/d {
			return 0, false
		}
		n *= d
	}
	return n, true
}

// types are the types of values that networks, images and label maps come in.
var types = map[string]struct {
	bytes int
	value func([]byte) float32
}{
	"F64":  {8, func(b []byte) float32 { return float32(math.Float64frombits(binary.LittleEndian.Uint64(b))) }},
	"F32":  {4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }},
	"F16":  {2, func(b []byte) float32 { return float16.Frombits(binary.LittleEndian.Uint16(b)).Float32() }},
	"BF16": {2, func(b []byte) float32 { return math.Float32frombits(uint32(binary.LittleEndian.Uint16(b)) << 16) }},
	"I64":  {8, func(b []byte) float32 { return float32(int64(binary.LittleEndian.Uint64(b))) }},
	"U8":   {1, func(b []byte) float32 { return float32(b[0]) }},
}
