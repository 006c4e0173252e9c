package lesion

import (
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
// the results have the region there and at least a quarter have not: the outlines of any two results differ by a voxel here and there, and
// with a lower limit this rim would join all disputes to one around the whole tumour.
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
	split(m, in, func(c component.Component, part *label.Cutout) {
		d := Dispute{ML: part.RegionML()[label.RegionWT], Min: whole(m, c.Min), Max: whole(m, c.Max), Centre: centre(m, c)}
		d.At, _ = place.Tumour(part)
		list = append(list, d)
	})
	return list
}
