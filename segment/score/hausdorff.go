package score

import (
	"math"
	"slices"

	"quorum/viewer/label"
)

// HD95 is the 95th percentile Hausdorff distance in mm: the larger of the two directed 95th percentiles (linear interpolation) of the
// distances from one surface to the other. The surface is the mask minus its erosion by six neighbours, and the border of the image
// counts as surface. Both empty = 0; one empty = not available, ok is false.
//
// Distances are measured along the voxel axes with the grid's spacing. a and b must come from segmentations of the same grid.
func HD95(a, b *Mask) (mm float64, ok bool) {
	if a.voxels == 0 || b.voxels == 0 {
		return 0, a.voxels == b.voxels
	}
	both := a.box.union(b.box)
	sa, sb := a.surface(both), b.surface(both)
	dim := both.dim()
	forth := distances(sb, sa, dim, a.spacing)
	back := distances(sa, sb, dim, a.spacing)
	return max(Percentile(forth, 95), Percentile(back, 95)), true
}

// HD95s is HD95 of every region of two segmentations; NaN = not available.
func HD95s(a, b [label.RegionCount]*Mask) Values {
	var v Values
	for r := range v {
		mm, ok := HD95(a[r], b[r])
		if !ok {
			mm = math.NaN()
		}
		v[r] = mm
	}
	return v
}

// Masks cuts out all three regions.
func Masks(m *label.Map) [label.RegionCount]*Mask {
	var out [label.RegionCount]*Mask
	for _, r := range label.Regions {
		out[r] = NewMask(m, r)
	}
	return out
}

// Percentile is found by linear interpolation at percent/100·(n−1), as NumPy does; NaN for no values. It sorts values.
func Percentile(values []float64, percent float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	slices.Sort(values)
	place := percent / 100 * float64(len(values)-1)
	low := int(place)
	high := min(low+1, len(values)-1)
	return values[low] + (values[high]-values[low])*(place-float64(low))
}
