// Package interp runs graphs slowly and obviously, one node after the other, in float64 throughout: what ONNX Runtime computes is
// tested against it. Tensors are rounded to float32 only at the border.
package interp

import (
	"context"
	"fmt"
	"slices"

	"quorum/segment/graph"
)

// Run computes g's outputs by name. Parameters are taken from w, those that w lacks from in, like the inputs. Memory of a result is
// let go after its last use.
func Run(ctx context.Context, g *graph.Graph, w graph.Weights, in map[string]graph.Tensor) (map[string]graph.Tensor, error) {
	values := map[*graph.Value]array{}
	for _, v := range slices.Concat(g.Inputs, g.Params) {
		t, ok := w[v.Name]
		if !ok || v.Kind == graph.Input {
			t, ok = in[v.Name]
		}
		if !ok {
			return nil, fmt.Errorf("interpreter: nothing is given for %q", v.Name)
		}
		if !slices.Equal(t.Shape, v.Shape) || len(t.Data) != graph.Size(v.Shape) {
			return nil, fmt.Errorf("interpreter: %q has shape %v with %d values, the graph needs %v", v.Name, t.Shape, len(t.Data), v.Shape)
		}
		values[v] = widen(t.Shape, t.Data)
	}
	for _, v := range g.Consts {
		values[v] = widen(v.Shape, v.Data)
	}
	uses := useCount(g)
	for _, n := range g.Nodes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rule, ok := rules[n.Op]
		if !ok {
			return nil, fmt.Errorf("interpreter: %s: operation %s is unknown", n.Out.Name, n.Op)
		}
		operands := make([]array, len(n.In))
		for i, v := range n.In {
			operands[i] = values[v]
		}
		values[n.Out] = array{n.Out.Shape, rule(n, operands)}
		for _, v := range n.In {
			if uses[v]--; uses[v] == 0 {
				delete(values, v)
			}
		}
	}
	out := make(map[string]graph.Tensor, len(g.Outputs))
	for _, o := range g.Outputs {
		out[o.Name] = narrow(values[o.Value])
	}
	return out, nil
}

// useCount says how many nodes and outputs read each value.
func useCount(g *graph.Graph) map[*graph.Value]int {
	uses := map[*graph.Value]int{}
	for _, n := range g.Nodes {
		for _, v := range n.In {
			uses[v]++
		}
	}
	for _, o := range g.Outputs {
		uses[o.Value]++
	}
	return uses
}

// array is a dense row-major tensor.
type array struct {
	shape []int
	data  []float64
}

func widen(shape []int, data []float32) array {
	a := array{shape, make([]float64, len(data))}
	for i, x := range data {
		a.data[i] = float64(x)
	}
	return a
}

func narrow(a array) graph.Tensor {
	t := graph.Tensor{Shape: slices.Clone(a.shape), Data: make([]float32, len(a.data))}
	for i, x := range a.data {
		t.Data[i] = float32(x)
	}
	return t
}
