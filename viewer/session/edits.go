package session

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"

	"quorum/viewer/edit"
	"quorum/viewer/save"
)

// Kept is an unfinished edit and where it is kept.
type Kept struct {
	Place    *Place
	Snapshot *edit.Snapshot
}

// Place is where an edit is kept: a file of its name. Another process may keep one of the same name there, and must lose nothing by it. The
// zero value is for an edit that has not been kept yet. It belongs to the worker that calls KeepEdit.
type Place struct {
	Name string      // of the edit, in its file
	left fs.FileInfo // the file as this process has read or written it; nil = there was none
}

// editsOf is the folder of a study's edits: always one below that of all edits, whatever the key.
func (st *Store) editsOf(key string) string {
	return filepath.Join(st.folder, editsFolder, "study-"+filepath.Base(key))
}

// KeepEdit stores an edit as it is now: to be called after every stroke. Where another process has kept something under its name since, it
// gets another name, which at tells from then on. Call it, DropEdit and Forget one after the other, on one worker: a snapshot that comes late
// would take the place of a newer one, or come back after it was dropped.
func (st *Store) KeepEdit(key string, at *Place, s *edit.Snapshot) error {
	if err := save.PrivateFolder(st.editsOf(key)); err != nil {
		return err
	}
	if at.Name == "" {
		at.Name = s.Name
	}
	for st.taken(key, at) {
		*at = Place{Name: nameAfter(at.Name)}
	}
	path, named := st.editFile(key, at.Name), *s
	named.Name = at.Name
	if err := named.Write(path); err != nil {
		return err
	}
	at.left, _ = os.Stat(path)
	return nil
}

// taken says whether another process has written the file since this one has read or written it.
func (st *Store) taken(key string, at *Place) bool {
	found, err := os.Stat(st.editFile(key, at.Name))
	if err != nil || at.left == nil {
		return err == nil
	}
	return !os.SameFile(found, at.left) || found.Size() != at.left.Size() || !found.ModTime().Equal(at.left.ModTime())
}

// nameAfter counts names on: "edited", "edited 2", "edited 3".
func nameAfter(name string) string {
	if at := strings.LastIndexByte(name, ' '); at >= 0 {
		if n, err := strconv.Atoi(name[at+1:]); err == nil {
			return fmt.Sprintf("%s %d", name[:at], n+1)
		}
	}
	return name + " 2"
}

// editFile names an edit's file: telling, safe on every system, and another one for every name.
func (st *Store) editFile(key, name string) string {
	var telling strings.Builder
	for _, r := range name {
		switch {
		case telling.Len() >= 40:
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			telling.WriteRune(r)
		case telling.Len() > 0 && !strings.HasSuffix(telling.String(), "-"):
			telling.WriteByte('-')
		}
	}
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(st.editsOf(key), fmt.Sprintf("%s-%x%s", strings.Trim(telling.String(), "-"), sum[:4], editEnd))
}

// DropEdit takes the kept file of an edit away, when the user gives the edit up. What another process has written there since stays.
func (st *Store) DropEdit(key string, at *Place) error {
	if st.taken(key, at) {
		return fmt.Errorf("the edit %q was changed in another window of Quorum meanwhile: what is kept of it there stays", at.Name)
	}
	if err := os.Remove(st.editFile(key, at.Name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// HasEdits says whether there are files of edits of a study, readable or not.
func (st *Store) HasEdits(key string) bool {
	entries, err := os.ReadDir(st.editsOf(key))
	return err == nil && len(entries) > 0
}

// Edits reads the edits that are kept for a study, in the order of their files' names. A file that cannot be read is put aside under
// another name, with a notice for the user; the others are returned all the same.
func (st *Store) Edits(key string) (list []Kept, notices []string) {
	entries, err := os.ReadDir(st.editsOf(key))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		notices = append(notices, fmt.Sprintf("Unfinished edits could not be looked for: %v.", err))
	}
	for _, entry := range entries {
		path := filepath.Join(st.editsOf(key), entry.Name())
		if filepath.Ext(path) != editEnd {
			continue
		}
		left, _ := os.Stat(path) // before it is read: what is written meanwhile is another's
		s, err := edit.Read(path)
		if err == nil {
			list = append(list, Kept{&Place{s.Name, left}, s})
			continue
		}
		notice := err.Error() + "."
		if unusable := (*edit.FileError)(nil); errors.As(err, &unusable) {
			if aside, err := save.Aside(path); err == nil {
				notice += " It is kept as " + filepath.Base(aside) + "."
			}
		}
		notices = append(notices, notice)
	}
	return list, notices
}

// Forget removes a study from the session, and returns what removes every file about it, to be called once: its edits, and session files
// that were put aside and name it. That writes the session file, too. See KeepEdit for the order.
func (st *Store) Forget(s Session, key string) (Session, func() error) {
	var traces [][]byte
	for _, list := range [][]Study{s.Recent, s.Patients} {
		for _, study := range list {
			if study.Key() == key {
				traces = append(traces, trace(study)...)
			}
		}
	}
	s.forget(key)
	write := st.SaveSession(s)
	return s, func() error { return errors.Join(write(), os.RemoveAll(st.editsOf(key)), st.dropKept(traces)) }
}

// ClearRecent is Forget for every study but the one with the key that stays (empty = none does).
func (st *Store) ClearRecent(s Session, stays string) (Session, func() error) {
	stay, found := s.Find(stays)
	far := s.Far(stays)
	s.Recent, s.Patients, s.Progress, s.Folder, s.Exports = nil, nil, nil, "", ""
	if found {
		s.Recent = []Study{stay}
		s.Note([]Progress{far})
	}
	if s.Open != stays {
		s.Open = ""
	}
	write := st.SaveSession(s)
	return s, func() error {
		others := func(path string) bool { return !found || path != st.editsOf(stays) }
		return errors.Join(write(), st.dropKept([][]byte{nil}), st.dropEdits(others))
	}
}

// dropEdits removes the folders of edits that match.
func (st *Store) dropEdits(match func(path string) bool) error {
	var errs []error
	entries, err := os.ReadDir(filepath.Join(st.folder, editsFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		errs = append(errs, err)
	}
	for _, entry := range entries {
		if path := filepath.Join(st.folder, editsFolder, entry.Name()); match(path) {
			errs = append(errs, os.RemoveAll(path))
		}
	}
	return errors.Join(errs...)
}
