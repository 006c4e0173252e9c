package viewer

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"quorum/viewer/render"
)

func TestViewIsSavedAndRestored(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(15, 16))
	s, _ := phantom(t)
	for range 30 {
		shaken(s, random)
		p := s.Pane(render.Coronal, paneSize)
		s.Measure(p, render.Spot{X: 100, Y: 90})
		s.MeasureTo(p, render.Spot{X: 130, Y: 95})
		s.Level(s.View.Image, random.Float64()/5, random.Float64()/5)
		s.Cycle(random.IntN(6))
		s.Fade(random.IntN(5) - 2)
		s.View.Overlay.Show = Show(random.IntN(4))
		s.View.Overlay.HiddenParts[random.IntN(5)] = random.IntN(2) == 0
		text, err := json.Marshal(s.View)
		if err != nil {
			t.Fatal(err)
		}
		var v View
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		if v != s.View {
			t.Fatalf("saved as %s\nread as %+v\nwas     %+v", text, v, s.View)
		}
		other, _ := phantom(t)
		other.Restore(v)
		if other.View != s.View {
			t.Fatalf("restored %+v, want %+v", other.View, s.View)
		}
	}
}

// TestRestoreSurvivesAnything restores views that no State would save.
func TestRestoreSurvivesAnything(t *testing.T) {
	t.Parallel()
	bad := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1, 0}
	for n, x := range bad {
		s, _ := phantom(t)
		v := s.View
		v.Crosshair[n%3], v.Zoom, v.Pan[n%3][n%2] = x, x, bad[(n+1)%len(bad)]
		v.Windows[n%5] = render.Window{Low: float32(x), High: -float32(x)}
		v.Overlay.Opacity, v.Ruler.On, v.Ruler.To[1] = x-2, true, x
		v.Image, v.Plane, v.Convention, v.Overlay.Show, v.Overlay.Region, v.Overlay.Drawing = 200, 200, 200, 200, 200, 200
		s.Restore(v)
		if _, err := json.Marshal(s.View); err != nil {
			t.Errorf("%g: %v", x, err)
		}
		for _, plane := range render.Planes {
			f := s.Frame(s.Pane(plane, paneSize))
			if f.Grey.Image == nil || !finite(f.Cross.X) {
				t.Errorf("%g: the %s plane shows %+v", x, plane, f)
			}
		}
		if at, of := s.Slice(s.Pane(render.Axial, paneSize)); at < 0 || at >= of {
			t.Errorf("%g: slice %d of %d", x, at, of)
		}
	}
	var m Image
	if m.UnmarshalText([]byte("t3")) == nil {
		t.Error("an image t3 was read")
	}
}

func TestTheNextStudyKeepsTheUsersHabits(t *testing.T) {
	t.Parallel()
	s, _ := phantom(t)
	s.View.Convention, s.View.Smooth, s.View.Overlay.Safe, s.View.Overlay.Opacity = render.Neurological, false, true, 0.7
	s.View.SidesConfirmed = true
	p := s.Pane(render.Axial, paneSize)
	s.ZoomAt(p, render.Spot{X: 40, Y: 40}, 3)
	s.Level(p.Image, 0.3, 0)
	s.Open(s.exam)
	v := s.View
	if v.Convention != render.Neurological || v.Smooth || !v.Overlay.Safe || v.Overlay.Opacity != 0.7 {
		t.Errorf("habits are forgotten: %+v", v)
	}
	if v.Zoom != 1 || v.Pan != ([3][2]float64{}) || v.Moved || v.SidesConfirmed || v.Windows != (View{}).Windows {
		t.Errorf("the former study's view stays: %+v", v)
	}
	if f := s.Frame(p); f.Overlay.Image != nil || f.Lines.Image != nil {
		t.Error("the former study's result is shown")
	}
}

func TestUpdateKeepsTheView(t *testing.T) {
	t.Parallel()
	s, _ := phantom(t)
	var one [4]*Series
	one[1] = s.exam.Series[1]
	other := New()
	other.Open(NewExam(one))
	other.GoVoxel([3]int{20, 21, 22})
	was := other.View
	other.Update(s.exam)
	if other.View != was {
		t.Errorf("the view became %+v, was %+v", other.View, was)
	}
	other.Show(0)
	other.Update(NewExam(one))
	if other.View.Image != 1 {
		t.Errorf("an image that is gone is still chosen: %s", other.View.Image)
	}
}
