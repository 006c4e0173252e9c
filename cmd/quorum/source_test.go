package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOutside(t *testing.T) {
	root := t.TempDir()
	folder := filepath.Join(root, "patient")
	if err := os.Mkdir(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "4d.nii")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(root, "link")
	if err := os.Symlink(folder, link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	for _, test := range []struct {
		out string
		ok  bool
	}{
		{folder, false},
		{filepath.Join(folder, "results"), false},
		{filepath.Join(folder, "not", "there"), false},
		{link, false},
		{filepath.Join(link, "results"), false},
		{filepath.Join(folder, ".."), true},
		{folder + "-results", true},
		{filepath.Join(root, "..results"), true},
	} {
		for _, given := range []string{folder, file} {
			if err := outside(test.out, given); (err == nil) != test.ok {
				t.Errorf("%s for %s: %v", test.out, given, err)
			}
		}
	}
}

// TestMissingPicture: where only the picture cannot be stored, the sentence says that the rest is there.
func TestMissingPicture(t *testing.T) {
	f := segmentFlags{out: filepath.Join(t.TempDir(), "missing"), png: true}
	paths := f.files("head")
	err := f.addDrawings(paths, []drawing{{"picture", paths.Picture, []byte("png")}})
	if err == nil || !strings.Contains(err.Error(), "head_seg.nii.gz and ") || !strings.Contains(err.Error(), "only the picture is missing") {
		t.Errorf("got %v", err)
	}
}
