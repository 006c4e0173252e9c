package volume

import "math"

// Affine maps voxel indices to world mm: the upper three rows of a 4×4 matrix.
type Affine [3][4]float64

// Apply maps a point: rows · (p, 1).
func (a Affine) Apply(p [3]float64) [3]float64 {
	var q [3]float64
	for r := range q {
		q[r] = a[r][0]*p[0] + a[r][1]*p[1] + a[r][2]*p[2] + a[r][3]
	}
	return q
}

// Mul is the map that applies b first, then a.
func (a Affine) Mul(b Affine) Affine {
	var c Affine
	for r := range c {
		for k := range c[r] {
			c[r][k] = a[r][0]*b[0][k] + a[r][1]*b[1][k] + a[r][2]*b[2][k]
		}
		c[r][3] += a[r][3]
	}
	return c
}

// Inverse maps back. It holds Inf or NaN where a cannot be inverted, which no Grid's affine is.
func (a Affine) Inverse() Affine {
	m := inverse(a.Linear())
	var b Affine
	for r := range m {
		for c := range m[r] {
			b[r][c] = m[r][c]
			b[r][3] -= m[r][c] * a[c][3]
		}
	}
	return b
}

// Linear is the part without translation; column c is the step in mm from one voxel to the next along voxel axis c.
func (a Affine) Linear() [3][3]float64 {
	var m [3][3]float64
	for r := range m {
		copy(m[r][:], a[r][:3])
	}
	return m
}

// Spacing is the length of the columns of Linear: mm between neighbouring voxels along each voxel axis.
func (a Affine) Spacing() [3]float64 {
	var s [3]float64
	for c := range s {
		s[c] = math.Hypot(math.Hypot(a[0][c], a[1][c]), a[2][c])
	}
	return s
}

// Determinant is that of Linear: the signed volume of a voxel in mm³, negative for left-handed voxel axes.
func (a Affine) Determinant() float64 { return determinant(a.Linear()) }

// Rotation is the orthogonal matrix nearest to the directions of the voxel axes (the polar factor of Linear with its columns made
// unit length): spacing and shear are gone, a reflection stays.
func (a Affine) Rotation() [3][3]float64 { return polar(a.direction()) }

// direction is Linear with columns of unit length: each one is the direction of a voxel axis in the world.
func (a Affine) direction() [3][3]float64 {
	m, s := a.Linear(), a.Spacing()
	for r := range m {
		for c := range m[r] {
			m[r][c] /= s[c]
		}
	}
	return m
}

// finite reports whether no element is NaN or infinite.
func (a Affine) finite() bool {
	for _, row := range a {
		for _, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return false
			}
		}
	}
	return true
}

// flatness is |determinant| of the unit directions: 1 for right angles, 0 when they lie in a plane, NaN when one has no length.
func (a Affine) flatness() float64 { return math.Abs(determinant(a.direction())) }

func determinant(m [3][3]float64) float64 {
	return m[0][0]*(m[1][1]*m[2][2]-m[1][2]*m[2][1]) -
		m[0][1]*(m[1][0]*m[2][2]-m[1][2]*m[2][0]) +
		m[0][2]*(m[1][0]*m[2][1]-m[1][1]*m[2][0])
}

func inverse(m [3][3]float64) [3][3]float64 {
	d := determinant(m)
	var b [3][3]float64
	for r := range b {
		for c := range b[r] {
			// The cofactor of (c, r): cyclic indices give it its sign.
			c1, c2, r1, r2 := (c+1)%3, (c+2)%3, (r+1)%3, (r+2)%3
			b[r][c] = (m[c1][r1]*m[c2][r2] - m[c1][r2]*m[c2][r1]) / d
		}
	}
	return b
}

// polar is the orthogonal factor of an invertible matrix by Newton's iteration X ← (sX + (sX)⁻ᵀ)/2, scaled by the determinant
// (N. Higham, Computing the polar decomposition, 1986); it converges quadratically.
func polar(m [3][3]float64) [3][3]float64 {
	x := m
	for range 60 {
		scale := math.Pow(math.Abs(determinant(x)), -1.0/3)
		var next [3][3]float64
		change := 0.0
		inv := inverse(x)
		for r := range x {
			for c := range x[r] {
				next[r][c] = (scale*x[r][c] + inv[c][r]/scale) / 2
				change = max(change, math.Abs(next[r][c]-x[r][c]))
			}
		}
		x = next
		if change < 1e-14 {
			break
		}
	}
	return x
}
