package render

import (
	"math"

	"quorum/viewer/volume"
)

// Window is the range of intensities that is shown from black to white.
type Window struct {
	Low, High float32
}

// The share of the brain's voxels below and above the automatic window.
const (
	lowShare  = 0.001
	highShare = 0.999
)

// AutoWindow is the automatic window: the 0.1 and 99.9 percentile (nearest rank) of the brain, that is of the voxels that are finite and not
// 0. An image without any is shown black.
func AutoWindow(v *volume.Volume) Window {
	values, ok := percentiles(v.Voxel, lowShare, highShare)
	if !ok {
		return Window{Low: 0, High: 1}
	}
	low, high := values[0], values[1]
	if !(high > low) {
		low = min(0, high-1) // a constant brain is white, not a division by zero
	}
	return Window{Low: low, High: high}
}

// percentiles finds the values at two shares by counting, the upper 16 bits of the numbers first and then the lower: exact, two passes.
func percentiles(voxel []float32, shares ...float64) ([]float32, bool) {
	coarse := make([]int, 1<<16)
	total := 0
	for _, x := range voxel {
		if x != 0 && x-x == 0 { // x-x is NaN for NaN and for infinities
			coarse[ordered(x)>>16]++
			total++
		}
	}
	if total == 0 {
		return nil, false
	}
	rest, upper := make([]int, len(shares)), make([]uint32, len(shares))
	fine := make(map[uint32][]int, len(shares))
	for n, share := range shares {
		rank := min(total-1, max(0, int(math.Ceil(share*float64(total)))-1))
		upper[n], rest[n] = find(coarse, rank)
		fine[upper[n]] = make([]int, 1<<16)
	}
	for bin, count := range fine {
		for _, x := range voxel {
			if x != 0 && ordered(x)>>16 == bin && x-x == 0 {
				count[ordered(x)&0xffff]++
			}
		}
	}
	values := make([]float32, len(shares))
	for n, bin := range upper {
		lower, _ := find(fine[bin], rest[n])
		values[n] = unordered(bin<<16 | lower)
	}
	return values, true
}

// find gives the first bin that holds the value of this rank, and the rank inside the bin.
func find(count []int, rank int) (bin uint32, rest int) {
	for n, c := range count {
		if rank < c {
			return uint32(n), rank
		}
		rank -= c
	}
	return uint32(len(count) - 1), 0
}

// ordered maps a number to an integer so that the order stays; unordered is its inverse.
func ordered(x float32) uint32 {
	u := math.Float32bits(x)
	if u>>31 == 1 {
		return ^u
	}
	return u | 1<<31
}

func unordered(u uint32) float32 {
	if u>>31 == 1 {
		return math.Float32frombits(u &^ (1 << 31))
	}
	return math.Float32frombits(^u)
}
