package volume

import (
	"errors"
	"fmt"
	"math"
)

// Grid is the lattice: Dim voxels along i, j, k; voxel (i,j,k) lies at Affine·(i,j,k,1) in world mm.
// Invariants (checked by NewGrid): every Dim ≥ 1, Affine finite and invertible.
type Grid struct {
	Dim    [3]int
	Affine Affine
}

// flattest is the least |determinant| of the unit directions of the voxel axes that counts as invertible: about 0.06 mm of height
// for a grid of 60 m, far below any image, far above rounding.
const flattest = 1e-6

// NewGrid checks the invariants of Grid.
func NewGrid(dim [3]int, affine Affine) (Grid, error) {
	for axis, n := range dim {
		if n < 1 {
			return Grid{}, fmt.Errorf("%d voxels along axis %d: at least 1 is needed", n, axis+1)
		}
	}
	if dim[1] > math.MaxInt/dim[0] || dim[2] > math.MaxInt/(dim[0]*dim[1]) {
		return Grid{}, fmt.Errorf("%d×%d×%d voxels are more than can be counted", dim[0], dim[1], dim[2])
	}
	if !affine.finite() {
		return Grid{}, errors.New("the matrix from voxels to mm is not finite")
	}
	if !(affine.flatness() >= flattest) { // also NaN
		return Grid{}, errors.New("the matrix from voxels to mm cannot be inverted: its axes lie in one plane or have no length")
	}
	return Grid{Dim: dim, Affine: affine}, nil
}

// Voxels is the number of voxels.
func (g Grid) Voxels() int { return g.Dim[0] * g.Dim[1] * g.Dim[2] }

// Index is the place of voxel (i, j, k) in a slice of voxels, i fastest.
func (g Grid) Index(i, j, k int) int { return (k*g.Dim[1]+j)*g.Dim[0] + i }

// Coordinate is the inverse of Index: the voxel (i, j, k) at place n of a slice of voxels.
func (g Grid) Coordinate(n int) (i, j, k int) {
	return n % g.Dim[0], n / g.Dim[0] % g.Dim[1], n / (g.Dim[0] * g.Dim[1])
}

// Contains reports whether voxel (i, j, k) exists.
func (g Grid) Contains(i, j, k int) bool {
	return i >= 0 && j >= 0 && k >= 0 && i < g.Dim[0] && j < g.Dim[1] && k < g.Dim[2]
}

// World maps a voxel position, fractions allowed, to world mm.
func (g Grid) World(voxel [3]float64) [3]float64 { return g.Affine.Apply(voxel) }

// VoxelAt maps world mm to a voxel position, fractions allowed; it may lie outside the grid. For many points, use the inverse of Affine.
func (g Grid) VoxelAt(world [3]float64) [3]float64 { return g.Affine.Inverse().Apply(world) }

// Spacing is the distance in mm between the centres of neighbouring voxels along i, j, k.
func (g Grid) Spacing() [3]float64 { return g.Affine.Spacing() }

// VoxelVolumeML is the volume of one voxel in mL (1 mL = 1000 mm³).
func (g Grid) VoxelVolumeML() float64 { return math.Abs(g.Affine.Determinant()) / 1000 }

// Corners are the centres of the eight outermost voxels in world mm, i changing fastest, then j, then k.
func (g Grid) Corners() [8][3]float64 {
	var c [8][3]float64
	for n := range c {
		var v [3]float64
		for axis := range v {
			if n>>axis&1 == 1 {
				v[axis] = float64(g.Dim[axis] - 1)
			}
		}
		c[n] = g.World(v)
	}
	return c
}

// Orientation is the nearest one with voxel axes along world axes.
func (g Grid) Orientation() Orientation { return g.Affine.Orientation() }

// Obliquity is the largest angle in degrees between a voxel axis and the world axis nearest to it: 0 for a straight grid.
func (g Grid) Obliquity() float64 {
	d := g.Affine.direction()
	worst := 0.0
	for c := range 3 {
		along := max(math.Abs(d[0][c]), math.Abs(d[1][c]), math.Abs(d[2][c]))
		// By the sine, which keeps its precision at small angles.
		across := math.Sqrt(max(0, d[0][c]*d[0][c]+d[1][c]*d[1][c]+d[2][c]*d[2][c]-along*along))
		worst = max(worst, math.Atan2(across, along)*180/math.Pi)
	}
	return worst
}

// Isotropic is a grid over the same box with the same directions, spacing mm along every axis, around the same centre. The number
// of voxels along an axis is the box's length (voxels × spacing) over mm, rounded.
func Isotropic(g Grid, mm float64) (Grid, error) {
	if !(mm > 0) {
		return Grid{}, fmt.Errorf("a spacing of %g mm: it must be above 0", mm)
	}
	spacing := g.Spacing()
	centre := g.World([3]float64{float64(g.Dim[0]-1) / 2, float64(g.Dim[1]-1) / 2, float64(g.Dim[2]-1) / 2})
	out := Grid{Affine: g.Affine}
	for c := range 3 {
		n := math.Round(float64(g.Dim[c]) * spacing[c] / mm)
		if n > math.MaxInt32 {
			return Grid{}, fmt.Errorf("%g mm of image are too many for a spacing of %g mm", float64(g.Dim[c])*spacing[c], mm)
		}
		out.Dim[c] = max(1, int(n))
		for r := range 3 {
			out.Affine[r][c] *= mm / spacing[c]
		}
	}
	for r := range 3 {
		out.Affine[r][3] = centre[r]
		for c := range 3 {
			out.Affine[r][3] -= out.Affine[r][c] * float64(out.Dim[c]-1) / 2
		}
	}
	return NewGrid(out.Dim, out.Affine)
}
