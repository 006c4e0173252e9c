package segment

import (
	"context"
	"errors"
	"fmt"

	"quorum/segment/tile"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// ErrMemory is in the chain of an Executor's error that came from a lack of memory: fewer voxels at once may work.
var ErrMemory = errors.New("there was not enough memory")

// forced says that one pass over a study does not fit into memory.
type forced struct {
	tile   int
	reason string
}

// memory is what was free when a study was opened, before anything of it was computed: what is needed is counted from there.
type memory struct {
	left  int64
	known bool
}

// force decides whether memory forces tiles on a result; nil if not, or if nobody knows how much memory there is.
func (c *Case) force(o Options) *forced {
	if c.forced != nil {
		return c.forced
	}
	frame := &c.prepared.Frame
	need := tile.Need(frame.Size, frame.Present.Len(), c.network.model.Config.Channels) + c.extra(o)
	if !c.memory.known || need <= c.memory.left || !tileable(frame.Size) {
		return nil
	}
	const gb = 1e9
	return &forced{tile.Default, fmt.Sprintf("The whole brain in one pass needs about %.1f GB of memory and %.1f GB are free, so it was "+
		"computed in tiles of %d voxels; the result differs a little from one pass. Close other programs to avoid this",
		float64(need)/gb, float64(c.memory.left)/gb, tile.Default)}
}

// tileable says whether tiles of the default side are smaller than a lattice.
func tileable(size [3]int) bool { return max(size[0], size[1], size[2]) > tile.Default }

// extra estimates the bytes that the options of a result take beyond tile.Need, for one pass. Arrays of Go count twice: the garbage
// collector lets the heap grow to about twice of what is alive.
func (c *Case) extra(o Options) int64 {
	frame := &c.prepared.Frame
	box, source := float64(frame.Size[0])*float64(frame.Size[1])*float64(frame.Size[2]), float64(frame.Source.Voxels())
	floats := 0.0
	if o.Flips {
		features, share := 0.0, 1.0
		for _, channels := range c.network.model.Config.Channels {
			share /= 8
			features += float64(channels) * share
		}
		// The turned inputs and their features, beside those that are kept; the mean, one flip's probabilities and one turned back.
		floats += box * (float64(frame.Present.Len())*(1+features) + 2*label.RegionCount + 1)
	}
	if o.Probabilities {
		floats += label.RegionCount * (box + source)
	}
	if o.Logits && o.Flips {
		floats += label.RegionCount * box
	}
	const bytes, collector = 4, 2
	return int64(bytes * collector * floats)
}

// lighten gives up what one pass holds after it ran out of memory, and makes tiles the way for this and every later result.
func (c *Case) lighten(ctx context.Context) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.features = [sequence.Count]features{}
	c.forced = &forced{tile.Default, fmt.Sprintf("There was not enough memory for the whole brain in one pass, so it was computed in tiles of "+
		"%d voxels; the result differs a little from one pass. Close other programs to avoid this", tile.Default)}
	c.network.discard(c.programs)
	c.programs = c.network.lease(ctx, c.passSize(c.prepared.Size))
}
