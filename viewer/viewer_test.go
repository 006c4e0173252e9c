package viewer

import (
	"image"
	"testing"

	"quorum/viewer/render"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// phantom is the small head on a grid, opened.
func phantom(t *testing.T, g volume.Grid) *State {
	t.Helper()
	volumes, truth := volumetest.Small().On(g)
	var e [4]*Series
	for n, v := range volumes {
		e[n] = NewSeries(v, false)
	}
	s := New()
	s.Open(NewExam(e))
	s.SetResult(truth, "")
	return s
}

func TestPanesFollowTheCrosshair(t *testing.T) {
	t.Parallel()
	s := phantom(t, volumetest.SmallGrid())
	size := image.Pt(300, 260)
	p := s.Pane(render.Axial, size)
	before, _ := s.Slice(s.Pane(render.Sagittal, size))
	f := s.Frame(p)
	s.Point(p, render.Spot{X: f.Cross.X + 3*float64(f.Place.Rect.Dx())/float64(f.Place.Size.X), Y: f.Cross.Y})
	after, _ := s.Slice(s.Pane(render.Sagittal, size))
	if after != before-3 { // radiological: right on the screen is the patient's left
		t.Errorf("the sagittal slice went from %d to %d", before, after)
	}
}
