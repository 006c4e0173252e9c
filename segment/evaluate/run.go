// Package evaluate measures a model: over the cases of a list against their truth (Run), and over the subsets of one study against each
// other (Sweep). The rules are those of docs/conventions.md, "Numbers and reports".
package evaluate

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"quorum/segment"
	"quorum/segment/calibrate"
	"quorum/segment/model"
	"quorum/segment/score"
	"quorum/viewer/cohort"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// Options of Run; the zero value evaluates all subsets, Dice and volumes only.
type Options struct {
	Subsets      Selection    // "" = All
	Scheme       label.Scheme // of the masks; "" = decided over the data set's values, refused where they are ambiguous
	Distance     bool         // HD95 too
	Calibrate    bool         // gather Report.Reliability too
	Soft         bool         // soft Dice too, by which training elects teachers
	UsedToChoose bool         // with Calibrate: these cases also helped to choose the model
	Flips, Clean bool         // as in segment.Options: off unless named, and named in the report

	Progress func(segment.Progress) // nil = silent; Done counts cases
	Finished func(Case)             // after every case, good or bad; nil = silent
}

// Run evaluates the cases of a list against their masks. Each sequence of a case is encoded once and each subset decoded once. The crop
// box comes from all loaded sequences, so that a subset may differ from `quorum segment --absent` by voxels of padding (docs/method.md).
//
// A bad case is marked in the report and does not stop the others. An error means that nothing could be evaluated at all: no mask, an
// ambiguous label scheme, or ctx was cancelled.
func Run(ctx context.Context, n *segment.Network, m *model.Model, l *cohort.List, o Options) (*Report, error) {
	if o.Subsets == "" {
		o.Subsets = All
	}
	cases, err := cohort.Survey(ctx, l, l.IDs)
	if err != nil {
		return nil, err
	}
	r := newReport(m, l, o)
	if o.Scheme == "" {
		if r.Scheme, err = cohort.Decide(ctx, l, cases); err != nil {
			return nil, err
		}
		r.SchemeDecided = slices.ContainsFunc(cohort.Masks(cases), func(m study.Mask) bool { return len(m.Values) > 0 })
	}
	e := evaluation{network: n, options: o, scheme: r.Scheme, report: r}
	for at, c := range cases {
		e.at = at
		result, err := e.one(ctx, c)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			result = Case{ID: c.ID, Error: strings.ReplaceAll(err.Error(), l.Dir+string(filepath.Separator), "")} // reports carry no paths
		}
		r.Cases = append(r.Cases, result)
		if o.Finished != nil {
			o.Finished(result)
		}
	}
	if o.Calibrate {
		r.Reliability = e.gathering.Reliability(r.good(), l.Key, o.UsedToChoose)
		r.Shifts = &e.shifts
	}
	return r, nil
}

// evaluation is the work of one Run.
type evaluation struct {
	network   *segment.Network
	options   Options
	scheme    label.Scheme
	report    *Report
	gathering calibrate.Gathering
	shifts    calibrate.Shifts
	at        int // number of the case
}

// one evaluates a case.
func (e *evaluation) one(ctx context.Context, c cohort.Case) (Case, error) {
	if c.Err != nil {
		return Case{}, c.Err
	}
	e.say(c.ID, "reading", 0)
	l, err := c.Study.Load(ctx, study.LoadOptions{Use: c.Study.Present()})
	if err != nil {
		return Case{}, err
	}
	labels, err := study.ReadMask(c.Mask.Path, e.scheme, l.Grid)
	if err != nil {
		return Case{}, err
	}
	open, err := e.network.Open(ctx, l)
	if err != nil {
		return Case{}, err
	}
	defer open.Close()
	t, err := newTruth(open, labels, e.options.Calibrate || e.options.Soft)
	if err != nil {
		return Case{}, err
	}
	out := Case{ID: c.ID, Present: l.Present, TrueML: t.ml, Notices: slices.Clone(l.Problems)}
	var gathering calibrate.Gathering // of this case alone: a case that fails half-way leaves no trace
	subsets := e.options.Subsets.Subsets()
	for n, u := range subsets {
		if u.Without(l.Present) != 0 {
			out.Skipped = append(out.Skipped, u)
			continue
		}
		e.say(c.ID, u.Names(), float64(n)/float64(len(subsets)))
		result, row, err := e.subset(ctx, open, t, u, &gathering)
		if err != nil {
			return Case{}, fmt.Errorf("%s: %w", u.Names(), err)
		}
		out.Rows = append(out.Rows, row)
		out.Notices = withNew(out.Notices, result.Notices)
	}
	if len(out.Rows) == 0 {
		return Case{}, fmt.Errorf("it has %s only, and none of the subsets asked for can be made of that", l.Present.Names())
	}
	e.gathering.Merge(&gathering)
	e.shifts.Add(&gathering)
	return out, nil
}

// subset computes and scores one result.
func (e *evaluation) subset(ctx context.Context, open *segment.Case, t *truth, u sequence.Subset, g *calibrate.Gathering) (*segment.Result, Row, error) {
	result, err := open.Segment(ctx, u, segment.Options{Flips: e.options.Flips, Clean: e.options.Clean, Logits: e.options.Calibrate || e.options.Soft}, nil)
	if err != nil {
		return nil, Row{}, err
	}
	e.report.Backend = result.Backend
	row := Row{Subset: u, ML: result.ML}
	if row.Dice, err = score.Dice(result.Labels, t.labels); err != nil {
		return nil, Row{}, err
	}
	if e.options.Distance {
		mm := score.HD95s(score.Masks(result.Labels), t.masks)
		row.HD95 = &mm
	}
	if e.options.Soft {
		soft := t.soft(result.Logit)
		row.Soft = &soft
	}
	if !e.options.Calibrate {
		return result, row, nil
	}
	var group errgroup.Group
	for _, r := range label.Regions {
		cell := g.Cell(u, r)
		cell.Add(row.Dice[r], row.ML[r], t.ml[r])
		group.Go(func() error { return t.count(&cell.Logits, result.Logit[r], r) })
	}
	return result, row, group.Wait()
}

// say reports progress: share of the present case is done.
func (e *evaluation) say(id, what string, share float64) {
	if e.options.Progress != nil {
		total := len(e.report.List)
		e.options.Progress(segment.Progress{
			Text: fmt.Sprintf("%s (%d of %d): %s", id, e.at+1, total, what), Done: float64(e.at) + share, Total: float64(total),
		})
	}
}
