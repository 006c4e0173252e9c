package model

import (
	"fmt"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// UsualLimits is what no model is trained on unless its provenance says otherwise (docs/conventions.md, Wording).
const UsualLimits = "not trained on operated brains, metastases, children"

// IsForeign says whether nothing vouches for the weights: random ones, or a file without Quorum's metadata. Every output says so.
func (m *Model) IsForeign() bool { return !m.Meta.Provenance.Trained }

// Origin is the sentence about the model that goes with every output.
func (m *Model) Origin() string {
	p := m.Meta.Provenance
	limits := p.Limits
	if limits == "" {
		limits = UsualLimits
	}
	switch {
	case !p.Trained && p.Summary == "":
		return fmt.Sprintf("Model %s does not say where its weights come from: not evidently trained on brain tumours, and as far as is known %s.", m.ID, limits)
	case !p.Trained:
		return fmt.Sprintf("Model %s is not trained (%s): its result means nothing.", m.ID, p.Summary)
	case p.Summary == "":
		return fmt.Sprintf("Model %s is trained, but does not say on what: %s.", m.ID, limits)
	default:
		return fmt.Sprintf("Model %s: %s; %s.", m.ID, p.Summary, limits)
	}
}

// Expectation is the sentence on how well a region did on held-out cases from exactly subset u; empty when the model does not know.
// Under ten cases it gives the range instead of the spread.
func (m *Model) Expectation(u sequence.Subset, r label.Region) string {
	cell, ok := m.Cell(u, r)
	if !ok {
		return ""
	}
	what := fmt.Sprintf("%s from %s", r, u.Names())
	if wording.Estimated(r, u) {
		what = fmt.Sprintf("%s outline without T1ce is an estimate", r)
	}
	spread := fmt.Sprintf("%.2f–%.2f", cell.Min, cell.Max)
	if cell.N >= 10 {
		spread = fmt.Sprintf("SD %.2f", cell.SD)
	}
	cases := fmt.Sprintf("%d cases", cell.N)
	if cell.N == 1 {
		cases = "1 case"
	}
	if m.Meta.Reliability.UsedToChoose {
		cases += ", also used to choose the model"
	}
	return fmt.Sprintf("%s: held-out Dice %.2f (%s, %s)", what, cell.Mean, spread, cases)
}
