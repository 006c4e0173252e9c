package render

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/volume"
)

// TestClassesOfABoxEqualThoseOfTheWhole cuts random boxes out of random labels.
func TestClassesOfABoxEqualThoseOfTheWhole(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(21, 22))
	for name, g := range grids() {
		for range 10 {
			m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
			var low, high [3]int
			for a := range 3 {
				low[a] = random.IntN(g.Dim[a])
				high[a] = low[a] + 1 + random.IntN(g.Dim[a]-low[a])
			}
			for n := range m.Voxel {
				i, j, k := g.Coordinate(n)
				if i >= low[0] && j >= low[1] && k >= low[2] && i < high[0] && j < high[1] && k < high[2] {
					m.Voxel[n] = label.Label(random.IntN(label.Count))
				}
			}
			for _, p := range Planes {
				v := NewView(g, p, Convention(random.IntN(2)))
				var got []uint8
				for depth := -1; depth <= v.Depth(); depth++ {
					got = v.Labels(got, depth, m.Cutout())
					want := Extract(nil, v, depth, m.Voxel)
					if !slices.EqualFunc(got, want, func(a uint8, b label.Label) bool { return label.Label(a) == b }) {
						t.Fatalf("%s %s slice %d: a cutout differs from its map", name, p, depth)
					}
					if whole := v.Labels(nil, depth, m); !slices.Equal(whole, got) {
						t.Fatalf("%s %s slice %d: a map differs from its cutout", name, p, depth)
					}
				}
			}
		}
	}
}

func TestClassesRefuseWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	g := grids()["LPS"]
	v := NewView(g, Axial, Radiological)
	ones := slices.Repeat([]uint8{1}, g.Voxels())
	for name, c := range map[string]struct{ first, dim [3]int }{
		"beyond the grid": {[3]int{15, 0, 0}, [3]int{6, 2, 2}},
		"before it":       {[3]int{-1, 0, 0}, [3]int{6, 2, 2}},
		"empty":           {[3]int{3, 3, 3}, [3]int{}},
		"flat":            {[3]int{3, 3, 0}, [3]int{4, 0, 2}},
		"too few voxels":  {[3]int{}, [3]int{20, 24, 17}},
	} {
		if got := Classes(nil, v, 0, c.first, c.dim, ones); len(got) != 20*24 || slices.Max(got) != 0 {
			t.Errorf("%s: something is shown", name)
		}
	}
	var none *label.Cutout
	if got := v.Labels(nil, 0, none); slices.Max(got) != 0 {
		t.Error("no labels are shown as some")
	}
}

func TestPositionsAreInverse(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(23, 24))
	for name, g := range grids() {
		for _, p := range Planes {
			v := NewView(g, p, Convention(random.IntN(2)))
			for range 50 {
				voxel := [3]int{random.IntN(30) - 5, random.IntN(30) - 5, random.IntN(30) - 5}
				at := [3]float64{float64(voxel[0]), float64(voxel[1]), float64(voxel[2])}
				pixel, depth := v.Pixel(voxel)
				got := v.Position(at)
				if want := [3]float64{float64(pixel.X), float64(pixel.Y), float64(depth)}; got != want {
					t.Fatalf("%s %s: voxel %v is at %v, as whole numbers at %v", name, p, voxel, got, want)
				}
				for a := range at {
					at[a] += random.Float64()
				}
				back := v.VoxelPosition(v.Position(at))
				for a := range at {
					if math.Abs(back[a]-at[a]) > 1e-12 {
						t.Fatalf("%s %s: %v became %v", name, p, at, back)
					}
				}
			}
		}
	}
}

// TestAgreementIsReadWithoutColours wants ever lighter colours, so that the map can be read in grey too.
func TestAgreementIsReadWithoutColours(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 3, 7, 15} {
		last := 0.0
		for k := 1; k <= n; k++ {
			c := AgreementColour(k, n)
			light := 0.2126*float64(c.R) + 0.7152*float64(c.G) + 0.0722*float64(c.B)
			if light < last+6 {
				t.Errorf("%d of %d is as dark as %d: %.0f after %.0f", k, n, k-1, light, last)
			}
			last = light
		}
		fill := AgreementFill(n, 1)
		if fill[0].A != 0 || fill[n] != AgreementColour(n, n) {
			t.Errorf("of %d: none is %v, all is %v", n, fill[0], fill[n])
		}
	}
}

func TestPatternsGrowWithTheLines(t *testing.T) {
	t.Parallel()
	size := image.Pt(4, 4)
	class := make([]uint8, 16)
	for n := range 8 {
		class[n] = uint8(label.ED)
	}
	for width, want := range map[float64]int{1.5: 3, 3: 6} {
		place := Placement{Size: size, Rect: image.Rect(0, 0, 400, 400)}
		var tracer Tracer
		picture, rect := tracer.Trace(nil, place, place.Rect, class, []Stroke{Usual.PartStroke(label.ED, true)}, width)
		if picture == nil {
			t.Fatal("no line")
		}
		longest, run := 0, 0
		for x := 20; x < 380; x++ { // along the border between the halves
			if picture.RGBAAt(x-rect.Min.X, 200-rect.Min.Y).A > 0 {
				run++
			} else {
				run = 0
			}
			longest = max(longest, run)
		}
		if longest != want {
			t.Errorf("a line %.1f pixels wide has dashes of %d, want %d", width, longest, want)
		}
	}
}

func TestQuantilesAndNormal(t *testing.T) {
	t.Parallel()
	v := &volume.Volume{Voxel: []float32{0, 0, 4, 2, 8, 6, float32(math.NaN()), 10, float32(math.Inf(1))}}
	got := Quantiles(v, 4)
	for n, want := range []float32{2, 4, 6, 8, 10} {
		if math.Abs(float64(got[n]-want)) > 0.005 {
			t.Errorf("quantiles %v", got)
		}
	}
	if n := NormalOf(v); n.Mean != 6 || math.Abs(float64(n.SD)-math.Sqrt(8)) > 1e-5 {
		t.Errorf("mean %g, standard deviation %g", n.Mean, n.SD)
	}
	empty := &volume.Volume{Voxel: []float32{0, 0}}
	if Quantiles(empty, 4) != nil || NormalOf(empty).SD != 1 || NormalOf(&volume.Volume{Voxel: []float32{3, 3}}).SD != 1 {
		t.Error("an image without a brain, or a flat one, would divide by 0")
	}
}
