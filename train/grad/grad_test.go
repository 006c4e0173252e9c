package grad

import (
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"quorum/segment/graph"
	"quorum/segment/graph/interp"
	"quorum/segment/ort"
	"quorum/sharedtest"
)

// function is a formula with an example of every operand. Operands are kept away from places where it has a kink.
type function struct {
	shapes [][]int
	make   func(g *graph.Graph, v []*graph.Value) *graph.Value
}

// functions has one entry or more for every operation with a rule.
var functions = map[string]function{
	"Conv": {[][]int{{2, 3, 2, 3, 4}, {2, 3, 3, 3, 3}, {2}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Conv(v[0], v[1], v[2], 1) }},
	"Conv 1³": {[][]int{{2, 3, 2, 3, 4}, {5, 3, 1, 1, 1}, {5}}, func(g *graph.Graph, v []*graph.Value) *graph.Value {
		return g.Conv(v[0], v[1], v[2], 0)
	}},
	"Conv, one item, no bias, no padding": {[][]int{{1, 2, 4, 3, 5}, {3, 2, 3, 3, 3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value {
		return g.Conv(v[0], v[1], nil, 0)
	}},
	"Conv 2³, padded": {[][]int{{1, 2, 2, 3, 4}, {3, 2, 2, 2, 2}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Conv(v[0], v[1], nil, 1) }},
	"InstanceNorm": {[][]int{{2, 3, 2, 3, 4}, {3}, {3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value {
		return g.InstanceNorm(v[0], v[1], v[2], 1e-2)
	}},
	"LeakyRelu":    {[][]int{{3, 4}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.LeakyRelu(v[0], 0.25) }},
	"SpaceToDepth": {[][]int{{2, 2, 2, 4, 6}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.SpaceToDepth(v[0]) }},
	"DepthToSpace": {[][]int{{2, 16, 1, 2, 3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.DepthToSpace(v[0]) }},
	"Add":          {[][]int{{2, 1, 3}, {4, 1}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Add(v[0], v[1]) }},
	"Sub":          {[][]int{{3}, {2, 3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Sub(v[0], v[1]) }},
	"Mul":          {[][]int{{2, 1, 3}, {4, 1}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Mul(v[0], v[1]) }},
	"Mul, square":  {[][]int{{2, 3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Mul(v[0], v[0]) }},
	"Div":          {[][]int{{2, 1, 3}, {4, 1}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Div(v[0], v[1]) }},
	"Greater": {[][]int{{2, 3}, {2, 3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value {
		return g.Add(g.Greater(v[0], v[1]), v[0])
	}},
	"Where": {[][]int{{2, 1}, {2, 3}, {3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value {
		return g.Where(g.Greater(v[0], g.Const([]float32{0})), v[1], v[2])
	}},
	"ReduceSum":    {[][]int{{2, 3, 4}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.ReduceSum(v[0], 0, 2) }},
	"Expand":       {[][]int{{3, 1}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Expand(v[0], 2, 3, 4) }},
	"MatMul":       {[][]int{{2, 3}, {3, 4}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.MatMul(v[0], v[1]) }},
	"MatMul batch": {[][]int{{5, 1, 2, 3}, {2, 3, 4}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.MatMul(v[0], v[1]) }},
	"Reshape":      {[][]int{{2, 6}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Reshape(v[0], 3, 4) }},
	"Transpose":    {[][]int{{2, 3, 4}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Transpose(v[0], 2, 0, 1) }},
	"Slice":        {[][]int{{2, 5}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Slice(v[0], 1, 1, 4) }},
	"Pad":          {[][]int{{2, 3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Pad(v[0], []int{1, 0}, []int{0, 2}) }},
	"Concat":       {[][]int{{2, 3}, {2, 1}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Concat(1, v[1], v[0], v[1]) }},
	"Sigmoid":      {[][]int{{2, 3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Sigmoid(v[0]) }},
	"Softplus":     {[][]int{{2, 3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Softplus(v[0]) }},
	"Sqrt": {[][]int{{2, 3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value {
		return g.Sqrt(g.Mul(v[0], v[0]))
	}},
	"Abs": {[][]int{{2, 3}}, func(g *graph.Graph, v []*graph.Value) *graph.Value { return g.Abs(v[0]) }},
}

// graph has outputs slope, the derivative along a random direction by the rules, and quotient, the same as a difference quotient of two
// more evaluations in the same graph, so that the interpreter never rounds on the way; and the gradients by themselves.
func (f function) graph(t *testing.T, seed uint64) (*graph.Graph, map[string]graph.Tensor) {
	t.Helper()
	const h = 1.0 / 4096
	r := rand.New(rand.NewPCG(seed, 1))
	in := map[string]graph.Tensor{}
	g, err := graph.Build(func(g *graph.Graph) {
		var x, direction, ahead, behind []*graph.Value
		for i, shape := range f.shapes {
			x = append(x, g.Input(string(rune('a'+i)), shape...))
			in[x[i].Name] = away(r, shape)
			direction = append(direction, g.Const(normal(r, shape).Data, shape...))
			step := g.Mul(direction[i], g.Const([]float32{h}))
			ahead, behind = append(ahead, g.Add(x[i], step)), append(behind, g.Sub(x[i], step))
		}
		result := f.make(g, x)
		weights := g.Const(normal(r, result.Shape).Data, result.Shape...)
		number := func(v *graph.Value) *graph.Value { return total(g, g.Mul(v, weights)) }
		var slope *graph.Value
		for i, dx := range Of(g, number(result), x) {
			g.Output("d"+x[i].Name, dx)
			part := total(g, g.Mul(dx, direction[i]))
			if slope == nil {
				slope = part
				continue
			}
			slope = g.Add(slope, part)
		}
		g.Output("slope", slope)
		difference := g.Sub(number(f.make(g, ahead)), number(f.make(g, behind)))
		g.Output("quotient", g.Mul(difference, g.Const([]float32{1 / (2 * h)})))
	})
	if err != nil {
		t.Fatal(err)
	}
	return g, in
}

func TestRulesAgainstDifferences(t *testing.T) {
	tried := map[graph.Op]bool{graph.OpStop: true} // see TestStop
	for name, f := range functions {
		for seed := range uint64(3) {
			g, in := f.graph(t, seed)
			for _, n := range g.Nodes {
				tried[n.Op] = true
			}
			out, err := interp.Run(t.Context(), g, nil, in)
			if err != nil {
				t.Fatal(err)
			}
			a, b := float64(out["slope"].Data[0]), float64(out["quotient"].Data[0])
			if !(math.Abs(a-b) <= 1e-5*max(1, math.Abs(b))) {
				t.Errorf("%s: derivative %g, difference quotient %g", name, a, b)
			}
		}
	}
	for op := range rules {
		if _, listed := functions[string(op)]; !tried[op] || !listed {
			t.Errorf("the rule for %s is not tested", op)
		}
	}
}

func TestRulesOnRuntime(t *testing.T) {
	r, err := ort.Open(t.Context(), ort.Options{Device: ort.CPU})
	if missing := (*ort.LibraryError)(nil); errors.As(err, &missing) && errors.Is(err, fs.ErrNotExist) {
		sharedtest.Lacking(t, "needs the native library: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // nothing is kept
	for name, f := range functions {
		g, in := f.graph(t, 9)
		want, err := interp.Run(t.Context(), g, nil, in)
		if err != nil {
			t.Fatal(err)
		}
		p, err := r.Compile(t.Context(), g, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := p.Run(t.Context(), in)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		delete(got, "quotient") // a difference of nearly equal numbers
		for output, a := range got {
			for i, x := range a.Data {
				if b := want[output].Data[i]; !(math.Abs(float64(x-b)) <= 1e-4*max(1, math.Abs(float64(b)))) {
					t.Errorf("%s: %s[%d] is %g, want %g", name, output, i, x, b)
				}
			}
		}
	}
}

// values runs a graph without parameters.
func values(t *testing.T, in map[string]graph.Tensor, f func(g *graph.Graph)) map[string]graph.Tensor {
	t.Helper()
	g, err := graph.Build(f)
	if err != nil {
		t.Fatal(err)
	}
	out, err := interp.Run(t.Context(), g, nil, in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestStop(t *testing.T) {
	in := map[string]graph.Tensor{"x": {Shape: []int{1}, Data: []float32{3}}}
	out := values(t, in, func(g *graph.Graph) {
		x := g.Input("x", 1)
		g.Output("d", Of(g, g.Mul(x, g.Stop(g.Mul(x, x))), []*graph.Value{x})[0])
	})
	if got := out["d"].Data[0]; got != 9 {
		t.Errorf("d x·stop(x²) at 3 is %g, want 9", got)
	}
}

// TestParts: derivatives for results of nodes, one of which the other is made from, for a value used twice, and for one that is not used.
func TestParts(t *testing.T) {
	in := map[string]graph.Tensor{"x": {Shape: []int{2}, Data: []float32{3, 5}}}
	out := values(t, in, func(g *graph.Graph) {
		x := g.Input("x", 2)
		a, b := g.Slice(x, 0, 0, 1), g.Slice(x, 0, 1, 2)
		square := g.Mul(a, a)
		y := g.Add(g.Mul(square, b), a)
		for i, d := range Of(g, y, []*graph.Value{x, a, square, g.Const(make([]float32, 6), 2, 3)}) {
			g.Output(string(rune('0'+i)), d)
		}
	})
	for name, want := range map[string][]float32{"0": {31, 9}, "1": {31}, "2": {5}, "3": make([]float32, 6)} {
		if got := out[name].Data; !slices.Equal(got, want) {
			t.Errorf("derivative %s is %v, want %v", name, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for name, f := range map[string]func(g *graph.Graph, x *graph.Value) *graph.Value{
		"two numbers": func(_ *graph.Graph, x *graph.Value) *graph.Value { return x },
		"no rule": func(g *graph.Graph, x *graph.Value) *graph.Value {
			y := g.ReduceSum(g.Sigmoid(x), 0)
			g.Nodes[0].Op = "Erf"
			return y
		},
	} {
		_, err := graph.Build(func(g *graph.Graph) {
			x := g.Input("x", 2)
			g.Output("d", Of(g, f(g, x), []*graph.Value{x})[0])
		})
		if shape := (*graph.ShapeError)(nil); !errors.As(err, &shape) {
			t.Errorf("%s: error %v, want a ShapeError", name, err)
		}
	}
}

// total is the sum of all values, as one number.
func total(g *graph.Graph, v *graph.Value) *graph.Value {
	return g.ReduceSum(g.Reshape(v, graph.Size(v.Shape)), 0)
}

func normal(r *rand.Rand, shape []int) graph.Tensor {
	t := graph.Tensor{Shape: shape, Data: make([]float32, graph.Size(shape))}
	for i := range t.Data {
		t.Data[i] = float32(r.NormFloat64())
	}
	return t
}

// away are random values at least 1/8 from zero.
func away(r *rand.Rand, shape []int) graph.Tensor {
	t := normal(r, shape)
	for i, x := range t.Data {
		t.Data[i] = x + float32(math.Copysign(0.125, float64(x)))
	}
	return t
}
