package viewer

import (
	"math"

	"quorum/viewer/place"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
)

// Series is one sequence with what looking at it needs to know. Immutable.
type Series struct {
	Volume      *volume.Volume
	UnsureSides bool // left and right rest on little

	auto     render.Window
	quantile []float32 // of the brain, at shares 0, 1/steps, …, 1
	box      [2][3]int // the brain's first and last voxel along each axis
	normal   render.Normal
}

// NewSeries looks at every voxel a few times: call it where the image is read, not where it is shown.
func NewSeries(v *volume.Volume, unsureSides bool) *Series {
	return &Series{
		Volume: v, UnsureSides: unsureSides,
		auto: render.AutoWindow(v), quantile: render.Quantiles(v, quantileSteps), box: place.Brain(v.Grid, v), normal: render.NormalOf(v),
	}
}

// Exam is a study that can be looked at. Each sequence has a grid of its own: the same one, or, for images that are not registered,
// others, tied by world mm alone. Immutable.
type Exam struct {
	Series [sequence.Count]*Series // nil = absent
	box    [2][3]float64           // the brain, lowest and highest world mm
}

// NewExam puts series together; nil = absent.
func NewExam(series [sequence.Count]*Series) *Exam {
	e := &Exam{Series: series, box: [2][3]float64{{1, 1, 1}, {-1, -1, -1}}}
	empty := true
	for _, s := range series {
		if s == nil {
			continue
		}
		low, high := s.extent()
		if empty {
			e.box, empty = [2][3]float64{low, high}, false
		}
		for r := range 3 {
			e.box[0][r], e.box[1][r] = min(e.box[0][r], low[r]), max(e.box[1][r], high[r])
		}
	}
	return e
}

// LoadedExam prepares a loaded study. Images that before (nil = nothing) has prepared already are not looked at again.
func LoadedExam(l *study.Loaded, before *Exam) *Exam {
	var series [sequence.Count]*Series
	unsure := l.Header != nil && l.Header.UnsureSides()
	for q, v := range l.Volumes {
		switch {
		case v == nil:
		case before != nil && before.Series[q] != nil && before.Series[q].holds(v):
			known := *before.Series[q]
			known.Volume, known.UnsureSides = v, unsure
			series[q] = &known
		default:
			series[q] = NewSeries(v, unsure)
		}
	}
	return NewExam(series)
}

// holds says whether v has the very voxels of the series: its grid may say the same place a little otherwise.
func (s *Series) holds(v *volume.Volume) bool {
	known := s.Volume.Voxel
	return len(known) > 0 && len(known) == len(v.Voxel) && &known[0] == &v.Voxel[0]
}

// contrast is what T1ce − T1 is made of.
func (e *Exam) contrast() (t1ce, t1 *Series) { return e.Series[sequence.T1ce], e.Series[sequence.T1] }

// sequences lists what is there.
func (e *Exam) sequences() []sequence.Sequence {
	var list []sequence.Sequence
	for _, q := range sequence.All {
		if e.Series[q] != nil {
			list = append(list, q)
		}
	}
	return list
}

// middle is the centre of the brain, world mm.
func (e *Exam) middle() [3]float64 {
	var p [3]float64
	for r := range p {
		p[r] = (e.box[0][r] + e.box[1][r]) / 2
	}
	return p
}

// inside brings a world position into the first image in which it lies, to the middle of the brain if it lies in none.
func (e *Exam) inside(world [3]float64) [3]float64 {
	for _, q := range e.sequences() {
		g := e.Series[q].Volume.Grid
		if voxel := rounded(g.VoxelAt(world)); g.Contains(voxel[0], voxel[1], voxel[2]) {
			return world
		}
	}
	return e.middle()
}

// extent is the box of the brain in world mm, half a voxel around the outermost centres.
func (s *Series) extent() (low, high [3]float64) {
	g := s.Volume.Grid
	for n := range 8 {
		var corner [3]float64
		for a := range 3 {
			corner[a] = float64(s.box[0][a]) - 0.5
			if n>>a&1 == 1 {
				corner[a] = float64(s.box[1][a]) + 0.5
			}
		}
		for r, x := range g.World(corner) {
			if n == 0 {
				low[r], high[r] = x, x
			}
			low[r], high[r] = min(low[r], x), max(high[r], x)
		}
	}
	return low, high
}

// rounded is the voxel that contains a position.
func rounded(p [3]float64) [3]int {
	var voxel [3]int
	for a, x := range p {
		voxel[a] = int(math.Round(x))
	}
	return voxel
}

// position is the centre of a voxel as a position.
func position(voxel [3]int) [3]float64 {
	return [3]float64{float64(voxel[0]), float64(voxel[1]), float64(voxel[2])}
}
