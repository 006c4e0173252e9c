package ort

import (
	"context"
	"errors"
	"maps"
	"time"

	"quorum/segment/graph"
	"quorum/segment/lckd"
)

// stage is one graph of a trial, ready for the runtime.
type stage struct {
	Model    []byte
	Ins, Out []port
}

// trialRequest is a Trial for a child process.
type trialRequest struct {
	Main    stage
	Encoder *stage
	Images  [lckd.Sequences]graph.Tensor
	Inputs  map[string]graph.Tensor
	Output  string
}

// request writes the trial's graphs as models; small is nil if there is none.
func (t *Trial) request() (whole trialRequest, small *trialRequest, err error) {
	whole = trialRequest{Images: t.Images, Inputs: t.Inputs, Output: t.Output}
	if whole.Main, err = staged(t.Graph, t.Weights); err != nil {
		return trialRequest{}, nil, err
	}
	if t.Encoder != nil {
		encoder, err := staged(t.Encoder, t.Weights)
		if err != nil {
			return trialRequest{}, nil, err
		}
		whole.Encoder = &encoder
	}
	if t.Small != nil {
		less, _, err := t.Small.request()
		if err != nil {
			return trialRequest{}, nil, err
		}
		small = &less
	}
	return whole, small, nil
}

func staged(g *graph.Graph, w graph.Weights) (s stage, err error) {
	s.Model, s.Ins, s.Out, err = encode(g, w)
	return s, err
}

// rehearsal is a trial that was compiled for one device.
type rehearsal struct {
	trial         *trialRequest
	main, encoder *program
}

func (t *trialRequest) compile(s settings) (*rehearsal, error) {
	r := &rehearsal{trial: t}
	var err error
	if r.main, err = newProgram(t.Main.Model, t.Main.Ins, t.Main.Out, s); err != nil || t.Encoder == nil {
		return r, err
	}
	if r.encoder, err = newProgram(t.Encoder.Model, t.Encoder.Ins, t.Encoder.Out, s); err != nil {
		return nil, errors.Join(err, r.main.Close())
	}
	return r, nil
}

// Close lets the programs go.
func (r *rehearsal) Close() error {
	err := r.main.Close()
	if r.encoder != nil {
		err = errors.Join(err, r.encoder.Close())
	}
	return err
}

// timed runs the trial once and gives the output that is compared, and the milliseconds it took.
func (r *rehearsal) timed(ctx context.Context) (graph.Tensor, float64, error) {
	begin := time.Now()
	in, err := r.features(ctx)
	if err != nil {
		return graph.Tensor{}, 0, err
	}
	out, err := r.main.Run(ctx, in)
	return out[r.trial.Output], float64(time.Since(begin).Microseconds()) / 1000, err
}

// features are the inputs of the trial's graph: those of the encoder for each image, and for a missing one those of another, which do
// not count, as in use.
func (r *rehearsal) features(ctx context.Context) (map[string]graph.Tensor, error) {
	if r.encoder == nil {
		return r.trial.Inputs, nil
	}
	in := maps.Clone(r.trial.Inputs)
	var encoded [lckd.Sequences]map[string]graph.Tensor
	var filler map[string]graph.Tensor
	for m, image := range r.trial.Images {
		if len(image.Data) == 0 {
			continue
		}
		out, err := r.encoder.Run(ctx, map[string]graph.Tensor{"image": image})
		if err != nil {
			return nil, err
		}
		encoded[m], filler = out, out
	}
	for m, out := range encoded {
		if out == nil {
			out = filler
		}
		for l := range r.encoder.out {
			in[lckd.SlotName(m, l)] = out[lckd.FeatureName(l)]
		}
	}
	return in, nil
}
