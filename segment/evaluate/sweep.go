package evaluate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"quorum/segment"
	"quorum/segment/model"
	"quorum/segment/score"
	"quorum/viewer/cohort"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// SweepSchema names the form of a sweep's JSON.
const SweepSchema = "quorum.sweep/1"

// SweepOptions choose how a study is swept.
type SweepOptions struct {
	Scheme       label.Scheme // of the folder's mask; "" = its only candidate, and no truth where there are several
	Flips, Clean bool
	Progress     func(segment.Progress) // nil = silent; Done counts subsets
}

// SweepRow is the result of one subset.
type SweepRow struct {
	Subset    sequence.Subset
	ML        score.Values
	Dice      *score.Values // (truth); nil = there is no truth
	Agreement *score.Values // Dice with the result of all sequences; nil for that result itself
	Labels    *label.Map    // on the study's own grid
}

// Sweep is the result of every subset that a study's files allow.
type Sweep struct {
	ID           string
	Model        Model
	Backend      segment.Backend
	Present      sequence.Subset
	Truth        *label.Map   // nil = none
	Scheme       label.Scheme // of the truth; "" = none
	Flips, Clean bool
	Rows         []SweepRow // in the order of sequence.Subset.Subsets; the last has all sequences
	Notices      []study.Problem
}

// RunSweep computes every subset of the loaded sequences. One crop box serves all of them, and each sequence is encoded once.
func RunSweep(ctx context.Context, n *segment.Network, m *model.Model, l *study.Loaded, o SweepOptions) (*Sweep, error) {
	s := &Sweep{ID: l.Study.ID, Model: newModel(m), Present: l.Present, Flips: o.Flips, Clean: o.Clean}
	s.Notices = append(s.Notices, l.Problems...)
	if err := s.readTruth(l, o.Scheme); err != nil {
		return nil, err
	}
	open, err := n.Open(ctx, l)
	if err != nil {
		return nil, err
	}
	defer open.Close()
	subsets := l.Present.Subsets()
	s.Rows = make([]SweepRow, len(subsets))
	for done := range subsets {
		at := len(subsets) - 1 - done // the result of all sequences first: the others are compared with it
		u := subsets[at]
		step := func(segment.Progress) {}
		if o.Progress != nil {
			step = func(p segment.Progress) {
				share := 0.0
				if p.Total > 0 {
					share = p.Done / p.Total
				}
				o.Progress(segment.Progress{Text: u.Names() + ": " + p.Text, Done: float64(done) + share, Total: float64(len(subsets))})
			}
		}
		result, err := open.Segment(ctx, u, segment.Options{Flips: o.Flips, Clean: o.Clean}, step)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u.Names(), err)
		}
		s.Backend = result.Backend
		s.Notices = withNew(s.Notices, result.Notices)
		if s.Rows[at], err = s.row(result); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// withNew adds to list what is not in it: results of one study have most of their notices in common.
func withNew(list, more []study.Problem) []study.Problem {
	for _, p := range more {
		if !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// row scores one result; that of all sequences stands in the last row already, or is this one.
func (s *Sweep) row(result *segment.Result) (SweepRow, error) {
	row := SweepRow{Subset: result.Subset, ML: result.ML, Labels: result.Labels}
	if s.Truth != nil {
		dice, err := score.Dice(result.Labels, s.Truth)
		if err != nil {
			return row, err
		}
		row.Dice = &dice
	}
	if full := s.Rows[len(s.Rows)-1].Labels; full != nil {
		dice, err := score.Dice(result.Labels, full)
		if err != nil {
			return row, err
		}
		row.Agreement = &dice
	}
	return row, nil
}

// readTruth reads the study's mask if there is one and its scheme is certain; otherwise a notice says why there is no score. A mask that
// does not fit the scheme is an error.
func (s *Sweep) readTruth(l *study.Loaded, scheme label.Scheme) error {
	mask, scheme, doubt := certain(l.Study, scheme)
	if doubt != "" {
		s.Notices = append(s.Notices, study.Problem{File: mask.Path, Text: "No Dice (truth): " + doubt})
	}
	if scheme == "" {
		return nil
	}
	truth, err := study.ReadMask(mask.Path, scheme, l.Grid)
	if err != nil {
		return err
	}
	s.Truth, s.Scheme = truth, scheme
	return nil
}

// certain finds the mask that may be the truth, and its scheme; no scheme = there is none to use, and doubt says why if that is worth saying.
func certain(s *study.Study, named label.Scheme) (mask study.Mask, scheme label.Scheme, doubt string) {
	mask, err := cohort.Reference(s)
	switch {
	case errors.Is(err, cohort.ErrNoMask) && named == "" && len(cohort.Unread(s)) == 0:
		return mask, "", ""
	case err != nil:
		return mask, "", err.Error()
	case named != "":
		return mask, named, ""
	}
	scheme, err = cohort.Agree([]study.Mask{mask})
	if err != nil {
		return mask, "", err.Error()
	}
	return mask, scheme, ""
}
