package run

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"quorum/segment"
	"quorum/segment/evaluate"
	"quorum/segment/model"
	"quorum/train/teacher"
	"quorum/viewer/cohort"
	"quorum/viewer/label"
)

// HeldOut measures models on the cases of a list, exactly as `quorum evaluate` does.
type HeldOut struct {
	Executor segment.Executor
	List     *cohort.List
	Scheme   label.Scheme // of the masks
}

// Evaluate implements Judge.
func (h *HeldOut) Evaluate(ctx context.Context, m *model.Model, o evaluate.Options) (*evaluate.Report, error) {
	n := segment.NewNetwork(m, h.Executor)
	o.Scheme = h.Scheme
	r, err := evaluate.Run(ctx, n, m, h.List, o)
	if err != nil {
		return nil, errors.Join(err, n.Close())
	}
	if r.Failed() == len(r.Cases) {
		return nil, errors.Join(fmt.Errorf("no held-out case could be evaluated; %s: %s", r.Cases[0].ID, r.Cases[0].Error), n.Close())
	}
	return r, n.Close()
}

// judge evaluates and elects where the step at which the run stands asks for it, once.
func (r *runner) judge(ctx context.Context) error {
	s := r.state.Step
	if r.state.Judged == s {
		return nil
	}
	start := s == 0 && r.state.From != nil
	full := start || s == r.config.Steps || s > 0 && s%r.config.Evaluate == 0
	if !full && (s == 0 || s%r.config.Elect != 0 || r.config.Distill == teacher.None) {
		return nil
	}
	o := evaluate.Options{Subsets: evaluate.Single, Soft: true, Progress: r.working}
	if full {
		o.Subsets, o.Calibrate, o.UsedToChoose = evaluate.All, true, true // the best model's file says how it did
	}
	m, err := r.model("now")
	if err != nil {
		return r.brokeDown(err)
	}
	report, err := r.Judge.Evaluate(ctx, m, o)
	if err != nil {
		return err
	}
	if err := r.lament(report); err != nil {
		return err
	}
	next := r.state
	next.Judged = s
	if full {
		if err := r.rank(&next, report); err != nil {
			return err
		}
	}
	e, err := teacher.Elect(teacher.ScoresOf(report), r.config.Distill)
	if err != nil {
		return r.brokeDown(err)
	}
	next.Election = &e
	r.state = next
	if err := r.tell(Event{Kind: Elected, Election: newElection(e)}); err != nil {
		return err
	}
	return r.save()
}

// lament tells, once for each, of cases that could be read when the run began and cannot be evaluated now.
func (r *runner) lament(report *evaluate.Report) error {
	for _, c := range report.Cases {
		text := fmt.Sprintf("the held-out case %s could not be evaluated: %s. Without it no model can be called better than one "+
			"that was measured on it: bring it back", c.ID, c.Error)
		if c.Error == "" || slices.Contains(r.lamented, text) {
			continue
		}
		r.lamented = append(r.lamented, text)
		if err := r.tell(Event{Kind: Noticed, Text: text}); err != nil {
			return err
		}
	}
	return nil
}

// rank compares an evaluation with the best so far and keeps the model if it is better.
func (r *runner) rank(s *state, report *evaluate.Report) error {
	e := newEvaluation(report)
	e.Best = s.Best == nil || e.Cases >= s.Best.Cases && e.Score > s.Best.Score // the case that is gone may be the hardest
	if s.Step == 0 {
		s.Before = e
	}
	if e.Best {
		s.Best, s.BestStep = e, s.Step
		m, err := r.model(r.Folder.name())
		if err != nil {
			return err
		}
		if m, err = m.WithReliability(*report.Reliability); err != nil {
			return err
		}
		if err := store(r.Folder.Best(), m.File()); err != nil {
			return err
		}
	}
	return r.tell(Event{Kind: Evaluated, Evaluation: e})
}

// working tells what takes long, to those who watch.
func (r *runner) working(p segment.Progress) {
	if r.Emit != nil {
		r.Emit(Event{Schema: Schema, Kind: Evaluating, Step: r.state.Step, Steps: r.config.Steps, Text: p.Text})
	}
}
