//go:build e2e

package e2e

import (
	"image"
	"testing"
)

func TestWindow(t *testing.T) {
	s := newScreen(t, image.Pt(1280, 800))
	h := newHome(t)
	p := s.start(h)
	p.shot("empty")
	p.drop(p.win, image.Pt(640, 400), studyFolder(t, "Brats18_2013_2_1"))
	p.wait("study loaded", "id=Brats18_2013_2_1")
	p.shot("loaded")
	p.quit()
}
