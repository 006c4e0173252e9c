//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/volume/volumetest"
)

func itoa(n int) string { return strconv.Itoa(n) }

func atoi(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// studyFolder is a patient's folder: a real one where the shared data are, else a synthetic head on disk.
func studyFolder(tb testing.TB, id string) string {
	tb.Helper()
	root := os.Getenv("QUORUM_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	if folder, err := filepath.Abs(filepath.Join(root, "data", "brats", id)); err == nil {
		if _, err := os.Stat(folder); err == nil {
			return folder
		}
	}
	return phantomFolder(tb, filepath.Join(tb.TempDir(), id), volumetest.Default(), true)
}

// phantomFolder writes a synthetic head as BraTS does.
func phantomFolder(tb testing.TB, folder string, head volumetest.Head, withTruth bool) string {
	tb.Helper()
	if err := os.MkdirAll(folder, 0o755); err != nil {
		tb.Fatal(err)
	}
	grid := volumetest.BraTSGrid()
	if head.Scale < 0.5 {
		grid = volumetest.SmallGrid()
	}
	volumes, truth := head.On(grid)
	base := filepath.Join(folder, filepath.Base(folder))
	like := nifti.NewHeader(grid)
	for _, q := range sequence.All {
		if err := nifti.Write(base+"_"+q.Key()+".nii.gz", like, 1, volumes[q].Voxel, "", false); err != nil {
			tb.Fatal(err)
		}
	}
	if withTruth {
		numbers, err := truth.Encode(label.BraTS2017)
		if err != nil {
			tb.Fatal(err)
		}
		if err := nifti.Write(base+"_seg.nii.gz", like, 1, numbers, "", false); err != nil {
			tb.Fatal(err)
		}
	}
	return folder
}
