// Package ort runs graphs on ONNX Runtime: it finds the native library, chooses a device that computes rightly, and makes programs that
// can be cancelled. It is the only package that imports the binding. One process loads one library and keeps it.
package ort

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	onnxruntime "github.com/yalue/onnxruntime_go"

	"quorum/segment"
	"quorum/segment/graph"
	"quorum/segment/onnx"
)

// Options of a Runtime. The zero value takes the fastest checked device in float32.
type Options struct {
	Library   string // file of the ONNX Runtime library; "": found (see LibraryError)
	Device    string // one of the devices; "" is Auto
	Precision string // F32, BF16 or AutoPrecision; "" is F32
	Threads   int    // 0: the physical cores that this process may use
	CacheDir  string // "": DefaultCache
	Probe     *Probe // what devices are checked with; nil: the built-in one
}

// Runtime implements segment.Executor.
type Runtime struct {
	settings settings
	backend  segment.Backend
	notices  []string

	// failed, if not nil, is told that the device does not do what its remembered check promised.
	failed func()

	mu       sync.Mutex
	programs map[*program]bool
	closed   bool
}

var _ segment.Executor = (*Runtime)(nil)

// Open chooses device and library, checking devices that were not checked before in child processes (see RunCheckChild), and loads the
// library. A device that fails its check is refused when asked for by name, and passed over by Auto.
func Open(ctx context.Context, o Options) (*Runtime, error) {
	c, err := newChooser(o)
	if err != nil {
		return nil, err
	}
	chosen, err := c.choose(ctx)
	if err != nil {
		return nil, err
	}
	r, err := open(c, chosen)
	if err == nil && chosen.remembered {
		err = tryOut(ctx, r.settings)
	}
	if err == nil || ctx.Err() != nil || !chosen.remembered || errors.Is(err, ErrOtherLibrary) {
		return r, err
	}
	// It passed its check in another process once, and is gone or broken now.
	c.memory.forget(chosen)
	if c.Device != Auto {
		return nil, err
	}
	if chosen, err = c.instead(chosen, err); err != nil {
		return nil, err
	}
	return open(c, chosen)
}

// tryOut runs a network of one convolution. It costs little: the device has to be started for any network.
func tryOut(ctx context.Context, s settings) error {
	const side = 4
	g, err := graph.Build(func(g *graph.Graph) {
		g.Output("y", g.Conv(g.Input("x", 1, 1, side, side, side), g.Param("w", 1, 1, 3, 3, 3), nil, 1))
	})
	if err != nil {
		return err
	}
	w := graph.Weights{"w": {Shape: []int{1, 1, 3, 3, 3}, Data: make([]float32, 27)}}
	model, ins, out, err := encode(g, w)
	if err != nil {
		return err
	}
	p, err := newProgram(model, ins, out, s)
	if err != nil {
		return err
	}
	_, err = p.Run(ctx, map[string]graph.Tensor{"x": {Shape: []int{1, 1, side, side, side}, Data: make([]float32, side*side*side)}})
	return errors.Join(err, p.Close())
}

// open makes the Runtime of a choice.
func open(c *chooser, chosen choice) (*Runtime, error) {
	if err := load(chosen.library); err != nil {
		return nil, err
	}
	var failed func()
	if chosen.provider.name != CPU {
		failed = func() { c.memory.forget(chosen) }
	}
	s := settings{provider: chosen.provider, precision: chosen.precision, threads: c.threads}
	return &Runtime{
		settings: s,
		backend: segment.Backend{
			Provider:  s.provider.name,
			Precision: s.precision,
			Runtime:   runtimeName(),
			Adapter:   chosen.adapter,
			Software:  chosen.software,
		},
		notices:  chosen.notices,
		failed:   failed,
		programs: map[*program]bool{},
	}, nil
}

func runtimeName() string { return "ONNX Runtime " + onnxruntime.GetVersion() }

// Backend says what really computes: programs that the device cannot run as a whole are refused by Compile.
func (r *Runtime) Backend() segment.Backend { return r.backend }

// Notices are sentences about the choice of device: what was passed over and why.
func (r *Runtime) Notices() []string { return slices.Clone(r.notices) }

// Compile implements segment.Executor.
func (r *Runtime) Compile(ctx context.Context, g *graph.Graph, w graph.Weights) (segment.Program, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if r.isClosed() {
		return nil, ErrClosed
	}
	model, ins, out, err := encode(g, w)
	if err != nil {
		return nil, err
	}
	p, err := newProgram(model, ins, out, r.settings)
	if err != nil {
		if r.failed != nil && !errors.Is(err, ErrMemory) {
			r.failed() // the next start checks the device again
		}
		return nil, err
	}
	if !r.adopt(p) {
		return nil, errors.Join(ErrClosed, p.Close())
	}
	return leased{p, r}, nil
}

func (r *Runtime) isClosed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed
}

// adopt is false after Close: then nobody else closes p.
func (r *Runtime) adopt(p *program) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		r.programs[p] = true
	}
	return !r.closed
}

// Close closes the programs that are still open; Compile returns ErrClosed from then on. The library stays loaded until the process ends.
func (r *Runtime) Close() error {
	r.mu.Lock()
	open := slices.Collect(maps.Keys(r.programs))
	clear(r.programs)
	r.closed = true
	r.mu.Unlock()
	var problems []string
	for _, p := range open {
		if err := p.Close(); err != nil {
			problems = append(problems, err.Error())
		}
	}
	if len(problems) > 0 {
		return fmt.Errorf("closing programs on %s: %s", r.backend.Provider, strings.Join(problems, "; "))
	}
	return nil
}

// leased is a program that its Runtime forgets when it is closed.
type leased struct {
	*program
	owner *Runtime
}

// Close implements segment.Program.
func (l leased) Close() error {
	l.owner.mu.Lock()
	delete(l.owner.programs, l.program)
	l.owner.mu.Unlock()
	return l.program.Close()
}

// encode writes g as a model and lists what it takes and gives.
func encode(g *graph.Graph, w graph.Weights) (model []byte, ins, out []port, err error) {
	if model, err = onnx.Encode(g, w, onnx.Options{Producer: "quorum"}); err != nil {
		return nil, nil, nil, err
	}
	for _, v := range g.Inputs {
		ins = append(ins, port{v.Name, v.Shape})
	}
	for _, v := range g.Params {
		if _, constant := w[v.Name]; !constant {
			ins = append(ins, port{v.Name, v.Shape})
		}
	}
	for _, o := range g.Outputs {
		out = append(out, port{o.Name, o.Value.Shape})
	}
	return model, ins, out, nil
}
