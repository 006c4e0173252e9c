package graph

import (
	"fmt"
	"slices"
)

// node adds an operation, checked by its method, and gives its result a readable name.
func (g *Graph) node(op Op, attr Attr, shape []int, in ...*Value) *Value {
	out := &Value{Name: g.fresh(hints[op]), Kind: Result, Shape: shape, graph: g}
	n := &Node{Op: op, In: in, Out: out, Attr: attr}
	out.Node = n
	g.names[out.Name] = out
	g.Nodes = append(g.Nodes, n)
	return out
}

// hints are the last part of a result's name.
var hints = map[Op]string{
	OpConv: "conv", OpInstanceNorm: "norm", OpLeakyRelu: "relu", OpSpaceToDepth: "s2d", OpDepthToSpace: "d2s",
	OpAdd: "add", OpSub: "sub", OpMul: "mul", OpDiv: "div", OpGreater: "greater", OpWhere: "where", OpReduceSum: "sum",
	OpMatMul: "matmul", OpReshape: "reshape", OpTranspose: "transpose", OpSlice: "slice", OpConcat: "concat", OpSigmoid: "sigmoid",
	OpSoftplus: "softplus", OpSqrt: "sqrt", OpAbs: "abs", OpExpand: "expand", OpPad: "pad", OpStop: "stop",
}

// need panics with a ShapeError about the operands unless ok, and refuses operands of another graph.
func (g *Graph) need(ok bool, op Op, reason string, in ...*Value) {
	shapes := make([][]int, len(in))
	for i, v := range in {
		g.own(v)
		shapes[i] = v.Shape
	}
	if !ok {
		panic(&ShapeError{Op: op, Node: g.fresh(hints[op]), Shapes: shapes, Reason: reason})
	}
}

// Conv is the 3-D convolution (cross-correlation) of x [N,C,D,H,W] with w [O,C,k,k,k], stride 1, pad zeros on every side.
// bias [O] may be nil.
func (g *Graph) Conv(x, w, bias *Value, pad int) *Value {
	in := []*Value{x, w}
	if bias != nil {
		in = append(in, bias)
	}
	g.need(len(x.Shape) == 5 && len(w.Shape) == 5, OpConv, "image and kernel must have five axes", in...)
	k := w.Shape[2]
	g.need(w.Shape[3] == k && w.Shape[4] == k, OpConv, "the kernel must be a cube", in...)
	g.need(x.Shape[1] == w.Shape[1], OpConv, fmt.Sprintf("the image has %d channels, the kernel takes %d", x.Shape[1], w.Shape[1]), in...)
	g.need(bias == nil || slices.Equal(bias.Shape, w.Shape[:1]), OpConv, "the bias must have one value per output channel", in...)
	shape := []int{x.Shape[0], w.Shape[0], 0, 0, 0}
	for i := 2; i < 5; i++ {
		shape[i] = x.Shape[i] + 2*pad - k + 1
		g.need(pad >= 0 && shape[i] > 0, OpConv, fmt.Sprintf("nothing is left with padding %d", pad), in...)
	}
	return g.node(OpConv, Attr{Pad: pad}, shape, in...)
}

// InstanceNorm brings every channel of every item of x [N,C,…] to mean 0 and variance 1 (biased, plus epsilon), then applies scale
// and bias [C].
func (g *Graph) InstanceNorm(x, scale, bias *Value, epsilon float32) *Value {
	g.need(len(x.Shape) > 2, OpInstanceNorm, "the image needs at least one spatial axis", x, scale, bias)
	g.need(slices.Equal(scale.Shape, x.Shape[1:2]) && slices.Equal(bias.Shape, x.Shape[1:2]), OpInstanceNorm, "scale and bias need one value per channel", x, scale, bias)
	return g.node(OpInstanceNorm, Attr{Epsilon: epsilon}, x.Shape, x, scale, bias)
}

// LeakyRelu is x where x ≥ 0 and alpha·x elsewhere.
func (g *Graph) LeakyRelu(x *Value, alpha float32) *Value {
	g.need(true, OpLeakyRelu, "", x)
	return g.node(OpLeakyRelu, Attr{Alpha: alpha}, x.Shape, x)
}

