package run

import (
	"errors"
	"fmt"
	"os"

	"quorum/segment"
	"quorum/segment/tile"
	"quorum/train/data"
)

// A step's process takes about so many bytes: a fixed part with library, parameters and moments, and what the forward pass keeps for the
// backward one. Measured for the compact network with float32 on OpenVINO: 690, 1,060 and 2,290 MB for 64³, 96³ and 128×160×128.
const (
	fixedBytes    = 500 << 20
	bytesPerVoxel = 700
)

// need estimates the bytes of a step.
func need(s data.Stage, channels int) int64 {
	voxels := int64(s.Images) * int64(s.Size[0]) * int64(s.Size[1]) * int64(s.Size[2])
	return fixedBytes + voxels*bytesPerVoxel*int64(channels)/24
}

// enough refuses a step that cannot fit before the system ends the program for it.
func (r *runner) enough() error {
	left, known := tile.Available(os.DirFS("/"))
	if !known || need(r.shape, r.config.Channels[0]) <= left {
		return nil
	}
	return r.tooLarge(fmt.Errorf("%d MB are free", left>>20), left)
}

// explain says what to do about an error of the runtime.
func (r *runner) explain(err error) error {
	if !errors.Is(err, segment.ErrMemory) {
		return err
	}
	left, known := tile.Available(os.DirFS("/"))
	if !known {
		left = need(r.shape, r.config.Channels[0]) / 2
	}
	return r.tooLarge(err, left)
}

// tooLarge names the largest cube that would fit.
func (r *runner) tooLarge(err error, left int64) error {
	text := "close other programs"
	s := r.shape
	for side := (s.Size[0] + s.Size[1] + s.Size[2]) / 3 / 16 * 16; side >= 32; side -= 16 {
		smaller := s
		smaller.Size = [3]int{side, side, side}
		if n := need(smaller, r.config.Channels[0]); n <= left && n < need(s, r.config.Channels[0]) {
			text = fmt.Sprintf("patches of %d×%d×%d would fit (stages: size)", side, side, side)
			break
		}
	}
	return fmt.Errorf("training on patches of %d×%d×%d voxels takes about %d MB of memory, too much: %s: %w", s.Size[0], s.Size[1], s.Size[2],
		need(s, r.config.Channels[0])>>20, text, err)
}
