package prep

import (
	"context"
	"errors"
	"fmt"

	"quorum/viewer/label"
	"quorum/viewer/volume"
)

// Labels brings labels of the network's lattice, [D,H,W] of Size, onto the source grid, i fastest: the exact inverse of the way in,
// background outside the box. It is an error on a resampled frame: there, scores go back (Restore) and are painted afterwards.
func (f *Frame) Labels(ctx context.Context, crop []label.Label) (*label.Map, error) {
	if f.Resampled {
		return nil, errors.New("labels of a resampled study cannot be turned back: restore the scores first")
	}
	if n := f.Size[0] * f.Size[1] * f.Size[2]; len(crop) != n {
		return nil, fmt.Errorf("%d labels do not fill a tensor of %v", len(crop), f.Size)
	}
	m := &label.Map{Grid: f.Source, Voxel: make([]label.Label, f.Source.Voxels())}
	if err := scatter(ctx, f.walk(), crop, m.Voxel); err != nil {
		return nil, err
	}
	return m, nil
}

// Restore brings probabilities of the network's lattice, [D,H,W] of Size for each region, onto the source grid, i fastest: the exact
// inverse of the way in or, on a resampled frame, trilinear. Outside the box they are 0.
func (f *Frame) Restore(ctx context.Context, crop [label.RegionCount][]float32) ([label.RegionCount][]float32, error) {
	var out [label.RegionCount][]float32
	for r := range crop {
		if n := f.Size[0] * f.Size[1] * f.Size[2]; len(crop[r]) != n {
			return out, fmt.Errorf("%d probabilities do not fill a tensor of %v", len(crop[r]), f.Size)
		}
		out[r] = make([]float32, f.Source.Voxels())
		var err error
		if f.Resampled {
			err = f.coarsen(ctx, crop[r], out[r])
		} else {
			err = scatter(ctx, f.walk(), crop[r], out[r])
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// Crop brings labels of the source grid onto the network's lattice, [D,H,W] of Size, background in the padding: the inverse of Labels
// inside the box. On a resampled frame each voxel takes the label of the nearest one.
func (f *Frame) Crop(m *label.Map) ([]label.Label, error) {
	if m.Grid.Dim != f.Source.Dim {
		return nil, fmt.Errorf("labels of %v voxels do not lie on the study's grid of %v", m.Grid.Dim, f.Source.Dim)
	}
	voxel := m.Voxel
	if f.Resampled {
		voxel = volume.ResampleNearest(f.Source, voxel, f.fine)
	}
	out, w := make([]label.Label, f.Size[0]*f.Size[1]*f.Size[2]), f.walk()
	for at := range w.slabs() {
		gather(w, at, out, voxel)
	}
	return out, nil
}

// Lattice is the grid of the network's tensors: its voxel (i, j, k) is the element [D,H,W] = [i,j,k].
func (f *Frame) Lattice() volume.Grid {
	g := f.Source
	if f.Resampled {
		g = f.fine
	}
	g = volume.TurnTo(g.Orientation(), volume.LPS).Grid(g)
	first := g.World([3]float64{float64(f.Box[0][0]), float64(f.Box[1][0]), float64(f.Box[2][0])})
	for r := range first {
		g.Affine[r][3] = first[r]
	}
	g.Dim = f.Size
	return g
}
