// Package lckd builds the compact LCKD network (docs/method.md; Wang et al., MICCAI 2023, arXiv 2310.01035) as graphs: one network for
// every non-empty subset of the sequences FLAIR, T1, T1ce, T2.
//
// An encoder, shared by the sequences, turns each one by itself into features at 1/2, 1/4, … resolution; at every level the four are
// fused, a missing one filled in by the mean of those that are there; a decoder turns the fused features into the logits of ET, WT
// and TC. Axes are [item, channel, D, H, W], all sides multiples of Config.Multiple.
package lckd

import "fmt"

// Sequences and Regions are the numbers of input channels (FLAIR, T1, T1ce, T2) and output channels (ET, WT, TC).
const (
	Sequences = 4
	Regions   = 3
)

// Config is the size of the network; everything else about it is fixed by the method.
type Config struct {
	Channels []int `json:"channels"` // features at 1/2, 1/4, 1/8, … resolution; the compact default is 24, 48, 96, 128
}

// Compact is the default network: 2,704,648 parameters.
var Compact = Config{Channels: []int{24, 48, 96, 128}}

// Tiny is the network of the golden files and of quick tests.
var Tiny = Config{Channels: []int{4, 6, 8, 10}}

// Limits of a Config: wide enough for any network that a desktop can run, narrow enough that a damaged file cannot ask for the moon.
const (
	maxLevels   = 6
	maxChannels = 1024
)

// Validate says in a sentence what is wrong with the sizes, if anything.
func (c Config) Validate() error {
	if len(c.Channels) < 1 || len(c.Channels) > maxLevels {
		return fmt.Errorf("the network has %d levels; 1 to %d are possible", len(c.Channels), maxLevels)
	}
	for l, n := range c.Channels {
		if n < 1 || n > maxChannels {
			return fmt.Errorf("level %d of the network has %d channels; 1 to %d are possible", l, n, maxChannels)
		}
	}
	return nil
}

// Multiple is what the sides of an image must be multiples of: 2 to the power of the levels, 16 for Compact.
func (c Config) Multiple() int { return 1 << len(c.Channels) }

// CheckSize says in a sentence why the network cannot take an image of D, H, W voxels, if so.
func (c Config) CheckSize(size [3]int) error {
	if err := c.Validate(); err != nil {
		return err
	}
	for _, d := range size {
		if d < 1 || d%c.Multiple() != 0 {
			return fmt.Errorf("an image of %d×%d×%d voxels does not fit the network: every side must be a multiple of %d", size[0], size[1], size[2], c.Multiple())
		}
	}
	return nil
}

// coarsest is the number of the last level.
func (c Config) coarsest() int { return len(c.Channels) - 1 }

// ParameterCount counts the values of all weights.
func (c Config) ParameterCount() int {
	n := 0
	for _, s := range Parameters(c) {
		n += s.Size()
	}
	return n
}
