package study

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
)

// maxProbes bounds how many images with names that say nothing are opened to look at their headers.
const maxProbes = 32

// Scan finds a study in a folder, in a list of loose files or in one 4-D file. Each path must exist.
//
// It fails only where a path cannot be read or the context ends; whatever else is wrong stands in Study.Problems. A folder of several
// patients, of DICOM files or without images is such a (blocking) problem.
func Scan(ctx context.Context, paths []string, o ScanOptions) (*Study, error) {
	if len(paths) == 0 {
		return nil, fmt.Errorf("no study was given: name a patient's folder or its files")
	}
	found, err := list(ctx, paths)
	if err != nil {
		return nil, err
	}
	detect(found.images)
	s := &scan{Study: &Study{Path: studyPath(paths), Extra: found.rest}, options: o, images: found.images}
	s.ID = studyID(paths, found.images)
	if found.cut {
		s.note(Problem{File: paths[0], Text: fmt.Sprintf("holds more than %d files and folders, the rest was not looked at: give one patient's folder", maxEntries)})
	}
	if err := s.assign(paths); err != nil {
		return nil, err
	}
	if patients := s.collect(); len(patients) > 0 {
		s.Files = [sequence.Count]*File{}
		s.block(0, Problem{File: s.Path, Text: "holds several patients or several sets of images (" + enumerate(patients) + "): give one of them"})
		return s.Study, nil
	}
	if err := s.readHeaders(ctx); err != nil {
		return nil, err
	}
	if err := s.readMasks(ctx); err != nil {
		return nil, err
	}
	s.sayWhatLacks()
	return s.Study, nil
}

// scan is the work of one call of Scan.
type scan struct {
	*Study
	options ScanOptions
	images  []entry // not yet placed
	masks   []entry
}

func (s *scan) note(p Problem) { s.Problems = append(s.Problems, p) }

// block notes a problem without whose solution the sequences cannot be used; none means the whole study.
func (s *scan) block(u sequence.Subset, p Problem) {
	p.Blocking, p.Sequences = true, u
	s.note(p)
}

// assign places the files that the user chose, which wins over everything.
func (s *scan) assign(paths []string) error {
	for _, q := range sequence.All {
		path, ok := s.options.Assign[q]
		if !ok {
			continue
		}
		if _, err := os.Stat(path); err != nil && !filepath.IsAbs(path) {
			path = filepath.Join(paths[0], path)
		}
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("the file chosen for %s, %s, cannot be opened: %w", q, s.options.Assign[q], err)
		}
		s.Files[q] = &File{Path: path, Why: "chosen by the user"}
		s.images = slices.DeleteFunc(s.images, func(e entry) bool {
			other, err := os.Stat(e.path)
			return err == nil && os.SameFile(info, other)
		})
	}
	return nil
}

// collect places the images by their findings. Two files of the same rank for one sequence are a problem; if the images of several
// patients are the reason, it returns the patients.
func (s *scan) collect() []string {
	var rivals [sequence.Count][]entry
	var rest []entry
	for _, e := range s.images {
		switch {
		case e.verdict == isMask:
			s.masks = append(s.masks, e)
		case e.verdict == isSequence && !s.options.Absent.Has(e.sequence) && s.Files[e.sequence] == nil:
			rivals[e.sequence] = append(rivals[e.sequence], e)
		case e.verdict == isUnknown || e.verdict == isTorn:
			rest = append(rest, e)
		default:
			s.Extra = append(s.Extra, e.path)
		}
	}
	s.images = rest
	torn := false
	for q, all := range rivals {
		best := rank(0)
		for _, e := range all {
			best = max(best, e.rank)
		}
		for _, e := range all {
			if e.rank < best {
				s.Extra = append(s.Extra, e.path)
			}
		}
		rivals[q] = slices.DeleteFunc(all, func(e entry) bool { return e.rank < best })
		torn = torn || len(rivals[q]) > 1
	}
	if torn {
		if p := patients(slices.Concat(rivals[:]...)); len(p) > 1 {
			return p
		}
	} else if p := msdPatients(rest); len(p) > 1 && len(slices.Concat(rivals[:]...)) == 0 {
		return p
	}
	for q, all := range rivals {
		if len(all) > 0 {
			s.place(sequence.Sequence(q), all)
		}
	}
	return nil
}

// place puts the first of the files of a sequence into the study; where there are more the user must choose.
func (s *scan) place(q sequence.Sequence, all []entry) {
	s.Files[q] = &File{Path: all[0].path, Why: all[0].why}
	if len(all) == 1 {
		return
	}
	var names []string
	for _, e := range all {
		names = append(names, filepath.Join(append(slices.Clone(e.folder), filepath.Base(e.path))...))
	}
	s.block(sequence.Of(q), Problem{
		File: s.Path,
		Text: fmt.Sprintf("%d files could be the %s: %s; choose one (--assign %s=FILE)", len(all), q, enumerate(names), q.Key()),
	})
}

