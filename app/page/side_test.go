package page

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

// Where both panels leave too little for the images, the left one gives way to the one that was asked for.
func TestTheImagesKeepTheirPlaceBetweenPanels(t *testing.T) {
	test.NewTempApp(t)
	var three [3]fyne.CanvasObject
	for n := range three {
		three[n] = canvas.NewRectangle(color.Black)
	}
	s := newSides(three[0], three[1], three[2], func() {})
	s.unfolded = true
	for width, both := range map[float32]bool{640: false, 960: true, 1280: true} {
		s.Layout(nil, fyne.NewSize(width, 400))
		if three[0].Visible() != both || !three[2].Visible() || three[1].Size().Width < leastStage {
			t.Errorf("at %g: left %v, right %v, the images are %g wide", width, three[0].Visible(), three[2].Visible(), three[1].Size().Width)
		}
	}
}
