package viewer

import (
	"image"
	"sync"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/volume/volumetest"
)

var built = sync.OnceValues(func() (*Exam, *label.Map) {
	volumes, truth := volumetest.Default().On(volumetest.BraTSGrid())
	var series [4]*Series
	for n, v := range volumes {
		series[n] = NewSeries(v, false)
	}
	return NewExam(series), truth
})

// builtIn is the built-in case with its tumour, of the size of a real one.
func builtIn(b *testing.B) (*State, *label.Map) {
	b.Helper()
	e, truth := built()
	s := New()
	s.Open(e)
	s.SetResult(truth, "")
	return s, truth
}

// BenchmarkStep is our own work for one slice step of three linked planes at 500×500: the crosshair moves in all of them. Goal: 4 ms.
func BenchmarkStep(b *testing.B) {
	s, _ := builtIn(b)
	size := image.Pt(500, 500)
	at := 0
	for b.Loop() {
		for n, p := range render.Planes {
			s.Step(s.Pane(p, size), 1-2*((at>>3+n)&1))
		}
		at++
		for _, p := range render.Planes {
			s.Frame(s.Pane(p, size))
		}
	}
}

// BenchmarkCells is our own work for a slice step of sixteen cells at 200×200. Goal: 15 ms.
func BenchmarkCells(b *testing.B) {
	s, truth := builtIn(b)
	p := s.Pane(render.Axial, image.Pt(200, 200))
	at := 0
	for b.Loop() {
		s.Step(p, 1-2*(at>>3&1))
		at++
		for n := range 16 {
			s.CellFrame(n+1, p, truth, truth, s.View.Overlay)
		}
	}
}

// BenchmarkPan is a drag of one plane: only lines are drawn anew.
func BenchmarkPan(b *testing.B) {
	s, _ := builtIn(b)
	p := s.Pane(render.Axial, image.Pt(800, 800))
	at := 0
	for b.Loop() {
		s.Drag(p, float64(1-2*(at>>3&1)), 0)
		at++
		s.Frame(p)
	}
}

// BenchmarkPrepare is the work on one image before it is shown.
func BenchmarkPrepare(b *testing.B) {
	e, _ := built()
	for b.Loop() {
		NewSeries(e.Series[0].Volume, false)
	}
}

// BenchmarkFirstResult is the jump to the tumour.
func BenchmarkFirstResult(b *testing.B) {
	_, truth := builtIn(b)
	for b.Loop() {
		if _, ok := tumour(truth); !ok {
			b.Fatal("no tumour")
		}
	}
}
