package viewer

import (
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/render"
)

// TestSpotAndWorldAreInverse walks screen → slice → voxel → world and back, however the image is stored and looked at.
func TestSpotAndWorldAreInverse(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 8))
	for name, g := range grids() {
		s := opened(ball(g, ""))
		for range 40 {
			shaken(s, random)
			p := s.Pane(render.Planes[random.IntN(3)], paneSize)
			v := s.plane(p)
			spot := render.Spot{X: random.Float64() * 300, Y: random.Float64() * 250}
			world, ok := s.World(p, spot)
			back := v.spot(world)
			if !ok || math.Hypot(back.X-spot.X, back.Y-spot.Y) > 1e-6 {
				t.Fatalf("%s: %v became %v", name, spot, back)
			}
			x, y := v.place.Slice(spot.X, spot.Y)
			in := [3]float64{x, y, float64(v.depth())}
			if again := v.view.Position(v.view.VoxelPosition(in)); distance(again, in) > 1e-9 {
				t.Fatalf("%s: %v became %v in the slices", name, in, again)
			}
		}
	}
}

// TestPointing points at the middle of a voxel on the screen: the crosshair must be in that voxel, and shown there.
func TestPointing(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 10))
	for name, g := range grids() {
		s := opened(ball(g, ""))
		for range 40 {
			shaken(s, random)
			p := s.Pane(render.Planes[random.IntN(3)], paneSize)
			v := s.plane(p)
			pixel := image.Pt(random.IntN(v.view.Size().X), random.IntN(v.view.Size().Y))
			x, y := v.place.Screen(float64(pixel.X), float64(pixel.Y))
			s.Point(p, render.Spot{X: x + 0.3, Y: y - 0.3})
			want := v.view.Voxel(pixel, v.depth())
			got := g.VoxelAt(s.View.Crosshair)
			if distance(got, position(want)) > 1e-9 || !s.View.Moved {
				t.Fatalf("%s: pointed at voxel %v, the crosshair is in %v", name, want, got)
			}
			f := s.Frame(p)
			if math.Abs(f.Cross.X-x) > 1e-6 || math.Abs(f.Cross.Y-y) > 1e-6 {
				t.Fatalf("%s: pointed at (%g, %g), the crosshair is drawn at %v", name, x, y, f.Cross)
			}
			if r, ok := s.Readout(); !ok || r.Voxel != want {
				t.Fatalf("%s: the readout says %v, want %v", name, r.Voxel, want)
			}
		}
		s.Point(s.Pane(render.Axial, paneSize), render.Spot{X: -1e5, Y: 1e5})
		if at := rounded(g.VoxelAt(s.View.Crosshair)); !g.Contains(at[0], at[1], at[2]) {
			t.Errorf("%s: the crosshair left the image: %v", name, at)
		}
	}
}

func TestStepsAndArrows(t *testing.T) {
	t.Parallel()
	for name, g := range grids() {
		s := opened(ball(g, ""))
		start := s.View.Crosshair
		for plane, toward := range map[render.Plane]int{render.Axial: 2, render.Coronal: 1, render.Sagittal: 0} {
			p := s.Pane(plane, paneSize)
			s.GoWorld(start)
			at, of := s.Slice(p)
			s.Step(p, 3)
			if now, _ := s.Slice(p); now != at+3 {
				t.Errorf("%s %s: 3 steps from slice %d lead to %d", name, plane, at, now)
			}
			if s.View.Crosshair[toward] <= start[toward] {
				t.Errorf("%s %s: a step leads away from the top, the front or the right: %v, %v", name, plane, start, s.View.Crosshair)
			}
			s.Step(p, 1000)
			if now, _ := s.Slice(p); now != of-1 {
				t.Errorf("%s %s: the last slice is %d of %d", name, plane, now, of)
			}
			s.GoSlice(p, 1)
			if now, _ := s.Slice(p); now != 1 {
				t.Errorf("%s %s: slice %d, want 1", name, plane, now)
			}
			s.GoWorld(start)
			before := s.Frame(p)
			s.Arrow(p, 2, -1)
			after := s.Frame(p)
			pixel := float64(before.Place.Rect.Dx()) / float64(before.Place.Size.X)
			if dx := (after.Cross.X - before.Cross.X) / pixel; math.Abs(dx-2) > 0.51 {
				t.Errorf("%s %s: two arrows right moved the crosshair %.2f voxels", name, plane, dx)
			}
			if after.Cross.Y >= before.Cross.Y {
				t.Errorf("%s %s: an arrow up moved the crosshair from %g to %g", name, plane, before.Cross.Y, after.Cross.Y)
			}
		}
	}
}

