package compare

import (
	"math"
	"math/rand/v2"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// permuted is the slow, obvious twin of shapley: the mean over all orders of what each member adds when it comes.
func permuted(present sequence.Subset, value func(sequence.Subset) float64) (share [sequence.Count]float64) {
	orders := 0
	var walk func(in sequence.Subset, added [sequence.Count]float64)
	walk = func(in sequence.Subset, added [sequence.Count]float64) {
		if in == present {
			orders++
			for s, x := range added {
				share[s] += x
			}
			return
		}
		for _, s := range present.Without(in).Sequences() {
			next, before := in.With(sequence.Of(s)), 0.0
			if in != 0 {
				before = value(in)
			}
			now := added
			now[s] = value(next) - before
			walk(next, now)
		}
	}
	walk(0, [sequence.Count]float64{})
	for s := range share {
		share[s] /= float64(orders)
		if !present.Has(sequence.Sequence(s)) {
			share[s] = math.NaN()
		}
	}
	return share
}

func near(a, b float64) bool {
	return math.Abs(a-b) < 1e-12 || math.IsNaN(a) && math.IsNaN(b)
}

func TestSharesAreTheMeanOverAllOrders(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, present := range sequence.Full.Subsets() {
		for range 5 {
			var v [1 << sequence.Count]float64
			for u := range v {
				v[u] = r.Float64()*2 - 0.5
			}
			value := func(u sequence.Subset) float64 { return v[u] }
			got, want := shapley(present, value), permuted(present, value)
			sum := 0.0
			for s := range got {
				if !near(got[s], want[s]) {
					t.Fatalf("%s: %s brings %g, the mean over all orders is %g", present.Names(), sequence.Sequence(s), got[s], want[s])
				}
				if !math.IsNaN(got[s]) {
					sum += got[s]
				}
			}
			if !near(sum, v[present]) {
				t.Errorf("%s: the shares sum to %g, all together give %g", present.Names(), sum, v[present])
			}
		}
	}
}

func TestSharesOfEqualsAndOfTheIdle(t *testing.T) {
	// T1 and T2 stand for one another; FLAIR changes nothing; T1ce adds 0.3 whoever is there.
	value := func(u sequence.Subset) float64 {
		v := 0.0
		if u.Has(sequence.T1) || u.Has(sequence.T2) {
			v += 0.5
		}
		if u.Has(sequence.T1ce) {
			v += 0.3
		}
		return v
	}
	want := [sequence.Count]float64{sequence.FLAIR: 0, sequence.T1: 0.25, sequence.T1ce: 0.3, sequence.T2: 0.25}
	for s, got := range shapley(sequence.Full, value) {
		if !near(got, want[s]) {
			t.Errorf("%s brings %g, want %g", sequence.Sequence(s), got, want[s])
		}
	}
}

// complete is a comparison in which every subset of present has random numbers.
func complete(r *rand.Rand, present, used sequence.Subset) *Comparison {
	c := &Comparison{Present: present, Base: used}
	three := func() *[3]float64 { return &[3]float64{r.Float64(), r.Float64(), r.Float64()} }
	for _, u := range present.Subsets() {
		row := Row{Subset: u, ML: *three(), Dice: three(), Agreement: three()}
		if u == used {
			row.Agreement = nil
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

func TestSharesOfAComparison(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, present := range []sequence.Subset{sequence.Full, sequence.Of(sequence.T1, sequence.T1ce, sequence.T2), sequence.Of(sequence.FLAIR)} {
		c := complete(r, present, present)
		for _, truth := range []*[3]float64{nil, {0, 80, 30}} {
			c.TruthML = truth
			shares, ok := c.Shares()
			if !ok || shares.Present != present {
				t.Fatalf("%s: no shares", present.Names())
			}
			full, _ := c.Row(present)
			for _, region := range label.Regions {
				ml, score := 0.0, 0.0
				for _, s := range present.Sequences() {
					ml += shares.ML[region][s]
					score += shares.Score[region][s]
				}
				want := 1.0 // a result agrees with itself
				if truth != nil {
					want = full.Dice[region]
					if truth[region] == 0 {
						want = math.NaN() // no score where there is nothing to find
					}
				}
				if !near(ml, full.ML[region]) || !near(score, want) {
					t.Errorf("%s, %v: %g mL of %g, score %g of %g", present.Names(), region, ml, full.ML[region], score, want)
				}
			}
		}
	}
}

func TestSharesNeedEverySubset(t *testing.T) {
	c := complete(rand.New(rand.NewPCG(5, 6)), sequence.Full, sequence.Full)
	for n := range c.Rows {
		less := *c
		less.Rows = append(append([]Row{}, c.Rows[:n]...), c.Rows[n+1:]...)
		if _, ok := less.Shares(); ok {
			t.Errorf("there are shares without %s", c.Rows[n].Subset.Names())
		}
	}
	if _, ok := (&Comparison{Present: sequence.Full, Base: sequence.Full}).Shares(); ok {
		t.Error("there are shares without results")
	}
}
