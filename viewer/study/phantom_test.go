package study_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// head is a small head on its own grid, made once.
var head = sync.OnceValues(func() ([sequence.Count]*volume.Volume, *label.Map) {
	return volumetest.Small().On(volumetest.SmallGrid())
})

// bratsNames are the files of a BraTS 2021 case, in the order of the sequences.
var bratsNames = [sequence.Count]string{"P1_flair.nii.gz", "P1_t1.nii.gz", "P1_t1ce.nii.gz", "P1_t2.nii.gz"}

// write writes a volume, with its folders.
func write(t *testing.T, path string, v *volume.Volume) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := nifti.Write(path, nifti.NewHeader(v.Grid), 1, v.Voxel, "phantom", true); err != nil {
		t.Fatal(err)
	}
}

// writeMask writes label values.
func writeMask(t *testing.T, path, description string, scheme label.Scheme) {
	t.Helper()
	_, truth := head()
	data, err := truth.Encode(scheme)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := nifti.Write(path, nifti.NewHeader(truth.Grid), 1, data, description, true); err != nil {
		t.Fatal(err)
	}
}

// writeText writes any file.
func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// writeCase writes the four sequences of the head under the given names into dir; an empty name is left out.
func writeCase(t *testing.T, dir string, names [sequence.Count]string) string {
	t.Helper()
	volumes, _ := head()
	for q, name := range names {
		if name != "" {
			write(t, filepath.Join(dir, name), volumes[q])
		}
	}
	return dir
}

// touch makes image files that hold a single voxel, for what only names decide.
func touch(t *testing.T, dir string, names ...string) string {
	t.Helper()
	g := volume.Grid{Dim: [3]int{1, 1, 1}, Affine: volume.Affine{{1}, {0, 1}, {0, 0, 1}}}
	for _, name := range names {
		write(t, filepath.Join(dir, name), &volume.Volume{Grid: g, Voxel: []float32{1}})
	}
	return dir
}

// scan scans or fails.
func scan(t *testing.T, o study.ScanOptions, paths ...string) *study.Study {
	t.Helper()
	s, err := study.Scan(t.Context(), paths, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// unchosen are the options of a plain call.
var unchosen = study.ScanOptions{Volume: -1}

// files lists what was found, "flair=a.nii t1=b.nii", by path below root.
func files(t *testing.T, s *study.Study, root string) string {
	t.Helper()
	var list []string
	for _, q := range sequence.All {
		if f := s.Files[q]; f != nil {
			rel, err := filepath.Rel(root, f.Path)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, q.Key()+"="+filepath.ToSlash(rel))
		}
	}
	return strings.Join(list, " ")
}

// texts joins problems; blocking ones begin with "!".
func texts(list []study.Problem) string {
	var out []string
	for _, p := range list {
		mark := ""
		if p.Blocking {
			mark = "!"
		}
		out = append(out, mark+p.Text)
	}
	return strings.Join(out, "\n")
}

// wantText fails unless text holds every part.
func wantText(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q does not say %q", text, p)
		}
	}
}
