package viewer

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Readout is what is known about the place under the crosshair.
type Readout struct {
	Voxel       [3]int     // of the shown image, from 0
	World       [3]float64 // RAS, mm
	Intensity   [sequence.Count]float32
	Known       sequence.Subset // the sequences whose images hold the place
	Label       label.Label
	Labelled    bool // there is a result
	Probability [label.RegionCount]float32
	Probable    bool // Probability is known
}

// Readout reads the crosshair's place; false where nothing is open.
func (s *State) Readout() (Readout, bool) {
	series := s.series(s.View.Image)
	if series == nil {
		return Readout{}, false
	}
	r := Readout{World: s.View.Crosshair, Voxel: rounded(series.Volume.Grid.VoxelAt(s.View.Crosshair))}
	for _, q := range s.exam.sequences() {
		v := s.exam.Series[q].Volume
		voxel := rounded(v.Grid.VoxelAt(r.World))
		if v.Grid.Contains(voxel[0], voxel[1], voxel[2]) {
			r.Intensity[q], r.Known = v.Voxel[v.Grid.Index(voxel[0], voxel[1], voxel[2])], r.Known.With(sequence.Of(q))
		}
	}
	if s.result.labels == nil {
		return r, true
	}
	b := s.result.labels.Box()
	voxel := rounded(b.Grid.VoxelAt(r.World))
	if !b.Grid.Contains(voxel[0], voxel[1], voxel[2]) {
		return r, true
	}
	r.Label, r.Labelled = b.At(voxel[0], voxel[1], voxel[2]), true
	if s.probability != nil {
		r.Probability, r.Probable = s.probability(voxel)
	}
	return r, true
}

// String is the line that a person reads.
func (r Readout) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "voxel %d %d %d · RAS %.1f %.1f %.1f mm", r.Voxel[0], r.Voxel[1], r.Voxel[2], r.World[0], r.World[1], r.World[2])
	for n, q := range r.Known.Sequences() {
		separator := " "
		if n == 0 {
			separator = " · "
		}
		fmt.Fprintf(&b, "%s%s %s", separator, q, intensity(float64(r.Intensity[q])))
	}
	if r.Labelled {
		fmt.Fprintf(&b, " · %s", r.Label)
	}
	if r.Probable {
		p := r.Probability
		fmt.Fprintf(&b, " · WT %.2f TC %.2f ET %.2f", p[label.RegionWT], p[label.RegionTC], p[label.RegionET])
	}
	return b.String()
}

// intensity is a value of an image with four significant digits, but with whole numbers in full up to a million: 0.01234, 12.3, 10020.
func intensity(v float64) string {
	if a := math.Abs(v); a >= 1000 && a < 1e6 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}
