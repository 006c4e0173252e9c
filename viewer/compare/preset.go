package compare

import (
	"slices"

	"quorum/viewer/sequence"
)

// Preset is a choice of subsets to compare.
type Preset uint8

// The presets.
const (
	LeaveOneOut Preset = iota // all used sequences, and each time all but one
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

// Subsets lists the subsets that the preset needs, in the order of every table. The result of the used sequences is always among them:
// the others are compared with it. chosen counts for MyChoice only; what is not a subset of present is left out.
func (p Preset) Subsets(present, used sequence.Subset, chosen []sequence.Subset) []sequence.Subset {
	var list []sequence.Subset
	for _, u := range present.Subsets() {
		var in bool
		switch p {
		case LeaveOneOut:
			in = used.Without(u).Len() == 1 && u.Without(used) == 0
		case Singles:
			in = u.Len() == 1
		case All:
			in = true
		case MyChoice:
			in = slices.Contains(chosen, u)
		}
		if in || u == used {
			list = append(list, u)
		}
	}
	return list
}
