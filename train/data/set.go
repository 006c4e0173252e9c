// Package data makes training batches out of folders of cases.
//
// A Set is the prepared cases, memory-mapped from a cache on disk. A Sampler cuts and varies them: batch i is a pure function of the set, the
// seed and i. A Feeder makes the next batches while a step runs.
package data

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"quorum/segment"
	"quorum/viewer/cohort"
	"quorum/viewer/label"
	"quorum/viewer/save"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// Options say how a Set is opened.
type Options struct {
	Cache    string       // folder of the prepared cases, made if it is not there; about 30 MB for each case, shared by all sets
	Scheme   label.Scheme // of the masks; "" = decided over the data set's values, refused where they are ambiguous
	Edited   bool         // a mask that Quorum wrote and a person corrected is the truth where there is no other
	Phantoms int          // synthetic heads besides the cases
	HeldOut  bool         // the cases are for evaluation: those without tumour are good too, Edited does not count

	Progress func(segment.Progress) // nil = silent; Done counts cases, and those of the cache are passed over
}

// Case is one case of a Set.
type Case struct {
	ID      string
	Phantom bool
	Edited  bool // the truth is a result of Quorum that a person corrected
	Present sequence.Subset
	Size    [3]int                 // D, H, W of the brain's box
	Voxels  [label.RegionCount]int // of each region
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

	prepared       []*prepared               // as cases
	keys           []string                  // as cases
	real, phantoms []*prepared               // the two kinds of them
	mates          map[*prepared][]*prepared // those whose tumours fit into a case, itself among them: of its kind, on the same grid
}

// Open prepares the cases of a list as inference does (package prep), or finds them in the cache. A bad case is rejected and does not stop the
// others. An error means that there is nothing to train with: no usable case, an ambiguous label scheme, a cache that cannot be written, or ctx
// was cancelled. A nil list stands for phantoms alone.
func Open(ctx context.Context, l *cohort.List, o Options) (*Set, error) {
	return openWith(ctx, l, o, phantom)
}

