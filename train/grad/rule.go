package grad

import (
	"slices"

	"quorum/segment/graph"
)

// tape is what a rule works with: node n with the derivative dy of its output. needs(i) says whether operand i needs a derivative, so
// that costly ones are left out.
type tape struct {
	*graph.Graph
	n       *graph.Node
	dy      *graph.Value
	reaches map[*graph.Value]bool
}

func (t tape) in(i int) *graph.Value { return t.n.In[i] }
func (t tape) needs(i int) bool      { return t.reaches[t.n.In[i]] }
func (t tape) number(x float32) *graph.Value {
	return t.Const([]float32{x})
}

// rules give the derivative for each operand, nil for none.
var rules = map[graph.Op]func(tape) []*graph.Value{
	graph.OpConv:         conv,
	graph.OpInstanceNorm: instanceNorm,
	graph.OpLeakyRelu: func(t tape) []*graph.Value {
		// The result has the sign of the operand, which then need not be kept in memory. Where would take twice as long.
		a := t.n.Attr.Alpha
		positive := t.Greater(t.n.Out, t.number(0))
		return one(t.Mul(t.dy, t.Add(t.Mul(positive, t.number(1-a)), t.number(a))))
	},
	graph.OpSpaceToDepth: func(t tape) []*graph.Value { return one(t.DepthToSpace(t.dy)) },
	graph.OpDepthToSpace: func(t tape) []*graph.Value { return one(t.SpaceToDepth(t.dy)) },
	graph.OpAdd:          func(t tape) []*graph.Value { return []*graph.Value{t.fit(0, t.dy), t.fit(1, t.dy)} },
	graph.OpSub: func(t tape) []*graph.Value {
		return []*graph.Value{t.fit(0, t.dy), t.fit(1, t.Mul(t.dy, t.number(-1)))}
	},
	graph.OpMul: func(t tape) []*graph.Value {
		return []*graph.Value{t.fit(0, t.Mul(t.dy, t.in(1))), t.fit(1, t.Mul(t.dy, t.in(0)))}
	},
	graph.OpDiv: func(t tape) []*graph.Value {
		da := t.Div(t.dy, t.in(1))
		return []*graph.Value{t.fit(0, da), t.fit(1, t.Mul(t.Mul(da, t.n.Out), t.number(-1)))}
	},
	graph.OpGreater: func(tape) []*graph.Value { return []*graph.Value{nil, nil} },
	graph.OpWhere: func(t tape) []*graph.Value {
		zero := t.number(0)
		return []*graph.Value{nil, t.fit(1, t.Where(t.in(0), t.dy, zero)), t.fit(2, t.Where(t.in(0), zero, t.dy))}
	},
	graph.OpReduceSum: func(t tape) []*graph.Value { return one(t.Expand(t.dy, t.in(0).Shape...)) },
	graph.OpExpand:    func(t tape) []*graph.Value { return one(t.fit(0, t.dy)) },
	graph.OpMatMul: func(t tape) []*graph.Value {
		return []*graph.Value{
			t.fit(0, t.MatMul(t.dy, swapLast(t, t.in(1)))),
			t.fit(1, t.MatMul(swapLast(t, t.in(0)), t.dy)),
		}
	},
	graph.OpReshape:   func(t tape) []*graph.Value { return one(t.Reshape(t.dy, t.in(0).Shape...)) },
	graph.OpTranspose: func(t tape) []*graph.Value { return one(t.Transpose(t.dy, inverse(t.n.Attr.Perm)...)) },
	graph.OpSlice: func(t tape) []*graph.Value {
		a := t.n.Attr
		before, after := make([]int, len(t.dy.Shape)), make([]int, len(t.dy.Shape))
		before[a.Axis], after[a.Axis] = a.Start, t.in(0).Shape[a.Axis]-a.End
		return one(t.Pad(t.dy, before, after))
	},
	graph.OpPad: func(t tape) []*graph.Value {
		dx := t.dy
		for axis, start := range t.n.Attr.Before {
			if side := t.in(0).Shape[axis]; side != dx.Shape[axis] {
				dx = t.Slice(dx, axis, start, start+side)
			}
		}
		return one(dx)
	},
	graph.OpConcat: concat,
	graph.OpSigmoid: func(t tape) []*graph.Value {
		return one(t.Mul(t.dy, t.Mul(t.n.Out, t.Sub(t.number(1), t.n.Out))))
	},
	graph.OpAbs: func(t tape) []*graph.Value { // 0 where the operand is, as in PyTorch
		zero := t.number(0)
		negative := t.Where(t.Greater(zero, t.in(0)), t.Mul(t.dy, t.number(-1)), zero)
		return one(t.Where(t.Greater(t.in(0), zero), t.dy, negative))
	},
	graph.OpSoftplus: func(t tape) []*graph.Value { return one(t.Mul(t.dy, t.Sigmoid(t.in(0)))) },
	graph.OpSqrt:     func(t tape) []*graph.Value { return one(t.Div(t.dy, t.Mul(t.n.Out, t.number(2)))) },
}

