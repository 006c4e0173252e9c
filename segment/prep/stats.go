package prep

import (
	"errors"
	"fmt"
	"math"
)

// The percentiles that clip the brain, in percent.
const (
	LowPercentile  = 0.1
	HighPercentile = 99.9
)

// Stats is what was measured in the brain of one sequence, in its own units.
type Stats struct {
	Low, High float64 // percentiles 0.1 and 99.9
	Mean, SD  float64 // of the clipped brain; SD is that of the population
}

// standardise turns raw voxels into z-scores in place: the brain is clipped to its percentiles, what is not brain becomes exactly 0.
// Sums are float64, in the order of the voxels, so that equal tensors give equal results wherever they came from.
func standardise(voxel []float32) (Stats, error) {
	q, n := percentiles(voxel, LowPercentile, HighPercentile)
	if n == 0 {
		return Stats{}, errors.New("every voxel is 0: leave this sequence out")
	}
	s := Stats{Low: q[0], High: q[1]}
	// Deviations from Low instead of from the mean: one pass, and no cancellation to speak of within so narrow a range.
	var sum, square float64
	for _, x := range voxel {
		if brain(x) {
			d := min(max(float64(x), s.Low), s.High) - s.Low
			sum += d
			square += d * d
		}
	}
	count := float64(n)
	s.Mean = s.Low + sum/count
	s.SD = math.Sqrt(max(0, (square-sum*sum/count)/count))
	if s.High == s.Low || s.SD < 1e-7*(s.High-s.Low) { // rounding leaves about 1e-8 of the range where all values are equal
		return s, fmt.Errorf("the brain has the value %g in nearly all of its %d voxels: there is nothing to see, leave this sequence out", s.Low, n)
	}
	scale := 1 / s.SD
	for i, x := range voxel {
		if brain(x) {
			voxel[i] = float32((min(max(float64(x), s.Low), s.High) - s.Mean) * scale)
		} else {
			voxel[i] = 0
		}
	}
	return s, nil
}

// percentiles finds percentiles of the brain by linear interpolation at q·(n−1), as NumPy does, and the number n of brain voxels.
//
// It is a radix select in two passes over order-preserving keys: the upper 16 bits of all values, then the lower 16 bits of those that
// share their upper bits with a wanted one. Nothing is copied or sorted.
func percentiles(voxel []float32, percent ...float64) (value []float64, n int) {
	upper := make([]uint32, 1<<16)
	for _, x := range voxel {
		if brain(x) {
			upper[key(x)>>16]++
		}
	}
	for _, c := range upper {
		n += int(c)
	}
	if n == 0 {
		return nil, 0
	}
	var rank []int // two for each percentile
	for _, q := range percent {
		low := int(q / 100 * float64(n-1))
		rank = append(rank, low, min(low+1, n-1))
	}
	lower := countLower(voxel, upper, rank)
	at := func(rank int) float64 {
		half, rest := find(upper, rank)
		low, _ := find(lower[half], rest)
		return float64(unkey(half<<16 | low))
	}
	for i, q := range percent {
		a, b := at(rank[2*i]), at(rank[2*i+1])
		value = append(value, a+(b-a)*(q/100*float64(n-1)-float64(rank[2*i])))
	}
	return value, n
}

// countLower counts the lower halves of the keys, by upper half, for those upper halves that hold a wanted rank.
func countLower(voxel []float32, upper []uint32, rank []int) [][]uint32 {
	lower := make([][]uint32, len(upper))
	for _, r := range rank {
		if half, _ := find(upper, r); lower[half] == nil {
			lower[half] = make([]uint32, 1<<16)
		}
	}
	for _, x := range voxel {
		if brain(x) {
			if k := key(x); lower[k>>16] != nil {
				lower[k>>16][k&0xffff]++
			}
		}
	}
	return lower
}

// find gives the bin that holds the value of a rank (from 0), and the rank within that bin.
func find(count []uint32, rank int) (bin uint32, rest int) {
	for b, c := range count {
		if rank < int(c) {
			return uint32(b), rank
		}
		rank -= int(c)
	}
	return uint32(len(count) - 1), 0
}

// key maps floats to integers in the same order (negative numbers run backwards in their bits).
func key(x float32) uint32 {
	b := math.Float32bits(x)
	return b ^ (uint32(int32(b)>>31) | 1<<31)
}

func unkey(k uint32) float32 {
	return math.Float32frombits(k ^ (uint32(int32(^k)>>31) | 1<<31))
}
