package run

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/gofrs/flock"

	"quorum/viewer/save"
)

// Folder is where a run lives.
type Folder string

func (f Folder) path(name string) string { return filepath.Join(string(f), name) }
func (f Folder) config() string          { return f.path("config.json") }
func (f Folder) journal() string         { return f.path("journal.jsonl") }
func (f Folder) checkpoint() string      { return f.path("checkpoint.bin") }

// Best is the model file of the best weights so far, Last that of the weights at the end.
func (f Folder) Best() string { return f.path("best.onnx") }

// Last is the model file of the weights at the end.
func (f Folder) Last() string { return f.path("last.onnx") }

// Chart is the picture of the run.
func (f Folder) Chart() string { return f.path("chart.png") }

// name is what models of the run are called.
func (f Folder) name() string {
	path, err := filepath.Abs(string(f))
	if err != nil {
		path = string(f)
	}
	return filepath.Base(path)
}

// Used says whether a run has begun in the folder.
func (f Folder) Used() bool {
	_, err := os.Stat(f.config())
	return err == nil
}

// lock keeps a second process out. The system lets go of it when the process ends, however that happens.
func (f Folder) lock() (unlock func(), err error) {
	if err := save.Folder(string(f)); err != nil {
		return nil, err
	}
	l := flock.New(f.path("lock"))
	got, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("the run folder %s cannot be used: %w", f, err)
	}
	if !got {
		return nil, fmt.Errorf("another process trains in %s: wait for it, or choose another folder with --run", f)
	}
	save.Sweep(string(f), 0) // nobody else writes here now
	return func() { _ = l.Unlock() }, nil
}

// HasCheckpoint says whether the run in the folder can go on without its first weights.
func (f Folder) HasCheckpoint() bool {
	_, err := os.Stat(f.checkpoint())
	return err == nil
}

// Settings are what a run folder remembers of how the run was begun. They are paths of this computer and stay in the folder.
type Settings struct {
	Config      Config `json:"config"`
	Data        string `json:"data"`  // folder of the cases; empty = phantoms alone
	Train       string `json:"train"` // FILE.json:KEY
	Val         string `json:"val"`
	Labels      string `json:"truth_labels,omitempty"`
	From        string `json:"from,omitempty"`   // model file, or "built-in"; empty = random weights
	Edited      bool   `json:"edited,omitempty"` // results of Quorum that a person corrected are taken as the truth
	Fingerprint string `json:"fingerprint"`      // of the training cases

	HeldOut []string `json:"held_out"` // ids: models are compared, and teachers elected, on the same cases all through
}

// ReadSettings reads the settings of a run that has begun.
func (f Folder) ReadSettings() (Settings, error) {
	var s Settings
	data, err := os.ReadFile(f.config())
	if errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("there is no run in %s to resume: check the folder, or leave --resume out to begin one", f)
	}
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("%s: %w", f.config(), err)
	}
	return s, nil
}

// WriteSettings begins a run folder.
func (f Folder) WriteSettings(s Settings) error {
	if err := save.Folder(string(f)); err != nil {
		return err
	}
	return save.File(f.config(), true, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(s)
	})
}

// store writes a file of a run that is under way.
func store(path string, data []byte) error {
	return storeWith(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// storeWith is store for what is written in parts.
func storeWith(path string, write func(io.Writer) error) error {
	return full(save.File(path, true, write))
}

// full says what a run can do about a full disk: another folder is no choice for it.
func full(err error) error {
	file, ok := errors.AsType[*save.FileError](err)
	if ok && (errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)) {
		return &save.FileError{Path: file.Path, Text: "the disk is full: make room, then go on with --resume", Err: err}
	}
	return err
}