// SpaceToDepth turns [N,C,D,H,W] into [N,8C,D/2,H/2,W/2]; channel ((c·2+di)·2+dj)·2+dk.
func (g *Graph) SpaceToDepth(x *Value) *Value {
	g.need(len(x.Shape) == 5, OpSpaceToDepth, "needs five axes", x)
	s := x.Shape
	g.need(s[2]%2 == 0 && s[3]%2 == 0 && s[4]%2 == 0, OpSpaceToDepth, "the spatial sides must be even", x)
	return g.node(OpSpaceToDepth, Attr{}, []int{s[0], 8 * s[1], s[2] / 2, s[3] / 2, s[4] / 2}, x)
}

// DepthToSpace is the inverse of SpaceToDepth.
func (g *Graph) DepthToSpace(x *Value) *Value {
	g.need(len(x.Shape) == 5, OpDepthToSpace, "needs five axes", x)
	s := x.Shape
	g.need(s[1]%8 == 0, OpDepthToSpace, "the number of channels must be a multiple of 8", x)
	return g.node(OpDepthToSpace, Attr{}, []int{s[0], s[1] / 8, 2 * s[2], 2 * s[3], 2 * s[4]}, x)
}

// Add is a + b, broadcast.
func (g *Graph) Add(a, b *Value) *Value { return g.pointwise(OpAdd, a, b) }

// Sub is a − b, broadcast.
func (g *Graph) Sub(a, b *Value) *Value { return g.pointwise(OpSub, a, b) }

// Mul is a · b, broadcast.
func (g *Graph) Mul(a, b *Value) *Value { return g.pointwise(OpMul, a, b) }

// Div is a / b, broadcast.
func (g *Graph) Div(a, b *Value) *Value { return g.pointwise(OpDiv, a, b) }

// Greater is 1 where a > b, else 0, broadcast.
func (g *Graph) Greater(a, b *Value) *Value { return g.pointwise(OpGreater, a, b) }

// Where takes a where condition is not 0, else b, broadcast. What is in the branch not taken, NaN included, does not show.
func (g *Graph) Where(condition, a, b *Value) *Value { return g.pointwise(OpWhere, condition, a, b) }

func (g *Graph) pointwise(op Op, in ...*Value) *Value {
	shape := in[0].Shape
	for _, v := range in[1:] {
		s, ok := Broadcast(shape, v.Shape)
		g.need(ok, op, "sides must be equal, or 1, counted from the last axis", in...)
		shape = s
	}
	return g.node(op, Attr{}, shape, in...)
}

// ReduceSum adds up over the axes, which stay with side 1.
func (g *Graph) ReduceSum(x *Value, axes ...int) *Value {
	shape := slices.Clone(x.Shape)
	g.need(len(axes) > 0, OpReduceSum, "no axis is given", x)
	for _, a := range axes {
		g.need(a >= 0 && a < len(shape), OpReduceSum, fmt.Sprintf("there is no axis %d", a), x)
		shape[a] = 1
	}
	return g.node(OpReduceSum, Attr{Axes: slices.Clone(axes)}, shape, x)
}

// MatMul multiplies the last two axes, [m,k] by [k,n]; axes before them broadcast.
func (g *Graph) MatMul(a, b *Value) *Value {
	la, lb := len(a.Shape)-2, len(b.Shape)-2
	g.need(la >= 0 && lb >= 0, OpMatMul, "both need two axes", a, b)
	g.need(a.Shape[la+1] == b.Shape[lb], OpMatMul, "the inner sides differ", a, b)
	batch, ok := Broadcast(a.Shape[:la], b.Shape[:lb])
	g.need(ok, OpMatMul, "the outer axes do not broadcast", a, b)
	return g.node(OpMatMul, Attr{}, append(slices.Clone(batch), a.Shape[la], b.Shape[lb+1]), a, b)
}

// Reshape reads the same values, row-major, in another shape.
func (g *Graph) Reshape(x *Value, shape ...int) *Value {
	g.need(Size(shape) == Size(x.Shape) && !slices.ContainsFunc(shape, func(d int) bool { return d < 1 }), OpReshape, fmt.Sprintf("%v holds another number of values", shape), x)
	return g.node(OpReshape, Attr{Shape: slices.Clone(shape)}, slices.Clone(shape), x)
}

