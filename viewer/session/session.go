// Package session remembers what the window must find again: the studies that were open and how they were looked at, the edits that are
// not finished, the size of the window, and the user's preferences. Everything lies in the user's own state folder, readable by nobody
// else, and can be forgotten.
package session

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// MaxRecent is how many studies are remembered. One that has edits stays beyond it, so that no work is lost.
const MaxRecent = 20

// Session is what the window finds again. The zero value is a first start.
type Session struct {
	Recent   []Study    `json:"recent,omitempty"`   // the one that was used last first
	Open     string     `json:"open,omitempty"`     // the key of the study that was open at the end; empty = none
	Patients []Study    `json:"patients,omitempty"` // the list of patients that was being walked through, in its order
	Progress []Progress `json:"progress,omitempty"` // how far patients are, of this list and of former ones; see Note
	Window   Size       `json:"window,omitzero"`
	Panels   Panels     `json:"panels,omitzero"`
	Folder   string     `json:"folder,omitempty"`  // where the user last opened something
	Exports  string     `json:"exports,omitempty"` // where the user last wrote something
}

// MaxProgress is of how many patients it is remembered how far they are.
const MaxProgress = 1000

// Progress says how far the user is with a patient. It names the study by its key only.
type Progress struct {
	Key       string `json:"key"`
	Files     string `json:"files,omitempty"` // tells whether the files are still those that it was made with; empty = not known
	Segmented bool   `json:"segmented,omitempty"`
	Edited    bool   `json:"edited,omitempty"`   // there are edits that have changed something
	Exported  bool   `json:"exported,omitempty"` // as a mask, and no edit has changed since
}

// Begun says whether anything was done.
func (p Progress) Begun() bool { return p.Segmented || p.Edited || p.Exported }

// Size is that of the window, in the toolkit's units; zero = never set.
type Size struct {
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
}

// Panels are the widths of the panels beside the images, in the toolkit's units; zero = never set.
type Panels struct {
	Left  float32 `json:"left"`
	Right float32 `json:"right"`
}

// Study is a study that was open, with the user's choices.
type Study struct {
	Paths   []string                     `json:"paths,omitempty"`    // a folder, one 4-D file, or loose files
	BuiltIn bool                         `json:"built_in,omitempty"` // the synthetic case, which has no files
	Name    string                       `json:"name"`               // what a menu shows
	Assign  map[sequence.Sequence]string `json:"assign,omitempty"`   // files that the user chose for sequences
	Volume  int                          `json:"volume,omitempty"`   // of a 4-D file that is no known study, the one that the user chose, from 1; 0 = none
	Ignored sequence.Subset              `json:"ignored"`            // sequences that the user has switched off
	Base    sequence.Subset              `json:"base,omitempty"`     // with whose result the others are compared; 0 = that of those that are not ignored
	Truth   *Truth                       `json:"truth,omitempty"`    // the mask that the user confirmed
	View    json.RawMessage              `json:"view,omitempty"`     // how it was looked at: the viewer's own affair
	Shown   string                       `json:"shown,omitempty"`    // the result that was shown: a subset's keys, or the name of an edit
	Results []sequence.Subset            `json:"results,omitempty"`  // that were in the list, each once
	Used    time.Time                    `json:"used,omitzero"`
}

// Truth is a mask that the user confirmed as the truth, with the scheme of its labels.
type Truth struct {
	Path   string       `json:"path"`
	Scheme label.Scheme `json:"scheme"`
}

// Key tells studies apart and names their folder of edits: it says nothing about the patient to somebody who lists folders.
func (s Study) Key() string {
	if s.BuiltIn {
		return "built-in"
	}
	paths := make([]string, len(s.Paths))
	for n, p := range s.Paths {
		paths[n] = filepath.Clean(p)
		if absolute, err := filepath.Abs(p); err == nil {
			paths[n] = absolute
		}
	}
	slices.Sort(paths)
	sum := sha256.Sum256([]byte(strings.Join(paths, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// Find is the remembered study of a key.
func (s *Session) Find(key string) (Study, bool) {
	for _, study := range s.Recent {
		if study.Key() == key {
			return study, true
		}
	}
	return Study{}, false
}

// Remember puts a study first, in place of what was known about it. hasEdits says of a key whether edits are kept for it; the oldest
// studies without any fall off the end.
func (s *Session) Remember(study Study, hasEdits func(key string) bool) {
	key := study.Key()
	list := []Study{study}
	for _, old := range s.Recent {
		if k := old.Key(); k != key && (len(list) < MaxRecent || hasEdits(k)) {
			list = append(list, old)
		}
	}
	s.Recent = list
}

// Uses are those of the sequences that are present which the user has not switched off; all of them where none would be left.
func (s Study) Uses(present sequence.Subset) sequence.Subset {
	if left := present.Without(s.Ignored); left != 0 {
		return left
	}
	return present
}

// Far is how far a patient is.
func (s *Session) Far(key string) Progress {
	for _, p := range s.Progress {
		if p.Key == key {
			return p
		}
	}
	return Progress{Key: key}
}

// Note takes over how far patients are. Those beyond MaxProgress that were noted longest ago fall off the end.
func (s *Session) Note(patients []Progress) {
	noted := map[string]bool{}
	var list []Progress
	for _, p := range append(slices.Clone(patients), s.Progress...) {
		if !noted[p.Key] && p.Begun() {
			list = append(list, p)
		}
		noted[p.Key] = true
	}
	s.Progress = list[:min(len(list), MaxProgress)]
}

// forget takes a study out of everything.
func (s *Session) forget(key string) {
	is := func(study Study) bool { return study.Key() == key }
	s.Recent = slices.DeleteFunc(slices.Clone(s.Recent), is)
	s.Patients = slices.DeleteFunc(slices.Clone(s.Patients), is)
	s.Progress = slices.DeleteFunc(slices.Clone(s.Progress), func(p Progress) bool { return p.Key == key })
	if s.Open == key {
		s.Open = ""
	}
}

// Preferences are the user's choices that hold for every study. The zero value is what a new user gets.
type Preferences struct {
	Theme       string `json:"theme,omitempty"`         // light or dark; empty = as the system
	Device      string `json:"device,omitempty"`        // what computes; empty = automatic
	Precision   string `json:"precision,omitempty"`     // empty = the default
	Model       string `json:"model,omitempty"`         // a model file; empty = the built-in one
	NoLookAhead bool   `json:"no_look_ahead,omitempty"` // compute only what is asked for
	NoticeRead  bool   `json:"notice_read,omitempty"`   // the bar of the first run was closed
}
