// Package data makes training batches out of folders of cases.
//
// A Set is the prepared cases, memory-mapped from a cache on disk. A Sampler cuts and varies them: batch i is a pure function of the set, the
// seed and i. A Feeder makes the next batches while a step runs.
package data

import (
	"context"
	"errors"

	"quorum/segment"
	"quorum/viewer/cohort"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// Options say how a Set is opened.
type Options struct {
	Cache    string       // folder of the prepared cases, made if it is not there; about 30 MB for each case, shared by all sets
	Scheme   label.Scheme // of the masks; "" = decided over the data set's values, refused where they are ambiguous
	Edited   bool         // a mask that Quorum wrote and a person corrected is the truth where there is no other
	Phantoms int          // synthetic heads besides the cases

	Progress func(segment.Progress) // nil = silent; Done counts cases
}

// Case is one case of a Set.
type Case struct {
	ID      string
	Phantom bool
	Present sequence.Subset
	Size    [3]int                 // D, H, W of the brain's box
	Voxels  [label.RegionCount]int // of each region
	Edited  bool                   // the truth is a result of Quorum that a person corrected
}

// Rejected is a case that cannot be used.
type Rejected struct {
	ID     string
	Reason string // a sentence
}

// Set is a list of prepared cases: those of the list in its order, then the phantoms. Close it.
type Set struct {
	cases    []Case
	rejected []Rejected
	notices  []study.Problem
	scheme   label.Scheme
}

// Open prepares the cases of a list as inference does (package prep), or finds them in the cache. A bad case is rejected and does not stop the
// others. An error means that there is nothing to train with: no usable case, an ambiguous label scheme, or ctx was cancelled. A nil list
// stands for phantoms alone.
func Open(ctx context.Context, l *cohort.List, o Options) (*Set, error) {
	return nil, errors.New("not built yet")
}

// Close ends the use of the cache. No batch may be made after it, nor be in the making.
func (s *Set) Close() error { return nil }

// Cases describes the cases.
func (s *Set) Cases() []Case { return s.cases }

// Rejected lists the cases that cannot be used.
func (s *Set) Rejected() []Rejected { return s.rejected }

// Notices are sentences about the cases that are used, with their IDs in front.
func (s *Set) Notices() []study.Problem { return s.notices }

// Scheme is that of the masks; empty for phantoms alone.
func (s *Set) Scheme() label.Scheme { return s.scheme }

// Fingerprint names the contents of the set: equal for two sets that give the same batches, wherever the files lie.
func (s *Set) Fingerprint() string { return "" }
