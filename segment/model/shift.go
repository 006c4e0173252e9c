package model

import (
	"fmt"
	"maps"
	"slices"

	"quorum/segment/lckd"
	"quorum/viewer/label"
)

// Shifted is the model whose logits are higher by a constant for each region: at the same threshold its outlines are wider, or tighter where
// the constant is below 0. It knows no held-out results of its own. why ends the sentence about its origin.
func (m *Model) Shifted(by [label.RegionCount]float64, id, why string) (*Model, error) {
	w := maps.Clone(m.Weights)
	bias := w[lckd.HeadBias]
	bias.Data = slices.Clone(bias.Data)
	each := len(bias.Data) / label.RegionCount // depth to space: the channels of a region lie together
	for i := range bias.Data {
		bias.Data[i] += float32(by[i/each])
	}
	w[lckd.HeadBias] = bias
	w, err := Half(w)
	if err != nil {
		return nil, err
	}
	meta := m.Meta
	meta.ID, meta.Reliability = id, nil
	meta.Provenance.Summary = fmt.Sprintf("%s; logits of ET, WT, TC shifted by %+.3g, %+.3g, %+.3g: %s", meta.Provenance.Summary,
		by[label.RegionET], by[label.RegionWT], by[label.RegionTC], why)
	return New(w, meta)
}
