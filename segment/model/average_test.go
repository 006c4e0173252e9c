package model

import (
	"math"
	"slices"
	"strings"
	"testing"

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
	if m.ID != "c" || !p.Trained || !strings.Contains(p.Summary, "a (0.75) and b (0.25: about b)") || !slices.Equal(p.Data, []string{"three", "two (first weights)", "one"}) ||
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
