// Package place finds where in an image to look first.
package place

import (
	"image"

	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/volume"
)

// First is the voxel at which a first look pays: in the tumour, else the centre of the brain. volumes may hold nil; m may be nil.
func First(m label.Boxed, volumes ...*volume.Volume) [3]int {
	if m != nil {
		if voxel, ok := Tumour(m); ok {
			return voxel
		}
	}
	for _, v := range volumes {
		if v != nil {
			box := Brain(v.Grid, volumes...)
			return [3]int{(box[0][0] + box[1][0]) / 2, (box[0][1] + box[1][1]) / 2, (box[0][2] + box[1][2]) / 2}
		}
	}
	return [3]int{}
}

// Tumour is a voxel on the axial slice with most tumour core, else most whole tumour, in the midst of it; false where there is none.
func Tumour(m label.Boxed) ([3]int, bool) {
	for _, r := range []label.Region{label.RegionTC, label.RegionWT} {
		if voxel, ok := densest(m, r); ok {
			return voxel, true
		}
	}
	return [3]int{}, false
}

// densest finds the axial slice with most voxels of a region, and in it the voxel with most of them in its row and column.
func densest(m label.Boxed, r label.Region) ([3]int, bool) {
	b := m.Box()
	if len(b.Voxel) == 0 {
		return [3]int{}, false
	}
	view := render.NewView(b.Grid, render.Axial, render.Radiological)
	at, most := 0, 0
	for n, count := range counted(b, view.Deep(), r) {
		if count > most {
			at, most = n, count
		}
	}
	var voxel [3]int
	voxel[view.Deep()] = at
	_, depth := view.Pixel(voxel)
	slice := view.Labels(nil, depth, m)
	size := view.Size()
	column, row := make([]int, size.X), make([]int, size.Y)
	each := func(f func(x, y int)) {
		for n, l := range slice {
			if label.Label(l).In(r) {
				f(n%size.X, n/size.X)
			}
		}
	}
	each(func(x, y int) { column[x]++; row[y]++ })
	var pixel image.Point
	top := 0
	each(func(x, y int) {
		if n := column[x] + row[y]; n > top {
			pixel, top = image.Pt(x, y), n
		}
	})
	return view.Voxel(pixel, depth), most > 0
}

// counted is the number of voxels of a region by their index along a voxel axis.
func counted(b label.Box, axis int, r label.Region) []int {
	var in [256]int
	for l := range label.Label(label.Count) {
		if l.In(r) {
			in[l] = 1
		}
	}
	count := make([]int, b.Grid.Dim[axis])
	n := 0
	for k := range b.Dim[2] {
		for j := range b.Dim[1] {
			line := b.Voxel[n : n+b.Dim[0]]
			n += b.Dim[0]
			if axis == 0 {
				for i, l := range line {
					count[b.First[0]+i] += in[l]
				}
				continue
			}
			sum := 0
			for _, l := range line {
				sum += in[l]
			}
			count[[3]int{0, b.First[1] + j, b.First[2] + k}[axis]] += sum
		}
	}
	return count
}

// Brain is the box of the voxels that are not 0 in any volume: its first and last voxel along i, j, k; the whole grid where all are 0.
func Brain(g volume.Grid, volumes ...*volume.Volume) [2][3]int {
	low, high := g.Dim, [3]int{-1, -1, -1}
	for _, v := range volumes {
		if v == nil || v.Grid.Dim != g.Dim {
			continue
		}
		for row := range g.Dim[1] * g.Dim[2] {
			line := v.Voxel[row*g.Dim[0] : (row+1)*g.Dim[0]]
			first, last := extent(line)
			if first > last {
				continue
			}
			j, k := row%g.Dim[1], row/g.Dim[1]
			low = [3]int{min(low[0], first), min(low[1], j), min(low[2], k)}
			high = [3]int{max(high[0], last), max(high[1], j), max(high[2], k)}
		}
	}
	if high[0] < 0 {
		return [2][3]int{{}, {g.Dim[0] - 1, g.Dim[1] - 1, g.Dim[2] - 1}}
	}
	return [2][3]int{low, high}
}

// extent is the first and the last place that is neither 0 nor NaN; first > last if there is none.
func extent(line []float32) (first, last int) {
	signal := func(x float32) bool { return x < 0 || x > 0 }
	first, last = 0, len(line)-1
	for first <= last && !signal(line[first]) {
		first++
	}
	for last > first && !signal(line[last]) {
		last--
	}
	return first, last
}
