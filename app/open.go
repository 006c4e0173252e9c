package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"quorum/viewer"
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
	Volume  int                          // of a 4-D file that is no known study: the volume that the user chose, -1 = none
	Use     sequence.Subset              // what the user chose where not all can be segmented together; 0 = all
	BuiltIn bool                         // the synthetic case, which has no files
}

// same says whether two sources name the same images.
func (s Source) same(o Source) bool {
	return slices.Equal(s.Paths, o.Paths) && maps.Equal(s.Assign, o.Assign) && s.Use == o.Use && s.Volume == o.Volume && s.BuiltIn == o.BuiltIn
}

// document is an opened study. Immutable.
type document struct {
	Source  Source
	Study   *study.Study
	Loaded  *study.Loaded   // nil: the images can be looked at, not segmented
	Exam    *viewer.Exam    // what can be looked at, each image on its own grid
	Odd     []study.Problem // what was given to be opened and was not used
	Refused []study.Problem
	Saved   []savedMask   // our own masks that lie in the folder
	Truth   *label.Cutout // of the built-in case
	Stamp   string        // of the files of Study, see stamp
	Folders []string      // absolute, in which they lie: asking for them may take as long as the drive takes
}

// savedMask is a mask of ours that lies in the folder: a result, never the truth.
type savedMask struct {
	Mask   study.Mask
	Labels *label.Cutout
	Made   string // the sidecar beside it; "" = none
}

// Present are the sequences that can be looked at.
func (d *document) Present() sequence.Subset {
	var u sequence.Subset
	for _, q := range sequence.All {
		if d.Exam.Series[q] != nil {
			u = u.With(sequence.Of(q))
		}
	}
	return u
}

// Unnamed are the images of which only the user can say what they are.
func (d *document) Unnamed() (list []string) {
	for _, path := range d.Study.Extra {
		broken := slices.ContainsFunc(d.Study.Problems, func(p study.Problem) bool { return p.File == path })
		if imageName(path) && !broken {
			list = append(list, path)
		}
	}
	return list
}

// first is the sequence to be looked at first: one that nothing is wrong with, if there is any.
func (d *document) first() sequence.Sequence {
	list := d.Present()
	if d.Loaded != nil {
		list = d.Loaded.Present
	}
	for _, q := range list.Sequences() {
		if !slices.ContainsFunc(d.Refused, func(p study.Problem) bool { return p.Sequences == sequence.Of(q) }) {
			return q
		}
	}
	return list.Sequences()[0]
}

// stamp tells whether the files of a study are still the same ones, of the same sizes and times, without naming them.
func stamp(s *study.Study) string {
	var text strings.Builder
	for _, f := range s.Files {
		if f == nil {
			continue
		}
		for _, path := range nifti.Files(f.Path) {
			if info, err := os.Stat(path); err == nil {
				fmt.Fprintln(&text, path, f.Volume, info.Size(), info.ModTime().UnixNano())
			}
		}
	}
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:16])
}

// homes are the folders in which the files of a source lie.
func homes(paths []string) (list []string) {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			path = filepath.Dir(path)
		}
		if path, err := filepath.Abs(path); err == nil && !slices.Contains(list, path) {
			list = append(list, path)
		}
	}
	return list
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
	list = append(list, d.Odd...)
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
	name := filepath.Base(p.File)
	if p.File != "" && (!strings.Contains(text, name) || strings.HasPrefix(text, "holds ")) {
		text = name + ": " + text
	}
	return inWindow(text)
}

// listener hears of a study while it is read, on the UI goroutine.
type listener struct {
	found func(*study.Study)
	image func(sequence.Sequence, *viewer.Series)
}

