package app

import (
	"context"
	"errors"
	"math"

	"github.com/klauspost/compress/s2"

	"quorum/segment"
	"quorum/segment/engine"
	"quorum/segment/model"
	"quorum/segment/ort"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
)

// Engine is a model on a device. One goroutine uses it, that of Jobs.Engine.
type Engine interface {
	// Open prepares a study.
	Open(ctx context.Context, l *study.Loaded) (Case, error)
	// Machine says what it is.
	Machine() Machine
	Close() error
}

// Case is a study, prepared. Each sequence is encoded once at most.
type Case interface {
	Encode(ctx context.Context, q sequence.Sequence) error
	Segment(ctx context.Context, u sequence.Subset, progress func(segment.Progress)) (*outcome, error)
	Close()
}

// Machine says what computes, with which model.
type Machine struct {
	Model   *model.Model
	Backend segment.Backend
	Notices []string // what was passed over, and why
}

// outcome is a result as it is kept: without the background around its labels. Immutable.
type outcome struct {
	result segment.Result // its Labels and Logit are nil
	model  *model.Model   // that computed it
	labels *label.Cutout
	sure   *sureness
}

// Result is the whole result again.
func (o *outcome) Result() *segment.Result {
	r := o.result
	r.Labels = o.labels.Map()
	return &r
}

// Probability is the calibrated probability of each region at a world position; false outside the box that was computed.
func (o *outcome) Probability(world [3]float64) ([label.RegionCount]float32, bool) {
	return o.sure.at(world)
}

// sureness holds calibrated probabilities on the network's lattice, in 255ths and packed: most of a head is surely no tumour, and fifteen
// results are kept.
type sureness struct {
	lattice volume.Grid
	packed  [label.RegionCount][]byte

	value [label.RegionCount][]uint8 // [D,H,W] of lattice.Dim, unpacked for the result that is shown; used on the UI goroutine only
}

func newSureness(lattice volume.Grid, r *segment.Result) *sureness {
	s := &sureness{lattice: lattice}
	for g, logits := range r.Logit {
		if logits != nil {
			s.packed[g] = s2.Encode(nil, squash(logits, r.Temperature[g]))
		}
	}
	return s
}

// unpack makes at quick; pack gives the memory back.
func (s *sureness) unpack() {
	if s == nil || s.value[0] != nil || s.packed[0] == nil {
		return
	}
	for g, data := range s.packed {
		value, err := s2.Decode(nil, data)
		if err != nil || len(value) != s.lattice.Voxels() {
			s.value = [label.RegionCount][]uint8{}
			return
		}
		s.value[g] = value
	}
}

func (s *sureness) pack() {
	if s != nil {
		s.value = [label.RegionCount][]uint8{}
	}
}

// squash turns logits into probabilities in 255ths. A table stands for the exponential: its steps are finer than a 255th.
func squash(logits []float32, temperature float64) []uint8 {
	const limit, steps = 8, 128
	var table [2*limit*steps + 1]uint8
	for n := range table {
		x := float64(n)/steps - limit
		table[n] = uint8(math.Round(255 / (1 + math.Exp(-x))))
	}
	scale := float32(steps / temperature)
	out := make([]uint8, len(logits))
	for i, x := range logits {
		n := x*scale + limit*steps
		if n != n { // NaN
			continue
		}
		out[i] = table[int(min(max(n, 0), 2*limit*steps))]
	}
	return out
}

func (s *sureness) at(world [3]float64) (p [label.RegionCount]float32, ok bool) {
	if s == nil || s.value[0] == nil {
		return p, false
	}
	at := s.lattice.VoxelAt(world)
	i, j, k := int(math.Round(at[0])), int(math.Round(at[1])), int(math.Round(at[2]))
	if !s.lattice.Contains(i, j, k) {
		return p, false
	}
	for g := range p {
		p[g] = float32(s.value[g][(i*s.lattice.Dim[1]+j)*s.lattice.Dim[2]+k]) / 255
	}
	return p, true
}

// StartEngine opens an engine; it may take seconds.
type StartEngine func(ctx context.Context, o engine.Options) (Engine, error)

// openEngine is the real StartEngine.
func openEngine(ctx context.Context, o engine.Options) (Engine, error) {
	e, err := engine.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return &native{e}, nil
}

// native is the Engine on ONNX Runtime.
type native struct{ engine *engine.Engine }

func (n *native) Machine() Machine {
	return Machine{Model: n.engine.Model, Backend: n.engine.Runtime.Backend(), Notices: n.engine.Runtime.Notices()}
}

func (n *native) Close() error { return n.engine.Close() }

func (n *native) Open(ctx context.Context, l *study.Loaded) (Case, error) {
	c, err := n.engine.Network.Open(ctx, l)
	if err != nil {
		return nil, err
	}
	return &nativeCase{c, n.engine.Model}, nil
}

type nativeCase struct {
	*segment.Case
	model *model.Model
}

// Segment computes a result and makes it small.
func (c *nativeCase) Segment(ctx context.Context, u sequence.Subset, progress func(segment.Progress)) (*outcome, error) {
	r, err := c.Case.Segment(ctx, u, segment.Options{Logits: true}, progress)
	if err != nil {
		return nil, err
	}
	return newOutcome(r, c.model, c.Lattice()), nil
}

// newOutcome makes a result small.
func newOutcome(r *segment.Result, m *model.Model, lattice volume.Grid) *outcome {
	o := &outcome{result: *r, model: m, labels: r.Labels.Cutout(), sure: newSureness(lattice, r)}
	o.result.Labels, o.result.Logit = nil, [label.RegionCount][]float32{}
	return o
}

// missingLibrary says whether an engine could not be opened because there is nothing to compute with.
func missingLibrary(err error) (*ort.LibraryError, bool) {
	return errors.AsType[*ort.LibraryError](err)
}
