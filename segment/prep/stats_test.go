package prep

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// sorted is the slow, obvious twin of the radix select.
func sorted(voxel []float32) []float64 {
	var list []float64
	for _, x := range voxel {
		if x != 0 && !math.IsNaN(float64(x)) && !math.IsInf(float64(x), 0) {
			list = append(list, float64(x))
		}
	}
	slices.Sort(list)
	return list
}

func slowPercentile(values []float64, percent float64) float64 {
	place := percent / 100 * float64(len(values)-1)
	low := math.Floor(place)
	a, b := values[int(low)], values[min(int(low)+1, len(values)-1)]
	return a + (b-a)*(place-low)
}

func TestPercentilesEqualSorting(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	kinds := []func() float32{
		func() float32 { return float32(r.IntN(3)) }, // mostly ties
		func() float32 { return float32(r.IntN(4000) - 300) },
		func() float32 { return float32(r.NormFloat64()) },
		func() float32 { return float32(math.Exp(20 * r.NormFloat64())) },
		func() float32 { return math.Float32frombits(r.Uint32()) }, // any float at all
		func() float32 { return 1e-40 * float32(r.IntN(9)-4) },     // denormal numbers
	}
	for round := range 120 {
		voxel := make([]float32, 1+r.IntN(3000))
		for i := range voxel {
			voxel[i] = kinds[round%len(kinds)]()
		}
		want := sorted(voxel)
		percent := []float64{0, LowPercentile, 37, HighPercentile, 100}
		got, n := percentiles(voxel, percent...)
		if n != len(want) {
			t.Fatalf("%d brain voxels, want %d", n, len(want))
		}
		for i, q := range percent {
			if n > 0 && got[i] != slowPercentile(want, q) {
				t.Fatalf("round %d, %d voxels: percentile %g is %g, sorting gives %g", round, n, q, got[i], slowPercentile(want, q))
			}
		}
	}
}

func TestKeyKeepsOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 10000 {
		a, b := math.Float32frombits(r.Uint32()), math.Float32frombits(r.Uint32())
		if a < b && key(a) >= key(b) {
			t.Fatalf("%g < %g, keys %x and %x", a, b, key(a), key(b))
		}
		if back := unkey(key(a)); math.Float32bits(back) != math.Float32bits(a) {
			t.Fatalf("%g came back as %g", a, back)
		}
	}
}

func TestStandardiseKeepsPrecisionFarFromZero(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	voxel := make([]float32, 20000)
	for i := range voxel {
		voxel[i] = 30000 + float32(r.IntN(5))
	}
	raw := slices.Clone(voxel)
	s, err := standardise(voxel)
	if err != nil {
		t.Fatal(err)
	}
	mean, square := 0.0, 0.0
	for _, x := range raw {
		mean += float64(x) / float64(len(raw))
	}
	for _, x := range raw {
		square += (float64(x) - mean) * (float64(x) - mean) / float64(len(raw))
	}
	if math.Abs(s.Mean-mean) > 1e-8*mean || math.Abs(s.SD-math.Sqrt(square)) > 1e-8*s.SD {
		t.Errorf("mean %g ± %g, want %g ± %g", s.Mean, s.SD, mean, math.Sqrt(square))
	}
}
