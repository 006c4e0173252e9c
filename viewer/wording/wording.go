// Package wording holds the sentences and number formats that every output must share, on screen, on paper and in files
// (docs/conventions: Wording, Numbers and reports).
package wording

import (
	"fmt"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// ResearchUse is said in every output.
const ResearchUse = "Research use only. Not a medical device. Results must be reviewed by a qualified person. Nothing leaves this computer."

// Lacking names the sequences without which a region's outline in a result from subset u is an estimate, "" where it is none: rim and core
// show in T1ce only, oedema in FLAIR and T2. The empty set stands for a mask that no model made, which is a fact.
func Lacking(r label.Region, u sequence.Subset) string {
	switch {
	case u == 0:
	case r != label.RegionWT && !u.Has(sequence.T1ce):
		return "T1ce"
	case r == label.RegionWT && !u.Has(sequence.FLAIR) && !u.Has(sequence.T2):
		return "FLAIR and T2"
	}
	return ""
}

// Estimated says whether a region's outline in a result from subset u is an estimate.
func Estimated(r label.Region, u sequence.Subset) bool { return Lacking(r, u) != "" }

// Volume is a region's volume in mL for a person, without the unit: "12.34", or "about 12" where the outline is an estimate and decimals
// would lie.
func Volume(r label.Region, u sequence.Subset, ml float64) string {
	switch {
	case !Estimated(r, u):
		return fmt.Sprintf("%.2f", ml)
	case ml > 0 && ml < 0.5:
		return "under 1"
	}
	return fmt.Sprintf("about %.0f", ml)
}
