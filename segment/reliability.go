package segment

import (
	"fmt"
	"math"
	"strings"

	"quorum/segment/model"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// fewCases is the number of cases under which a spread is given as a range.
const fewCases = 10

// estimated says whether a region's outline is an estimate: the enhancing rim and the core show in T1ce only.
func estimated(r label.Region, u sequence.Subset) bool {
	return r != label.RegionWT && !u.Has(sequence.T1ce)
}

// VolumeText is a volume for a person: "12.34 mL", or "about 12 mL" for ET and TC without T1ce, where decimals would lie.
func VolumeText(r label.Region, u sequence.Subset, ml float64) string {
	if !estimated(r, u) {
		return fmt.Sprintf("%.2f mL", ml)
	}
	if ml > 0 && ml < 1 {
		return "under 1 mL"
	}
	return fmt.Sprintf("about %.0f mL", math.Round(ml))
}

// ReliabilityLines say how far results of a subset can be trusted, from the held-out cases in the model file: one sentence for each
// region, for exactly this subset, in the order ET, WT, TC.
func ReliabilityLines(m *model.Model, u sequence.Subset) []string {
	var lines []string
	silent := 0
	for _, r := range label.Regions {
		text := ""
		if c, ok := reliabilityCell(m, u, r); ok {
			text = heldOut(c, m.Meta.Reliability.UsedToChoose)
		} else {
			text = "held-out Dice unknown, the model file holds none"
			silent++
		}
		if estimated(r, u) {
			lines = append(lines, fmt.Sprintf("%s outline without T1ce is an estimate: %s", r, text))
		} else {
			lines = append(lines, fmt.Sprintf("%s: %s", r, text))
		}
	}
	if silent == label.RegionCount && u.Has(sequence.T1ce) {
		return []string{fmt.Sprintf("Nobody knows how reliable model %s is with %s: its file holds no held-out results", m.ID, u.Names())}
	}
	return lines
}

// heldOut is the statement of docs/conventions.md: "held-out Dice 0.41 (0.12–0.63, 6 cases, also used to choose the model)".
func heldOut(c model.ReliabilityCell, chosen bool) string {
	words := []string{fmt.Sprintf("%.2f–%.2f", c.Min, c.Max)}
	if c.N >= fewCases {
		words[0] = fmt.Sprintf("SD %.2f", c.SD)
	}
	cases := "cases"
	if c.N == 1 {
		cases = "case"
	}
	words = append(words, fmt.Sprintf("%d %s", c.N, cases))
	if chosen {
		words = append(words, "also used to choose the model")
	}
	return fmt.Sprintf("held-out Dice %.2f (%s)", c.Mean, strings.Join(words, ", "))
}

// reliabilityCell is what the model file says about a subset and region; false if nothing.
func reliabilityCell(m *model.Model, u sequence.Subset, r label.Region) (model.ReliabilityCell, bool) {
	if m.Meta.Reliability == nil {
		return model.ReliabilityCell{}, false
	}
	c, ok := m.Meta.Reliability.Rows[u.String()][r.String()]
	return c, ok && c.N > 0
}
