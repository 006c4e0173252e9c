// Package lesion finds the places of a result that are worth a look: lesions with their volumes, the slices with most tumour, and where
// results disagree; and steps through them.
package lesion

import (
	"quorum/viewer/component"
	"quorum/viewer/label"
	"quorum/viewer/volume"
)

// SmallestML is the least volume of a lesion; what is smaller is a speck and not listed.
const SmallestML = 0.1

// Lesion is a connected part of the whole tumour.
type Lesion struct {
	ML       [label.RegionCount]float64
	Min, Max [3]int     // the box, voxel indices i, j, k, both ends inside
	Centre   [3]float64 // the mean voxel index
	At       [3]int     // the voxel to look at: in the axial slice with most core, else most tumour, in the midst of it
}

// Find lists the lesions of at least SmallestML, the largest first.
func Find(m *label.Cutout) []Lesion {
	p := patch{grid: m.Grid, min: m.Min, dim: m.Dim, in: make([]bool, len(m.Voxel))}
	for at, l := range m.Voxel {
		p.in[at] = l.In(label.RegionWT)
	}
	number, parts := p.components()
	unit := m.Grid.VoxelVolumeML()
	count := make([][label.RegionCount]int, len(parts)+1)
	for at, id := range number {
		for _, r := range label.Regions {
			if m.Voxel[at].In(r) {
				count[id][r]++
			}
		}
	}
	var list []Lesion
	for at, c := range parts {
		if float64(c.Voxels)*unit < SmallestML-1e-9 {
			break // they come in order of size
		}
		l := Lesion{Min: p.whole(c.Min), Max: p.whole(c.Max), Centre: p.centre(c)}
		for r, n := range count[at+1] {
			l.ML[r] = float64(n) * unit
		}
		shown := label.RegionTC
		if l.ML[shown] == 0 {
			shown = label.RegionWT
		}
		l.At = p.whole(densest(p, c, func(voxel int) bool { return number[voxel] == int32(at+1) && m.Voxel[voxel].In(shown) }))
		list = append(list, l)
	}
	return list
}

// patch is a box of voxels in a grid, with a mask of it.
type patch struct {
	grid     volume.Grid
	min, dim [3]int
	in       []bool // i fastest
}

// components are the connected parts of the mask, in voxels of the patch.
func (p patch) components() ([]int32, []component.Component) {
	number, list, err := component.Find(p.in, p.dim)
	if err != nil {
		panic(err) // a patch is as large as its box says
	}
	return number, list
}

// whole brings a voxel of the patch into the grid.
func (p patch) whole(voxel [3]int) [3]int {
	return [3]int{voxel[0] + p.min[0], voxel[1] + p.min[1], voxel[2] + p.min[2]}
}

func (p patch) centre(c component.Component) (centre [3]float64) {
	for a := range centre {
		centre[a] = c.Centre[a] + float64(p.min[a])
	}
	return centre
}

// densest finds, of the voxels of c's box that count, the axial slice with most of them, and in it the voxel with most of them in its row
// and column. The first one wins where several are equal.
func densest(p patch, c component.Component, counts func(voxel int) bool) (best [3]int) {
	axial := 0
	for a, world := range p.grid.Orientation().Axis {
		if world == 2 {
			axial = a
		}
	}
	across, along := (axial+1)%3, (axial+2)%3
	each := func(lo, hi [3]int, f func(v [3]int)) {
		for k := lo[2]; k <= hi[2]; k++ {
			for j := lo[1]; j <= hi[1]; j++ {
				for i := lo[0]; i <= hi[0]; i++ {
					if counts((k*p.dim[1]+j)*p.dim[0] + i) {
						f([3]int{i, j, k})
					}
				}
			}
		}
	}
	slices := make([]int, p.dim[axial])
	each(c.Min, c.Max, func(v [3]int) { slices[v[axial]]++ })
	slice, most := 0, 0
	for at, n := range slices {
		if n > most {
			slice, most = at, n
		}
	}
	lo, hi := c.Min, c.Max
	lo[axial], hi[axial] = slice, slice
	rows, columns := make([]int, p.dim[along]), make([]int, p.dim[across])
	each(lo, hi, func(v [3]int) { rows[v[along]]++; columns[v[across]]++ })
	top := 0
	each(lo, hi, func(v [3]int) {
		if n := rows[v[along]] + columns[v[across]]; n > top {
			best, top = v, n
		}
	})
	return best
}
