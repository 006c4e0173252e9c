// Package study turns one patient's folder into four sequences on one grid.
package study

import (
	"slices"

	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// Problem is something that a person should know, as a sentence: what, which file, which value, what to do.
type Problem struct {
	File     string `json:"file,omitempty"`
	Text     string `json:"text"`
	Blocking bool   `json:"blocking,omitempty"` // segmentation is refused because of it (unless forced, where that is allowed)

	Mixed     bool            `json:"-"` // the images may be of different patients: nobody must overlook it
	Sequences sequence.Subset `json:"-"` // what it is about: without these sequences it does not matter; 0 = the whole study

	scanOnly bool // Load judges it anew, from the files that it uses
}

// File is one image of the study.
type File struct {
	Path    string
	Patient string   // what its name says before the sequence: the patient, often; "" = nothing
	Volume  int      // index in a 4-D file, else 0
	Why     string   // how its sequence was recognised, for a person
	Rivals  []string // files that could as well be this sequence, so that somebody has to choose
	Header  *nifti.Header
}

// MaskKind says what a mask in the folder may be used for.
type MaskKind uint8

// Mask kinds.
const (
	Reference MaskKind = iota // a mask of unknown origin: truth only once its scheme is confirmed
	Saved                     // written by Quorum: never the truth
)

// Mask is a segmentation that lies in the folder.
type Mask struct {
	Path       string
	Kind       MaskKind
	Edited     bool           // Saved, and its sidecar says that a person corrected it
	Values     []int          // the label values in it, ascending, without 0
	Naming     label.Naming   // the convention of its name, for label.Decide over a data set
	Candidates []label.Scheme // the schemes that fit naming and values; one = unambiguous
}

// Study is what a folder holds: files by sequence, masks, problems. Scanning reads headers only (masks: also values).
type Study struct {
	ID       string // the folder's name, fit for file names; see UniqueIDs
	Path     string
	Files    [sequence.Count]*File // nil = no file; where Problems blocks a sequence, the first of its files
	Masks    []Mask
	Extra    []string // other files, unused
	Problems []Problem
	Patients []Patient // where the images are those of several, which is a blocking problem: each can be scanned for itself
}

// Patient is one of several whose images were given together.
type Patient struct {
	Name  string
	Paths []string // for Scan: a folder, or loose files
}

// ScanOptions are the user's choices, which win over any detection.
type ScanOptions struct {
	Assign map[sequence.Sequence]string // file for a sequence; a relative path counts from the working folder, else from the study's
	Absent sequence.Subset              // treated as if they had no file: theirs are not even opened
	Volume int                          // for 4-D files that are not a known four-channel study: which volume; -1 = not chosen
}

// Present is the set of sequences that have a file.
func (s *Study) Present() sequence.Subset {
	var u sequence.Subset
	for _, q := range sequence.All {
		if s.Files[q] != nil {
			u = u.With(sequence.Of(q))
		}
	}
	return u
}

// Names are those that the patient may be known by: the study's own, then what the names of its images begin with, which a copy in another
// folder keeps.
func (s *Study) Names() []string {
	list := []string{s.ID}
	for _, f := range s.Files {
		if f == nil || f.Patient == "" {
			continue
		}
		if name := SafeID(f.Patient); !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// Blocking lists the problems that stand in the way of using the given sequences.
func (s *Study) Blocking(use sequence.Subset) []Problem {
	var list []Problem
	for _, p := range s.Problems {
		if p.Blocking && (p.Sequences == 0 || p.Sequences&use != 0) {
			list = append(list, p)
		}
	}
	return list
}

// LoadOptions choose what is read.
type LoadOptions struct {
	Use   sequence.Subset // files outside it are not opened
	Force bool            // go on with a raw head, recorded in Loaded.Problems

	// Each, if not nil, is told of every image as soon as it is read, before it is judged against the others and on its own grid; from
	// several goroutines at once.
	Each func(sequence.Sequence, *nifti.Header, *volume.Volume)
}

// Loaded is a study in memory: every volume on one Grid (that of the first loaded of FLAIR, T1, T1ce, T2).
type Loaded struct {
	Study    *Study
	Grid     volume.Grid
	Header   *nifti.Header                  // of the reference file; masks are written like it
	Volumes  [sequence.Count]*volume.Volume // nil = absent (no file, not used, or all zero)
	Present  sequence.Subset
	Problems []Problem // found while loading: resampled, NaN, all zero, raw head, …
}
