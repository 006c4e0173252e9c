package app

import (
	"context"
	"fmt"

	"quorum/segment"
	"quorum/segment/engine"
	"quorum/segment/ort"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// lab is where the engine's goroutine works: the engine, and the one study that it has prepared. Only tasks of Jobs.Engine touch it.
type lab struct {
	start   StartEngine
	options engine.Options
	ready   func(Machine) // told, on the engine's goroutine, of an engine that was opened

	engine  Engine
	tried   *trial
	study   *study.Loaded // what open is
	open    Case
	suspect bool // the device failed: before the next result it is opened again
}

// trial is another engine that waits to be taken.
type trial struct {
	engine  Engine
	options engine.Options
}

// try opens another engine beside the one that computes, for setUp to take. Where it cannot be had everything stays.
func (l *lab) try(ctx context.Context, o engine.Options) error {
	e, err := l.start(ctx, o)
	if err != nil {
		return err
	}
	l.dropTried()
	l.tried = &trial{e, o}
	return nil
}

// dropTried lets an engine go that nobody took.
func (l *lab) dropTried() {
	if l.tried != nil {
		_ = l.tried.engine.Close() // nothing was computed with it
		l.tried = nil
	}
}

// setUp opens the engine, or another one if the options have changed.
func (l *lab) setUp(ctx context.Context, o engine.Options) error {
	if l.engine != nil && o == l.options && !l.suspect {
		return nil
	}
	l.close()
	l.options, l.suspect = o, false
	e, notices, err := l.begin(ctx, o)
	if err != nil {
		return err
	}
	l.engine = e
	m := e.Machine()
	m.Notices = append(notices, m.Notices...)
	l.ready(m)
	return nil
}

// begin takes the engine that was tried, or opens one. A device that was asked for and cannot compute is replaced by the fastest one that
// can, with a notice: only a missing library or a bad model leaves nothing to compute with.
func (l *lab) begin(ctx context.Context, o engine.Options) (e Engine, notices []string, err error) {
	if t := l.tried; t != nil && t.options == o {
		l.tried = nil
		return t.engine, nil, nil
	}
	l.dropTried()
	e, asked := l.start(ctx, o)
	if asked == nil || ctx.Err() != nil || o.Device == ort.Auto {
		return e, nil, asked
	}
	o.Device, o.Precision = ort.Auto, ort.F32
	if e, err = l.start(ctx, o); err != nil {
		return nil, nil, err
	}
	return e, []string{fmt.Sprintf("The device that was asked for cannot be used, so %s computes instead: %v", e.Machine().Backend, asked)}, nil
}

// prepare opens a study, in the place of another one.
func (l *lab) prepare(ctx context.Context, loaded *study.Loaded) (Case, error) {
	if err := l.setUp(ctx, l.options); err != nil {
		return nil, err
	}
	if l.open != nil && l.study == loaded {
		return l.open, nil
	}
	l.drop()
	c, err := l.engine.Open(ctx, loaded)
	if err != nil {
		return nil, err
	}
	l.open, l.study = c, loaded
	return c, nil
}

// encode encodes a sequence ahead of any result.
func (l *lab) encode(ctx context.Context, loaded *study.Loaded, q sequence.Sequence) error {
	c, err := l.prepare(ctx, loaded)
	if err != nil {
		return err
	}
	return c.Encode(ctx, q)
}

// segment computes a result. If the device fails, the next try begins with a new engine: a graphics card can be lost and come back.
func (l *lab) segment(ctx context.Context, loaded *study.Loaded, u sequence.Subset, report func(segment.Progress)) (*outcome, error) {
	c, err := l.prepare(ctx, loaded)
	if err != nil {
		return nil, err
	}
	o, err := c.Segment(ctx, u, report)
	if err != nil && ctx.Err() == nil {
		l.drop()
		l.suspect = true
	}
	return o, err
}

// alone computes a result of a study that is not to stay open.
func (l *lab) alone(ctx context.Context, loaded *study.Loaded, u sequence.Subset, report func(segment.Progress)) (*outcome, error) {
	if err := l.setUp(ctx, l.options); err != nil {
		return nil, err
	}
	c, err := l.engine.Open(ctx, loaded)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.Segment(ctx, u, report)
}

// drop lets the prepared study go, and its features with it.
func (l *lab) drop() {
	if l.open != nil {
		l.open.Close()
		l.open, l.study = nil, nil
	}
}

// close lets the engine go.
func (l *lab) close() {
	l.drop()
	if l.engine != nil {
		_ = l.engine.Close() // every result has been handed on
		l.engine = nil
	}
}
