package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// Source is what a study is opened from, with the user's own choices. It is what a session remembers.
type Source struct {
	Paths   []string                     // a folder, one 4-D file, or loose files
	Assign  map[sequence.Sequence]string // files that the user chose for sequences
	BuiltIn bool                         // the synthetic case, which has no files
}

// document is an opened study. Immutable.
type document struct {
	Study   *study.Study
	Loaded  *study.Loaded // nil: the images can be looked at, not segmented
	Images  [sequence.Count]image
	Refused []study.Problem // why Loaded is nil
	Truth   *label.Map      // of the built-in case
}

// image is one sequence on its own grid.
type image struct {
	Volume *volume.Volume // nil = absent
	Header *nifti.Header
}

// Present are the sequences that can be looked at.
func (d *document) Present() sequence.Subset {
	var u sequence.Subset
	for _, q := range sequence.All {
		if d.Images[q].Volume != nil {
			u = u.With(sequence.Of(q))
		}
	}
	return u
}

// Problems is everything odd about the study, once each: what stands in the way first.
func (d *document) Problems() []study.Problem {
	list := append([]study.Problem{}, d.Refused...)
	for _, p := range d.Study.Problems {
		if p.Blocking {
			list = append(list, p)
		}
	}
	if d.Loaded != nil {
		list = append(list, d.Loaded.Problems...)
	}
	list = append(list, d.Study.Problems...)
	var out []study.Problem
	told := map[string]bool{}
	for _, p := range list {
		if text := sentence(p); !told[text] {
			told[text] = true
			out = append(out, p)
		}
	}
	return out
}

// sentence is a problem with its file's name, and without the words that only a command line understands.
func sentence(p study.Problem) string {
	text := p.Text
	if name := filepath.Base(p.File); p.File != "" && !strings.Contains(text, name) {
		text = name + ": " + text
	}
	return inWindow(text)
}

// listener hears of a study while it is read, on the UI goroutine.
type listener struct {
	found func(*study.Study)
	image func(sequence.Sequence, image)
}

// read opens a study. Images that can be read are returned whatever else is wrong; what is wrong stands in the document. It fails
// where nothing can be looked at at all.
func read(ctx context.Context, src Source, post Dispatch, l listener) (*document, error) {
	if src.BuiltIn {
		return builtIn(), nil
	}
	s, err := study.Scan(ctx, src.Paths, study.ScanOptions{Assign: src.Assign, Volume: -1})
	if err != nil {
		return nil, err
	}
	post(func() { l.found(s) })
	d := &document{Study: s}
	if len(s.Patients) > 0 || s.Present() == 0 {
		d.Refused = s.Blocking(sequence.Full)
		return d, nil
	}
	var lock sync.Mutex
	show := func(q sequence.Sequence, h *nifti.Header, v *volume.Volume) {
		lock.Lock()
		defer lock.Unlock()
		i := image{Volume: v, Header: h}
		d.Images[q] = i
		post(func() { l.image(q, i) })
	}
	d.Loaded, err = s.Load(ctx, study.LoadOptions{Use: usable(s), Each: show})
	if err == nil {
		for _, q := range d.Loaded.Present.Sequences() {
			d.Images[q].Volume = d.Loaded.Volumes[q] // resampled, where that was needed
		}
		return d, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return d.salvage(ctx, err, show)
}

// usable are the sequences with a file that nothing stands in the way of: where two files could be one sequence, the others are read
// while the user is asked.
func usable(s *study.Study) sequence.Subset {
	use := s.Present()
	for _, q := range use.Sequences() {
		for _, p := range s.Blocking(sequence.Of(q)) {
			if p.Sequences == sequence.Of(q) {
				use = use.Without(sequence.Of(q))
			}
		}
	}
	return use
}

// salvage reads images one by one after they could not be loaded together. If some cannot be read at all the others are tried together
// again; else the reason forbids to segment.
func (d *document) salvage(ctx context.Context, reason error, show func(sequence.Sequence, *nifti.Header, *volume.Volume)) (*document, error) {
	whole := d.Study.Present()
	var broken []study.Problem
	good := sequence.Subset(0)
	for _, q := range whole.Sequences() {
		if d.Images[q].Volume == nil {
			one := *d.Study
			one.Problems = nil // what Scan found concerns it together with others
			l, err := one.Load(ctx, study.LoadOptions{Use: sequence.Of(q), Force: true, Each: show})
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if err != nil {
				broken = append(broken, study.Problem{File: d.Study.Files[q].Path, Text: fmt.Sprintf("the %s cannot be used: %v", q, err), Sequences: sequence.Of(q)})
				continue
			}
			_ = l // its image was shown by Each
		}
		good = good.With(sequence.Of(q))
	}
	if refused, ok := errors.AsType[*study.RefusedError](reason); ok {
		d.Refused = append(refused.Problems, broken...)
		return d, nil
	}
	if good == 0 || len(broken) == 0 {
		return nil, reason
	}
	l, err := d.Study.Load(ctx, study.LoadOptions{Use: good & usable(d.Study)})
	switch refused, ok := errors.AsType[*study.RefusedError](err); {
	case err == nil:
		l.Problems = append(l.Problems, broken...)
		d.Loaded = l
		for _, q := range l.Present.Sequences() {
			d.Images[q].Volume = l.Volumes[q]
		}
	case ok:
		d.Refused = append(refused.Problems, broken...)
	default:
		return nil, err
	}
	return d, nil
}

// builtIn is the synthetic head as a study without files.
func builtIn() *document {
	grid := volumetest.BraTSGrid()
	volumes, truth := volumetest.Default().On(grid)
	header := nifti.NewHeader(grid)
	d := &document{Study: &study.Study{ID: "built-in-case"}, Truth: truth}
	d.Loaded = &study.Loaded{Study: d.Study, Grid: grid, Header: header, Volumes: volumes, Present: sequence.Full}
	for q, v := range volumes {
		d.Study.Files[q] = &study.File{Why: "computed, not measured"}
		d.Images[q] = image{Volume: v, Header: header}
	}
	return d
}
