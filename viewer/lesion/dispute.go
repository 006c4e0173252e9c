package lesion

import (
	"iter"
	"slices"

	"quorum/viewer/compare"
	"quorum/viewer/component"
	"quorum/viewer/label"
	"quorum/viewer/place"
)

// Dispute is a connected place where the results disagree about a region.
type Dispute struct {
	ML       float64
	Min, Max [3]int     // the box, voxel indices i, j, k, both ends inside
	Centre   [3]float64 // the mean voxel index
	At       [3]int     // the voxel to look at: in the axial slice with most of it, in the midst of it
}

// Disputes lists where the results disagree about a region, the largest first, from SmallestML on. A voxel counts if at least a quarter of
// the results have the region there and at least a quarter have not: the outlines of any two results differ by a voxel here and there. What
// is left still hangs together around most tumours, by thin shells; it is parted into places, see parted.
func Disputes(a *compare.Agreement, r label.Region) []Dispute {
	in := make([]bool, len(a.Count[r]))
	disputed := make([]label.Label, len(in))
	for at, k := range a.Count[r] {
		few := min(int(k), a.N-int(k))
		if few > 0 && 4*few >= a.N {
			in[at], disputed[at] = true, label.ED // any label of a tumour: only where it is counts
		}
	}
	m, err := label.NewCutout(a.Grid, a.Min, a.Dim, disputed)
	if err != nil {
		panic(err) // an agreement map is as large as its box says
	}
	var list []Dispute
	number, parts := parted(in, a.Dim, a.Grid.Spacing())
	cut(m, number, parts, func(c component.Component, part *label.Cutout) {
		d := Dispute{ML: part.RegionML()[label.RegionWT], Min: whole(m, c.Min), Max: whole(m, c.Max), Centre: centre(m, c)}
		d.At, _ = place.Tumour(part)
		list = append(list, d)
	})
	return list
}

// thick is how far a place reaches from its edge at the least, mm. Shells and bridges that are thinner than twice that belong to the places
// beside them.
const thick = 3

// parted numbers the places of a mask (i fastest, dim along i, j, k) as component.Find does its components: what is left of the mask when
// its rim is taken off parts it, and takes back what lies nearest to it. A component of which nothing is left is a place as it is.
func parted(in []bool, dim [3]int, spacing [3]float64) (number []int32, list []component.Component) {
	mustFind := func(in []bool) ([]int32, []component.Component) {
		number, list, err := component.Find(in, dim)
		if err != nil {
			panic(err) // the mask is as large as the box
		}
		return number, list
	}
	number, cores := mustFind(inner(in, dim, spacing))
	of, components := mustFind(in)
	thin := make([]int32, len(components)+1) // the number of a component without a core
	for at := range components {
		thin[at+1] = int32(len(cores) + at + 1)
	}
	for at, n := range number {
		if n != 0 {
			thin[of[at]] = 0
		}
	}
	var front []int
	for at := range number {
		if number[at] == 0 && in[at] {
			number[at] = thin[of[at]]
		} else if number[at] != 0 {
			front = append(front, at)
		}
	}
	for len(front) > 0 {
		var next []int
		for _, at := range front {
			for to := range around(at, dim) {
				if in[to] && number[to] == 0 {
					number[to] = number[at]
					next = append(next, to)
				}
			}
		}
		front = next
	}
	return component.Measure(number, dim)
}

// inner is a mask without its rim: face by face, as many voxels along each axis as lie within thick.
func inner(in []bool, dim [3]int, spacing [3]float64) []bool {
	var left []int // the voxels that are in, still
	for at := range in {
		if in[at] {
			left = append(left, at)
		}
	}
	stride := [3]int{1, dim[0], dim[0] * dim[1]}
	for round := 1; ; round++ {
		thin := true // no axis has so many voxels within thick
		out := slices.Clone(in)
		for a, mm := range spacing {
			if float64(round)*mm > thick+1e-6 || len(left) == 0 {
				continue
			}
			thin = false
			for _, at := range left {
				if x := at / stride[a] % dim[a]; x == 0 || x == dim[a]-1 || !in[at-stride[a]] || !in[at+stride[a]] {
					out[at] = false
				}
			}
		}
		if thin {
			return in
		}
		in = out
		left = slices.DeleteFunc(left, func(at int) bool { return !in[at] })
	}
}

// around yields the neighbours of a voxel that touch it by a face, an edge or a corner.
func around(at int, dim [3]int) iter.Seq[int] {
	i, j, k := at%dim[0], at/dim[0]%dim[1], at/(dim[0]*dim[1])
	return func(yield func(int) bool) {
		for z := max(0, k-1); z <= min(dim[2]-1, k+1); z++ {
			for y := max(0, j-1); y <= min(dim[1]-1, j+1); y++ {
				for x := max(0, i-1); x <= min(dim[0]-1, i+1); x++ {
					if !yield((z*dim[1]+y)*dim[0] + x) {
						return
					}
				}
			}
		}
	}
}
