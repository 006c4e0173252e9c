// Package step is one training step of LCKD as one graph, run by whatever runs inference: a batch goes in with the state, losses and the next
// state come out (docs/method.md, "Training runs on ONNX Runtime itself").
package step

import (
	"context"
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
}

// Step is a compiled training step.
type Step struct {
	config  Config
	program segment.Program
}

// Compile makes the step runnable. Close it.
func Compile(ctx context.Context, e segment.Executor, c Config) (*Step, error) {
	g, err := Graph(c)
	if err != nil {
		return nil, err
	}
	p, err := e.Compile(ctx, g, nil)
	if err != nil {
		return nil, err
	}
	return &Step{c, p}, nil
}

// Close frees what Compile made.
func (s *Step) Close() error { return s.program.Close() }

// Run adds the batch's gradient to the state's or, with Apply, updates the parameters. The state handed in stays as it is.
func (s *Step) Run(ctx context.Context, from State, b Batch, c Control) (State, Losses, error) {
	for i := 0; i+lckd.Sequences <= len(b.Presence); i += lckd.Sequences {
		if err := lckd.CheckPresence(b.Presence[i : i+lckd.Sequences]); err != nil {
			return State{}, Losses{}, fmt.Errorf("image %d of the batch: %w", i/lckd.Sequences, err)
		}
	}
	out, err := s.program.Run(ctx, s.config.inputs(from, b, c))
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
	return to, Losses{Dice: one(dice), BCE: one(bce), KD: one(kd), Total: one(total), Norm: one(norm)}, nil
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
