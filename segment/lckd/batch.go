package lckd

import "quorum/segment/graph"

// Batch is the network on several images, each with its own sequences, inside a graph that needs more than its result.
type Batch struct {
	Logit    *graph.Value // [B,3,D,H,W] of ET, WT, TC
	Feature  *graph.Value // f_m, which is distilled: [B,4,C,d,h,w], finite but without meaning for missing sequences
	Presence *graph.Value // [B,4] of exact 0 and 1
}

// Forward adds the network to g, for image [B,4,D,H,W] with sides that c.CheckSize accepts and presence [B,4] of 0 and 1, at least one of
// them 1 for each item. weight gives the weights by the names of Parameters. Channels of missing sequences may hold anything.
// It computes what Whole does, in the order that differentiates cheaply.
//
// Like the methods of graph.Graph it panics where shapes do not fit; use it inside graph.Build.
func Forward(g *graph.Graph, c Config, weight func(name string) *graph.Value, image, presence *graph.Value) Batch {
	n := network{g, c, weight}
	batch, size := image.Shape[0], image.Shape[2:]
	there := n.Greater(presence, n.Const([]float32{0.5}))
	items := n.Reshape(image, append([]int{batch * Sequences, 1}, size...)...)
	items = n.Where(n.Reshape(there, batch*Sequences, 1, 1, 1, 1), items, n.zero())
	features := n.encode(items)
	last := features[n.coarsest()]
	fused := make([]*graph.Value, len(features))
	for l, f := range features {
		fused[l] = n.fuseBatch(l, f, there)
	}
	return Batch{
		Logit:    n.decode(fused),
		Feature:  n.Reshape(last, append([]int{batch, Sequences}, last.Shape[1:]...)...),
		Presence: there,
	}
}
