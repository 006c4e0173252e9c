package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/x448/float16"
	"google.golang.org/protobuf/encoding/protowire"

	"quorum/segment/graph"
)

// maxElements bounds a weight: 2³¹ bytes is the most that one protobuf message can hold.
const maxElements = 1 << 29

// encoded is a TensorProto as it stands in the file.
type encoded struct {
	name    string
	shape   []int
	element uint64
	raw     []byte
	floats  []byte // float_data, packed
	ints    []uint16
	stored  bool // raw_data is there, even if empty
}

// tensor reads one initialiser; nil for one of a type that is no weight (shapes and indices are int64).
func tensor(data []byte) (string, *graph.Tensor, error) {
	var t encoded
	if err := eachField(data, t.field); err != nil {
		return "", nil, err
	}
	switch t.element {
	case typeFloat, typeFloat16:
	case typeDouble, typeBF16:
		return "", nil, fmt.Errorf("weight %.80q is stored as float64 or bfloat16, which is not supported: save it as float32 or float16", t.name)
	default:
		return "", nil, nil
	}
	n := 1
	for _, d := range t.shape {
		if d < 0 || d > maxElements || n*d > maxElements {
			return "", nil, fmt.Errorf("%w: weight %.80q claims the shape %v", ErrCorrupt, t.name, t.shape)
		}
		n *= d
	}
	values, err := t.values(n)
	if err != nil {
		return "", nil, err
	}
	return t.name, &graph.Tensor{Shape: t.shape, Data: values}, nil
}

func (t *encoded) field(x field) error {
	switch x.number {
	case tensorDims:
		if x.kind != protowire.BytesType {
			return t.dim(x.value)
		}
		return packed(x.bytes, t.dim)
	case tensorDataType:
		t.element = x.value
	case tensorName:
		t.name = string(x.bytes)
	case tensorRawData:
		t.raw, t.stored = x.bytes, true
	case tensorFloatData:
		if x.kind == protowire.Fixed32Type {
			t.floats = binary.LittleEndian.AppendUint32(t.floats, uint32(x.value))
		} else {
			t.floats = append(t.floats, x.bytes...)
		}
	case tensorInt32Data: // where float16 stands if not in raw_data
		keep := func(v uint64) error {
			t.ints = append(t.ints, uint16(v))
			return nil
		}
		if x.kind != protowire.BytesType {
			return keep(x.value)
		}
		return packed(x.bytes, keep)
	case tensorLocation:
		if x.value == 1 {
			return ErrExternal
		}
	}
	return nil
}

func (t *encoded) dim(v uint64) error {
	if v > maxElements || len(t.shape) == maxAxes {
		return fmt.Errorf("%w: a weight has more than %d axes or an axis of %d", ErrCorrupt, maxAxes, v)
	}
	t.shape = append(t.shape, int(v))
	return nil
}

func packed(data []byte, f func(uint64) error) error {
	for len(data) > 0 {
		v, n := protowire.ConsumeVarint(data)
		if n < 0 {
			return ErrCorrupt
		}
		if err := f(v); err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// values are the n numbers, from whichever field holds them. Memory is taken only once the file is known to hold as many.
func (t *encoded) values(n int) ([]float32, error) {
	data, size := t.raw, 4
	switch {
	case t.element == typeFloat16 && t.stored:
		size = 2
	case t.element == typeFloat16:
		data, size = nil, 2
		if len(t.ints) == n {
			out := make([]float32, n)
			for i, h := range t.ints {
				out[i] = float16.Frombits(h).Float32()
			}
			return out, nil
		}
	case !t.stored:
		data = t.floats
	}
	if len(data) != n*size {
		return nil, fmt.Errorf("%w: weight %.80q of shape %v needs %d bytes and has %d", ErrCorrupt, t.name, t.shape, n*size, len(data))
	}
	out := make([]float32, n)
	for i := range out {
		if size == 2 {
			out[i] = float16.Frombits(binary.LittleEndian.Uint16(data[2*i:])).Float32()
		} else {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
	}
	return out, nil
}
