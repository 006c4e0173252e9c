package onnx

import (
	"fmt"
	"slices"

	"quorum/segment/graph"
)

// node writes the ONNX nodes that compute n.
func (e *encoder) node(n *graph.Node) error {
	var in []string
	for _, v := range n.In {
		in = append(in, e.name(v))
	}
	dims, err := e.infer(n)
	if err != nil {
		return err
	}
	e.dims[n.Out] = dims
	out := e.name(n.Out)

	switch n.Op {
	case graph.OpSpaceToDepth:
		e.spaceToDepth(n, in[0], out)
		return nil
	case graph.OpDepthToSpace:
		e.depthToSpace(n, in[0], out)
		return nil
	case graph.OpGreater:
		e.bools[n.Out] = e.emit(out+"/bool", "Greater", in)
		e.nodes = appendNode(e.nodes, "Cast", []string{e.bools[n.Out]}, out, intAttribute("to", typeFloat))
		return nil
	case graph.OpWhere:
		in[0] = e.boolean(n.In[0])
	case graph.OpReshape:
		in = append(in, e.shapeInput(dims))
	case graph.OpReduceSum:
		in = append(in, e.ints(n.Attr.Axes...))
	case graph.OpSlice:
		in = append(in, e.sliceInputs(n)...)
	case graph.OpExpand:
		in = append(in, e.ints(n.Attr.Shape...))
	case graph.OpPad:
		in = append(in, e.ints(append(slices.Clone(n.Attr.Before), n.Attr.After...)...))
	}
	op, attributes, err := operator(n)
	if err != nil {
		return err
	}
	e.nodes = appendNode(e.nodes, op, in, out, attributes...)
	return nil
}

// operator is the ONNX operator of n and its attributes.
func operator(n *graph.Node) (string, []attribute, error) {
	switch n.Op {
	case graph.OpConv:
		p := n.Attr.Pad
		return "Conv", []attribute{
			intsAttribute("kernel_shape", n.In[1].Shape[2:]...),
			intsAttribute("pads", p, p, p, p, p, p),
		}, nil
	case graph.OpInstanceNorm:
		return "InstanceNormalization", []attribute{floatAttribute("epsilon", n.Attr.Epsilon)}, nil
	case graph.OpLeakyRelu:
		return "LeakyRelu", []attribute{floatAttribute("alpha", n.Attr.Alpha)}, nil
	case graph.OpTranspose:
		return "Transpose", []attribute{intsAttribute("perm", n.Attr.Perm...)}, nil
	case graph.OpConcat:
		return "Concat", []attribute{intAttribute("axis", n.Attr.Axis)}, nil
	case graph.OpSlice:
		if single(n) {
			return "Gather", []attribute{intAttribute("axis", n.Attr.Axis)}, nil
		}
		return "Slice", nil, nil
	case graph.OpReduceSum:
		return "ReduceSum", []attribute{intAttribute("keepdims", 1)}, nil
	case graph.OpStop:
		return "Identity", nil, nil
	case graph.OpAdd, graph.OpSub, graph.OpMul, graph.OpDiv, graph.OpWhere, graph.OpMatMul, graph.OpReshape, graph.OpSigmoid,
		graph.OpSoftplus, graph.OpSqrt, graph.OpAbs, graph.OpExpand, graph.OpPad:
		return string(n.Op), nil, nil
	default:
		return "", nil, fmt.Errorf("operation %q has no ONNX form here", n.Op)
	}
}

// single says whether a slice takes one index. That is written as Gather: OpenVINO 2025.4 turns slices that take an axis apart into one
// VariadicSplit, and fails on it ("Default output not supported").
func single(n *graph.Node) bool { return n.Attr.End-n.Attr.Start == 1 }

func (e *encoder) sliceInputs(n *graph.Node) []string {
	if single(n) {
		return []string{e.ints(n.Attr.Start)}
	}
	return []string{e.ints(n.Attr.Start), e.ints(n.Attr.End), e.ints(n.Attr.Axis)}
}

// boolean is v ≠ 0 as a tensor of bool.
func (e *encoder) boolean(v *graph.Value) string {
	s, ok := e.bools[v]
	if !ok {
		s = e.emit(e.name(v)+"/bool", "Cast", []string{e.name(v)}, intAttribute("to", typeBool))
		e.bools[v] = s
	}
	return s
}

// spaceToDepth writes channel ((c·2+di)·2+dj)·2+dk in two transpositions: rows of W first, as whole pieces, then pairs along W. On the
// CPU this takes half the time of one transposition of eight axes.
func (e *encoder) spaceToDepth(n *graph.Node, in, out string) {
	x, y := e.dims[n.In[0]], e.dims[n.Out]
	two, items := dim{size: 2}, x[0].size*x[1].size
	voxels := dim{y[2].size * y[3].size * y[4].size, slices.Concat(y[2].extents, y[3].extents, y[4].extents)}
	rows := []dim{{size: items}, y[2], two, y[3], two, x[4]}
	pairs := []dim{{size: 4 * items}, voxels, two}
	s := e.emit(out+"/rows", "Reshape", []string{in, e.shapeInput(rows)})
	s = e.emit(out+"/rows/move", "Transpose", []string{s}, intsAttribute("perm", 0, 2, 4, 1, 3, 5))
	s = e.emit(out+"/pairs", "Reshape", []string{s, e.shapeInput(pairs)})
	s = e.emit(out+"/pairs/move", "Transpose", []string{s}, intsAttribute("perm", 0, 2, 1))
	e.nodes = appendNode(e.nodes, "Reshape", []string{s, e.shapeInput(y)}, out)
}

// depthToSpace is the inverse, in one transposition, since two are no faster here.
func (e *encoder) depthToSpace(n *graph.Node, in, out string) {
	x, y := e.dims[n.In[0]], e.dims[n.Out]
	two := dim{size: 2}
	s := e.emit(out+"/split", "Reshape", []string{in, e.shapeInput([]dim{x[0], y[1], two, two, two, x[2], x[3], x[4]})})
	s = e.emit(out+"/split/move", "Transpose", []string{s}, intsAttribute("perm", 0, 1, 5, 2, 6, 3, 7, 4))
	e.nodes = appendNode(e.nodes, "Reshape", []string{s, e.shapeInput(y)}, out)
}
