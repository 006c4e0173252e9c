package evaluate

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"quorum/segment"
	"quorum/segment/graph"
	"quorum/segment/graph/interp"
	"quorum/segment/lckd"
	"quorum/segment/model"
	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// slow is an executor: the interpreter. It counts what is run, by the number of the graph's inputs.
type slow struct {
	encoded, decoded int
}

// Backend names the interpreter.
func (s *slow) Backend() segment.Backend {
	return segment.Backend{Provider: "interpreter", Precision: "f32", Runtime: "test"}
}

// Compile keeps graph and weights.
func (s *slow) Compile(_ context.Context, g *graph.Graph, w graph.Weights) (segment.Program, error) {
	return &program{s, g, w}, nil
}

type program struct {
	slow    *slow
	graph   *graph.Graph
	weights graph.Weights
}

// Run interprets the graph.
func (p *program) Run(ctx context.Context, in map[string]graph.Tensor) (map[string]graph.Tensor, error) {
	if _, ok := in["presence"]; ok {
		p.slow.decoded++
	} else {
		p.slow.encoded++
	}
	return interp.Run(ctx, p.graph, p.weights, in)
}

// Close has nothing to do.
func (p *program) Close() error { return nil }

// tiny is a model with random weights.
func tiny(t *testing.T) *model.Model {
	t.Helper()
	m, err := model.New(lckd.Random(lckd.Tiny, 5), model.Meta{ID: "tiny", Provenance: model.Provenance{Summary: "random weights"}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func network(t *testing.T) (*segment.Network, *slow) {
	t.Helper()
	s := &slow{}
	n := segment.NewNetwork(tiny(t), s)
	t.Cleanup(func() {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	})
	return n, s
}

// phantom writes a synthetic head with a brats2017 mask as one case of a data set, without the sequences of absent.
func phantom(t *testing.T, dir, id string, seed uint64, absent sequence.Subset) {
	t.Helper()
	folder := filepath.Join(dir, id)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	// The brain fits into 16×16×16 voxels, the smallest lattice that the network takes, and has all parts of a tumour.
	g := volume.Grid{Dim: [3]int{18, 20, 16}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 19}, {0, 0, 1, 0}}}
	h := volumetest.Small()
	h.Seed, h.Scale, h.Centre = seed, 0.09, [3]float64{-8.5, 10, 7.5}
	volumes, truth := h.On(g)
	header := nifti.NewHeader(g)
	name := func(what string) string { return filepath.Join(folder, fmt.Sprintf("%s_%s.nii.gz", id, what)) }
	for _, s := range sequence.All {
		if absent.Has(s) {
			continue
		}
		if err := nifti.Write(name(s.Key()), header, 1, volumes[s].Voxel, "", false); err != nil {
			t.Fatal(err)
		}
	}
	data, err := truth.Encode(label.BraTS2017)
	if err != nil {
		t.Fatal(err)
	}
	if err := nifti.Write(name("seg"), header, 1, data, "", false); err != nil {
		t.Fatal(err)
	}
}
