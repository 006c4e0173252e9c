package study

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// filesAtOnce is how many files are unpacked at the same time: each is mostly one core's work, and takes memory.
const filesAtOnce = 2

// RefusedError says why a study cannot be segmented; every problem in it is a sentence of its own.
type RefusedError struct{ Problems []Problem }

// Error joins the sentences.
func (e *RefusedError) Error() string {
	texts := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		texts[i] = p.Text
		if name := filepath.Base(p.File); p.File != "" && !strings.Contains(p.Text, name) {
			texts[i] = name + ": " + p.Text
		}
	}
	return strings.Join(texts, "; ")
}

// Load reads the files of o.Use in parallel. It fails when nothing usable is left, when grids differ too much, or on a raw head.
// What Scan noticed about these files is repeated in Loaded.Problems. Files outside o.Use are not opened.
func (s *Study) Load(ctx context.Context, o LoadOptions) (*Loaded, error) {
	if blocking := s.Blocking(o.Use); len(blocking) > 0 {
		return nil, &RefusedError{blocking}
	}
	use := o.Use & s.Present()
	if use == 0 {
		return nil, fmt.Errorf("%s has no file for %s: it has %s", filepath.Base(s.Path), o.Use.Names(), s.Present().Names())
	}
	l := &loading{Loaded: &Loaded{Study: s}}
	for _, p := range s.Problems {
		if !p.scanOnly && (p.Sequences == 0 || p.Sequences&use != 0) {
			l.note(p)
		}
	}
	if err := l.read(ctx, use, o.Each); err != nil {
		return nil, err
	}
	l.judge(use, o.Force)
	if l.Present == 0 {
		return nil, fmt.Errorf("%s: nothing is left to segment, %s is 0 everywhere", filepath.Base(s.Path), use.Names())
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.align()
	if len(l.refused) > 0 {
		return nil, &RefusedError{l.refused}
	}
	return l.Loaded, nil
}

// loading is the work of one call of Load.
type loading struct {
	*Loaded
	header  [sequence.Count]*nifti.Header
	quality [sequence.Count]quality
	refused []Problem // what is found to forbid a segmentation: all of it is told at once
}

func (l *loading) note(p Problem) { l.Problems = append(l.Problems, p) }

// name is the file name of a sequence, for sentences.
func (l *loading) name(q sequence.Sequence) string { return filepath.Base(l.Study.Files[q].Path) }

// read reads the files, each once however many of its volumes are wanted, and looks at their voxels. each may be nil.
func (l *loading) read(ctx context.Context, use sequence.Subset, each func(sequence.Sequence, *nifti.Header, *volume.Volume)) error {
	wanted := make(map[string][]sequence.Sequence)
	var paths []string
	for _, q := range use.Sequences() {
		path := l.Study.Files[q].Path
		if wanted[path] == nil {
			paths = append(paths, path)
		}
		wanted[path] = append(wanted[path], q)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(filesAtOnce)
	for _, path := range paths {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			var numbers []int
			for _, q := range wanted[path] {
				numbers = append(numbers, l.Study.Files[q].Volume)
			}
			header, volumes, err := nifti.ReadVolumes(path, numbers...)
			if err != nil {
				return err
			}
			for i, q := range wanted[path] {
				l.header[q], l.Volumes[q] = header, volumes[i]
				l.quality[q] = inspect(volumes[i])
				if each != nil {
					each(q, header, volumes[i])
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// judge drops the images that are all zero, refuses what is no image of a stripped brain, and notes what is odd but usable.
func (l *loading) judge(use sequence.Subset, force bool) {
	for _, q := range use.Sequences() {
		quality, name, path := l.quality[q], l.name(q), l.Study.Files[q].Path
		about := Problem{File: path, Sequences: sequence.Of(q)}
		if quality.empty() {
			l.Volumes[q] = nil
			about.Text = fmt.Sprintf("%s is 0 everywhere: %s counts as missing", name, q)
			l.note(about)
			continue
		}
		l.Present = l.Present.With(sequence.Of(q))
		if about.Text = quality.fatal(name); about.Text != "" {
			about.Blocking = true
			l.refused = append(l.refused, about)
			continue
		}
		if quality.bad > 0 {
			about.Text = fmt.Sprintf("%s: %s and were taken as background", name, quality.badVoxels())
			l.note(about)
		}
	}
	for _, p := range []*Problem{l.rawHeads(), l.padded()} {
		switch {
		case p == nil:
		case force:
			p.Blocking = false
			p.Text += " (used all the same, because it was forced)"
			l.note(*p)
		default:
			l.refused = append(l.refused, *p)
		}
	}
}

// rawHeads is the problem of images with skull, nil if there are none.
func (l *loading) rawHeads() *Problem {
	names, u := l.those(func(q quality) (string, bool) {
		return fmt.Sprintf("%.1f %%", 100*q.zeros()), q.raw() && !q.padded()
	})
	if u == 0 {
		return nil
	}
	return &Problem{
		File: l.Study.Path, Blocking: true, Sequences: u,
		Text: fmt.Sprintf("this looks like a raw head, with skull: in a skull-stripped image at least %.0f %% of the box around the brain is "+
			"exactly 0, here it is in %s; register the images to each other and strip the skull first, or use --force",
			100*rawHead, enumerate(names)),
	}
}

// padded is the problem of images whose background is a constant other than 0, nil if there are none.
func (l *loading) padded() *Problem {
	names, u := l.those(func(q quality) (string, bool) { return fmt.Sprintf("%g", q.corner), q.padded() })
	if u == 0 {
		return nil
	}
	return &Problem{
		File: l.Study.Path, Blocking: true, Sequences: u,
		Text: "the background must be exactly 0, which tells it from the brain, and here it has another value: " + enumerate(names) +
			"; set it to 0 first, or use --force",
	}
}

// those lists the present sequences that the judgement is true of, each with what it says about them.
func (l *loading) those(judgement func(quality) (string, bool)) ([]string, sequence.Subset) {
	var names []string
	var u sequence.Subset
	for _, q := range l.Present.Sequences() {
		if text, ok := judgement(l.quality[q]); ok {
			names = append(names, fmt.Sprintf("%s (%s)", q, text))
			u = u.With(sequence.Of(q))
		}
	}
	return names, u
}

// align brings every volume onto the grid of the first present sequence: the same grid as it is, a slightly different one by
// trilinear interpolation with a notice, another one not at all.
func (l *loading) align() {
	reference := l.Present.Sequences()[0]
	l.Header, l.Grid = l.header[reference], l.Volumes[reference].Grid
	for _, q := range l.Present.Sequences()[1:] {
		about := Problem{File: l.Study.Files[q].Path, Sequences: sequence.Of(q, reference)}
		match, difference := l.Grid.Compare(l.Volumes[q].Grid)
		switch {
		case match == volume.Different:
			about.Blocking = true
			about.Text = otherGrid(q, reference, difference)
			l.refused = append(l.refused, about)
		case match == volume.Same:
			// The same array on the very same grid, so that nothing after this sees the 0.1 mm.
			l.Volumes[q] = &volume.Volume{Grid: l.Grid, Voxel: l.Volumes[q].Voxel}
		case len(l.refused) == 0:
			l.Volumes[q] = volume.Resample(l.Volumes[q], l.Grid)
			about.Text = fmt.Sprintf("the %s was resampled onto the grid of the %s: its grid %s", q, reference, difference)
			l.note(about)
		}
	}
}
