package run

import (
	"context"
	"math"
	"time"

	"quorum/train/step"
)

// provisional is the length of the run while its steps are timed.
const provisional = 1000

// timeSteps turns the minutes that were asked for into steps: each stage is tried, and its share of the run counted. What is tried changes
// nothing. Evaluations are not counted.
func (r *runner) timeSteps(ctx context.Context) error {
	const tries = 3 // the first one plans memory, the fastest of the others counts
	total := 0.0    // seconds of a step, mean over the run
	for n, s := range r.config.Stages {
		r.state.Step = r.config.begin(n)
		if err := r.ready(ctx); err != nil {
			return err
		}
		fastest := math.Inf(1)
		feed, err := r.Data.Feed(r.config.plan(), r.config.Seed, r.state.Step*r.config.Accumulate)
		if err != nil {
			return err
		}
		for try := range tries {
			var seconds float64
			if seconds, err = r.try(ctx, feed); err != nil {
				break
			}
			if try > 0 {
				fastest = min(fastest, seconds)
			}
		}
		feed.Close()
		if err != nil {
			return err
		}
		end := 1.0
		if n+1 < len(r.config.Stages) {
			end = r.config.Stages[n+1].From
		}
		total += (end - s.From) * fastest * float64(r.config.Accumulate)
	}
	r.state.Step = 0
	r.config.Steps = max(1, int(math.Round(r.config.Asked*60/total)))
	return nil
}

// try takes one batch through the step and forgets the result.
func (r *runner) try(ctx context.Context, feed Feed) (seconds float64, err error) {
	begin := time.Now()
	b, err := feed.Next(ctx)
	if err != nil {
		return 0, err
	}
	if _, _, err := r.step.Run(ctx, r.state.State, b, step.Control{Apply: true, Clip: r.config.Clip}); err != nil {
		return 0, r.explain(err)
	}
	return time.Since(begin).Seconds(), nil
}

// left is how many seconds the rest of the steps will take, if one takes this long now; later stages are counted by their voxels.
func (r *runner) left(seconds float64) float64 {
	voxels := func(at int) float64 {
		s := r.config.stage(at)
		return float64(s.Images * s.Size[0] * s.Size[1] * s.Size[2])
	}
	rest := 0.0
	for n := range r.config.Stages {
		end := r.config.Steps
		if n+1 < len(r.config.Stages) {
			end = r.config.begin(n + 1)
		}
		if steps := end - max(r.state.Step, r.config.begin(n)); steps > 0 {
			rest += float64(steps) * voxels(r.config.begin(n))
		}
	}
	return rest * seconds / voxels(r.state.Step-1)
}
