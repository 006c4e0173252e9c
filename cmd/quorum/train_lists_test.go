package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	training "quorum/train/run"
)

// TestListsKeepHeldOutCasesOut: without a list of its own, training takes every folder but the held-out ones; with one, they may not meet.
func TestListsKeepHeldOutCasesOut(t *testing.T) {
	dir := t.TempDir()
	for _, id := range []string{"a", "b", "c"} {
		if err := os.Mkdir(filepath.Join(dir, id), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "split.json")
	if err := os.WriteFile(file, []byte(`{"train": ["a", "b"], "val": ["c"], "both": ["b", "c"], "hidden": ["a", "./c/"]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	s := training.Settings{Data: dir, Val: file + ":val"}
	for _, spec := range []string{"", file + ":train"} {
		s.Train = spec
		train, val, err := lists(s)
		if err != nil || !slices.Equal(train.IDs, []string{"a", "b"}) || !slices.Equal(val.IDs, []string{"c"}) {
			t.Errorf("--train %q: %+v, %+v, %v", spec, train, val, err)
		}
	}
	for _, key := range []string{"both", "hidden"} {
		s.Train = file + ":" + key
		if _, _, err := lists(s); err == nil || !strings.Contains(err.Error(), "the case c stands in both lists") {
			t.Errorf("%s: %v", key, err)
		}
	}
}
