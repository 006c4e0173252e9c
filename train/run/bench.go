package run

import (
	"context"
	"slices"

	"quorum/segment"
)

// Pace is how fast steps are.
type Pace struct {
	Size    [3]int  `json:"size"`
	Images  int     `json:"images"`
	Steps   int     `json:"steps"`         // that were timed
	Seconds float64 `json:"seconds"`       // of a step, the median
	Voxels  float64 `json:"voxels_second"` // of all images and sequences, by the median
	Share   float64 `json:"runtime_share"` // of the time within the runtime, by the sums

	Few  []float64 `json:"seconds_by_sequences,omitempty"` // of a step on images with one, two, three and four sequences
	Mean float64   `json:"mean_seconds,omitempty"`         // over those, which are drawn equally often
}

// Bench times steps of each stage of c with random weights and all four sequences, without evaluations and checkpoints. Batches are made
// while steps run, as in training. With few, images that lack sequences are timed too; their graphs are held beside the one for all four then.
func Bench(ctx context.Context, e segment.Executor, d Data, c Config, steps int, few bool, finished func(Pace)) error {
	c.Accumulate, c.Steps, c.Lean = 1, (steps+1)*len(c.Stages), !few
	for n := range c.Stages {
		c.Stages[n].From, c.Stages[n].Subset = float64(n)/float64(len(c.Stages)), 0
	}
	if err := c.Check(); err != nil {
		return err
	}
	r := &runner{Options: Options{Executor: e, Data: d}, config: c.settled(true)}
	defer r.close()
	if err := r.first(); err != nil {
		return err
	}
	var err error
	if r.feed, err = d.Feed(r.config.plan(), c.Seed, 0); err != nil {
		return err
	}
	for range c.Stages {
		p, err := r.timed(ctx, steps)
		if err != nil {
			return err
		}
		if few {
			seconds, err := r.timeStage(ctx, r.shape)
			if err != nil {
				return err
			}
			p.Few, p.Mean = seconds[:], expected(seconds, 1)
		}
		finished(p)
	}
	return nil
}

// timed takes one step, which compiles and plans memory, and then those that count.
func (r *runner) timed(ctx context.Context, steps int) (Pace, error) {
	var seconds []float64
	all, within := 0.0, 0.0
	r.Emit = func(e Event) {
		if e.Kind == Stepped {
			seconds = append(seconds, e.Progress.Seconds)
			all += e.Progress.Seconds
			within += e.Progress.Runtime
		}
	}
	for n := range steps + 1 {
		if err := ctx.Err(); err != nil {
			return Pace{}, err
		}
		if n == 1 {
			seconds, all, within = nil, 0, 0
		}
		if err := r.advance(ctx); err != nil {
			return Pace{}, err
		}
	}
	slices.Sort(seconds)
	p := Pace{Size: r.shape.Size, Images: r.shape.Images, Steps: steps, Seconds: seconds[len(seconds)/2], Share: within / all}
	p.Voxels = float64(4*p.Images*p.Size[0]*p.Size[1]*p.Size[2]) / p.Seconds
	return p, nil
}
