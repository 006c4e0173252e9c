package segment

import (
	"context"

	"quorum/segment/model"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// Network is a model on an executor, with its compiled programs cached by padded size. Safe for one user at a time per Case.
type Network struct{}

// NewNetwork takes ownership of nothing: Close closes only the programs that it compiled.
func NewNetwork(m *model.Model, e Executor) *Network { panic("contract") }

// Close releases the compiled programs.
func (n *Network) Close() error { panic("contract") }

// Progress is one step of long work: Done of Total, and what is being done ("encoding T1").
type Progress struct {
	Text        string
	Done, Total float64
}

// Case is a loaded study, prepared, with each sequence encoded at most once; every subset then costs one decoder pass.
type Case struct{}

// Open prepares a study: crop box from all loaded sequences, normalise. Nothing is encoded yet.
func (n *Network) Open(ctx context.Context, l *study.Loaded) (*Case, error) { panic("contract") }

// Options of one result; the zero value is the plain one.
type Options struct {
	Flips         bool // mean of the probabilities over the eight flips
	Clean         bool // drop small components (method.md, Inference)
	Probabilities bool // keep Result.Probability
	Tile          int  // side of the tiles in voxels; 0 = one pass over the whole box
}

// Result is immutable.
type Result struct {
	Subset      sequence.Subset
	Labels      *label.Map                   // on the study's own grid
	Probability [label.RegionCount][]float32 // on the study's grid, i fastest, calibrated if the model has temperatures; nil unless asked for
	ML          [label.RegionCount]float64   // painted volumes, mL
	Backend     Backend
	Options     Options
	Notices     []study.Problem
}

// Segment computes the result for a subset of the loaded sequences. progress may be nil.
func (c *Case) Segment(ctx context.Context, u sequence.Subset, o Options, progress func(Progress)) (*Result, error) {
	panic("contract")
}

// Close drops the cached features.
func (c *Case) Close() {}
