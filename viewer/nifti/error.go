package nifti

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Every error about a file's content is one of two kinds, to be told apart with errors.Is.
var (
	ErrInvalid     = errors.New("not a valid NIfTI file")
	ErrUnsupported = errors.New("a kind of NIfTI file that is not supported")
)

// FileError says in a sentence what is wrong with a file and what to do.
type FileError struct {
	Path string
	Text string // the sentence without the file's name
	Kind error  // ErrInvalid, ErrUnsupported, or nil where the file could not be opened or read at all
	Err  error  // the cause, where there is one
}

// Error is the sentence; of the path it shows the file's name.
func (e *FileError) Error() string { return filepath.Base(e.Path) + ": " + e.Text }

// Unwrap gives kind and cause.
func (e *FileError) Unwrap() []error {
	var all []error
	for _, err := range []error{e.Kind, e.Err} {
		if err != nil {
			all = append(all, err)
		}
	}
	return all
}

// fault is a FileError before the path is known.
func fault(kind error, format string, args ...any) *FileError {
	return &FileError{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// at puts the path on an error on its way out.
func at(path string, err error) error {
	var fe *FileError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &fe):
		if fe.Path == "" {
			fe.Path = path
		}
		return fe
	case errors.Is(err, fs.ErrNotExist):
		return &FileError{Path: path, Text: "there is no such file: check the name", Err: err}
	case errors.Is(err, fs.ErrPermission):
		return &FileError{Path: path, Text: "no permission to read it: ask its owner, or copy it to a folder of your own", Err: err}
	}
	return &FileError{Path: path, Text: "could not be read: " + err.Error(), Err: err}
}

// size writes a number of bytes for a person.
func size(n int64) string {
	switch {
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case n < 1e6:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	case n < 1e9:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
