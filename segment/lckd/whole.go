package lckd

import (
	"fmt"

	"quorum/segment/graph"
)

// Whole is the network in one graph, the one that a model file holds: image [1,4,D,H,W] and presence [1,4] of 0 and 1 → logit and
// probability [1,3,D,H,W]. Channels of missing sequences may hold anything, NaN included. Without any sequence the result is NaN.
//
// Nothing in it but SpaceToDepth and DepthToSpace depends on the size, so that D, H and W can be left open in the file.
func Whole(c Config, size [3]int) (*graph.Graph, error) {
	return build(c, size, func(n network) {
		image := n.Input("image", 1, Sequences, size[0], size[1], size[2])
		p := n.present(n.Input("presence", 1, Sequences))
		items := n.Where(p.items, n.Transpose(image, 1, 0, 2, 3, 4), n.zero())
		fused := n.encode(items)
		for l, f := range fused {
			fused[l] = n.fuse(l, f, p)
		}
		logit := n.decode(fused)
		n.Output("logit", logit)
		n.Output("probability", n.Sigmoid(logit))
	})
}

// CheckPresence refuses a presence [4] without any sequence, and one with entries other than 0 and 1.
func CheckPresence(p []float32) error {
	found := false
	for m, x := range p {
		if x != 0 && x != 1 {
			return fmt.Errorf("presence of sequence %d is %g; it must be 0 or 1", m, x)
		}
		found = found || x == 1
	}
	if len(p) != Sequences || !found {
		return fmt.Errorf("presence %v names no sequence: at least one of FLAIR, T1, T1ce and T2 is needed", p)
	}
	return nil
}