// read opens a study. Images that can be read are returned whatever else is wrong; what is wrong stands in the document. It fails
// where a path cannot be read at all.
func read(ctx context.Context, src Source, post Dispatch, l listener) (*document, error) {
	if src.BuiltIn {
		d := builtIn()
		post(func() { l.found(d.Study) })
		return d, nil
	}
	var odd []study.Problem
	src.Paths, odd = sift(src.Paths)
	if list := folders(src.Paths); len(list) > 1 {
		return &document{Source: src, Study: &study.Study{Patients: list}, Odd: odd}, nil
	}
	s, err := study.Scan(ctx, src.Paths, study.ScanOptions{Assign: src.Assign, Volume: src.Volume})
	if err != nil {
		return nil, err
	}
	post(func() { l.found(s) })
	odd = append(odd, unused(src.Paths, s)...)
	r := &reader{
		document: &document{Source: src, Study: s, Stamp: stamp(s), Folders: homes(src.Paths), Odd: odd},
		tell:     func(q sequence.Sequence, one *viewer.Series) { post(func() { l.image(q, one) }) },
	}
	if len(s.Patients) > 0 || s.Present() == 0 {
		r.Refused, r.Exam = s.Blocking(sequence.Full), viewer.NewExam(r.series)
		return r.document, nil
	}
	if use := r.use(); use != 0 {
		r.Loaded, err = s.Load(ctx, study.LoadOptions{Use: use, Each: r.take})
	} else {
		err = &study.RefusedError{Problems: s.Blocking(sequence.Full)}
	}
	if err == nil {
		r.rest(ctx)
	} else if ctx.Err() == nil {
		err = r.salvage(ctx, err)
	}
	if err != nil {
		return nil, err
	}
	r.finish(ctx)
	return r.document, nil
}

// sift parts paths into those that can be opened together and what is to be said about the others. Where there is nothing to open it leaves
// them as they are: then opening says why.
func sift(paths []string) (usable []string, odd []study.Problem) {
	isFolder := func(path string) bool { info, err := os.Stat(path); return err == nil && info.IsDir() }
	several := len(slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return !isFolder(p) })) > 1
	for _, p := range paths {
		_, err := os.Stat(p)
		switch {
		case err != nil:
			odd = append(odd, study.Problem{File: p, Text: p + " was not opened: there is no such file or folder, or it cannot be read"})
		case several && !isFolder(p):
			odd = append(odd, study.Problem{File: p, Text: filepath.Base(p) + " was not opened: it is a file beside the folders of several patients; open it with the folder of its patient"})
		default:
			usable = append(usable, p)
		}
	}
	if len(usable) == 0 {
		return paths, nil
	}
	return usable, odd
}

// unused are the files among the given paths that a study makes nothing of and says nothing about.
func unused(paths []string, s *study.Study) (odd []study.Problem) {
	for _, p := range paths {
		listed := slices.ContainsFunc(s.Patients, func(one study.Patient) bool { return slices.Contains(one.Paths, p) })
		said := slices.ContainsFunc(s.Problems, func(one study.Problem) bool { return one.File == p })
		sidecar := strings.HasSuffix(strings.ToLower(p), ".json") // it says what images are, and needs no words of its own
		if info, err := os.Stat(p); err != nil || info.IsDir() || listed || said || sidecar || len(s.Patients) == 0 && !slices.Contains(s.Extra, p) {
			continue
		}
		odd = append(odd, study.Problem{File: p, Text: filepath.Base(p) + " is not used: it is taken for none of FLAIR, T1, T1ce and T2"})
	}
	return odd
}

// folders are several folders as the patients that they hold; nil if any path is none.
func folders(paths []string) (list []study.Patient) {
	for _, p := range paths {
		if info, err := os.Stat(p); err != nil || !info.IsDir() {
			return nil
		}
		list = append(list, study.Patient{Name: filepath.Base(p), Paths: []string{p}})
	}
	return list
}

// reader is the work of one call of read.
type reader struct {
	*document
	tell func(sequence.Sequence, *viewer.Series)

	lock   sync.Mutex
	series [sequence.Count]*viewer.Series
}

// take prepares an image to be looked at, on the goroutine that has read it.
func (r *reader) take(q sequence.Sequence, h *nifti.Header, v *volume.Volume) {
	one := viewer.NewSeries(v, h.UnsureSides())
	r.lock.Lock()
	r.series[q] = one
	r.lock.Unlock()
	r.tell(q, one)
}

