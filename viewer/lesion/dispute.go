package lesion

import (
	"quorum/viewer/compare"
	"quorum/viewer/label"
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
	p := patch{grid: a.Grid, min: a.Min, dim: a.Dim, in: make([]bool, len(a.Count[r]))}
	for at, k := range a.Count[r] {
		few := min(int(k), a.N-int(k))
		p.in[at] = few > 0 && 4*few >= a.N
	}
	number, parts := p.components()
	unit := a.Grid.VoxelVolumeML()
	var list []Dispute
	for at, c := range parts {
		ml := float64(c.Voxels) * unit
		if ml < SmallestML-1e-9 {
			break // they come in order of size
		}
		list = append(list, Dispute{
			ML: ml, Min: p.whole(c.Min), Max: p.whole(c.Max), Centre: p.centre(c),
			At: p.whole(densest(p, c, func(voxel int) bool { return number[voxel] == int32(at+1) })),
		})
	}
	return list
}
