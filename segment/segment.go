// Package segment turns a loaded study into tumour labels: the pipeline from images to a mask with everything that one should know of it.
//
//	network := segment.NewNetwork(model, executor)
//	open, err := network.Open(ctx, loaded)                   // crop, normalise
//	result, err := open.Segment(ctx, subset, options, nil)   // encode what is new, decode, paint, back onto the study's grid
//	paths, err := segment.Export(ctx, folder, id, result, …) // mask and sidecar
package segment

import (
	"context"
	"errors"

	"quorum/segment/region"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// Threshold is the probability above which a voxel belongs to a region.
const Threshold = 0.5

// Options of one result; the zero value is the plain one.
type Options struct {
	Flips         bool // mean of the probabilities over the eight flips
	Clean         bool // drop small components (package region)
	Probabilities bool // keep Result.Probability
	Logits        bool // keep Result.Logit
	Tile          int  // side of the tiles in voxels, a multiple of 16; 0 = one pass over the whole box, or tiles if memory forces them
}

// Result is immutable.
type Result struct {
	Subset      sequence.Subset
	Labels      *label.Map                   // on the study's own grid
	Probability [label.RegionCount][]float32 // on the study's grid, i fastest, calibrated by Temperature; nil unless asked for
	Logit       [label.RegionCount][]float32 // on the network's lattice, [D,H,W] of Case.Size, not calibrated; nil unless asked for
	ML          [label.RegionCount]float64   // painted volumes, mL
	Temperature [label.RegionCount]float64   // by which logits were divided for Probability; 1 = not calibrated, as with Flips
	Backend     Backend
	Resampled   bool            // the study is not 1 mm
	Options     Options         // as computed: Tile is set if memory forced it
	Cleaned     region.Cleaned  // what Options.Clean changed
	Notices     []study.Problem // what came up while segmenting; the study's own problems are in study.Loaded
}

// Segment computes the result for a subset of the loaded sequences. progress may be nil; it starts anew, with another total, where one pass
// runs out of memory (ErrMemory) and tiles take its place.
func (c *Case) Segment(ctx context.Context, u sequence.Subset, o Options, progress func(Progress)) (*Result, error) {
	if err := c.check(u); err != nil {
		return nil, err
	}
	r := &Result{Subset: u, Backend: c.network.executor.Backend(), Notices: c.network.notices(), Resampled: c.prepared.Resampled}
	c.calibrate(r, o)
	if r.Resampled {
		r.Notices = append(r.Notices, study.Problem{Text: "The images are not 1 mm, so they were resampled for the network; the mask is on their own grid"})
	}
	s, meter, err := c.fit(ctx, r, o, progress)
	if err != nil {
		return nil, err
	}
	meter.begin("painting", finishing)
	if err := c.finish(ctx, r, s); err != nil {
		return nil, err
	}
	meter.end()
	return r, nil
}

// calibrate sets the temperatures of a result. Those of the model were fitted to single passes: a mean over flips is left as it is.
func (c *Case) calibrate(r *Result, o Options) {
	lost := false
	for _, g := range label.Regions {
		r.Temperature[g] = c.network.model.Temperature(r.Subset, g)
		if o.Flips {
			lost = lost || r.Temperature[g] != 1
			r.Temperature[g] = 1
		}
	}
	if lost && o.Probabilities {
		r.Notices = append(r.Notices, study.Problem{Text: "The probabilities are not calibrated: they are means over eight flips, and the " +
			"model's calibration was made without flips"})
	}
}

// fit infers the scores, in tiles where memory forces them: by the estimate, or because one pass ran out of it. It sets Options of r.
func (c *Case) fit(ctx context.Context, r *Result, o Options, progress func(Progress)) (scores, *meter, error) {
	try := func(why *forced) (scores, *meter, error) {
		if why != nil {
			o.Tile = why.tile
			r.Notices = append(r.Notices, study.Problem{Text: why.reason})
		}
		r.Options = o
		m := newMeter(progress, c.work(r.Subset, o))
		s, err := c.infer(ctx, r.Subset, o, m)
		return s, m, err
	}
	var why *forced
	if o.Tile == 0 {
		why = c.force(o)
	}
	s, m, err := try(why)
	if o.Tile == 0 && errors.Is(err, ErrMemory) && tileable(c.prepared.Size) {
		c.lighten(ctx)
		return try(c.forced)
	}
	return s, m, err
}

// finish paints the scores, brings everything onto the study's grid and measures it.
func (c *Case) finish(ctx context.Context, r *Result, s scores) error {
	if r.Options.Logits {
		r.Logit = s.logits()
	}
	if err := c.paint(ctx, r, s); err != nil {
		return err
	}
	if r.Options.Clean {
		var err error
		if r.Labels, r.Cleaned, err = region.Clean(r.Labels); err != nil {
			return err
		}
		if text := r.Cleaned.String(); text != "" {
			r.Notices = append(r.Notices, study.Problem{Text: text})
		}
	}
	r.ML = r.Labels.RegionML()
	if r.ML[label.RegionWT] == 0 {
		r.Notices = append(r.Notices, study.Problem{Text: "No tumour found by this model in these sequences (" + r.Subset.Names() +
			"): the mask is empty, which does not say that there is none"})
	}
	return nil
}

// paint makes labels, and probabilities if they are asked for. Where the study is not 1 mm, probabilities return to its grid before the
// threshold; elsewhere the labels may return alone, which is the same and costs less.
func (c *Case) paint(ctx context.Context, r *Result, s scores) error {
	frame := &c.prepared.Frame
	if frame.Resampled {
		p, err := frame.Restore(ctx, s.probabilities())
		if err != nil {
			return err
		}
		voxel, err := region.Paint(p, Threshold)
		if err != nil {
			return err
		}
		r.Labels = &label.Map{Grid: frame.Source, Voxel: voxel}
		if r.Options.Probabilities {
			r.Probability = calibrated(p, r.Temperature)
		}
		return nil
	}
	crop, err := region.Paint(s.value, s.threshold())
	if err != nil {
		return err
	}
	if r.Labels, err = frame.Labels(ctx, crop); err != nil {
		return err
	}
	if r.Options.Probabilities {
		r.Probability, err = frame.Restore(ctx, s.calibrated(r.Temperature))
	}
	return err
}
