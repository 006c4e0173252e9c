package lckd

import (
	"fmt"

	"quorum/segment/graph"
)

// Spec is one weight of the network. Names and shapes are those of state_dict() in the PyTorch reference net.py, in its order, so that
// weights trained there need no translation. Convolutions are [out, in, kD, kH, kW].
type Spec struct {
	Name  string
	Shape []int

	init initial
	fan  int // inputs of one output of the convolution that it belongs to
}

// Size is the number of values.
func (s Spec) Size() int { return graph.Size(s.Shape) }

// Parameters is the table of all weights: the only place that states names and shapes.
func Parameters(c Config) []Spec {
	var t table
	levels := c.Channels
	t.block(stem, 8, levels[0], 3)
	for l := 1; l < len(levels); l++ {
		t.block(down(l), 8*levels[l-1], levels[l], 1)
	}
	for l, n := range levels {
		for b := range encoderBlocks(l) {
			t.block(encoder(l, b), n, n, 3)
		}
	}
	for l, n := range levels {
		for m := range Sequences {
			t.add(slot(l, m)+".weight", slotGain, n, n, n, 1, 1, 1)
			t.add(slot(l, m)+".bias", zero, n, n)
		}
	}
	last := levels[c.coarsest()]
	t.block(bottleneck, last, last, 3)
	for l := range c.coarsest() {
		t.convolution(up(l), levels[l+1], 8*levels[l])
	}
	for l := range c.coarsest() {
		t.block(decoder(l), levels[l], levels[l], 3)
	}
	t.convolution(head, levels[0], 8*Regions)
	t[len(t)-1].init = rare
	return t
}

// HeadBias is the weight that is added to the logits: channel r·8 + place, with the place of a voxel within a block of 2×2×2.
const HeadBias = head + ".bias"

// The parts' names, as in net.py.
const (
	stem       = "stem"
	bottleneck = "bott"
	head       = "head"
)

func down(level int) string           { return fmt.Sprintf("down.%d", level-1) }
func encoder(level, block int) string { return fmt.Sprintf("enc.%d.%d", level, block) }
func slot(level, sequence int) string { return fmt.Sprintf("slot.%d.%d", level, sequence) }
func up(level int) string             { return fmt.Sprintf("up.%d", level) }
func decoder(level int) string        { return fmt.Sprintf("dec.%d", level) }

// encoderBlocks is one at the finest level, which costs most, and two below.
func encoderBlocks(level int) int { return min(level+1, 2) }

type table []Spec

func (t *table) add(name string, init initial, fan int, shape ...int) {
	*t = append(*t, Spec{name, shape, init, fan})
}

// block is a convolution without bias and an instance normalisation.
func (t *table) block(name string, in, out, kernel int) {
	fan := in * kernel * kernel * kernel
	t.add(name+".conv.weight", kaiming, fan, out, in, kernel, kernel, kernel)
	t.add(name+".norm.weight", one, fan, out)
	t.add(name+".norm.bias", zero, fan, out)
}

// convolution is 1×1×1 with bias.
func (t *table) convolution(name string, in, out int) {
	t.add(name+".weight", uniform, in, out, in, 1, 1, 1)
	t.add(name+".bias", uniform, in, out)
}
