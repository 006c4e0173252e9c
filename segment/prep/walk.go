package prep

import (
	"context"

	"quorum/viewer/label"
)

// block is the side of the cubes in which arrays of different axis order are copied: 16 floats are one cache line, so that every line
// of both arrays is read and written whole while it is near.
const block = 16

// walk visits the box of a frame in both orders at once: in a network tensor and in an array.
type walk struct {
	extent       [3]int // of the box, lattice axes
	inner, outer [3]int // steps along the lattice's axes in the tensor, and in the array
	origin       int    // of the box in the array
}

func (f *Frame) walk() walk {
	w := walk{inner: [3]int{f.Size[1] * f.Size[2], f.Size[2], 1}}
	w.origin, w.outer = f.image.steps()
	for a, side := range f.Box {
		w.extent[a] = side[1] - side[0]
		w.origin += side[0] * w.outer[a]
	}
	return w
}

// slabs is the number of pieces that can be worked on at the same time: blocks along D.
func (w walk) slabs() int { return (w.extent[0] + block - 1) / block }

// lines calls each for short lines along W in slab number at: the places of their first voxels and their length.
func (w walk) lines(at int, each func(inner, outer, n int)) {
	for h0 := 0; h0 < w.extent[1]; h0 += block {
		for w0 := 0; w0 < w.extent[2]; w0 += block {
			n := min(block, w.extent[2]-w0)
			for d := at * block; d < min(w.extent[0], (at+1)*block); d++ {
				inner := d*w.inner[0] + h0*w.inner[1] + w0
				outer := w.origin + d*w.outer[0] + h0*w.outer[1] + w0*w.outer[2]
				for range min(block, w.extent[1]-h0) {
					each(inner, outer, n)
					inner += w.inner[1]
					outer += w.outer[1]
				}
			}
		}
	}
}

// gather copies slab number at of the box from an array into a tensor.
func gather[T label.Label | float32](w walk, at int, tensor, array []T) {
	step := w.outer[2]
	w.lines(at, func(inner, outer, n int) {
		out := tensor[inner:][:n]
		for i := range out {
			out[i] = array[outer]
			outer += step
		}
	})
}

// scatter copies the box out of a tensor into an array of the source grid; outside the box the array stays zero.
func scatter[T label.Label | float32](ctx context.Context, w walk, tensor, array []T) error {
	step := w.outer[2]
	return parallel(ctx, w.slabs(), func(at int) error {
		w.lines(at, func(inner, outer, n int) {
			for _, x := range tensor[inner:][:n] {
				array[outer] = x
				outer += step
			}
		})
		return nil
	})
}
