//go:build unix

package study_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

func TestPipeDoesNotHang(t *testing.T) {
	root := touch(t, t.TempDir(), "a_flair.nii", "image.nii")
	for _, name := range []string{"a_t1.nii", "notes", "image.json"} {
		if err := syscall.Mkfifo(filepath.Join(root, name), 0o600); err != nil {
			t.Skip("no pipes here")
		}
	}
	s := scan(t, unchosen, root)
	wantText(t, texts(s.Problems), "a_t1.nii is not a regular file", "notes is not a regular file")
	if s.Present() != sequence.Of(sequence.FLAIR) {
		t.Errorf("present %s", s.Present())
	}
	pipe := filepath.Join(root, "a_t1.nii")
	if _, err := study.Scan(t.Context(), []string{pipe}, unchosen); err == nil {
		t.Error("a pipe is no study")
	}
	if _, err := nifti.ReadHeader(pipe); err == nil || !strings.Contains(err.Error(), "a_t1.nii: is not a file") {
		t.Errorf("got %v", err)
	}
}
