package label

import (
	"fmt"
	"strings"

	"quorum/viewer/volume"
)

// Cutout is a Map without the background around its labels: a few MB at most where a Map of a head has nine, and nothing is lost. Results
// that wait to be shown are kept so, and comparing two of them looks at no voxel in which neither has anything. Immutable.
type Cutout struct {
	Grid  volume.Grid // of the whole Map
	Min   [3]int      // the first voxel of the box, i, j, k
	Dim   [3]int      // of the box; 0 = there are no labels
	Voxel []Label     // of the box, i fastest
	count [Count]int  // of the whole Map
}

// Cutout cuts the tight box around all labels out of m.
func (m *Map) Cutout() *Cutout {
	c := &Cutout{Grid: m.Grid, Min: m.Grid.Dim}
	end := [3]int{}
	dim := m.Grid.Dim
	empty := strings.Repeat("\x00", dim[0]) // a row of background; strings are compared many voxels at a time
	for row := range dim[1] * dim[2] {
		line := m.Voxel[row*dim[0] : (row+1)*dim[0]]
		if string(line) == empty {
			continue
		}
		first := 0
		for line[first] == Background {
			first++
		}
		last := len(line)
		for line[last-1] == Background {
			last--
		}
		j, k := row%dim[1], row/dim[1]
		c.Min = [3]int{min(c.Min[0], first), min(c.Min[1], j), min(c.Min[2], k)}
		end = [3]int{max(end[0], last), max(end[1], j+1), max(end[2], k+1)}
	}
	if end[0] == 0 {
		c.Min = [3]int{}
		c.recount()
		return c
	}
	c.Dim = [3]int{end[0] - c.Min[0], end[1] - c.Min[1], end[2] - c.Min[2]}
	c.Voxel = make([]Label, 0, c.Dim[0]*c.Dim[1]*c.Dim[2])
	for k := range c.Dim[2] {
		for j := range c.Dim[1] {
			at := m.Grid.Index(c.Min[0], c.Min[1]+j, c.Min[2]+k)
			c.Voxel = append(c.Voxel, m.Voxel[at:at+c.Dim[0]]...)
		}
	}
	c.recount()
	return c
}

// NewCutout takes a box of labels as it was stored: it must lie in the grid, and its labels must exist.
func NewCutout(g volume.Grid, first, dim [3]int, voxel []Label) (*Cutout, error) {
	n := 1
	for a := range dim {
		if dim[a] < 0 || first[a] < 0 || first[a] > g.Dim[a]-dim[a] {
			return nil, fmt.Errorf("a box of %v voxels at %v does not lie in a grid of %v", dim, first, g.Dim)
		}
		n *= dim[a]
	}
	if len(voxel) != n {
		return nil, fmt.Errorf("%d labels do not fill a box of %v voxels", len(voxel), dim)
	}
	for _, l := range voxel {
		if l >= Count {
			return nil, fmt.Errorf("%d is no label", l)
		}
	}
	c := &Cutout{Grid: g, Min: first, Dim: dim, Voxel: voxel}
	c.recount()
	return c, nil
}

func (c *Cutout) recount() {
	c.count = [Count]int{Background: c.Grid.Voxels() - len(c.Voxel)}
	for _, l := range c.Voxel {
		c.count[l]++
	}
}

// Map is the whole Map again: the inverse of Map.Cutout.
func (c *Cutout) Map() *Map {
	m := &Map{Grid: c.Grid, Voxel: make([]Label, c.Grid.Voxels())}
	for k := range c.Dim[2] {
		for j := range c.Dim[1] {
			copy(m.Voxel[c.Grid.Index(c.Min[0], c.Min[1]+j, c.Min[2]+k):], c.line(0, j, k)[:c.Dim[0]])
		}
	}
	return m
}

// line is the rest of the array from a voxel of the box on.
func (c *Cutout) line(i, j, k int) []Label { return c.Voxel[(k*c.Dim[1]+j)*c.Dim[0]+i:] }

// At is the label of voxel (i, j, k) of the whole grid; the background outside the box.
func (c *Cutout) At(i, j, k int) Label {
	i, j, k = i-c.Min[0], j-c.Min[1], k-c.Min[2]
	if i < 0 || j < 0 || k < 0 || i >= c.Dim[0] || j >= c.Dim[1] || k >= c.Dim[2] {
		return Background
	}
	return c.line(i, j, k)[0]
}

// Count is the number of voxels of each label on the whole grid.
func (c *Cutout) Count() [Count]int { return c.count }

// RegionML is the volume of each region in mL.
func (c *Cutout) RegionML() [RegionCount]float64 { return RegionML(c.count, c.Grid) }

// Compare counts the voxels of every region in c and d as the function Compare does for whole Maps, but looks only where both have a box.
func (c *Cutout) Compare(d *Cutout) ([RegionCount]Overlap, error) {
	if err := sameLattice(c.Grid, d.Grid); err != nil {
		return [RegionCount]Overlap{}, err
	}
	var t pairs
	var lo, n [3]int
	for a := range 3 {
		lo[a] = max(c.Min[a], d.Min[a])
		n[a] = max(0, min(c.Min[a]+c.Dim[a], d.Min[a]+d.Dim[a])-lo[a])
	}
	if n[0] > 0 {
		for k := range n[2] {
			for j := range n[1] {
				t.row(c.line(lo[0]-c.Min[0], lo[1]+j-c.Min[1], lo[2]+k-c.Min[2])[:n[0]],
					d.line(lo[0]-d.Min[0], lo[1]+j-d.Min[1], lo[2]+k-d.Min[2]))
			}
		}
	}
	out := t.overlap()
	for _, r := range Regions { // what lies outside the common box is in one of them only
		out[r].A, out[r].B = regionCount(c.count, r), regionCount(d.count, r)
	}
	return out, nil
}
