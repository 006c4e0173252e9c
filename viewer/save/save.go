// Package save writes files so that a failure at any moment leaves either the old file or the new one, never half of one.
package save

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// File calls write on a temporary file beside path, syncs it and renames it to path.
// An existing path is refused with fs.ErrExist in the chain unless overwrite; on any error, nothing new is left behind.
func File(path string, overwrite bool, write func(io.Writer) error) error {
	return file(path, overwrite, 0o644, write, always)
}

// Until is File for a drive that may be slow: once ctx has ended the file does not get its name any more.
func Until(ctx context.Context, path string, overwrite bool, write func(io.Writer) error) error {
	return file(path, overwrite, 0o644, write, ctx.Err)
}

// Private is File for the program's own state: only the user can read the file, and an older one is replaced.
func Private(path string, write func(io.Writer) error) error {
	return file(path, true, 0o600, write, always)
}

func always() error { return nil }

// file is all of them; may has the last word before the file gets its name.
func file(path string, overwrite bool, mode fs.FileMode, write func(io.Writer) error, may func() error) error {
	if err := free(path, overwrite); err != nil {
		return err
	}
	temporary, err := create(path, mode)
	if err != nil {
		return explain(path, err)
	}
	defer os.Remove(temporary.Name()) //nolint:errcheck // after a success it is gone already
	if err := fill(temporary, write); err != nil {
		return unfinished(path, err)
	}
	if err := may(); err != nil {
		return err
	}
	if overwrite {
		err = os.Rename(temporary.Name(), path)
	} else {
		err = publish(temporary.Name(), path)
	}
	if err != nil {
		return explain(path, err)
	}
	syncFolder(filepath.Dir(path))
	return nil
}

// Bytes is File for data that is whole in memory.
func Bytes(path string, overwrite bool, data []byte) error {
	return File(path, overwrite, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Aside gives a file that cannot be read another name beside it, so that a new one can take its place and nothing is lost. It returns the
// new name.
func Aside(path string) (string, error) {
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.kept-%d", path, n)
		switch err := publish(path, aside); {
		case errors.Is(err, fs.ErrExist):
			continue
		case err != nil:
			return "", explain(aside, err)
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) { // reserve has moved it already
			return "", explain(path, err)
		}
		return aside, nil
	}
}

// Folder makes a folder for results, with those above it.
func Folder(path string) error { return folder(path, 0o755) }

// PrivateFolder is Folder for the program's own state: only the user can look into folders that it makes.
func PrivateFolder(path string) error { return folder(path, 0o700) }

func folder(path string, mode fs.FileMode) error {
	if err := notFile(path); err != nil {
		return err
	}
	if err := os.MkdirAll(path, mode); err != nil {
		return explain(path, err)
	}
	return nil
}

// CheckFile says before long work what File would refuse after it: a name that is taken, or a folder that cannot be written to.
// It leaves nothing behind.
func CheckFile(path string, overwrite bool) error {
	if err := free(path, overwrite); err != nil {
		return err
	}
	return checkCreate(path)
}

// checkCreate makes a file beside path and takes it away again.
func checkCreate(path string) error {
	temporary, err := create(path, 0o644)
	if err != nil {
		return explain(path, err)
	}
	if err := errors.Join(temporary.Close(), os.Remove(temporary.Name())); err != nil {
		return unfinished(path, err)
	}
	return nil
}

// CheckFolder says before long work what Folder, and then File inside it, would refuse. It makes no folder and leaves nothing behind.
func CheckFolder(path string) error {
	if err := notFile(path); err != nil {
		return err
	}
	at := path
	for at != filepath.Dir(at) {
		if _, err := os.Stat(at); err == nil {
			break
		}
		at = filepath.Dir(at)
	}
	return checkCreate(filepath.Join(at, "result"))
}

// notFile refuses a file where a folder is wanted.
func notFile(path string) error {
	if file := fileAbove(filepath.Join(path, "result")); file != "" {
		return &FileError{Path: file, Text: "is a file, not a folder: choose another name", Err: syscall.ENOTDIR}
	}
	return nil
}

// free refuses early, before the work of writing, what cannot succeed.
func free(path string, overwrite bool) error {
	info, err := os.Lstat(path)
	there := err == nil // on an error, create will say what is wrong
	switch {
	case there && info.IsDir():
		return &FileError{Path: path, Text: "is a folder, a file cannot take its place: choose another name", Err: syscall.EISDIR}
	case there && !overwrite:
		return exists(path)
	}
	return nil
}

// create opens a new file beside path. Not os.CreateTemp, whose files are always private.
func create(path string, mode fs.FileMode) (*os.File, error) {
	folder, name := filepath.Split(path)
	for {
		temporary := filepath.Join(folder, fmt.Sprintf(".%.40s.%08x.part", name, rand.Uint32()))
		f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		return f, err
	}
}

// Sweep removes from a folder what processes that were killed while they wrote have left, if it is as old as that: younger files may be in
// the writing. What cannot be removed stays.
func Sweep(folder string, age time.Duration) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, e := range entries {
		ours, err := filepath.Match(".*.????????.part", e.Name())
		if err != nil || !ours || !e.Type().IsRegular() {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) >= age {
			_ = os.Remove(filepath.Join(folder, e.Name()))
		}
	}
}

// fill writes, syncs and closes; the file is closed on any error too.
func fill(f *os.File, write func(io.Writer) error) (err error) {
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := bufio.NewWriterSize(f, 1<<18)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

// publish gives the finished file its name, unless somebody took the name meanwhile. A hard link does both in one step.
func publish(temporary, path string) error {
	err := os.Link(temporary, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	return reserve(temporary, path)
}

// reserve does the same where the file system has no hard links: an empty file takes the name first.
func reserve(temporary, path string) error {
	reserved, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	err = errors.Join(reserved.Close(), os.Rename(temporary, path))
	if err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

// syncFolder makes the new name survive a power cut. Some systems cannot sync folders; the file itself is safe by then.
func syncFolder(folder string) {
	if d, err := os.Open(folder); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
}
