package graph

import (
	"fmt"
	"slices"
	"strings"
)

// ShapeError says that an operation was built on shapes that do not fit. Builder methods panic with it; Build returns it.
type ShapeError struct {
	Op     Op
	Node   string  // the name that the result would have had
	Shapes [][]int // of the operands
	Reason string
}

// Error names the operation, where it stands, its operands' shapes and what is wrong.
func (e *ShapeError) Error() string {
	shapes := make([]string, len(e.Shapes))
	for i, s := range e.Shapes {
		shapes[i] = fmt.Sprint(s)
	}
	return fmt.Sprintf("graph: %s (%s) on %s: %s", e.Node, e.Op, strings.Join(shapes, ", "), e.Reason)
}

// NameError says that a name of an input, parameter or output is empty or already means something else.
type NameError struct{ Name, Reason string }

// Error says which name and why.
func (e *NameError) Error() string { return fmt.Sprintf("graph: name %q: %s", e.Name, e.Reason) }

// Build runs f on an empty graph and removes what no output needs. A ShapeError or NameError that f panics with is returned.
func Build(f func(*Graph)) (g *Graph, err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *ShapeError:
			g, err = nil, e
		case *NameError:
			g, err = nil, e
		default:
			panic(e)
		}
	}()
	g = New()
	f(g)
	g.prune()
	return g, nil
}

// New is an empty graph to which the builder methods add. The methods panic with *ShapeError or *NameError.
func New() *Graph { return &Graph{names: map[string]*Value{}} }

// Input declares a tensor that every run gives.
func (g *Graph) Input(name string, shape ...int) *Value {
	v := g.declare(name, Input, shape)
	g.Inputs = append(g.Inputs, v)
	return v
}

// Param is the named weight. Asked for again, it is the same value; scopes do not change its name.
func (g *Graph) Param(name string, shape ...int) *Value {
	if v, ok := g.names[name]; ok && v.Kind == Param && slices.Equal(v.Shape, shape) {
		return v
	}
	v := g.declare(name, Param, shape)
	g.Params = append(g.Params, v)
	return v
}

// Const is data inside the graph, row-major in the given shape (none: a scalar). The data is shared, not copied.
func (g *Graph) Const(data []float32, shape ...int) *Value {
	name := g.fresh("const")
	if len(data) != Size(shape) {
		panic(&ShapeError{Op: "Const", Node: name, Shapes: [][]int{shape}, Reason: fmt.Sprintf("has %d values", len(data))})
	}
	v := g.declare(name, Const, shape)
	v.Data = data
	g.Consts = append(g.Consts, v)
	return v
}

// Output gives v the name by which the outside asks for it.
func (g *Graph) Output(name string, v *Value) {
	g.own(v)
	for _, o := range g.Outputs {
		if o.Name == name {
			panic(&NameError{name, "two outputs have it"})
		}
	}
	if name == "" {
		panic(&NameError{name, "an output needs one"})
	}
	g.Outputs = append(g.Outputs, Output{name, v})
}

// Scope puts name before the names of the nodes made until the returned function is called; scopes nest, joined by dots:
//
//	defer g.Scope("enc.1.0")() // a convolution made here is called enc.1.0.conv
func (g *Graph) Scope(name string) (leave func()) {
	outer := g.scope
	g.scope = g.scoped(name)
	return func() { g.scope = outer }
}

func (g *Graph) scoped(name string) string {
	if g.scope == "" {
		return name
	}
	return g.scope + "." + name
}

// fresh is a name in the present scope that nothing has yet.
func (g *Graph) fresh(hint string) string {
	base := g.scoped(hint)
	name := base
	for i := 2; g.names[name] != nil; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	return name
}

func (g *Graph) declare(name string, kind Kind, shape []int) *Value {
	if name == "" || g.names[name] != nil {
		panic(&NameError{name, "it is empty, or stands for something else or another shape already"})
	}
	for _, d := range shape {
		if d < 1 {
			panic(&NameError{name, fmt.Sprintf("shape %v has a side below 1", shape)})
		}
	}
	v := &Value{Name: name, Kind: kind, Shape: append([]int{}, shape...), graph: g}
	g.names[name] = v
	return v
}

// own refuses a value of another graph.
func (g *Graph) own(v *Value) {
	if v.graph != g {
		panic(&NameError{v.Name, "it belongs to another graph"})
	}
}

// prune removes nodes, parameters and constants that no output needs. Inputs stay: they are the graph's signature.
func (g *Graph) prune() {
	needed := map[*Value]bool{}
	for _, o := range g.Outputs {
		needed[o.Value] = true
	}
	kept := len(g.Nodes)
	for _, n := range slices.Backward(g.Nodes) { // nodes come after what they read
		if !needed[n.Out] {
			continue
		}
		for _, v := range n.In {
			needed[v] = true
		}
		kept--
		g.Nodes[kept] = n
	}
	g.Nodes = g.Nodes[kept:]
	g.Params = filter(g.Params, needed)
	g.Consts = filter(g.Consts, needed)
}

func filter(list []*Value, keep map[*Value]bool) []*Value {
	var out []*Value
	for _, v := range list {
		if keep[v] {
			out = append(out, v)
		}
	}
	return out
}
