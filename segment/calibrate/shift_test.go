package calibrate

import (
	"math"
	"math/rand/v2"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// TestDiceOfHistogram: the counts give what counting voxels gives.
func TestDiceOfHistogram(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	logit, inside := make([]float32, 5000), make([]bool, 5000)
	for i := range logit {
		inside[i] = rng.IntN(3) == 0
		logit[i] = float32(rng.NormFloat64() * 3)
		if inside[i] {
			logit[i] += 2
		}
	}
	var h Histogram
	if err := h.Add(logit, inside); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []float64{-2, -0.5, 0, 0.125, 1, 3} {
		both, sum := 0.0, 0.0
		for i, x := range logit {
			if float64(x) > limit {
				sum++
				if inside[i] {
					both++
				}
			}
			if inside[i] {
				sum++
			}
		}
		if got := h.Dice(limit); math.Abs(got-2*both/sum) > 1e-12 {
			t.Errorf("limit %g: %g, want %g", limit, got, 2*both/sum)
		}
	}
	if d := (&Histogram{}).Dice(0); d != 1 {
		t.Errorf("both empty: %g", d)
	}
}

// TestShifts: logits that were shifted by known constants are shifted back.
func TestShifts(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	wrong := [label.RegionCount]float64{0.5, 0, -1}
	var s Shifts
	for range 3 {
		var g Gathering
		for _, u := range []sequence.Subset{1, 3, sequence.Full} {
			for _, r := range label.Regions {
				logit, inside := make([]float32, 20000), make([]bool, 20000)
				for i := range logit {
					x := rng.NormFloat64() * 4
					inside[i] = x+rng.NormFloat64() > 0
					logit[i] = float32(x + wrong[r])
				}
				if err := g.Cell(u, r).Logits.Add(logit, inside); err != nil {
					t.Fatal(err)
				}
			}
		}
		s.Add(&g)
	}
	shift, dice, before := s.Best()
	for r, w := range wrong {
		if math.Abs(shift[r]+w) > 0.13 || dice[r] < before[r] || w != 0 && dice[r] < before[r]+1e-3 {
			t.Errorf("%s: shift %g for logits wrong by %g, Dice %g after %g", label.Region(r), shift[r], w, dice[r], before[r])
		}
	}
	if _, dice, _ := new(Shifts).Best(); !math.IsNaN(dice[0]) {
		t.Errorf("without a case: %v", dice)
	}
}
