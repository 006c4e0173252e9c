package lckd

import (
	"fmt"

	"quorum/segment/graph"
)

// Decoder is the graph that turns the encoder's features into a result: SlotName(m, l) [1,C_l,D/2^(l+1),…] for all four sequences and
// every level, and presence [1,4] of 0 and 1 → logit [1,3,D,H,W] of ET, WT, TC. The features of missing sequences must be finite, best
// zeros; they do not count. Without any sequence the result is NaN: callers refuse that before.
func Decoder(c Config, size [3]int) (*graph.Graph, error) {
	return build(c, size, func(n network) {
		n.Output("logit", n.decode(n.fuseInputs(size)))
	})
}

// SlotName is the decoder's input for the features of a sequence at a level.
func SlotName(sequence, level int) string { return fmt.Sprintf("feature/%d/%d", sequence, level) }

// fuseInputs declares the decoder's inputs and returns the fused features per level, finest first.
func (n network) fuseInputs(size [3]int) []*graph.Value {
	fused := make([]*graph.Value, len(n.Channels))
	p := n.present(n.Input("presence", 1, Sequences))
	for l, channels := range n.Channels {
		var f [Sequences]*graph.Value
		for m := range f {
			f[m] = n.Input(SlotName(m, l), 1, channels, size[0]>>(l+1), size[1]>>(l+1), size[2]>>(l+1))
		}
		fused[l] = n.fuseFast(l, f, p)
	}
	return fused
}

// decode turns fused features per level, finest first, into logits [1,3,D,H,W].
func (n network) decode(fused []*graph.Value) *graph.Value {
	d := n.block(bottleneck, fused[n.coarsest()])
	for l := n.coarsest() - 1; l >= 0; l-- {
		d = n.DepthToSpace(n.pointwise(up(l), d))
		d = n.block(decoder(l), n.Add(d, fused[l]))
	}
	return n.DepthToSpace(n.pointwise(head, d))
}
