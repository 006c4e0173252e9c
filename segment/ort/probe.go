package ort

import (
	"context"
	"math"
	"math/rand/v2"

	"quorum/segment/graph"
	"quorum/segment/lckd"
)

// Probe is a network with a known input, on which devices are compared with the CPU.
type Probe struct {
	Name string // changes when the trial changes: remembered checks are found by it
	Make func(context.Context) (Trial, error)
}

// Trial is what is run.
type Trial struct {
	Graph   *graph.Graph
	Weights graph.Weights
	Inputs  map[string]graph.Tensor
	Output  string // name of the output [N,C,D,H,W] that is compared; its signs are the decisions
}

// builtinProbe is the compact network with random weights. It judges bfloat16 more strictly than a trained network does, whose logits are
// far from zero in most voxels: programs that have one should check with it.
var builtinProbe = Probe{Name: "compact network, random weights, 1", Make: func(context.Context) (Trial, error) {
	size := [3]int{32, 48, 64} // unequal, so that swapped axes show
	g, err := lckd.Whole(lckd.Compact, size)
	return Trial{
		Graph:   g,
		Weights: lckd.Random(lckd.Compact, 1),
		Inputs: map[string]graph.Tensor{
			"image":    {Shape: []int{1, lckd.Sequences, size[0], size[1], size[2]}, Data: balls(size)},
			"presence": {Shape: []int{1, lckd.Sequences}, Data: []float32{1, 0, 1, 1}},
		},
		Output: "logit",
	}, err
}}

// balls is an image of four channels: noise, and in each a bright ball of its own place and size.
func balls(size [3]int) []float32 {
	r := rand.New(rand.NewPCG(1, 2))
	image := make([]float32, 0, lckd.Sequences*size[0]*size[1]*size[2])
	for m := range lckd.Sequences {
		for z := range size[0] {
			for y := range size[1] {
				for x := range size[2] {
					v := 0.3 * r.NormFloat64()
					if math.Hypot(math.Hypot(float64(z-14), float64(y-20-m)), float64(x-30+2*m)) < float64(7+m) {
						v += 2
					}
					image = append(image, float32(v))
				}
			}
		}
	}
	return image
}
