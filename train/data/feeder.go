package data

import (
	"context"
	"errors"
	"time"

	"quorum/train/step"
)

// Feeder makes the next batches while a step runs. Close it.
type Feeder struct{}

// NewFeeder starts to make batches from, from+1, … with the given number of workers; it keeps as many batches ready.
func NewFeeder(p *Sampler, from, workers int) *Feeder { return &Feeder{} }

// Next is the next batch, in order. It is valid until the call after it.
func (f *Feeder) Next(ctx context.Context) (step.Batch, error) {
	return step.Batch{}, errors.New("not built yet")
}

// Waited is how long Next has waited for batches in all: time that steps lost.
func (f *Feeder) Waited() time.Duration { return 0 }

// Close ends the workers and waits for them.
func (f *Feeder) Close() {}
