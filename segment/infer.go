package segment

import (
	"context"
	"fmt"

	"quorum/segment/prep"
	"quorum/segment/tile"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// tensors are the inputs of a case by sequence, each [D,H,W] of its size.
type tensors [sequence.Count][]float32

// infer computes the scores of a subset: plainly, in tiles, or as the mean over eight flips.
func (c *Case) infer(ctx context.Context, u sequence.Subset, o Options, m *meter) (scores, error) {
	plain, done, err := c.passes(ctx, u, o, m)
	if err != nil {
		return scores{}, err
	}
	defer done()
	logits, err := plain(ctx, tensors(c.prepared.Input), "")
	if err != nil || !o.Flips {
		return scores{value: logits}, err
	}
	// The flips turn the box, not its padding: an input is always padded at its high end.
	extent := extentOf(&c.prepared.Frame)
	mean := sigmoids(logits)
	for axes := 1; axes < 8; axes++ {
		var input tensors
		for _, s := range u.Sequences() {
			input[s] = make([]float32, len(c.prepared.Input[s]))
			flip(input[s], c.prepared.Input[s], c.prepared.Size, extent, axes)
		}
		if logits, err = plain(ctx, input, fmt.Sprintf(", flip %d of 7", axes)); err != nil {
			return scores{}, err
		}
		for r, p := range sigmoids(logits) {
			back := make([]float32, len(p))
			flip(back, p, c.prepared.Size, extent, axes)
			add(mean[r], back)
		}
	}
	for _, p := range mean {
		for i := range p {
			p[i] /= 8
		}
	}
	return scores{value: mean, probability: true}, nil
}

// pass computes logits of the whole lattice from the inputs; text is added to what progress says.
type pass func(ctx context.Context, input tensors, text string) ([label.RegionCount][]float32, error)

// passes chooses between one pass and tiles. done gives back what the passes hold.
func (c *Case) passes(ctx context.Context, u sequence.Subset, o Options, m *meter) (run pass, done func(), err error) {
	if o.Tile == 0 {
		return func(ctx context.Context, input tensors, text string) ([label.RegionCount][]float32, error) {
			return c.whole(ctx, u, input, text, m)
		}, func() {}, nil
	}
	plan, err := tile.NewPlan(c.prepared.Size, o.Tile)
	if err != nil {
		return nil, nil, err
	}
	programs := c.network.lease(ctx, plan.Tile)
	run = func(ctx context.Context, input tensors, text string) ([label.RegionCount][]float32, error) {
		return c.tiled(ctx, programs, plan, u, input, text, m)
	}
	return run, func() { c.network.release(programs) }, nil
}

// whole is one pass over the whole lattice. The features of the study's own inputs are kept, those of flipped ones are not.
func (c *Case) whole(ctx context.Context, u sequence.Subset, input tensors, text string, m *meter) (logits [label.RegionCount][]float32, err error) {
	var f [sequence.Count]features
	for _, s := range u.Sequences() {
		m.begin("encoding "+s.String()+text, 1)
		if &input[s][0] == &c.prepared.Input[s][0] {
			f[s], err = c.known(ctx, s)
		} else {
			f[s], err = c.encode(ctx, c.programs, input[s])
		}
		if err != nil {
			return logits, err
		}
	}
	m.begin("segmenting"+text, 1)
	out, err := c.decode(ctx, c.programs, u, f)
	copy(logits[:], out)
	return logits, err
}

// tiled is a pass in tiles. Nothing is kept.
func (c *Case) tiled(ctx context.Context, programs *pair, plan tile.Plan, u sequence.Subset, input tensors, text string, m *meter) (logits [label.RegionCount][]float32, err error) {
	done := 0
	out, err := plan.Run(ctx, label.RegionCount, func(ctx context.Context, origin [3]int) ([][]float32, error) {
		done++
		m.begin(fmt.Sprintf("tile %d of %d%s", done, len(plan.Origin), text), float64(u.Len()+1))
		var f [sequence.Count]features
		for _, s := range u.Sequences() {
			var err error
			if f[s], err = c.encode(ctx, programs, plan.Cut(input[s], origin)); err != nil {
				return nil, err
			}
		}
		return c.decode(ctx, programs, u, f)
	})
	copy(logits[:], out)
	return logits, err
}

func extentOf(f *prep.Frame) (extent [3]int) {
	for a, side := range f.Box {
		extent[a] = side[1] - side[0]
	}
	return extent
}

// flip copies the box of a tensor, the first extent voxels along each axis, mirrored along the axes whose bits are set (bit 0 is D). It
// is its own inverse. The padding of to is left alone.
func flip(to, from []float32, size, extent [3]int, axes int) {
	mirror := func(a, x int) int {
		if axes>>a&1 == 1 {
			return extent[a] - 1 - x
		}
		return x
	}
	for d := range extent[0] {
		for h := range extent[1] {
			src := from[(d*size[1]+h)*size[2]:][:extent[2]]
			dst := to[(mirror(0, d)*size[1]+mirror(1, h))*size[2]:][:extent[2]]
			for w, x := range src {
				dst[mirror(2, w)] = x
			}
		}
	}
}

func add(sum, more []float32) {
	for i, x := range more {
		sum[i] += x
	}
}
