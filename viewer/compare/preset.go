package compare

import (
	"slices"

	"quorum/viewer/sequence"
)

// Preset is a choice of subsets to compare.
type Preset uint8

// The presets.
const (
	LeaveOneOut Preset = iota // all sequences of the base, and each time all but one
	Singles                   // each sequence alone
	All                       // every subset of what is present
	MyChoice                  // what the user clicked
)

// Presets lists the presets in the order in which they are offered.
var Presets = [...]Preset{LeaveOneOut, Singles, All, MyChoice}

// String is the name that a person reads.
func (p Preset) String() string {
	if int(p) >= len(Presets) {
		return "unknown"
	}
	return [...]string{"Leave one out", "Singles", "All", "My choice"}[p]
}

// Subsets lists the subsets that the preset needs, in the order of every table. The result of base is always among them: the
// others are compared with it. chosen counts for MyChoice only; what is not a subset of present is left out.
func (p Preset) Subsets(present, base sequence.Subset, chosen []sequence.Subset) []sequence.Subset {
	var list []sequence.Subset
	for _, u := range present.Subsets() {
		var in bool
		switch p {
		case LeaveOneOut:
			in = base.Without(u).Len() == 1 && u.Without(base) == 0
		case Singles:
			in = u.Len() == 1
		case All:
			in = true
		case MyChoice:
			in = slices.Contains(chosen, u)
		}
		if in || u == base {
			list = append(list, u)
		}
	}
	return list
}
