package viewer

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/render"
)

func TestRuler(t *testing.T) {
	t.Parallel()
	for name, g := range grids() {
		s := opened(ball(g, ""))
		for _, plane := range render.Planes {
			p := s.Pane(plane, paneSize)
			s.ZoomAt(p, render.Spot{X: 150, Y: 120}, 1.3)
			v := s.plane(p)
			s.Measure(p, render.Spot{X: 100, Y: 100})
			s.MeasureTo(p, render.Spot{X: 160, Y: 140})
			want := math.Hypot(60/v.scale, 40/v.scale)
			if got := s.View.Ruler.MM(); math.Abs(got-want) > 0.02*want {
				t.Errorf("%s %s: %.2f mm, want %.2f", name, plane, got, want)
			}
			f := s.Frame(p)
			if r := f.Ruler; !r.Shown || math.Hypot(r.From.X-100, r.From.Y-100) > 1e-6 || math.Hypot(r.To.X-160, r.To.Y-140) > 1e-6 ||
				r.Text != fmt.Sprintf("%.1f mm", s.View.Ruler.MM()) {
				t.Errorf("%s %s: the ruler is drawn as %+v", name, plane, r)
			}
			other := s.Pane(render.Planes[(plane+1)%3], paneSize)
			s.MeasureTo(other, render.Spot{})
			if s.Frame(other).Ruler.Shown || s.Frame(p).Ruler != f.Ruler {
				t.Errorf("%s %s: the ruler reaches into another plane", name, plane)
			}
			s.Step(p, 1)
			if s.Frame(p).Ruler.Shown {
				t.Errorf("%s %s: the ruler stays on the next slice", name, plane)
			}
		}
	}
}

func TestBrush(t *testing.T) {
	t.Parallel()
	s := opened(ball(grids()["LPS"], ""))
	p := s.Pane(render.Axial, paneSize)
	world, _ := s.World(p, render.Spot{X: 140, Y: 120})
	s.SetBrush(Brush{On: true, Plane: render.Axial, World: world, Radius: 5})
	b := s.Frame(p).Brush
	if !b.Shown || math.Abs(b.Centre.X-140) > 1e-6 || math.Abs(b.Radius.X-5*s.plane(p).scale) > 1e-6 {
		t.Errorf("the brush is drawn as %+v", b)
	}
	sagittal := s.Pane(render.Sagittal, paneSize)
	if s.Frame(sagittal).Brush.Shown {
		t.Error("a flat brush is seen in another plane")
	}
	s.SetBrush(Brush{On: true, Plane: render.Axial, World: world, Radius: 5, Ball: true})
	at, _ := s.Slice(sagittal)
	v := s.plane(sagittal)
	away := v.view.Position(v.series.Volume.Grid.VoxelAt(world))[2] - float64(at)
	want := math.Sqrt(max(0, 25-away*away)) * v.scale
	if b := s.Frame(sagittal).Brush; math.Abs(b.Radius.X-want) > 1e-6 || b.Shown != (want > 0) {
		t.Errorf("a ball %.2f mm away has a radius of %g pixels, want %g", away, b.Radius.X, want)
	}
	s.SetBrush(Brush{})
	if s.Frame(p).Brush.Shown {
		t.Error("the brush stays")
	}
}

func TestReadout(t *testing.T) {
	t.Parallel()
	s, truth := phantom(t)
	voxel := [3]int{21, 22, 19}
	s.GoVoxel(voxel)
	n := truth.Grid.Index(21, 22, 19)
	r, ok := s.Readout()
	if !ok || r.Voxel != voxel || r.Label != truth.Voxel[n] || !r.Labelled || r.Known.Len() != 4 || r.Probable {
		t.Errorf("%+v", r)
	}
	for q, v := range s.exam.Series {
		if r.Intensity[q] != v.Volume.Voxel[n] {
			t.Errorf("intensity %g, want %g", r.Intensity[q], v.Volume.Voxel[n])
		}
	}
	s.SetProbabilities(func(at [3]int) ([label.RegionCount]float32, bool) {
		return [label.RegionCount]float32{0.1, 0.9, 0.4}, at == voxel
	})
	r, _ = s.Readout()
	// The order and the separators of the status line; the true numbers stand above.
	r.Voxel, r.World, r.Intensity, r.Label = [3]int{112, 98, 71}, [3]float64{12, -31, 44.5}, [4]float32{412, 0.01234, 10020.4, -301.26}, label.ET
	want := "voxel 112 98 71 · RAS 12.0 -31.0 44.5 mm · FLAIR 412 T1 0.01234 T1ce 10020 T2 -301.3 · ET · WT 0.90 TC 0.40 ET 0.10"
	if r.String() != want {
		t.Errorf("%q\nwant %q", r.String(), want)
	}
	if strings.ContainsAny(r.String(), "−") {
		t.Error("the fonts lack the true minus")
	}
}
