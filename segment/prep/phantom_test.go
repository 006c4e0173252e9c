package prep

import (
	"math"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// loaded wraps volumes as a study.
func loaded(t *testing.T, volumes [sequence.Count]*volume.Volume) *study.Loaded {
	t.Helper()
	l := &study.Loaded{Study: &study.Study{ID: "phantom"}, Volumes: volumes}
	for _, s := range sequence.All {
		if volumes[s] != nil {
			l.Grid = volumes[s].Grid
			l.Present |= sequence.Of(s)
		}
	}
	return l
}

// head is the small synthetic head; without noise it is a function of the world, so that turned grids see the same values.
func head(g volume.Grid) ([sequence.Count]*volume.Volume, *label.Map) {
	h := volumetest.Small()
	h.Noise = 0
	return h.On(g)
}

// little is a head of 14×17×13 mm on a grid of 20×24×18 mm with the given numbers of voxels, LPS: small enough to be tried in 48 ways.
func little(dim [3]int) (volume.Grid, [sequence.Count]*volume.Volume, *label.Map) {
	var g volume.Grid
	g.Dim = dim
	for a, mm := range [3]float64{20, 24, 18} {
		step := mm / float64(dim[a])
		if a < 2 {
			step = -step
		}
		g.Affine[a][a] = step
	}
	h := volumetest.Small()
	h.Scale, h.Centre, h.Noise = 0.1, [3]float64{-9.5, -11.5, 8.5}, 0
	volumes, truth := h.On(g)
	return g, volumes, truth
}

// turned stores the lattice of g with its axes in another order, some of them backwards: the same points in the world.
func turned(g volume.Grid, axis [3]int, flip [3]bool) volume.Grid {
	var out volume.Grid
	for r := range 3 {
		out.Affine[r][3] = g.Affine[r][3]
	}
	for s, a := range axis {
		out.Dim[s] = g.Dim[a]
		for r := range 3 {
			out.Affine[r][s] = g.Affine[r][a]
			if flip[s] {
				out.Affine[r][s] = -g.Affine[r][a]
				out.Affine[r][3] += g.Affine[r][a] * float64(g.Dim[a]-1)
			}
		}
	}
	return out
}

// allTurns calls each with the 48 ways to store g.
func allTurns(g volume.Grid, each func(volume.Grid)) {
	for _, axis := range [6][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		for bits := range 8 {
			each(turned(g, axis, [3]bool{bits&1 > 0, bits&2 > 0, bits&4 > 0}))
		}
	}
}

// reorder copies voxels from one storage of a lattice to another, point by point through the world.
func reorder[T any](from, to volume.Grid, voxel []T) []T {
	out := make([]T, len(voxel))
	at := 0
	for k := range to.Dim[2] {
		for j := range to.Dim[1] {
			for i := range to.Dim[0] {
				var p [3]float64
				for r := range p {
					m := to.Affine[r]
					p[r] = m[0]*float64(i) + m[1]*float64(j) + m[2]*float64(k) + m[3] - from.Affine[r][3]
				}
				// The columns of these affines are orthogonal.
				var index [3]int
				for s := range index {
					dot, square := 0.0, 0.0
					for r := range p {
						dot += p[r] * from.Affine[r][s]
						square += from.Affine[r][s] * from.Affine[r][s]
					}
					index[s] = int(math.Round(dot / square))
				}
				out[at] = voxel[index[0]+from.Dim[0]*(index[1]+from.Dim[1]*index[2])]
				at++
			}
		}
	}
	return out
}

// oblique turns a grid about two world axes: no longer parallel to anything, LPS still the nearest.
func oblique(g volume.Grid) volume.Grid {
	c, s := math.Cos(0.3), math.Sin(0.3)
	turn := func(m *volume.Affine, a, b int) {
		for col := range 4 {
			x, y := m[a][col], m[b][col]
			m[a][col], m[b][col] = c*x-s*y, s*x+c*y
		}
	}
	turn(&g.Affine, 0, 1)
	turn(&g.Affine, 1, 2)
	return g
}
