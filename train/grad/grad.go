// Package grad differentiates graphs: reverse mode over the IR, one rule for each operation in one table.
//
// The derivative is made of ordinary nodes in the same graph, so whatever runs the forward pass runs the backward pass too.
// Every rule is tested by finite differences through the slow interpreter.
package grad

import (
	"fmt"
	"slices"

	"quorum/segment/graph"
)

// Of adds to g the nodes of d y / d x for every x of wrt and returns the derivatives in the shapes of wrt. y must have one element.
// A value that y does not depend on has a derivative of zeros. What goes through graph.Stop is constant. wrt may hold results of nodes, such
// as a part of a vector: then what they are made from does not matter.
//
// Of panics with *graph.ShapeError where an operation has no rule; use it inside graph.Build.
func Of(g *graph.Graph, y *graph.Value, wrt []*graph.Value) []*graph.Value {
	if graph.Size(y.Shape) != 1 {
		panic(&graph.ShapeError{Op: "Gradient", Node: y.Name, Shapes: [][]int{y.Shape}, Reason: "only a single number can be differentiated"})
	}
	defer g.Scope("grad")()
	nodes := slices.Clone(g.Nodes) // those made from here on are not differentiated
	reaches := reach(nodes, wrt)
	d := map[*graph.Value]*graph.Value{y: ones(g, y.Shape)}
	for _, n := range slices.Backward(nodes) {
		dy := d[n.Out]
		if dy == nil || !reaches[n.Out] {
			continue
		}
		rule, ok := rules[n.Op]
		if !ok {
			panic(&graph.ShapeError{Op: n.Op, Node: n.Out.Name, Shapes: [][]int{n.Out.Shape}, Reason: "the operation has no gradient"})
		}
		for i, dx := range rule(tape{g, n, dy, reaches}) {
			x := n.In[i]
			if dx == nil || !reaches[x] {
				continue
			}
			if !slices.Equal(dx.Shape, x.Shape) {
				panic(&graph.ShapeError{Op: n.Op, Node: n.Out.Name, Shapes: [][]int{x.Shape, dx.Shape}, Reason: fmt.Sprintf("the gradient of operand %d has the wrong shape", i)})
			}
			if d[x] != nil {
				dx = g.Add(d[x], dx)
			}
			d[x] = dx
		}
		if !slices.Contains(wrt, n.Out) {
			delete(d, n.Out)
		}
	}
	out := make([]*graph.Value, len(wrt))
	for i, x := range wrt {
		if out[i] = d[x]; out[i] == nil {
			out[i] = g.Const(make([]float32, graph.Size(x.Shape)), x.Shape...)
		}
	}
	return out
}

// reach marks the values that depend on wrt: nothing else needs a derivative.
func reach(nodes []*graph.Node, wrt []*graph.Value) map[*graph.Value]bool {
	marked := map[*graph.Value]bool{}
	for _, v := range wrt {
		marked[v] = true
	}
	for _, n := range nodes {
		if n.Op != graph.OpStop && slices.ContainsFunc(n.In, func(v *graph.Value) bool { return marked[v] }) {
			marked[n.Out] = true
		}
	}
	return marked
}

func ones(g *graph.Graph, shape []int) *graph.Value {
	data := make([]float32, graph.Size(shape))
	for i := range data {
		data[i] = 1
	}
	return g.Const(data, shape...)
}
