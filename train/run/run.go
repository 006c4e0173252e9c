// Package run trains: it takes steps, elects teachers, evaluates the moving average of the weights on held-out cases, and keeps the best and
// the last. A run lives in its folder (settings, journal, checkpoint, models) and can be killed at any moment: resumed, it goes on as if
// nothing had happened.
package run

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"quorum/segment"
	"quorum/segment/evaluate"
	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/segment/model"
	"quorum/train/data"
	"quorum/train/step"
	"quorum/train/teacher"
	"quorum/viewer/save"
)

// Data makes the batches of a run.
type Data interface {
	// Feed begins to make the batches of a plan, from number from on.
	Feed(plan []data.Stage, seed uint64, from int) (Feed, error)
	Facts() Facts
}

// Feed gives batches in order; each is valid until the next.
type Feed interface {
	Next(ctx context.Context) (step.Batch, error)
	Close()
}

// Judge measures a model on held-out cases.
type Judge interface {
	Evaluate(ctx context.Context, m *model.Model, o evaluate.Options) (*evaluate.Report, error)
}

// Options of a run.
type Options struct {
	Folder   Folder
	Settings Settings         // of a new run; Config.Steps is 0 where it is to be made from Config.Asked
	Resume   bool             // go on from the folder's checkpoint, with its own settings
	From     *model.Model     // first weights; nil = random ones. A run that resumes from a checkpoint has no need of it
	Executor segment.Executor // what computes
	Threads  int              // that the executor uses, for the record; 0 = one a core
	Data     Data
	Judge    Judge
	Version  string // of the program, for the model file

	Emit func(Event) // told of everything; may be nil
}

// Run trains. When ctx ends, the step under way is finished, a checkpoint written and ctx.Err() returned. Other errors are sentences; what the
// folder holds is then whole, and of the last good state.
func Run(ctx context.Context, o Options) (*End, error) {
	r := &runner{Options: o}
	unlock, err := o.Folder.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := r.prepare(ctx); err != nil {
		return nil, err
	}
	defer r.close()
	if err := r.train(ctx); err != nil {
		return nil, r.interrupted(err)
	}
	return r.finish()
}

// runner is a run under way.
type runner struct {
	Options
	config  Config
	network lckd.Config
	frozen  func(string) bool
	state   state
	journal *journal

	feed  Feed
	step  *step.Step // compiled for shape
	shape data.Stage
	spent spent

	lamented []string // what was told of held-out cases
}

// spent is time in seconds.
type spent struct{ all, runtime float64 }

