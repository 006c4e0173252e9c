package run

import (
	"errors"
	"fmt"
	"os"

	"quorum/segment"
	"quorum/segment/tile"
	"quorum/train/data"
)

// footprint is the memory of a process that trains: a fixed part with library, parameters and moments, and a part for each voxel of a batch,
// which the forward pass keeps for the backward one.
type footprint struct{ fixed, voxel int64 }

// footprintOf was measured for the compact network with float32 at 64³ and 96³, with one graph (lean) and with four, one for each number of
// sequences: 0.73 and 1.32, 1.70 and 3.26 GB on OpenVINO, which keeps the memory of every graph; 1.03 and 2.40, 1.20 and 2.85 GB on the CPU
// (`quorum bench train --subsets`). At 128×160×128 a run on OpenVINO with bfloat16 took 6.7 GB. Graphics cards have memory of their own, which
// is not counted.
func footprintOf(provider string, lean bool) footprint {
	switch {
	case provider == "cpu" && lean:
		return footprint{450 << 20, 2250}
	case provider == "cpu":
		return footprint{510 << 20, 2650}
	case provider == "openvino" && !lean:
		return footprint{1000 << 20, 2550}
	}
	return footprint{490 << 20, 950}
}

// need estimates the bytes that a stage takes.
func (c Config) need(s data.Stage, provider string) int64 {
	f := footprintOf(provider, c.Lean)
	voxels := int64(s.Images) * int64(s.Size[0]) * int64(s.Size[1]) * int64(s.Size[2])
	return f.fixed + voxels*f.voxel*int64(c.network().Channels[0])/24
}

// fits says in a sentence which stage cannot be trained in so many bytes.
func (c Config) fits(provider string, left int64) error {
	for _, s := range c.Stages {
		if c.need(s.Stage, provider) > left {
			return c.tooLarge(s.Stage, provider, left, fmt.Errorf("%d MB are free", left>>20))
		}
	}
	return nil
}

// enough refuses a run with a stage that cannot fit before hours of work, and before the system ends the program for it. A new run makes do
// with one graph if four do not fit.
func (r *runner) enough(fresh bool) error {
	left, known := tile.Available(os.DirFS("/"))
	if !known {
		return nil
	}
	provider := r.Executor.Backend().Provider
	err := r.config.fits(provider, left)
	if err == nil || !fresh || r.config.Lean {
		return err
	}
	r.config.Lean = true
	return r.config.fits(provider, left)
}

// room refuses the present stage where its memory was taken by others since the run began.
func (r *runner) room() error {
	left, known := tile.Available(os.DirFS("/"))
	if !known {
		return nil
	}
	return r.config.fitsNow(r.shape, r.Executor.Backend().Provider, left)
}

// fitsNow is fits for one stage, in a process that holds the fixed part already.
func (c Config) fitsNow(s data.Stage, provider string, left int64) error {
	c.Stages = []Stage{{Stage: s}}
	return c.fits(provider, left+footprintOf(provider, c.Lean).fixed)
}

// explain says what to do about an error of the runtime.
func (r *runner) explain(err error) error {
	if !errors.Is(err, segment.ErrMemory) {
		return err
	}
	provider := r.Executor.Backend().Provider
	fixed := footprintOf(provider, r.config.Lean).fixed
	left := fixed + (r.config.need(r.shape, provider)-fixed)/2           // the estimate was too low
	return r.config.tooLarge(r.shape, provider, left, segment.ErrMemory) // the runtime's own advice is for inference
}

// tooLarge names the largest cube that would fit.
func (c Config) tooLarge(s data.Stage, provider string, left int64, err error) error {
	text := "close other programs"
	for side := (s.Size[0] + s.Size[1] + s.Size[2]) / 3 / 16 * 16; side >= 32; side -= 16 {
		smaller := s
		smaller.Size = [3]int{side, side, side}
		if n := c.need(smaller, provider); n <= left && n < c.need(s, provider) {
			text = fmt.Sprintf("patches of %d×%d×%d would fit (stages: size)", side, side, side)
			break
		}
	}
	return fmt.Errorf("training on patches of %d×%d×%d voxels takes about %d MB of memory, too much: %s: %w", s.Size[0], s.Size[1], s.Size[2],
		c.need(s, provider)>>20, text, err)
}
