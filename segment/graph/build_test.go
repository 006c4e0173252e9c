package graph_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"quorum/segment/graph"
)

func TestShapes(t *testing.T) {
	for name, c := range map[string]struct {
		make func(*graph.Graph) *graph.Value
		want []int
	}{
		"conv keeps": {func(g *graph.Graph) *graph.Value {
			return g.Conv(g.Input("x", 2, 3, 4, 5, 6), g.Param("w", 7, 3, 3, 3, 3), g.Param("b", 7), 1)
		}, []int{2, 7, 4, 5, 6}},
		"conv shrinks": {func(g *graph.Graph) *graph.Value {
			return g.Conv(g.Input("x", 2, 3, 4, 5, 6), g.Param("w", 7, 3, 3, 3, 3), nil, 0)
		}, []int{2, 7, 2, 3, 4}},
		"norm": {func(g *graph.Graph) *graph.Value {
			return g.InstanceNorm(g.Input("x", 2, 3, 4, 5, 6), g.Param("s", 3), g.Param("b", 3), 1e-5)
		}, []int{2, 3, 4, 5, 6}},
		"relu":        {func(g *graph.Graph) *graph.Value { return g.LeakyRelu(g.Input("x", 2, 3), 0.01) }, []int{2, 3}},
		"sigmoid":     {func(g *graph.Graph) *graph.Value { return g.Sigmoid(g.Input("x", 2, 3)) }, []int{2, 3}},
		"s2d":         {func(g *graph.Graph) *graph.Value { return g.SpaceToDepth(g.Input("x", 1, 2, 4, 6, 8)) }, []int{1, 16, 2, 3, 4}},
		"d2s":         {func(g *graph.Graph) *graph.Value { return g.DepthToSpace(g.Input("x", 1, 16, 2, 3, 4)) }, []int{1, 2, 4, 6, 8}},
		"broadcast":   {func(g *graph.Graph) *graph.Value { return g.Add(g.Input("x", 4, 1, 3), g.Input("y", 5, 1)) }, []int{4, 5, 3}},
		"where":       {func(g *graph.Graph) *graph.Value { return g.Where(g.Input("c", 4, 1), g.Input("x"), g.Input("y", 3)) }, []int{4, 3}},
		"sum":         {func(g *graph.Graph) *graph.Value { return g.ReduceSum(g.Input("x", 2, 3, 4), 0, 2) }, []int{1, 3, 1}},
		"matmul":      {func(g *graph.Graph) *graph.Value { return g.MatMul(g.Input("x", 5, 2, 3), g.Input("y", 3, 4)) }, []int{5, 2, 4}},
		"reshape":     {func(g *graph.Graph) *graph.Value { return g.Reshape(g.Input("x", 2, 6), 3, 4) }, []int{3, 4}},
		"transpose":   {func(g *graph.Graph) *graph.Value { return g.Transpose(g.Input("x", 2, 3, 4), 2, 0, 1) }, []int{4, 2, 3}},
		"slice":       {func(g *graph.Graph) *graph.Value { return g.Slice(g.Input("x", 2, 5), 1, 1, 4) }, []int{2, 3}},
		"softplus":    {func(g *graph.Graph) *graph.Value { return g.Softplus(g.Input("x", 2, 3)) }, []int{2, 3}},
		"expand":      {func(g *graph.Graph) *graph.Value { return g.Expand(g.Input("x", 2, 1), 5, 2, 3) }, []int{5, 2, 3}},
		"pad":         {func(g *graph.Graph) *graph.Value { return g.Pad(g.Input("x", 2, 3), []int{0, 1}, []int{4, 2}) }, []int{6, 6}},
		"concatenate": {func(g *graph.Graph) *graph.Value { return g.Concat(1, g.Input("x", 2, 5), g.Input("y", 2, 3)) }, []int{2, 8}},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := graph.Build(func(g *graph.Graph) { g.Output("y", c.make(g)) })
			if err != nil {
				t.Fatal(err)
			}
			if got := g.Outputs[0].Value.Shape; !slices.Equal(got, c.want) {
				t.Errorf("shape %v, want %v", got, c.want)
			}
		})
	}
}

