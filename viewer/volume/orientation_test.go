package volume

import (
	"math"
	"math/rand/v2"
	"testing"
)

// everyOrientation lists all 48.
func everyOrientation() []Orientation {
	var all []Orientation
	for _, axis := range [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		for bits := range 8 {
			all = append(all, Orientation{Axis: axis, Flip: [3]bool{bits&1 != 0, bits&2 != 0, bits&4 != 0}})
		}
	}
	return all
}

// straight is a grid with the axes of o, anisotropic, and its first voxel anywhere.
func straight(o Orientation, dim [3]int) Grid {
	g := Grid{Dim: dim}
	for c, axis := range o.Axis {
		g.Affine[axis][c] = 0.8 + 0.3*float64(c)
		if o.Flip[c] {
			g.Affine[axis][c] *= -1
		}
		g.Affine[c][3] = 10*float64(c) - 7.5
	}
	return g
}

func TestOrientationCode(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range everyOrientation() {
		code := o.String()
		seen[code] = true
		back, err := ParseOrientation(code)
		if err != nil || back != o {
			t.Errorf("%s parses to %v, %v", code, back, err)
		}
		if got := straight(o, [3]int{2, 3, 4}).Orientation(); got != o {
			t.Errorf("the grid laid out as %s is taken for %s", o, got)
		}
	}
	if len(seen) != 48 || LPS.String() != "LPS" || RAS.String() != "RAS" {
		t.Errorf("%d different codes, LPS is %s, RAS is %s", len(seen), LPS, RAS)
	}
	for _, bad := range []string{"", "LP", "LPSS", "LRS", "XPS", "LPL"} {
		if _, err := ParseOrientation(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

// TestOrientationOfOblique: what nibabel's aff2axcodes says (5.4.2) of rotated, sheared and tied matrices.
func TestOrientationOfOblique(t *testing.T) {
	r := math.Sqrt(0.5)
	for _, test := range []struct {
		name   string
		matrix [3][3]float64
		want   string
	}{
		{"just under 45°", [3][3]float64{{0.72, -0.69, 0}, {0.69, 0.72, 0}, {0, 0, 1}}, "RAS"},
		{"45°, a tie", [3][3]float64{{r, -r, 0}, {r, r, 0}, {0, 0, 1}}, "RAS"},
		{"sheared CT", [3][3]float64{{0.48, 0, 0}, {0, 0.48, 0.93}, {0, 0, 2.18}}, "RAS"},
		{"slices more tilted than thick", [3][3]float64{{2, 0, 30}, {0, 2, 30}, {0, 0, 32}}, "RAS"},
		{"strong shear, left-handed", [3][3]float64{{0.1, -3, 0.2}, {-1, -2.9, 0.1}, {0.3, 0.1, -1}}, "PLI"},
		{"two axes want the same", [3][3]float64{{1, 0.9, 0}, {0.1, 0.5, 0}, {0, 0.1, 1}}, "RAS"},
	} {
		a := Affine{}
		for row := range test.matrix {
			copy(a[row][:], test.matrix[row][:])
		}
		if got := a.Orientation().String(); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestRotationIsOrthogonal(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		a := randomAffine(rnd)
		r := a.Rotation()
		for x := range 3 {
			for y := range 3 {
				dot := r[0][x]*r[0][y] + r[1][x]*r[1][y] + r[2][x]*r[2][y]
				if want := map[bool]float64{true: 1}[x == y]; math.Abs(dot-want) > 1e-12 {
					t.Fatalf("columns %d and %d of the rotation of %v have the product %v", x, y, a, dot)
				}
			}
		}
		if determinant(r)*a.Determinant() < 0 {
			t.Fatalf("the rotation of %v has lost its handedness", a)
		}
	}
}

// randomAffine is invertible, sheared, scaled and of either handedness.
func randomAffine(rnd *rand.Rand) Affine {
	for {
		var a Affine
		for r := range a {
			for c := range a[r] {
				a[r][c] = rnd.NormFloat64() * 3
			}
		}
		if a.flatness() > 0.05 {
			return a
		}
	}
}
