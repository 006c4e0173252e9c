package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"quorum/segment"
)

// queue is the Dispatch of tests: functions wait until the test runs them.
type queue struct {
	lock sync.Mutex
	list []func()
}

func (q *queue) dispatch(f func()) {
	q.lock.Lock()
	defer q.lock.Unlock()
	q.list = append(q.list, f)
}

// drain runs what waits, and what that adds; it returns how many functions ran.
func (q *queue) drain() (ran int) {
	for {
		q.lock.Lock()
		list := q.list
		q.list = nil
		q.lock.Unlock()
		if len(list) == 0 {
			return ran
		}
		for _, f := range list {
			f()
			ran++
		}
	}
}

// settle waits until every goroutine of the bubble blocks, and runs what they dispatched, until nothing is left.
func (q *queue) settle() {
	for synctest.Wait(); q.drain() > 0; synctest.Wait() {
	}
}

// pass lets time go by while the UI goroutine does what it is given.
func (q *queue) pass(d time.Duration) {
	const tick = 100 * time.Millisecond
	for q.settle(); d > 0; d -= tick {
		time.Sleep(tick)
		q.settle()
	}
}

// inBubble makes jobs in a bubble of their own, where time is not real.
func inBubble(t *testing.T, f func(j *Jobs, q *queue)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		j := NewJobs(t.Context(), q.dispatch)
		defer j.Close(time.Minute)
		f(j, q)
	})
}

// diary notes what happens to tasks.
type diary struct {
	lock  sync.Mutex
	lines []string
}

func (d *diary) note(line string) {
	d.lock.Lock()
	defer d.lock.Unlock()
	d.lines = append(d.lines, line)
}

// task is work that takes a second and can be cancelled.
func (d *diary) task(name string, p Priority) Task {
	return Task{
		Key: name, Priority: p,
		Work: func(ctx context.Context, _ func(segment.Progress)) error {
			d.note("begin " + name)
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Second):
				d.note("end " + name)
				return nil
			}
		},
		Done: func(err error) {
			switch {
			case err == nil:
			case errors.Is(err, context.Canceled):
				d.note("cancelled " + name)
			default:
				d.note("failed " + name + ": " + err.Error())
			}
		},
	}
}

func (d *diary) want(t *testing.T, lines ...string) {
	t.Helper()
	if !slices.Equal(d.lines, lines) {
		t.Errorf("diary:\n got %q\nwant %q", d.lines, lines)
	}
}

func TestWorkerTakesTheHighestPriorityFirst(t *testing.T) {
	inBubble(t, func(j *Jobs, q *queue) {
		d := &diary{}
		j.Engine.Submit(d.task("ahead 1", Ahead))
		j.Engine.Submit(d.task("ahead 2", Ahead))
		q.settle() // the first one is under way
		j.Engine.Submit(d.task("cell", Visible))
		j.Engine.Submit(d.task("user", User))
		q.pass(10 * time.Second)
		// The user's pre-empts the look-ahead that runs, which starts again in its old place.
		d.want(t, "begin ahead 1", "begin user", "end user", "begin cell", "end cell", "begin ahead 1", "end ahead 1", "begin ahead 2", "end ahead 2")
	})
}

func TestWorkerTakesTheUsersNewestFirst(t *testing.T) {
	inBubble(t, func(j *Jobs, q *queue) {
		d := &diary{}
		for _, name := range []string{"first", "second", "third"} {
			j.Engine.Submit(d.task(name, User))
			q.settle()
		}
		q.pass(10 * time.Second)
		want := []string{"end third", "end second", "end first"}
		got := slices.DeleteFunc(slices.Clone(d.lines), func(s string) bool { return s[:3] != "end" })
		slices.Sort(want[1:])
		slices.Sort(got[1:])
		if !slices.Equal(got, want) {
			t.Errorf("ended: %q, want %q (the order of the last two is free)", got, want)
		}
	})
}

