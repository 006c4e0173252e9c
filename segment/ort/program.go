package ort

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	onnxruntime "github.com/yalue/onnxruntime_go"

	"quorum/segment/graph"
)

// port is an input or output of a program.
type port struct {
	Name  string
	Shape []int
}

// program is a native session with static shapes. It is leased: every run holds it, and the last holder after Close destroys it.
type program struct {
	device   string
	session  *onnxruntime.DynamicAdvancedSession
	ins, out []port

	mu      sync.Mutex
	holders int
	closed  bool
}

func newProgram(model []byte, ins, out []port, s settings) (*program, error) {
	p := &program{device: s.provider.name, ins: ins, out: out}
	err := keepSignalStack(func() error {
		options, err := sessionOptions(s)
		if err != nil {
			return explain("starting", p.device, err)
		}
		defer func() { _ = options.Destroy() }()
		if p.session, err = onnxruntime.NewDynamicAdvancedSessionWithONNXData(model, names(ins), names(out), options); err != nil {
			return explain("preparing the network", p.device, err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Run implements segment.Program. Inputs and outputs are Go memory that the native code works on directly; it is pinned meanwhile.
//
// A device that runs the whole graph as one node (OpenVINO) looks at a cancellation only at its end. Run does not wait for that: it
// returns at once, and the native run ends by itself, holding the program and reading the inputs until then.
func (p *program) Run(ctx context.Context, in map[string]graph.Tensor) (map[string]graph.Tensor, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := p.acquire(); err != nil {
		return nil, err
	}
	b := &binding{}
	done := func() { b.free(); p.release() }
	running := false
	defer func() {
		if !running {
			done()
		}
	}()
	inputs := make([]onnxruntime.Value, len(p.ins))
	for i, port := range p.ins {
		t, err := given(in, port)
		if err != nil {
			return nil, err
		}
		if inputs[i], err = b.bind(t); err != nil {
			return nil, explain("handing over "+port.Name, p.device, err)
		}
	}
	result := make(map[string]graph.Tensor, len(p.out))
	outputs := make([]onnxruntime.Value, len(p.out))
	for i, port := range p.out {
		t := graph.Tensor{Shape: slices.Clone(port.Shape), Data: make([]float32, graph.Size(port.Shape))}
		var err error
		if outputs[i], err = b.bind(t); err != nil {
			return nil, explain("making room for "+port.Name, p.device, err)
		}
		result[port.Name] = t
	}
	running = true
	ended := make(chan error, 1)
	go func() {
		err := runCancellable(ctx, func(o *onnxruntime.RunOptions) error { return p.session.RunWithOptions(inputs, outputs, o) })
		done()
		ended <- err
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case err := <-ended:
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			return nil, explain("running the network", p.device, err)
		}
		return result, nil
	}
}

// Close implements segment.Program. A run under way ends normally, and the last one lets the native session go.
func (p *program) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	return p.destroyIfUnheld()
}

func (p *program) acquire() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	p.holders++
	return nil
}

func (p *program) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.holders--
	// Destroying a session that exists cannot fail in the binding; the run's own result stands in any case.
	_ = p.destroyIfUnheld()
}

// destroyIfUnheld needs the lock.
func (p *program) destroyIfUnheld() error {
	if !p.closed || p.holders > 0 {
		return nil
	}
	return p.session.Destroy()
}

// runCancellable calls run with options through which ctx ends it from inside. No call on the options comes after their destruction.
func runCancellable(ctx context.Context, run func(*onnxruntime.RunOptions) error) error {
	options, err := onnxruntime.NewRunOptions()
	if err != nil {
		return err
	}
	defer func() { _ = options.Destroy() }()
	terminated := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(terminated)
		_ = options.Terminate() // if it cannot be ended early, it ends by itself
	})
	err = run(options)
	if !stop() {
		<-terminated
	}
	return err
}

// binding holds Go memory still while native tensors point into it, as the rules of cgo ask for.
type binding struct {
	pinner runtime.Pinner
	values []onnxruntime.Value
}

func (b *binding) bind(t graph.Tensor) (onnxruntime.Value, error) {
	shape := make(onnxruntime.Shape, len(t.Shape))
	for i, d := range t.Shape {
		shape[i] = int64(d)
	}
	b.pinner.Pin(&t.Data[0])
	v, err := onnxruntime.NewTensor(shape, t.Data)
	if err != nil {
		return nil, err
	}
	b.values = append(b.values, v)
	return v, nil
}

func (b *binding) free() {
	for _, v := range b.values {
		_ = v.Destroy()
	}
	b.pinner.Unpin()
}

// given is the input for p, judged: native code reads as many values as the shape says.
func given(in map[string]graph.Tensor, p port) (graph.Tensor, error) {
	t, ok := in[p.Name]
	if !ok {
		return t, fmt.Errorf("the network's input %s is missing", p.Name)
	}
	if !slices.Equal(t.Shape, p.Shape) || len(t.Data) != graph.Size(p.Shape) {
		return t, fmt.Errorf("the network's input %s has shape %v with %d values, it takes %v", p.Name, t.Shape, len(t.Data), p.Shape)
	}
	return t, nil
}

func names(ports []port) []string {
	s := make([]string, len(ports))
	for i, p := range ports {
		s[i] = p.Name
	}
	return s
}
