// Package segmenttest helps tests of everything that segments: an executor that needs no native library, a tiny model, studies of
// synthetic heads.
package segmenttest

import (
	"context"
	"sync"

	"quorum/segment"
	"quorum/segment/graph"
	"quorum/segment/graph/interp"
	"quorum/segment/lckd"
	"quorum/segment/model"
)

// Executor runs graphs in the slow interpreter and counts what it is asked for.
type Executor struct {
	lock   sync.Mutex
	counts Counts

	// Fail, if set before use, is asked before every compilation and every run.
	Fail func() error
}

// Counts is what an Executor was asked for.
type Counts struct {
	Compiled, Closed int
	Encoded, Decoded int // runs of programs with the input "image", and of others
}

// Backend implements segment.Executor.
func (e *Executor) Backend() segment.Backend {
	return segment.Backend{Provider: "interpreter", Precision: "f32", Runtime: "interpreter"}
}

// Compile implements segment.Executor.
func (e *Executor) Compile(_ context.Context, g *graph.Graph, w graph.Weights) (segment.Program, error) {
	e.count(func(c *Counts) { c.Compiled++ })
	if e.Fail != nil {
		if err := e.Fail(); err != nil {
			return nil, err
		}
	}
	return &program{e, g, w}, nil
}

// Counts is what was asked for until now.
func (e *Executor) Counts() Counts {
	e.lock.Lock()
	defer e.lock.Unlock()
	return e.counts
}

func (e *Executor) count(f func(*Counts)) {
	e.lock.Lock()
	defer e.lock.Unlock()
	f(&e.counts)
}

type program struct {
	executor *Executor
	graph    *graph.Graph
	weights  graph.Weights
}

func (p *program) Run(ctx context.Context, in map[string]graph.Tensor) (map[string]graph.Tensor, error) {
	p.executor.count(func(c *Counts) {
		if _, ok := in["image"]; ok {
			c.Encoded++
		} else {
			c.Decoded++
		}
	})
	if p.executor.Fail != nil {
		if err := p.executor.Fail(); err != nil {
			return nil, err
		}
	}
	return interp.Run(ctx, p.graph, p.weights, in)
}

func (p *program) Close() error {
	p.executor.count(func(c *Counts) { c.Closed++ })
	return nil
}

// Tiny is a model of the tiny network with random weights. Its provenance says so; its head has no bias, so that it finds "tumour" in
// about half of all voxels.
func Tiny() *model.Model {
	w := lckd.Random(lckd.Tiny, 7)
	clear(w["head.bias"].Data)
	return &model.Model{
		ID: "tiny", SHA256: "0123", Config: lckd.Tiny, Weights: w,
		Meta: model.Meta{ID: "tiny", Provenance: model.Provenance{Summary: "random weights for tests"}},
	}
}