func TestWorkerDoesEqualKeysOnce(t *testing.T) {
	inBubble(t, func(j *Jobs, q *queue) {
		d := &diary{}
		j.Engine.Submit(d.task("a", Ahead))
		q.settle()
		j.Engine.Submit(d.task("b", Visible)) // pre-empts a
		q.settle()
		j.Engine.Submit(d.task("a", User)) // a waits: raised, pre-empts b
		q.settle()
		j.Engine.Submit(d.task("a", User)) // a runs: it stays as it is
		q.pass(10 * time.Second)
		d.want(t, "begin a", "begin b", "begin a", "end a", "begin b", "end b")
	})
}

func TestWorkerDoesAnewWhatRunsWithOlderData(t *testing.T) {
	inBubble(t, func(j *Jobs, q *queue) {
		d := &diary{}
		for _, name := range []string{"first", "second", "third"} {
			task := d.task(name, Ahead)
			task.Key, task.Anew = "the edit", true
			j.Files.Submit(task)
			q.settle()
		}
		q.pass(5 * time.Second)
		// The second one waited and was replaced; the third must not be taken for the first, which runs with older strokes.
		d.want(t, "begin first", "end first", "begin third", "end third")
	})
}

func TestEveryEndsWithTheJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		j := NewJobs(t.Context(), q.dispatch)
		ticks := 0
		j.Every(time.Second, func() { ticks++ })
		q.pass(3 * time.Second)
		j.Close(time.Minute)
		q.pass(3 * time.Second)
		if ticks < 2 || ticks > 3 {
			t.Errorf("%d ticks", ticks)
		}
	}) // the bubble fails if the ticking goes on
}

func TestWorkerCancelsAtOnce(t *testing.T) {
	inBubble(t, func(j *Jobs, q *queue) {
		d := &diary{}
		j.Engine.Submit(d.task("runs", User))
		q.settle()
		j.Engine.Submit(d.task("waits", Ahead))
		begin := time.Now()
		j.Engine.Cancel(func(any, Priority) bool { return true })
		q.settle()
		if took := time.Since(begin); took != 0 {
			t.Errorf("cancelling took %v", took)
		}
		slices.Sort(d.lines)
		d.want(t, "begin runs", "cancelled runs", "cancelled waits")
		// The same key again is new work, even while the old one is still ending.
		j.Engine.Submit(d.task("runs", User))
		q.pass(2 * time.Second)
		if last := d.lines[len(d.lines)-1]; last != "end runs" {
			t.Errorf("after a cancel the last line is %q", last)
		}
	})
}

// A task that the system does not let go is left behind: the next one begins, and nobody hears of the first again.
func TestWorkerLeavesBehindWhatDoesNotEnd(t *testing.T) {
	inBubble(t, func(j *Jobs, q *queue) {
		drive := make(chan struct{})
		d := &diary{}
		stuck := d.task("stuck", Ahead)
		stuck.Work = func(context.Context, progressReport) error { <-drive; return errors.New("the drive came back") }
		var end error
		stuck.Done = func(err error) { end = err }
		j.Places.Submit(stuck)
		q.settle()
		j.Places.Submit(d.task("next", Ahead))
		q.pass(time.Minute)
		if end != nil || len(d.lines) != 0 {
			t.Fatalf("without a word of the user's: %v, %q", end, d.lines)
		}
		j.Places.Cancel(func(key any, _ Priority) bool { return key == any("stuck") })
		q.pass(grace + 2*time.Second)
		if left := (*LeftError)(nil); !errors.As(end, &left) || !errors.Is(end, context.Canceled) {
			t.Errorf("its end is %v", end)
		}
		d.want(t, "begin next", "end next")
		end = nil
		close(drive)
		q.pass(time.Second)
		if end != nil {
			t.Errorf("it ended twice: %v", end)
		}
	})
}