// readHeaders opens the files of the sequences, and a few of the images whose names say nothing: one may be a four-channel study, or a
// mask of our own.
func (s *scan) readHeaders(ctx context.Context) error {
	for _, q := range sequence.All {
		if err := ctx.Err(); err != nil {
			return err
		}
		if f := s.Files[q]; f != nil && !s.options.Absent.Has(q) {
			s.readHeader(q, f)
		}
		if s.options.Absent.Has(q) {
			s.Files[q] = nil
		}
	}
	var channels []File
	for i, e := range s.images {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i >= maxProbes {
			s.Extra = append(s.Extra, e.path)
			continue
		}
		h, err := nifti.ReadHeader(e.path)
		switch {
		case err != nil:
			s.note(Problem{File: e.path, Text: err.Error()})
			s.Extra = append(s.Extra, e.path)
		case ours(e.path, h):
			s.masks = append(s.masks, e)
		default:
			if h.Volumes() == sequence.Count {
				channels = append(channels, File{Path: e.path, Header: h})
			}
			s.Extra = append(s.Extra, e.path)
		}
	}
	if s.Present() == 0 && len(channels) == 1 {
		s.takeChannels(channels[0])
	}
	return nil
}

// readHeader reads and judges the header of a sequence's file.
func (s *scan) readHeader(q sequence.Sequence, f *File) {
	var err error
	u := sequence.Of(q)
	name := filepath.Base(f.Path)
	if f.Header, err = nifti.ReadHeader(f.Path); err != nil {
		s.block(u, Problem{File: f.Path, Text: err.Error()})
		return
	}
	if _, chosen := s.options.Assign[q]; !chosen && ours(f.Path, f.Header) {
		s.Files[q] = nil
		s.masks = append(s.masks, entry{path: f.Path, finding: finding{verdict: isMask}})
		return
	}
	for _, text := range f.Header.Notices {
		s.note(Problem{File: f.Path, Text: text, Sequences: u})
	}
	n := f.Header.Volumes()
	switch at := s.options.Volume; {
	case n == 1:
	case at < 0:
		s.block(u, Problem{File: f.Path, Text: fmt.Sprintf("%s holds %d volumes: choose one (--volume 0 to %d)", name, n, n-1)})
	case at >= n:
		s.block(u, Problem{File: f.Path, Text: fmt.Sprintf("%s holds %d volumes, and there is no volume %d: they count from 0", name, n, at)})
	default:
		f.Volume = at
	}
}

// takeChannels takes a file of four volumes for a study in the order of MSD Task01 (http://medicaldecathlon.com, dataset.json of
// Task01_BrainTumour: FLAIR, T1w, t1gd, T2w).
func (s *scan) takeChannels(f File) {
	for volume, q := range msdOrder {
		if s.options.Absent.Has(q) {
			continue
		}
		s.Files[q] = &File{Path: f.Path, Volume: volume, Header: f.Header, Why: fmt.Sprintf("volume %d of a file of four, in the order of MSD Task01", volume)}
	}
	s.Extra = slices.DeleteFunc(s.Extra, func(path string) bool { return path == f.Path })
	stem, _, _ := splitName(f.Path)
	if !msdName.MatchString(stem) {
		s.note(Problem{
			File: f.Path, Sequences: sequence.Full,
			Text: filepath.Base(f.Path) + " holds four volumes, which are taken for FLAIR, T1, T1ce, T2, the order of MSD Task01: check them",
		})
	}
	s.masks = append(s.masks, siblingLabels(f.Path)...)
}

// siblingLabels finds labelsTr/NAME beside imagesTr/NAME, as MSD and nnU-Net lay out their data.
func siblingLabels(path string) []entry {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil
	}
	dir, name := filepath.Split(absolute)
	parent, folder := filepath.Split(filepath.Clean(dir))
	suffix, ok := strings.CutPrefix(folder, "images")
	if !ok {
		return nil
	}
	label := filepath.Join(parent, "labels"+suffix, name)
	if _, err := os.Stat(label); err != nil {
		return nil
	}
	stem, ext, _ := splitName(label)
	return []entry{{path: label, stem: stem, ext: ext, finding: finding{verdict: isMask}}}
}

// sayWhatLacks ends a scan: a study without any sequence says why, one with gaps names the images that could fill them.
func (s *scan) sayWhatLacks() {
	var names []string
	for _, e := range s.images {
		if slices.Contains(s.Extra, e.path) {
			name := filepath.Base(e.path)
			if e.verdict == isTorn {
				name += ": " + e.why
			}
			names = append(names, name)
		}
	}
	lacking := sequence.Full.Without(s.Present()).Without(s.options.Absent)
	switch {
	case s.Present() == 0 && len(names) > 0:
		s.block(0, Problem{File: s.Path, Text: "no file name says which sequence it is (" + enumerate(names) + "): name the files (--assign t1=FILE)"})
	case s.Present() == 0 && len(s.masks) > 0:
		s.block(0, Problem{File: s.Path, Text: "holds masks but none of the images FLAIR, T1, T1ce or T2"})
	case s.Present() == 0:
		s.block(0, Problem{File: s.Path, Text: s.emptiness()})
	case lacking != 0 && len(names) > 0:
		s.note(Problem{File: s.Path, Text: fmt.Sprintf("there is no %s; the names of some images say nothing: %s; name a file with --assign", lacking.Names(), enumerate(names))})
	}
}

// emptiness says why there is no image at all.
func (s *scan) emptiness() string {
	if dicom := findDICOM(s.Extra); dicom != "" {
		return fmt.Sprintf("holds DICOM files (%s) and no NIfTI images: convert them first, with dcm2niix -z y -o FOLDER %q, and give that folder",
			filepath.Base(dicom), s.Path)
	}
	return "holds no FLAIR, T1, T1ce or T2 as a NIfTI image (.nii, .nii.gz, or .hdr with .img): give the folder with the patient's images"
}

// enumerate lists names for a sentence, the first few of many.
func enumerate(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
