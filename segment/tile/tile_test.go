package tile

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestPlanCoversEverythingWithHalfOverlap(t *testing.T) {
	for _, size := range [][3]int{{96, 96, 96}, {144, 176, 144}, {16, 160, 208}, {112, 32, 48}} {
		for _, side := range []int{16, 48, 96} {
			p, err := NewPlan(size, side)
			if err != nil {
				t.Fatal(err)
			}
			for a, n := range size {
				var starts []int
				for _, o := range p.Origin {
					starts = append(starts, o[a])
				}
				slices.Sort(starts)
				starts = slices.Compact(starts)
				if starts[0] != 0 || starts[len(starts)-1] != n-p.Tile[a] {
					t.Fatalf("%v in tiles of %d: axis %d begins at %v", size, side, a, starts)
				}
				for i := 1; i < len(starts); i++ {
					if gap := starts[i] - starts[i-1]; gap > p.Tile[a]/2 || gap <= 0 {
						t.Fatalf("%v in tiles of %d: axis %d begins at %v", size, side, a, starts)
					}
				}
			}
		}
	}
}

func TestPlanRefusesOddSides(t *testing.T) {
	for _, c := range []struct {
		size [3]int
		side int
	}{{[3]int{96, 96, 96}, 0}, {[3]int{96, 96, 96}, -16}, {[3]int{96, 96, 96}, 50}, {[3]int{96, 90, 96}, 48}, {[3]int{0, 96, 96}, 48}} {
		if _, err := NewPlan(c.size, c.side); err == nil || !strings.Contains(err.Error(), "multiple") {
			t.Errorf("%v in tiles of %d: %v", c.size, c.side, err)
		}
	}
}

// TestBlendOfCopiesIsTheOriginal: what every tile agrees about must come out unchanged.
func TestBlendOfCopiesIsTheOriginal(t *testing.T) {
	p, err := NewPlan([3]int{48, 32, 80}, 32)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	image := make([]float32, 48*32*80)
	for i := range image {
		image[i] = r.Float32()*2 - 1
	}
	steps := 0
	got, err := p.Run(t.Context(), 2, func(_ context.Context, at [3]int) ([][]float32, error) {
		steps++
		cut := p.Cut(image, at)
		twice := make([]float32, len(cut))
		for i, x := range cut {
			twice[i] = 2 * x
		}
		return [][]float32{cut, twice}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range image {
		if math.Abs(float64(got[0][i]-x)) > 1e-6 || math.Abs(float64(got[1][i]-2*x)) > 2e-6 {
			t.Fatalf("voxel %d: %g and %g, want %g and twice that", i, got[0][i], got[1][i], x)
		}
	}
	if steps != len(p.Origin) || steps < 2 {
		t.Errorf("%d tiles were computed, %d tiles", steps, len(p.Origin))
	}
}

// TestBlendEqualsTheDefinition compares two tiles that disagree with the weighted mean, written out.
func TestBlendEqualsTheDefinition(t *testing.T) {
	p, err := NewPlan([3]int{16, 16, 24 + 8}, 16) // begins at 0, 8, 16 along W
	if err != nil {
		t.Fatal(err)
	}
	value := float32(0)
	got, err := p.Run(t.Context(), 1, func(context.Context, [3]int) ([][]float32, error) {
		value++
		return [][]float32{slices.Repeat([]float32{value}, 16*16*16)}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	g := Gaussian(16)
	for w := range 32 {
		sum, total := 0.0, 0.0
		for at, start := range []int{0, 8, 16} {
			if w >= start && w < start+16 {
				sum += float64(g[w-start]) * float64(at+1)
				total += float64(g[w-start])
			}
		}
		if x := float64(got[0][5*16*32+7*32+w]); math.Abs(x-sum/total) > 1e-5 {
			t.Errorf("W = %d: %g, want %g", w, x, sum/total)
		}
	}
}

func TestGaussianIsSymmetricAndPositive(t *testing.T) {
	g := Gaussian(96)
	for i := range g {
		if g[i] != g[95-i] || g[i] < 1e-3 || g[i] > 1 {
			t.Errorf("weight %d is %g, its mirror %g", i, g[i], g[95-i])
		}
	}
	if g[47] < 0.99 || g[35] > 0.7 { // one standard deviation from the middle: 0.61
		t.Errorf("weights %g in the middle, %g at one deviation", g[47], g[35])
	}
}

func TestRunStops(t *testing.T) {
	p, err := NewPlan([3]int{16, 16, 64}, 16)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	_, err = p.Run(ctx, 1, func(context.Context, [3]int) ([][]float32, error) {
		calls++
		cancel()
		return [][]float32{make([]float32, 16*16*16)}, nil
	})
	if !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("%d calls after a cancel, error %v", calls, err)
	}
	broken := errors.New("broken")
	if _, err = p.Run(t.Context(), 1, func(context.Context, [3]int) ([][]float32, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("a tile's error became %v", err)
	}
	if _, err = p.Run(t.Context(), 1, func(context.Context, [3]int) ([][]float32, error) { return make([][]float32, 1), nil }); err == nil {
		t.Error("an empty tile was blended")
	}
}
