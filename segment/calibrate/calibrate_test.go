package calibrate_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"quorum/segment/calibrate"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// overconfident draws voxels whose true probability is sigmoid(logit/temperature).
func overconfident(seed uint64, n int, temperature float64) (logit []float32, inside []bool) {
	random := rand.New(rand.NewPCG(seed, 1))
	for range n {
		z := -3 + 4*random.NormFloat64()
		logit = append(logit, float32(z))
		inside = append(inside, random.Float64() < 1/(1+math.Exp(-z/temperature)))
	}
	return logit, inside
}

// exactError is the definition of the calibration error, voxel by voxel.
func exactError(logit []float32, inside []bool, temperature float64) float64 {
	var n, p, y [15]float64
	for i, z := range logit {
		q := 1 / (1 + math.Exp(-float64(z)/temperature))
		b := min(14, int(q*15))
		n[b]++
		p[b] += q
		if inside[i] {
			y[b]++
		}
	}
	sum := 0.0
	for b := range n {
		if n[b] > 0 {
			sum += n[b] / float64(len(logit)) * math.Abs(p[b]/n[b]-y[b]/n[b])
		}
	}
	return sum
}

func exactLikelihood(logit []float32, inside []bool, temperature float64) float64 {
	sum := 0.0
	for i, z := range logit {
		q := 1 / (1 + math.Exp(-float64(z)/temperature))
		if inside[i] {
			sum -= math.Log(q)
		} else {
			sum -= math.Log1p(-q)
		}
	}
	return sum / float64(len(logit))
}

func histogram(t *testing.T, logit []float32, inside []bool) *calibrate.Histogram {
	t.Helper()
	h := &calibrate.Histogram{}
	// In pieces, as cases come.
	for len(logit) > 0 {
		n := min(len(logit), 777)
		if err := h.Add(logit[:n], inside[:n]); err != nil {
			t.Fatal(err)
		}
		logit, inside = logit[n:], inside[n:]
	}
	return h
}

func TestHistogramEqualsVoxels(t *testing.T) {
	logit, inside := overconfident(1, 200_000, 1.7)
	h := histogram(t, logit, inside)
	// At 1.7 the probabilities are honest: the error is small, and what voxels in the wrong bin add would show most.
	for _, temperature := range []float64{0.5, 1, 1.7, 3} {
		if got, want := h.Error(temperature), exactError(logit, inside, temperature); math.Abs(got/want-1) > 0.05 {
			t.Errorf("T = %g: calibration error %.6f, voxel by voxel %.6f", temperature, got, want)
		}
	}
	outside, in := h.Voxels()
	if outside+in != uint64(len(logit)) {
		t.Errorf("%d + %d voxels of %d", outside, in, len(logit))
	}
}

// TestErrorDoesNotPartTheClasses: honest voxels around the edge between two bins of the calibration error, all within one bin of the
// histogram. The voxels outside the region have their mean just below the edge and those inside just above it; were they assigned apart,
// a probability of 0.6 would be compared with shares of 0 and 1.
func TestErrorDoesNotPartTheClasses(t *testing.T) {
	const low, width = 26.0 / 64, 1.0 / 64
	temperature := (low + width/2) / math.Log(0.6/0.4)
	logit, inside := []float32{low, low + 0.99*width}, []bool{false, true}
	for i := range 100 {
		for k := range 5 {
			logit = append(logit, float32(low+(float64(i)+0.5)/100*width))
			inside = append(inside, k < 3)
		}
	}
	want := exactError(logit, inside, temperature)
	if got := histogram(t, logit, inside).Error(temperature); math.Abs(got-want) > 0.005 {
		t.Errorf("calibration error %.4f, voxel by voxel %.4f", got, want)
	}
}

func TestTemperatureIsTheMostLikelyOne(t *testing.T) {
	for seed, want := range []float64{0.6, 1, 2.5} {
		logit, inside := overconfident(uint64(seed), 60000, want)
		h := histogram(t, logit, inside)
		got := h.Temperature()
		if math.Abs(got/want-1) > 0.03 {
			t.Errorf("T = %.4f, the voxels were drawn with %g", got, want)
		}
		best := exactLikelihood(logit, inside, got)
		for _, other := range []float64{0.99, 1.01} {
			if exactLikelihood(logit, inside, got*other) < best {
				t.Errorf("T = %.4f is less likely than %.4f", got, got*other)
			}
		}
		if before, after := h.Error(1), h.Error(got); want != 1 && after > before/3 {
			t.Errorf("calibration error %.4f before, %.4f after", before, after)
		}
	}
}

