// Package score measures how well two segmentations agree: overlap (Dice), distance of the outlines (HD95), volume, and tables of
// these over subsets of sequences and cases. The rules are those of docs/conventions.md, "Numbers and reports".
package score

import (
	"fmt"

	"quorum/viewer/label"
)

// Overlap counts the voxels of one region in two masks.
type Overlap struct {
	A, B, Both int
}

// Dice is 2|A∩B| / (|A|+|B|): 1 where both are empty, 0 where one is (Dice, Ecology 26, 1945).
func (o Overlap) Dice() float64 {
	if o.A+o.B == 0 {
		return 1
	}
	return 2 * float64(o.Both) / float64(o.A+o.B)
}

// Compare counts the voxels of every region in two segmentations of the same lattice. The order of a and b does not matter to Dice.
func Compare(a, b *label.Map) ([label.RegionCount]Overlap, error) {
	var out [label.RegionCount]Overlap
	if a.Grid.Dim != b.Grid.Dim || len(a.Voxel) != len(b.Voxel) {
		return out, fmt.Errorf("a mask of %v voxels cannot be compared with one of %v: bring both onto one grid", a.Grid.Dim, b.Grid.Dim)
	}
	// One table of pairs serves all regions.
	const row = 8
	var pairs [row * row]int
	other := b.Voxel[:len(a.Voxel)]
	for p, x := range a.Voxel {
		pairs[x%row*row+other[p]%row]++
	}
	for at, n := range pairs {
		x, y := label.Label(at/row), label.Label(at%row)
		for _, r := range label.Regions {
			if x.In(r) {
				out[r].A += n
			}
			if y.In(r) {
				out[r].B += n
			}
			if x.In(r) && y.In(r) {
				out[r].Both += n
			}
		}
	}
	return out, nil
}

// Dice is the overlap of every region, from 0 to 1.
func Dice(a, b *label.Map) (Values, error) {
	o, err := Compare(a, b)
	if err != nil {
		return Values{}, err
	}
	var v Values
	for r := range v {
		v[r] = o[r].Dice()
	}
	return v, nil
}
