package grad

import "quorum/segment/graph"

// conv differentiates a convolution without ConvTranspose, which is 20 times slower on ONNX Runtime's CPU provider:
//
//   - dX is a convolution of dY with the kernel turned round in space, its channels swapped: as fast as forward.
//   - dW is made of products of the shifted image with dY.
func conv(t tape) []*graph.Value {
	x, w := t.in(0), t.in(1)
	out := make([]*graph.Value, len(t.n.In))
	if t.needs(0) {
		out[0] = t.Conv(t.dy, t.Transpose(turnRound(t, w), 1, 0, 2, 3, 4), nil, w.Shape[2]-1-t.n.Attr.Pad)
	}
	if t.needs(1) {
		out[1] = kernelGradient(t, x, w)
	}
	if len(out) > 2 && t.needs(2) {
		out[2] = t.Reshape(t.ReduceSum(t.dy, 0, 2, 3, 4), w.Shape[0])
	}
	return out
}

// turnRound reverses the three spatial axes of a kernel: its places, as one axis, times the reversed unit matrix.
func turnRound(t tape, w *graph.Value) *graph.Value {
	k := w.Shape[2] * w.Shape[3] * w.Shape[4]
	if k == 1 {
		return w
	}
	reversed := make([]float32, k*k)
	for i := range k {
		reversed[i*k+k-1-i] = 1
	}
	flat := t.Reshape(w, w.Shape[0]*w.Shape[1], k)
	return t.Reshape(t.MatMul(flat, t.Const(reversed, k, k)), w.Shape...)
}

// kernelGradient is dW[o,c,a,b,e] = Σ over items and voxels p of dY[n,o,p] · X[n,c,p+(a,b,e)−pad].
//
// With the voxels in one row, a shift of the image is a piece of it that begins later, which is fast to copy, provided that rows and planes of X
// and dY have equal lengths: X gets its padding, dY as many zeros. The shifts e along the last axis are done on dY, the other way round, so
// that k² products of k times the channels take the place of k³ small ones.
func kernelGradient(t tape, x, w *graph.Value) *graph.Value {
	items, c, o, k, pad := x.Shape[0], x.Shape[1], w.Shape[0], w.Shape[2], t.n.Attr.Pad
	out := t.dy.Shape[2:]
	if k == 1 && pad == 0 {
		voxels := graph.Size(out)
		product := t.MatMul(t.Reshape(t.dy, items, o, voxels), swapLast(t, t.Reshape(x, items, c, voxels)))
		return t.Reshape(t.sumItems(product), w.Shape...)
	}
	row := out[2] + k - 1
	plane := (out[1] + k - 1) * row
	// One plane more than the convolution sees, since the last shift reaches into it; dY is zero there.
	image := t.Pad(x, []int{0, 0, pad, pad, pad}, []int{0, 0, pad + 1, pad, pad})
	image = t.Reshape(image, items, c, graph.Size(image.Shape[2:]))
	dy := t.Pad(t.dy, make([]int, 5), []int{0, 0, 0, k - 1, k - 1})
	dy = t.staircase(t.Reshape(dy, items, o, out[0]*plane), k) // [N,O·k,P]
	length := dy.Shape[2]
	var parts []*graph.Value
	for a := range k {
		for b := range k {
			at := a*plane + b*row
			piece := t.Slice(image, 2, at, at+length)
			parts = append(parts, t.sumItems(t.MatMul(dy, swapLast(t, piece)))) // [1,O·k,C]
		}
	}
	// In two transpositions, of which the first moves whole rows: that is faster than one of four axes.
	all := t.Transpose(t.Reshape(t.Concat(0, parts...), k*k, o, k, c), 0, 2, 1, 3)
	return t.Reshape(t.Transpose(t.Reshape(all, k*k*k, o*c), 1, 0), w.Shape...)
}

// staircase repeats each row of v [N,O,L] as k rows of length L+k−1, shifted to the right by 0, 1, …: [N,O·k,L+k−1]. With k zeros between the
// copies each begins one place later in its row than the one before it.
func (t tape) staircase(v *graph.Value, k int) *graph.Value {
	items, rows, length := v.Shape[0], v.Shape[1], v.Shape[2]
	gap := t.Const(make([]float32, items*rows*k), items, rows, k)
	pieces := []*graph.Value{v}
	for range k - 1 {
		pieces = append(pieces, gap, v)
	}
	return t.Reshape(t.Concat(2, pieces...), items, rows*k, length+k-1)
}

func (t tape) sumItems(v *graph.Value) *graph.Value {
	if v.Shape[0] == 1 {
		return v
	}
	return t.ReduceSum(v, 0)
}
