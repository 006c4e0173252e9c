package segment

import (
	"math"
	"runtime"
	"sync"

	"quorum/viewer/label"
)

// scores are the network's answer for each region, [D,H,W] of the padded size: logits, or probabilities where logits do not exist (a
// mean over flips). Neither is calibrated: a positive temperature does not change which side of the threshold a voxel is on.
type scores struct {
	value       [label.RegionCount][]float32
	probability bool
}

// threshold is what a score must exceed: the logit of Threshold, or Threshold.
func (s scores) threshold() float32 {
	if s.probability {
		return Threshold
	}
	return 0
}

func (s scores) probabilities() [label.RegionCount][]float32 {
	if s.probability {
		return s.value
	}
	return sigmoids(s.value)
}

func (s scores) logits() [label.RegionCount][]float32 {
	if !s.probability {
		return s.value
	}
	return each(s.value, func(_ label.Region, p float64) float64 { return logit(p) })
}

func sigmoids(logits [label.RegionCount][]float32) [label.RegionCount][]float32 {
	return each(logits, func(_ label.Region, x float64) float64 { return sigmoid(x) })
}

// calibrated are the probabilities with the logits divided by the regions' temperatures.
func (s scores) calibrated(temperature [label.RegionCount]float64) [label.RegionCount][]float32 {
	if s.probability {
		return calibrated(s.value, temperature)
	}
	return each(s.value, func(r label.Region, x float64) float64 { return sigmoid(x / temperature[r]) })
}

// calibrated divides the logits behind probabilities by the regions' temperatures. Nothing is computed where all are 1.
func calibrated(p [label.RegionCount][]float32, temperature [label.RegionCount]float64) [label.RegionCount][]float32 {
	if temperature == [label.RegionCount]float64{1, 1, 1} {
		return p
	}
	return each(p, func(r label.Region, p float64) float64 { return sigmoid(logit(p) / temperature[r]) })
}

// sigmoid is stable on both sides; sigmoid(−Inf) is 0.
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// logit is the inverse of sigmoid; −Inf at 0 and Inf at 1.
func logit(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

// each maps all values, on all cores, into new arrays.
func each(in [label.RegionCount][]float32, f func(label.Region, float64) float64) (out [label.RegionCount][]float32) {
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for r := range in {
		n := len(in[r])
		out[r] = make([]float32, n)
		for w := range workers {
			wait.Go(func() {
				for i := n * w / workers; i < n*(w+1)/workers; i++ {
					out[r][i] = float32(f(label.Region(r), float64(in[r][i])))
				}
			})
		}
	}
	wait.Wait()
	return out
}
