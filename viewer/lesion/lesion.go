// Package lesion finds the places of a result that are worth a look: lesions with their volumes, the slices with most tumour, and where
// results disagree; and steps through them.
package lesion

import (
	"quorum/viewer/component"
	"quorum/viewer/label"
	"quorum/viewer/place"
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
	in := make([]bool, len(m.Voxel))
	for at, l := range m.Voxel {
		in[at] = l.In(label.RegionWT)
	}
	var list []Lesion
	split(m, in, func(c component.Component, part *label.Cutout) {
		l := Lesion{ML: part.RegionML(), Min: whole(m, c.Min), Max: whole(m, c.Max), Centre: centre(m, c)}
		l.At, _ = place.Tumour(part)
		list = append(list, l)
	})
	return list
}

// split cuts m into the connected parts of in, a mask of its box, and calls f for them as cut does.
func split(m *label.Cutout, in []bool, f func(component.Component, *label.Cutout)) {
	number, parts, err := component.Find(in, m.Dim)
	if err != nil {
		panic(err) // the mask is as large as the box
	}
	cut(m, number, parts, f)
}

// cut calls f for each of the numbered parts of m's box, the largest first, down to SmallestML, with the labels of that part alone. Places
// of the component are those in m's box.
func cut(m *label.Cutout, number []int32, parts []component.Component, f func(component.Component, *label.Cutout)) {
	unit := m.Grid.VoxelVolumeML()
	for at, c := range parts {
		if float64(c.Voxels)*unit < SmallestML-1e-9 {
			return // they come in order of size
		}
		dim := [3]int{c.Max[0] - c.Min[0] + 1, c.Max[1] - c.Min[1] + 1, c.Max[2] - c.Min[2] + 1}
		voxel := make([]label.Label, 0, dim[0]*dim[1]*dim[2])
		for k := c.Min[2]; k <= c.Max[2]; k++ {
			for j := c.Min[1]; j <= c.Max[1]; j++ {
				row := (k*m.Dim[1]+j)*m.Dim[0] + c.Min[0]
				for n := range dim[0] {
					l := label.Background
					if number[row+n] == int32(at+1) {
						l = m.Voxel[row+n]
					}
					voxel = append(voxel, l)
				}
			}
		}
		part, err := label.NewCutout(m.Grid, whole(m, c.Min), dim, voxel)
		if err != nil {
			panic(err) // a part of a box lies in the box
		}
		f(c, part)
	}
}

// whole brings a voxel of m's box into the whole grid.
func whole(m *label.Cutout, voxel [3]int) [3]int {
	return [3]int{voxel[0] + m.Min[0], voxel[1] + m.Min[1], voxel[2] + m.Min[2]}
}

// centre is that of a component, in voxels of the whole grid.
func centre(m *label.Cutout, c component.Component) (v [3]float64) {
	for a := range v {
		v[a] = c.Centre[a] + float64(m.Min[a])
	}
	return v
}
