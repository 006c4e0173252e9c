package study

import (
	"fmt"
	"slices"

	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// The spacing of images of a head, in mm, widely: finer is a microscope's, coarser shows nothing.
const (
	finestSpacing   = 0.05
	coarsestSpacing = 30
)

// absurdSpacing says what is wrong with voxels that cannot be those of a head, "" if nothing is.
func absurdSpacing(h *nifti.Header) string {
	mm := h.Grid().Spacing()
	if slices.Min(mm[:]) >= finestSpacing && slices.Max(mm[:]) <= coarsestSpacing {
		return ""
	}
	return fmt.Sprintf("has voxels of %.3g×%.3g×%.3g mm, which no image of a head has: its header is wrong (another unit than mm?), convert it again",
		mm[0], mm[1], mm[2])
}

// compareGrids tells from the headers what Load will refuse: it must see it again, since it may be asked for other sequences.
func (s *scan) compareGrids() {
	var first sequence.Sequence
	var grid *volume.Grid
	for _, q := range s.Present().Sequences() {
		if s.Files[q].Header == nil {
			continue
		}
		g := s.Files[q].Header.Grid()
		if grid == nil {
			first, grid = q, &g
			continue
		}
		if match, difference := grid.Compare(g); match == volume.Different {
			s.note(Problem{File: s.Files[q].Path, scanOnly: true, Text: otherGrid(q, first, difference) + "; they cannot be segmented together as they are"})
		}
	}
}

// otherGrid is the sentence about two images that do not lie on top of each other.
func otherGrid(q, reference sequence.Sequence, difference string) string {
	return fmt.Sprintf("the %s does not lie on the grid of the %s: its grid %s; register the images to each other first", q, reference, difference)
}
