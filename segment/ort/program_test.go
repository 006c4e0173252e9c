package ort

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"quorum/segment"
	"quorum/segment/graph"
	"quorum/segment/graph/interp"
)

// chain is a graph of n convolutions, long enough to be interrupted.
func chain(tb testing.TB, n, side int) (*graph.Graph, graph.Weights) {
	tb.Helper()
	g, err := graph.Build(func(g *graph.Graph) {
		x := g.Input("x", 1, 8, side, side+2, side+4)
		for range n {
			x = g.InstanceNorm(g.Conv(x, g.Param("w", 8, 8, 3, 3, 3), nil, 1), g.Param("scale", 8), g.Param("shift", 8), 1e-5)
		}
		g.Output("y", x)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return g, graph.Weights{"w": random(1, 8, 8, 3, 3, 3), "scale": random(2, 8), "shift": random(3, 8)}
}

// cancelInside measures a whole run, then cancels one early and demands that it returns within a quarter of that time. It gives the time
// of the whole run, too.
func cancelInside(t *testing.T, r *Runtime) (segment.Program, time.Duration) {
	t.Helper()
	g, w := chain(t, 80, 40)
	p := compile(t, r, g, w)
	in := map[string]graph.Tensor{"x": random(4, g.Inputs[0].Shape...)}
	run(t, p, in) // plans memory
	begin := time.Now()
	run(t, p, in)
	whole := time.Since(begin)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	begin = time.Now()
	time.AfterFunc(whole/20, cancel)
	out, err := p.Run(ctx, in)
	if took := time.Since(begin); took > whole/4 {
		t.Errorf("cancelled after %v a run took %v, a whole one %v", whole/20, took, whole)
	}
	if !errors.Is(err, context.Canceled) || out != nil {
		t.Errorf("a cancelled run gave %d outputs and error %v", len(out), err)
	}
	if _, err := p.Run(ctx, in); !errors.Is(err, context.Canceled) {
		t.Errorf("a run with a cancelled context gave %v", err)
	}
	return p, whole
}

func TestCancelInsideRun(t *testing.T) {
	r := start(t, Options{Device: CPU})
	p, whole := cancelInside(t, r)
	// Here the native run ends early, too: it does not keep the cores from the next one.
	native, ok := p.(leased)
	if !ok {
		t.Fatalf("a %T", p)
	}
	held := func() bool {
		native.mu.Lock()
		defer native.mu.Unlock()
		return native.holders > 0
	}
	begin := time.Now()
	for held() && time.Since(begin) < whole/2 {
		time.Sleep(time.Millisecond)
	}
	if held() {
		t.Errorf("the native run goes on %v after it was cancelled, a whole one takes %v", time.Since(begin), whole)
	}
}

func TestCompileAfterClose(t *testing.T) {
	r := start(t, Options{Device: CPU})
	g, w := chain(t, 1, 8)
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if p, err := r.Compile(t.Context(), g, w); !errors.Is(err, ErrClosed) || p != nil {
		t.Errorf("compiling after Close gave %v and error %v", p, err)
	}
	if r.adopt(&program{}) {
		t.Error("a program whose making ended after Close would never be closed")
	}
}

func TestRunAfterCancelIsWhole(t *testing.T) {
	r := start(t, Options{Device: CPU})
	g, w := chain(t, 3, 8)
	p := compile(t, r, g, w)
	in := map[string]graph.Tensor{"x": random(4, g.Inputs[0].Shape...)}
	want, err := interp.Run(t.Context(), g, w, in)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*100*time.Microsecond)
		if out, err := p.Run(ctx, in); err == nil {
			near(t, "a run that ended in time", out["y"], want["y"], 1e-4)
		} else if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		cancel()
	}
	near(t, "the last run", run(t, p, in)["y"], want["y"], 1e-4)
}

func TestCloseWhileRunning(t *testing.T) {
	r := start(t, Options{Device: CPU})
	g, w := chain(t, 4, 16)
	in := map[string]graph.Tensor{"x": random(4, g.Inputs[0].Shape...)}
	want, err := interp.Run(t.Context(), g, w, in)
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, r, g, w)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for {
				out, err := p.Run(t.Context(), in)
				if errors.Is(err, ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				near(t, "beside other runs", out["y"], want["y"], 1e-4)
			}
		})
	}
	time.Sleep(30 * time.Millisecond)
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := p.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

func TestResultsOutliveTheProgram(t *testing.T) {
	r := start(t, Options{Device: CPU})
	g, w := chain(t, 1, 8)
	p := compile(t, r, g, w)
	first := run(t, p, map[string]graph.Tensor{"x": random(4, g.Inputs[0].Shape...)})["y"]
	kept := append([]float32{}, first.Data...)
	run(t, p, map[string]graph.Tensor{"x": random(5, g.Inputs[0].Shape...)})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	for i, v := range kept {
		if first.Data[i] != v {
			t.Fatalf("a later run changed value %d of an earlier result", i)
		}
	}
}

func TestBadInputs(t *testing.T) {
	r := start(t, Options{Device: CPU})
	g, w := chain(t, 1, 8)
	p := compile(t, r, g, w)
	for says, in := range map[string]map[string]graph.Tensor{
		"input x is missing":     {"y": random(1, 2)},
		"shape [2] with 2 value": {"x": random(1, 2)},
		"with 1 value":           {"x": {Shape: g.Inputs[0].Shape, Data: make([]float32, 1)}},
	} {
		if _, err := p.Run(t.Context(), in); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}

func TestFailuresAreSentences(t *testing.T) {
	for text, want := range map[string]string{
		"Non-zero status code returned while running Conv node. Name:'a' bfc_arena.cc:359 void* AllocateRawInternal(size_t) Failed to allocate memory for requested buffer of size 81920000000": "preparing on cpu: there was not enough memory",
		"std::bad_alloc": "preparing on cpu: there was not enough memory",
		"This session contains graph nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled by the user.": "lacks an operation",
		"/a/b/webgpu_context.cc:136 f() Failed to get a WebGPU adapter: No supported adapters":                                                        "no graphics adapter",
		"something\n odd": "ONNX Runtime says: something odd",
	} {
		err := explain("preparing", CPU, errors.New(text))
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q became %q, want %q in it", text, err, want)
		}
	}
	if err := explain("x", CPU, errors.New("bloom_filter.cc:3 failed in ZOOM")); errors.Is(err, ErrMemory) {
		t.Errorf("letters inside of words became %q", err)
	}
	if err := explain("x", CPU, errors.New("OOM in 81920 bytes")); !errors.Is(err, ErrMemory) || !strings.Contains(err.Error(), "81920") {
		t.Errorf("what the runtime says is lost in %q", err)
	}
	if !errors.Is(explain("x", CPU, errors.New("std::bad_alloc")), ErrMemory) {
		t.Error("a lack of memory is not recognised")
	}
}
