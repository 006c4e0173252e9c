package main

import (
	"errors"
	"io/fs"
	"os"
)

// plain says the usual failures of the file system in words that tell what to do. Others stay as they are.
func plain(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		err = path.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return says("there is no such file or folder: check the path", err)
	case errors.Is(err, fs.ErrPermission):
		return says("no permission: ask the owner, or choose another place", err)
	case errors.Is(err, os.ErrExist):
		return says("exists already: --force replaces it", err)
	}
	return err
}

// saidError is an error in other words.
type saidError struct {
	text string
	err  error
}

func says(text string, err error) error { return &saidError{text, err} }
func (e *saidError) Error() string      { return e.text }
func (e *saidError) Unwrap() error      { return e.err }