func TestWrongShapes(t *testing.T) {
	other := graph.New().Input("foreign", 2, 3)
	for name, c := range map[string]struct {
		make func(*graph.Graph) *graph.Value
		say  string
	}{
		"conv channels": {func(g *graph.Graph) *graph.Value {
			defer g.Scope("enc")()
			return g.Conv(g.Input("x", 1, 2, 4, 4, 4), g.Param("w", 7, 3, 3, 3, 3), nil, 1)
		}, "enc.conv (Conv) on [1 2 4 4 4], [7 3 3 3 3]: the image has 2 channels"},
		"conv rank": {func(g *graph.Graph) *graph.Value { return g.Conv(g.Input("x", 2), g.Param("w", 7), nil, 1) }, "five axes"},
		"conv small": {func(g *graph.Graph) *graph.Value {
			return g.Conv(g.Input("x", 1, 1, 2, 4, 4), g.Param("w", 1, 1, 3, 3, 3), nil, 0)
		}, "nothing is left"},
		"norm": {func(g *graph.Graph) *graph.Value {
			return g.InstanceNorm(g.Input("x", 2, 3, 4), g.Param("s", 2), g.Param("b", 3), 0)
		}, "one value per channel"},
		"odd":         {func(g *graph.Graph) *graph.Value { return g.SpaceToDepth(g.Input("x", 1, 1, 3, 2, 2)) }, "even"},
		"d2s":         {func(g *graph.Graph) *graph.Value { return g.DepthToSpace(g.Input("x", 1, 9, 3, 2, 2)) }, "multiple of 8"},
		"add":         {func(g *graph.Graph) *graph.Value { return g.Add(g.Input("x", 2, 3), g.Input("y", 2)) }, "equal, or 1"},
		"axis":        {func(g *graph.Graph) *graph.Value { return g.ReduceSum(g.Input("x", 2, 3), 2) }, "no axis 2"},
		"matmul":      {func(g *graph.Graph) *graph.Value { return g.MatMul(g.Input("x", 2, 3), g.Input("y", 2, 3)) }, "inner sides"},
		"reshape":     {func(g *graph.Graph) *graph.Value { return g.Reshape(g.Input("x", 2, 3), 5) }, "another number"},
		"negative":    {func(g *graph.Graph) *graph.Value { return g.Reshape(g.Input("x", 2, 3), -2, -3) }, "another number"},
		"permutation": {func(g *graph.Graph) *graph.Value { return g.Transpose(g.Input("x", 2, 3), 5, 0) }, "not a permutation"},
		"slice":       {func(g *graph.Graph) *graph.Value { return g.Slice(g.Input("x", 2, 3), 1, 2, 4) }, "[2:4]"},
		"concat":      {func(g *graph.Graph) *graph.Value { return g.Concat(1, g.Input("x", 2, 3), g.Input("y", 3, 3)) }, "side 0 differs"},
		"expand":      {func(g *graph.Graph) *graph.Value { return g.Expand(g.Input("x", 2, 3), 3) }, "does not broadcast to [3]"},
		"pad axes":    {func(g *graph.Graph) *graph.Value { return g.Pad(g.Input("x", 2, 3), []int{1}, []int{1}) }, "a number for each axis"},
		"pad less":    {func(g *graph.Graph) *graph.Value { return g.Pad(g.Input("x", 2), []int{-1}, []int{1}) }, "negative"},
		"name twice":  {func(g *graph.Graph) *graph.Value { g.Input("x", 2); return g.Input("x", 2) }, `name "x"`},
		"param shape": {func(g *graph.Graph) *graph.Value { g.Param("w", 2); return g.Param("w", 3) }, `name "w"`},
		"constant":    {func(g *graph.Graph) *graph.Value { return g.Const([]float32{1}, 2) }, "has 1 values"},
		"empty side":  {func(g *graph.Graph) *graph.Value { return g.Input("x", 2, 0) }, "below 1"},
		"foreign":     {func(g *graph.Graph) *graph.Value { return g.Sigmoid(other) }, "another graph"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := graph.Build(func(g *graph.Graph) { g.Output("y", c.make(g)) })
			if err == nil || !strings.Contains(err.Error(), c.say) {
				t.Fatalf("error %v, want one with %q", err, c.say)
			}
			if se, ne := (*graph.ShapeError)(nil), (*graph.NameError)(nil); !errors.As(err, &se) && !errors.As(err, &ne) {
				t.Errorf("error has type %T", err)
			}
		})
	}
}

func TestOtherPanicsPass(t *testing.T) {
	defer func() {
		if recover() != "mine" {
			t.Error("a panic that is not about shapes must not become an error")
		}
	}()
	_, err := graph.Build(func(*graph.Graph) { panic("mine") })
	t.Error("Build returned", err)
}

func TestDeadNodesGo(t *testing.T) {
	g, err := graph.Build(func(g *graph.Graph) {
		x, y := g.Input("x", 2), g.Input("y", 2)
		w := g.Param("used", 2)
		g.Mul(g.Add(y, g.Param("unused", 2)), g.Const([]float32{3}))
		g.Output("out", g.Add(g.Mul(x, w), x))
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Nodes) != 2 || len(g.Params) != 1 || len(g.Consts) != 0 || len(g.Inputs) != 2 {
		t.Errorf("%d nodes, %d parameters, %d constants, %d inputs; want 2, 1, 0, 2", len(g.Nodes), len(g.Params), len(g.Consts), len(g.Inputs))
	}
	if g.Nodes[0].Op != graph.OpMul || g.Nodes[1].In[0] != g.Nodes[0].Out || g.Nodes[1].Out.Node != g.Nodes[1] {
		t.Error("the nodes that are left are out of order")
	}
}

func TestNames(t *testing.T) {
	g := graph.New()
	leave := g.Scope("enc")
	inner := g.Scope("1.0")
	x := g.Input("x", 2)
	a, b := g.Sigmoid(x), g.Sigmoid(x)
	inner()
	c := g.Sigmoid(x)
	leave()
	d := g.Sigmoid(x)
	for i, want := range []string{"enc.1.0.sigmoid", "enc.1.0.sigmoid_2", "enc.sigmoid", "sigmoid"} {
		if got := []*graph.Value{a, b, c, d}[i].Name; got != want {
			t.Errorf("name %q, want %q", got, want)
		}
	}
	if w := g.Param("w", 3); g.Param("w", 3) != w {
		t.Error("the same parameter asked for twice must be one value")
	}
}
