package calibrate

import "math"

// The temperatures that Temperature can find. Outside of these a network is not over- or underconfident but wrong.
const (
	Coldest = 0.1
	Hottest = 10.0
)

// ErrorBins is the number of equal bins of the expected calibration error.
const ErrorBins = 15

// Temperature is the T in [Coldest, Hottest] that makes sigmoid(logit/T) most likely: it minimises the negative log likelihood (Guo et
// al., "On Calibration of Modern Neural Networks", ICML 2017). Where the true region is empty in all cases, or everything, nothing can
// be calibrated and T is 1.
func (h *Histogram) Temperature() float64 {
	if outside, inside := h.Voxels(); outside == 0 || inside == 0 {
		return 1
	}
	list := h.samples()
	// In a = 1/T the likelihood is convex, so its slope has one zero, which bisection over log a finds to the last bits.
	slope := func(a float64) float64 {
		sum := 0.0
		for _, s := range list {
			sum += s.logit * (s.voxels*sigmoid(a*s.logit) - s.inside)
		}
		return sum
	}
	lo, hi := math.Log(1/Hottest), math.Log(1/Coldest)
	if slope(math.Exp(lo)) >= 0 {
		return Hottest
	}
	if slope(math.Exp(hi)) <= 0 {
		return Coldest
	}
	for range 40 {
		if middle := (lo + hi) / 2; slope(math.Exp(middle)) < 0 {
			lo = middle
		} else {
			hi = middle
		}
	}
	return math.Exp(-(lo + hi) / 2)
}

// Error is the expected calibration error of sigmoid(logit/temperature): probabilities fall into 15 equal bins; in each bin the mean
// probability is compared with the share of voxels in the true region; the differences are averaged with the bins' voxels as weights
// (Naeini et al., AAAI 2015, for the probability of one class). NaN for no voxels. The voxels of one interval of logits stay together,
// those inside and outside the region: apart, they could fall to the two sides of an edge and look like wrong probabilities.
func (h *Histogram) Error(temperature float64) float64 {
	var probability, inside [ErrorBins]float64
	total := 0.0
	for _, b := range h.bin {
		n := float64(b.outside + b.inside)
		if n == 0 {
			continue
		}
		p := sigmoid((b.outsideSum + b.insideSum) / n / temperature)
		at := min(int(p*ErrorBins), ErrorBins-1)
		probability[at] += n * p
		inside[at] += float64(b.inside)
		total += n
	}
	sum := 0.0
	for at := range probability {
		sum += math.Abs(probability[at] - inside[at])
	}
	return sum / total
}
