package prep

import "quorum/viewer/volume"

// view looks at an array as a lattice with the axes L, P, S. Stored means the array's own axes, the first fastest.
type view struct {
	dim     [3]int      // stored
	turn    volume.Turn // from the stored axes to the lattice's
	spacing [3]float64  // of each lattice axis, mm
}

// viewOf looks along the nearest permutation and flips to LPS.
func viewOf(g volume.Grid) view {
	v := view{dim: g.Dim, turn: volume.TurnTo(g.Orientation(), volume.LPS)}
	spacing := g.Spacing()
	for a, s := range v.turn.Source {
		v.spacing[a] = spacing[s]
	}
	return v
}

// size is the number of voxels along the lattice's axes.
func (v view) size() [3]int { return v.turn.Dim(v.dim) }

// steps gives the place of the lattice's voxel (0,0,0) in the array, and how far a step along each lattice axis goes.
func (v view) steps() (origin int, step [3]int) { return v.turn.Walk(v.dim) }

// lattice turns a box on the stored axes into the same box on the lattice's axes.
func (v view) lattice(stored [3][2]int) (box [3][2]int) {
	for a, s := range v.turn.Source {
		box[a] = stored[s]
		if n := v.dim[s]; v.turn.Flip[a] {
			box[a] = [2]int{n - stored[s][1], n - stored[s][0]}
		}
	}
	return box
}
