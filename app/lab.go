package app

import (
	"context"

	"quorum/segment"
	"quorum/segment/engine"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// lab is where the engine's goroutine works: the engine, and the one study that it has prepared. Only tasks of Jobs.Engine touch it.
type lab struct {
	start   StartEngine
	options engine.Options
	ready   func(Machine) // told, on the engine's goroutine, of an engine that was opened

	engine  Engine
	study   *study.Loaded // what open is
	open    Case
	suspect bool // the device failed: before the next result it is opened again
}

// setUp opens the engine, or another one if the options have changed.
func (l *lab) setUp(ctx context.Context, o engine.Options) error {
	if l.engine != nil && o == l.options && !l.suspect {
		return nil
	}
	l.close()
	l.options, l.suspect = o, false
	e, err := l.start(ctx, o)
	if err != nil {
		return err
	}
	l.engine = e
	l.ready(e.Machine())
	return nil
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
