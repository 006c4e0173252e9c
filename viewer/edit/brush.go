package edit

import (
	"math"

	"quorum/viewer/render"
	"quorum/viewer/volume"
)

// box is a range of voxels: [lo, hi) along i, j, k; empty where hi is not above lo.
type box struct{ lo, hi [3]int }

func (b box) empty() bool { return b.hi[0] <= b.lo[0] || b.hi[1] <= b.lo[1] || b.hi[2] <= b.lo[2] }

func (b box) union(c box) box {
	switch {
	case b.empty():
		return c
	case c.empty():
		return b
	}
	for a := range 3 {
		b.lo[a], b.hi[a] = min(b.lo[a], c.lo[a]), max(b.hi[a], c.hi[a])
	}
	return b
}

// brush is the shape of a tool on a grid. Distances are those in the patient, so it is round in mm on thin and thick slices, and on
// oblique and sheared grids too.
type brush struct {
	grid   volume.Grid
	radius float64       // mm
	mm     [3][3]float64 // from a step in voxels to one in mm
	reach  [3]float64    // how many voxels the radius reaches along i, j, k at most
	flat   int           // the voxel axis that a disc does not extend along; −1 = a ball
}

func newBrush(t Tool, g volume.Grid) *brush {
	b := &brush{grid: g, mm: g.Affine.Linear(), flat: -1}
	if t.Radius > 0 { // not NaN
		b.radius = t.Radius
	}
	if !t.Ball {
		b.flat = render.NewView(g, t.Plane, render.Radiological).Deep()
	}
	back := g.Affine.Inverse().Linear()
	for a, row := range back {
		b.reach[a] = b.radius * math.Sqrt(row[0]*row[0]+row[1]*row[1]+row[2]*row[2])
	}
	return b
}

// sweep visits every voxel that the brush touches on its way from one voxel position to another: those whose centres are within the
// radius of the way, and those that the way itself crosses. It gives the box in which they lie. A voxel may be visited more than once.
func (b *brush) sweep(from, to [3]float64, visit func(at int)) box {
	touched := box{}
	if b.flat >= 0 {
		from[b.flat], to[b.flat] = math.Round(from[b.flat]), math.Round(to[b.flat])
		if from[b.flat] != to[b.flat] {
			from = to // another slice: a disc does not reach through
		}
	}
	// Long ways are cut up, so that a slanting one does not search the whole box around it.
	n := 1 + int(b.length(from, to)/max(2*b.radius, b.length([3]float64{}, [3]float64{1, 1, 1})))
	for part := range n {
		touched = touched.union(b.capsule(between(from, to, float64(part)/float64(n)), between(from, to, float64(part+1)/float64(n)), visit))
	}
	return touched.union(b.line(from, to, visit))
}

// line visits the voxels that the way crosses, sampled twice a voxel: neighbours touch at least at a corner.
func (b *brush) line(from, to [3]float64, visit func(at int)) box {
	touched := box{}
	steps := 1
	for a := range 3 {
		steps = max(steps, int(math.Ceil(2*math.Abs(to[a]-from[a]))))
	}
	for n := range steps + 1 {
		p := between(from, to, float64(n)/float64(steps))
		v := [3]int{int(math.Round(p[0])), int(math.Round(p[1])), int(math.Round(p[2]))}
		if b.grid.Contains(v[0], v[1], v[2]) {
			visit(b.grid.Index(v[0], v[1], v[2]))
			touched = touched.union(box{v, [3]int{v[0] + 1, v[1] + 1, v[2] + 1}})
		}
	}
	return touched
}

// capsule visits the voxels within the radius of the way from p to q.
func (b *brush) capsule(p, q [3]float64, visit func(at int)) box {
	var around box
	for a := range 3 {
		reach := b.reach[a]
		if a == b.flat {
			reach = 0
		}
		around.lo[a] = max(0, int(math.Ceil(min(p[a], q[a])-reach-1e-9)))
		around.hi[a] = min(b.grid.Dim[a], int(math.Floor(max(p[a], q[a])+reach+1e-9))+1)
	}
	if around.empty() {
		return box{}
	}
	way := b.step(p, q)
	length, limit := dot(way, way), b.radius*b.radius
	right := b.step([3]float64{}, [3]float64{1, 0, 0}) // to the next voxel of a row
	for k := around.lo[2]; k < around.hi[2]; k++ {
		for j := around.lo[1]; j < around.hi[1]; j++ {
			row := b.step(p, [3]float64{float64(around.lo[0]), float64(j), float64(k)})
			at := b.grid.Index(around.lo[0], j, k)
			for n := range around.hi[0] - around.lo[0] {
				x, y, z := row[0]+float64(n)*right[0], row[1]+float64(n)*right[1], row[2]+float64(n)*right[2]
				if along := way[0]*x + way[1]*y + way[2]*z; along > 0 { // else p is the nearest point of the way
					share := 1.0
					if along < length {
						share = along / length
					}
					x, y, z = x-share*way[0], y-share*way[1], z-share*way[2]
				}
				if x*x+y*y+z*z <= limit {
					visit(at + n)
				}
			}
		}
	}
	return around
}

// step is the way from one voxel position to another in mm.
func (b *brush) step(from, to [3]float64) (mm [3]float64) {
	for r := range mm {
		for c := range 3 {
			mm[r] += b.mm[r][c] * (to[c] - from[c])
		}
	}
	return mm
}

func (b *brush) length(from, to [3]float64) float64 {
	mm := b.step(from, to)
	return math.Sqrt(dot(mm, mm))
}

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

// between is the position a share t of the way from p to q.
func between(p, q [3]float64, t float64) [3]float64 {
	return [3]float64{p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1]), p[2] + t*(q[2]-p[2])}
}
