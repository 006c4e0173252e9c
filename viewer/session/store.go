package session

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"quorum/viewer/save"
)

// The names in the state folder.
const (
	sessionFile     = "session.json"
	preferencesFile = "preferences.json"
	editsFolder     = "edits"
	editEnd         = ".edit"
	keptMark        = ".kept-" // see save.Aside
)

// version is that of both files.
const version = 1

// Store is the state folder. Its methods may be called on any goroutine; those that read or write files take as long as files take.
type Store struct {
	folder string
	lock   sync.Mutex
	asked  map[string]uint64 // how often a file was asked to be written
	stored map[string]uint64 // the newest request that was
	locked map[string]error  // files that must not be replaced, and why
}

// NewStore keeps the state in a folder, which is made when something is first written.
func NewStore(folder string) *Store {
	return &Store{folder: folder, asked: map[string]uint64{}, stored: map[string]uint64{}, locked: map[string]error{}}
}

// envelope is what stands in a file around its content.
type envelope[T any] struct {
	Version int `json:"quorum"`
	Content T   `json:"content"`
}

// Session reads the session. The notice is a sentence for the user where there is something to say: a file that cannot be read is kept
// under another name, and the session is a fresh one.
func (st *Store) Session() (s Session, notice string) {
	s, notice = read[Session](st, sessionFile, "session", "Quorum starts without the last session")
	s.Recent = sound(s.Recent)
	s.Patients = sound(s.Patients)
	return s, notice
}

// Preferences reads the preferences, with a notice as Session has.
func (st *Store) Preferences() (Preferences, string) {
	return read[Preferences](st, preferencesFile, "preferences", "Quorum starts with its own settings")
}

// sound drops studies that cannot be opened again, and doubles.
func sound(list []Study) []Study {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(s Study) bool {
		key := s.Key()
		if len(s.Paths) == 0 && !s.BuiltIn || seen[key] {
			return true
		}
		seen[key] = true
		return false
	})
}

// read reads a file of the store; what follows where it cannot be read.
func read[T any](st *Store, name, what, follows string) (content T, notice string) {
	path := filepath.Join(st.folder, name)
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return content, ""
	case err != nil:
		st.keep(name, err)
		return content, fmt.Sprintf("%s: the %s could not be read (%v): %s, and the file stays as it is.", path, what, err, follows)
	}
	var head envelope[json.RawMessage]
	why := "is damaged"
	err = json.Unmarshal(data, &head)
	if err == nil && head.Version == version {
		if err = json.Unmarshal(head.Content, &content); err == nil {
			return content, ""
		}
		content = *new(T) // half of it may be filled
	} else if err == nil && head.Version > version {
		why = fmt.Sprintf("comes from a newer version of Quorum (format %d, this one reads %d)", head.Version, version)
	}
	aside, err := save.Aside(path)
	if err != nil {
		st.keep(name, err)
		return content, fmt.Sprintf("%s: the %s file %s: %s, and nothing new will be remembered (%v).", path, what, why, follows, err)
	}
	return content, fmt.Sprintf("%s: the %s file %s: %s, and the file is kept as %s.", path, what, why, follows, filepath.Base(aside))
}

// keep forbids to replace a file whose content would be lost.
func (st *Store) keep(name string, why error) {
	st.lock.Lock()
	defer st.lock.Unlock()
	st.locked[name] = why
}

// SaveSession takes the session as it is now and returns what writes it, to be called once on any goroutine. However such calls overtake
// one another, the file ends as the session of the last SaveSession.
func (st *Store) SaveSession(s Session) func() error { return prepare(st, sessionFile, s) }

// SavePreferences is SaveSession for the preferences.
func (st *Store) SavePreferences(p Preferences) func() error { return prepare(st, preferencesFile, p) }

func prepare[T any](st *Store, name string, content T) func() error {
	data, err := json.MarshalIndent(envelope[T]{version, content}, "", "\t")
	st.lock.Lock()
	st.asked[name]++
	turn := st.asked[name]
	st.lock.Unlock()
	return func() error {
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		st.lock.Lock()
		defer st.lock.Unlock()
		if turn < st.stored[name] {
			return nil // a newer one was faster
		}
		if err := st.write(name, data); err != nil {
			return err
		}
		st.stored[name] = turn
		return nil
	}
}

// write replaces a file; the lock is held.
func (st *Store) write(name string, data []byte) error {
	if why := st.locked[name]; why != nil {
		return fmt.Errorf("%s is not replaced, since it could not be read: %w", filepath.Join(st.folder, name), why)
	}
	if err := save.PrivateFolder(st.folder); err != nil {
		return err
	}
	return save.Private(filepath.Join(st.folder, name), func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// trace is how a study's paths stand in a session file, damaged or not.
func trace(s Study) (list [][]byte) {
	for _, path := range s.Paths {
		if text, err := json.Marshal(path); err == nil {
			list = append(list, text)
		}
	}
	return list
}

// dropKept removes the session files that were put aside and hold any of the traces.
func (st *Store) dropKept(traces [][]byte) error {
	entries, err := os.ReadDir(st.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	errs := []error{err}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), sessionFile+keptMark) {
			continue
		}
		path := filepath.Join(st.folder, entry.Name())
		data, err := os.ReadFile(path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if slices.ContainsFunc(traces, func(t []byte) bool { return bytes.Contains(data, t) }) {
			errs = append(errs, os.Remove(path))
		}
	}
	return errors.Join(errs...)
}
