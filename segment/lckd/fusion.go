package lckd

import (
	"fmt"

	"quorum/segment/graph"
)

// presence is which sequences are there, in the forms that fusion needs. An entry above one half counts as there.
type presence struct {
	each  [Sequences]*graph.Value // 0 or 1, shape [1,1]
	items *graph.Value            // 0 or 1, shape [4,1,1,1,1]
	count *graph.Value            // how many are there, shape [1,1]
}

// present reads the input [1,4].
func (n network) present(input *graph.Value) presence {
	defer n.Scope("presence")()
	there := n.Greater(input, n.Const([]float32{0.5}))
	p := presence{items: n.Reshape(there, Sequences, 1, 1, 1, 1)}
	for m := range p.each {
		p.each[m] = n.Slice(there, 1, m, m+1)
	}
	p.count = n.ReduceSum(there, 1)
	return p
}

// fuse is fusion as the method states it. f [4,C,D,H,W] are the features of the four sequences at one level; a missing one is replaced
// by the mean of those that are there; each goes through the weights of its slot and the results are added up: Σ_m W_m·f_m + b_m.
func (n network) fuse(level int, f *graph.Value, p presence) *graph.Value {
	defer n.Scope(fmt.Sprintf("fuse.%d", level))()
	known := n.Where(p.items, f, n.zero())
	mean := n.Div(n.ReduceSum(known, 0), p.count)
	filled := n.Where(p.items, f, mean)
	var fused *graph.Value
	for m := range Sequences {
		part := n.pointwise(slot(level, m), n.Slice(filled, 0, m, m+1))
		if m == 0 {
			fused = part
			continue
		}
		fused = n.Add(fused, part)
	}
	return fused
}

// fuseFast is the same number from fewer large operations, see mix. f are the four features [1,C,D,H,W]; those of missing sequences are
// read, so they must be finite. As matrix products this is faster than as convolutions with weights that are not constant (OpenVINO in
// float32 by 1.7 times, the CPU provider by 1.1 times).
func (n network) fuseFast(level int, f [Sequences]*graph.Value, p presence) *graph.Value {
	defer n.Scope(fmt.Sprintf("fuse.%d", level))()
	channels, voxels := n.Channels[level], graph.Size(f[0].Shape[2:])
	v, offset := n.mix(level, p.each, p.count)
	var parts [Sequences]*graph.Value
	for m := range Sequences {
		parts[m] = n.MatMul(v[m], n.Reshape(f[m], channels, voxels))
	}
	return n.Reshape(n.Add(n.sum(parts[:]), offset), f[0].Shape...)
}

// fuseBatch is fuseFast for a batch. f [B·K,C,…], the sequences of an item one after the other, is [B,K·C,…] as it stands in memory, so one
// matrix product per item does it. there is [B,4] of 0 and 1; slots are those of Images.
func (n network) fuseBatch(level int, f, there, slots *graph.Value) *graph.Value {
	defer n.Scope(fmt.Sprintf("fuse.%d", level))()
	batch, channels, voxels := there.Shape[0], n.Channels[level], graph.Size(f.Shape[2:])
	given := f.Shape[0] / batch
	var each [Sequences]*graph.Value
	for m := range each {
		each[m] = n.Reshape(n.Slice(there, 1, m, m+1), batch, 1, 1)
	}
	v, offset := n.mix(level, each, n.Reshape(n.ReduceSum(there, 1), batch, 1, 1))
	matrix := n.Concat(2, v[:]...)
	if slots != nil {
		matrix = n.choose(v, slots)
	}
	fused := n.Add(n.MatMul(matrix, n.Reshape(f, batch, given*channels, voxels)), offset)
	return n.Reshape(fused, append([]int{batch, channels}, f.Shape[2:]...)...)
}

// choose takes those of the four matrices [B,C,C] that belong to the slots [B,K,4], side by side: [B,C,K·C].
func (n network) choose(v [Sequences]*graph.Value, slots *graph.Value) *graph.Value {
	batch, given, channels := slots.Shape[0], slots.Shape[1], v[0].Shape[1]
	var rows [Sequences]*graph.Value
	for m := range rows {
		rows[m] = n.Reshape(v[m], batch, 1, channels*channels)
	}
	chosen := n.Reshape(n.MatMul(slots, n.Concat(1, rows[:]...)), batch, given, channels, channels)
	return n.Reshape(n.Transpose(chosen, 0, 2, 1, 3), batch, channels, given*channels)
}

// mix takes the mean out of the fusion. With A the sequences that are there, Σ_m W_m·f_m = Σ_{a∈A} V_a·f_a with
// V_a = W_a + (Σ_{m∉A} W_m)/|A|, and V_m = 0 for the others. The V [C,C] are tiny; offset [C,1] is the sum of the biases. each and count
// say who is there and how many, with two sides of 1 at the end; what comes before is a batch, in V too.
func (n network) mix(level int, each [Sequences]*graph.Value, count *graph.Value) (v [Sequences]*graph.Value, offset *graph.Value) {
	channels := n.Channels[level]
	var w, bias, missing [Sequences]*graph.Value
	for m := range Sequences {
		w[m] = n.Reshape(n.weight(slot(level, m)+".weight"), channels, channels)
		bias[m] = n.weight(slot(level, m) + ".bias")
		missing[m] = n.Where(each[m], n.zero(), w[m])
	}
	share := n.Div(n.sum(missing[:]), count)
	for m := range Sequences {
		v[m] = n.Where(each[m], n.Add(w[m], share), n.zero())
	}
	return v, n.Reshape(n.sum(bias[:]), channels, 1)
}

func (n network) sum(list []*graph.Value) *graph.Value {
	total := list[0]
	for _, v := range list[1:] {
		total = n.Add(total, v)
	}
	return total
}

func (n network) zero() *graph.Value { return n.Const([]float32{0}) }
