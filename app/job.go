package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"sync"
	"syscall"
	"time"

	"quorum/segment"
)

// Dispatch runs a function on the UI goroutine, in the order of the calls: fyne.Do in the program, a drained queue in tests.
type Dispatch func(func())

// Jobs starts every goroutine of the window, so that the rest of the package lives on the UI goroutine alone and needs no locks. Work
// runs on a goroutine of its own; what it is told of and what it returns come back through one Dispatch.
type Jobs struct {
	Open   *Latest // reading a study: the newest wins
	Engine *Worker // the network, by priority
	Files  *Worker // comparing, and keeping in the user's state folder: one after the other
	Places *Worker // reading and writing where the user chose, one after the other: a drive there may never answer

	// Post runs a function on the UI goroutine.
	Post Dispatch

	stop  context.CancelFunc
	ended <-chan struct{} // closed by stop
	all   *sync.WaitGroup
}

// progressReport tells how far work is.
type progressReport = func(segment.Progress)

// NewJobs starts the workers. ctx ends them all, like Close.
func NewJobs(ctx context.Context, dispatch Dispatch) *Jobs {
	ctx, stop := context.WithCancel(ctx)
	j := &Jobs{Post: dispatch, stop: stop, ended: ctx.Done(), all: &sync.WaitGroup{}}
	j.Open = newLatest(ctx, dispatch, j.all)
	j.Engine = newWorker(ctx, dispatch, j.all)
	j.Files = newWorker(ctx, dispatch, j.all)
	j.Places = newWorker(ctx, dispatch, j.all)
	j.Places.leaves = grace
	return j
}

// grace is how long a cancelled task of Places may take to end before it is left behind.
const grace = 2 * time.Second

// Close finishes what is to be written, cancels everything else and waits for it, but not for longer than patience: a read from a network
// drive may never end.
func (j *Jobs) Close(patience time.Duration) {
	j.Engine.Cancel(func(any, Priority) bool { return true })
	j.Open.Cancel()
	late, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, written := range [...]<-chan struct{}{j.Files.idle(), j.Places.idle()} {
		select {
		case <-written:
		case <-late.Done():
		}
	}
	j.stop()
	ended := make(chan struct{})
	go func() {
		j.all.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(patience):
	}
}

// Latest runs work whose older calls nobody waits for: a newer one cancels them and drops what they still say.
type Latest struct {
	start  func(work func(context.Context)) context.CancelFunc
	post   Dispatch
	number int // of the newest; used on the UI goroutine only
	cancel context.CancelFunc
}

func newLatest(ctx context.Context, dispatch Dispatch, all *sync.WaitGroup) *Latest {
	return &Latest{post: dispatch, cancel: func() {}, start: func(work func(context.Context)) context.CancelFunc {
		ctx, cancel := context.WithCancel(ctx)
		all.Go(func() {
			defer cancel()
			work(ctx)
		})
		return cancel
	}}
}

// Start runs work; post hands something to the UI goroutine meanwhile, and done gets work's error there. Neither runs once a newer Start or
// Cancel was called.
func (l *Latest) Start(work func(ctx context.Context, post Dispatch) error, done func(error)) {
	l.Cancel()
	number := l.number
	post := func(f func()) {
		l.post(func() {
			if l.number == number {
				f()
			}
		})
	}
	l.cancel = l.start(func(ctx context.Context) {
		err := guard(func() error { return work(ctx, post) })
		post(func() { done(err) })
	})
}

// Cancel ends the work under way and drops what it still says.
func (l *Latest) Cancel() {
	l.number++
	l.cancel()
}

// Priority orders the tasks of a worker.
type Priority int

// The priorities, the least first.
const (
	Ahead   Priority = iota // what may be asked for next, in idle time
	Listed                  // the other patients of "Segment all"
	Visible                 // what the screen has a place for
	User                    // what the user asked for just now
)

