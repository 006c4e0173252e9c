package score

import (
	"fmt"
	"math"
)

// Few is the number of cases under which a spread is shown as a range: a standard deviation of so few says little.
const Few = 10

// Summary describes the values of some cases. With N = 0 the others are NaN; with N = 1 SD is 0.
type Summary struct {
	N        int
	Mean, SD float64 // SD is that of the sample (n − 1)
	Min, Max float64
}

// Summarise describes values; NaN is not available and left out.
func Summarise(values []float64) Summary {
	s := Summary{Min: math.Inf(1), Max: math.Inf(-1)}
	sum := 0.0
	for _, x := range values {
		if !math.IsNaN(x) {
			s.N++
			sum += x
			s.Min, s.Max = min(s.Min, x), max(s.Max, x)
		}
	}
	if s.N == 0 {
		nan := math.NaN()
		return Summary{Mean: nan, SD: nan, Min: nan, Max: nan}
	}
	s.Mean = sum / float64(s.N)
	square := 0.0
	for _, x := range values {
		if !math.IsNaN(x) {
			square += (x - s.Mean) * (x - s.Mean)
		}
	}
	s.SD = math.Sqrt(square / float64(max(1, s.N-1)))
	return s
}

// Spread is the range under ten cases, "0.12–0.63", and the sample standard deviation from there on, "± 0.11"; empty where there are
// not even two cases.
func (s Summary) Spread(decimals int) string {
	switch {
	case s.N < 2:
		return ""
	case s.N < Few:
		return fmt.Sprintf("%.*f–%.*f", decimals, s.Min, decimals, s.Max)
	}
	return fmt.Sprintf("± %.*f", decimals, s.SD)
}

// VolumeBias is how much larger predicted volumes are than true ones: the mean difference in mL, and the mean relative difference in
// percent over the cases with truth > 0 (nil if there are none). Both lists hold the same cases in the same order.
func VolumeBias(predicted, truth []float64) (ml float64, percent *float64) {
	sum, share, n := 0.0, 0.0, 0
	for at, t := range truth {
		sum += predicted[at] - t
		if t > 0 {
			share += 100 * (predicted[at] - t) / t
			n++
		}
	}
	if n > 0 {
		share /= float64(n)
		percent = &share
	}
	return sum / float64(max(1, len(truth))), percent
}
