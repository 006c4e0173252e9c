package evaluate

import "quorum/viewer/sequence"

// Selection says which subsets of the four sequences are evaluated.
type Selection string

// The selections.
const (
	All    Selection = "all"    // the 15 non-empty subsets
	Full   Selection = "full"   // all four sequences
	Single Selection = "single" // each sequence alone
)

// Selections lists them, for flags.
var Selections = []Selection{All, Full, Single}

// Subsets lists the subsets in the order of every table.
func (s Selection) Subsets() []sequence.Subset {
	all := sequence.Full.Subsets()
	switch s {
	case Full:
		return all[len(all)-1:]
	case Single:
		return all[:sequence.Count]
	case All:
	}
	return all
}
