package save

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func content(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// holds checks that the folder of path holds files with these contents by name, and nothing else.
func holds(t *testing.T, folder string, want map[string]string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		got[e.Name()] = string(b)
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the folder holds %q, want %q", got, want)
	}
}

func TestFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "Maß und Ziel.txt")
	if err := File(path, false, content("one")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	probe, err := os.OpenFile(filepath.Join(t.TempDir(), "probe"), os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer probe.Close() //nolint:errcheck // nothing was written
	if ordinary, err := probe.Stat(); err != nil || info.Mode() != ordinary.Mode() {
		t.Errorf("mode %v, an ordinary file has %v (%v)", info.Mode(), ordinary.Mode(), err)
	}
	err = File(path, false, content("two"))
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("an existing file: %v", err)
	}
	holds(t, folder, map[string]string{"Maß und Ziel.txt": "one"})
	if err := File(path, true, content("two")); err != nil {
		t.Fatal(err)
	}
	holds(t, folder, map[string]string{"Maß und Ziel.txt": "two"})
}

// TestFailureLeavesNothing: an error while writing keeps the old file and leaves no part of the new one.
func TestFailureLeavesNothing(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "somewhere", Err: syscall.ENOSPC}
	mine := errors.New("no idea what to write")
	for _, test := range []struct {
		cause error
		text  string
	}{{full, "disk is full"}, {mine, "no idea"}, {fs.ErrNotExist, "could not be written"}} {
		for _, old := range []bool{false, true} {
			folder := t.TempDir()
			path := filepath.Join(folder, "mask.nii.gz")
			want := map[string]string{}
			if old {
				want["mask.nii.gz"] = "old"
				if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			err := File(path, old, func(w io.Writer) error {
				if _, err := io.WriteString(w, strings.Repeat("half", 1<<18)); err != nil {
					return err
				}
				return test.cause
			})
			if !errors.Is(err, test.cause) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("got %v, want %q around %v", err, test.text, test.cause)
			}
			holds(t, folder, want)
		}
	}
}

func TestPanicLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = File(filepath.Join(folder, "mask.nii"), false, func(io.Writer) error { panic("bug") })
	}()
	holds(t, folder, map[string]string{})
}

// TestRace: of many writers that all must not overwrite, exactly one wins, and the file is its file.
func TestRace(t *testing.T) {
	for _, publish := range []func(string, string) error{publish, reserve} {
		folder := t.TempDir()
		path := filepath.Join(folder, "result")
		var won atomic.Int64
		var winner atomic.Value
		var group sync.WaitGroup
		for n := range 8 {
			group.Go(func() {
				part := filepath.Join(folder, fmt.Sprint(n))
				if err := os.WriteFile(part, []byte(fmt.Sprint(n)), 0o600); err != nil {
					t.Error(err)
					return
				}
				switch err := publish(part, path); {
				case err == nil:
					won.Add(1)
					winner.Store(fmt.Sprint(n))
				case !errors.Is(err, fs.ErrExist):
					t.Errorf("a loser got %v", err)
				}
			})
		}
		group.Wait()
		b, err := os.ReadFile(path)
		if err != nil || won.Load() != 1 || winner.Load() != string(b) {
			t.Errorf("%d winners, the last one %v; the file holds %q (%v)", won.Load(), winner.Load(), b, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	folder := t.TempDir()
	if err := File(folder, true, content("")); err == nil || !strings.Contains(err.Error(), "is a folder") {
		t.Errorf("a folder as the file: %v", err)
	}
	err := File(filepath.Join(folder, "missing", "x"), false, content(""))
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "make it first") {
		t.Errorf("a missing folder: %v", err)
	}
	made := filepath.Join(folder, "a", "b")
	if err := Folder(made); err != nil {
		t.Fatal(err)
	}
	if err := File(filepath.Join(made, "x"), false, content("x")); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		Folder(filepath.Join(made, "x", "y")), Folder(filepath.Join(made, "x")), CheckFolder(filepath.Join(made, "x", "y")),
		CheckFolder(filepath.Join(made, "x")), CheckFile(filepath.Join(made, "x", "y"), true), File(filepath.Join(made, "x", "y"), true, content("")),
	} {
		if err == nil || err.Error() != filepath.Join(made, "x")+": is a file, not a folder: choose another name" {
			t.Errorf("a file where a folder is wanted: %v", err)
		}
	}
	for _, err := range []error{
		CheckFolder(filepath.Join(made, "new", "deep")), CheckFolder(made), CheckFile(filepath.Join(made, "y"), false), CheckFile(filepath.Join(made, "x"), true),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if err := CheckFile(filepath.Join(made, "x"), false); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an existing file: %v", err)
	}
	holds(t, made, map[string]string{"x": "x"})
	if os.Geteuid() == 0 {
		return // permissions do not bind root
	}
	if err := os.Chmod(made, 0o500); err != nil {
		t.Fatal(err)
	}
	if err := File(filepath.Join(made, "z"), false, content("")); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "no permission") {
		t.Errorf("no permission: %v", err)
	}
}

