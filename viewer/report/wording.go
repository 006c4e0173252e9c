package report

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// estimated says whether a region's outline is an estimate in results of this subset: ET and TC without T1ce.
func estimated(r label.Region, used sequence.Subset) bool {
	return r != label.RegionWT && !used.Has(sequence.T1ce)
}

// VolumeText is a region's volume for a person: two decimals, or "about" where the outline is an estimate without T1ce.
func VolumeText(ml float64, r label.Region, used sequence.Subset) string {
	switch {
	case !estimated(r, used):
		return fmt.Sprintf("%.2f mL", ml)
	case ml > 0 && ml < 0.5:
		return "under 1 mL"
	}
	return fmt.Sprintf("about %.0f mL", ml)
}

// sentence begins with a capital.
func sentence(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + words[size:]
}