func TestZoomKeepsThePlaceUnderThePointer(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(11, 12))
	for name, g := range grids() {
		s := opened(ball(g, ""))
		for range 40 {
			shaken(s, random)
			p := s.Pane(render.Planes[random.IntN(3)], paneSize)
			spot := render.Spot{X: 100 + 80*random.Float64(), Y: 80 + 80*random.Float64()}
			world, _ := s.World(p, spot)
			var cross [3]render.Spot
			for _, plane := range render.Planes {
				cross[plane] = s.Frame(s.Pane(plane, paneSize)).Cross.Spot
			}
			zoom := s.View.Zoom
			s.ZoomAt(p, spot, 1.2)
			if s.View.Zoom <= zoom && zoom < mostZoom {
				t.Fatalf("%s: zoom %g became %g", name, zoom, s.View.Zoom)
			}
			// Placements lie on whole pixels: half of one before and after, and the rounding of a picture's size.
			if back := s.plane(p).spot(world); math.Hypot(back.X-spot.X, back.Y-spot.Y) > 2.5 {
				t.Fatalf("%s: %v under the pointer went to %v at zoom %g", name, spot, back, s.View.Zoom)
			}
			for _, plane := range render.Planes {
				now := s.Frame(s.Pane(plane, paneSize)).Cross.Spot
				if plane != p.Plane && math.Hypot(now.X-cross[plane].X, now.Y-cross[plane].Y) > 2.5 {
					t.Fatalf("%s: the crosshair in the %s plane went from %v to %v", name, plane, cross[plane], now)
				}
			}
		}
		s.ZoomAt(s.Pane(render.Axial, paneSize), render.Spot{}, 1e9)
		if s.View.Zoom > mostZoom {
			t.Errorf("%s: zoom %g", name, s.View.Zoom)
		}
		s.Fit()
		f := s.Frame(s.Pane(render.Axial, paneSize))
		if f.Cross.Shown = true; s.View.Zoom != 1 || s.View.Pan != ([3][2]float64{}) {
			t.Errorf("%s: after Fit zoom %g pan %v", name, s.View.Zoom, s.View.Pan)
		}
	}
}

