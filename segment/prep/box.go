package prep

import (
	"context"
	"math"
	"sync"
)

// brain says whether a raw value belongs to the brain: neither 0 nor NaN nor Inf.
func brain(x float32) bool {
	return math.Float32bits(x)&0x7fffffff-1 < 0x7f800000-1
}

// tightBox finds the smallest box, on the stored axes, of the voxels that are brain in any sequence; all zero if there is none.
func (f *Frame) tightBox(ctx context.Context) ([3][2]int, error) {
	var lock sync.Mutex
	empty := [3][2]int{{math.MaxInt, 0}, {math.MaxInt, 0}, {math.MaxInt, 0}}
	box := empty
	const thick = 8 // slices in one piece of work: few merges, and enough pieces for all cores
	dim := f.image.dim
	err := parallel(ctx, (dim[2]+thick-1)/thick, func(at int) error {
		mine := empty
		for _, data := range f.voxels {
			if data != nil {
				grow(&mine, data, dim, at*thick, min(dim[2], (at+1)*thick))
			}
		}
		lock.Lock()
		defer lock.Unlock()
		for a := range box {
			box[a] = [2]int{min(box[a][0], mine[a][0]), max(box[a][1], mine[a][1])}
		}
		return nil
	})
	if box == empty {
		return [3][2]int{}, err
	}
	return box, err
}

// grow widens box to the brain of slices k0 to k1−1. Of a row it reads the voxels outside of what it knows already, and no more: most
// rows of a head are read at their two ends only.
func grow(box *[3][2]int, data []float32, dim [3]int, k0, k1 int) {
	for k := k0; k < k1; k++ {
		for j := range dim[1] {
			row := data[(k*dim[1]+j)*dim[0]:][:dim[0]]
			lo, hi := min(box[0][0], dim[0]), box[0][1]
			first := 0
			for first < lo && !brain(row[first]) {
				first++
			}
			last := dim[0]
			for last > max(hi, first) && !brain(row[last-1]) {
				last--
			}
			found := first < lo || last > max(hi, first)
			if inside := j >= box[1][0] && j < box[1][1] && k >= box[2][0] && k < box[2][1]; !found && !inside {
				for i := lo; i < hi && !found; i++ {
					found = brain(row[i])
				}
			}
			if found {
				box[0] = [2]int{min(lo, first), max(hi, last)}
				box[1] = [2]int{min(box[1][0], j), max(box[1][1], j+1)}
				box[2] = [2]int{min(box[2][0], k), max(box[2][1], k+1)}
			}
		}
	}
}
