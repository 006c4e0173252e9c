package data

import (
	"context"
	"sync"
	"time"

	"quorum/train/step"
)

// Feeder makes the next batches while a step runs. Close it. It is for one goroutine.
type Feeder struct {
	lines   []chan made // batch i comes from worker i mod their number, so that they arrive in order
	free    chan step.Batch
	quit    chan struct{}
	workers sync.WaitGroup
	next    int        // the batch that Next gives
	given   step.Batch // what Next gave last: its memory is used again
	waited  time.Duration
}

type made struct {
	batch step.Batch
	err   error
}

// NewFeeder starts to make batches from, from+1, … with the given number of workers, at least one. Each keeps one batch ready while it makes
// the next: memory for two batches a worker, and one more.
func NewFeeder(p *Sampler, from, workers int) *Feeder {
	workers = max(1, workers)
	f := &Feeder{next: from, quit: make(chan struct{}), free: make(chan step.Batch, 2*workers+1)}
	for range cap(f.free) {
		f.free <- step.Batch{}
	}
	for range workers {
		f.lines = append(f.lines, make(chan made, 1))
	}
	for first := from; first < from+workers; first++ {
		f.workers.Go(func() { f.work(p, first, workers) })
	}
	return f
}

// work makes every batch of one worker.
func (f *Feeder) work(p *Sampler, first, stride int) {
	line := f.lines[first%stride]
	for i := first; ; i += stride {
		var m made
		select {
		case m.batch = <-f.free:
		case <-f.quit:
			return
		}
		m.batch, m.err = p.Batch(i, m.batch)
		select {
		case line <- m:
		case <-f.quit:
			return
		}
	}
}

// Next is the next batch, in order. It is valid until the call after it. After an error other than ctx's the feeder is of no more use.
func (f *Feeder) Next(ctx context.Context) (step.Batch, error) {
	if f.given.Image != nil {
		f.free <- f.given // there is room: no more batches exist than fit in
		f.given = step.Batch{}
	}
	line := f.lines[f.next%len(f.lines)]
	var m made
	select {
	case m = <-line:
	default:
		start := time.Now()
		select {
		case m = <-line:
			f.waited += time.Since(start)
		case <-ctx.Done():
			return step.Batch{}, ctx.Err()
		}
	}
	f.next++
	f.given = m.batch
	return m.batch, m.err
}

// Waited is how long Next has waited for batches in all: time that steps lost.
func (f *Feeder) Waited() time.Duration { return f.waited }

// Close ends the workers and waits for them.
func (f *Feeder) Close() {
	close(f.quit)
	f.workers.Wait()
}
