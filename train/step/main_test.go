package step

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"testing"

	"quorum/segment"
	"quorum/segment/graph"
	"quorum/segment/graph/interp"
	"quorum/segment/ort"
	"quorum/sharedtest"
)

func TestMain(m *testing.M) {
	ort.RunCheckChild()
	os.Exit(m.Run())
}

// cpu is ONNX Runtime's CPU provider. Without the library the test is skipped, and fails with QUORUM_PARITY=1.
func cpu(tb testing.TB) segment.Executor {
	tb.Helper()
	return device(tb, ort.Options{Device: ort.CPU})
}

func device(tb testing.TB, o ort.Options) segment.Executor {
	tb.Helper()
	r, err := ort.Open(tb.Context(), o)
	if library := (*ort.LibraryError)(nil); errors.As(err, &library) && errors.Is(err, fs.ErrNotExist) {
		sharedtest.Lacking(tb, "needs the native library: %v", err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := r.Close(); err != nil {
			tb.Error(err)
		}
	})
	return r
}

func compile(tb testing.TB, e segment.Executor, c Config) *Step {
	tb.Helper()
	s, err := Compile(tb.Context(), e, c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

func start(tb testing.TB, c Config, w graph.Weights) State {
	tb.Helper()
	s, err := c.Start(w)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func run(tb testing.TB, s *Step, from State, b Batch, c Control) (State, Losses) {
	tb.Helper()
	to, losses, err := s.Run(tb.Context(), from, b, c)
	if err != nil {
		tb.Fatal(err)
	}
	return to, losses
}

// slow runs graphs by the interpreter.
type slow struct{ graph *graph.Graph }

func (slow) Backend() segment.Backend { return segment.Backend{Provider: "interpreter"} }

func (slow) Compile(_ context.Context, g *graph.Graph, _ graph.Weights) (segment.Program, error) {
	return slow{g}, nil
}

func (s slow) Run(ctx context.Context, in map[string]graph.Tensor) (map[string]graph.Tensor, error) {
	return interp.Run(ctx, s.graph, nil, in)
}

func (slow) Close() error { return nil }
