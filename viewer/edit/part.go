package edit

import (
	"quorum/viewer/component"
	"quorum/viewer/label"
)

// Scope says what belongs to a clicked voxel.
type Scope uint8

// The scopes.
const (
	SameLabel   Scope = iota // the connected voxels with its label
	WholeLesion              // the connected tumour, whatever its parts
)

// Part is what a click would change.
type Part struct {
	Label  label.Label // of the clicked voxel
	Voxels int
	ML     float64
}

// Part says what a click on a voxel means, before anything is changed; false where there is nothing to click on.
func (e *Edit) Part(voxel [3]int, scope Scope) (Part, bool) {
	p := Part{}
	e.connected(voxel, scope, func(int) { p.Voxels++ })
	if p.Voxels == 0 {
		return p, false
	}
	p.Label = e.labels.Voxel[e.labels.Grid.Index(voxel[0], voxel[1], voxel[2])]
	p.ML = float64(p.Voxels) * e.labels.Grid.VoxelVolumeML()
	return p, true
}

// Relabel gives a whole part another label; the background deletes it. It is one step that can be undone. A stroke in progress is ended
// first. It says whether anything changed.
func (e *Edit) Relabel(voxel [3]int, scope Scope, to label.Label) bool {
	e.End()
	return e.commit(e.connected(voxel, scope, func(at int) { e.labels.Voxel[at] = to }))
}

// connected calls f for every voxel of the part at voxel, and gives the part's box.
func (e *Edit) connected(voxel [3]int, scope Scope, f func(at int)) box {
	g := e.labels.Grid
	if !g.Contains(voxel[0], voxel[1], voxel[2]) {
		return box{}
	}
	clicked := e.labels.Voxel[g.Index(voxel[0], voxel[1], voxel[2])]
	belongs := func(l label.Label) bool { return l == clicked }
	if scope == WholeLesion {
		belongs = func(l label.Label) bool { return l.In(label.RegionWT) }
	}
	if clicked == label.Background || !belongs(clicked) {
		return box{}
	}
	c := e.labels.Cutout()
	in := make([]bool, len(c.Voxel))
	for at, l := range c.Voxel {
		in[at] = belongs(l)
	}
	number, list, err := component.Find(in, c.Dim)
	if err != nil {
		panic(err) // a cutout is as large as its box says
	}
	place := func(v [3]int) int { return (v[2]*c.Dim[1]+v[1])*c.Dim[0] + v[0] }
	id := number[place([3]int{voxel[0] - c.Min[0], voxel[1] - c.Min[1], voxel[2] - c.Min[2]})]
	part := list[id-1]
	for k := part.Min[2]; k <= part.Max[2]; k++ {
		for j := part.Min[1]; j <= part.Max[1]; j++ {
			at := g.Index(part.Min[0]+c.Min[0], j+c.Min[1], k+c.Min[2])
			from := place([3]int{part.Min[0], j, k})
			for n := range part.Max[0] - part.Min[0] + 1 {
				if number[from+n] == id {
					f(at + n)
				}
			}
		}
	}
	var b box
	for a := range 3 {
		b.lo[a], b.hi[a] = part.Min[a]+c.Min[a], part.Max[a]+c.Min[a]+1
	}
	return b
}
