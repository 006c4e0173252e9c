package data

import (
	"math"
	"math/rand/v2"
)

// pose is where an image lies in a case: its voxel p shows the position Axes·(p − (Size−1)/2) + Centre of the brain's box.
type pose struct {
	size   [3]int
	axes   [3][3]float64 // column c is the step in the case that a step along axis c of the image makes
	centre [3]float64
	whole  bool // every position is a voxel and the axes are flips at most: voxels are copied
}

// place is the upright pose of an image around a voxel of a box. The image stays inside the box where it can; where it is the larger one, the
// brain lies anywhere in it, as inference pads at one end.
func place(rng *rand.Rand, around, box, size [3]int) pose {
	p := pose{size: size, whole: true}
	for a := range 3 {
		first := min(max(around[a]-size[a]/2, 0), box[a]-size[a])
		if box[a] <= size[a] {
			first = -rng.IntN(size[a] - box[a] + 1)
		}
		p.axes[a][a] = 1
		p.centre[a] = float64(first) + float64(size[a]-1)/2
	}
	return p
}

// turn rotates the pose about its centre, by angles about the three axes in radians, and scales it.
func (p *pose) turn(angle [3]float64, scale float64) {
	for a, t := range angle {
		sin, cos := math.Sincos(t)
		u, v := (a+1)%3, (a+2)%3
		for r := range p.axes { // times the rotation about axis a, from the right
			x, y := p.axes[r][u], p.axes[r][v]
			p.axes[r][u], p.axes[r][v] = x*cos+y*sin, y*cos-x*sin
		}
	}
	for r := range p.axes {
		for c := range p.axes[r] {
			p.axes[r][c] *= scale
		}
	}
	p.whole = false
}

// flip mirrors the image along one of its axes.
func (p *pose) flip(axis int) {
	for r := range p.axes {
		p.axes[r][axis] = -p.axes[r][axis]
	}
}

// moved is the same pose in another box of the same lattice.
func (p pose) moved(from, to [3]int) pose {
	for a := range p.centre {
		p.centre[a] += float64(from[a] - to[a])
	}
	return p
}

// at is the position that a voxel of the image shows.
func (p *pose) at(d, h, w int) (q [3]float64) {
	for r := range q {
		q[r] = p.centre[r]
		for c, x := range [3]int{d, h, w} {
			q[r] += p.axes[r][c] * (float64(x) - float64(p.size[c]-1)/2)
		}
	}
	return q
}