// Transpose permutes axes: axis i of the result is axis perm[i] of x.
func (g *Graph) Transpose(x *Value, perm ...int) *Value {
	axes := make([]int, len(x.Shape))
	for i := range axes {
		axes[i] = i
	}
	g.need(slices.Equal(slices.Sorted(slices.Values(perm)), axes), OpTranspose, fmt.Sprintf("%v is not a permutation of its axes", perm), x)
	shape := make([]int, len(perm))
	for i, p := range perm {
		shape[i] = x.Shape[p]
	}
	return g.node(OpTranspose, Attr{Perm: slices.Clone(perm)}, shape, x)
}

// Slice is x[start:end] along an axis.
func (g *Graph) Slice(x *Value, axis, start, end int) *Value {
	g.need(axis >= 0 && axis < len(x.Shape), OpSlice, fmt.Sprintf("there is no axis %d", axis), x)
	g.need(0 <= start && start < end && end <= x.Shape[axis], OpSlice, fmt.Sprintf("there is no [%d:%d] along axis %d", start, end, axis), x)
	shape := slices.Clone(x.Shape)
	shape[axis] = end - start
	return g.node(OpSlice, Attr{Axis: axis, Start: start, End: end}, shape, x)
}

// Concat joins along an axis; the other sides must be equal.
func (g *Graph) Concat(axis int, in ...*Value) *Value {
	g.need(len(in) > 0, OpConcat, "nothing is given")
	shape := slices.Clone(in[0].Shape)
	g.need(axis >= 0 && axis < len(shape), OpConcat, fmt.Sprintf("there is no axis %d", axis), in...)
	shape[axis] = 0
	for _, v := range in {
		g.need(len(v.Shape) == len(shape), OpConcat, "the number of axes differs", in...)
		for i, d := range v.Shape {
			g.need(i == axis || d == shape[i], OpConcat, fmt.Sprintf("side %d differs", i), in...)
		}
		shape[axis] += v.Shape[axis]
	}
	return g.node(OpConcat, Attr{Axis: axis}, shape, in...)
}

// Sigmoid is 1/(1+exp(−x)).
func (g *Graph) Sigmoid(x *Value) *Value { return g.unary(OpSigmoid, x) }

// Softplus is log(1+exp(x)), without overflow.
func (g *Graph) Softplus(x *Value) *Value { return g.unary(OpSoftplus, x) }

// Sqrt is the square root; NaN below zero.
func (g *Graph) Sqrt(x *Value) *Value { return g.unary(OpSqrt, x) }

// Abs is |x|.
func (g *Graph) Abs(x *Value) *Value { return g.unary(OpAbs, x) }

// Stop is x, seen as a constant by differentiation.
func (g *Graph) Stop(x *Value) *Value { return g.unary(OpStop, x) }

func (g *Graph) unary(op Op, x *Value) *Value {
	g.need(true, op, "", x)
	return g.node(op, Attr{}, x.Shape, x)
}

// Expand repeats x along the axes that it lacks or has with side 1, to the given shape.
func (g *Graph) Expand(x *Value, shape ...int) *Value {
	common, ok := Broadcast(x.Shape, shape)
	g.need(ok && slices.Equal(common, shape), OpExpand, fmt.Sprintf("it does not broadcast to %v", shape), x)
	return g.node(OpExpand, Attr{Shape: common}, common, x)
}

// Pad puts before and after, numbers of zeros for each axis, around x.
func (g *Graph) Pad(x *Value, before, after []int) *Value {
	negative := func(n int) bool { return n < 0 }
	g.need(len(before) == len(x.Shape) && len(after) == len(x.Shape), OpPad, "the padding needs a number for each axis", x)
	g.need(!slices.ContainsFunc(before, negative) && !slices.ContainsFunc(after, negative), OpPad, "the padding is negative", x)
	shape := slices.Clone(x.Shape)
	for a := range shape {
		shape[a] += before[a] + after[a]
	}
	return g.node(OpPad, Attr{Before: slices.Clone(before), After: slices.Clone(after)}, shape, x)
}
