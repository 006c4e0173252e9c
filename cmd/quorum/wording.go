package main

import (
	"fmt"
	"strings"

	"quorum/segment/model"
	"quorum/segment/score"
)

// spread is the spread of a mean over cases: under ten their range, else the sample standard deviation.
func spread(c model.ReliabilityCell) string {
	return score.Summary{N: c.N, Mean: c.Mean, SD: c.SD, Min: c.Min, Max: c.Max}.Spread(2)
}

// count is a number of things: "1 case", "6 studies".
func count(n int, thing string) string {
	switch {
	case n == 1:
		return "1 " + thing
	case strings.HasSuffix(thing, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(thing, "y"))
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// grouped writes 2704648 as 2,704,648.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// sizeText is a number of bytes for a person.
func sizeText(n int64) string {
	const mb = 1e6
	if n < mb {
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/mb)
}
