package onnx

import (
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"

	"quorum/segment/graph"
)

// File is what Quorum needs of a model file.
type File struct {
	Producer        string
	Opset           int // version of the default operator set
	Metadata        map[string]string
	Weights         graph.Weights // floating-point initialisers by name, as float32
	Inputs, Outputs []ValueInfo   // inputs without those that are initialisers
}

// ValueInfo is an input or output of a model.
type ValueInfo struct {
	Name string
	Dims []Dim
}

// Dim is one axis: a size, or a symbol when the size is open.
type Dim struct {
	Size   int
	Symbol string
}

// Errors that Decode wraps. Their texts end a sentence that begins with the file's name.
var (
	ErrNotONNX   = errors.New("this is not an ONNX model")
	ErrTruncated = errors.New("the model ends in the middle: the copy is incomplete")
	ErrCorrupt   = errors.New("the model is damaged")
	ErrExternal  = errors.New("the model keeps weights in a second file, which is not supported: save it as one file")
)

// An entry of a few bytes can cost a hundred in memory, so that their number is bounded: far above what any model needs.
const (
	maxEntries = 4096 // inputs, outputs, weights, metadata: of each
	maxAxes    = 8
)

// Decode reads a ModelProto. What is allocated is a few times len(data) and at most some megabytes more, whatever the file claims. The
// file's own graph is not kept: Quorum builds its graphs itself.
func Decode(data []byte) (*File, error) {
	f := &File{Metadata: map[string]string{}, Weights: graph.Weights{}}
	var body []byte
	known := false // an ir_version or an opset says that this is a ModelProto
	err := eachField(data, func(x field) error {
		switch x.number {
		case modelIRVersion:
			known = known || x.kind == protowire.VarintType
		case modelProducer:
			f.Producer = string(x.bytes)
		case modelGraph:
			body = x.bytes
		case modelOpsetImport:
			return f.opset(x.bytes)
		case modelMetadata:
			return f.entry(x.bytes)
		}
		return nil
	})
	switch {
	case !known:
		return nil, ErrNotONNX
	case err != nil:
		return nil, err
	case body == nil:
		return nil, fmt.Errorf("%w: it has no graph", ErrTruncated)
	}
	return f, f.graph(body)
}

func (f *File) opset(data []byte) error {
	var domain string
	var version uint64
	err := eachField(data, func(x field) error {
		switch x.number {
		case opsetDomain:
			domain = string(x.bytes)
		case opsetVersion:
			version = x.value
		}
		return nil
	})
	if domain == "" || domain == "ai.onnx" {
		f.Opset = int(min(version, 1<<30))
	}
	return err
}

func (f *File) entry(data []byte) error {
	var key, value string
	err := eachField(data, func(x field) error {
		switch x.number {
		case entryKey:
			key = string(x.bytes)
		case entryValue:
			value = string(x.bytes)
		}
		return nil
	})
	f.Metadata[key] = value
	if err != nil {
		return err
	}
	return atMost(maxEntries, len(f.Metadata), "metadata entries")
}

func (f *File) graph(data []byte) error {
	var inputs []ValueInfo
	err := eachField(data, func(x field) error {
		switch x.number {
		case graphInitializer:
			return f.weight(x.bytes)
		case graphInput:
			return appendValue(&inputs, x.bytes, "inputs")
		case graphOutput:
			return appendValue(&f.Outputs, x.bytes, "outputs")
		}
		return nil
	})
	for _, v := range inputs {
		if _, isWeight := f.Weights[v.Name]; !isWeight {
			f.Inputs = append(f.Inputs, v)
		}
	}
	return err
}

func (f *File) weight(data []byte) error {
	name, t, err := tensor(data)
	if err != nil || t == nil {
		return err
	}
	if _, twice := f.Weights[name]; twice || name == "" {
		return fmt.Errorf("%w: the weight name %.80q is empty or there twice", ErrCorrupt, name)
	}
	f.Weights[name] = *t
	return atMost(maxEntries, len(f.Weights), "weights")
}

// appendValue reads an input or output and adds it to list, of which what is the name.
func appendValue(list *[]ValueInfo, data []byte, what string) error {
	v, err := valueInfo(data)
	if err != nil {
		return err
	}
	*list = append(*list, v)
	return atMost(maxEntries, len(*list), what)
}

// atMost refuses n things where limit are allowed.
func atMost(limit, n int, what string) error {
	if n > limit {
		return fmt.Errorf("%w: it has more than %d %s", ErrCorrupt, limit, what)
	}
	return nil
}

func valueInfo(data []byte) (ValueInfo, error) {
	name, err := child(data, valueName)
	v := ValueInfo{Name: string(name)}
	for _, n := range []protowire.Number{valueType, typeTensor, tensorTypeShape} {
		if err == nil {
			data, err = child(data, n)
		}
	}
	if err != nil {
		return v, err
	}
	err = eachField(data, func(x field) error {
		if x.number != shapeDim {
			return nil
		}
		var d Dim
		err := eachField(x.bytes, func(y field) error {
			switch y.number {
			case dimValue:
				d.Size = int(min(y.value, 1<<40))
			case dimParam:
				d.Symbol = string(y.bytes)
			}
			return nil
		})
		if err != nil {
			return err
		}
		v.Dims = append(v.Dims, d)
		return atMost(maxAxes, len(v.Dims), "axes in one input or output")
	})
	return v, err
}

// child is the contents of the last field with this number.
func child(data []byte, n protowire.Number) ([]byte, error) {
	var found []byte
	err := eachField(data, func(x field) error {
		if x.number == n {
			found = x.bytes
		}
		return nil
	})
	return found, err
}

// field is one protobuf field: bytes for a length-delimited one, value for the others.
type field struct {
	number protowire.Number
	kind   protowire.Type
	value  uint64
	bytes  []byte
}

// eachField calls f for every field of a message. What is cut off is ErrTruncated, what cannot be read otherwise ErrCorrupt.
func eachField(data []byte, f func(field) error) error {
	for len(data) > 0 {
		var x field
		var n int
		x.number, x.kind, n = protowire.ConsumeTag(data)
		if n >= 0 {
			data = data[n:]
			switch x.kind {
			case protowire.VarintType:
				x.value, n = protowire.ConsumeVarint(data)
			case protowire.Fixed32Type:
				var v uint32
				v, n = protowire.ConsumeFixed32(data)
				x.value = uint64(v)
			case protowire.Fixed64Type:
				x.value, n = protowire.ConsumeFixed64(data)
			case protowire.BytesType:
				x.bytes, n = protowire.ConsumeBytes(data)
			default:
				return ErrCorrupt
			}
		}
		if n < 0 {
			if errors.Is(protowire.ParseError(n), io.ErrUnexpectedEOF) {
				return ErrTruncated
			}
			return ErrCorrupt
		}
		data = data[n:]
		if err := f(x); err != nil {
			return err
		}
	}
	return nil
}
