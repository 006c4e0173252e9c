package render

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"quorum/viewer/volume"
)

// grids are ways to store one head: file axes to the left and back, to the right and front, permuted, and oblique by 17° with permuted axes.
func grids() map[string]volume.Grid {
	sin, cos := math.Sincos(17 * math.Pi / 180)
	return map[string]volume.Grid{
		"LPS": {Dim: [3]int{20, 24, 16}, Affine: volume.Affine{{-2, 0, 0, 19}, {0, -2, 0, 23}, {0, 0, 3, -22}}},
		"RAS": {Dim: [3]int{20, 24, 16}, Affine: volume.Affine{{2, 0, 0, -19}, {0, 2, 0, -23}, {0, 0, 3, -22}}},
		"SRP": {Dim: [3]int{16, 20, 24}, Affine: volume.Affine{{0, 2, 0, -19}, {0, 0, -2, 23}, {3, 0, 0, -22}}},
		"oblique": {Dim: [3]int{20, 16, 24}, Affine: volume.Affine{
			{-2 * cos, 0, 2 * sin, 5}, {2 * sin, 0, 2 * cos, -30}, {0, 3, 0, -22},
		}},
	}
}

// middle is the world position of a grid's centre.
func middle(g volume.Grid) [3]float64 {
	return g.World([3]float64{float64(g.Dim[0]-1) / 2, float64(g.Dim[1]-1) / 2, float64(g.Dim[2]-1) / 2})
}

// marker is the voxel 12 mm from the centre toward one side of the patient.
func marker(g volume.Grid, side string) [3]int {
	world := middle(g)
	step := map[string][3]float64{"R": {12}, "L": {-12}, "A": {0, 12}, "P": {0, -12}, "S": {0, 0, 12}, "I": {0, 0, -12}}[side]
	for r := range world {
		world[r] += step[r]
	}
	var voxel [3]int
	for a, x := range g.VoxelAt(world) {
		voxel[a] = int(math.Round(x))
	}
	return voxel
}

func TestMarkersLieWhereTheLettersSay(t *testing.T) {
	t.Parallel()
	for name, g := range grids() {
		for _, c := range []Convention{Radiological, Neurological} {
			for _, p := range Planes {
				v := NewView(g, p, c)
				sides := v.Sides()
				for at, letter := range map[image.Point]string{{X: -1}: sides.Left, {X: 1}: sides.Right, {Y: -1}: sides.Top, {Y: 1}: sides.Bottom} {
					voxel := marker(g, letter)
					head := &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
					head.Voxel[g.Index(voxel[0], voxel[1], voxel[2])] = 1
					_, depth := v.Pixel(voxel)
					seen := brightest(Grey(nil, v, depth, head, Window{High: 1}))
					off := seen.Mul(2).Sub(v.Size()).Add(image.Pt(1, 1)) // from the centre, doubled
					if along := off.X*at.X + off.Y*at.Y; along < 6 {
						t.Errorf("%s %s %s: the marker on side %s is at %v of %v", name, c, p, letter, seen, v.Size())
					}
				}
			}
		}
	}
}

// brightest is the first pixel that is not black.
func brightest(m *image.RGBA) image.Point {
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			if m.RGBAAt(x, y).G > 0 {
				return image.Pt(x, y)
			}
		}
	}
	return image.Pt(-1, -1)
}

func TestConventions(t *testing.T) {
	t.Parallel()
	for name, g := range grids() {
		for p, want := range map[Plane][2]Sides{
			Axial:    {{"R", "L", "A", "P"}, {"L", "R", "A", "P"}},
			Coronal:  {{"R", "L", "S", "I"}, {"L", "R", "S", "I"}},
			Sagittal: {{"A", "P", "S", "I"}, {"A", "P", "S", "I"}},
		} {
			for c, sides := range want {
				if got := NewView(g, p, Convention(c)).Sides(); got != sides {
					t.Errorf("%s %s %s: %v, want %v", name, p, Convention(c), got, sides)
				}
			}
		}
	}
}

func TestVoxelAndPixelAreInverse(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for name, g := range grids() {
		for _, p := range Planes {
			v := NewView(g, p, Convention(random.IntN(2)))
			for range 50 {
				voxel := [3]int{random.IntN(40) - 10, random.IntN(40) - 10, random.IntN(40) - 10}
				pixel, depth := v.Pixel(voxel)
				if back := v.Voxel(pixel, depth); back != voxel {
					t.Fatalf("%s %s: %v became %v", name, p, voxel, back)
				}
			}
		}
	}
}

func TestExtractIsVoxelByVoxel(t *testing.T) {
	t.Parallel()
	for name, g := range grids() {
		voxel := make([]int, g.Voxels())
		for n := range voxel {
			voxel[n] = n
		}
		for _, p := range Planes {
			v := NewView(g, p, Radiological)
			var got []int
			for depth := range v.Depth() {
				got = Extract(got, v, depth, voxel)
				for n, at := range got {
					x := v.Voxel(image.Pt(n%v.Size().X, n/v.Size().X), depth)
					if want := g.Index(x[0], x[1], x[2]); at != want {
						t.Fatalf("%s %s slice %d place %d: voxel %d, want %d", name, p, depth, n, at, want)
					}
				}
			}
			if got = Extract(got, v, v.Depth(), voxel); slices.Max(got) != 0 {
				t.Errorf("%s %s: a slice beyond the grid is not empty", name, p)
			}
		}
	}
}

func TestPlacement(t *testing.T) {
	t.Parallel()
	for name, g := range grids() {
		for _, p := range Planes {
			v := NewView(g, p, Radiological)
			box := image.Rect(10, 20, 310, 220)
			place := Fit(v, image.Rectangle{Max: v.Size()}, box)
			if !place.Rect.In(box.Inset(-1)) || place.Rect.Dx() < box.Dx()-1 && place.Rect.Dy() < box.Dy()-1 {
				t.Errorf("%s %s: %v does not fill %v", name, p, place.Rect, box)
			}
			spacing := v.Spacing()
			across := float64(place.Rect.Dx()) / (float64(v.Size().X) * spacing[0])
			down := float64(place.Rect.Dy()) / (float64(v.Size().Y) * spacing[1])
			if math.Abs(across/down-1) > 0.01 {
				t.Errorf("%s %s: %.3f px/mm across and %.3f down", name, p, across, down)
			}
			for y := range v.Size().Y {
				sx, sy := place.Screen(3, float64(y))
				if x, back := place.Slice(sx, sy); math.Abs(x-3) > 1e-9 || math.Abs(back-float64(y)) > 1e-9 {
					t.Fatalf("%s %s: (3, %d) became (%g, %g)", name, p, y, x, back)
				}
			}
			for n, x := range place.nearest(0, box.Min.X, box.Max.X) {
				at, _ := place.Slice(float64(box.Min.X+n)+0.5, 0)
				if want := int(math.Round(at)); want >= 0 && want < v.Size().X && x != want && math.Abs(at-math.Floor(at)-0.5) > 1e-9 {
					t.Fatalf("%s %s: column %d shows pixel %d, want %d", name, p, n, x, want)
				}
			}
		}
	}
	v := NewView(grids()["LPS"], Axial, Radiological)
	if r := Fit(v, image.Rectangle{}, image.Rect(0, 0, 9, 9)).Rect; !r.Empty() {
		t.Errorf("an empty crop is placed at %v", r)
	}
}