// train is the loop.
func (r *runner) train(ctx context.Context) error {
	for {
		if err := r.judge(ctx); err != nil {
			return err
		}
		if r.state.Step == r.config.Steps {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.advance(context.WithoutCancel(ctx)); err != nil {
			return err
		}
		if r.state.Step%r.config.Checkpoint == 0 {
			if err := r.save(); err != nil {
				return err
			}
		}
	}
}

// advance takes one step: the gradients of all its batches, one update.
func (r *runner) advance(ctx context.Context) error {
	begin := time.Now()
	if err := r.ready(ctx); err != nil {
		return err
	}
	next := r.state
	control := step.Control{Alpha: r.config.Alpha, Rate: r.config.rate(next.Step), Clip: r.config.Clip}
	if next.Election != nil {
		control.Pairs = teacher.Pairs(next.Election.Teachers)
	}
	runtime := 0.0
	losses := make([]step.Losses, r.config.Accumulate)
	for n := range losses {
		batch, err := r.feed.Next(ctx)
		if err != nil {
			return err
		}
		control.Apply = n == len(losses)-1
		at := time.Now()
		if next.State, losses[n], err = r.step.Run(ctx, next.State, batch, control); err != nil {
			return r.explain(err)
		}
		runtime += time.Since(at).Seconds()
		next.Samples++
	}
	p := newProgress(losses)
	if !finite(p.Total, p.Norm) {
		return r.brokeDown(fmt.Errorf("step %d gave a loss or a gradient that is not a number (Dice %g, BCE %g, distillation %g, norm %g). The checkpoint "+
			"holds the state before it", next.Step+1, p.Dice, p.BCE, p.KD, p.Norm))
	}
	next.Average = average(next.Average, next.Parameter, r.config.Average, next.Updates)
	next.Step++
	r.state = next
	return r.progress(p, control.Rate, begin, runtime)
}

// progress reports a step.
func (r *runner) progress(p *Progress, rate float32, begin time.Time, runtime float64) error {
	p.Rate, p.Size, p.Runtime, p.Seconds = rate, r.shape.Size, runtime, time.Since(begin).Seconds()
	r.spent.all += p.Seconds
	r.spent.runtime += p.Runtime
	p.Left = r.left(p.Seconds)
	return r.tell(Event{Kind: Stepped, Progress: p})
}

// ready makes the step of the present stage, where the one before was another.
func (r *runner) ready(ctx context.Context) error {
	shape := r.config.stage(r.state.Step)
	if r.step != nil && shape.Size == r.shape.Size && shape.Images == r.shape.Images {
		return nil
	}
	if err := r.free(); err != nil {
		return err
	}
	r.shape = shape
	if err := r.room(); err != nil {
		return err
	}
	var err error
	if r.step, err = step.Compile(ctx, r.Executor, r.stepConfig(shape)); err != nil {
		return r.explain(err)
	}
	return nil
}

func (r *runner) stepConfig(s data.Stage) step.Config {
	return step.Config{
		Network: r.network, Size: s.Size, Batch: s.Images, Optimizer: r.config.optimizer(), Compare: r.config.Compare, Frozen: r.frozen,
		Lean: r.config.Lean,
	}
}

// free lets the compiled step go.
func (r *runner) free() error {
	if r.step == nil {
		return nil
	}
	s := r.step
	r.step = nil
	return s.Close()
}

// average moves the average of the parameters after so many updates; in the first steps it follows faster.
func average(before, parameter []float32, keep float64, updates int) []float32 {
	n := float64(updates)
	share := float32(1 - min(keep, (1+n)/(10+n)))
	after := make([]float32, len(before))
	for i, x := range before {
		after[i] = x + share*(parameter[i]-x)
	}
	return after
}

// brokeDown says what can be done about a run whose numbers went wrong.
func (r *runner) brokeDown(err error) error {
	from := ""
	if r.state.Best != nil {
		from = " from best.onnx, the best model so far (--from),"
	}
	return fmt.Errorf("training broke down: %w. Begin another run%s with a lower learning rate (rate.base), a tenth say", err, from)
}

func finite(values ...float32) bool {
	for _, x := range values {
		if math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) {
			return false
		}
	}
	return true
}

// tell reports news and writes it down.
func (r *runner) tell(e Event) error {
	e.Schema, e.Time, e.Step, e.Steps = Schema, time.Now().UTC(), r.state.Step, r.config.Steps
	if r.Emit != nil {
		r.Emit(e)
	}
	if r.journal == nil { // steps are only timed
		return nil
	}
	return r.journal.write(e)
}

// save writes the checkpoint.
func (r *runner) save() error {
	size, err := r.journal.sync()
	if err != nil {
		return err
	}
	if err := writeCheckpoint(r.Folder.checkpoint(), r.state, size, r.computed()); err != nil {
		return &unsavedError{err}
	}
	return r.tell(Event{Kind: Saved})
}

// computed says what computes: only the same gives the same numbers again.
func (r *runner) computed() string {
	threads := "all threads"
	if r.Threads > 0 {
		threads = fmt.Sprintf("%d threads", r.Threads)
	}
	return r.Executor.Backend().String() + ", " + threads
}

// unsavedError says that a checkpoint could not be written.
type unsavedError struct{ error }

func (e *unsavedError) Unwrap() error { return e.error }

// interrupted writes a checkpoint of the last good state before a run ends with err. Where that fails for the same reason, or nothing else
// was the matter, there is one thing to say.
func (r *runner) interrupted(err error) error {
	if _, tried := errors.AsType[*unsavedError](err); tried {
		return err
	}
	asked := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
	if saved := r.save(); saved != nil {
		if asked {
			return saved
		}
		if _, same := errors.AsType[*save.FileError](err); same {
			return err
		}
		return errors.Join(err, saved)
	}
	text := err.Error()
	if asked {
		text = "stopped on request"
	}
	if told := r.tell(Event{Kind: Stopped, Text: text}); told != nil {
		return errors.Join(err, told)
	}
	return err
}

func (r *runner) close() {
	if r.feed != nil {
		r.feed.Close()
	}
	_ = r.free() // nothing depends on its end
	if r.journal != nil {
		_ = r.journal.close()
	}
}

// weights are the moving average as the model file holds them.
func (r *runner) weights() (graph.Weights, error) {
	return model.Half(step.Weights(r.network, r.state.Average))
}
