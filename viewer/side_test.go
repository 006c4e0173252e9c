package viewer

import (
	"math"
	"testing"

	"quorum/viewer/render"
	"quorum/viewer/volume"
)

// TestMarkersLieWhereTheLettersSay puts a marker on each side of the patient and looks for it in every plane: under the crosshair, and on the
// side of the picture that has the letter.
func TestMarkersLieWhereTheLettersSay(t *testing.T) {
	t.Parallel()
	for name, g := range grids() {
		for _, side := range []string{"R", "L", "A", "P", "S", "I"} {
			s := opened(ball(g, side))
			s.View.Windows[0] = render.Window{Low: 0, High: 1000}
			s.GoWorld(beside(side))
			for _, convention := range []render.Convention{render.Radiological, render.Neurological} {
				s.View.Convention = convention
				seen := 0
				for _, plane := range render.Planes {
					f := s.Frame(s.Pane(plane, paneSize))
					at := brightest(f)
					if math.Hypot(at.X-f.Cross.X, at.Y-f.Cross.Y) > 1e-6 {
						t.Errorf("%s %s %s: the marker on side %s is at %v, the crosshair at %v", name, convention, plane, side, at, f.Cross.Spot)
					}
					right, down := at.X-float64(paneSize.X)/2, at.Y-float64(paneSize.Y)/2
					for letter, toward := range map[string]float64{f.Sides.Left: -right, f.Sides.Right: right, f.Sides.Top: -down, f.Sides.Bottom: down} {
						if letter == side {
							seen++
							if toward < 20 {
								t.Errorf("%s %s %s: the marker on side %s is at %v of %v", name, convention, plane, side, at, paneSize)
							}
						}
					}
					if f.Convention != convention.String() {
						t.Errorf("%s: the picture says %q", convention, f.Convention)
					}
				}
				if seen != 2 {
					t.Errorf("%s %s: side %s has a letter in %d planes", name, convention, side, seen)
				}
			}
		}
	}
}

// TestGridsAreLinkedByWorld shows four images on four grids side by side: one crosshair, one scale.
func TestGridsAreLinkedByWorld(t *testing.T) {
	t.Parallel()
	all := grids()
	for _, side := range []string{"R", "A", "S"} {
		s := opened(ball(all["LPS"], side), ball(all["RAS"], side), ball(all["oblique"], side), ball(all["SRP"], side))
		for n := range s.View.Windows {
			s.View.Windows[n] = render.Window{Low: 0, High: 1000}
		}
		s.Show(Image(2)) // the crosshair lands on a voxel of the oblique image
		s.GoWorld(beside(side))
		for _, plane := range render.Planes {
			s.View.Plane = plane
			for _, p := range s.FourUp(paneSize) {
				f := s.Frame(p)
				at := brightest(f)
				pixel := float64(f.Place.Rect.Dx()) / float64(f.Place.Size.X)
				if math.Hypot(at.X-f.Cross.X, at.Y-f.Cross.Y) > 1.5*pixel {
					t.Errorf("%s %s: the marker on side %s is at %v, the crosshair at %v", p.Image, plane, side, at, f.Cross.Spot)
				}
				if got := pixel; math.Abs(got-s.plane(p).scale) > 0.02*got {
					t.Errorf("%s %s: %.3f pixels for 1 mm, want %.3f", p.Image, plane, got, s.plane(p).scale)
				}
			}
		}
	}
}

func TestUnsureSides(t *testing.T) {
	t.Parallel()
	var series [4]*Series
	for n, unsure := range []bool{true, false} {
		series[n] = NewSeries(ball(grids()["LPS"], ""), unsure)
	}
	s := New()
	s.Open(NewExam(series))
	for _, plane := range render.Planes {
		f := s.Frame(Pane{Plane: plane, Image: 0, Size: paneSize})
		want := render.Sides{Left: "R?", Right: "L?", Top: "A", Bottom: "P"}
		switch plane {
		case render.Coronal:
			want = render.Sides{Left: "R?", Right: "L?", Top: "S", Bottom: "I"}
		case render.Sagittal:
			want = render.Sides{Left: "A", Right: "P", Top: "S", Bottom: "I"}
		}
		if f.Sides != want || !f.Unsure {
			t.Errorf("%s: letters %v, want %v", plane, f.Sides, want)
		}
		if f := s.Frame(Pane{Plane: plane, Image: 1, Size: paneSize}); f.Unsure {
			t.Errorf("%s: the other image is sure of its sides, the letters are %v", plane, f.Sides)
		}
	}
	if !s.UnsureSides() {
		t.Error("the state is sure of its sides")
	}
	s.ConfirmSides()
	if f := s.Frame(s.Pane(render.Axial, paneSize)); f.Unsure || f.Sides.Left != "R" || s.UnsureSides() {
		t.Errorf("after confirming the letters are %v", f.Sides)
	}
}

func TestWordsOnEveryPicture(t *testing.T) {
	t.Parallel()
	all := grids()
	for name, want := range map[string]string{"LPS": "", "oblique": "oblique 17°"} {
		s := opened(ball(all[name], ""))
		s.GoVoxel([3]int{0, 0, 0})
		f := s.Frame(s.Pane(render.Axial, paneSize))
		if f.Oblique != want || f.Image != "FLAIR" || f.Convention != "radiological" {
			t.Errorf("%s: %q %q %q", name, f.Oblique, f.Image, f.Convention)
		}
		if f.Slice != "slice 1 of 33" {
			t.Errorf("%s: %q", name, f.Slice)
		}
	}
	s := opened(ball(all["LPS"], ""), ball(all["LPS"], ""), ball(all["LPS"], ""))
	s.Show(Enhancement)
	if f := s.Frame(s.Pane(render.Axial, paneSize)); f.Image != "T1ce - T1" || len(f.Notes) != 1 || f.Notes[0] != "not calibrated" {
		t.Errorf("%q with notes %q", f.Image, f.Notes)
	}
	far := all["LPS"]
	far.Affine[2][3] += 200
	s = opened(ball(all["LPS"], ""), &volume.Volume{Grid: far, Voxel: make([]float32, far.Voxels())})
	if f := s.Frame(Pane{Plane: render.Axial, Image: 1, Size: paneSize}); f.Slice != "outside this image" {
		t.Errorf("an image that lies elsewhere says %q", f.Slice)
	}
}
