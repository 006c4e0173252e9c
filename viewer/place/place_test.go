package place

import (
	"math"
	"slices"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// grids hold the small head: the data sets' and an oblique one.
func grids() map[string]volume.Grid {
	sin, cos := math.Sincos(0.3)
	oblique := volume.Grid{Dim: [3]int{40, 48, 56}, Affine: volume.Affine{{0, cos, -sin, -33.5}, {0, sin, cos, -6}, {1, 0, 0, 0}}}
	return map[string]volume.Grid{"LPS": volumetest.SmallGrid(), "oblique": oblique}
}

func TestFirst(t *testing.T) {
	t.Parallel()
	for name, g := range grids() {
		volumes, truth := volumetest.Small().On(g)
		view := render.NewView(g, render.Axial, render.Radiological)
		perSlice := make([]int, view.Depth())
		for n, l := range truth.Voxel {
			if l.In(label.RegionTC) {
				i, j, k := g.Coordinate(n)
				_, depth := view.Pixel([3]int{i, j, k})
				perSlice[depth]++
			}
		}
		at := First(truth, volumes[:]...)
		_, depth := view.Pixel(at)
		if perSlice[depth] != slices.Max(perSlice) || !truth.Voxel[g.Index(at[0], at[1], at[2])].In(label.RegionTC) {
			t.Errorf("%s: %v has %d core voxels, the most is %d", name, at, perSlice[depth], slices.Max(perSlice))
		}

		oedema := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
		oedema.Voxel[g.Index(9, 8, 7)] = label.ED
		if at := First(oedema, volumes[:]...); at != [3]int{9, 8, 7} {
			t.Errorf("%s: without core %v", name, at)
		}
		centre := First(nil, volumes[:]...)
		world := g.World([3]float64{float64(centre[0]), float64(centre[1]), float64(centre[2])})
		for r, want := range volumetest.Small().Centre {
			if math.Abs(world[r]-want) > 6 {
				t.Errorf("%s: without a tumour %v mm, the centre is %v", name, world, volumetest.Small().Centre)
			}
		}
	}
}

func TestBrain(t *testing.T) {
	t.Parallel()
	g := volumetest.SmallGrid()
	var volumes [sequence.Count]*volume.Volume
	if got := Brain(g, volumes[:]...); got != [2][3]int{{}, {47, 55, 39}} {
		t.Errorf("without an image %v", got)
	}
	for n, at := range [][3]int{{5, 30, 7}, {40, 8, 20}} {
		volumes[n] = &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
		volumes[n].Voxel[g.Index(at[0], at[1], at[2])] = -1
		volumes[n].Voxel[0] = float32(math.NaN())
	}
	if got := Brain(g, volumes[:]...); got != [2][3]int{{5, 8, 7}, {40, 30, 20}} {
		t.Errorf("%v", got)
	}
}
