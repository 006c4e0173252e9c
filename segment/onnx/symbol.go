package onnx

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"quorum/segment/graph"
)

// extent is one open spatial axis (0 D, 1 H, 2 W) after level halvings, and its size in the graph as built, which is more than one.
type extent struct{ axis, level, size int }

// dim is one axis of a shape: its size in the graph as built and, if it follows from open axes, their product.
type dim struct {
	size    int
	extents []extent
}

var errFixed = errors.New("the graph fixes a size that follows from an input whose spatial axes are to stay open")

func (d dim) symbolic() bool { return len(d.extents) > 0 }

// String is the symbol, such as D, H/2 or D*H*W.
func (d dim) String() string {
	var parts []string
	for _, x := range d.extents {
		s := "DHW"[x.axis : x.axis+1]
		if x.level > 0 {
			s += fmt.Sprintf("/%d", 1<<x.level)
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "*")
}

func staticDims(shape []int) []dim {
	d := make([]dim, len(shape))
	for i, n := range shape {
		d[i].size = n
	}
	return d
}

// openInputs makes the spatial axes of the inputs in Options.Symbolic symbolic.
func (e *encoder) openInputs(g *graph.Graph) error {
	var first *graph.Value
	for _, name := range e.opt.Symbolic {
		i := slices.IndexFunc(g.Inputs, func(v *graph.Value) bool { return v.Name == name })
		if i < 0 || len(g.Inputs[i].Shape) != 5 {
			return fmt.Errorf("graph has no input %q of five axes whose sizes could be left open", name)
		}
		v := g.Inputs[i]
		if first == nil {
			first = v
		}
		if !slices.Equal(v.Shape[2:], first.Shape[2:]) {
			return fmt.Errorf("inputs %s and %s have different spatial sizes %v and %v, so one D, H, W cannot stand for both",
				first.Name, name, first.Shape[2:], v.Shape[2:])
		}
		for axis := range 3 {
			e.dims[v][2+axis].extents = []extent{{axis, 0, v.Shape[2+axis]}}
		}
	}
	if first != nil {
		e.source = first.Name
	}
	return nil
}

// space is the name of an int64[3] tensor with the open sizes after level halvings.
func (e *encoder) space(level int) string {
	if len(e.spaces) == 0 {
		e.spaces = []string{e.emit("space", "Shape", []string{e.source}, intAttribute("start", 2), intAttribute("end", 5))}
	}
	for k := len(e.spaces); k <= level; k++ {
		e.spaces = append(e.spaces, e.emit("space", "Div", []string{e.spaces[k-1], e.ints(2)}))
	}
	return e.spaces[level]
}

// shapeInput is the name of an int64 tensor with the sizes of target, for Reshape: a constant when nothing in it is open.
func (e *encoder) shapeInput(target []dim) string {
	var parts []string
	var static []int
	flush := func() {
		if len(static) > 0 {
			parts = append(parts, e.ints(static...))
			static = nil
		}
	}
	for _, d := range target {
		switch len(d.extents) {
		case 0:
			static = append(static, d.size)
		case 1:
			flush()
			x := d.extents[0]
			parts = append(parts, e.emit("size", "Slice", []string{e.space(x.level), e.ints(x.axis), e.ints(x.axis + 1), e.ints(0)}))
		default:
			static = append(static, -1) // Reshape finds a product by itself; rule reshape allows one
		}
	}
	flush()
	if len(parts) == 1 {
		return parts[0]
	}
	return e.emit("shape", "Concat", parts, intAttribute("axis", 0))
}

// infer is the shape of n's output with what is open in it.
func (e *encoder) infer(n *graph.Node) ([]dim, error) {
	out := staticDims(n.Out.Shape)
	in := make([][]dim, len(n.In))
	open := false
	for i, v := range n.In {
		in[i] = e.dims[v]
		open = open || slices.ContainsFunc(in[i], dim.symbolic)
	}
	if !open {
		return out, nil
	}
	switch n.Op {
	case graph.OpConv:
		k := n.In[1].Shape
		for i := 2; i < 5; i++ {
			if 2*n.Attr.Pad+1 != k[i] {
				return nil, errFixed
			}
			out[i].extents = in[0][i].extents
		}
	case graph.OpInstanceNorm:
		return in[0], nil
	case graph.OpSpaceToDepth:
		return halve(in[0], out, 1)
	case graph.OpDepthToSpace:
		return halve(in[0], out, -1)
	case graph.OpReduceSum:
		copy(out, in[0])
		for _, a := range n.Attr.Axes {
			out[a] = dim{size: 1}
		}
	case graph.OpTranspose:
		for i, p := range n.Attr.Perm {
			out[i] = in[0][p]
		}
	case graph.OpSlice, graph.OpConcat:
		for _, d := range in {
			if d[n.Attr.Axis].symbolic() {
				return nil, errFixed
			}
		}
		return out, broadcast(out, n.Attr.Axis, in...)
	case graph.OpMatMul:
		return matMul(in[0], in[1], out)
	case graph.OpReshape:
		return reshape(in[0], out)
	case graph.OpExpand, graph.OpPad:
		return nil, errFixed
	default:
		return out, broadcast(out, -1, in...)
	}
	return out, nil
}

// halve moves the spatial axes by step levels.
func halve(in, out []dim, step int) ([]dim, error) {
	for i := 2; i < 5; i++ {
		if len(in[i].extents) != 1 || in[i].extents[0].level+step < 0 {
			return nil, errFixed
		}
		x := in[i].extents[0]
		if out[i].size == 1 {
			return nil, errors.New("an open axis has only one voxel left here: build the graph for a larger image")
		}
		out[i].extents = []extent{{x.axis, x.level + step, out[i].size}}
	}
	return out, nil
}

// broadcast copies what is open from in to out, axes aligned at the end, except the axis skip.
func broadcast(out []dim, skip int, in ...[]dim) error {
	for i := range out {
		if i == skip {
			continue
		}
		for _, d := range in {
			if j := i - len(out) + len(d); j >= 0 && d[j].symbolic() {
				out[i].extents = d[j].extents
			}
		}
		for _, d := range in {
			if j := i - len(out) + len(d); j >= 0 && d[j].size != 1 && !slices.Equal(d[j].extents, out[i].extents) {
				return errFixed
			}
		}
	}
	return nil
}

func matMul(a, b, out []dim) ([]dim, error) {
	if !slices.Equal(a[len(a)-1].extents, b[len(b)-2].extents) {
		return nil, errFixed
	}
	batch := len(out) - 2
	if err := broadcast(out[:batch], -1, a[:len(a)-2], b[:len(b)-2]); err != nil {
		return nil, err
	}
	out[batch].extents = a[len(a)-2].extents
	out[batch+1].extents = b[len(b)-1].extents
	return out, nil
}

// reshape pairs the axes of both shapes in the shortest runs of equal product; axes of one do not count. Open axes may pass as they are,
// become one product, or be made from one again.
func reshape(in, out []dim) ([]dim, error) {
	from, to := wide(in), wide(out)
	for i, j := 0, 0; i < len(from) && j < len(to); {
		i0, j0 := i, j
		p, q := in[from[i]].size, out[to[j]].size
		for i, j = i+1, j+1; p != q; {
			if p < q {
				p *= in[from[i]].size
				i++
			} else {
				q *= out[to[j]].size
				j++
			}
		}
		if err := pair(in, from[i0:i], out, to[j0:j]); err != nil {
			return nil, err
		}
	}
	products := 0
	for _, d := range out {
		if len(d.extents) > 1 {
			products++
		}
	}
	if products > 1 {
		return nil, errFixed
	}
	return out, nil
}

// wide lists the axes that are not one.
func wide(d []dim) []int {
	var axes []int
	for i := range d {
		if d[i].size != 1 {
			axes = append(axes, i)
		}
	}
	return axes
}

// pair hands what is open in the axes from of in to the axes to of out, which hold as many elements.
func pair(in []dim, from []int, out []dim, to []int) error {
	var open []extent
	static := false
	for _, i := range from {
		open = append(open, in[i].extents...)
		static = static || !in[i].symbolic()
	}
	switch {
	case len(open) == 0:
		return nil
	case static:
		return errFixed
	case len(to) == 1:
		out[to[0]].extents = open
		return nil
	case len(to) != len(open):
		return errFixed
	}
	for k, x := range open {
		if out[to[k]].size != x.size {
			return errFixed
		}
		out[to[k]].extents = open[k : k+1]
	}
	return nil
}
