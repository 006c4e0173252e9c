package interp

import (
	"math"
	"slices"

	"quorum/segment/graph"
)

// rules compute the values of a node's result, whose shape the graph knows, from its operands.
var rules = map[graph.Op]func(n *graph.Node, in []array) []float64{
	graph.OpConv:         conv,
	graph.OpInstanceNorm: instanceNorm,
	graph.OpLeakyRelu: each(func(n *graph.Node, v []float64) float64 {
		if v[0] < 0 {
			return float64(n.Attr.Alpha) * v[0]
		}
		return v[0]
	}),
	graph.OpSigmoid: each(func(_ *graph.Node, v []float64) float64 { return 1 / (1 + math.Exp(-v[0])) }),
	graph.OpSoftplus: each(func(_ *graph.Node, v []float64) float64 {
		return max(v[0], 0) + math.Log1p(math.Exp(-math.Abs(v[0])))
	}),
	graph.OpSqrt: each(func(_ *graph.Node, v []float64) float64 { return math.Sqrt(v[0]) }),
	graph.OpAbs:  each(func(_ *graph.Node, v []float64) float64 { return math.Abs(v[0]) }),
	graph.OpAdd:  each(func(_ *graph.Node, v []float64) float64 { return v[0] + v[1] }),
	graph.OpSub:  each(func(_ *graph.Node, v []float64) float64 { return v[0] - v[1] }),
	graph.OpMul:  each(func(_ *graph.Node, v []float64) float64 { return v[0] * v[1] }),
	graph.OpDiv:  each(func(_ *graph.Node, v []float64) float64 { return v[0] / v[1] }),
	graph.OpGreater: each(func(_ *graph.Node, v []float64) float64 {
		if v[0] > v[1] {
			return 1
		}
		return 0
	}),
	graph.OpWhere: each(func(_ *graph.Node, v []float64) float64 {
		if v[0] != 0 {
			return v[1]
		}
		return v[2]
	}),
	graph.OpReduceSum: reduceSum,
	graph.OpMatMul:    matMul,
	graph.OpReshape:   func(_ *graph.Node, in []array) []float64 { return in[0].data },
	graph.OpTranspose: func(n *graph.Node, in []array) []float64 {
		stride := make([]int, len(n.Attr.Perm))
		for i, p := range n.Attr.Perm {
			stride[i] = strides(in[0].shape)[p]
		}
		return gather(in[0].data, 0, n.Out.Shape, stride)
	},
	graph.OpSlice: func(n *graph.Node, in []array) []float64 {
		stride := strides(in[0].shape)
		return gather(in[0].data, n.Attr.Start*stride[n.Attr.Axis], n.Out.Shape, stride)
	},
	graph.OpExpand:       func(n *graph.Node, in []array) []float64 { return spread(in[0], n.Out.Shape) },
	graph.OpPad:          pad,
	graph.OpStop:         func(_ *graph.Node, in []array) []float64 { return in[0].data },
	graph.OpConcat:       concat,
	graph.OpSpaceToDepth: spaceToDepth,
	graph.OpDepthToSpace: depthToSpace,
}

// strides are the steps in memory along each axis.
func strides(shape []int) []int {
	s := make([]int, len(shape))
	step := 1
	for i := len(shape) - 1; i >= 0; i-- {
		s[i] = step
		step *= shape[i]
	}
	return s
}

// walk visits every index of shape, last axis fastest.
func walk(shape []int, visit func(flat int, index []int)) {
	index := make([]int, len(shape))
	for flat := range graph.Size(shape) {
		visit(flat, index)
		for i := len(shape) - 1; i >= 0; i-- {
			if index[i]++; index[i] < shape[i] {
				break
			}
			index[i] = 0
		}
	}
}

// gather reads data from offset on by strides: transposing, slicing and broadcasting are nothing else.
func gather(data []float64, offset int, shape, stride []int) []float64 {
	out := make([]float64, graph.Size(shape))
	walk(shape, func(flat int, index []int) {
		at := offset
		for i, x := range index {
			at += x * stride[i]
		}
		out[flat] = data[at]
	})
	return out
}

