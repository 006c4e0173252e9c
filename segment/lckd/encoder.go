package lckd

import (
	"fmt"

	"quorum/segment/graph"
)

// Encoder is the graph for one sequence of size D, H, W: image [1,1,D,H,W] → FeatureName(l) [1,C_l,D/2^(l+1),…] for every level,
// finest first. The features do not depend on which other sequences there are.
func Encoder(c Config, size [3]int) (*graph.Graph, error) {
	return build(c, size, func(n network) {
		image := n.Input("image", 1, 1, size[0], size[1], size[2])
		for l, f := range n.encode(image) {
			n.Output(FeatureName(l), f)
		}
	})
}

// FeatureName is the encoder's output at a level, 0 the finest.
func FeatureName(level int) string { return fmt.Sprintf("feature/%d", level) }

// encode turns images [n,1,D,H,W], each item one sequence, into features per level, finest first; the last is f_m, which is distilled.
func (n network) encode(image *graph.Value) []*graph.Value {
	var features []*graph.Value
	h := n.block(stem, n.SpaceToDepth(image))
	for l := range n.Channels {
		if l > 0 {
			h = n.block(down(l), n.SpaceToDepth(h))
		}
		for b := range encoderBlocks(l) {
			h = n.block(encoder(l, b), h)
		}
		features = append(features, h)
	}
	return features
}
