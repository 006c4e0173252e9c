package render

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/volume"
)

func TestAutoWindowEqualsSorting(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for round := range 20 {
		v := &volume.Volume{Voxel: make([]float32, 5000)}
		var brain []float32
		for n := range v.Voxel {
			x := float32(random.NormFloat64() * math.Pow(10, float64(round%5)))
			switch {
			case n%3 == 0:
				x = 0
			case n == 7:
				x = float32(math.NaN())
			case n == 8:
				x = float32(math.Inf(1))
			}
			if v.Voxel[n] = x; x != 0 && x-x == 0 {
				brain = append(brain, x)
			}
		}
		slices.Sort(brain)
		rank := func(share float64) float32 { return brain[int(math.Ceil(share*float64(len(brain))))-1] }
		if got, want := AutoWindow(v), (Window{rank(0.001), rank(0.999)}); got != want {
			t.Errorf("round %d: %v, want %v", round, got, want)
		}
	}
}

func TestAutoWindowOfOddImages(t *testing.T) {
	t.Parallel()
	for name, voxel := range map[string][]float32{
		"empty": {0, 0, 0}, "constant": {0, 7, 7}, "negative constant": {-7, -7}, "NaN only": {float32(math.NaN())}, "none": nil,
	} {
		if w := AutoWindow(&volume.Volume{Voxel: voxel}); !(w.High > w.Low) {
			t.Errorf("%s: %v", name, w)
		}
	}
}

func TestGrey(t *testing.T) {
	t.Parallel()
	g := volume.Grid{Dim: [3]int{7, 1, 1}, Affine: volume.Affine{{1}, {0, -1}, {0, 0, 1}}}
	g.Affine[0][0] = -1 // to the left: in file order on a radiological picture
	v := NewView(g, Axial, Radiological)
	values := []float32{-5, 100, 150, 200, 1e9, float32(math.NaN()), float32(math.Inf(-1))}
	got := Grey(nil, v, 0, &volume.Volume{Grid: g, Voxel: values}, Window{Low: 100, High: 200})
	for x, want := range []uint8{0, 0, 128, 255, 255, 0, 0} {
		if c := got.RGBAAt(x, 0); c != (color.RGBA{want, want, want, 255}) {
			t.Errorf("%g is %v, want %d", values[x], c, want)
		}
	}
	if again := Grey(got, v, 5, &volume.Volume{Grid: g, Voxel: values}, Window{High: 1}); again != got || again.RGBAAt(4, 0) != (color.RGBA{A: 255}) {
		t.Error("a slice beyond the grid is not black in the reused image")
	}
}

// phantom is a map with nested random blobs, every kind of border between parts among them, and an image of constant grey.
func phantom() (*label.Map, *volume.Volume) {
	g := volume.Grid{Dim: [3]int{24, 20, 3}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1.3, 0, 0}, {0, 0, 2, 0}}}
	m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
	grey := &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
	random := rand.New(rand.NewPCG(5, 6))
	for n := range m.Voxel {
		i, j, _ := g.Coordinate(n)
		r := math.Hypot(float64(i)-12, float64(j)-10) + random.Float64()*1.5
		for part, radius := range map[label.Label][2]float64{label.NCR: {0, 3.5}, label.ET: {3.5, 6}, label.ED: {6, 9}} {
			if r >= radius[0] && r < radius[1] {
				m.Voxel[n] = part
			}
		}
		if m.Voxel[n] == label.ET && i < 9 {
			m.Voxel[n] = label.NCR // the core's border is not ET's everywhere
		}
		grey.Voxel[n] = 0.4
	}
	return m, grey
}

// grounded is a picture full of the phantom's grey.
func grounded(size image.Point) *image.RGBA {
	dst := image.NewRGBA(image.Rectangle{Max: size})
	for n := range dst.Pix {
		dst.Pix[n] = 102
		if n%4 == 3 {
			dst.Pix[n] = 255
		}
	}
	return dst
}

func TestOnlyPaletteColoursAtLabelBorders(t *testing.T) {
	t.Parallel()
	m, grey := phantom()
	for _, opacity := range []float64{1, 0.4} {
		palette := Usual.WithOpacity(opacity)
		view := NewView(m.Grid, Axial, Radiological)
		dst := image.NewRGBA(image.Rect(0, 0, 151, 163))
		place := Fit(view, image.Rectangle{Max: view.Size()}, dst.Rect)
		DrawGrey(dst, dst.Rect, place, Grey(nil, view, 1, grey, Window{High: 1}))
		DrawLabels(dst, dst.Rect, place, Labels(nil, view, 1, m, palette))
		allowed := map[color.RGBA]int{{}: 0} // outside the image
		var cavity color.RGBA                // the only part that the phantom lacks
		for l, c := range palette {
			one := grounded(image.Pt(1, 1))
			over(one, 0, 0, c, 255)
			allowed[one.RGBAAt(0, 0)] = 0
			if label.Label(l) == label.Cavity {
				cavity = one.RGBAAt(0, 0)
			}
		}
		for y := range dst.Rect.Dy() {
			for x := range dst.Rect.Dx() {
				c := dst.RGBAAt(x, y)
				if _, ok := allowed[c]; !ok {
					t.Fatalf("opacity %g: pixel (%d, %d) is %v: no label's colour", opacity, x, y, c)
				}
				allowed[c]++
			}
		}
		for c, n := range allowed {
			if n == 0 && c != cavity {
				t.Errorf("opacity %g: nothing is drawn in %v", opacity, c)
			}
		}
	}
}

func TestLabelsLieOverTheirVoxels(t *testing.T) {
	t.Parallel()
	m, _ := phantom()
	for _, p := range Planes {
		view := NewView(m.Grid, p, Neurological)
		dst := image.NewRGBA(image.Rect(0, 0, 90, 90))
		place := Fit(view, image.Rectangle{Max: view.Size()}, dst.Rect)
		DrawLabels(dst, dst.Rect, place, Labels(nil, view, 1, m, Usual))
		for y := range view.Size().Y {
			for x := range view.Size().X {
				voxel := view.Voxel(image.Pt(x, y), 1)
				want := Usual[m.Voxel[m.Grid.Index(voxel[0], voxel[1], voxel[2])]]
				sx, sy := place.Screen(float64(x), float64(y))
				if got := dst.RGBAAt(int(sx), int(sy)); got != want {
					t.Fatalf("%s: voxel %v is %v, want %v", p, voxel, got, want)
				}
			}
		}
	}
}

func BenchmarkSlice(b *testing.B) {
	g := volume.Grid{Dim: [3]int{240, 240, 155}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 239}, {0, 0, 1, 0}}}
	v := &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
	m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
	for n := range v.Voxel {
		v.Voxel[n] = float32(n % 1000)
		m.Voxel[n] = label.Label(n / 7 % 4)
	}
	for _, p := range Planes {
		view := NewView(g, p, Radiological)
		var grey, overlay *image.RGBA
		b.Run(p.String(), func(b *testing.B) {
			depth := 0
			for b.Loop() {
				depth = (depth + 1) % view.Depth()
				grey = Grey(grey, view, depth, v, Window{Low: 10, High: 900})
				overlay = Labels(overlay, view, depth, m, Usual)
			}
		})
	}
	b.Run("auto window", func(b *testing.B) {
		for b.Loop() {
			AutoWindow(v)
		}
	})
}
