package prep

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// TestInputEqualsTheDefinition recomputes the input voxel by voxel, as docs/method.md says it.
func TestInputEqualsTheDefinition(t *testing.T) {
	volumes, _ := head(volumetest.SmallGrid())
	volumes[sequence.T2] = nil
	p, err := Prepare(t.Context(), loaded(t, volumes), sequence.Of(sequence.FLAIR, sequence.T1, sequence.T1ce))
	if err != nil {
		t.Fatal(err)
	}
	d := volumetest.SmallGrid().Dim // LPS already
	for _, s := range p.Present.Sequences() {
		raw := volumes[s].Voxel
		values := sorted(raw)
		low, high := slowPercentile(values, 0.1), slowPercentile(values, 99.9)
		var mean, sd float64
		for _, x := range values {
			mean += min(max(x, low), high) / float64(len(values))
		}
		for _, x := range values {
			v := min(max(x, low), high) - mean
			sd += v * v / float64(len(values))
		}
		sd = math.Sqrt(sd)
		for at, got := range p.Input[s] {
			i, j, k := at/(p.Size[1]*p.Size[2])+p.Box[0][0], at/p.Size[2]%p.Size[1]+p.Box[1][0], at%p.Size[2]+p.Box[2][0]
			want := 0.0
			if i < p.Box[0][1] && j < p.Box[1][1] && k < p.Box[2][1] {
				if x := float64(raw[i+d[0]*(j+d[1]*k)]); x != 0 {
					want = (min(max(x, low), high) - mean) / sd
				}
			}
			if math.Abs(float64(got)-want) > 1e-5 || want == 0 && got != 0 {
				t.Fatalf("%v at lattice %d %d %d: %g, want %g", s, i, j, k, got, want)
			}
		}
	}
	if p.Input[sequence.T2] != nil {
		t.Error("an absent sequence has an input")
	}
}

func TestBoxIsTightOverAllSequencesAndPaddedToSixteen(t *testing.T) {
	g := volume.Grid{Dim: [3]int{40, 37, 33}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}}
	r := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		var volumes [sequence.Count]*volume.Volume
		want := [3][2]int{{99, 0}, {99, 0}, {99, 0}}
		for _, s := range []sequence.Sequence{sequence.T1, sequence.T2} {
			v := &volume.Volume{Grid: g, Voxel: make([]float32, 40*37*33)}
			for range 1 + r.IntN(4) {
				at := [3]int{r.IntN(40), r.IntN(37), r.IntN(33)}
				for a, x := range at {
					want[a] = [2]int{min(want[a][0], x), max(want[a][1], x+1)}
				}
				v.Voxel[at[0]+40*(at[1]+37*at[2])] = -1 - r.Float32()
			}
			v.Voxel[r.IntN(len(v.Voxel))] += 0 // background stays background
			volumes[s] = v
		}
		f, err := Locate(t.Context(), loaded(t, volumes), sequence.Of(sequence.T1, sequence.T2))
		if err != nil {
			t.Fatal(err)
		}
		if f.Box != want {
			t.Fatalf("box %v, want %v", f.Box, want)
		}
		for a, n := range f.Size {
			if side := want[a][1] - want[a][0]; n%16 != 0 || n < side || n >= side+16 {
				t.Errorf("a side of %d was padded to %d", side, n)
			}
		}
	}
}

func TestNaNAndInfAreBackground(t *testing.T) {
	volumes, _ := head(volumetest.SmallGrid())
	dirty := &volume.Volume{Grid: volumes[0].Grid, Voxel: slices.Clone(volumes[0].Voxel)}
	clean := &volume.Volume{Grid: volumes[0].Grid, Voxel: slices.Clone(volumes[0].Voxel)}
	for at, x := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		dirty.Voxel[at] = x
		middle := len(dirty.Voxel)/2 + at
		dirty.Voxel[middle], clean.Voxel[middle] = x, 0
	}
	a, err := Prepare(t.Context(), loaded(t, [sequence.Count]*volume.Volume{dirty}), sequence.Of(sequence.FLAIR))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Prepare(t.Context(), loaded(t, [sequence.Count]*volume.Volume{clean}), sequence.Of(sequence.FLAIR))
	if err != nil {
		t.Fatal(err)
	}
	if a.Box != b.Box || a.Stats != b.Stats || !slices.Equal(a.Input[0], b.Input[0]) {
		t.Error("NaN and Inf are not treated as 0")
	}
}

// TestEveryStorageOfAStudyGivesTheSameInput turns one study in all 48 ways: the network must see the same numbers, bit by bit, and its
// labels must return to the same points of the world.
func TestEveryStorageOfAStudyGivesTheSameInput(t *testing.T) {
	straight, volumes, truth := little([3]int{20, 24, 18})
	for name, g := range map[string]volume.Grid{"straight": straight, "oblique": oblique(straight)} {
		for s, v := range volumes {
			volumes[s] = &volume.Volume{Grid: g, Voxel: v.Voxel}
		}
		plain, err := Prepare(t.Context(), loaded(t, volumes), sequence.Full)
		if err != nil {
			t.Fatal(err)
		}
		allTurns(g, func(to volume.Grid) {
			var other [sequence.Count]*volume.Volume
			for s, v := range volumes {
				other[s] = &volume.Volume{Grid: to, Voxel: reorder(g, to, v.Voxel)}
			}
			p, err := Prepare(t.Context(), loaded(t, other), sequence.Full)
			if err != nil {
				t.Fatal(err)
			}
			for s := range p.Input {
				if !slices.Equal(p.Input[s], plain.Input[s]) || p.Stats[s] != plain.Stats[s] {
					t.Fatalf("%s %v: the input differs", name, to.Affine)
				}
			}
			crop := cropLabels(p, truth)
			cut, err := p.Crop(&label.Map{Grid: to, Voxel: reorder(g, to, truth.Voxel)})
			if err != nil || !slices.Equal(cut, crop) {
				t.Fatalf("%s %v: the labels were cut elsewhere (%v)", name, to.Affine, err)
			}
			got, err := p.Labels(t.Context(), crop)
			if err != nil {
				t.Fatal(err)
			}
			if got.Grid != to || !slices.Equal(got.Voxel, reorder(g, to, truth.Voxel)) {
				t.Fatalf("%s %v: the labels came back elsewhere", name, to.Affine)
			}
		})
	}
}

