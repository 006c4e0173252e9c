package volume

import "math"

// nearly is how close to a voxel's centre, in voxels, a position counts as the centre: matrices that should give integers
// give them to about 1e-12 of the dimension, and files hold matrices in float32.
const nearly = 1e-5

// Resample reads v at the voxels of another grid, trilinear. A position up to half a voxel outside the outermost centres takes the
// value at the border; farther out it is 0. A neighbour of weight 0 has no influence, not even NaN.
func Resample(v *Volume, onto Grid) *Volume {
	if v.Grid == onto {
		return v
	}
	out := &Volume{Grid: onto, Voxel: make([]float32, onto.Voxels())}
	m := v.Grid.Affine.Inverse().Mul(onto.Affine)
	n := onto.Dim[0]
	parallel(onto.Dim[1]*onto.Dim[2], rowsAtLeast(8*n), func(lo, hi int) {
		for row := lo; row < hi; row++ {
			start := m.Apply([3]float64{0, float64(row % onto.Dim[1]), float64(row / onto.Dim[1])})
			trilinearRow(out.Voxel[row*n:row*n+n], v, start, [3]float64{m[0][0], m[1][0], m[2][0]})
		}
	})
	return out
}

// trilinearRow fills dst with v at the voxel positions start + i·step.
func trilinearRow(dst []float32, v *Volume, start, step [3]float64) {
	dim := v.Grid.Dim
	strides := [3]int{1, dim[0], dim[0] * dim[1]}
	for i := range dst {
		base := 0
		var next [3]int // places to the upper neighbour, 0 where its weight is 0
		var weight [3]float64
		inside := true
		for c := range 3 {
			at, up, w, ok := bracket(start[c]+float64(i)*step[c], dim[c])
			if !ok {
				inside = false
				break
			}
			base += at * strides[c]
			next[c], weight[c] = up*strides[c], w
		}
		if !inside {
			continue
		}
		dst[i] = float32(lerp3(v.Voxel, base, next, weight))
	}
}

// bracket finds the voxel at or below position x along an axis of n voxels, whether its upper neighbour counts (up = 1) and with
// which weight; ok is false outside.
func bracket(x float64, n int) (at, up int, weight float64, ok bool) {
	if !(x > -0.5-nearly && x < float64(n)-0.5+nearly) {
		return 0, 0, 0, false
	}
	x = min(max(x, 0), float64(n-1))
	at = int(x)
	weight = x - float64(at)
	switch {
	case weight < nearly:
		return at, 0, 0, true
	case weight > 1-nearly:
		return at + 1, 0, 0, true
	}
	return at, 1, weight, true
}

// lerp3 blends the eight neighbours, one axis after the other; an axis without an upper neighbour is skipped.
func lerp3(voxel []float32, base int, next [3]int, weight [3]float64) float64 {
	x := lerp2(voxel, base, next, weight)
	if next[2] == 0 {
		return x
	}
	return x + weight[2]*(lerp2(voxel, base+next[2], next, weight)-x)
}

func lerp2(voxel []float32, base int, next [3]int, weight [3]float64) float64 {
	x := lerp1(voxel, base, next[0], weight[0])
	if next[1] == 0 {
		return x
	}
	return x + weight[1]*(lerp1(voxel, base+next[1], next[0], weight[0])-x)
}

func lerp1(voxel []float32, base, next int, weight float64) float64 {
	x := float64(voxel[base])
	if next == 0 {
		return x
	}
	return x + weight*(float64(voxel[base+next])-x)
}

// ResampleNearest reads voxels of the grid from at the voxels of another grid: the value of the voxel that contains the position,
// the zero value outside. It is for labels, which must never be blended.
func ResampleNearest[T any](from Grid, voxel []T, onto Grid) []T {
	out := make([]T, onto.Voxels())
	m := from.Affine.Inverse().Mul(onto.Affine)
	n := onto.Dim[0]
	parallel(onto.Dim[1]*onto.Dim[2], rowsAtLeast(4*n), func(lo, hi int) {
		for row := lo; row < hi; row++ {
			start := m.Apply([3]float64{0, float64(row % onto.Dim[1]), float64(row / onto.Dim[1])})
			for i := range n {
				x := float64(i)
				a := nearest(start[0]+x*m[0][0], from.Dim[0])
				b := nearest(start[1]+x*m[1][0], from.Dim[1])
				c := nearest(start[2]+x*m[2][0], from.Dim[2])
				if a >= 0 && b >= 0 && c >= 0 {
					out[row*n+i] = voxel[from.Index(a, b, c)]
				}
			}
		}
	})
	return out
}

// nearest is the voxel that contains position x along an axis of n voxels, or -1 outside. At the wall between two the upper wins,
// whatever the rounding.
func nearest(x float64, n int) int {
	if !(x > -0.5-nearly && x < float64(n)-0.5+nearly) {
		return -1
	}
	return min(int(math.Floor(x+0.5+nearly)), n-1)
}