// finish puts together what can be looked at, and reads our own masks.
func (r *reader) finish(ctx context.Context) {
	if l := r.Loaded; l != nil {
		for _, q := range l.Present.Sequences() {
			if r.series[q].Volume.Grid != l.Volumes[q].Grid { // it was resampled, or lies on the grid of the first to rounding
				r.series[q] = viewer.NewSeries(l.Volumes[q], r.series[q].UnsureSides)
			}
		}
		for _, m := range r.Study.Masks {
			if m.Kind != study.Saved || len(m.Candidates) != 1 || ctx.Err() != nil {
				continue
			}
			if labels, err := study.ReadMask(m.Path, m.Candidates[0], l.Grid); err == nil {
				made, _ := os.ReadFile(strings.TrimSuffix(m.Path, ".nii.gz") + ".json") // it may have been left behind
				r.Saved = append(r.Saved, savedMask{m, labels.Cutout(), string(made)})
			}
		}
	}
	r.Exam = viewer.NewExam(r.series)
}

// use are the sequences to be segmented from.
func (r *reader) use() sequence.Subset {
	u := usable(r.Study)
	if r.Source.Use != 0 {
		u &= r.Source.Use
	}
	return u
}

// rest reads what the user does not use, to be looked at.
func (r *reader) rest(ctx context.Context) {
	for _, q := range usable(r.Study).Without(r.use()).Sequences() {
		_ = r.alone(ctx, q) // nobody waits for it: what is wrong with it is told when it is to be used
	}
}

// alone reads one image to be looked at, whatever is wrong with it in the company of others.
func (r *reader) alone(ctx context.Context, q sequence.Sequence) error {
	one := *r.Study
	one.Problems = nil // what Scan found concerns it together with others
	_, err := one.Load(ctx, study.LoadOptions{Use: sequence.Of(q), Force: true, Each: r.take})
	return err
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
func (r *reader) salvage(ctx context.Context, reason error) error {
	var broken []study.Problem
	good := sequence.Subset(0)
	for _, q := range r.Study.Present().Sequences() {
		if r.series[q] == nil {
			err := r.alone(ctx, q)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if r.series[q] == nil && tells(reason, q) {
				continue
			}
			if r.series[q] == nil {
				broken = append(broken, study.Problem{
					File: r.Study.Files[q].Path, Sequences: sequence.Of(q), Text: fmt.Sprintf("the %s cannot be used: %v", q, err),
				})
				continue
			}
		}
		good = good.With(sequence.Of(q))
	}
	if refused, ok := errors.AsType[*study.RefusedError](reason); ok {
		r.Refused = append(refused.Problems, broken...)
		return nil
	}
	if good&r.use() == 0 || len(broken) == 0 {
		return reason
	}
	var err error
	r.Loaded, err = r.Study.Load(ctx, study.LoadOptions{Use: good & r.use()})
	switch refused, ok := errors.AsType[*study.RefusedError](err); {
	case err == nil:
		r.Loaded.Problems = append(r.Loaded.Problems, broken...)
	case ok:
		r.Refused = append(refused.Problems, broken...)
	default:
		return err
	}
	return nil
}

// tells says whether the reason for a refusal has a sentence about this one sequence already.
func tells(reason error, q sequence.Sequence) bool {
	refused, ok := errors.AsType[*study.RefusedError](reason)
	return ok && slices.ContainsFunc(refused.Problems, func(p study.Problem) bool { return p.Sequences == sequence.Of(q) })
}

// builtIn is the synthetic head as a study without files.
func builtIn() *document {
	grid := volumetest.BraTSGrid()
	volumes, truth := volumetest.Default().On(grid)
	d := &document{Source: Source{BuiltIn: true}, Study: &study.Study{ID: "built-in-case"}, Truth: truth.Cutout()}
	d.Loaded = &study.Loaded{Study: d.Study, Grid: grid, Header: nifti.NewHeader(grid), Volumes: volumes, Present: sequence.Full}
	for q := range volumes {
		d.Study.Files[q] = &study.File{Why: "computed, not measured: a synthetic head"}
	}
	d.Exam = viewer.LoadedExam(d.Loaded, nil)
	return d
}

// imageName says whether a file may be an image that study reads.
func imageName(path string) bool {
	lower := strings.ToLower(path)
	for _, ending := range []string{".nii", ".nii.gz", ".hdr", ".img", ".hdr.gz", ".img.gz"} {
		if strings.HasSuffix(lower, ending) {
			return true
		}
	}
	return false
}

// nearest is the voxel that contains a position.
func nearest(p [3]float64) [3]int {
	var voxel [3]int
	for a, x := range p {
		voxel[a] = int(math.Round(x))
	}
	return voxel
}
