package optim

import "math"

// Schedule gives the learning rate of each of a run's steps, counted from 0.
type Schedule interface {
	Rate(step int) float64
}

// Cosine rises evenly to Base within WarmUp steps and falls to End at Steps along half a cosine (Loshchilov and Hutter, arXiv 1608.03983).
type Cosine struct {
	Base   float64 `json:"base"`
	End    float64 `json:"end"`
	WarmUp int     `json:"warm_up"`
	Steps  int     `json:"steps"`
}

// Rate is End from Steps on. The first step of a warm-up is not zero.
func (s Cosine) Rate(step int) float64 {
	if step < s.WarmUp {
		return s.Base * float64(step+1) / float64(s.WarmUp)
	}
	done := fraction(step-s.WarmUp, s.Steps-s.WarmUp)
	return s.End + (s.Base-s.End)*(1+math.Cos(math.Pi*done))/2
}

// Polynomial falls from Base to 0 at Steps as the Power of what is left; nnU-Net and the paper take 0.9.
type Polynomial struct {
	Base  float64 `json:"base"`
	Power float64 `json:"power"`
	Steps int     `json:"steps"`
}

// Rate is 0 from Steps on.
func (s Polynomial) Rate(step int) float64 {
	return s.Base * math.Pow(1-fraction(step, s.Steps), s.Power)
}

// fraction is step of steps, within 0 and 1.
func fraction(step, steps int) float64 {
	if step >= steps {
		return 1
	}
	return max(0, float64(step)/float64(steps))
}
