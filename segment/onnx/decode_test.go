package onnx

import (
	"errors"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"

	"quorum/segment/graph"
)

// file is a ModelProto with these initialisers and nothing else.
func file(tensors ...[]byte) []byte {
	var g []byte
	for _, t := range tensors {
		g = appendBytes(g, graphInitializer, t)
	}
	return appendBytes(appendInt(nil, modelIRVersion, IRVersion), modelGraph, g)
}

// header is a TensorProto without its values.
func header(name string, element int64, dims ...int64) []byte {
	var b []byte
	for _, d := range dims {
		b = appendInt(b, tensorDims, d)
	}
	return appendString(appendInt(b, tensorDataType, element), tensorName, name)
}

func TestDecodeEveryStorage(t *testing.T) {
	values := []float32{1, -0.5, 2048, 0, 65504, -0.25}
	var packed, loose, half, halfInts []byte
	for _, v := range values {
		packed = protowire.AppendFixed32(packed, math.Float32bits(v))
		loose = appendFloat(loose, tensorFloatData, v)
	}
	for _, bits := range []uint16{0x3c00, 0xb800, 0x6800, 0, 0x7bff, 0xb400} {
		half = append(half, byte(bits), byte(bits>>8))
		halfInts = protowire.AppendVarint(halfInts, uint64(bits))
	}
	for name, tensor := range map[string][]byte{
		"raw float32":        appendBytes(header("w", typeFloat, 2, 3), tensorRawData, packed),
		"packed float_data":  appendBytes(header("w", typeFloat, 2, 3), tensorFloatData, packed),
		"loose float_data":   append(header("w", typeFloat, 2, 3), loose...),
		"raw float16":        appendBytes(header("w", typeFloat16, 2, 3), tensorRawData, half),
		"float16 as int32":   appendBytes(header("w", typeFloat16, 2, 3), tensorInt32Data, halfInts),
		"values before dims": append(appendBytes(nil, tensorRawData, packed), header("w", typeFloat, 2, 3)...),
		"packed dims":        appendBytes(appendBytes(header("w", typeFloat), tensorDims, []byte{2, 3}), tensorRawData, packed),
	} {
		f, err := Decode(file(tensor))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(graph.Weights{"w": {Shape: []int{2, 3}, Data: values}}, f.Weights); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	four := make([]byte, 4)
	for name, c := range map[string]struct {
		data []byte
		want error
		says string
	}{
		"empty":              {nil, ErrNotONNX, ""},
		"text":               {[]byte("hello, this is a text file"), ErrNotONNX, ""},
		"gzip":               {[]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0}, ErrNotONNX, ""},
		"no graph":           {appendInt(nil, modelIRVersion, 8), ErrTruncated, "no graph"},
		"too few values":     {file(appendBytes(header("w", typeFloat, 2), tensorRawData, four)), ErrCorrupt, "needs 8 bytes and has 4"},
		"too many values":    {file(appendBytes(header("w", typeFloat16, 1), tensorRawData, four)), ErrCorrupt, "needs 2 bytes and has 4"},
		"huge axis":          {file(appendBytes(header("w", typeFloat, 1<<40), tensorRawData, four)), ErrCorrupt, "1099511627776"},
		"huge product":       {file(appendBytes(header("w", typeFloat, 1<<28, 1<<28, 1<<28), tensorRawData, four)), ErrCorrupt, "claims the shape"},
		"negative axis":      {file(appendBytes(header("w", typeFloat, -1), tensorRawData, four)), ErrCorrupt, "axis"},
		"no name":            {file(appendBytes(header("", typeFloat, 1), tensorRawData, four)), ErrCorrupt, "empty"},
		"name twice":         {file(appendBytes(header("w", typeFloat, 1), tensorRawData, four), appendBytes(header("w", typeFloat, 1), tensorRawData, four)), ErrCorrupt, "twice"},
		"values elsewhere":   {file(appendInt(header("w", typeFloat, 1), tensorLocation, 1)), ErrExternal, "second file"},
		"double":             {file(appendBytes(header("w", typeDouble, 1), tensorRawData, make([]byte, 8))), nil, "float64"},
		"group":              {append(appendInt(nil, modelIRVersion, 8), 0x0b), ErrCorrupt, ""},
		"no values, no data": {file(header("w", typeFloat16, 3)), ErrCorrupt, "needs 6 bytes and has 0"},
	} {
		_, err := Decode(c.data)
		if err == nil || c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want %v that says %q", name, err, c.want, c.says)
		}
	}
}

