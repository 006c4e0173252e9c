package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOutside(t *testing.T) {
	root := t.TempDir()
	folder := filepath.Join(root, "patient")
	if err := os.Mkdir(folder, 0o777); err != nil {
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
		if err := outside(test.out, folder); (err == nil) != test.ok {
			t.Errorf("%s: %v", test.out, err)
		}
	}
}