func TestPrivate(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state", "quorum")
	if err := PrivateFolder(folder); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "session")
	for _, words := range []string{"one", "two"} {
		if err := Private(path, content(words)); err != nil {
			t.Fatal(err)
		}
		holds(t, folder, map[string]string{"session": words})
	}
	if runtime.GOOS == "windows" {
		return // no such modes
	}
	for name, want := range map[string]fs.FileMode{path: 0o600, folder: 0o700 | fs.ModeDir} {
		if info, err := os.Stat(name); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, want %v (%v)", name, info.Mode(), want, err)
		}
	}
}

func TestAside(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "session")
	for n, words := range []string{"one", "two"} {
		if err := Private(path, content(words)); err != nil {
			t.Fatal(err)
		}
		name, err := Aside(path)
		if want := fmt.Sprintf("%s.kept-%d", path, n+1); err != nil || name != want {
			t.Errorf("%s, %v; want %s", name, err, want)
		}
	}
	holds(t, folder, map[string]string{"session.kept-1": "one", "session.kept-2": "two"})
	if _, err := Aside(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing to put aside: %v", err)
	}
	holds(t, folder, map[string]string{"session.kept-1": "one", "session.kept-2": "two"})
}

// TestSweep: what a killed process left goes; what may be in the writing, and what is not ours, stays.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-time.Hour)
	for name, at := range map[string]time.Time{
		".a.nii.gz.0123abcd.part": old, ".b.0123abcd.part": time.Now(), "c.0123abcd.part": old, ".d.part": old, "e": old,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	f, err := create(filepath.Join(dir, "x.bin"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	names := func() (list []string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			list = append(list, e.Name())
		}
		return list
	}
	Sweep(dir, time.Minute)
	if got := names(); slices.Contains(got, ".a.nii.gz.0123abcd.part") || len(got) != 5 {
		t.Errorf("after a minute: %v", got)
	}
	Sweep(dir, 0)
	if got, want := names(), []string{".d.part", "c.0123abcd.part", "e"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	Sweep(filepath.Join(dir, "absent"), 0)
}

// What is cancelled while a slow drive takes it does not appear after all, nor in the place of what stands there.
func TestWhatIsCancelledGetsNoName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := File(path, false, content("old")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, to := range []string{path, filepath.Join(dir, "new")} {
		err := Until(ctx, to, true, func(w io.Writer) error {
			cancel()
			return content("late")(w)
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", to, err)
		}
	}
	holds(t, dir, map[string]string{"file": "old"})
}

// Some folders exist and take nothing, not even from the system's owner.
func TestAFolderOfTheSystemsOwn(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has /proc")
	}
	for name, err := range map[string]error{"folder": Folder("/proc/quorum"), "file": Bytes("/proc/quorum", false, nil)} {
		if err == nil || !strings.Contains(err.Error(), "lets nobody write") || strings.Contains(err.Error(), "does not exist") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