// spread repeats a along the axes that it lacks or has with side 1, to the whole shape.
func spread(a array, shape []int) []float64 {
	if slices.Equal(a.shape, shape) {
		return a.data
	}
	stride := make([]int, len(shape))
	missing := len(shape) - len(a.shape)
	for i, s := range strides(a.shape) {
		if a.shape[i] > 1 {
			stride[missing+i] = s
		}
	}
	return gather(a.data, 0, shape, stride)
}

// each applies f to the broadcast operands value by value.
func each(f func(n *graph.Node, v []float64) float64) func(*graph.Node, []array) []float64 {
	return func(n *graph.Node, in []array) []float64 {
		wide := make([][]float64, len(in))
		for i, a := range in {
			wide[i] = spread(a, n.Out.Shape)
		}
		out := make([]float64, graph.Size(n.Out.Shape))
		v := make([]float64, len(in))
		for i := range out {
			for k := range wide {
				v[k] = wide[k][i]
			}
			out[i] = f(n, v)
		}
		return out
	}
}

func reduceSum(n *graph.Node, in []array) []float64 {
	stride := strides(n.Out.Shape)
	for _, a := range n.Attr.Axes {
		stride[a] = 0
	}
	out := make([]float64, graph.Size(n.Out.Shape))
	walk(in[0].shape, func(flat int, index []int) {
		at := 0
		for i, x := range index {
			at += x * stride[i]
		}
		out[at] += in[0].data[flat]
	})
	return out
}

func matMul(n *graph.Node, in []array) []float64 {
	a, b, shape := in[0], in[1], n.Out.Shape
	axes := len(shape)
	rows, columns, inner := shape[axes-2], shape[axes-1], a.shape[len(a.shape)-1]
	left := spread(a, append(slices.Clone(shape[:axes-2]), rows, inner))
	right := spread(b, append(slices.Clone(shape[:axes-2]), inner, columns))
	out := make([]float64, graph.Size(shape))
	for row := range len(out) / columns { // over the batch too
		right := right[row/rows*inner*columns:]
		for k, x := range left[row*inner : (row+1)*inner] {
			for c := range columns {
				out[row*columns+c] += x * right[k*columns+c]
			}
		}
	}
	return out
}

func concat(n *graph.Node, in []array) []float64 {
	outer := graph.Size(n.Out.Shape[:n.Attr.Axis])
	out := make([]float64, 0, graph.Size(n.Out.Shape))
	for i := range outer {
		for _, a := range in {
			run := len(a.data) / outer
			out = append(out, a.data[i*run:(i+1)*run]...)
		}
	}
	return out
}

func pad(n *graph.Node, in []array) []float64 {
	stride := strides(n.Out.Shape)
	out := make([]float64, graph.Size(n.Out.Shape))
	walk(in[0].shape, func(flat int, index []int) {
		at := 0
		for i, x := range index {
			at += (x + n.Attr.Before[i]) * stride[i]
		}
		out[at] = in[0].data[flat]
	})
	return out
}

// spaceToDepth reads x [N,C,D,H,W] as [N,C,D/2,2,H/2,2,W/2,2] and brings the twos behind the channel.
func spaceToDepth(n *graph.Node, in []array) []float64 {
	x, s := in[0].shape, strides(in[0].shape)
	return gather(in[0].data, 0,
		[]int{x[0], x[1], 2, 2, 2, x[2] / 2, x[3] / 2, x[4] / 2},
		[]int{s[0], s[1], s[2], s[3], s[4], 2 * s[2], 2 * s[3], 2 * s[4]})
}

// depthToSpace reads x [N,8C,D,H,W] as [N,C,2,2,2,D,H,W] and brings each two behind its axis.
func depthToSpace(n *graph.Node, in []array) []float64 {
	x, s := in[0].shape, strides(in[0].shape)
	return gather(in[0].data, 0,
		[]int{x[0], x[1] / 8, x[2], 2, x[3], 2, x[4], 2},
		[]int{s[0], 8 * s[1], s[2], 4 * s[1], s[3], 2 * s[1], s[4], s[1]})
}
