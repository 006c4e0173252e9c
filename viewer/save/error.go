package save

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// FileError says in a sentence why a file could not be written; nothing new was left behind.
type FileError struct {
	Path string
	Text string // what is wrong and what to do, to follow the file's name
	Err  error  // the cause: fs.ErrExist, fs.ErrPermission, syscall.ENOSPC or what write returned
}

// Error is the sentence.
func (e *FileError) Error() string { return e.Path + ": " + e.Text }

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

func exists(path string) error {
	return &FileError{Path: path, Text: "exists already and is kept: use --force to replace it, or another folder", Err: fs.ErrExist}
}

// unfinished says that the content could not be made or stored.
func unfinished(path string, err error) error {
	text := "could not be written: " + err.Error()
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		text = "the disk is full: make room or choose another folder"
	}
	return &FileError{Path: path, Text: text, Err: err}
}

// explain says why a name could not be made.
func explain(path string, err error) error {
	if blocking := fileAbove(path); blocking != "" {
		return &FileError{Path: blocking, Text: "is a file, not a folder: choose another name", Err: err}
	}
	folder := filepath.Dir(path)
	var text string
	switch {
	case errors.Is(err, fs.ErrExist):
		return exists(path)
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS):
		text = "no permission to write in the folder " + folder + ": choose another one with -o"
	case errors.Is(err, fs.ErrNotExist) && isFolder(folder): // as under /proc
		text = "the system lets nobody write in the folder " + folder + ": choose another one with -o"
	case errors.Is(err, fs.ErrNotExist):
		text = "the folder " + folder + " does not exist: make it first"
	default:
		return unfinished(path, err)
	}
	return &FileError{Path: path, Text: text, Err: err}
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// fileAbove is the file that stands where a folder of path is wanted, or empty.
func fileAbove(path string) string {
	for at := filepath.Dir(path); ; at = filepath.Dir(at) {
		if info, err := os.Stat(at); err == nil {
			if info.IsDir() {
				return ""
			}
			return at
		}
		if at == filepath.Dir(at) {
			return ""
		}
	}
}
