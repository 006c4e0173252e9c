package nifti

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// shared is a folder of the shared data; the test is skipped where it is absent.
func shared(tb testing.TB, folder string) string {
	tb.Helper()
	root := os.Getenv("QUORUM_SHARED")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			tb.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
			dir = filepath.Dir(dir)
		}
		root = filepath.Join(filepath.Dir(dir), "shared")
	}
	path := filepath.Join(root, "data", folder)
	if _, err := os.Stat(path); err != nil {
		tb.Skip("needs the shared data: set QUORUM_SHARED to the folder that holds data/" + folder)
	}
	return path
}

// BenchmarkReadFour reads the four sequences of a BraTS case, 240×240×155 int16 .nii.gz each, at once.
func BenchmarkReadFour(b *testing.B) {
	folder := filepath.Join(shared(b, "brats"), "Brats18_CBICA_AQN_1")
	b.ReportAllocs()
	for b.Loop() {
		var group sync.WaitGroup
		for _, name := range []string{"flair", "t1", "t1ce", "t2"} {
			group.Go(func() {
				if _, _, err := Read(filepath.Join(folder, "Brats18_CBICA_AQN_1_"+name+".nii.gz"), 0); err != nil {
					b.Error(err)
				}
			})
		}
		group.Wait()
	}
}
