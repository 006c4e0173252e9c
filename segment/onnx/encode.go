// Package onnx writes graphs as standard .onnx models and reads weights and metadata out of them. Only the few protobuf messages that
// are needed are handled, with protowire; the format is that of https://onnx.ai/onnx/repo-docs/IR.html.
package onnx

import (
	"fmt"
	"maps"
	"slices"

	"github.com/x448/float16"

	"quorum/segment/graph"
)

// Opset is the version of the default operator set, and IRVersion that of the file format, of every file written here. Both are old
// enough for ONNX Runtime from 1.12 on (2022), and new enough for Shape with start and end (15) and ReduceSum with its axes as input (13).
const (
	Opset     = 17
	IRVersion = 8
)

// Options of a written file. The zero value makes a file with static shapes and float32 weights.
type Options struct {
	// Half stores weights as float16, followed by a Cast to float32 in the graph. The initialiser keeps the weight's name.
	Half bool
	// Symbolic names the inputs [N,C,D,H,W] whose last three axes are left open as D, H and W, one meaning for all of them. What
	// follows from them inside the graph and in its outputs is open too. A graph that fixes a spatial size is refused.
	Symbolic []string
	// Metadata becomes metadata_props, in the order of the keys.
	Metadata map[string]string
	// Producer is the program that made the file.
	Producer string
}

// Encode writes g as a ModelProto. Parameters with a value in w become initialisers under their own names, the others inputs after
// g.Inputs. Outputs have the names of g.Outputs. The same arguments give the same bytes.
func Encode(g *graph.Graph, w graph.Weights, o Options) ([]byte, error) {
	e, err := newEncoder(g, o)
	if err != nil {
		return nil, err
	}
	for _, v := range g.Inputs {
		e.inputs = appendBytes(e.inputs, graphInput, e.valueInfo(v.Name, e.dims[v]))
	}
	for _, v := range g.Params {
		if err := e.param(v, w); err != nil {
			return nil, err
		}
	}
	for _, n := range g.Nodes {
		if err := e.node(n); err != nil {
			return nil, fmt.Errorf("graph node %s of %s: %w", n.Out.Name, n.Op, err)
		}
	}
	for _, out := range g.Outputs {
		if e.name(out.Value) != out.Name {
			e.nodes = appendNode(e.nodes, "Identity", []string{e.name(out.Value)}, out.Name)
		}
		e.outputs = appendBytes(e.outputs, graphOutput, e.valueInfo(out.Name, e.dims[out.Value]))
	}
	return e.model(), nil
}

// encoder collects the parts of a GraphProto in the order in which they are found.
type encoder struct {
	opt Options

	initializers, nodes, inputs, outputs []byte

	names  map[*graph.Value]string // what a value is called in the file
	bools  map[*graph.Value]string // the boolean form of a comparison's result
	dims   map[*graph.Value][]dim  // shapes, with what is symbolic in them
	consts map[string]string       // contents of a constant → its name
	spaces []string                // [k]: the name of the int64[3] tensor (D,H,W)>>k
	source string                  // the symbolic input whose shape is asked; "" in a static file
	used   map[string]bool
}

func newEncoder(g *graph.Graph, o Options) (*encoder, error) {
	e := &encoder{
		opt:    o,
		names:  map[*graph.Value]string{},
		bools:  map[*graph.Value]string{},
		dims:   map[*graph.Value][]dim{},
		consts: map[string]string{},
		used:   map[string]bool{},
	}
	claim := func(name string) error {
		if name == "" || e.used[name] {
			return fmt.Errorf("graph name %q is empty or used twice: inputs, parameters and outputs need names of their own", name)
		}
		e.used[name] = true
		return nil
	}
	for _, v := range slices.Concat(g.Inputs, g.Params) {
		if err := claim(v.Name); err != nil {
			return nil, err
		}
		e.names[v] = v.Name
		e.dims[v] = staticDims(v.Shape)
	}
	for _, out := range g.Outputs {
		if err := claim(out.Name); err != nil {
			return nil, err
		}
		if _, named := e.names[out.Value]; !named && out.Value.Kind == graph.Result {
			e.names[out.Value] = out.Name
		}
	}
	return e, e.openInputs(g)
}

