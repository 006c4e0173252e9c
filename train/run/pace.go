package run

import (
	"context"
	"math"
	"slices"
	"sort"
	"time"

	"quorum/segment/lckd"
	"quorum/train/data"
	"quorum/train/step"
)

// provisional is the length of the run while its steps are timed.
const provisional = 1000

// timeSteps turns the minutes that were asked for into steps: in each stage images with one to four sequences are tried, which take different
// times, and counted as often as they will be drawn. What is tried changes nothing. Evaluations are not counted.
func (r *runner) timeSteps(ctx context.Context) error {
	seconds := make([][lckd.Sequences]float64, len(r.config.Stages))
	for n, s := range r.config.Stages {
		r.state.Step = r.config.begin(n)
		if err := r.ready(ctx); err != nil {
			return err
		}
		var err error
		if seconds[n], err = r.timeStage(ctx, s.Stage); err != nil {
			return err
		}
	}
	r.state.Step = 0
	r.config.Steps = r.config.steps(60*r.config.Asked, r.From == nil, seconds)
	return nil
}

// steps is how many steps of the run take so long in all, by the times of a batch in each stage. The warm-up, in which all sequences are
// taken, may be a number of steps or a share of them.
func (c Config) steps(all float64, random bool, seconds [][lckd.Sequences]float64) int {
	lasts := func(steps int) float64 {
		c.Steps = steps
		warm := float64(c.settled(random).Warm)
		total := 0.0
		for n, s := range c.Stages {
			from, end := s.From*float64(steps), float64(steps)
			if n+1 < len(c.Stages) {
				end = c.Stages[n+1].From * float64(steps)
			}
			cold := min(end, max(from, warm)) - from
			total += float64(c.Accumulate) * (cold*expected(seconds[n], 0) + (end-from-cold)*expected(seconds[n], s.Subset))
		}
		return total
	}
	below, above := 0, 1
	for lasts(above) < all && above < math.MaxInt32 {
		below, above = above, 2*above
	}
	steps := below + sort.Search(above-below, func(n int) bool { return lasts(below+n) >= all })
	if steps > 1 && all-lasts(steps-1) < lasts(steps)-all {
		steps--
	}
	return max(1, steps)
}

// expected is the mean time of a batch, of which a share gets a random subset: as often one sequence as two, three or four.
func expected(seconds [lckd.Sequences]float64, subset float64) float64 {
	mean := 0.0
	for _, one := range seconds {
		mean += one / lckd.Sequences
	}
	return subset*mean + (1-subset)*seconds[lckd.Sequences-1]
}

// timeStage times a batch of the present step with one, two, three and four sequences.
func (r *runner) timeStage(ctx context.Context, s data.Stage) (seconds [lckd.Sequences]float64, err error) {
	s.From = 0
	feed, err := r.Data.Feed([]data.Stage{s}, r.config.Seed, 0)
	if err != nil {
		return seconds, err
	}
	defer feed.Close()
	b, err := feed.Next(ctx)
	if err != nil {
		return seconds, err
	}
	b.Presence = slices.Clone(b.Presence)
	for n := range seconds {
		for at := range b.Presence {
			b.Presence[at] = 0
			if at%lckd.Sequences <= n {
				b.Presence[at] = 1 // what the image shows does not matter
			}
		}
		const tries = 3 // the first one compiles and plans memory, the faster of the others counts
		seconds[n] = math.Inf(1)
		for try := range tries {
			begin := time.Now()
			if _, _, err := r.step.Run(ctx, r.state.State, b, step.Control{Apply: true, Clip: r.config.Clip}); err != nil {
				return seconds, r.explain(err)
			}
			if try > 0 {
				seconds[n] = min(seconds[n], time.Since(begin).Seconds())
			}
		}
	}
	return seconds, nil
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
