package interp_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"quorum/segment/graph"
	"quorum/segment/graph/interp"
)

func tensor(shape []int, data ...float32) graph.Tensor { return graph.Tensor{Shape: shape, Data: data} }

// count is 0, 1, 2, … in the given shape.
func count(shape ...int) graph.Tensor {
	t := graph.Tensor{Shape: shape, Data: make([]float32, graph.Size(shape))}
	for i := range t.Data {
		t.Data[i] = float32(i)
	}
	return t
}

var nan = float32(math.NaN())

// TestByHand has one case or more for every operation, with results worked out on paper.
func TestByHand(t *testing.T) {
	type values = []*graph.Value
	for name, c := range map[string]struct {
		in   []graph.Tensor
		make func(g *graph.Graph, v values) *graph.Value
		want []float32
	}{
		"conv 3³ of ones counts neighbours": {
			[]graph.Tensor{tensor([]int{1, 1, 1, 2, 3}, 1, 1, 1, 1, 1, 1), tensor([]int{1, 1, 3, 3, 3}, slices.Repeat([]float32{1}, 27)...), tensor([]int{1}, 0.5)},
			func(g *graph.Graph, v values) *graph.Value { return g.Conv(v[0], v[1], v[2], 1) },
			[]float32{4.5, 6.5, 4.5, 4.5, 6.5, 4.5},
		},
		"conv does not flip: tap 0 of the last axis reads the voxel before": {
			[]graph.Tensor{count(1, 1, 1, 1, 4), tensor([]int{1, 1, 3, 3, 3}, append(make([]float32, 12), append([]float32{1}, make([]float32, 14)...)...)...)},
			func(g *graph.Graph, v values) *graph.Value { return g.Conv(v[0], v[1], nil, 1) },
			[]float32{0, 0, 1, 2},
		},
		"conv kernel axes": { // taps (0,1,1) and (1,0,1): the voxels before along D (step 4) and, times 10, along H (step 2)
			[]graph.Tensor{count(1, 1, 2, 2, 2), tensor([]int{1, 1, 3, 3, 3}, append(append(append(make([]float32, 4), 1), make([]float32, 5)...), append([]float32{10}, make([]float32, 16)...)...)...)},
			func(g *graph.Graph, v values) *graph.Value { return g.Conv(v[0], v[1], nil, 1) },
			[]float32{0, 0, 0, 10, 0, 1, 42, 53},
		},
		"conv without padding": {
			[]graph.Tensor{count(1, 1, 3, 3, 3), tensor([]int{1, 1, 3, 3, 3}, slices.Repeat([]float32{1}, 27)...)},
			func(g *graph.Graph, v values) *graph.Value { return g.Conv(v[0], v[1], nil, 0) },
			[]float32{351},
		},
		"conv 1³ mixes channels": {
			[]graph.Tensor{count(2, 2, 1, 1, 2), tensor([]int{3, 2, 1, 1, 1}, 1, 0, 0, 1, 1, 10), tensor([]int{3}, 0, 0, 100)},
			func(g *graph.Graph, v values) *graph.Value { return g.Conv(v[0], v[1], v[2], 0) },
			[]float32{0, 1, 2, 3, 120, 131, 4, 5, 6, 7, 164, 175},
		},
		"norm": { // channel 0: mean 2, variance 1; channel 1 is constant
			[]graph.Tensor{tensor([]int{1, 2, 1, 1, 2}, 1, 3, 7, 7), tensor([]int{2}, 2, 5), tensor([]int{2}, 10, -1)},
			func(g *graph.Graph, v values) *graph.Value { return g.InstanceNorm(v[0], v[1], v[2], 3) },
			[]float32{9, 11, -1, -1},
		},
		"relu": {
			[]graph.Tensor{tensor([]int{3}, -2, 0, 2)},
			func(g *graph.Graph, v values) *graph.Value { return g.LeakyRelu(v[0], 0.5) },
			[]float32{-1, 0, 2},
		},
		"sigmoid": {
			[]graph.Tensor{tensor([]int{5}, 0, float32(math.Log(3)), -float32(math.Log(3)), 1000, -1000)},
			func(g *graph.Graph, v values) *graph.Value { return g.Sigmoid(v[0]) },
			[]float32{0.5, 0.75, 0.25, 1, 0},
		},
		"softplus neither overflows nor vanishes": {
			[]graph.Tensor{tensor([]int{4}, 0, 1000, -1000, -20)},
			func(g *graph.Graph, v values) *graph.Value { return g.Softplus(v[0]) },
			[]float32{float32(math.Ln2), 1000, 0, 2.0611536e-09},
		},
		"sqrt": {
			[]graph.Tensor{tensor([]int{3}, 0, 9, -1)},
			func(g *graph.Graph, v values) *graph.Value { return g.Sqrt(v[0]) },
			[]float32{0, 3, nan},
		},
		"abs": {
			[]graph.Tensor{tensor([]int{3}, 0, 9, -1)},
			func(g *graph.Graph, v values) *graph.Value { return g.Abs(v[0]) },
			[]float32{0, 9, 1},
		},
		"stop": {
			[]graph.Tensor{count(3)},
			func(g *graph.Graph, v values) *graph.Value { return g.Stop(v[0]) },
			[]float32{0, 1, 2},
		},
		"expand": {
			[]graph.Tensor{count(2, 1)},
			func(g *graph.Graph, v values) *graph.Value { return g.Expand(v[0], 2, 2, 3) },
			[]float32{0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1},
		},
		"pad": {
			[]graph.Tensor{tensor([]int{2, 2}, 1, 2, 3, 4)},
			func(g *graph.Graph, v values) *graph.Value { return g.Pad(v[0], []int{1, 0}, []int{0, 2}) },
			[]float32{0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0},
		},
		"s2d, channel (di·2+dj)·2+dk": {
			[]graph.Tensor{count(1, 1, 2, 2, 4)},
			func(g *graph.Graph, v values) *graph.Value { return g.SpaceToDepth(v[0]) },
			[]float32{0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15},
		},
		"d2s": {
			[]graph.Tensor{tensor([]int{1, 8, 1, 1, 2}, 0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15)},
			func(g *graph.Graph, v values) *graph.Value { return g.DepthToSpace(v[0]) },
			count(16).Data,
		},
		"d2s undoes s2d": {
			[]graph.Tensor{count(2, 3, 2, 4, 6)},
			func(g *graph.Graph, v values) *graph.Value { return g.DepthToSpace(g.SpaceToDepth(v[0])) },
			count(2 * 3 * 2 * 4 * 6).Data,
		},
		"add": {
			[]graph.Tensor{count(2, 1, 2), tensor([]int{2, 1}, 10, 20)},
			func(g *graph.Graph, v values) *graph.Value { return g.Add(v[0], v[1]) },
			[]float32{10, 11, 20, 21, 12, 13, 22, 23},
		},
		"sub": {
			[]graph.Tensor{tensor([]int{2}, 1, 2), tensor([]int{}, 5)},
			func(g *graph.Graph, v values) *graph.Value { return g.Sub(v[0], v[1]) },
			[]float32{-4, -3},
		},
		"mul": {
			[]graph.Tensor{tensor([]int{2}, 3, nan), tensor([]int{2}, 5, 0)},
			func(g *graph.Graph, v values) *graph.Value { return g.Mul(v[0], v[1]) },
			[]float32{15, nan},
		},
		"div": {
			[]graph.Tensor{tensor([]int{2}, 3, 1), tensor([]int{2}, 2, 0)},
			func(g *graph.Graph, v values) *graph.Value { return g.Div(v[0], v[1]) },
			[]float32{1.5, float32(math.Inf(1))},
		},
		"greater": {
			[]graph.Tensor{tensor([]int{4}, 1, 2, 3, nan), tensor([]int{1}, 2)},
			func(g *graph.Graph, v values) *graph.Value { return g.Greater(v[0], v[1]) },
			[]float32{0, 0, 1, 0},
		},
		"where hides NaN": {
			[]graph.Tensor{tensor([]int{2, 1}, 0, 3), tensor([]int{2, 2}, nan, nan, 1, 2), tensor([]int{2, 2}, 5, 6, nan, nan)},
			func(g *graph.Graph, v values) *graph.Value { return g.Where(v[0], v[1], v[2]) },
			[]float32{5, 6, 1, 2},
		},
		"sum": {
			[]graph.Tensor{count(2, 3, 2)},
			func(g *graph.Graph, v values) *graph.Value { return g.ReduceSum(v[0], 0, 2) },
			[]float32{14, 22, 30},
		},
		"matmul": {
			[]graph.Tensor{count(2, 3), count(3, 2)},
			func(g *graph.Graph, v values) *graph.Value { return g.MatMul(v[0], v[1]) },
			[]float32{10, 13, 28, 40},
		},
		"matmul, one side broadcast": {
			[]graph.Tensor{count(2, 1, 2), tensor([]int{2, 1}, 1, 10)},
			func(g *graph.Graph, v values) *graph.Value { return g.MatMul(v[0], v[1]) },
			[]float32{10, 32},
		},
		"reshape": {
			[]graph.Tensor{count(2, 3)},
			func(g *graph.Graph, v values) *graph.Value { return g.Reshape(v[0], 3, 2) },
			[]float32{0, 1, 2, 3, 4, 5},
		},
		"transpose": {
			[]graph.Tensor{count(2, 3, 2)},
			func(g *graph.Graph, v values) *graph.Value { return g.Transpose(v[0], 1, 2, 0) },
			[]float32{0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11},
		},
		"slice": {
			[]graph.Tensor{count(2, 4)},
			func(g *graph.Graph, v values) *graph.Value { return g.Slice(v[0], 1, 1, 3) },
			[]float32{1, 2, 5, 6},
		},
		"concat": {
			[]graph.Tensor{count(2, 2), tensor([]int{2, 1}, 10, 20)},
			func(g *graph.Graph, v values) *graph.Value { return g.Concat(1, v[1], v[0]) },
			[]float32{10, 0, 1, 20, 2, 3},
		},
		"constant": {
			nil,
			func(g *graph.Graph, _ values) *graph.Value { return g.Const([]float32{1, 2, 3}, 3) },
			[]float32{1, 2, 3},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := map[string]graph.Tensor{}
			g, err := graph.Build(func(g *graph.Graph) {
				var v values
				for i, x := range c.in {
					v = append(v, g.Input(string(rune('a'+i)), x.Shape...))
					in[v[i].Name] = x
				}
				g.Output("out", c.make(g, v))
			})
			if err != nil {
				t.Fatal(err)
			}
			out, err := interp.Run(t.Context(), g, nil, in)
			if err != nil {
				t.Fatal(err)
			}
			same := func(a, b float32) bool { return a == b || math.Abs(float64(a-b)) < 1e-6 || a != a && b != b }
			if got := out["out"]; !slices.EqualFunc(got.Data, c.want, same) || !slices.Equal(got.Shape, g.Outputs[0].Value.Shape) {
				t.Errorf("got %v %v, want %v", got.Shape, got.Data, c.want)
			}
		})
	}
}

