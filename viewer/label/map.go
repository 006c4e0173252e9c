package label

import (
	"fmt"
	"math"
	"slices"

	"quorum/viewer/volume"
)

// Map is a segmentation on a Grid: one Label per voxel, i fastest. Immutable once handed on.
type Map struct {
	Grid  volume.Grid
	Voxel []Label
}

// MaxValues is how many different values a mask of labels may hold; more is an image, or an atlas.
const MaxValues = 64

// ForeignValueError says that a mask holds a value that is no label of its scheme.
type ForeignValueError struct {
	Value  float32
	Voxels int    // how many voxels hold it
	At     [3]int // the first of them, voxel index
	Scheme Scheme // empty: not a label under any scheme
}

// Error is a sentence; the caller puts the file's name before it.
func (e *ForeignValueError) Error() string {
	at := fmt.Sprintf("the value %s (%d voxels, first at %d,%d,%d)", number(e.Value), e.Voxels, e.At[0], e.At[1], e.At[2])
	if e.Scheme == "" {
		return at + " is not a whole number from 0 to 65535: this is not a mask of labels"
	}
	return fmt.Sprintf("%s is not a label of the scheme %s (%s): name the scheme that the mask uses", at, e.Scheme, e.Scheme.Legend())
}

// Values lists the whole numbers in a mask, ascending, without 0. A fraction, a NaN, a negative or a great number is a
// *ForeignValueError, and more than MaxValues different ones an error: then it is not a mask of labels.
func Values(v *volume.Volume) ([]int, error) {
	seen := make(map[int]bool)
	last := float32(0)
	for i, x := range v.Voxel {
		if x == last {
			continue
		}
		if w := int(x); !(x >= 0 && x <= math.MaxUint16) || float32(w) != x {
			return nil, foreign(v, i, "")
		} else if w != 0 && !seen[w] {
			if len(seen) == MaxValues {
				return nil, fmt.Errorf("it holds more than %d different values: this is not a mask of labels", MaxValues)
			}
			seen[w] = true
		}
		last = x
	}
	list := make([]int, 0, len(seen))
	for w := range seen {
		list = append(list, w)
	}
	slices.Sort(list)
	return list, nil
}

// FromVolume reads the voxels of a mask under a scheme. A value that the scheme lacks is a *ForeignValueError: nothing is dropped.
func FromVolume(v *volume.Volume, s Scheme) (*Map, error) {
	if !slices.Contains(Schemes[:], s) {
		return nil, fmt.Errorf("%q is not a label scheme", s)
	}
	m := &Map{Grid: v.Grid, Voxel: make([]Label, len(v.Voxel))}
	last, meaning := float32(0), Background
	for i, x := range v.Voxel {
		if x != last {
			w := int(x)
			l, ok := s.Decode(w)
			if !ok || float32(w) != x {
				return nil, foreign(v, i, s)
			}
			last, meaning = x, l
		}
		m.Voxel[i] = meaning
	}
	return m, nil
}

// foreign describes the value of voxel at: how often it occurs and where first.
func foreign(v *volume.Volume, at int, s Scheme) *ForeignValueError {
	e := &ForeignValueError{Value: v.Voxel[at], Scheme: s}
	ni, nj := v.Grid.Dim[0], v.Grid.Dim[1]
	if ni > 0 && nj > 0 {
		e.At = [3]int{at % ni, at / ni % nj, at / (ni * nj)}
	}
	bits := math.Float32bits(e.Value) // a NaN is not equal to itself
	for _, x := range v.Voxel {
		if math.Float32bits(x) == bits {
			e.Voxels++
		}
	}
	return e
}

// Encode numbers the voxels under a scheme, i fastest. A part without a number in the scheme is an error.
func (m *Map) Encode(s Scheme) ([]uint8, error) {
	var table [Count]uint8
	for l, n := range m.Count() {
		value, ok := s.Encode(Label(l))
		if !ok && n > 0 {
			return nil, fmt.Errorf("the label scheme %s (%s) has no number for %s, which %d voxels have", s, s.Legend(), Label(l), n)
		}
		table[l] = value
	}
	out := make([]uint8, len(m.Voxel))
	for i, l := range m.Voxel {
		out[i] = table[l]
	}
	return out, nil
}

// Region marks the voxels of region r, i fastest.
func (m *Map) Region(r Region) []bool {
	var in [Count]bool
	for l := range in {
		in[l] = Label(l).In(r)
	}
	out := make([]bool, len(m.Voxel))
	for i, l := range m.Voxel {
		out[i] = in[l]
	}
	return out
}

// Count is the number of voxels of each label.
func (m *Map) Count() [Count]int {
	var n [Count]int
	for _, l := range m.Voxel {
		n[l]++
	}
	return n
}

// PartML is the volume of each label in mL, the background included.
func (m *Map) PartML() [Count]float64 {
	var ml [Count]float64
	unit := m.Grid.VoxelVolumeML()
	for l, n := range m.Count() {
		ml[l] = float64(n) * unit
	}
	return ml
}

// RegionML is the volume of each region in mL.
func (m *Map) RegionML() [RegionCount]float64 { return RegionML(m.Count(), m.Grid) }

// RegionML is the volume of each region in mL where the labels have so many voxels of a grid.
func RegionML(count [Count]int, g volume.Grid) (ml [RegionCount]float64) {
	unit := g.VoxelVolumeML()
	for _, r := range Regions {
		ml[r] = float64(regionCount(count, r)) * unit
	}
	return ml
}

// regionCount sums the voxels of a region's labels.
func regionCount(count [Count]int, r Region) int {
	n := 0
	for l, k := range count {
		if Label(l).In(r) {
			n += k
		}
	}
	return n
}
