package viewer

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// grids are ways to store one head around the world's (5, -10, 20): axes to the left and back, to the right and front, permuted, oblique by
// 17° with permuted axes, thick slices.
func grids() map[string]volume.Grid {
	sin, cos := math.Sincos(17 * math.Pi / 180)
	list := map[string]volume.Grid{
		"LPS":     {Dim: [3]int{41, 49, 33}, Affine: volume.Affine{{-1}, {0, -1}, {0, 0, 1}}},
		"RAS":     {Dim: [3]int{41, 49, 33}, Affine: volume.Affine{{1}, {0, 1}, {0, 0, 1}}},
		"SRP":     {Dim: [3]int{33, 41, 49}, Affine: volume.Affine{{0, 1}, {0, 0, -1}, {1}}},
		"oblique": {Dim: [3]int{41, 33, 49}, Affine: volume.Affine{{-cos, 0, sin}, {sin, 0, cos}, {0, 1}}},
		"thick":   {Dim: [3]int{41, 49, 9}, Affine: volume.Affine{{-1}, {0, -1}, {0, 0, 4}}},
	}
	for name, g := range list {
		middle := g.World([3]float64{float64(g.Dim[0]-1) / 2, float64(g.Dim[1]-1) / 2, float64(g.Dim[2]-1) / 2})
		for r, want := range centre {
			g.Affine[r][3] = want - middle[r]
		}
		list[name] = g
	}
	return list
}

var centre = [3]float64{5, -10, 20}

// sized is a pane's size that fits no plane exactly.
var paneSize = image.Pt(301, 257)

// ball is a brain of 12 mm radius with a marker, brightest in its middle, 8 mm from its centre toward a side of the patient, "" = none.
func ball(g volume.Grid, side string) *volume.Volume {
	v := &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
	at := beside(side)
	for n := range v.Voxel {
		i, j, k := g.Coordinate(n)
		world := g.World([3]float64{float64(i), float64(j), float64(k)})
		if distance(world, centre) < 12 {
			v.Voxel[n] = 50 + float32(n%7)
		}
		if d := distance(world, at); side != "" && d < 2.5 {
			v.Voxel[n] = float32(1000 - 150*d)
		}
	}
	return v
}

// beside is the world position 8 mm from the centre toward a side of the patient.
func beside(side string) [3]float64 {
	at := centre
	step := map[string][3]float64{"R": {8}, "L": {-8}, "A": {0, 8}, "P": {0, -8}, "S": {0, 0, 8}, "I": {0, 0, -8}}[side]
	for r := range at {
		at[r] += step[r]
	}
	return at
}

func distance(a, b [3]float64) float64 {
	return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2])
}

// opened is a State with one image for each sequence that is given.
func opened(list ...*volume.Volume) *State {
	var series [sequence.Count]*Series
	for n, v := range list {
		if v != nil {
			series[n] = NewSeries(v, false)
		}
	}
	s := New()
	s.Open(NewExam(series))
	return s
}

// head is the small head with its tumour, prepared once for all tests.
var head = sync.OnceValues(func() (*Exam, *label.Map) {
	volumes, truth := volumetest.Small().On(volumetest.SmallGrid())
	return opened(volumes[:]...).exam, truth
})

// phantom is the small head with its tumour as the result, on a map of its own.
func phantom(t *testing.T) (*State, *label.Map) {
	t.Helper()
	e, truth := head()
	s := New()
	s.Open(e)
	own := &label.Map{Grid: truth.Grid, Voxel: slices.Clone(truth.Voxel)}
	s.SetResult(own, "")
	return s, own
}

// brightest is the spot on the pane of the brightest pixel of a frame's grey slice.
func brightest(f render.Frame) render.Spot {
	var at image.Point
	most := uint8(0)
	for y := range f.Grey.Image.Rect.Dy() {
		for x := range f.Grey.Image.Rect.Dx() {
			if c := f.Grey.Image.RGBAAt(x, y).G; c > most {
				at, most = image.Pt(x, y), c
			}
		}
	}
	x, y := f.Place.Screen(float64(at.X), float64(at.Y))
	return render.Spot{X: x, Y: y}
}

// shaken is a State looked at in some random way.
func shaken(s *State, random *rand.Rand) {
	s.View.Convention = render.Convention(random.IntN(2))
	for range 6 {
		p := s.Pane(render.Planes[random.IntN(3)], paneSize)
		at := render.Spot{X: random.Float64() * 300, Y: random.Float64() * 250}
		switch random.IntN(4) {
		case 0:
			s.ZoomAt(p, at, math.Exp(random.NormFloat64()/2))
		case 1:
			s.Drag(p, random.NormFloat64()*20, random.NormFloat64()*20)
		case 2:
			s.Point(p, at)
		case 3:
			s.Step(p, random.IntN(9)-4)
		}
	}
}