// TestConvAgainstDefinition computes the sum as it is written in the textbook.
func TestConvAgainstDefinition(t *testing.T) {
	x, w := count(2, 3, 3, 4, 5), count(2, 3, 3, 3, 3)
	for i := range x.Data {
		x.Data[i] = float32(math.Sin(float64(i)))
	}
	g, err := graph.Build(func(g *graph.Graph) {
		g.Output("y", g.Conv(g.Input("x", x.Shape...), g.Param("w", w.Shape...), nil, 1))
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := interp.Run(t.Context(), g, graph.Weights{"w": w}, map[string]graph.Tensor{"x": x})
	if err != nil {
		t.Fatal(err)
	}
	at := func(n, c, d, h, k int) float64 {
		if d < 0 || d >= 3 || h < 0 || h >= 4 || k < 0 || k >= 5 {
			return 0
		}
		return float64(x.Data[(((n*3+c)*3+d)*4+h)*5+k])
	}
	for i, got := range out["y"].Data {
		k, h, d, o, n := i%5, i/5%4, i/20%3, i/60%2, i/120
		want := 0.0
		for t, v := range w.Data[o*81 : o*81+81] {
			want += float64(v) * at(n, t/27, d+t/9%3-1, h+t/3%3-1, k+t%3-1)
		}
		if math.Abs(float64(got)-want) > 1e-3 {
			t.Fatalf("voxel %d: got %g, want %g", i, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	g, err := graph.Build(func(g *graph.Graph) { g.Output("y", g.Add(g.Input("x", 2), g.Param("w", 2))) })
	if err != nil {
		t.Fatal(err)
	}
	x := map[string]graph.Tensor{"x": count(2)}
	w := graph.Weights{"w": count(2)}
	for name, run := range map[string]func() error{
		`"w"`:       func() error { _, err := interp.Run(t.Context(), g, nil, x); return err },
		`"x"`:       func() error { _, err := interp.Run(t.Context(), g, w, nil); return err },
		"needs [2]": func() error { _, err := interp.Run(t.Context(), g, graph.Weights{"w": count(3)}, x); return err },
		"with 1 values": func() error {
			_, err := interp.Run(t.Context(), g, graph.Weights{"w": tensor([]int{2}, 1)}, x)
			return err
		},
		"canceled":       func() error { return cancelled(t, g, w, x) },
		"Foo is unknown": func() error { g.Nodes[0].Op = "Foo"; _, err := interp.Run(t.Context(), g, w, x); return err },
	} {
		if err := run(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want one with %s", err, name)
		}
		g.Nodes[0].Op = graph.OpAdd
	}
	// A parameter without a weight is an input.
	out, err := interp.Run(t.Context(), g, nil, map[string]graph.Tensor{"x": count(2), "w": count(2)})
	if err != nil || !slices.Equal(out["y"].Data, []float32{0, 2}) {
		t.Errorf("got %v, %v", out, err)
	}
}

func cancelled(t *testing.T, g *graph.Graph, w graph.Weights, in map[string]graph.Tensor) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := interp.Run(ctx, g, w, in)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	return err
}