// Task is one piece of a worker's work.
type Task struct {
	Key      any // tasks of equal keys are the same work, which is done once
	Priority Priority
	Keep     bool                                                           // a higher priority waits for its end instead of ending it
	Anew     bool                                                           // what runs under this key began with older data: this one runs after it
	Work     func(ctx context.Context, report func(segment.Progress)) error // on the worker's goroutine
	Progress func(segment.Progress)                                         // on the UI goroutine, the newest only; may be nil
	Done     func(error)                                                    // on the UI goroutine, once; never if a newer task of the key took its place
}

// Worker does tasks one at a time on one goroutine: the highest priority first, the oldest of equals. A task of a higher priority ends the
// one under way, which starts again later; a newer task of the user's comes before the older ones.
type Worker struct {
	dispatch Dispatch
	wake     chan struct{}

	lock    sync.Mutex
	waiting []*Task
	running *Task
	cancel  context.CancelFunc // of the running one
	yield   bool               // the running one starts again later

	// leaves is how long a task that was cancelled may take to end: then it goes on by itself, the next task begins, and what it still does
	// reaches nobody. 0 = its end is waited for.
	leaves time.Duration
}

// LeftError is the end of a task that was cancelled and did not end: the system is still busy with it.
type LeftError struct{}

// Error is what happened, to be read by programmers.
func (*LeftError) Error() string { return "cancelled, and left behind" }

// Unwrap says that it was cancelled.
func (*LeftError) Unwrap() error { return context.Canceled }

func newWorker(ctx context.Context, dispatch Dispatch, all *sync.WaitGroup) *Worker {
	w := &Worker{dispatch: dispatch, wake: make(chan struct{}, 1)}
	all.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-w.wake:
			}
			for ctx.Err() == nil && w.step(ctx) {
			}
		}
	})
	return w
}

// Submit adds a task. It takes the place of one of the same key that waits; one that runs stands for both, unless the work is to be done
// anew. The higher priority of the two holds.
func (w *Worker) Submit(t Task) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if t.Priority == User {
		w.demote()
	}
	if w.running != nil && w.running.Key == t.Key && !t.Anew && !w.ending() {
		w.running.Priority = max(w.running.Priority, t.Priority)
		return
	}
	if at := slices.IndexFunc(w.waiting, func(o *Task) bool { return o.Key == t.Key }); at >= 0 {
		t.Priority = max(t.Priority, w.waiting[at].Priority)
		w.waiting = slices.Delete(w.waiting, at, at+1)
	}
	w.waiting = append(w.waiting, &t)
	if w.running != nil && !w.running.Keep && !w.ending() && t.Priority > w.running.Priority {
		w.yield = true
		w.cancel()
	}
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// demote makes room for a new task of the user's.
func (w *Worker) demote() {
	for _, t := range append(slices.Clone(w.waiting), w.running) {
		if t != nil && t.Priority == User {
			t.Priority = Visible
		}
	}
}

// idle is closed once every task that waits now is done.
func (w *Worker) idle() <-chan struct{} {
	done := make(chan struct{})
	w.Submit(Task{Key: done, Work: func(context.Context, progressReport) error { close(done); return nil }, Done: func(error) {}})
	return done
}

// ending says whether the running task was cancelled for good.
func (w *Worker) ending() bool { return w.cancel == nil }

// Cancel ends the tasks that match, waiting or running; their Done gets context.Canceled, or an error that wraps it.
func (w *Worker) Cancel(match func(key any, p Priority) bool) {
	w.lock.Lock()
	var dropped []*Task
	w.waiting = slices.DeleteFunc(w.waiting, func(t *Task) bool {
		if match(t.Key, t.Priority) {
			dropped = append(dropped, t)
			return true
		}
		return false
	})
	if w.running != nil && !w.ending() && match(w.running.Key, w.running.Priority) {
		w.yield = false
		w.cancel()
		w.cancel = nil
	}
	w.lock.Unlock()
	for _, t := range dropped {
		w.dispatch(func() { t.Done(context.Canceled) })
	}
}

