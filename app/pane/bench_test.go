package pane

import (
	"fmt"
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"quorum/viewer/sequence"
)

// BenchmarkSliceFrame is what a pane does for one step of a slice, without the drawing of the frame and of the screen.
func BenchmarkSliceFrame(b *testing.B) {
	test.NewTempApp(b)
	keys, _ := newTestKeys()
	s := NewSlice(keys)
	w := test.NewTempWindow(b, s)
	w.Resize(fyne.NewSize(500, 500))
	f := frame()
	for n := 0; b.Loop(); n++ {
		f.Grey.Version++
		f.Overlay.Version++
		f.Lines.Version++
		f.Cross.X = float64(n % 100)
		f.Slice = fmt.Sprintf("slice %d of 155", n%155)
		s.SetFrame(f)
	}
}

// BenchmarkLatticeFrames is the same for sixteen cells.
func BenchmarkLatticeFrames(b *testing.B) {
	test.NewTempApp(b)
	keys, _ := newTestKeys()
	l := NewLattice(keys, sequence.Full)
	w := test.NewTempWindow(b, l)
	w.Resize(fyne.NewSize(900, 700))
	f := frame()
	for n := 0; b.Loop(); n++ {
		f.Grey.Version++
		f.Overlay.Version++
		f.Lines.Version++
		f.Grey.Rect = f.Grey.Rect.Add(image.Pt(n%3-1, 0))
		for u := range sequence.Subset(16) {
			l.SetFrame(u, f)
		}
	}
}
