// Package score measures how well two segmentations agree: overlap (Dice), distance of the outlines (HD95), volume, and tables of
// these over subsets of sequences and cases. The rules are those of docs/conventions.md, "Numbers and reports".
package score

import "quorum/viewer/label"

// Dice is the overlap of every region, from 0 to 1.
func Dice(a, b *label.Map) (Values, error) {
	o, err := label.Compare(a, b)
	if err != nil {
		return Values{}, err
	}
	var v Values
	for r := range v {
		v[r] = o[r].Dice()
	}
	return v, nil
}
