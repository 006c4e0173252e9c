package volume

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Orientation says for each voxel axis along which world axis it runs and which way: one of the 48 ways to lay three axes.
type Orientation struct {
	Axis [3]int  // world axis (0 = R/L, 1 = A/P, 2 = S/I) of voxel axis i, j, k: a permutation
	Flip [3]bool // the voxel axis runs to the negative side: L, P or I
}

// The orientations that have a name of their own in Quorum: files of the world's axes, and of the network.
var (
	RAS = Orientation{Axis: [3]int{0, 1, 2}}
	LPS = Orientation{Axis: [3]int{0, 1, 2}, Flip: [3]bool{true, true, false}}
)

const (
	positive = "RAS"
	negative = "LPI"
)

// String is the three-letter code: the side of the patient toward which i, j and k grow, "LPS" for instance (nibabel's aff2axcodes).
func (o Orientation) String() string {
	var s strings.Builder
	for c, axis := range o.Axis {
		side := positive
		if o.Flip[c] {
			side = negative
		}
		s.WriteByte(side[axis])
	}
	return s.String()
}

// ParseOrientation is the inverse of String; the case of letters does not matter.
func ParseOrientation(code string) (Orientation, error) {
	var o Orientation
	var seen [3]bool
	if len(code) != 3 {
		return o, fmt.Errorf("orientation %q: three letters are needed, such as LPS", code)
	}
	for c, letter := range strings.ToUpper(code) {
		axis := strings.IndexRune(positive, letter)
		if axis < 0 {
			axis = strings.IndexRune(negative, letter)
			o.Flip[c] = true
		}
		if axis < 0 || seen[axis] {
			return Orientation{}, fmt.Errorf("orientation %q: one letter each of R/L, A/P and S/I is needed", code)
		}
		seen[axis] = true
		o.Axis[c] = axis
	}
	return o, nil
}

// Orientation is the nearest one to the directions of the voxel axes. The rule is that of nibabel's io_orientation, so that both
// always agree: directions without shear, the clearest voxel axis chooses its world axis first.
func (a Affine) Orientation() Orientation {
	r := a.Rotation()
	clarity := func(c int) float64 { return max(r[0][c]*r[0][c], r[1][c]*r[1][c], r[2][c]*r[2][c]) }
	order := []int{0, 1, 2}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(clarity(y), clarity(x)) })
	var o Orientation
	var taken [3]bool
	for _, c := range order {
		best := -1
		for row := range 3 {
			if !taken[row] && (best < 0 || math.Abs(r[row][c]) > math.Abs(r[best][c])) {
				best = row
			}
		}
		taken[best] = true
		o.Axis[c], o.Flip[c] = best, r[best][c] < 0
	}
	return o
}
