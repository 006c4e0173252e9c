package lckd

import (
	"math"
	"math/rand/v2"

	"quorum/segment/graph"
)

// initial is how a weight starts out, from the number of inputs of one output.
type initial func(r *rand.Rand, fan int) float64

func zero(*rand.Rand, int) float64 { return 0 }

func one(*rand.Rand, int) float64 { return 1 }

// rare is the bias of the head: tumour is rare, so the first guess is σ(−2) = 0.12.
func rare(*rand.Rand, int) float64 { return -2 }

// kaiming keeps the variance through a leaky ReLU of slope 0.01 (He et al., 2015).
func kaiming(r *rand.Rand, fan int) float64 {
	return r.NormFloat64() * math.Sqrt(2/(1+slope*slope)/float64(fan))
}

// slotGain makes the sum over the four slots start at unit gain.
func slotGain(r *rand.Rand, fan int) float64 {
	return r.NormFloat64() * math.Sqrt(1/(Sequences*float64(fan)))
}

// uniform is PyTorch's default for a convolution and its bias.
func uniform(r *rand.Rand, fan int) float64 {
	return (2*r.Float64() - 1) / math.Sqrt(float64(fan))
}

// Random are the weights of an untrained network, distributed like those of net.py. The same seed gives the same weights.
func Random(c Config, seed uint64) graph.Weights {
	r := rand.New(rand.NewPCG(seed, 0))
	w := graph.Weights{}
	for _, s := range Parameters(c) {
		data := make([]float32, s.Size())
		for i := range data {
			data[i] = float32(s.init(r, s.fan))
		}
		w[s.Name] = graph.Tensor{Shape: s.Shape, Data: data}
	}
	return w
}
