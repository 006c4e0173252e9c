package segment_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"quorum/segment"
	"quorum/segment/segmenttest"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// TestAbsentEqualsDeletedByteForByte goes the whole way from files to files.
func TestAbsentEqualsDeletedByteForByte(t *testing.T) {
	left := sequence.Of(sequence.T1, sequence.T2)
	whole := writeStudy(t, sequence.Full)
	deleted := writeStudy(t, left)
	broken := writeStudy(t, sequence.Full) // what is absent is not opened
	for _, s := range sequence.Full.Without(left).Sequences() {
		if err := os.WriteFile(filepath.Join(broken, "case_"+s.Key()+".nii.gz"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := run(t, deleted, sequence.Full)
	for name, dir := range map[string]string{"whole": whole, "broken": broken} {
		for i, got := range run(t, dir, left) {
			if !bytes.Equal(got, want[i]) {
				t.Errorf("%s study, file %d: declaring sequences absent differs from deleting them\n%.2000s\n%.2000s", name, i, got, want[i])
			}
		}
	}
	if full := run(t, whole, sequence.Full); bytes.Equal(full[0], want[0]) {
		t.Error("the sequences left out change nothing")
	}
}

// writeStudy writes the head as a folder "case".
func writeStudy(t *testing.T, u sequence.Subset) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "case")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	l := head(sequence.Full)
	for _, s := range u.Sequences() {
		if err := nifti.Write(filepath.Join(dir, "case_"+s.Key()+".nii.gz"), l.Header, 1, l.Volumes[s].Voxel, "", false); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// run segments a folder and returns the files that were written.
func run(t *testing.T, dir string, use sequence.Subset) [][]byte {
	t.Helper()
	s, err := study.Scan(t.Context(), []string{dir}, study.ScanOptions{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Load(t.Context(), study.LoadOptions{Use: use})
	if err != nil {
		t.Fatal(err)
	}
	c, _ := open(t, segmenttest.Tiny(), l)
	r := compute(t, c, l.Present, segment.Options{Probabilities: true})
	paths, err := segment.Export(t.Context(), t.TempDir(), s.ID, r, segmenttest.Tiny(), l, segment.ExportOptions{Probabilities: true, AppVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var files [][]byte
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, data)
	}
	return files
}
