package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quorum/segment/ort"
	training "quorum/train/run"
	"quorum/viewer/cohort"
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

// TestTestCasesAreNotTrainedOn: without --train all other folders are trained on, test cases too if the file knows some.
func TestTestCasesAreNotTrainedOn(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "c"), 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path + ":val"
	}
	s := training.Settings{Data: dir, Val: write("split.json", `{"val": ["c"], "test": ["a"], "none": [], "note": "x"}`)}
	val, err := cohort.ReadList(dir, s.Val)
	if err != nil {
		t.Fatal(err)
	}
	var usage *usageError
	if err := unnamed(s, val); !errors.As(err, &usage) || !strings.Contains(err.Error(), "split.json holds further lists: test (1 case). Name the one to train on") {
		t.Errorf("%v", err)
	}
	s.Train = s.Val
	if err := unnamed(s, val); err != nil {
		t.Errorf("named: %v", err)
	}
	s.Train, s.Val = "", write("held.json", `{"val": ["c"]}`)
	if val, err = cohort.ReadList(dir, s.Val); err != nil {
		t.Fatal(err)
	}
	if err := unnamed(s, val); err != nil {
		t.Errorf("no further list: %v", err)
	}
}

// TestTrainSettings: what cannot be is said before any case is prepared, and a run can be resumed from every folder.
func TestTrainSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	f := &trainFlags{data: "d", train: "s.json:train", val: "s.json:val", folder: "r", from: builtIn, given: func(string) bool { return false }}
	f.device, f.precision = ort.CPU, ort.F32
	s, err := f.settings(nil)
	if err != nil || s.Data != filepath.Join(here, "d") || s.Train != filepath.Join(here, "s.json:train") || s.Val != filepath.Join(here, "s.json:val") || s.From != builtIn {
		t.Errorf("%+v, %v", s, err)
	}
	f.train, f.from = "", "m.onnx"
	if s, err = f.settings(nil); err != nil || s.Train != "" || s.From != filepath.Join(here, "m.onnx") {
		t.Errorf("%+v, %v", s, err)
	}
	if s.Config.Phantoms == 0 {
		t.Error("the usual stages draw phantoms")
	}
	f.config = "none.yaml"
	if err := os.WriteFile(f.config, []byte("stages: [{phantom: 0}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = f.settings(nil); err != nil || s.Config.Phantoms != 0 {
		t.Errorf("%d phantoms that nobody draws, %v", s.Config.Phantoms, err)
	}
	f.config = ""
	f.freeze, f.given = []string{"brain"}, func(flag string) bool { return flag == "freeze" || flag == "minutes" }
	f.minutes = 3
	if _, err = f.settings(nil); err == nil || !strings.Contains(err.Error(), `freeze: "brain" is no part of the network`) {
		t.Errorf("%v", err)
	}
	f.freeze = []string{"norm"}
	if s, err = f.settings(nil); err != nil || s.Config.Steps != 0 || s.Config.Asked != 3 {
		t.Errorf("minutes: %+v, %v", s.Config, err)
	}
}