func TestDragAndCentre(t *testing.T) {
	t.Parallel()
	for _, convention := range []render.Convention{render.Radiological, render.Neurological} {
		for name, g := range grids() {
			s := opened(ball(g, ""))
			s.View.Convention = convention
			for _, plane := range render.Planes {
				p := s.Pane(plane, paneSize)
				before := s.Frame(p)
				s.Drag(p, 31, -17)
				after := s.Frame(p)
				if got := after.Place.Rect.Min.Sub(before.Place.Rect.Min); got != image.Pt(31, -17) {
					t.Errorf("%s %s: a drag by (31, -17) moved the picture by %v", name, plane, got)
				}
				if after.Grey.Version != before.Grey.Version {
					t.Errorf("%s %s: a drag painted the slice anew", name, plane)
				}
			}
			s.GoWorld(beside("R"))
			s.GoWorld([3]float64{s.View.Crosshair[0], s.View.Crosshair[1] + 5, s.View.Crosshair[2] - 5})
			s.Centre()
			for _, plane := range render.Planes {
				f := s.Frame(s.Pane(plane, paneSize))
				if math.Abs(f.Cross.X-float64(paneSize.X)/2) > 1.5 || math.Abs(f.Cross.Y-float64(paneSize.Y)/2) > 1.5 {
					t.Errorf("%s %s %s: the crosshair is at %v", name, convention, plane, f.Cross)
				}
			}
			// The same place stays in the middle when the sides change.
			s.View.Convention = 1 - convention
			if f := s.Frame(s.Pane(render.Axial, paneSize)); math.Abs(f.Cross.X-float64(paneSize.X)/2) > 1.5 {
				t.Errorf("%s %s: the other convention moved the crosshair to %v", name, convention, f.Cross)
			}
			s.Reset()
			if distance(s.View.Crosshair, centre) > 1e-6 && name != "oblique" || s.View.Moved {
				t.Errorf("%s: after Reset the crosshair is at %v", name, s.View.Crosshair)
			}
		}
	}
}

func TestFirstResultLeadsToTheTumour(t *testing.T) {
	t.Parallel()
	s, truth := phantom(t)
	at := rounded(truth.Grid.VoxelAt(s.View.Crosshair))
	if l := truth.Voxel[truth.Grid.Index(at[0], at[1], at[2])]; l == 0 {
		t.Errorf("the crosshair is at %v, outside the tumour", at)
	}
	firstLook := s.View.Crosshair
	s.GoVoxel([3]int{1, 2, 3})
	moved := s.View.Crosshair
	s.SetResult(truth.Cutout(), "")
	if s.View.Crosshair != moved {
		t.Error("another result moved the crosshair")
	}
	other := opened(s.exam.Series[0].Volume)
	other.Point(other.Pane(render.Axial, paneSize), render.Spot{X: 150, Y: 120})
	pointed := other.View.Crosshair
	other.SetResult(truth, "")
	if other.View.Crosshair != pointed {
		t.Error("the first result moved a crosshair that the user had moved")
	}
	late := opened(s.exam.Series[0].Volume)
	late.SetResult((&label.Map{Grid: truth.Grid, Voxel: make([]label.Label, len(truth.Voxel))}).Cutout(), "")
	late.SetResult(truth.Cutout(), "")
	if late.View.Crosshair != firstLook {
		t.Errorf("after an empty result the first tumour leads to %v, want %v", late.View.Crosshair, firstLook)
	}
	s.Reset()
	if at := rounded(truth.Grid.VoxelAt(s.View.Crosshair)); truth.Voxel[truth.Grid.Index(at[0], at[1], at[2])] == 0 {
		t.Errorf("Reset leads to %v, outside the tumour", at)
	}
}

func TestNothingOpen(t *testing.T) {
	t.Parallel()
	for _, s := range []*State{New(), opened()} {
		p := s.Pane(render.Axial, paneSize)
		s.Point(p, render.Spot{X: 3, Y: 3})
		s.Step(p, 1)
		s.ZoomAt(p, render.Spot{}, 2)
		s.Drag(p, 1, 1)
		s.Level(p.Image, 0.1, 0.1)
		s.AutoWindow()
		s.Link(true)
		s.Show(Enhancement)
		s.Cycle(1)
		s.Centre()
		s.Reset()
		s.Measure(p, render.Spot{})
		f := s.Frame(p)
		if _, ok := s.Readout(); ok || f.Grey.Image != nil || f.Size != paneSize {
			t.Errorf("without a study there is something to see: %+v", f)
		}
	}
	s := opened(ball(grids()["LPS"], ""))
	if f := s.Frame(s.Pane(render.Axial, image.Point{})); !f.Place.Rect.Empty() && f.Place.Rect.Dx() > 2*f.Place.Size.X {
		t.Errorf("a pane without a size shows %v", f.Place)
	}
}
