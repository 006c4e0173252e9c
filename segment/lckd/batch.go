package lckd

import "quorum/segment/graph"

// Batch is the network on several images, each with its own sequences, inside a graph that needs more than its result.
type Batch struct {
	Logit    *graph.Value // [B,3,D,H,W] of ET, WT, TC
	Feature  *graph.Value // f_m, which is distilled: [B,K,C,d,h,w], finite but without meaning for missing sequences
	Presence *graph.Value // [B,K] of exact 0 and 1: whether f_m is of a sequence that is there
}

// Images are the inputs of a batch of B images with sides that Config.CheckSize accepts. Either K = 4 and the channels are the sequences in
// order, of which missing ones may hold anything; or only those that are there are given, equally many for each image, and Slots says which
// they are: then nothing is computed for the others.
type Images struct {
	Voxels   *graph.Value // [B,K,D,H,W]
	Presence *graph.Value // [B,4] of 0 and 1, at least one of them 1 for each image
	Slots    *graph.Value // [B,K,4], a single 1 in each row: the sequence of a channel; nil = all four in order
}

// Forward adds the network to g. weight gives the weights by the names of Parameters. It computes what Whole does, in the order that
// differentiates cheaply.
//
// Like the methods of graph.Graph it panics where shapes do not fit; use it inside graph.Build.
func Forward(g *graph.Graph, c Config, weight func(name string) *graph.Value, in Images) Batch {
	n := network{g, c, weight}
	batch, channels, size := in.Voxels.Shape[0], in.Voxels.Shape[1], in.Voxels.Shape[2:]
	there := n.Greater(in.Presence, n.Const([]float32{0.5}))
	items := n.Reshape(in.Voxels, append([]int{batch * channels, 1}, size...)...)
	given := there
	if in.Slots == nil {
		items = n.Where(n.Reshape(there, batch*channels, 1, 1, 1, 1), items, n.zero())
	} else {
		given = n.ReduceSum(in.Slots, 2) // ones
		given = n.Reshape(given, batch, channels)
	}
	features := n.encode(items)
	last := features[n.coarsest()]
	fused := make([]*graph.Value, len(features))
	for l, f := range features {
		fused[l] = n.fuseBatch(l, f, there, in.Slots)
	}
	return Batch{
		Logit:    n.decode(fused),
		Feature:  n.Reshape(last, append([]int{batch, channels}, last.Shape[1:]...)...),
		Presence: given,
	}
}
