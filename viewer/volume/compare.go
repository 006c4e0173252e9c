package volume

import (
	"fmt"
	"math"
)

// Match grades how well two grids agree.
type Match uint8

// The grades.
const (
	Same      Match = iota // voxel for voxel: equal dimensions, corners within 0.1 mm
	Close                  // the same box: corners within 2 mm, spacing within 2 %; worth resampling, with a notice
	Different              // anything else
)

// The limits of the grades (docs: conventions, Grids).
const (
	sameCorner   = 0.1  // mm
	closeCorner  = 2.0  // mm
	closeSpacing = 0.02 // of the spacing
)

// Compare grades h against g and names the difference in words that follow "the grid"; the text is empty for Same.
// Axis order and direction do not part boxes: they make two grids Close at best, never Same.
func (g Grid) Compare(h Grid) (Match, string) {
	if g.Dim == h.Dim && cornerDistance(g, h) <= sameCorner {
		return Same, ""
	}
	a := TurnTo(g.Orientation(), RAS).Grid(g)
	b := TurnTo(h.Orientation(), RAS).Grid(h)
	apart, spacing := cornerDistance(a, b), spacingDifference(a, b)
	text := describe(g, h, a, b, apart, spacing)
	if apart <= closeCorner && spacing <= closeSpacing {
		return Close, text
	}
	return Different, text
}

// cornerDistance is the largest distance in mm between corners of the same number.
func cornerDistance(g, h Grid) float64 {
	a, b := g.Corners(), h.Corners()
	worst := 0.0
	for n := range a {
		d := math.Hypot(math.Hypot(a[n][0]-b[n][0], a[n][1]-b[n][1]), a[n][2]-b[n][2])
		worst = max(worst, d)
	}
	return worst
}

// spacingDifference is the largest relative difference of spacing along an axis.
func spacingDifference(g, h Grid) float64 {
	a, b := g.Spacing(), h.Spacing()
	worst := 0.0
	for c := range a {
		worst = max(worst, math.Abs(b[c]-a[c])/min(a[c], b[c]))
	}
	return worst
}

// describe names the most telling difference of h from g; a and b are both in RAS order.
func describe(g, h, a, b Grid, apart, spacing float64) string {
	switch {
	case spacing > closeSpacing:
		s, r := b.Spacing(), a.Spacing()
		return fmt.Sprintf("has voxels of %.3g×%.3g×%.3g mm instead of %.3g×%.3g×%.3g mm (along R, A, S)", s[0], s[1], s[2], r[0], r[1], r[2])
	case a.Dim != b.Dim:
		return fmt.Sprintf("has %d×%d×%d voxels instead of %d×%d×%d (along R, A, S), corners up to %.2g mm apart",
			b.Dim[0], b.Dim[1], b.Dim[2], a.Dim[0], a.Dim[1], a.Dim[2], apart)
	case apart <= sameCorner:
		return fmt.Sprintf("has its axes in the order %s instead of %s", h.Orientation(), g.Orientation())
	default:
		return fmt.Sprintf("is shifted or turned: corners are up to %.3g mm apart", apart)
	}
}
