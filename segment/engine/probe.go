package engine

import (
	"context"

	"quorum/segment/model"
	"quorum/segment/ort"
	"quorum/segment/prep"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// ProbeOf is the check of a device with the model itself on slices of the synthetic head. Whether bfloat16 changes too many voxels
// depends on the weights: random ones, whose logits are near zero everywhere, would always say yes.
func ProbeOf(m *model.Model) *ort.Probe {
	return &ort.Probe{Name: "slices of the synthetic head 2, model " + m.SHA256, Make: func(ctx context.Context) (ort.Trial, error) {
		head := volumetest.Default()
		// 48 slices of the whole head, at the height of the tumour: about the mix of easy and hard voxels that a case has.
		grid := volume.Grid{Dim: [3]int{144, 176, 48}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}}
		for a, n := range grid.Dim {
			grid.Affine[a][3] = head.Centre[a] - grid.Affine[a][a]*float64(n)/2
		}
		grid.Affine[2][3] += head.Tumour[2]
		volumes, _ := head.On(grid)
		loaded := &study.Loaded{Study: &study.Study{ID: "probe"}, Grid: grid, Volumes: volumes, Present: sequence.Full}
		p, err := prep.Prepare(ctx, loaded, sequence.Full)
		if err != nil {
			return ort.Trial{}, err
		}
		return ort.Split(m.Config, m.Weights, p.Size, p.Input)
	}}
}
