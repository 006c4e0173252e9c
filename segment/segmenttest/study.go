package segmenttest

import (
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// Grid holds the head: 20×24×18 voxels of 1 mm, axes LPS. The network's input is then 16×32×16, which the interpreter takes quickly.
func Grid() volume.Grid {
	return volume.Grid{Dim: [3]int{20, 24, 18}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 23}, {0, 0, 1, 0}}}
}

// Head is a synthetic head of a tenth of the size on a grid over the space of Grid, as a loaded study with the sequences of u. It has no
// noise, so it is a function of the world: other grids show the same head.
func Head(g volume.Grid, u sequence.Subset) *study.Loaded {
	h := volumetest.Small()
	h.Scale, h.Centre, h.Noise = 0.1, [3]float64{-9.5, 11.5, 8.5}, 0
	volumes, _ := h.On(g)
	l := &study.Loaded{Study: &study.Study{ID: "head"}, Grid: g, Header: nifti.NewHeader(g), Present: u}
	for _, s := range u.Sequences() {
		l.Volumes[s] = volumes[s]
	}
	return l
}
