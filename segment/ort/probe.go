package ort

import (
	"context"
	"fmt"
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

// Trial is what is run: one graph or, as in use, an encoder on each image and then a decoder on the features (see Split).
type Trial struct {
	Graph   *graph.Graph
	Weights graph.Weights
	Inputs  map[string]graph.Tensor
	Output  string // name of Graph's output [N,C,D,H,W] that is compared; its signs are the decisions

	Encoder *graph.Graph                 // nil: Graph alone
	Images  [lckd.Sequences]graph.Tensor // the encoder's inputs; those without data are missing
	Small   *Trial                       // run instead on a software adapter, which needs a minute for a second of the CPU; nil: this one
}

// smallSize is that of a Small trial. Its sides are unequal, so that swapped axes show.
var smallSize = [3]int{32, 48, 64}

// Split is the trial of a network as studies are computed: the encoder on each image there is, [D,H,W] of size, then the decoder.
func Split(c lckd.Config, w graph.Weights, size [3]int, images [lckd.Sequences][]float32) (Trial, error) {
	encoder, err := lckd.Encoder(c, size)
	if err != nil {
		return Trial{}, err
	}
	decoder, err := lckd.Decoder(c, size)
	if err != nil {
		return Trial{}, err
	}
	t := Trial{Graph: decoder, Encoder: encoder, Weights: w, Output: "logit"}
	presence := graph.Tensor{Shape: []int{1, lckd.Sequences}, Data: make([]float32, lckd.Sequences)}
	for m, data := range images {
		if data == nil {
			continue
		}
		if len(data) != graph.Size(size[:]) {
			return Trial{}, fmt.Errorf("image %d of a trial has %d voxels, not %d×%d×%d", m, len(data), size[0], size[1], size[2])
		}
		presence.Data[m] = 1
		t.Images[m] = graph.Tensor{Shape: []int{1, 1, size[0], size[1], size[2]}, Data: data}
	}
	t.Inputs = map[string]graph.Tensor{"presence": presence}
	part := [3]int{min(size[0], smallSize[0]), min(size[1], smallSize[1]), min(size[2], smallSize[2])}
	if part == size {
		return t, nil
	}
	for m, data := range images {
		if data != nil {
			images[m] = centre(data, size, part)
		}
	}
	small, err := Split(c, w, part, images)
	t.Small = &small
	return t, err
}

// centre cuts the middle out of an image.
func centre(data []float32, size, part [3]int) []float32 {
	cut := make([]float32, 0, graph.Size(part[:]))
	for z := range part[0] {
		for y := range part[1] {
			at := ((z+(size[0]-part[0])/2)*size[1]+y+(size[1]-part[1])/2)*size[2] + (size[2]-part[2])/2
			cut = append(cut, data[at:at+part[2]]...)
		}
	}
	return cut
}

// builtinProbe is the compact network with random weights. It judges bfloat16 more strictly than a trained network does, whose logits are
// far from zero in most voxels: programs that have one should check with it.
var builtinProbe = Probe{Name: "compact network, random weights, 2", Make: func(context.Context) (Trial, error) {
	size := [3]int{96, 112, 96}
	images := balls(size)
	images[1] = nil
	return Split(lckd.Compact, lckd.Random(lckd.Compact, 1), size, images)
}}

// balls are four images: noise, and in each a bright ball of its own place and size.
func balls(size [3]int) (images [lckd.Sequences][]float32) {
	r := rand.New(rand.NewPCG(1, 2))
	for m := range images {
		images[m] = make([]float32, 0, graph.Size(size[:]))
		for z := range size[0] {
			for y := range size[1] {
				for x := range size[2] {
					v := 0.3 * r.NormFloat64()
					if math.Hypot(math.Hypot(float64(z-size[0]/2), float64(y-size[1]/2-m)), float64(x-size[2]/2+2*m)) < float64(7+m) {
						v += 2
					}
					images[m] = append(images[m], float32(v))
				}
			}
		}
	}
	return images
}