func TestTemperatureWhereNothingCanBeLearned(t *testing.T) {
	empty := &calibrate.Histogram{}
	if got := empty.Temperature(); got != 1 {
		t.Errorf("no voxels: T = %g", got)
	}
	if got := empty.Error(1); !math.IsNaN(got) {
		t.Errorf("no voxels: calibration error %g", got)
	}
	if got := histogram(t, []float32{-3, -2, 1}, []bool{false, false, false}).Temperature(); got != 1 {
		t.Errorf("the region is empty in all cases: T = %g", got)
	}
	// Every voxel is right: ever colder would be ever more likely.
	if got := histogram(t, []float32{-3, -2, 1}, []bool{false, false, true}).Temperature(); got != calibrate.Coldest {
		t.Errorf("all right: T = %g", got)
	}
	if got := histogram(t, []float32{-3, -2, 1}, []bool{true, true, false}).Temperature(); got != calibrate.Hottest {
		t.Errorf("all wrong: T = %g", got)
	}
	// Far out logits are counted, not lost.
	if outside, inside := histogram(t, []float32{-1e9, 1e9}, []bool{false, true}).Voxels(); outside != 1 || inside != 1 {
		t.Errorf("%d and %d voxels", outside, inside)
	}
	infinite := histogram(t, []float32{float32(math.Inf(-1)), float32(math.Inf(1))}, []bool{true, false})
	// Both are as wrong as can be: each adds 1 − sigmoid(40/T).
	if got, want := infinite.Error(calibrate.Hottest), 1/(1+math.Exp(-4)); math.Abs(got-want) > 1e-6 {
		t.Errorf("infinite logits count as ±40: calibration error %g, want %g", got, want)
	}
	if err := (&calibrate.Histogram{}).Add([]float32{float32(math.NaN())}, []bool{true}); !errors.Is(err, calibrate.ErrNaN) {
		t.Errorf("NaN was counted: %v", err)
	}
}

func TestReliability(t *testing.T) {
	var all, g calibrate.Gathering
	u := sequence.Of(sequence.FLAIR, sequence.T2)
	cell := g.Cell(u, label.RegionWT)
	cell.Add(0.5, 8, 10)
	all.Merge(&g)
	cell = all.Cell(u, label.RegionWT)
	cell.Add(0.9, 3, 0)
	logit, inside := overconfident(9, 5000, 2)
	if err := g.Cell(sequence.Full, label.RegionTC).Logits.Add(logit, inside); err != nil { // no Dice: no cell in the result
		t.Fatal(err)
	}
	var more calibrate.Gathering
	if err := more.Cell(u, label.RegionWT).Logits.Add(logit, inside); err != nil {
		t.Fatal(err)
	}
	all.Merge(&more)
	r := all.Reliability([]string{"a", "b"}, "val", true)
	if len(r.Rows) != 1 || len(r.Rows["flair-t2"]) != 1 || r.Key != "val" || !r.UsedToChoose || len(r.Cases) != 2 {
		t.Fatalf("%+v", r)
	}
	c := r.Rows["flair-t2"]["WT"]
	if c.N != 2 || c.Mean != 0.7 || math.Abs(c.SD-0.282843) > 1e-9 || c.Min != 0.5 || c.Max != 0.9 || c.BiasML != 0.5 {
		t.Errorf("%+v", c)
	}
	if c.BiasPercent == nil || *c.BiasPercent != -20 {
		t.Errorf("bias %v %%, want -20: only where truth > 0", c.BiasPercent)
	}
	if c.Temperature < 1.8 || c.Temperature > 2.2 || c.ECEAfter > c.ECEBefore/2 {
		t.Errorf("T = %g, calibration error %g before, %g after", c.Temperature, c.ECEBefore, c.ECEAfter)
	}
}

func BenchmarkAdd(b *testing.B) {
	logit, inside := overconfident(1, 1<<20, 2)
	var h calibrate.Histogram
	for b.Loop() {
		if err := h.Add(logit, inside); err != nil {
			b.Fatal(err)
		}
	}
}
