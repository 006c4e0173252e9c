package model

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"quorum/segment/graph"
	"quorum/segment/graph/interp"
	"quorum/segment/lckd"
)

func TestAverage(t *testing.T) {
	story := func(id string, data ...string) Meta {
		return Meta{ID: id, Provenance: Provenance{Summary: "about " + id, Trained: true, Data: data}}
	}
	a, err := New(lckd.Random(lckd.Tiny, 1), story("a", "one", "two"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := New(lckd.Random(lckd.Tiny, 2), story("b", "three", "two (first weights)"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Average(a, b, 0.25, "c")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range m.Weights {
		for i, v := range x.Data {
			want := 0.75*float64(a.Weights[name].Data[i]) + 0.25*float64(b.Weights[name].Data[i])
			if math.Abs(float64(v)-want) > 1e-3*math.Abs(want)+1e-6 {
				t.Fatalf("%s %d: %g, want %g", name, i, v, want)
			}
		}
	}
	p := m.Meta.Provenance
	if m.ID != "c" || !p.Trained || p.Summary != "about b; averaged with a (0.75)" || !slices.Equal(p.History, []string{"a: about a"}) || !slices.Equal(p.Data, []string{"three", "two (first weights)", "one"}) ||
		m.Meta.Reliability != nil {
		t.Errorf("%+v", m.Meta)
	}
	other, err := New(lckd.Random(lckd.Config{Channels: []int{4, 6}}, 1), story("d"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Average(a, other, 0.5, "e"); err == nil || !strings.Contains(err.Error(), "only models of one network") {
		t.Errorf("another network: %v", err)
	}
	if _, err := Average(a, b, 1.5, "e"); err == nil {
		t.Error("a share of 1.5 was accepted")
	}
}

// TestShifted: the head's biases of each region change by its constant, nothing else does.
func TestShifted(t *testing.T) {
	a, err := New(lckd.Random(lckd.Tiny, 1), Meta{ID: "a", Provenance: Provenance{Summary: "about a", Trained: true}})
	if err != nil {
		t.Fatal(err)
	}
	by := [3]float64{-0.25, 0, 1}
	m, err := a.Shifted(by, "b", "why")
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range m.Weights {
		for i, v := range x.Data {
			want := float64(a.Weights[name].Data[i])
			if name == lckd.HeadBias {
				want += by[i/8]
			}
			if math.Abs(float64(v)-want) > 1e-3*math.Abs(want)+1e-6 {
				t.Fatalf("%s %d: %g, want %g", name, i, v, want)
			}
		}
	}
	if s := m.Meta.Provenance.Summary; !strings.Contains(s, "about a; logits of ET, WT, TC shifted by -0.25, +0, +1: why") || m.ID != "b" {
		t.Error(s)
	}
}

// TestShiftedLogits: the constants arrive at the logits of their regions, in every voxel.
func TestShiftedLogits(t *testing.T) {
	a, err := New(lckd.Random(lckd.Tiny, 1), Meta{ID: "a"})
	if err != nil {
		t.Fatal(err)
	}
	by := [3]float64{-0.25, 0, 1}
	b, err := a.Shifted(by, "b", "why")
	if err != nil {
		t.Fatal(err)
	}
	const side = 16
	g, err := lckd.Whole(lckd.Tiny, [3]int{side, side, side})
	if err != nil {
		t.Fatal(err)
	}
	in := map[string]graph.Tensor{
		"image":    {Shape: []int{1, 4, side, side, side}, Data: make([]float32, 4*side*side*side)},
		"presence": {Shape: []int{1, 4}, Data: []float32{1, 1, 0, 1}},
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range in["image"].Data {
		in["image"].Data[i] = float32(rng.NormFloat64())
	}
	logit := func(m *Model) []float32 {
		out, err := interp.Run(t.Context(), g, m.Weights, in)
		if err != nil {
			t.Fatal(err)
		}
		return out["logit"].Data
	}
	before, after := logit(a), logit(b)
	for i := range before {
		if d := float64(after[i] - before[i]); math.Abs(d-by[i/(side*side*side)]) > 2e-3 {
			t.Fatalf("voxel %d: logit higher by %g, want %g", i, d, by[i/(side*side*side)])
		}
	}
}
