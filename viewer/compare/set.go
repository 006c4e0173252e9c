// Package compare holds the comparison of subsets as plain data: which results there are, where they stand in the lattice, how they score
// against the reference, what each sequence brings, where they disagree, and the sentence that says it.
//
// A Set holds results; Set.Compare turns it into numbers, a Comparison. Both are values: a worker may compute on a copy while the window goes on.
package compare

import (
	"context"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Set holds the results of one study and one model by subset. It is a value: With gives a new one, and what was handed on stays as it is.
type Set struct {
	Present sequence.Subset // the sequences that have a file
	Base    sequence.Subset // what the comparison starts from: their result is the reference where there is no truth
	Truth   *label.Cutout   // the confirmed mask; nil = none
	result  [1 << sequence.Count]*label.Cutout
}

// With is the set with the result of u added or replaced; nil takes it away.
func (s Set) With(u sequence.Subset, result *label.Cutout) Set {
	s.result[u&sequence.Full] = result
	return s
}

// Result is the result of a subset, nil where it was not computed.
func (s Set) Result(u sequence.Subset) *label.Cutout { return s.result[u&sequence.Full] }

// Computed lists the subsets that have a result, in the order of every table.
func (s Set) Computed() []sequence.Subset {
	var list []sequence.Subset
	for _, u := range s.Present.Subsets() {
		if s.Result(u) != nil {
			list = append(list, u)
		}
	}
	return list
}

// Missing lists those of the wanted subsets that have no result yet, in the same order.
func (s Set) Missing(wanted []sequence.Subset) []sequence.Subset {
	var list []sequence.Subset
	for _, u := range wanted {
		if s.Result(u) == nil {
			list = append(list, u)
		}
	}
	return list
}

// Reference is what the results are compared with: the truth, else the result of Base; nil where there is neither.
func (s Set) Reference() *label.Cutout {
	if s.Truth != nil {
		return s.Truth
	}
	return s.Result(s.Base)
}

// ReferenceName says for a person what that is.
func (s Set) ReferenceName() string { return referenceName(s.Truth != nil, s.Base) }

// Compare scores every result. It costs about a millisecond a result, more where a tumour fills the brain: work for a job. ctx stops it
// between two results. An error means that results or truth lie on different lattices.
func (s Set) Compare(ctx context.Context) (*Comparison, error) {
	c := &Comparison{Present: s.Present, Base: s.Base}
	if s.Truth != nil {
		ml := s.Truth.RegionML()
		c.TruthML = &ml
	}
	full := s.Result(s.Base)
	for _, u := range s.Computed() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m := s.Result(u)
		row := Row{Subset: u, ML: m.RegionML()}
		var err error
		if row.Dice, err = dice(m, s.Truth); err != nil {
			return nil, err
		}
		if u != s.Base {
			if row.Agreement, err = dice(m, full); err != nil {
				return nil, err
			}
		}
		c.Rows = append(c.Rows, row)
	}
	return c, nil
}

// dice is the overlap of every region; nil where there is nothing to compare with.
func dice(m, reference *label.Cutout) (*[label.RegionCount]float64, error) {
	if reference == nil {
		return nil, nil //nolint:nilnil // nil means: not compared, see Row
	}
	overlap, err := m.Compare(reference)
	if err != nil {
		return nil, err
	}
	var v [label.RegionCount]float64
	for r := range v {
		v[r] = overlap[r].Dice()
	}
	return &v, nil
}
