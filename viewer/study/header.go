package study

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
)

// maxProbes bounds how many images with names that say nothing are opened to look at their headers.
const maxProbes = 32

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
			s.note(Problem{File: e.path, Text: unreadable(e.path, err)})
			s.Extra = append(s.Extra, e.path)
		case ours(e.path, h):
			s.masks = append(s.masks, e)
		default:
			if h.Volumes() == sequence.Count {
				channels = append(channels, File{Path: e.path, Patient: e.group, Header: h})
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
		s.block(u, Problem{File: f.Path, Text: unreadable(f.Path, err)})
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
	if text := absurdSpacing(f.Header); text != "" {
		s.block(u, Problem{File: f.Path, Text: name + " " + text})
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

// unreadable is why a file cannot be read; a link to nowhere is called so.
func unreadable(path string, err error) string {
	if goal, failed := os.Readlink(path); failed == nil && errors.Is(err, fs.ErrNotExist) {
		return fmt.Sprintf("%s is a link to %s, which does not exist: copy the file itself", filepath.Base(path), goal)
	}
	return err.Error()
}

// takeChannels takes a file of four volumes for a study in the order of MSD Task01 (http://medicaldecathlon.com, dataset.json of
// Task01_BrainTumour: FLAIR, T1w, t1gd, T2w).
func (s *scan) takeChannels(f File) {
	for volume, q := range msdOrder {
		if s.options.Absent.Has(q) {
			continue
		}
		s.Files[q] = &File{Path: f.Path, Patient: f.Patient, Volume: volume, Header: f.Header, Why: fmt.Sprintf("volume %d of a file of four, in the order of MSD Task01", volume)}
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
