package prep

import (
	"context"
	"fmt"
	"math"

	"quorum/viewer/volume"
)

// The field of view that a head can have, in mm along an axis and in voxels of 1 mm: outside of it the voxel size in the header cannot be
// right, and a small file would take gigabytes.
const minExtent, maxExtent, maxVoxels = 8, 400, 4e7

// nearOneMM says whether every spacing is within 5 % of 1 mm.
func nearOneMM(spacing [3]float64) bool {
	for _, mm := range spacing {
		if math.Abs(mm-1) > 0.05 {
			return false
		}
	}
	return true
}

// tap is where a sample lies between two voxels of another lattice: weight[0] of voxel at, weight[1] of voxel at+1. A neighbour that
// does not exist has weight 0, so weights need not sum to 1.
type tap struct {
	at     int
	weight [2]float32
}

// taps lays m samples, step voxels apart, over n voxels; the middle of the samples is at the place middle.
func taps(m, n int, step, middle float64) []tap {
	list := make([]tap, m)
	for x := range list {
		list[x] = tapAt((float64(x)-float64(m-1)/2)*step+middle, n)
	}
	return list
}

func tapAt(place float64, n int) tap {
	low := math.Floor(place)
	t := tap{at: int(low)}
	up := float32(place - low)
	switch {
	case t.at >= 0 && t.at+1 < n:
		t.weight = [2]float32{1 - up, up}
	case t.at == -1: // only the upper neighbour exists
		t.at, t.weight = 0, [2]float32{up, 0}
	case t.at == n-1: // only the lower one
		t.weight = [2]float32{1 - up, 0}
	default:
		t.at = 0
	}
	return t
}

// resample replaces the arrays by trilinear samples on a lattice of 1 mm with the same middle, stored L fastest. A sample is brain where
// brain has at least half of the weight, and is the mean of the brain voxels among its neighbours: the background neither bleeds into
// the brain's edge nor stops being exactly 0.
func (f *Frame) resample(ctx context.Context) error {
	src := f.source
	grid, err := volume.Isotropic(volume.TurnTo(f.Source.Orientation(), volume.LPS).Grid(f.Source), 1)
	if err != nil {
		return err
	}
	if err := src.headSized(grid.Dim); err != nil {
		return err
	}
	fine := view{dim: grid.Dim, turn: volume.Turn{Source: [3]int{0, 1, 2}}, spacing: [3]float64{1, 1, 1}}
	var along [3][]tap
	for a, n := range src.size() {
		along[a] = taps(fine.dim[a], n, 1/src.spacing[a], float64(n-1)/2)
	}
	origin, step := src.steps()
	area := fine.dim[0] * fine.dim[1]
	for s, data := range f.voxels {
		if data == nil {
			continue
		}
		out := make([]float32, area*fine.dim[2])
		err := parallel(ctx, fine.dim[2], func(k int) error {
			for j := range fine.dim[1] {
				row := out[k*area+j*fine.dim[0]:][:fine.dim[0]]
				for i := range row {
					row[i] = sampleBrain(data, origin, step, along[0][i], along[1][j], along[2][k])
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		f.voxels[s] = out
	}
	f.image, f.fine, f.Resampled = fine, grid, true
	return nil
}

// headSized refuses what cannot be a head, before anything of the size of its 1 mm lattice is made.
func (v view) headSized(fine [3]int) error {
	for a, n := range v.size() {
		if extent := float64(n) * v.spacing[a]; extent < minExtent || extent > maxExtent {
			return fmt.Errorf("the header says that the image measures %.4g mm along axis %d (%d voxels of %.4g mm), which is no head: "+
				"correct the voxel size in the header", extent, v.turn.Source[a]+1, n, v.spacing[a])
		}
	}
	if n := float64(fine[0]) * float64(fine[1]) * float64(fine[2]); n > maxVoxels {
		return fmt.Errorf("the header says that the image measures %d × %d × %d mm, which is more than a head: correct the voxel size in the "+
			"header, or cut the image to the head", fine[0], fine[1], fine[2])
	}
	return nil
}

// sampleBrain is the mean of the brain voxels among eight, or 0 if they have less than half of the weight.
func sampleBrain(data []float32, origin int, step [3]int, i, j, k tap) float32 {
	var sum, weight float32
	corner := origin + i.at*step[0] + j.at*step[1] + k.at*step[2]
	for c := range 8 {
		w := i.weight[c&1] * j.weight[c>>1&1] * k.weight[c>>2]
		if w == 0 {
			continue
		}
		if x := data[corner+(c&1)*step[0]+(c>>1&1)*step[1]+(c>>2)*step[2]]; brain(x) {
			sum += w * x
			weight += w
		}
	}
	if weight < 0.5 {
		return 0
	}
	return sum / weight
}

// coarsen samples one tensor, trilinear and 0 outside the box, at the voxels of the source grid.
func (f *Frame) coarsen(ctx context.Context, tensor, out []float32) error {
	size := f.source.size()
	w := f.walk()
	var along [3][]tap
	for a, n := range size {
		middle := float64(f.image.dim[a]-1)/2 - float64(f.Box[a][0])
		along[a] = taps(n, w.extent[a], f.source.spacing[a], middle)
	}
	origin, step := f.source.steps()
	return parallel(ctx, size[2], func(k int) error {
		for j := range size[1] {
			at := origin + j*step[1] + k*step[2]
			for i := range size[0] {
				out[at] = sample(tensor, w.inner, along[0][i], along[1][j], along[2][k])
				at += step[0]
			}
		}
		return nil
	})
}

func sample(data []float32, step [3]int, i, j, k tap) float32 {
	var sum float32
	corner := i.at*step[0] + j.at*step[1] + k.at*step[2]
	for c := range 8 {
		if w := i.weight[c&1] * j.weight[c>>1&1] * k.weight[c>>2]; w != 0 {
			sum += w * data[corner+(c&1)*step[0]+(c>>1&1)*step[1]+(c>>2)*step[2]]
		}
	}
	return sum
}
