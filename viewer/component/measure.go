package component

import (
	"cmp"
	"slices"
)

// Measure puts numbered parts of a lattice (0 = none; i fastest, dim along i, j, k) in order as Find does, whether they touch or not: it
// numbers them anew from 1 and measures each.
func Measure(number []int32, dim [3]int) (ordered []int32, list []Component) {
	at := map[int32]int{}
	var was []int32
	for p, n := range number {
		if n == 0 {
			continue
		}
		place, known := at[n]
		if !known {
			place = len(list)
			at[n] = place
			list, was = append(list, Component{First: p, Min: dim, Max: [3]int{-1, -1, -1}}), append(was, n)
		}
		c := &list[place]
		c.Voxels++
		for a, x := range [3]int{p % dim[0], p / dim[0] % dim[1], p / (dim[0] * dim[1])} {
			c.Min[a], c.Max[a] = min(c.Min[a], x), max(c.Max[a], x)
			c.Centre[a] += float64(x)
		}
	}
	order := make([]int, len(list))
	for n := range list {
		order[n] = n
		for a := range 3 {
			list[n].Centre[a] /= float64(list[n].Voxels)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(list[b].Voxels, list[a].Voxels) })
	now, sorted := map[int32]int32{}, make([]Component, len(list))
	for rank, n := range order {
		sorted[rank] = list[n]
		now[was[n]] = int32(rank + 1)
	}
	ordered = make([]int32, len(number))
	for p, n := range number {
		if n != 0 {
			ordered[p] = now[n]
		}
	}
	return ordered, sorted
}