// A part of a task that hangs in the system lets the task be ended, by the user's next one, too.
func TestATaskIsNotHeldByWhatHangs(t *testing.T) {
	inBubble(t, func(j *Jobs, q *queue) {
		drive := make(chan struct{})
		d := &diary{}
		reads := d.task("reads", Listed)
		reads.Work = func(ctx context.Context, _ progressReport) error {
			d.note("begin reads")
			text, err := leave(ctx, 0, func() (string, error) { <-drive; return "images", nil })
			if err == nil {
				d.note("read " + text)
			}
			return err
		}
		j.Engine.Submit(reads)
		q.settle()
		j.Engine.Submit(d.task("user", User))
		q.pass(2 * time.Second)
		close(drive)
		q.settle()
		d.want(t, "begin reads", "begin user", "end user", "begin reads", "read images")
	})
}

func TestWorkerKeepsTheNewestProgress(t *testing.T) {
	inBubble(t, func(j *Jobs, q *queue) {
		var seen []float64
		j.Engine.Submit(Task{
			Key: "x",
			Work: func(_ context.Context, report func(segment.Progress)) error {
				for i := range 1000 {
					report(segment.Progress{Done: float64(i)})
				}
				return nil
			},
			Progress: func(p segment.Progress) { seen = append(seen, p.Done) },
			Done:     func(error) { seen = append(seen, -1) },
		})
		q.settle()
		if want := []float64{999, -1}; !slices.Equal(seen, want) {
			t.Errorf("progress seen: %v, want %v", seen, want)
		}
	})
}

func TestAPanicOfAJobIsAnError(t *testing.T) {
	inBubble(t, func(j *Jobs, q *queue) {
		var got error
		j.Files.Submit(Task{Key: 1, Work: func(context.Context, func(segment.Progress)) error { panic("oh") }, Done: func(err error) { got = err }})
		q.settle()
		var caught *PanicError
		if !errors.As(got, &caught) || caught.Value != "oh" {
			t.Errorf("a panic became %v", got)
		}
	})
}

func TestOpenTheNewestWins(t *testing.T) {
	inBubble(t, func(j *Jobs, q *queue) {
		var said []string
		open := func(name string) {
			j.Open.Start(func(ctx context.Context, post Dispatch) error {
				post(func() { said = append(said, "sees "+name) })
				time.Sleep(time.Second) // a drive that does not hear of ctx
				post(func() { said = append(said, "late "+name) })
				return ctx.Err()
			}, func(err error) {
				if err != nil {
					name += " " + err.Error()
				}
				said = append(said, "end "+name)
			})
		}
		open("old")
		q.settle()
		open("new")
		q.pass(5 * time.Second)
		if want := []string{"sees old", "sees new", "late new", "end new"}; !slices.Equal(said, want) {
			t.Errorf("said %q, want %q", said, want)
		}
	})
}

func TestCloseFinishesWhatIsToBeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, d := &queue{}, &diary{}
		j := NewJobs(t.Context(), q.dispatch)
		j.Files.Submit(d.task("first", Ahead))
		j.Files.Submit(d.task("second", Ahead))
		j.Engine.Submit(d.task("result", User))
		q.settle()
		j.Close(time.Minute)
		for _, line := range []string{"end first", "end second"} {
			if !slices.Contains(d.lines, line) {
				t.Errorf("%q is missing: %q", line, d.lines)
			}
		}
		if slices.Contains(d.lines, "end result") {
			t.Error("closing waited for a result")
		}
	})
}

func TestCloseWaitsWithPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &queue{}
		j := NewJobs(t.Context(), q.dispatch)
		j.Open.Start(func(context.Context, Dispatch) error {
			time.Sleep(time.Hour) // a drive that has gone
			return nil
		}, func(error) {})
		begin := time.Now()
		j.Close(3 * time.Second)
		if took := time.Since(begin); took != 3*time.Second {
			t.Errorf("closing took %v", took)
		}
		time.Sleep(time.Hour) // the bubble waits for its goroutines
	})
}

// until drains the queue in real time until something holds.
func (q *queue) until(t *testing.T, holds func() bool) {
	t.Helper()
	for range 2000 {
		q.drain()
		if holds() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("it did not happen in ten seconds")
}
