package model

import (
	"fmt"
	"slices"
	"strings"

	"quorum/segment/graph"
)

// Average is a model between two of the same network: every weight is (1 − share)·a + share·b. Weights that were trained from one another lie
// in one valley, and a point between them often does better than either (Wortsman et al., "Model soups", arXiv 2203.05482). It knows no
// held-out results of its own.
func Average(a, b *Model, share float64, id string) (*Model, error) {
	if !slices.Equal(a.Config.Channels, b.Config.Channels) {
		return nil, fmt.Errorf("%s has channels %v and %s has %v: only models of one network have a mean", a.ID, a.Config.Channels, b.ID, b.Config.Channels)
	}
	if !(share >= 0 && share <= 1) {
		return nil, fmt.Errorf("a share of %g for %s is not from 0 to 1", share, b.ID)
	}
	w := graph.Weights{}
	for name, x := range a.Weights {
		mean := graph.Tensor{Shape: slices.Clone(x.Shape), Data: make([]float32, len(x.Data))}
		for i, v := range x.Data {
			mean.Data[i] = float32((1-share)*float64(v) + share*float64(b.Weights[name].Data[i]))
		}
		w[name] = mean
	}
	w, err := Half(w)
	if err != nil {
		return nil, err
	}
	return New(w, Meta{ID: id, Preprocessing: b.Meta.Preprocessing, Provenance: between(a, b, share), AppVersion: b.Meta.AppVersion})
}

// between is the story of an average: that of b, and what a adds.
func between(a, b *Model, share float64) Provenance {
	p := b.Meta.Provenance
	p.Summary = strings.TrimPrefix(fmt.Sprintf("%s; averaged with %s (%.3g)", p.Summary, a.ID, 1-share), "; ")
	p.History = slices.Clone(p.History)
	for _, text := range a.Before() {
		if !slices.Contains(p.History, text) {
			p.History = append(p.History, text)
		}
	}
	p.Trained = p.Trained && a.Meta.Provenance.Trained
	p.Data = slices.Clone(p.Data)
	for _, d := range a.Meta.Provenance.Data {
		if !slices.Contains(p.Data, d) && !slices.Contains(p.Data, d+" (first weights)") {
			p.Data = append(p.Data, d)
		}
	}
	return p
}
