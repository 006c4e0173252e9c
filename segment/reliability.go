package segment

import (
	"fmt"
	"math"

	"quorum/segment/model"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

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
// region, for exactly this subset, in the order ET, WT, TC; or one for all if the file holds nothing.
func ReliabilityLines(m *model.Model, u sequence.Subset) []string {
	var lines []string
	silent := 0
	for _, r := range label.Regions {
		text := m.Expectation(u, r)
		if text == "" {
			silent++
			text = fmt.Sprintf("%s from %s: held-out Dice unknown, the model file holds none", r, u.Names())
			if estimated(r, u) {
				text = fmt.Sprintf("%s outline without T1ce is an estimate: held-out Dice unknown, the model file holds none", r)
			}
		}
		lines = append(lines, text)
	}
	if silent == label.RegionCount && u.Has(sequence.T1ce) {
		return []string{fmt.Sprintf("Nobody knows how reliable model %s is with %s: its file holds no held-out results", m.ID, u.Names())}
	}
	return lines
}
