package viewer

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// unlike are two images of one place whose intensities have nothing in common but their order.
func unlike() (a, b *volume.Volume) {
	g := grids()["LPS"]
	random := rand.New(rand.NewPCG(13, 14))
	a, b = &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}, &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
	for n := range a.Voxel {
		if n%3 > 0 {
			x := random.NormFloat64()
			a.Voxel[n], b.Voxel[n] = float32(100+10*x), float32(math.Exp(x)+0.001)
		}
	}
	return a, b
}

func TestShareAndValueAreInverse(t *testing.T) {
	t.Parallel()
	a, b := unlike()
	for _, v := range []*volume.Volume{a, b} {
		s := NewSeries(v, false)
		brain := slices.Clone(v.Voxel)
		brain = slices.DeleteFunc(brain, func(x float32) bool { return x == 0 })
		slices.Sort(brain)
		for share := -0.5; share < 1.5; share += 0.013 {
			value := s.value(share)
			if back := s.share(value); math.Abs(back-share) > 2e-3 {
				t.Errorf("share %.4f is the value %g, and that is share %.4f", share, value, back)
			}
			if share < 0.01 || share > 0.99 {
				continue
			}
			// The counted share of the brain below the value.
			at, _ := slices.BinarySearch(brain, value)
			if counted := float64(at) / float64(len(brain)); math.Abs(counted-share) > 3e-3 {
				t.Errorf("%.4f of the brain lie below %g, want %.4f", counted, value, share)
			}
		}
	}
}

func TestLinkedWindowsAreEqualPercentiles(t *testing.T) {
	t.Parallel()
	a, b := unlike()
	s := opened(a, b)
	s.Link(true)
	w := s.Window(0)
	s.SetWindow(0, render.Window{Low: w.Low + 5, High: w.High - 8})
	first, second := s.exam.Series[0], s.exam.Series[1]
	for n, want := range []float64{first.share(s.Window(0).Low), first.share(s.Window(0).High)} {
		got := second.share([]float32{s.Window(1).Low, s.Window(1).High}[n])
		if math.Abs(got-want) > 2e-3 {
			t.Errorf("percentile %.2f of one image and %.2f of the other", 100*want, 100*got)
		}
	}
	s.AutoWindow()
	if s.Window(0) != first.auto || s.Window(1) != second.auto {
		t.Errorf("the automatic windows are %v and %v", s.Window(0), s.Window(1))
	}
	s.Link(false)
	s.SetWindow(0, render.Window{Low: 90, High: 110})
	if s.Window(1) != second.auto {
		t.Errorf("a free window followed: %v", s.Window(1))
	}
	s.ResetWindows()
	if s.Window(0) != first.auto {
		t.Errorf("after a reset the window is %v", s.Window(0))
	}
}

func TestLevel(t *testing.T) {
	t.Parallel()
	a, b := unlike()
	s := opened(a, b)
	before := s.Window(0)
	s.Level(0, 0.2, 0)
	if w := s.Window(0); w.High-w.Low <= before.High-before.Low || math.Abs(float64(w.High+w.Low-before.High-before.Low)) > 1e-3 {
		t.Errorf("a drag to the right made %v of %v", w, before)
	}
	if s.Window(1) != s.exam.Series[1].auto {
		t.Error("the other image's window followed")
	}
	before = s.Window(0)
	s.Level(0, 0, 0.1)
	if w := s.Window(0); w.Low >= before.Low || w.High >= before.High {
		t.Errorf("a drag up made %v of %v: darker", w, before)
	}
	s.Level(0, -1e6, 0)
	if w := s.Window(0); !(w.High > w.Low) {
		t.Errorf("a window of %v", w)
	}
}

// enhanced are T1 and T1ce on one grid; T1ce has other units, and is brighter in a corner of slice 5, as enhances says.
func enhanced() (t1, t1ce *volume.Volume) {
	t1, _ = unlike()
	t1ce = &volume.Volume{Grid: t1.Grid, Voxel: make([]float32, len(t1.Voxel))}
	for n, x := range t1.Voxel {
		if x != 0 {
			t1ce.Voxel[n] = 7*x + 300
			if i, j, k := t1.Grid.Coordinate(n); k == 5 && enhances(i, j) {
				t1ce.Voxel[n] += 7 * 100
			}
		}
	}
	return t1, t1ce
}

func enhances(i, j int) bool { return i < 4 && j < 4 }

// TestContrast looks at a corner that enhances: all else must be middle grey, whatever the units.
func TestContrast(t *testing.T) {
	t.Parallel()
	t1, t1ce := enhanced()
	s := opened(nil, t1, t1ce)
	s.Show(Enhancement)
	s.GoVoxel([3]int{20, 20, 5})
	f := s.Frame(s.Pane(render.Axial, paneSize))
	for y := range 49 {
		for x := range 41 {
			low, high := uint8(124), uint8(131)
			switch brain := t1.Voxel[t1.Grid.Index(x, y, 5)] != 0; { // LPS: slice and file run alike
			case !brain:
				low, high = 0, 0
			case enhances(x, y):
				low, high = 255, 255
			}
			if got := f.Grey.Image.RGBAAt(x, y); got.R < low || got.R > high || got.G != got.R || got.B != got.R || got.A != 255 {
				t.Fatalf("(%d, %d) is %v, want %d to %d", x, y, got, low, high)
			}
		}
	}
	s.Level(Enhancement, 0.5, 0.3)
	if w := s.Window(Enhancement); w.Low != -w.High || w.High != contrastReach*1.5 {
		t.Errorf("a drag made the window %v: 0 must stay middle grey", w)
	}
	other := t1.Grid
	other.Affine[0][3]++
	if s := opened(nil, t1, &volume.Volume{Grid: other, Voxel: t1ce.Voxel}); s.Available(Enhancement) {
		t.Error("images of different grids are subtracted")
	}
}

func TestStrip(t *testing.T) {
	t.Parallel()
	a, b := unlike()
	s := opened(nil, a, b, a)
	if s.View.Image != Image(sequence.T1) {
		t.Errorf("the first image shown is %s", s.View.Image)
	}
	want := []Image{Image(sequence.T1), Image(sequence.T1ce), Image(sequence.T2), AllFour, Enhancement}
	if got := s.Images(); !slices.Equal(got, want) {
		t.Fatalf("images %v, want %v", got, want)
	}
	for round := range 7 {
		if s.View.Image != want[round%5] {
			t.Errorf("after %d steps %s is shown", round, s.View.Image)
		}
		s.Cycle(1)
	}
	s.Show(Image(sequence.T1))
	s.Cycle(-1)
	if s.View.Image != Enhancement {
		t.Errorf("before the first comes %s", s.View.Image)
	}
	s.Show(Image(sequence.FLAIR))
	if s.View.Image != Enhancement {
		t.Error("an image without a file was shown")
	}
	s.Show(AllFour)
	if p := s.Pane(render.Axial, paneSize); p.Image != Image(sequence.T1) {
		t.Errorf("one pane of all four shows %s", p.Image)
	}
	if s.Frame(s.FourUp(paneSize)[0]).Grey.Image != nil {
		t.Error("a sequence without a file has a picture")
	}
}