func TestDecodeSkipsIndices(t *testing.T) {
	f, err := Decode(file(tensorProto("shape", []int{2}, typeInt64, rawInts([]int{1, -1}))))
	if err != nil || len(f.Weights) != 0 {
		t.Errorf("an int64 initialiser gave weights %v, error %v", f.Weights, err)
	}
}

// described is an input or output called "x" with these dimensions, encoded.
func described(dims ...[]byte) []byte {
	var shape []byte
	for _, d := range dims {
		shape = appendBytes(shape, shapeDim, d)
	}
	v := appendString(nil, valueName, "x")
	return appendBytes(v, valueType, appendBytes(nil, typeTensor, appendBytes(nil, tensorTypeShape, shape)))
}

func TestDecodeDims(t *testing.T) {
	var g []byte
	g = appendBytes(g, graphOutput, described(appendInt(nil, dimValue, 4), appendString(nil, dimParam, "w")))
	f, err := Decode(appendBytes(appendInt(nil, modelIRVersion, IRVersion), modelGraph, g))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]ValueInfo{{Name: "x", Dims: []Dim{{Size: 4}, {Symbol: "w"}}}}, f.Outputs); d != "" {
		t.Error(d)
	}
}

// TestDecodeTakesLittleMemory: entries of a few bytes each that would cost dozens of times their length are refused before they pile up.
func TestDecodeTakesLittleMemory(t *testing.T) {
	const n = 200_000
	repeat := func(number protowire.Number, entry func(i int) []byte) []byte {
		var b []byte
		for i := range n {
			b = appendBytes(b, number, entry(i))
		}
		return b
	}
	nothing := func(int) []byte { return nil }
	named := func(i int) string { return strconv.FormatInt(int64(i), 36) }
	model := func(number protowire.Number, b []byte) []byte {
		return appendBytes(appendInt(nil, modelIRVersion, IRVersion), number, b)
	}
	for name, data := range map[string][]byte{
		"inputs":   model(modelGraph, repeat(graphInput, nothing)),
		"outputs":  model(modelGraph, repeat(graphOutput, nothing)),
		"weights":  model(modelGraph, repeat(graphInitializer, func(i int) []byte { return header(named(i), typeFloat, 0) })),
		"metadata": append(model(modelGraph, nil), repeat(modelMetadata, func(i int) []byte { return appendString(nil, entryKey, named(i)) })...),
		"axes":     model(modelGraph, appendBytes(nil, graphInput, described(make([][]byte, n)...))),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Decode(data)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), "more than") {
			t.Errorf("%d %s: %v", n, name, err)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 2<<20+2*uint64(len(data)) {
			t.Errorf("%d %s in %d bytes took %d bytes of memory", n, name, len(data), taken)
		}
	}
}

func FuzzDecode(f *testing.F) {
	g, err := graph.Build(func(g *graph.Graph) {
		g.Output("y", g.Conv(g.Input("x", 1, 2, 4, 4, 4), g.Param("w", 3, 2, 1, 1, 1), nil, 0))
	})
	if err != nil {
		f.Fatal(err)
	}
	for _, half := range []bool{false, true} {
		data, err := Encode(g, graph.Weights{"w": {Shape: []int{3, 2, 1, 1, 1}, Data: make([]float32, 6)}},
			Options{Half: half, Symbolic: []string{"x"}, Metadata: map[string]string{"k": "v"}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add(file(appendBytes(header("w", typeFloat16, 2, 3), tensorInt32Data, []byte{1, 2, 3, 4, 5, 6})))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Decode(data)
		if err != nil {
			return
		}
		total := 0
		for name, w := range m.Weights {
			if graph.Size(w.Shape) != len(w.Data) {
				t.Errorf("weight %q of shape %v has %d values", name, w.Shape, len(w.Data))
			}
			total += len(w.Data)
		}
		if total > len(data) {
			t.Errorf("%d values from %d bytes", total, len(data))
		}
	})
}
