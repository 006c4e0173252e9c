package ort

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"quorum/segment"
	"quorum/segment/graph"
	"quorum/sharedtest"
)

// What a child that checks a device does wrong, if envChild is set, too.
const (
	envNoise = "QUORUM_TEST_CHILD_NOISE" // prints to its standard output, as native code may
	envCrash = "QUORUM_TEST_CHILD_CRASH" // ends in the middle
)

func TestMain(m *testing.M) {
	if os.Getenv(envChild) != "" {
		if os.Getenv(envNoise) != "" {
			fmt.Print("{native code says something\nwithout an end")
		}
		if os.Getenv(envCrash) != "" {
			os.Exit(139)
		}
	}
	RunCheckChild()
	os.Exit(m.Run())
}

// start opens a device, or skips where its library is not installed. One process loads one library, so all tests here take the stock one,
// and those of OpenVINO run in a process of their own.
func start(tb testing.TB, o Options) *Runtime {
	tb.Helper()
	r, err := Open(tb.Context(), o)
	var missing *LibraryError
	if errors.As(err, &missing) && errors.Is(err, fs.ErrNotExist) {
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

func compile(tb testing.TB, e segment.Executor, g *graph.Graph, w graph.Weights) segment.Program {
	tb.Helper()
	p, err := e.Compile(tb.Context(), g, w)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := p.Close(); err != nil {
			tb.Error(err)
		}
	})
	return p
}

func run(tb testing.TB, p segment.Program, in map[string]graph.Tensor) map[string]graph.Tensor {
	tb.Helper()
	out, err := p.Run(tb.Context(), in)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// near demands equal shapes and max|a−b| ≤ tolerance·max|b|.
func near(tb testing.TB, what string, a, b graph.Tensor, tolerance float64) {
	tb.Helper()
	if len(a.Data) != len(b.Data) || len(a.Data) == 0 {
		tb.Errorf("%s: shapes %v and %v", what, a.Shape, b.Shape)
		return
	}
	if e := relativeError(a.Data, b.Data); math.IsNaN(e) || e > tolerance {
		tb.Errorf("%s: relative error %.3g, at most %.3g is allowed", what, e, tolerance)
	}
}

func random(seed uint64, shape ...int) graph.Tensor {
	r := rand.New(rand.NewPCG(seed, 7))
	data := make([]float32, graph.Size(shape))
	for i := range data {
		data[i] = float32(r.NormFloat64())
	}
	return graph.Tensor{Shape: shape, Data: data}
}
