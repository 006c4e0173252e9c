package volume

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestAffineInverse(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		a, b := randomAffine(rnd), randomAffine(rnd)
		p := [3]float64{rnd.NormFloat64() * 100, rnd.NormFloat64() * 100, rnd.NormFloat64() * 100}
		if q := a.Inverse().Apply(a.Apply(p)); distance(p, q) > 1e-9 {
			t.Fatalf("there and back moves %v to %v", p, q)
		}
		if q, r := a.Mul(b).Apply(p), a.Apply(b.Apply(p)); distance(q, r) > 1e-9 {
			t.Fatalf("the product maps to %v, one after the other to %v", q, r)
		}
	}
}

func distance(p, q [3]float64) float64 {
	return max(math.Abs(p[0]-q[0]), math.Abs(p[1]-q[1]), math.Abs(p[2]-q[2]))
}

func TestNewGridRefuses(t *testing.T) {
	good := Affine{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}
	nan, zero := good, good
	nan[1][3] = math.NaN()
	flat := Affine{{1, 0, 1, 0}, {0, 1, 1, 0}, {0, 0, 1e-9, 0}}
	zero[0][0] = 0
	for _, test := range []struct {
		dim    [3]int
		affine Affine
		want   string
	}{
		{[3]int{0, 1, 1}, good, "axis 1"},
		{[3]int{1, 1, -4}, good, "axis 3"},
		{[3]int{1 << 31, 1 << 31, 1 << 31}, good, "counted"},
		{[3]int{1, 1, 1}, nan, "finite"},
		{[3]int{1, 1, 1}, flat, "inverted"},
		{[3]int{1, 1, 1}, zero, "inverted"},
	} {
		if _, err := NewGrid(test.dim, test.affine); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("NewGrid(%v, %v): %v, want something with %q", test.dim, test.affine, err, test.want)
		}
	}
	if _, err := NewGrid([3]int{240, 240, 155}, good); err != nil {
		t.Error(err)
	}
}

func TestGridNumbers(t *testing.T) {
	g := Grid{Dim: [3]int{3, 4, 5}, Affine: Affine{{-2, 0, 0, 10}, {0, 0, -3, 20}, {0, 0.5, 0, 30}}}
	if g.Voxels() != 60 || g.Spacing() != [3]float64{2, 0.5, 3} || math.Abs(g.VoxelVolumeML()-0.003) > 1e-15 {
		t.Errorf("%d voxels, spacing %v, %v mL", g.Voxels(), g.Spacing(), g.VoxelVolumeML())
	}
	n := 0
	for k := range 5 {
		for j := range 4 {
			for i := range 3 {
				a, b, c := g.Coordinate(n)
				if g.Index(i, j, k) != n || a != i || b != j || c != k || !g.Contains(i, j, k) {
					t.Fatalf("voxel %d,%d,%d is not at place %d", i, j, k, n)
				}
				n++
			}
		}
	}
	if g.Contains(3, 0, 0) || g.Contains(0, -1, 0) {
		t.Error("voxels outside count as inside")
	}
	if c := g.Corners(); c[0] != [3]float64{10, 20, 30} || c[1] != [3]float64{6, 20, 30} || c[7] != [3]float64{6, 8, 31.5} {
		t.Errorf("corners %v", c)
	}
	if p := g.VoxelAt(g.World([3]float64{1.5, 2, 3.25})); distance(p, [3]float64{1.5, 2, 3.25}) > 1e-12 {
		t.Errorf("world and back gives %v", p)
	}
}

func TestObliquity(t *testing.T) {
	for _, degrees := range []float64{0, 0.001, 5, 17, 44} {
		s, c := math.Sincos(degrees * math.Pi / 180)
		g := Grid{Dim: [3]int{1, 1, 1}, Affine: Affine{{2 * c, -s, 0, 0}, {2 * s, c, 0, 0}, {0, 0, 5, 0}}}
		if got := g.Obliquity(); math.Abs(got-degrees) > 1e-9 {
			t.Errorf("a grid turned by %v° is said to be oblique by %v°", degrees, got)
		}
	}
}

func TestIsotropic(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, o := range everyOrientation() {
		g := straight(o, [3]int{30, 41, 7})
		s, err := Isotropic(g, 1)
		if err != nil {
			t.Fatal(err)
		}
		for c, mm := range s.Spacing() {
			if math.Abs(mm-1) > 1e-12 || s.Dim[c] != int(math.Round(float64(g.Dim[c])*g.Spacing()[c])) {
				t.Fatalf("%s: spacing %v, dimensions %v", o, s.Spacing(), s.Dim)
			}
		}
		middle := func(g Grid) [3]float64 {
			c := g.Corners()
			return [3]float64{(c[0][0] + c[7][0]) / 2, (c[0][1] + c[7][1]) / 2, (c[0][2] + c[7][2]) / 2}
		}
		if distance(middle(g), middle(s)) > 1e-12 || s.Orientation() != o {
			t.Errorf("%s: the box has moved or turned", o)
		}
	}
	g := Grid{Dim: [3]int{9, 9, 9}, Affine: randomAffine(rnd)}
	if _, err := Isotropic(g, 0); err == nil {
		t.Error("a spacing of 0 was accepted")
	}
	if _, err := Isotropic(g, 1e-12); err == nil {
		t.Error("a spacing of 1e-12 mm was accepted")
	}
}

func TestCompare(t *testing.T) {
	g := straight(LPS, [3]int{40, 50, 20})
	move := func(h Grid, mm float64) Grid {
		h.Affine[1][3] += mm
		return h
	}
	stretch := func(h Grid, by float64) Grid {
		for r := range 3 {
			h.Affine[r][2] *= by
		}
		return h
	}
	longer := g
	longer.Dim[1]++
	far := g
	far.Dim[1] += 4
	for _, test := range []struct {
		name string
		h    Grid
		want Match
		text string
	}{
		{"itself", g, Same, ""},
		{"0.09 mm apart", move(g, 0.09), Same, ""},
		{"0.11 mm apart", move(g, 0.11), Close, "0.11 mm apart"},
		{"1.9 mm apart", move(g, 1.9), Close, "1.9 mm apart"},
		{"2.1 mm apart", move(g, -2.1), Different, "2.1 mm apart"},
		{"a slice more", longer, Close, "40×51×20 voxels instead of 40×50×20"},
		{"four more", far, Different, "40×54×20"},
		{"spacing off by 1.9 %", stretch(g, 1.019), Close, "apart"},
		{"spacing off by 2.1 %", stretch(g, 1.021), Different, "voxels of 0.8×1.1×1.43 mm instead of 0.8×1.1×1.4 mm"},
		{"turned to RAS", TurnTo(LPS, RAS).Grid(g), Close, "RAS instead of LPS"},
		{"turned and moved", move(TurnTo(LPS, RAS).Grid(g), 3), Different, "3 mm apart"},
	} {
		got, text := g.Compare(test.h)
		if got != test.want || !strings.Contains(text, test.text) || (got == Same) != (text == "") {
			t.Errorf("%s: %d %q, want %d with %q", test.name, got, text, test.want, test.text)
		}
	}
}
