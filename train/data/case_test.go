package data

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"quorum/viewer/cohort"
	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// blob is a case without files: a ball of brain with random intensities, and in it nested balls of WT, TC and ET.
func blob(seed uint64, size [3]int, present sequence.Subset) *prepared {
	rng := rand.New(rand.NewPCG(seed, 1))
	n := size[0] * size[1] * size[2]
	p := &prepared{record: record{Present: present, Size: size, Grid: volumetest.BraTSGrid()}, closer: func() error { return nil }}
	for a := range p.Origin {
		p.Origin[a] = 20 + rng.IntN(4)
	}
	p.bits = make([]uint8, n)
	for _, s := range present.Sequences() {
		p.image[s], p.Scale[s] = make([]int16, n), 0.01+0.01*float32(s)
	}
	shift := rng.IntN(3)
	for at := range n {
		var far, near float64 // from the middle of the box, and from the tumour's, which is a little beside
		for a, x := range [3]int{at / (size[1] * size[2]), at / size[2] % size[1], at % size[2]} {
			t := (2*float64(x)+1)/float64(size[a]) - 1
			far += t * t
			t -= 0.1 * float64(shift+1)
			near += t * t
		}
		if far > 0.9 {
			continue
		}
		p.bits[at] = inBrain
		for i, reach := range [3]float64{0.04, 0.25, 0.12} {
			if near < reach {
				p.bits[at] |= 1 << i
			}
		}
		for _, s := range present.Sequences() {
			x := int16(rng.IntN(600) - 300)
			if x == 0 {
				x = 1
			}
			p.image[s][at] = x
		}
	}
	p.Layers = p.layers()
	return p
}

// blobs is a set of cases without files, the last of them a phantom.
func blobs(list ...*prepared) *Set {
	s := &Set{prepared: list, mates: map[*prepared][]*prepared{}}
	s.real, s.phantoms = list[:len(list)-1], list[len(list)-1:]
	s.pair()
	return s
}

// some is a set of five: all sequences, without T1ce, FLAIR alone, small, and a phantom.
func some() *Set {
	return blobs(
		blob(1, [3]int{40, 44, 36}, sequence.Full),
		blob(2, [3]int{36, 40, 41}, sequence.Full.Without(sequence.Of(sequence.T1ce))),
		blob(3, [3]int{38, 40, 36}, sequence.Of(sequence.FLAIR)),
		blob(4, [3]int{20, 18, 22}, sequence.Full),
		blob(5, [3]int{40, 40, 40}, sequence.Full),
	)
}

// head writes a small synthetic head with a mask as one case of a data set, without the sequences of absent.
func head(t *testing.T, dir, id string, seed uint64, absent sequence.Subset) (volume.Grid, *label.Map) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, id), 0o755); err != nil {
		t.Fatal(err)
	}
	g := volume.Grid{Dim: [3]int{24, 28, 22}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 27}, {0, 0, 1, 0}}}
	h := volumetest.Small()
	h.Seed, h.Scale, h.Centre = seed, 0.12, [3]float64{-11.5, 13.5, 10.5}
	volumes, truth := h.On(g)
	for _, s := range sequence.All {
		if !absent.Has(s) {
			writeFile(t, path(dir, id, s.Key()), g, volumes[s].Voxel, "")
		}
	}
	mask(t, path(dir, id, "seg"), truth, label.BraTS2017, "")
	return g, truth
}

// path is a file of a case.
func path(dir, id, what string) string {
	return filepath.Join(dir, id, fmt.Sprintf("%s_%s.nii.gz", id, what))
}

func mask(t *testing.T, path string, m *label.Map, scheme label.Scheme, description string) {
	t.Helper()
	voxel, err := m.Encode(scheme)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path, m.Grid, voxel, description)
}

func writeFile[T uint8 | float32](t *testing.T, path string, g volume.Grid, voxel []T, description string) {
	t.Helper()
	if err := nifti.Write(path, nifti.NewHeader(g), 1, voxel, description, true); err != nil {
		t.Fatal(err)
	}
}

// littlePhantom stands in for the synthetic heads, which take seconds.
func littlePhantom(n int) (*study.Loaded, *label.Map) {
	g := volumetest.SmallGrid()
	h := volumetest.Small()
	h.Seed = uint64(n)
	volumes, truth := h.On(g)
	return &study.Loaded{Study: &study.Study{ID: "p"}, Grid: g, Header: nifti.NewHeader(g), Volumes: volumes, Present: sequence.Full}, truth
}

func opened(t *testing.T, l *cohort.List, o Options) *Set {
	t.Helper()
	if o.Cache == "" {
		o.Cache = t.TempDir()
	}
	s, err := openWith(t.Context(), l, o, littlePhantom)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}
