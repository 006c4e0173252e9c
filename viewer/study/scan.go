package study

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"quorum/viewer/sequence"
)

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
	found.images = detectWithout(found.images, o.Absent)
	s := &scan{Study: &Study{Path: studyPath(paths), Extra: found.rest}, options: o, images: found.images}
	s.ID = studyID(paths, found.images)
	if found.cut {
		s.note(Problem{File: paths[0], Text: fmt.Sprintf("holds more than %d files and folders, the rest was not looked at: give one patient's folder", maxEntries)})
	}
	if found.deep {
		s.note(Problem{File: paths[0], Text: fmt.Sprintf("folders deeper than %d were not looked at: give one patient's folder", maxDepth)})
	}
	if err := s.assign(paths); err != nil {
		return nil, err
	}
	for _, p := range found.odd {
		s.note(p)
	}
	if patients := s.collect(paths); len(patients) > 0 {
		s.Files = [sequence.Count]*File{}
		s.Patients = apart(paths, patients, found.images)
		s.block(0, Problem{File: s.Path, Text: "holds several patients or several sets of images (" + enumerate(patients) +
			"): give one of them, or name the files that belong together (--assign t1=FILE)"})
		return s.Study, nil
	}
	if err := s.readHeaders(ctx); err != nil {
		return nil, err
	}
	s.compareGrids()
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
	dropped []entry // of another modality, or of a sequence that is absent or chosen
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
			folder := paths[0]
			if at, err := os.Stat(folder); err == nil && !at.IsDir() {
				folder = filepath.Dir(folder)
			}
			path = filepath.Join(folder, path)
		}
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("the file chosen for %s, %s, cannot be opened: %w", q, s.options.Assign[q], err)
		}
		stem, _, _ := splitName(path)
		s.Files[q] = &File{Path: path, Patient: patientOf(&entry{stem: stem, words: tokenise(stem)}), Why: "chosen by the user"}
		s.images = slices.DeleteFunc(s.images, func(e entry) bool {
			other, err := os.Stat(e.path)
			return err == nil && os.SameFile(info, other)
		})
	}
	return nil
}

// collect places the images by their findings. Two files of the same rank for one sequence are a problem; if the images of several
// patients are the reason, it returns the patients.
func (s *scan) collect(paths []string) []string {
	var rivals [sequence.Count][]entry
	var rest []entry
	for _, e := range s.images {
		switch {
		case e.verdict == isMask:
			s.masks = append(s.masks, e)
			s.noteTwin(e, 0)
		case e.verdict == isSequence && !s.options.Absent.Has(e.sequence) && s.Files[e.sequence] == nil:
			rivals[e.sequence] = append(rivals[e.sequence], e)
		case e.verdict == isUnknown || e.verdict == isTorn:
			rest = append(rest, e)
		default:
			s.Extra = append(s.Extra, e.path)
			s.dropped = append(s.dropped, e)
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
	taken := slices.Concat(rivals[:]...)
	picked := !slices.ContainsFunc(taken, func(e entry) bool { return !slices.Contains(paths, e.path) })
	if p := s.mixed(taken, picked); len(p) > 0 {
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
	s.Files[q] = &File{Path: all[0].path, Patient: all[0].group, Why: all[0].why}
	for _, e := range all {
		s.noteTwin(e, sequence.Of(q))
	}
	if len(all) == 1 {
		s.noteVisit(q, all[0])
		return
	}
	var names []string
	for _, e := range all {
		if e.path != all[0].path {
			s.Files[q].Rivals = append(s.Files[q].Rivals, e.path)
		}
		names = append(names, filepath.Join(append(slices.Clone(e.folder), filepath.Base(e.path))...))
	}
	s.block(sequence.Of(q), Problem{
		File: s.Path,
		Text: fmt.Sprintf("%d files could be the %s: %s; choose one (--assign %s=FILE)", len(all), q, enumerate(names), q.Key()),
	})
}

// noteVisit tells of a "P1_T1_flair" that is taken for a T1 FLAIR, with no other image to say that T1 is the visit.
func (s *scan) noteVisit(q sequence.Sequence, e entry) {
	at := indexKind(e.words, flair)
	if q != sequence.T1 || at < 2 || e.words[at-1].kind != t1 || e.words[at-2].kind != unknown {
		return
	}
	s.note(Problem{
		File: e.path, Sequences: sequence.Of(q),
		Text: filepath.Base(e.path) + " is taken for a T1 FLAIR, which is a T1: if T1 is the visit and it is a FLAIR, say so (--assign flair=FILE)",
	})
}

// noteTwin tells which of two files of one name is read.
func (s *scan) noteTwin(e entry, u sequence.Subset) {
	if e.twin != "" {
		name := filepath.Base(e.path)
		s.note(Problem{File: e.path, Sequences: u, Text: fmt.Sprintf("%s is read, and %s beside it is not: remove the one that is not wanted", name, filepath.Base(e.twin))})
	}
}

// sayWhatLacks ends a scan: a study without any sequence says why, one with gaps names the images that could fill them.
func (s *scan) sayWhatLacks() {
	var names []string
	var damaged []int // problems about images that cannot be read, whose names say nothing either
	for _, e := range s.images {
		if at := slices.IndexFunc(s.Problems, func(p Problem) bool { return p.File == e.path }); at >= 0 {
			damaged = append(damaged, at)
		} else if slices.Contains(s.Extra, e.path) {
			name := filepath.Base(e.path)
			if e.why != "" {
				name += ": " + e.why
			}
			names = append(names, name)
		}
	}
	lacking := sequence.Full.Without(s.Present()) // the absent with them: they count as deleted, in every sentence
	for _, e := range s.dropped {
		if q, named := namedBeside(e); named && lacking.Has(q) {
			s.note(Problem{File: e.path, Text: fmt.Sprintf("%s is not used as %s: %s; if it is one, say so (--assign %s=FILE)", filepath.Base(e.path), q, e.why, q.Key())})
		}
	}
	switch {
	case s.Present() == 0 && len(names) > 0:
		s.block(0, Problem{File: s.Path, Text: "no file name says which sequence it is (" + enumerate(names) + "): name the files (--assign t1=FILE)"})
	case s.Present() == 0 && len(damaged) > 0:
		for _, at := range damaged { // no more need be said
			s.Problems[at].Blocking = true
		}
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