// param writes a parameter as an initialiser or, without a value, as an input.
func (e *encoder) param(v *graph.Value, w graph.Weights) error {
	t, known := w[v.Name]
	if !known {
		e.inputs = appendBytes(e.inputs, graphInput, e.valueInfo(v.Name, e.dims[v]))
		return nil
	}
	if !slices.Equal(t.Shape, v.Shape) || len(t.Data) != graph.Size(v.Shape) {
		return fmt.Errorf("weight %s has shape %v with %d values, the network needs %v", v.Name, t.Shape, len(t.Data), v.Shape)
	}
	if !e.opt.Half {
		e.initializers = appendBytes(e.initializers, graphInitializer, tensorProto(v.Name, t.Shape, typeFloat, rawFloats(t.Data)))
		return nil
	}
	raw := make([]byte, 0, 2*len(t.Data))
	for _, x := range t.Data {
		h := float16.Fromfloat32(x)
		raw = append(raw, byte(h), byte(h>>8))
	}
	e.initializers = appendBytes(e.initializers, graphInitializer, tensorProto(v.Name, t.Shape, typeFloat16, raw))
	e.names[v] = e.emit(v.Name+"/f32", "Cast", []string{v.Name}, intAttribute("to", typeFloat))
	return nil
}

// name is what v is called in the file. Constants are written where they are first used.
func (e *encoder) name(v *graph.Value) string {
	if s, ok := e.names[v]; ok {
		return s
	}
	if v.Kind == graph.Const {
		e.dims[v] = staticDims(v.Shape)
		e.names[v] = e.constant(tensorProto("", v.Shape, typeFloat, rawFloats(v.Data)))
	} else {
		e.names[v] = e.fresh(v.Name)
	}
	return e.names[v]
}

// constant is the name of a constant with these contents, an encoded TensorProto.
func (e *encoder) constant(tensor []byte) string {
	s, ok := e.consts[string(tensor)]
	if !ok {
		s = e.emit("const", "Constant", nil, tensorAttribute("value", tensor))
		e.consts[string(tensor)] = s
	}
	return s
}

func (e *encoder) ints(v ...int) string {
	return e.constant(tensorProto("", []int{len(v)}, typeInt64, rawInts(v)))
}

// emit adds a node whose output gets a new name made from hint.
func (e *encoder) emit(hint, op string, in []string, a ...attribute) string {
	out := e.fresh(hint)
	e.nodes = appendNode(e.nodes, op, in, out, a...)
	return out
}

func (e *encoder) fresh(hint string) string {
	s := hint
	for i := 1; s == "" || e.used[s]; i++ {
		s = fmt.Sprintf("%s.%d", hint, i)
	}
	e.used[s] = true
	return s
}

func (e *encoder) valueInfo(name string, dims []dim) []byte {
	var shape []byte
	for _, d := range dims {
		one := appendInt(nil, dimValue, int64(d.size))
		if s := d.String(); d.symbolic() {
			one = appendString(nil, dimParam, s)
		}
		shape = appendBytes(shape, shapeDim, one)
	}
	t := appendBytes(appendInt(nil, tensorTypeElement, typeFloat), tensorTypeShape, shape)
	return appendBytes(appendString(nil, valueName, name), valueType, appendBytes(nil, typeTensor, t))
}

func (e *encoder) model() []byte {
	g := slices.Concat(e.nodes, appendString(nil, graphName, "quorum"), e.initializers, e.inputs, e.outputs)
	b := appendInt(nil, modelIRVersion, IRVersion)
	if e.opt.Producer != "" {
		b = appendString(b, modelProducer, e.opt.Producer)
	}
	b = appendBytes(b, modelGraph, g)
	b = appendBytes(b, modelOpsetImport, appendInt(appendString(nil, opsetDomain, ""), opsetVersion, Opset))
	for _, k := range slices.Sorted(maps.Keys(e.opt.Metadata)) {
		b = appendBytes(b, modelMetadata, appendString(appendString(nil, entryKey, k), entryValue, e.opt.Metadata[k]))
	}
	return b
}
