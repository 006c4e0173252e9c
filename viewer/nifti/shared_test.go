package nifti

import (
	"path/filepath"
	"sync"
	"testing"

	"quorum/sharedtest"
)

// BenchmarkReadFour reads the four sequences of a BraTS case, 240×240×155 int16 .nii.gz each, at once.
func BenchmarkReadFour(b *testing.B) {
	folder := sharedtest.Folder(b, "data", "brats", "Brats18_CBICA_AQN_1")
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
