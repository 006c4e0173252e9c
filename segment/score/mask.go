package score

import (
	"math"

	"quorum/viewer/label"
)

// Mask is one region of a segmentation, cropped to its tight box. Made by NewMask; immutable.
type Mask struct {
	voxels  int
	spacing [3]float64 // mm along i, j, k
	box     box        // empty for an empty mask
	in      []bool     // of the box, i fastest
}

// box is [lo, hi) along i, j, k.
type box struct{ lo, hi [3]int }

func (b box) dim() [3]int { return [3]int{b.hi[0] - b.lo[0], b.hi[1] - b.lo[1], b.hi[2] - b.lo[2]} }

func (b box) union(c box) box {
	for a := range 3 {
		b.lo[a], b.hi[a] = min(b.lo[a], c.lo[a]), max(b.hi[a], c.hi[a])
	}
	return b
}

// NewMask cuts a region out of a segmentation.
func NewMask(m *label.Map, r label.Region) *Mask {
	var in [256]bool
	for _, l := range label.Parts {
		in[l] = l.In(r)
	}
	out := &Mask{spacing: m.Grid.Spacing()}
	dim := m.Grid.Dim
	b := box{lo: [3]int{math.MaxInt, math.MaxInt, math.MaxInt}}
	for k := range dim[2] {
		for j := range dim[1] {
			row := m.Voxel[m.Grid.Index(0, j, k):][:dim[0]]
			first, last := -1, -1
			for i, l := range row {
				if in[l] {
					if first < 0 {
						first = i
					}
					last = i
					out.voxels++
				}
			}
			if first >= 0 {
				b = b.union(box{[3]int{first, j, k}, [3]int{last + 1, j + 1, k + 1}})
			}
		}
	}
	if out.voxels == 0 {
		return out
	}
	out.box = b
	out.in = make([]bool, 0, (b.hi[0]-b.lo[0])*(b.hi[1]-b.lo[1])*(b.hi[2]-b.lo[2]))
	for k := b.lo[2]; k < b.hi[2]; k++ {
		for j := b.lo[1]; j < b.hi[1]; j++ {
			for _, l := range m.Voxel[m.Grid.Index(b.lo[0], j, k):m.Grid.Index(b.hi[0], j, k)] {
				out.in = append(out.in, in[l])
			}
		}
	}
	return out
}

// Voxels is the number of voxels in the mask.
func (m *Mask) Voxels() int { return m.voxels }

// at says whether a voxel of the box's lattice is in the mask; outside the box nothing is.
func (m *Mask) at(i, j, k int) bool {
	d := m.box.dim()
	return i >= 0 && j >= 0 && k >= 0 && i < d[0] && j < d[1] && k < d[2] && m.in[(k*d[1]+j)*d[0]+i]
}

// surface lists the voxels of the mask that touch a voxel outside it with a face: the mask minus its erosion by six neighbours. The
// border of the image is surface too. Places count in the lattice of b, which must hold the mask's box.
func (m *Mask) surface(b box) []int {
	var list []int
	d, outer := m.box.dim(), b.dim()
	at := -1
	for k := range d[2] {
		for j := range d[1] {
			place := ((k+m.box.lo[2]-b.lo[2])*outer[1]+j+m.box.lo[1]-b.lo[1])*outer[0] + m.box.lo[0] - b.lo[0]
			for i := range d[0] {
				if at++; !m.in[at] {
					continue
				}
				inner := m.at(i-1, j, k) && m.at(i+1, j, k) && m.at(i, j-1, k) && m.at(i, j+1, k) && m.at(i, j, k-1) && m.at(i, j, k+1)
				if !inner {
					list = append(list, place+i)
				}
			}
		}
	}
	return list
}
