package prep

import "quorum/viewer/volume"

// view looks at an array as a lattice with the axes L, P, S. Stored means the array's own axes, the first fastest.
type view struct {
	dim     [3]int     // stored
	axis    [3]int     // of each lattice axis: the stored axis along it
	flip    [3]bool    // of each lattice axis: stored the other way round
	spacing [3]float64 // of each lattice axis, mm
}

// viewOf looks along the nearest permutation and flips to LPS.
func viewOf(g volume.Grid) view {
	t := volume.TurnTo(g.Orientation(), volume.LPS)
	v := view{dim: g.Dim, axis: t.Source, flip: t.Flip}
	spacing := g.Spacing()
	for a, s := range v.axis {
		v.spacing[a] = spacing[s]
	}
	return v
}

// size is the number of voxels along the lattice's axes.
func (v view) size() [3]int { return [3]int{v.dim[v.axis[0]], v.dim[v.axis[1]], v.dim[v.axis[2]]} }

// steps gives the place of the lattice's voxel (0,0,0) in the array, and how far a step along each lattice axis goes.
func (v view) steps() (origin int, step [3]int) {
	pitch := [3]int{1, v.dim[0], v.dim[0] * v.dim[1]}
	for a, s := range v.axis {
		step[a] = pitch[s]
		if v.flip[a] {
			origin += (v.dim[s] - 1) * pitch[s]
			step[a] = -pitch[s]
		}
	}
	return origin, step
}

// lattice turns a box on the stored axes into the same box on the lattice's axes.
func (v view) lattice(stored [3][2]int) (box [3][2]int) {
	for a, s := range v.axis {
		box[a] = stored[s]
		if n := v.dim[s]; v.flip[a] {
			box[a] = [2]int{n - stored[s][1], n - stored[s][0]}
		}
	}
	return box
}
