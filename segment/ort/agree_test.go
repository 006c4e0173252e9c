package ort

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quorum/segment/graph"
	"quorum/segment/graph/interp"
	"quorum/segment/lckd"
)

// operations has every operation of package graph, with broadcasting and unequal sides.
func operations(tb testing.TB) (*graph.Graph, graph.Weights, map[string]graph.Tensor) {
	tb.Helper()
	g, err := graph.Build(func(g *graph.Graph) {
		x := g.Input("x", 2, 3, 4, 6, 8)
		other := g.Param("other", 2, 3, 4, 6, 8) // has no value: an input of the program
		y := g.Conv(x, g.Param("w3", 5, 3, 3, 3, 3), g.Param("bias", 5), 1)
		y = g.LeakyRelu(g.InstanceNorm(y, g.Param("scale", 5), g.Param("shift", 5), 1e-5), 0.01)
		y = g.Conv(y, g.Param("w1", 8, 5, 1, 1, 1), nil, 0)
		g.Output("deep", g.SpaceToDepth(y))
		g.Output("space", g.DepthToSpace(y))
		g.Output("sigmoid", g.Sigmoid(y))
		sum := g.ReduceSum(x, 1, 3)
		g.Output("sum", sum)
		g.Output("twice", sum)
		g.Output("through", x)
		greater := g.Greater(x, other)
		g.Output("greater", greater)
		g.Output("selected", g.Where(greater, g.Sub(x, g.Const([]float32{3})), g.Mul(other, g.Const([]float32{1, 2, 3, 4, 5, 6, 7, 8}, 8))))
		g.Output("truth", g.Where(g.Slice(x, 4, 1, 2), g.Div(x, other), other)) // a condition that is no comparison
		a := g.Reshape(g.Transpose(x, 0, 2, 1, 3, 4), 2, 4, 18, 8)
		g.Output("product", g.MatMul(a, g.Reshape(g.Slice(other, 1, 0, 2), 2, 4, 8, 12)))
		g.Output("joined", g.Concat(3, x, g.Slice(other, 3, 2, 5)))
		g.Output("constant", g.Const([]float32{1, 2}, 2))
	})
	if err != nil {
		tb.Fatal(err)
	}
	w := graph.Weights{}
	in := map[string]graph.Tensor{}
	for i, v := range g.Params {
		if v.Name == "other" {
			in[v.Name] = random(100, v.Shape...)
			continue
		}
		w[v.Name] = random(uint64(i), v.Shape...)
	}
	in["x"] = random(200, 2, 3, 4, 6, 8)
	return g, w, in
}

func TestEveryOperationAgreesWithInterpreter(t *testing.T) {
	r := start(t, Options{Device: CPU})
	g, w, in := operations(t)
	want, err := interp.Run(t.Context(), g, w, in)
	if err != nil {
		t.Fatal(err)
	}
	got := run(t, compile(t, r, g, w), in)
	if len(got) != len(g.Outputs) {
		t.Errorf("%d outputs, want %d", len(got), len(g.Outputs))
	}
	for name, b := range want {
		if d := cmp.Diff(b.Shape, got[name].Shape); d != "" {
			t.Errorf("shape of %s: %s", name, d)
		}
		near(t, name, got[name], b, 1e-5)
	}
}

// subsets are the 15 choices of sequences as presence tensors.
func subsets() []graph.Tensor {
	var all []graph.Tensor
	for bits := 1; bits < 1<<lckd.Sequences; bits++ {
		p := graph.Tensor{Shape: []int{1, lckd.Sequences}, Data: make([]float32, lckd.Sequences)}
		for m := range p.Data {
			p.Data[m] = float32(bits >> m & 1)
		}
		all = append(all, p)
	}
	return all
}

// compute runs one graph.
type compute func(in map[string]graph.Tensor) map[string]graph.Tensor

// split encodes each sequence that is there by itself and decodes, as the pipeline does.
func (n network) split(encode, decode compute, presence graph.Tensor) graph.Tensor {
	in := map[string]graph.Tensor{"presence": presence}
	voxels := len(n.image.Data) / lckd.Sequences
	for m := range lckd.Sequences {
		one := graph.Tensor{Shape: append([]int{1, 1}, n.image.Shape[2:]...), Data: n.image.Data[m*voxels : (m+1)*voxels]}
		var features map[string]graph.Tensor
		if presence.Data[m] == 1 {
			features = encode(map[string]graph.Tensor{"image": one})
		}
		for l := range lckd.Tiny.Channels {
			slot := lckd.SlotName(m, l)
			if in[slot] = n.zeros[slot]; features != nil {
				in[slot] = features[lckd.FeatureName(l)]
			}
		}
	}
	return decode(in)["logit"]
}

// network are the graphs of the tiny network in one size, with random weights.
type network struct {
	whole, encoder, decoder *graph.Graph
	weights                 graph.Weights
	image                   graph.Tensor
	zeros                   map[string]graph.Tensor // inputs of the decoder
}

func tiny(tb testing.TB, size [3]int) network {
	tb.Helper()
	n := network{weights: lckd.Random(lckd.Tiny, 3), image: random(4, 1, lckd.Sequences, size[0], size[1], size[2]), zeros: map[string]graph.Tensor{}}
	for _, part := range []struct {
		to    **graph.Graph
		build func(lckd.Config, [3]int) (*graph.Graph, error)
	}{{&n.whole, lckd.Whole}, {&n.encoder, lckd.Encoder}, {&n.decoder, lckd.Decoder}} {
		var err error
		if *part.to, err = part.build(lckd.Tiny, size); err != nil {
			tb.Fatal(err)
		}
	}
	for _, v := range n.decoder.Inputs {
		n.zeros[v.Name] = graph.Tensor{Shape: v.Shape, Data: make([]float32, graph.Size(v.Shape))}
	}
	return n
}

// computing compiles g on r.
func computing(tb testing.TB, r *Runtime, g *graph.Graph, w graph.Weights) compute {
	tb.Helper()
	p := compile(tb, r, g, w)
	return func(in map[string]graph.Tensor) map[string]graph.Tensor { return run(tb, p, in) }
}

func TestNetworkAgreesWithInterpreterForAllSubsets(t *testing.T) {
	r := start(t, Options{Device: CPU})
	n := tiny(t, [3]int{16, 32, 48})
	whole := computing(t, r, n.whole, n.weights)
	encode := computing(t, r, n.encoder, n.weights)
	decode := computing(t, r, n.decoder, n.weights)
	for _, presence := range subsets() {
		t.Run(fmt.Sprint(presence.Data), func(t *testing.T) {
			in := map[string]graph.Tensor{"image": n.image, "presence": presence}
			want, err := interp.Run(t.Context(), n.whole, n.weights, in)
			if err != nil {
				t.Fatal(err)
			}
			got := whole(in)
			near(t, "whole graph, logit", got["logit"], want["logit"], 1e-4)
			near(t, "whole graph, probability", got["probability"], want["probability"], 1e-4)
			near(t, "split graphs, logit", n.split(encode, decode, presence), want["logit"], 1e-4)
		})
	}
}
