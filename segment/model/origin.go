package model

import (
	"fmt"
	"slices"
	"strings"

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

// Acquainted says in a sentence that a case is not new to the model, so far as its names tell; "" where nothing is known of them.
func (m *Model) Acquainted(names []string) string {
	among := func(cases []string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(cases, name) })
	}
	switch p := m.Meta.Provenance; {
	case among(p.Cases):
		return "A case of this name is among those that the model was trained on: this result looks better than that of a new patient would"
	case among(p.HeldOut):
		return "A case of this name helped to choose the model: this result may look better than that of a new patient would"
	}
	return ""
}

// Expectation is the sentence on how well a region did on held-out cases from exactly subset u; empty when the model does not know.
// Under ten cases it gives the range instead of the spread.
func (m *Model) Expectation(u sequence.Subset, r label.Region) string {
	cell, ok := m.Cell(u, r)
	if !ok {
		return ""
	}
	what := fmt.Sprintf("%s from %s", r, u.Names())
	if lacking := wording.Lacking(r, u); lacking != "" {
		what = fmt.Sprintf("%s outline without %s is an estimate", r, lacking)
	}
	return fmt.Sprintf("%s: held-out Dice %.2f (%s, %s)", what, cell.Mean, cell.spread(), m.cases(cell))
}

// Expectations are those of all regions in short, for where there is little room; false where the model does not know one of them.
func (m *Model) Expectations(u sequence.Subset) (text string, ok bool) {
	var list, estimated, lacks []string // the regions that are estimates, by what is lacking
	cases := ""
	for _, r := range []label.Region{label.RegionWT, label.RegionTC, label.RegionET} {
		cell, ok := m.Cell(u, r)
		if !ok || cases != "" && cases != m.cases(cell) {
			return "", false
		}
		cases = m.cases(cell)
		list = append(list, fmt.Sprintf("%s %.2f (%s)", r, cell.Mean, cell.spread()))
		switch lacking := wording.Lacking(r, u); {
		case lacking == "":
		case slices.Contains(lacks, lacking):
			estimated[slices.Index(lacks, lacking)] += " and " + r.String()
		default:
			estimated, lacks = append(estimated, r.String()), append(lacks, lacking)
		}
	}
	text = fmt.Sprintf("Held-out Dice from exactly these sequences: %s; %s.", strings.Join(list, ", "), cases)
	for n := range estimated {
		estimated[n] += " without " + lacks[n]
	}
	if len(estimated) > 0 {
		text += fmt.Sprintf(" Outlines of %s are estimates.", strings.Join(estimated, ", of "))
	}
	return text, true
}

// spread says how far the cases lie apart.
func (c ReliabilityCell) spread() string {
	if c.N >= 10 {
		return fmt.Sprintf("SD %.2f", c.SD)
	}
	return fmt.Sprintf("%.2f–%.2f", c.Min, c.Max)
}

// cases says how many held-out cases a cell is from, and what else they were used for.
func (m *Model) cases(c ReliabilityCell) string {
	text := fmt.Sprintf("%d cases", c.N)
	if c.N == 1 {
		text = "1 case"
	}
	if m.Meta.Reliability != nil && m.Meta.Reliability.UsedToChoose {
		text += ", also used to choose the model"
	}
	return text
}
