package segment

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/segment/prep"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// Case is a loaded study, prepared, with each sequence encoded at most once; every subset then costs one decoder pass.
type Case struct {
	network  *Network
	prepared *prep.Prepared
	memory   memory
	forced   *forced // tiles for every result; nil = as its options need
	programs *pair   // for one pass, or for forced tiles

	lock     sync.Mutex
	features [sequence.Count]features
}

// features are the encoder's output for one sequence by level, finest first; nil = not encoded.
type features []graph.Tensor

// Size is D, H, W of the network's lattice: the crop box, padded at the high end to multiples of 16.
func (c *Case) Size() [3]int { return c.prepared.Size }

// Box is the crop box on the axes L, P, S of the network's lattice: [first, end).
func (c *Case) Box() [3][2]int { return c.prepared.Box }

// Lattice is the grid of the network's lattice: its voxel (i, j, k) is the element [D,H,W] = [i,j,k] of Result.Logit.
func (c *Case) Lattice() volume.Grid { return c.prepared.Lattice() }

// Encode encodes a sequence that results may ask for, if that has not been done. Where memory forces tiles nothing is kept, and so it does
// nothing.
func (c *Case) Encode(ctx context.Context, s sequence.Sequence) error {
	if err := c.check(sequence.Of(s)); err != nil || c.forced != nil {
		return err
	}
	_, err := c.known(ctx, s)
	return err
}

// Crop brings labels of the study's grid onto the network's lattice, [D,H,W] of Size; nearest where the study is not 1 mm.
func (c *Case) Crop(m *label.Map) ([]label.Label, error) { return c.prepared.Crop(m) }

// Close drops the cached features.
func (c *Case) Close() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.features = [sequence.Count]features{}
	if c.programs != nil {
		c.network.release(c.programs)
		c.programs = nil
	}
}

// check refuses a subset that cannot be computed.
func (c *Case) check(u sequence.Subset) error {
	if c.programs == nil {
		return errors.New("this study was closed")
	}
	present := c.prepared.Present
	if u == 0 {
		return fmt.Errorf("no sequence is chosen: at least one is needed, the study has %s", present.Names())
	}
	if more := u.Without(present); more != 0 {
		return fmt.Errorf("%s is not loaded: the study has %s", more.Names(), present.Names())
	}
	return nil
}

// passSize is the size that a plain result's programs are made for.
func (c *Case) passSize(size [3]int) [3]int {
	if c.forced == nil {
		return size
	}
	for a, n := range size {
		size[a] = min(n, c.forced.tile)
	}
	return size
}

// known gives a sequence's features in one pass over the whole box, encoded on the first call.
func (c *Case) known(ctx context.Context, s sequence.Sequence) (features, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.features[s] == nil {
		f, err := c.encode(ctx, c.programs, c.prepared.Input[s])
		if err != nil {
			return nil, err
		}
		c.features[s] = f
	}
	return c.features[s], nil
}

// encode runs the encoder on one sequence, [D,H,W] of the programs' size.
func (c *Case) encode(ctx context.Context, p *pair, input []float32) (features, error) {
	program, err := p.encoder.wait(ctx)
	if err != nil {
		return nil, err
	}
	image := graph.Tensor{Shape: []int{1, 1, p.size[0], p.size[1], p.size[2]}, Data: input}
	out, err := program.Run(ctx, map[string]graph.Tensor{"image": image})
	if err != nil {
		return nil, err
	}
	list := make(features, len(c.network.model.Config.Channels))
	for l := range list {
		var ok bool
		if list[l], ok = out[lckd.FeatureName(l)]; !ok {
			return nil, fmt.Errorf("the encoder gave no %s", lckd.FeatureName(l))
		}
	}
	return list, nil
}

// decode runs the decoder on the features of the sequences of u and returns logits, each [D,H,W] of the programs' size. Slots of missing
// sequences get the features of one that is there: they do not count, must be finite, and cost no memory in this way.
func (c *Case) decode(ctx context.Context, p *pair, u sequence.Subset, f [sequence.Count]features) ([][]float32, error) {
	program, err := p.decoder.wait(ctx)
	if err != nil {
		return nil, err
	}
	presence := u.Presence()
	in := map[string]graph.Tensor{"presence": {Shape: []int{1, sequence.Count}, Data: presence[:]}}
	filler := f[u.Sequences()[0]]
	for m, list := range f {
		if !u.Has(sequence.Sequence(m)) {
			list = filler
		}
		for l, t := range list {
			in[lckd.SlotName(m, l)] = t
		}
	}
	out, err := program.Run(ctx, in)
	if err != nil {
		return nil, err
	}
	n := p.size[0] * p.size[1] * p.size[2]
	logit := out["logit"].Data
	if len(logit) != label.RegionCount*n {
		return nil, fmt.Errorf("the decoder gave %d values for %v voxels", len(logit), p.size)
	}
	regions := make([][]float32, label.RegionCount)
	for r := range regions {
		regions[r] = logit[r*n : (r+1)*n : (r+1)*n]
	}
	return regions, nil
}
