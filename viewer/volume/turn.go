package volume

// Turn permutes and reverses voxel axes: axis c of the result is axis Source[c] of the input, read backwards where Flip[c].
// It moves voxels and never computes new ones, so it inverts exactly.
type Turn struct {
	Source [3]int // a permutation of 0, 1, 2
	Flip   [3]bool
}

// TurnTo is the turn that brings voxels of one orientation into another.
func TurnTo(from, to Orientation) Turn {
	var t Turn
	for c := range 3 {
		for s := range 3 {
			if from.Axis[s] == to.Axis[c] {
				t.Source[c], t.Flip[c] = s, from.Flip[s] != to.Flip[c]
			}
		}
	}
	return t
}

// Identity reports whether nothing moves.
func (t Turn) Identity() bool { return t == Turn{Source: [3]int{0, 1, 2}} }

// Inverse turns back.
func (t Turn) Inverse() Turn {
	var b Turn
	for c, s := range t.Source {
		b.Source[s], b.Flip[s] = c, t.Flip[c]
	}
	return b
}

// Then is the turn that does t first and next after it.
func (t Turn) Then(next Turn) Turn {
	var b Turn
	for c, s := range next.Source {
		b.Source[c], b.Flip[c] = t.Source[s], next.Flip[c] != t.Flip[s]
	}
	return b
}

// Dim is the shape of a turned volume.
func (t Turn) Dim(dim [3]int) [3]int {
	return [3]int{dim[t.Source[0]], dim[t.Source[1]], dim[t.Source[2]]}
}

// Grid is the lattice of a turned volume: every voxel stays where it is in the world (to rounding of the origin).
func (t Turn) Grid(g Grid) Grid {
	out := Grid{Dim: t.Dim(g.Dim)}
	for r := range 3 {
		out.Affine[r][3] = g.Affine[r][3]
		for c, s := range t.Source {
			step := g.Affine[r][s]
			if t.Flip[c] {
				out.Affine[r][3] += step * float64(g.Dim[s]-1)
				step = -step
			}
			out.Affine[r][c] = step
		}
	}
	return out
}

// Walk is how a turned volume is read without turning it: from place start of an input of shape dim (i fastest), one step along axis c of
// the result moves stride[c] places.
func (t Turn) Walk(dim [3]int) (start int, stride [3]int) {
	place := [3]int{1, dim[0], dim[0] * dim[1]}
	for c, s := range t.Source {
		stride[c] = place[s]
		if t.Flip[c] {
			start += place[s] * (dim[s] - 1)
			stride[c] = -place[s]
		}
	}
	return start, stride
}

// Apply turns voxels of shape dim (i fastest) into a new slice of shape t.Dim(dim).
func Apply[T any](t Turn, dim [3]int, voxel []T) []T {
	if len(voxel) != dim[0]*dim[1]*dim[2] {
		panic("volume: Apply: the number of voxels does not fit their shape")
	}
	out := make([]T, len(voxel))
	start, stride := t.Walk(dim)
	shape := t.Dim(dim)
	if t.Source[0] == 0 {
		applyRows(out, shape, voxel, start, stride)
		return out
	}
	applyTiles(out, shape, voxel, start, stride, t.Inverse().Source[0])
	return out
}

// applyRows handles turns that keep i the fastest axis: rows are copied, or reversed.
func applyRows[T any](out []T, shape [3]int, voxel []T, start int, stride [3]int) {
	n := shape[0]
	parallel(shape[1]*shape[2], rowsAtLeast(n), func(lo, hi int) {
		for row := lo; row < hi; row++ {
			from := start + row%shape[1]*stride[1] + row/shape[1]*stride[2]
			dst := out[row*n : row*n+n]
			if stride[0] > 0 {
				copy(dst, voxel[from:from+n])
				continue
			}
			src := voxel[from-n+1 : from+1]
			for i := range dst {
				dst[i] = src[n-1-i]
			}
		}
	})
}

// tile is the side of the squares in which applyTiles works: two of them, rows read and rows written, stay in the first-level cache.
const tile = 32

// applyTiles handles turns where the fastest axis of the input becomes axis fast (1 or 2) of the result. Rows of both would touch
// a new cache line at every voxel of the other; squares in the plane of the two do not.
func applyTiles[T any](out []T, shape [3]int, voxel []T, start int, stride [3]int, fast int) {
	place := [3]int{1, shape[0], shape[0] * shape[1]}
	other := 3 - fast
	parallel(shape[other], rowsAtLeast(shape[0]*shape[fast]), func(lo, hi int) {
		for p := lo; p < hi; p++ {
			for q0 := 0; q0 < shape[fast]; q0 += tile {
				for i0 := 0; i0 < shape[0]; i0 += tile {
					width := min(tile, shape[0]-i0)
					for q := q0; q < min(q0+tile, shape[fast]); q++ {
						to := p*place[other] + q*place[fast] + i0
						from := start + p*stride[other] + q*stride[fast] + i0*stride[0]
						for i := range width {
							out[to+i] = voxel[from+i*stride[0]]
						}
					}
				}
			}
		}
	})
}
