// Package prep turns a loaded study into the network's input, and the network's output back onto the study's own grid.
//
// It follows docs/method.md, "Preprocessing, exactly", to the letter: volumes are turned to LPS, brought to 1 mm where they are not,
// cropped to the brain, clipped to percentiles, z-scored and padded. A Frame is the geometry of it and knows the way back; a Prepared
// adds the voxels.
package prep

import (
	"context"
	"fmt"

	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
)

// Multiple is what every side of the network's input is a multiple of: four levels, each half of the one before.
const Multiple = 16

// Frame is the geometry of a prepared study. Its lattice is the source grid turned to the axes LPS (i to the patient's Left, j to
// Posterior, k to Superior), at 1 mm. Network tensors are [D,H,W] = [i,j,k] of that lattice, k fastest.
type Frame struct {
	Source    volume.Grid
	Present   sequence.Subset
	Box       [3][2]int // the brain on the lattice's axes i, j, k: [first, end)
	Size      [3]int    // D, H, W of the input: the box, padded at the high end to multiples of 16
	Resampled bool      // the source is not 1 mm: the lattice has other voxels than the source

	source view        // the source grid
	image  view        // the arrays in voxels: the source grid, or the 1 mm lattice
	fine   volume.Grid // the 1 mm lattice, if resampled
	voxels [sequence.Count][]float32
	names  [sequence.Count]string // for messages: the file, or the sequence
}

// Prepared is a study in the network's terms. Immutable once handed on.
type Prepared struct {
	Frame
	Input [sequence.Count][]float32 // [D,H,W] of Size; nil = absent
	Stats [sequence.Count]Stats
}

// Prepare locates the brain and normalises every sequence of use.
func Prepare(ctx context.Context, l *study.Loaded, use sequence.Subset) (*Prepared, error) {
	f, err := Locate(ctx, l, use)
	if err != nil {
		return nil, err
	}
	return f.Normalise(ctx)
}

// Locate finds the box of the voxels that are not 0 in any sequence of use. It is quick, and it fixes the sizes of all tensors.
// NaN and Inf are background.
func Locate(ctx context.Context, l *study.Loaded, use sequence.Subset) (*Frame, error) {
	if use == 0 || use.Without(l.Present) != 0 {
		return nil, fmt.Errorf("%s: the sequences %s were asked for, the study has %s", l.Study.ID, use.Names(), l.Present.Names())
	}
	f := &Frame{Source: l.Grid, Present: use, source: viewOf(l.Grid)}
	f.image = f.source
	for _, s := range use.Sequences() {
		f.voxels[s] = l.Volumes[s].Voxel
		f.names[s] = s.String()
		if file := l.Study.Files[s]; file != nil {
			f.names[s] = file.Path
		}
	}
	if spacing := f.source.spacing; !nearOneMM(spacing) {
		if err := f.resample(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", l.Study.ID, err)
		}
	}
	box, err := f.tightBox(ctx)
	if err != nil {
		return nil, err
	}
	if box[0][1] == 0 {
		return nil, fmt.Errorf("%s: every voxel of %s is 0, so there is no brain to segment", l.Study.ID, use.Names())
	}
	f.Box = f.image.lattice(box)
	for a, side := range f.Box {
		f.Size[a] = (side[1] - side[0] + Multiple - 1) / Multiple * Multiple
	}
	return f, nil
}

// Normalise clips, z-scores and lays out every sequence.
func (f *Frame) Normalise(ctx context.Context) (*Prepared, error) {
	p := &Prepared{Frame: *f}
	p.voxels = [sequence.Count][]float32{} // the study's own arrays need not outlive this
	list := f.Present.Sequences()
	for _, s := range list {
		p.Input[s] = make([]float32, f.Size[0]*f.Size[1]*f.Size[2])
	}
	walk := f.walk()
	err := parallel(ctx, len(list)*walk.slabs(), func(at int) error {
		s := list[at/walk.slabs()]
		gather(walk, at%walk.slabs(), p.Input[s], f.voxels[s])
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = parallel(ctx, len(list), func(at int) error {
		s := list[at]
		var err error
		if p.Stats[s], err = standardise(p.Input[s]); err != nil {
			return fmt.Errorf("%s: %w", f.names[s], err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}
