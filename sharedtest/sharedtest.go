// Package sharedtest finds the data that tests compare with and that are not part of the repository, and says what becomes of a test
// where they, or a native library, are lacking.
package sharedtest

import (
	"os"
	"path/filepath"
	"testing"
)

// Parity says whether agreement with the reference is demanded (QUORUM_PARITY=1, `make parity`): everything is compared then, and
// nothing may be skipped.
func Parity() bool { return os.Getenv("QUORUM_PARITY") == "1" }

// Lacking skips a test because of what it needs and does not have; where Parity is demanded it fails.
func Lacking(tb testing.TB, format string, args ...any) {
	tb.Helper()
	if Parity() {
		tb.Fatalf(format, args...)
	}
	tb.Skipf(format, args...)
}

// Root is where the shared data are looked for, whether or not they are there: the folder QUORUM_SHARED, by default "shared" beside the
// repository.
func Root(tb testing.TB) string {
	tb.Helper()
	if root := os.Getenv("QUORUM_SHARED"); root != "" {
		return root
	}
	dir, err := os.Getwd()
	if err != nil {
		tb.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(filepath.Dir(dir), "shared")
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			tb.Fatal("there is no go.mod above the test's folder: set QUORUM_SHARED to the folder of the shared data")
		}
		dir = parent
	}
}

// Folder is a folder of the shared data, below Root: Folder(t, "data", "brats"). Where it is not there the test is Lacking it.
func Folder(tb testing.TB, below ...string) string {
	tb.Helper()
	path := filepath.Join(append([]string{Root(tb)}, below...)...)
	if _, err := os.Stat(path); err != nil {
		Lacking(tb, "needs the shared data: set QUORUM_SHARED to the folder that holds data and experiments (%v)", err)
	}
	return path
}
