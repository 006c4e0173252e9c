package lesion

import (
	"quorum/viewer/label"
	"quorum/viewer/render"
)

// Profile is the area of a region in every slice of a view, in mm², in the order of the view's slices: what stands beside its slider.
func Profile(m *label.Cutout, v render.View, r label.Region) []float64 {
	area := make([]float64, v.Depth())
	axis := v.Deep()
	pixel := v.Spacing()[0] * v.Spacing()[1]
	at := 0
	for k := range m.Dim[2] {
		for j := range m.Dim[1] {
			for i := range m.Dim[0] {
				if m.Voxel[at].In(r) {
					voxel := [3]int{}
					voxel[axis] = m.Min[axis] + [3]int{i, j, k}[axis]
					_, depth := v.Pixel(voxel)
					area[depth] += pixel
				}
				at++
			}
		}
	}
	return area
}