// step does the next task; false if there is none.
func (w *Worker) step(ctx context.Context) bool {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t := w.next(cancel)
	if t == nil {
		return false
	}
	meter := &newest{dispatch: w.dispatch, show: t.Progress}
	err := w.do(ctx, func() error { return t.Work(ctx, meter.report) })
	w.lock.Lock()
	again := w.yield && err != nil && ctx.Err() != nil
	if again {
		w.waiting = append([]*Task{t}, w.waiting...) // it was first of its priority before
	}
	cancelled := w.ending()
	w.running, w.cancel, w.yield = nil, nil, false
	w.lock.Unlock()
	if again {
		return true
	}
	if (cancelled || err != nil && ctx.Err() != nil) && !errors.Is(err, context.Canceled) {
		err = context.Canceled
	}
	w.dispatch(func() { t.Done(err) })
	return true
}

// do does work, and leaves it behind where that is allowed.
func (w *Worker) do(ctx context.Context, work func() error) error {
	if w.leaves == 0 {
		return guard(work)
	}
	_, err := leave(ctx, w.leaves, func() (none struct{}, _ error) { return none, work() })
	return err
}

// leave does work that may hang in the system. Once ctx has ended, work has a moment to end as well; then it is left behind: it goes on by
// itself, and what it returns reaches nobody.
func leave[T any](ctx context.Context, moment time.Duration, work func() (T, error)) (value T, err error) {
	type result struct {
		value T
		err   error
	}
	ended := make(chan result, 1)
	go func() {
		var r result
		r.err = guard(func() (err error) {
			r.value, err = work()
			return err
		})
		ended <- r
	}()
	select {
	case r := <-ended:
		return r.value, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-ended:
		return r.value, r.err
	case <-time.After(moment):
		return value, &LeftError{}
	}
}

// next takes the next task off the list and makes it the running one.
func (w *Worker) next(cancel context.CancelFunc) *Task {
	w.lock.Lock()
	defer w.lock.Unlock()
	best := -1
	for at, t := range w.waiting {
		if best < 0 || t.Priority > w.waiting[best].Priority {
			best = at
		}
	}
	if best < 0 {
		return nil
	}
	w.running, w.cancel = w.waiting[best], cancel
	w.waiting = slices.Delete(w.waiting, best, best+1)
	return w.running
}

// newest hands the newest of many values to the UI goroutine, which may be slower than the work.
type newest struct {
	dispatch Dispatch
	show     func(segment.Progress)

	lock   sync.Mutex
	value  segment.Progress
	posted bool
}

func (n *newest) report(p segment.Progress) {
	if n.show == nil {
		return
	}
	n.lock.Lock()
	n.value = p
	first := !n.posted
	n.posted = true
	n.lock.Unlock()
	if !first {
		return
	}
	n.dispatch(func() {
		n.lock.Lock()
		p := n.value
		n.posted = false
		n.lock.Unlock()
		n.show(p)
	})
}

// guard turns a panic into an error: a broken file or a bug must not end the program and take a user's edits with it.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("panic", "in", "job", "value", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = &PanicError{Value: fmt.Sprint(p)}
		}
	}()
	return f()
}

// PanicError is a mistake of this program, caught before it could do harm.
type PanicError struct{ Value string }

// Error is a sentence for a person.
func (e *PanicError) Error() string {
	return fmt.Sprintf("this is a mistake in Quorum, not in your data (%s). The program goes on; the log says more", e.Value)
}

// Every runs f on the UI goroutine again and again, until stop is called there or the jobs end.
func (j *Jobs) Every(d time.Duration, f func()) (stop func()) {
	end := make(chan struct{})
	stopped := false
	j.all.Go(func() {
		t := time.NewTicker(d)
		defer t.Stop()
		for {
			select {
			case <-end:
				return
			case <-j.ended:
				return
			case <-t.C:
				j.Post(func() {
					if !stopped {
						f()
					}
				})
			}
		}
	})
	return func() {
		if !stopped {
			stopped = true
			close(end)
		}
	}
}

// OnSignal runs f on the UI goroutine when the system asks the program to end.
func (j *Jobs) OnSignal(f func()) {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-asked
		signal.Stop(asked) // a second one ends the program at once
		j.Post(f)
	}()
}
