package data

import (
	"fmt"

	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume/volumetest"
)

// phantom is synthetic head number n, as a study without files.
func phantom(n int) (*study.Loaded, *label.Map) {
	grid := volumetest.BraTSGrid()
	volumes, truth := volumetest.Random(uint64(n) + 1000).On(grid) // the built-in case has seed 1
	return &study.Loaded{
		Study:   &study.Study{ID: fmt.Sprintf("phantom-%d", n+1)},
		Grid:    grid,
		Header:  nifti.NewHeader(grid),
		Volumes: volumes,
		Present: sequence.Full,
	}, truth
}

// phantomKey names the contents of a phantom.
func phantomKey(n int) string { return digest(fmt.Sprintf("quorum phantom %d %d", version, n)) }
