package sharedtest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"quorum/sharedtest"
)

// ending is a test that only records how it ended.
type ending struct {
	testing.TB
	skipped, failed string
}

func (e *ending) Skipf(format string, args ...any) {
	e.skipped = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (e *ending) Fatalf(format string, args ...any) {
	e.failed = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// folder calls Folder as a test that may end there.
func folder(t *testing.T, below ...string) (path string, e ending) {
	t.Helper()
	e.TB = t
	done := make(chan struct{})
	go func() {
		defer close(done)
		path = sharedtest.Folder(&e, below...)
	}()
	<-done
	return path, e
}

func TestLackingDataSkipsOrFails(t *testing.T) {
	root := t.TempDir()
	t.Setenv("QUORUM_SHARED", root)
	for demanded, parity := range map[string]bool{"": false, "0": false, "1": true} {
		t.Setenv("QUORUM_PARITY", demanded)
		_, e := folder(t, "data", "brats")
		says := e.skipped
		if parity {
			says = e.failed
		}
		if (e.failed != "") != parity || (e.skipped != "") == parity || !strings.Contains(says, "set QUORUM_SHARED") || !strings.Contains(says, "brats") {
			t.Errorf("QUORUM_PARITY=%s: skipped %q, failed %q", demanded, e.skipped, e.failed)
		}
	}
	want := filepath.Join(root, "data", "brats")
	if err := os.MkdirAll(want, 0o755); err != nil {
		t.Fatal(err)
	}
	if got, e := folder(t, "data", "brats"); got != want || e.failed+e.skipped != "" {
		t.Errorf("%s, skipped %q, failed %q; want %s", got, e.skipped, e.failed, want)
	}
}

func TestRootIsBesideTheRepository(t *testing.T) {
	t.Setenv("QUORUM_SHARED", "")
	repository, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sharedtest.Root(t), filepath.Join(filepath.Dir(repository), "shared"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	t.Chdir(t.TempDir())
	t.Setenv("QUORUM_SHARED", "elsewhere")
	if got := sharedtest.Root(t); got != "elsewhere" {
		t.Errorf("%s, want the named folder", got)
	}
}
