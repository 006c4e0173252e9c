package optim

import (
	"math"
	"slices"
	"testing"

	"quorum/segment/graph"
	"quorum/segment/graph/interp"
)

const rate = 0.5

// steps runs o on given gradients, a step each, from parameters p.
func steps(t *testing.T, o Optimizer, p []float32, gradients ...[]float32) []float32 {
	t.Helper()
	row := func(v []float32) graph.Tensor { return graph.Tensor{Shape: []int{len(v)}, Data: v} }
	names := []string{"m0", "m1"}[:o.Moments()]
	g, err := graph.Build(func(g *graph.Graph) {
		s := Step{
			Parameter: g.Input("p", len(p)), Gradient: g.Input("g", len(p)),
			Rate: g.Input("rate", 1), Correction: g.Input("correction", 2),
		}
		for _, name := range names {
			s.Moments = append(s.Moments, g.Input(name, len(p)))
		}
		next, moments := o.Update(g, s)
		g.Output("p'", next)
		for i, m := range moments {
			g.Output(names[i]+"'", m)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]graph.Tensor{"p": row(p), "rate": row([]float32{rate})}
	for _, name := range names {
		in[name] = row(make([]float32, len(p)))
	}
	for i, d := range gradients {
		c := Correction(i + 1)
		in["g"], in["correction"] = row(d), row(c[:])
		out, err := interp.Run(t.Context(), g, nil, in)
		if err != nil {
			t.Fatal(err)
		}
		in["p"] = out["p'"]
		for _, name := range names {
			in[name] = out[name+"'"]
		}
	}
	return in["p"].Data
}

func near(t *testing.T, what string, got, want []float32, limit float64) {
	t.Helper()
	if !slices.EqualFunc(got, want, func(a, b float32) bool { return math.Abs(float64(a-b)) <= limit*max(1, math.Abs(float64(b))) }) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestByHand: with PyTorch's formulas worked out on paper.
func TestByHand(t *testing.T) {
	// d = 1 + 0.1·2 = 1.2, m = 1.2, p = 2 − 0.5·(1.2 + 0.5·1.2) = 1.1; then d = −1 + 0.11, m = 0.6 − 0.89 = −0.29.
	sgd := SGD{Momentum: 0.5, Decay: 0.1}
	near(t, "SGD, one step", steps(t, sgd, []float32{2}, []float32{1}), []float32{1.1}, 1e-6)
	near(t, "SGD, two steps", steps(t, sgd, []float32{2}, []float32{1}, []float32{-1}), []float32{1.1 + 0.5*(0.89+0.145)}, 1e-6)
	// Adam's first step is the rate long, whatever the gradient; the decay does not pass through the moments.
	near(t, "AdamW, one step", steps(t, AdamW{Decay: 0.1}, []float32{2, 2, 2}, []float32{1e-3, -1e3, 0}),
		[]float32{2*0.95 - 0.5, 2*0.95 + 0.5, 2 * 0.95}, 2e-5)
	near(t, "AdamW, equal gradients", steps(t, AdamW{}, []float32{2}, []float32{3}, []float32{3}, []float32{3}), []float32{0.5}, 1e-6)
}

func TestCorrection(t *testing.T) {
	for n, want := range map[int][2]float32{1: {0.1, 0.001}, 2: {0.19, 0.001999}, 1_000_000: {1, 1}} {
		if got := Correction(n); got != want {
			t.Errorf("after %d steps %v, want %v", n, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		limit float32
		want  []float32
	}{{1, []float32{0.6, -0.8}}, {10, []float32{3, -4}}, {5, []float32{3, -4}}} {
		g, err := graph.Build(func(g *graph.Graph) {
			v := g.Input("v", 2)
			norm := Norm(g, v)
			g.Output("norm", norm)
			g.Output("clipped", Clip(g, v, norm, g.Const([]float32{c.limit}, 1)))
		})
		if err != nil {
			t.Fatal(err)
		}
		out, err := interp.Run(t.Context(), g, nil, map[string]graph.Tensor{"v": {Shape: []int{2}, Data: []float32{3, -4}}})
		if err != nil {
			t.Fatal(err)
		}
		near(t, "norm", out["norm"].Data, []float32{5}, 1e-6)
		near(t, "clipped", out["clipped"].Data, c.want, 1e-6)
	}
}

func TestSchedules(t *testing.T) {
	cosine := Cosine{Base: 1, End: 0.2, WarmUp: 4, Steps: 104}
	for step, want := range map[int]float64{0: 0.25, 3: 1, 4: 1, 54: 0.6, 104: 0.2, 1000: 0.2} {
		if got := cosine.Rate(step); math.Abs(got-want) > 1e-12 {
			t.Errorf("cosine at %d: %g, want %g", step, got, want)
		}
	}
	poly := Polynomial{Base: 2, Power: 0.9, Steps: 100}
	for step, want := range map[int]float64{0: 2, 50: 2 * math.Pow(0.5, 0.9), 100: 0, 101: 0} {
		if got := poly.Rate(step); math.Abs(got-want) > 1e-12 {
			t.Errorf("polynomial at %d: %g, want %g", step, got, want)
		}
	}
	for _, s := range []Schedule{cosine, poly} {
		for step := 4; step < 110; step++ {
			if s.Rate(step+1) > s.Rate(step) {
				t.Errorf("%T rises at %d", s, step)
			}
		}
	}
}
