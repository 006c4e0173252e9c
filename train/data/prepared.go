package data

import (
	"context"
	"math"
	"slices"

	"quorum/segment/prep"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
)

// The bits of a voxel: the regions that it belongs to, and whether it is brain in any sequence.
const (
	inET    = 1 << label.RegionET
	inWT    = 1 << label.RegionWT
	inTC    = 1 << label.RegionTC
	inBrain = 1 << label.RegionCount
)

// record is what a prepared case says about itself.
type record struct {
	Present sequence.Subset         `json:"present"`
	Size    [3]int                  `json:"size"`   // D, H, W of the brain's box
	Origin  [3]int                  `json:"origin"` // of the box on the lattice that belongs to Grid
	Grid    volume.Grid             `json:"grid"`   // of the files
	Scale   [sequence.Count]float32 `json:"scale"`  // z-score of an image's unit
	Layers  [][4]int                `json:"layers"` // voxels of ET, WT, TC and brain by layer along D
	Notices []string                `json:"notices"`
}

// prepared is a case in the network's terms. Images are z-scores over Scale, so that a voxel costs two bytes, off by at most half a unit,
// about 0.0001 of the brain's standard deviation; 0 is the background and nothing else. Immutable.
type prepared struct {
	record
	image  [sequence.Count][]int16 // [D,H,W] of Size; nil = absent
	bits   []uint8                 // [D,H,W]
	closer func() error
}

// prepare does to a study what inference does, and to its labels alike.
func prepare(ctx context.Context, l *study.Loaded, truth *label.Map) (*prepared, error) {
	f, err := prep.Prepare(ctx, l, l.Present)
	if err != nil {
		return nil, err
	}
	labels, err := f.Crop(truth)
	if err != nil {
		return nil, err
	}
	p := &prepared{record: record{Present: f.Present, Grid: f.Source}}
	for a, side := range f.Box {
		p.Origin[a], p.Size[a] = side[0], side[1]-side[0]
	}
	p.bits = make([]uint8, p.Size[0]*p.Size[1]*p.Size[2])
	for at, l := range unpad(labels, f.Size, p.Size) {
		for _, r := range label.Regions {
			if l.In(r) {
				p.bits[at] |= 1 << r
			}
		}
	}
	for _, s := range p.Present.Sequences() {
		p.image[s], p.Scale[s] = quantise(unpad(f.Input[s], f.Size, p.Size))
		for at, x := range p.image[s] {
			if x != 0 {
				p.bits[at] |= inBrain
			}
		}
	}
	p.Layers = p.layers()
	for _, problem := range l.Problems {
		p.Notices = append(p.Notices, problem.Text)
	}
	return p, nil
}

// unpad copies the box at the low end out of a padded tensor.
func unpad[T any](tensor []T, padded, size [3]int) []T {
	out := make([]T, 0, size[0]*size[1]*size[2])
	for d := range size[0] {
		for h := range size[1] {
			out = append(out, tensor[(d*padded[1]+h)*padded[2]:][:size[2]]...)
		}
	}
	return out
}

// quantise expresses z-scores in units of the greatest over 32767. A voxel of the brain never becomes 0.
func quantise(z []float32) ([]int16, float32) {
	greatest := max(slices.Max(z), -slices.Min(z))
	scale := greatest / math.MaxInt16
	out := make([]int16, len(z))
	for at, x := range z {
		if x != 0 {
			q := int16(math.Round(float64(x / scale)))
			if q == 0 {
				q = 1
			}
			out[at] = q
		}
	}
	return out, scale
}

// layers counts the bits by layer.
func (p *prepared) layers() [][4]int {
	out := make([][4]int, p.Size[0])
	for d := range out {
		var count [16]int
		for _, b := range p.layer(d) {
			count[b&15]++
		}
		for b, n := range count {
			for i := range out[d] {
				out[d][i] += n * (b >> i & 1)
			}
		}
	}
	return out
}

// layer is the bits of a layer along D.
func (p *prepared) layer(d int) []uint8 {
	n := p.Size[1] * p.Size[2]
	return p.bits[d*n:][:n]
}

// count is the number of voxels with bit i.
func (p *prepared) count(i int) (n int) {
	for _, l := range p.Layers {
		n += l[i]
	}
	return n
}

// voxel is the n-th voxel with bit i, from 0, in the order of the tensor.
func (p *prepared) voxel(i, n int) [3]int {
	for d, l := range p.Layers {
		if n >= l[i] {
			n -= l[i]
			continue
		}
		for at, b := range p.layer(d) {
			if b>>i&1 == 0 {
				continue
			}
			if n == 0 {
				return [3]int{d, at / p.Size[2], at % p.Size[2]}
			}
			n--
		}
	}
	panic("data: a case has fewer voxels than its record says") // the file's checksum was right, so the program is wrong
}
