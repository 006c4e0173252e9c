package render

import (
	"math"

	"quorum/viewer/volume"
)

// quantileBits is how much of a number tells its bin: 11 bits of the fraction, so that a quantile is right to 0.05 % of itself.
const quantileBits = 20

// Quantiles are the values at shares 0, 1/steps, …, 1 of the brain (the voxels that are finite and not 0), steps + 1 of them, ascending; nil
// without such voxels. They are right to 0.05 %, enough to set windows of different sequences alike.
func Quantiles(v *volume.Volume, steps int) []float32 {
	count := make([]uint32, 1<<quantileBits)
	total := 0
	for _, x := range v.Voxel {
		if x != 0 && x-x == 0 {
			count[ordered(x)>>(32-quantileBits)]++
			total++
		}
	}
	if total == 0 {
		return nil
	}
	list := make([]float32, 0, steps+1)
	seen := 0
	for bin, n := range count {
		seen += int(n)
		for len(list) <= steps && n > 0 && seen > len(list)*(total-1)/steps {
			list = append(list, unordered(uint32(bin)<<(32-quantileBits)))
		}
	}
	return list
}

// Normal is the mean and the standard deviation of a brain.
type Normal struct{ Mean, SD float32 }

// NormalOf is that of the voxels that are finite and not 0; SD is 1 where it would be 0, so that it can divide.
func NormalOf(v *volume.Volume) Normal {
	n, sum, square := 0, 0.0, 0.0
	for _, x := range v.Voxel {
		if x != 0 && x-x == 0 {
			n++
			sum += float64(x)
			square += float64(x) * float64(x)
		}
	}
	if n == 0 {
		return Normal{SD: 1}
	}
	mean := sum / float64(n)
	sd := math.Sqrt(max(0, square/float64(n)-mean*mean))
	if !(sd > 0) {
		sd = 1
	}
	return Normal{Mean: float32(mean), SD: float32(sd)}
}
