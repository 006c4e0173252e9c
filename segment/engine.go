package segment

import (
	"context"

	"quorum/segment/graph"
)

// Backend says what really computes: it goes into every result.
type Backend struct {
	Provider  string `json:"provider"`  // cpu, openvino, webgpu, cuda, directml, coreml, interpreter
	Precision string `json:"precision"` // f32 or bf16
	Runtime   string `json:"runtime"`   // e.g. "ONNX Runtime 1.30.0"
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