func one(v *graph.Value) []*graph.Value { return []*graph.Value{v} }

// fit adds up dx over the axes along which operand i was broadcast.
func (t tape) fit(i int, dx *graph.Value) *graph.Value {
	if !t.needs(i) {
		return nil
	}
	shape := t.in(i).Shape
	extra := len(dx.Shape) - len(shape)
	var axes []int
	for a, d := range dx.Shape {
		if a < extra || shape[a-extra] == 1 && d > 1 {
			axes = append(axes, a)
		}
	}
	if len(axes) > 0 {
		dx = t.ReduceSum(dx, axes...)
	}
	if !slices.Equal(dx.Shape, shape) {
		dx = t.Reshape(dx, shape...)
	}
	return dx
}

func concat(t tape) []*graph.Value {
	out := make([]*graph.Value, len(t.n.In))
	at := 0
	for i, v := range t.n.In {
		side := v.Shape[t.n.Attr.Axis]
		if t.needs(i) {
			out[i] = t.Slice(t.dy, t.n.Attr.Axis, at, at+side)
		}
		at += side
	}
	return out
}

// instanceNorm: with x̂ = (x−μ)/σ and dn = dy·γ, dx = (dn − mean(dn) − x̂·mean(dn·x̂))/σ, dγ = Σ dy·x̂, dβ = Σ dy.
func instanceNorm(t tape) []*graph.Value {
	x, scale := t.in(0), t.in(1)
	channels := x.Shape[1]
	var axes []int
	along := make([]int, len(x.Shape))
	for a := range x.Shape {
		along[a] = 1
		if a > 1 {
			axes = append(axes, a)
		}
	}
	along[1] = channels
	count := float32(graph.Size(x.Shape[2:]))
	mean := func(v *graph.Value) *graph.Value { return t.Mul(t.ReduceSum(v, axes...), t.number(1/count)) }

	centred := t.Sub(x, mean(x))
	inverse := t.Div(t.number(1), t.Sqrt(t.Add(mean(t.Mul(centred, centred)), t.number(t.n.Attr.Epsilon))))
	normal := t.Mul(centred, inverse)
	meanDy, meanDyNormal := mean(t.dy), mean(t.Mul(t.dy, normal))

	out := make([]*graph.Value, 3)
	if t.needs(0) {
		inner := t.Sub(t.Sub(t.dy, meanDy), t.Mul(normal, meanDyNormal))
		out[0] = t.Mul(inner, t.Mul(inverse, t.Reshape(scale, along...)))
	}
	perChannel := func(m *graph.Value) *graph.Value {
		return t.Reshape(t.Mul(t.ReduceSum(m, 0), t.number(count)), channels)
	}
	if t.needs(1) {
		out[1] = perChannel(meanDyNormal)
	}
	if t.needs(2) {
		out[2] = perChannel(meanDy)
	}
	return out
}

func swapLast(t tape, v *graph.Value) *graph.Value {
	perm := make([]int, len(v.Shape))
	for i := range perm {
		perm[i] = i
	}
	n := len(perm)
	perm[n-1], perm[n-2] = n-2, n-1
	return t.Transpose(v, perm...)
}

func inverse(perm []int) []int {
	out := make([]int, len(perm))
	for i, p := range perm {
		out[p] = i
	}
	return out
}
