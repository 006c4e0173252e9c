package label

import (
	"fmt"

	"quorum/viewer/volume"
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
func Compare(a, b *Map) ([RegionCount]Overlap, error) {
	if err := sameLattice(a.Grid, b.Grid); err != nil {
		return [RegionCount]Overlap{}, err
	}
	var t pairs
	t.row(a.Voxel, b.Voxel)
	return t.overlap(), nil
}

// sameLattice refuses two lattices of different size.
func sameLattice(a, b volume.Grid) error {
	if a.Dim != b.Dim {
		return fmt.Errorf("a mask of %v voxels cannot be compared with one of %v: bring both onto one grid", a.Dim, b.Dim)
	}
	return nil
}

// pairsRow is the number of labels rounded up to a power of two, so that a place in the table needs no check.
const pairsRow = 8

// pairs counts how often two labels meet in a voxel: one table serves all regions.
type pairs [pairsRow * pairsRow]int

// row counts voxels side by side; b is as long as a.
func (t *pairs) row(a, b []Label) {
	b = b[:len(a)]
	for p, x := range a {
		if y := b[p]; x|y != Background { // two backgrounds are in no region, and most voxels
			t[x%pairsRow*pairsRow+y%pairsRow]++
		}
	}
}

// overlap sums the table by region.
func (t *pairs) overlap() (out [RegionCount]Overlap) {
	for at, n := range t {
		x, y := Label(at/pairsRow), Label(at%pairsRow)
		for _, r := range Regions {
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
	return out
}
