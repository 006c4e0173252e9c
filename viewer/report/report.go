// Package report turns results into what can be kept: one patient's result as a picture or a page (PDF), the lattice of all subsets as
// a picture or a table (CSV), what the window shows at a moment, and the names of the labels for other programs. Window and command line
// share it. Everything is a pure function of plain data; whoever asks for it writes the file.
package report

import (
	"fmt"
	"image"
	"image/png"
	"io"
	"sync"

	"quorum/viewer/label"
	"quorum/viewer/place"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// Study is what all results of one patient share.
type Study struct {
	Title       string                         // the study's name
	Volumes     [sequence.Count]*volume.Volume // nil = no file, or not read
	Model       string                         // which model, for a person
	Computed    string                         // what computed it: provider and precision
	Convention  render.Convention              // which side is left
	UnsureSides bool                           // left and right rest on little: letters become "R?"
	Notices     []string                       // reliability, and everything odd: whole sentences
}

// scene is a study made ready to be drawn.
type scene struct {
	*Study
	grid   volume.Grid
	window [sequence.Count]render.Window // of the volumes
	brain  [2][3]int                     // the first and the last voxel of the brain along i, j, k
	shown  sequence.Sequence             // under the overlay
	at     [3]int                        // the crosshair
}

// scene checks that images, maps (nil allowed) and crosshair lie on one grid, and works out what all planes need.
func (s *Study) scene(used sequence.Subset, at [3]int, maps ...*label.Map) (*scene, error) {
	shown, ok := best(s.Volumes, used)
	if !ok {
		return nil, fmt.Errorf("picture of %s: none of the used sequences (%s) has an image", s.Title, used.Names())
	}
	sc := &scene{Study: s, grid: s.Volumes[shown].Grid, shown: shown, at: at}
	var wait sync.WaitGroup
	defer wait.Wait()
	for n, v := range s.Volumes {
		if v == nil {
			continue
		}
		if v.Grid.Dim != sc.grid.Dim || len(v.Voxel) != sc.grid.Voxels() {
			return nil, fmt.Errorf("picture of %s: %s does not lie on the grid of %s", s.Title, sequence.Sequence(n), shown)
		}
		wait.Go(func() { sc.window[n] = render.AutoWindow(v) })
	}
	for _, m := range maps {
		if m != nil && (m.Grid.Dim != sc.grid.Dim || len(m.Voxel) != sc.grid.Voxels()) {
			return nil, fmt.Errorf("picture of %s: the labels do not lie on the grid of the images", s.Title)
		}
	}
	if !sc.grid.Contains(at[0], at[1], at[2]) {
		return nil, fmt.Errorf("picture of %s: the crosshair %v lies outside the images (%v voxels)", s.Title, at, sc.grid.Dim)
	}
	sc.brain = place.Brain(sc.grid, s.Volumes[:]...)
	return sc, nil
}

// best chooses the used sequence on which a tumour is seen best: the rim in T1ce, else oedema in FLAIR.
func best(volumes [sequence.Count]*volume.Volume, used sequence.Subset) (sequence.Sequence, bool) {
	for _, s := range []sequence.Sequence{sequence.T1ce, sequence.FLAIR, sequence.T2, sequence.T1} {
		if used.Has(s) && volumes[s] != nil {
			return s, true
		}
	}
	return 0, false
}

// WritePNG encodes a picture.
func WritePNG(w io.Writer, picture image.Image) error {
	encoder := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := encoder.Encode(w, picture); err != nil {
		return fmt.Errorf("PNG: %w", err)
	}
	return nil
}