// openWith is Open with another source of phantoms.
func openWith(ctx context.Context, l *cohort.List, o Options, phantoms func(n int) (*study.Loaded, *label.Map)) (_ *Set, err error) {
	if err := save.Folder(o.Cache); err != nil {
		return nil, err
	}
	save.Sweep(o.Cache, 24*time.Hour) // others may be writing
	s := &Set{mates: map[*prepared][]*prepared{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	c := cache{o.Cache}
	sources, err := s.survey(ctx, l, o)
	if err != nil {
		return nil, err
	}
	for n := range o.Phantoms {
		sources = append(sources, source{
			Case: Case{ID: fmt.Sprintf("phantom-%d", n+1), Phantom: true},
			key:  func() (string, error) { return phantomKey(n), nil },
			load: func(context.Context) (*study.Loaded, *label.Map, error) {
				loaded, truth := phantoms(n)
				return loaded, truth, nil
			},
		})
	}
	ready, err := find(ctx, c, sources)
	if err != nil {
		return nil, err
	}
	for at, from := range sources {
		if o.Progress != nil && ready[at].prepared == nil {
			o.Progress(segment.Progress{Text: fmt.Sprintf("%s (%d of %d)", from.ID, at+1, len(sources)), Done: float64(at), Total: float64(len(sources))})
		}
		if err := s.add(ctx, c, from, ready[at], o.HeldOut); err != nil {
			return nil, errors.Join(err, closeAll(ready[at+1:]))
		}
	}
	if len(s.real) == 0 && (l != nil || len(s.phantoms) == 0) { // phantoms do not stand in for cases
		return nil, s.nothing(o.HeldOut)
	}
	if o.HeldOut && !slices.ContainsFunc(s.cases, func(c Case) bool { return c.Voxels[label.RegionWT] > 0 }) {
		return nil, fmt.Errorf("there is nothing to choose a model by: no mask of a held-out case marks a tumour (%s): hold out cases with tumours", s.cases[0].ID)
	}
	s.pair()
	return s, nil
}

// candidate is a source whose files were looked at.
type candidate struct {
	key       string
	err       error
	*prepared // from the cache; nil = not there
}

// find looks for all sources in the cache, several at a time: of a large data set every byte is read.
func find(ctx context.Context, c cache, sources []source) ([]candidate, error) {
	out := make([]candidate, len(sources))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for at, from := range sources {
		group.Go(func() error {
			out[at].key, out[at].err = from.key()
			if out[at].err == nil {
				out[at].prepared = c.find(out[at].key)
			}
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return nil, errors.Join(err, closeAll(out))
	}
	return out, nil
}

func closeAll(list []candidate) error {
	var all error
	for _, c := range list {
		if c.prepared != nil {
			all = errors.Join(all, c.closer())
		}
	}
	return all
}

// add takes a case into the set, prepared if need be, or rejects it. It fails where no further case can succeed.
func (s *Set) add(ctx context.Context, c cache, from source, found candidate, heldOut bool) error {
	p, err := found.prepared, found.err
	if p == nil && err == nil {
		p, err = c.add(ctx, from, found.key)
	}
	var place *cacheError
	switch {
	case ctx.Err() != nil:
		if p != nil {
			return errors.Join(ctx.Err(), p.closer())
		}
		return ctx.Err()
	case errors.As(err, &place):
		return err
	case err == nil && p.count(int(label.RegionWT)) == 0 && heldOut:
		s.notice(from.ID, "its mask marks no tumour in the brain: a model gets 1 on it where it finds none, and 0 for a single voxel")
	case err == nil && p.count(int(label.RegionWT)) == 0:
		err = errors.Join(errors.New("its mask marks no tumour in the brain: a case like that teaches to miss tumours"), p.closer())
	}
	if err != nil {
		s.rejected = append(s.rejected, Rejected{from.ID, from.clean(err)})
		return nil
	}
	described := from.Case
	described.Present, described.Size = p.Present, p.Size
	for _, r := range label.Regions {
		described.Voxels[r] = p.count(int(r))
	}
	s.cases, s.keys, s.prepared = append(s.cases, described), append(s.keys, found.key), append(s.prepared, p)
	for _, text := range append(from.notices, p.Notices...) {
		s.notice(from.ID, text)
	}
	if from.Phantom {
		s.phantoms = append(s.phantoms, p)
	} else {
		s.real = append(s.real, p)
	}
	return nil
}

// notice adds a sentence about a case.
func (s *Set) notice(id, text string) {
	s.notices = append(s.notices, study.Problem{File: id, Text: id + ": " + text})
}

// nothing says why a set is empty.
func (s *Set) nothing(heldOut bool) error {
	what, why := "case", "there is nothing to train with"
	if heldOut {
		what, why = "held-out case", "there is nothing to choose a model by"
	}
	if len(s.rejected) == 0 {
		return fmt.Errorf("%s: no %s was named", why, what)
	}
	first := s.rejected[0]
	if len(s.rejected) == 1 {
		return fmt.Errorf("%s: the only %s %s cannot be used: %s", why, what, first.ID, first.Reason)
	}
	return fmt.Errorf("%s: none of the %d %ss can be used; %s: %s", why, len(s.rejected), what, first.ID, first.Reason)
}

// Close ends the use of the cache. No batch may be made after it, nor be in the making.
func (s *Set) Close() error {
	var all error
	for _, p := range s.prepared {
		all = errors.Join(all, p.closer())
	}
	s.prepared = nil
	return all
}

// Cases describes the cases.
func (s *Set) Cases() []Case { return s.cases }

// Rejected lists the cases that cannot be used.
func (s *Set) Rejected() []Rejected { return s.rejected }

// Notices are sentences about the cases that are used, with their IDs in front.
func (s *Set) Notices() []study.Problem { return s.notices }

// Scheme is that of the masks; empty for phantoms alone.
func (s *Set) Scheme() label.Scheme { return s.scheme }

// Fingerprint names the contents of the set: two sets have the same one where the bytes of their files, their label scheme, their order and the
// number of their phantoms are the same, wherever the files lie and whatever the cases are called. Such sets give the same batches.
func (s *Set) Fingerprint() string {
	return digest(s.keys...)
}
