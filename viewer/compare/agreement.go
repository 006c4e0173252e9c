package compare

import (
	"context"
	"fmt"

	"quorum/viewer/label"
	"quorum/viewer/volume"
)

// AgreementLegend stands beside every agreement map.
const AgreementLegend = "disagreement between inputs, not probability of error"

// Agreement counts for each voxel and region how many of the computed results have it: k of N. It keeps the box in which any has
// something; outside it all agree that there is nothing. Immutable.
type Agreement struct {
	Grid  volume.Grid                // of the whole image
	N     int                        // how many results were asked
	Min   [3]int                     // the first voxel of the box, i, j, k
	Dim   [3]int                     // of the box
	Count [label.RegionCount][]uint8 // of the box, i fastest
}

// Agreement asks all computed results. It costs about a millisecond a result: work for a job. ctx stops it between two results.
func (s Set) Agreement(ctx context.Context) (*Agreement, error) {
	a := &Agreement{Min: s.box()[0], Dim: s.box()[1]}
	for r := range a.Count {
		a.Count[r] = make([]uint8, a.Dim[0]*a.Dim[1]*a.Dim[2])
	}
	for _, u := range s.Computed() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m := s.Result(u)
		if a.N > 0 && m.Grid.Dim != a.Grid.Dim {
			return nil, fmt.Errorf("the result of %s has %v voxels, another one %v: they cannot be compared", u.Names(), m.Grid.Dim, a.Grid.Dim)
		}
		a.Grid = m.Grid
		a.N++
		a.add(m)
	}
	return a, nil
}

// box is the common box of all results: its first voxel and its size.
func (s Set) box() (box [2][3]int) {
	var end [3]int
	for _, u := range s.Computed() {
		m := s.Result(u)
		if len(m.Voxel) == 0 {
			continue
		}
		empty := end == [3]int{}
		for a := range 3 {
			if empty || m.Min[a] < box[0][a] {
				box[0][a] = m.Min[a]
			}
			end[a] = max(end[a], m.Min[a]+m.Dim[a])
		}
	}
	for a := range 3 {
		box[1][a] = end[a] - box[0][a]
	}
	return box
}

// add counts the voxels of one more result, whose box lies in that of a.
func (a *Agreement) add(m *label.Cutout) {
	wt, tc, et := a.Count[label.RegionWT], a.Count[label.RegionTC], a.Count[label.RegionET]
	from := 0
	for k := range m.Dim[2] {
		for j := range m.Dim[1] {
			at := a.index(m.Min[0], m.Min[1]+j, m.Min[2]+k)
			for _, l := range m.Voxel[from : from+m.Dim[0]] {
				switch l {
				case label.ED:
					wt[at]++
				case label.NCR:
					wt[at]++
					tc[at]++
				case label.ET:
					wt[at]++
					tc[at]++
					et[at]++
				}
				at++
			}
			from += m.Dim[0]
		}
	}
}

// index is the place of a voxel of the whole grid in the box.
func (a *Agreement) index(i, j, k int) int {
	return ((k-a.Min[2])*a.Dim[1]+j-a.Min[1])*a.Dim[0] + i - a.Min[0]
}

// At is the number of results that have region r at voxel (i, j, k) of the whole grid.
func (a *Agreement) At(r label.Region, i, j, k int) int {
	for axis, x := range [3]int{i, j, k} {
		if x < a.Min[axis] || x >= a.Min[axis]+a.Dim[axis] {
			return 0
		}
	}
	return int(a.Count[r][a.index(i, j, k)])
}

// Whole spreads the counts of a region over the whole grid, i fastest: what a picture is made from.
func (a *Agreement) Whole(r label.Region) []uint8 {
	out := make([]uint8, a.Grid.Voxels())
	for k := range a.Dim[2] {
		for j := range a.Dim[1] {
			row := (k*a.Dim[1] + j) * a.Dim[0]
			copy(out[a.Grid.Index(a.Min[0], a.Min[1]+j, a.Min[2]+k):], a.Count[r][row:row+a.Dim[0]])
		}
	}
	return out
}