// cropLabels cuts a tensor out of a map whose axes are LPS, the slow way.
func cropLabels(p *Prepared, m *label.Map) []label.Label {
	out := make([]label.Label, p.Size[0]*p.Size[1]*p.Size[2])
	for i := p.Box[0][0]; i < p.Box[0][1]; i++ {
		for j := p.Box[1][0]; j < p.Box[1][1]; j++ {
			for k := p.Box[2][0]; k < p.Box[2][1]; k++ {
				at := ((i-p.Box[0][0])*p.Size[1]+j-p.Box[1][0])*p.Size[2] + k - p.Box[2][0]
				out[at] = m.Voxel[i+m.Grid.Dim[0]*(j+m.Grid.Dim[1]*k)]
			}
		}
	}
	return out
}

func TestRestoreIsTheInverseAndZeroOutside(t *testing.T) {
	volumes, _ := head(volumetest.SmallGrid())
	p, err := Prepare(t.Context(), loaded(t, volumes), sequence.Full)
	if err != nil {
		t.Fatal(err)
	}
	// The padded part of a tensor must not come back: give it a value that shows.
	var crop [label.RegionCount][]float32
	for r := range crop {
		crop[r] = slices.Repeat([]float32{7}, len(p.Input[0]))
		w := p.walk()
		for at := range w.slabs() {
			w.lines(at, func(inner, outer, n int) {
				for i := range n {
					crop[r][inner+i] = float32(outer+i*w.outer[2]) + float32(r)/4
				}
			})
		}
	}
	back, err := p.Restore(t.Context(), crop)
	if err != nil {
		t.Fatal(err)
	}
	d := p.Source.Dim
	for r := range back {
		for at, x := range back[r] {
			i, j, k := at%d[0], at/d[0]%d[1], at/d[0]/d[1]
			inside := i >= p.Box[0][0] && i < p.Box[0][1] && j >= p.Box[1][0] && j < p.Box[1][1] && k >= p.Box[2][0] && k < p.Box[2][1]
			if want := float32(at) + float32(r)/4; inside && x != want || !inside && x != 0 {
				t.Fatalf("region %d, voxel %d: %g (inside %v, want %g)", r, at, x, inside, want)
			}
		}
	}
	if _, err := p.Restore(t.Context(), [label.RegionCount][]float32{}); err == nil {
		t.Error("empty probabilities were restored")
	}
	if _, err := p.Labels(t.Context(), nil); err == nil {
		t.Error("no labels were restored")
	}
}

func TestUnusableStudies(t *testing.T) {
	g := volumetest.SmallGrid()
	n := g.Dim[0] * g.Dim[1] * g.Dim[2]
	zero := &volume.Volume{Grid: g, Voxel: make([]float32, n)}
	flat := &volume.Volume{Grid: g, Voxel: slices.Repeat([]float32{5}, n)}
	tiny := &volume.Volume{Grid: volume.Grid{Dim: g.Dim, Affine: volume.Affine{{0.001, 0, 0, 0}, {0, 0.001, 0, 0}, {0, 0, 0.001, 0}}}, Voxel: flat.Voxel}
	volumes, _ := head(g)
	for name, c := range map[string]struct {
		flair, t1 *volume.Volume
		use       sequence.Subset
		want      string
	}{
		"nothing":      {volumes[0], nil, 0, "none were asked for"},
		"not loaded":   {volumes[0], nil, sequence.Of(sequence.FLAIR, sequence.T1), "the study has FLAIR"},
		"all zero":     {zero, nil, sequence.Of(sequence.FLAIR), "no brain"},
		"one zero":     {volumes[0], zero, sequence.Of(sequence.FLAIR, sequence.T1), "T1: every voxel is 0"},
		"constant":     {flat, nil, sequence.Of(sequence.FLAIR), "FLAIR: the brain has the value 5"},
		"micrometres?": {tiny, nil, sequence.Of(sequence.FLAIR), "voxel size"},
	} {
		_, err := Prepare(t.Context(), loaded(t, [sequence.Count]*volume.Volume{c.flair, c.t1}), c.use)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", name, err, c.want)
		}
	}
}

func TestCancelledContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	volumes, _ := head(volumetest.SmallGrid())
	if _, err := Prepare(ctx, loaded(t, volumes), sequence.Full); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled preparation returned %v", err)
	}
}

func BenchmarkPrepare(b *testing.B) {
	h := volumetest.Default()
	volumes, _ := h.On(volumetest.BraTSGrid())
	l := loaded(&testing.T{}, volumes)
	for b.Loop() {
		if _, err := Prepare(b.Context(), l, sequence.Full); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLabels(b *testing.B) {
	h := volumetest.Default()
	volumes, _ := h.On(volumetest.BraTSGrid())
	p, err := Prepare(b.Context(), loaded(&testing.T{}, volumes), sequence.Full)
	if err != nil {
		b.Fatal(err)
	}
	crop := make([]label.Label, len(p.Input[0]))
	for b.Loop() {
		if _, err := p.Labels(b.Context(), crop); err != nil {
			b.Fatal(err)
		}
	}
}
