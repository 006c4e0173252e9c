package segment

import (
	"fmt"
	"strings"

	"quorum/segment/model"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// ReliabilityLines say how far the result of a case from a subset can be trusted, from the held-out cases in the model file: one sentence for
// each region, for exactly this subset, in the order ET, WT, TC; or one for all if the file holds nothing. One more where the case is, by one
// of its names, not new to the model.
func ReliabilityLines(m *model.Model, u sequence.Subset, names []string) []string {
	lines := regionLines(m, u)
	if text := m.Acquainted(names); text != "" {
		lines = append(lines, text)
	}
	return lines
}

func regionLines(m *model.Model, u sequence.Subset) []string {
	var lines []string
	silent, estimates := 0, 0
	for _, r := range label.Regions {
		text := m.Expectation(u, r)
		if text == "" {
			silent++
			text = fmt.Sprintf("%s from %s: held-out Dice unknown, the model file holds none", r, u.Names())
			if lacking := wording.Lacking(r, u); lacking != "" {
				estimates++
				text = fmt.Sprintf("%s outline without %s is an estimate: held-out Dice unknown, the model file holds none", r, lacking)
			}
		}
		lines = append(lines, text)
	}
	if silent == label.RegionCount && estimates == 0 {
		return []string{fmt.Sprintf("Nobody knows how reliable model %s is with %s: its file holds no held-out results", m.ID, u.Names())}
	}
	return lines
}

// ReliabilitySummary is ReliabilityLines in short, where there is something to shorten.
func ReliabilitySummary(m *model.Model, u sequence.Subset, names []string) string {
	text, ok := m.Expectations(u)
	if !ok {
		return strings.Join(ReliabilityLines(m, u, names), "\n")
	}
	if known := m.Acquainted(names); known != "" {
		text += " " + known + "."
	}
	return text
}
