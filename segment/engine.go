package segment

import (
	"context"
	"fmt"

	"quorum/segment/graph"
)

// Backend says what really computes: it goes into every result.
type Backend struct {
	Provider  string `json:"provider"`           // cpu, openvino, webgpu, cuda, directml, coreml, interpreter
	Precision string `json:"precision"`          // f32 or bf16
	Runtime   string `json:"runtime"`            // e.g. "ONNX Runtime 1.30.0"
	Adapter   string `json:"adapter,omitempty"`  // graphics adapter and driver, where known
	Software  bool   `json:"software,omitempty"` // the adapter computes on the CPU: right, but slow
}

// String says what computes: "openvino f32 (ONNX Runtime 1.24.1)", and on which graphics adapter.
func (b Backend) String() string {
	s := fmt.Sprintf("%s %s (%s)", b.Provider, b.Precision, b.Runtime)
	switch {
	case b.Software && b.Adapter != "":
		s += " on the software adapter " + b.Adapter
	case b.Software:
		s += " on a software adapter"
	case b.Adapter != "":
		s += " on " + b.Adapter
	}
	return s
}

// Executor compiles graphs. Implemented by package ort, and by the slow interpreter in tests.
type Executor interface {
	// Compile makes g runnable with w as constants; parameters that w lacks are inputs of the program.
	Compile(ctx context.Context, g *graph.Graph, w graph.Weights) (Program, error)
	Backend() Backend
}

// Program is a compiled graph. Run may be called from several goroutines.
type Program interface {
	// Run computes the outputs by name. A cancelled ctx ends it inside the native run and returns ctx.Err().
	Run(ctx context.Context, in map[string]graph.Tensor) (map[string]graph.Tensor, error)
	Close() error
}
