//go:build e2e

package e2e

import (
	"fmt"
	"image"
	"path/filepath"
	"runtime/debug"
	"testing"

	"quorum/viewer/volume/volumetest"
)

// TestThirtyStudiesInARow opens one study after the other, as on a working day: the memory of the first ones must be free for the last.
func TestThirtyStudiesInARow(t *testing.T) {
	const folders, rounds = 3, 10
	dir := t.TempDir()
	var list []string
	for n := range folders {
		head := volumetest.Default()
		head.Seed += uint64(n)
		list = append(list, phantomFolder(t, filepath.Join(dir, fmt.Sprintf("patient-%d", n)), head, false))
	}
	debug.FreeOSMemory() // the heads were made in this process, not in the program's
	s := newScreen(t, image.Pt(1280, 800))
	p := s.start(newHome(t))
	var after []int64 // memory, by round
	for range rounds {
		for _, folder := range list {
			p.drop(p.win, image.Pt(640, 400), folder)
			p.wait("study loaded", "id="+filepath.Base(folder))
		}
		now, _ := p.resident()
		after = append(after, now)
	}
	t.Logf("MB after each round of %d studies: %v", folders, after)
	// One round may find garbage that is not collected yet, so the best of the last rounds is compared with the worst of the first.
	first, last := max(after[1], after[2]), min(after[rounds-1], after[rounds-2])
	if last > first+64 {
		t.Errorf("%d MB after %d studies, %d MB after %d: something is kept", last, rounds*folders, first, 3*folders)
	}
	p.quit()
}
