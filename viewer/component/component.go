// Package component finds the connected parts of a mask.
package component

import (
	"fmt"
	"slices"
)

// Connectivity is the number of neighbours of a voxel that count as touching: faces, edges and corners.
const Connectivity = 26

// Component is a connected set of voxels. Two voxels are connected if they share a face, an edge or a corner (26 neighbours).
type Component struct {
	Voxels   int
	First    int        // the lowest voxel index (i fastest)
	Min, Max [3]int     // the box, voxel indices i, j, k, both ends inside
	Centre   [3]float64 // the mean voxel index
}

// Find finds the connected components of the voxels that are in (i fastest, dim along i, j, k), the largest first and equal ones
// in the order of their first voxels. number is 0 outside and 1 + the position in list inside.
//
// Rows are cut into runs and touching runs are joined by union-find with path halving (after He, Chao and Suzuki, "A run-based
// two-scan labeling algorithm", IEEE Transactions on Image Processing 17(5), 2008).
func Find(in []bool, dim [3]int) (number []int32, list []Component, err error) {
	if len(in) != dim[0]*dim[1]*dim[2] {
		return nil, nil, fmt.Errorf("a mask of %d voxels does not fill a lattice of %d×%d×%d", len(in), dim[0], dim[1], dim[2])
	}
	f := newForest(in, dim)
	f.join(dim)
	list = f.collect(dim)
	number = make([]int32, len(in))
	for at, r := range f.runs {
		id := f.id[f.root(int32(at))]
		for p := r.lo; p < r.hi; p++ {
			number[p] = id
		}
	}
	return number, list, nil
}

// run is a stretch of voxels in one row: voxel indices lo to hi−1.
type run struct{ lo, hi int }

// forest is union-find over runs. The root of a tree is its lowest run, so that a component's first voxel begins its root.
type forest struct {
	runs   []run
	row    []int32 // row r (j + k·nj) holds runs[row[r]:row[r+1]]
	parent []int32
	id     []int32 // of roots: 1 + position in the list of components
}

func newForest(in []bool, dim [3]int) *forest {
	f := &forest{row: make([]int32, 1, dim[1]*dim[2]+1)}
	for r := range dim[1] * dim[2] {
		end := (r + 1) * dim[0]
		for p := r * dim[0]; p < end; p++ {
			if !in[p] {
				continue
			}
			lo := p
			for p < end && in[p] {
				p++
			}
			f.runs = append(f.runs, run{lo, p})
		}
		f.row = append(f.row, int32(len(f.runs)))
	}
	f.parent = make([]int32, len(f.runs))
	for at := range f.parent {
		f.parent[at] = int32(at)
	}
	return f
}

// join unites the runs that touch. Of the eight neighbouring rows only the four that come before need a look.
func (f *forest) join(dim [3]int) {
	for k := range dim[2] {
		for j := range dim[1] {
			here := j + k*dim[1]
			for _, d := range [4][2]int{{-1, 0}, {-1, -1}, {0, -1}, {1, -1}} {
				if y, z := j+d[0], k+d[1]; y >= 0 && y < dim[1] && z >= 0 {
					f.joinRows(here, y+z*dim[1], dim[0])
				}
			}
		}
	}
}

// joinRows walks two rows of n voxels together; runs touch if they overlap or lie corner to corner.
func (f *forest) joinRows(a, b, n int) {
	shift := (a - b) * n // brings a voxel of row b beside its neighbour in row a
	x, y := f.row[a], f.row[b]
	for x < f.row[a+1] && y < f.row[b+1] {
		p, q := f.runs[x], f.runs[y]
		q.lo, q.hi = q.lo+shift, q.hi+shift
		if p.lo <= q.hi && q.lo <= p.hi {
			f.unite(x, y)
		}
		if p.hi < q.hi {
			x++
		} else {
			y++
		}
	}
}

func (f *forest) root(a int32) int32 {
	for f.parent[a] != a {
		f.parent[a] = f.parent[f.parent[a]]
		a = f.parent[a]
	}
	return a
}

func (f *forest) unite(a, b int32) {
	a, b = f.root(a), f.root(b)
	f.parent[max(a, b)] = min(a, b)
}

// collect measures the components, orders them and sets id.
func (f *forest) collect(dim [3]int) []Component {
	var list []Component
	var sum [][3]float64
	var roots []int32
	place := make([]int32, len(f.runs))
	for at, r := range f.runs {
		root := f.root(int32(at))
		if root == int32(at) {
			place[root] = int32(len(list))
			list = append(list, Component{First: r.lo, Min: dim, Max: [3]int{-1, -1, -1}})
			sum = append(sum, [3]float64{})
			roots = append(roots, root)
		}
		n, rest := r.hi-r.lo, r.lo/dim[0]
		lo := [3]int{r.lo % dim[0], rest % dim[1], rest / dim[1]}
		hi := [3]int{lo[0] + n - 1, lo[1], lo[2]}
		c, s := &list[place[root]], &sum[place[root]]
		c.Voxels += n
		for a := range 3 {
			c.Min[a], c.Max[a] = min(c.Min[a], lo[a]), max(c.Max[a], hi[a])
			s[a] += float64(n) * float64(lo[a]+hi[a]) / 2
		}
	}
	order := make([]int, len(list))
	for at := range list {
		order[at] = at
		for a := range 3 {
			list[at].Centre[a] = sum[at][a] / float64(list[at].Voxels)
		}
	}
	// Roots come in the order of first voxels and the sort is stable.
	slices.SortStableFunc(order, func(a, b int) int { return list[b].Voxels - list[a].Voxels })
	f.id = make([]int32, len(f.runs))
	sorted := make([]Component, len(list))
	for rank, at := range order {
		sorted[rank] = list[at]
		f.id[roots[at]] = int32(rank + 1)
	}
	return sorted
}
