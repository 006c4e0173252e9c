package study

import (
	"fmt"

	"quorum/viewer/volume"
)

// rawHead is the least share of voxels that are exactly 0 inside the tight box around the others, for an image that is taken as
// skull-stripped.
//
// Measured (each image's own box): 25 BraTS cases, 100 images, 0.485 to 0.624; the stripped and registered clinical case 0.503 to 0.504; the
// RAS metastasis case 0.526 to 0.544; the raw head of tcga-fg-6692 0.018 (FLAIR), 0.097 (T1ce), 0.022 (T2), 0.034 (T1). A brain that
// fills its box like an ellipsoid leaves 1 − π/6 = 0.476, the thinnest slab of one 1 − π/4 = 0.215: the limit lies below that and at twice
// the highest raw value. A raw head whose air a scanner has set to exactly 0 would pass: nothing in the zeros tells it from a brain.
const rawHead = 0.2

// maxBad is the share of voxels that may be NaN or infinite and are then taken as background (docs/conventions.md, Grids).
const maxBad = 0.05

// quality is what one pass over an image shows.
type quality struct {
	voxels int
	bad    int     // NaN or infinite
	brain  int     // neither 0 nor bad
	flat   bool    // all brain voxels have one value
	box    int     // voxels in the tight box around the brain
	corner float32 // the value of the first voxel
	same   int     // voxels that have the value of the first
}

// inspect looks at every voxel once, and sets those that are NaN or infinite to 0: v must not have been handed on yet.
func inspect(v *volume.Volume) quality {
	q := quality{voxels: len(v.Voxel), flat: true}
	dim := v.Grid.Dim
	low, high := dim, [3]int{-1, -1, -1}
	var first float32
	if len(v.Voxel) > 0 {
		q.corner = v.Voxel[0]
	}
	for at := 0; at < len(v.Voxel); at += dim[0] {
		from, to := -1, -1
		for i, x := range v.Voxel[at : at+dim[0]] {
			if x == 0 {
				continue
			}
			if x-x != 0 { // NaN and both infinities
				v.Voxel[at+i] = 0
				q.bad++
				continue
			}
			if q.brain == 0 {
				first = x
			}
			q.flat = q.flat && x == first
			q.brain++
			if x == q.corner {
				q.same++
			}
			if from < 0 {
				from = i
			}
			to = i
		}
		if from >= 0 {
			row := at / dim[0]
			j, k := row%dim[1], row/dim[1]
			low = [3]int{min(low[0], from), min(low[1], j), min(low[2], k)}
			high = [3]int{max(high[0], to), max(high[1], j), max(high[2], k)}
		}
	}
	if q.brain > 0 {
		q.box = (high[0] - low[0] + 1) * (high[1] - low[1] + 1) * (high[2] - low[2] + 1)
	}
	return q
}

// zeros is the share of the box that is exactly 0.
func (q quality) zeros() float64 {
	if q.box == 0 {
		return 1
	}
	return 1 - float64(q.brain)/float64(q.box)
}

// raw says whether the image looks like a head with its skull.
func (q quality) raw() bool { return q.zeros() < rawHead }

// padded says whether the background has been set to another value than 0, as CT and some converters do: the first voxel's, which no noisy
// air repeats that often.
func (q quality) padded() bool {
	return q.raw() && q.corner != 0 && float64(q.same) >= rawHead*float64(q.voxels)
}

// empty says whether nothing but zeros was stored.
func (q quality) empty() bool { return q.brain == 0 && q.bad == 0 }

// fatal is the reason why the image called name cannot be used at all, or "".
func (q quality) fatal(name string) string {
	switch {
	case float64(q.bad) > maxBad*float64(q.voxels):
		return fmt.Sprintf("%s: %s, and at most %.0f %% can be taken as background: repair it or export it again", name, q.badVoxels(), 100*maxBad)
	case q.flat && q.brain > 0:
		return name + " has the same value in all its voxels (but 0): it is no image, or the export failed"
	case q.brain == 0 && q.bad > 0:
		return fmt.Sprintf("%s: %s and all others are 0: it is no image, or the export failed", name, q.badVoxels())
	}
	return ""
}

// badVoxels counts the voxels without a number for a sentence.
func (q quality) badVoxels() string {
	return fmt.Sprintf("%d voxels (%.3g %%) are NaN or infinite", q.bad, 100*float64(q.bad)/float64(q.voxels))
}
