// Package step is one training step of LCKD as one graph, run by whatever runs inference: a batch goes in with the state, losses and the next
// state come out (docs/method.md, "Training runs on ONNX Runtime itself").
package step

import (
	"context"
	"errors"
	"fmt"

	"quorum/segment"
	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/train/optim"
)

// Batch is a micro-batch of B images with sides D, H, W, each with its own subset of the sequences.
type Batch struct {
	Image    []float32 // [B,4,D,H,W]; what stands in channels of missing sequences does not matter
	Target   []float32 // [B,3,D,H,W] of ET, WT, TC, 0 or 1
	Presence []float32 // [B,4], 0 or 1
}

// Control is what may change from step to step.
type Control struct {
	Pairs [lckd.Sequences][lckd.Sequences]float32 // row teaches column; zeros: no distillation
	Alpha float32                                 // weight of distillation
	Rate  float32                                 // learning rate
	Clip  float32                                 // largest norm of the gradient
	Apply bool                                    // update with all that has been added up since the last update, this batch included
}

// Losses are means over the batch.
type Losses struct {
	Dice, BCE, KD float32 // KD before its weight alpha
	Total         float32
	Norm          float32 // of the mean gradient since the last update, before clipping
	Deviation     float32 // standard deviation of f_m, the features that are distilled
}

// Step is a compiled training step. Not for use by several goroutines.
type Step struct {
	config   Config
	executor segment.Executor
	programs [lckd.Sequences]segment.Program // by the number of sequences − 1; made when they are needed first
}

// Compile makes the step runnable. Close it.
//
// Images with few sequences take a graph of their own, which computes nothing for the missing ones, unless c.Lean; up to four graphs are
// then held in memory.
func Compile(ctx context.Context, e segment.Executor, c Config) (*Step, error) {
	s := &Step{config: c, executor: e}
	_, err := s.program(ctx, lckd.Sequences)
	return s, err
}

// program is the one for images with so many sequences.
func (s *Step) program(ctx context.Context, present int) (segment.Program, error) {
	p := &s.programs[present-1]
	if *p != nil {
		return *p, nil
	}
	g, err := s.config.graph(present)
	if err != nil {
		return nil, err
	}
	made, err := s.executor.Compile(ctx, g, nil)
	if err != nil {
		return nil, err
	}
	*p = made
	return made, nil
}

// Close frees what Compile and Run made.
func (s *Step) Close() error {
	var problems []error
	for _, p := range s.programs {
		if p != nil {
			problems = append(problems, p.Close())
		}
	}
	return errors.Join(problems...)
}

// Run adds the batch's gradient to the state's or, with Apply, updates the parameters. The state handed in stays as it is.
func (s *Step) Run(ctx context.Context, from State, b Batch, c Control) (State, Losses, error) {
	for i := 0; i+lckd.Sequences <= len(b.Presence); i += lckd.Sequences {
		if err := lckd.CheckPresence(b.Presence[i : i+lckd.Sequences]); err != nil {
			return State{}, Losses{}, fmt.Errorf("image %d of the batch: %w", i/lckd.Sequences, err)
		}
	}
	in := s.config.inputs(from, b, c)
	present := s.config.narrow(in, b)
	program, err := s.program(ctx, present)
	if err != nil {
		return State{}, Losses{}, err
	}
	out, err := program.Run(ctx, in)
	if err != nil {
		return State{}, Losses{}, err
	}
	to := State{
		Parameter:   out[next(parameter)].Data,
		Accumulator: out[next(accumulator)].Data,
		Count:       int(out[next(count)].Data[0]),
		Updates:     from.Updates,
	}
	if c.Apply {
		to.Updates++
	}
	for i := range from.Moments {
		to.Moments = append(to.Moments, out[next(moment(i))].Data)
	}
	one := func(name string) float32 { return out[name].Data[0] }
	return to, Losses{Dice: one(dice), BCE: one(bce), KD: one(kd), Total: one(total), Norm: one(norm), Deviation: one(deviation)}, nil
}

// narrow leaves in the inputs only the sequences that are there, if every image has equally many, and says how many each then has.
func (c Config) narrow(in map[string]graph.Tensor, b Batch) (present int) {
	voxels := c.Size[0] * c.Size[1] * c.Size[2]
	if c.Lean || len(b.Presence) != c.Batch*lckd.Sequences || len(b.Image) != len(b.Presence)*voxels {
		return lckd.Sequences // the program judges lengths
	}
	var which []int // of the channels of all images
	for at, there := range b.Presence {
		if there == 1 {
			which = append(which, at)
		}
	}
	present = len(which) / c.Batch
	for n, at := range which {
		if at/lckd.Sequences != n/present {
			return lckd.Sequences // another image has more
		}
	}
	if present == lckd.Sequences || len(which)%c.Batch != 0 {
		return lckd.Sequences
	}
	rows := make([]float32, len(which)*lckd.Sequences)
	voxel := make([]float32, 0, len(which)*voxels)
	for n, at := range which {
		rows[n*lckd.Sequences+at%lckd.Sequences] = 1
		voxel = append(voxel, b.Image[at*voxels:(at+1)*voxels]...)
	}
	in[slots] = graph.Tensor{Shape: []int{c.Batch, present, lckd.Sequences}, Data: rows}
	in[image] = graph.Tensor{Shape: []int{c.Batch, present, c.Size[0], c.Size[1], c.Size[2]}, Data: voxel}
	return present
}

// inputs names and shapes all that goes in. The program judges the lengths.
func (c Config) inputs(s State, b Batch, control Control) map[string]graph.Tensor {
	d, h, w := c.Size[0], c.Size[1], c.Size[2]
	number := func(x float32) graph.Tensor { return graph.Tensor{Shape: []int{1}, Data: []float32{x}} }
	row := func(v []float32) graph.Tensor { return graph.Tensor{Shape: []int{c.Network.ParameterCount()}, Data: v} }
	fix := optim.Correction(s.Updates + 1)
	in := map[string]graph.Tensor{
		image:       {Shape: []int{c.Batch, lckd.Sequences, d, h, w}, Data: b.Image},
		target:      {Shape: []int{c.Batch, lckd.Regions, d, h, w}, Data: b.Target},
		presence:    {Shape: []int{c.Batch, lckd.Sequences}, Data: b.Presence},
		pairs:       {Shape: []int{lckd.Sequences, lckd.Sequences}},
		alpha:       number(control.Alpha),
		rate:        number(control.Rate),
		clip:        number(control.Clip),
		correction:  {Shape: []int{2}, Data: fix[:]},
		apply:       number(0),
		parameter:   row(s.Parameter),
		accumulator: row(s.Accumulator),
		count:       number(float32(s.Count)),
	}
	if control.Apply {
		in[apply] = number(1)
	}
	p := in[pairs]
	for _, teacher := range control.Pairs {
		p.Data = append(p.Data, teacher[:]...)
	}
	in[pairs] = p
	for i, m := range s.Moments {
		in[moment(i)] = row(m)
	}
	return in
}
