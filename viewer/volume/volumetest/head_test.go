package volumetest

import (
	"runtime"
	"slices"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

func TestBackgroundIsExactlyZeroAndSharedByAllSequences(t *testing.T) {
	volumes, truth := Small().On(SmallGrid())
	brain := 0
	for at := range truth.Voxel {
		inside := volumes[sequence.FLAIR].Voxel[at] != 0
		for _, s := range sequence.All {
			if (volumes[s].Voxel[at] != 0) != inside {
				t.Fatalf("voxel %d: %v and FLAIR disagree about the background", at, s)
			}
		}
		if !inside && truth.Voxel[at] != label.Background {
			t.Fatalf("voxel %d: tumour %v outside the brain", at, truth.Voxel[at])
		}
		if inside {
			brain++
		}
	}
	// A real brain is about 1.4 litres, a quarter of the size 1/64 of it.
	if ml := float64(brain) / 1000 * 64; ml < 1100 || ml > 1900 {
		t.Errorf("the brain measures %.0f mL at full size", ml)
	}
}

func TestTumourHasEveryPartAndLiesOnTheRight(t *testing.T) {
	h, g := Small(), SmallGrid()
	_, truth := h.On(g)
	var count [5]int
	var x float64
	for at, l := range truth.Voxel {
		count[l]++
		if l == label.ET {
			i := at % g.Dim[0]
			x += g.Affine[0][0]*float64(i) + g.Affine[0][3] - h.Centre[0]
		}
	}
	for _, l := range []label.Label{label.NCR, label.ED, label.ET} {
		if count[l] < 20 {
			t.Errorf("only %d voxels of %d", count[l], l)
		}
	}
	if x /= float64(count[label.ET]); x < 2 {
		t.Errorf("the tumour's mean x is %.1f mm from the middle; world x grows to the patient's right", x)
	}
}

// TestAnatomyBelongsToTheWorld samples the head on an RAS lattice of the same points: only the order of the voxels may change.
func TestAnatomyBelongsToTheWorld(t *testing.T) {
	h, lps := Small(), SmallGrid()
	h.Noise = 0 // noise belongs to the voxel, not to the world
	d := lps.Dim
	ras := volume.Grid{Dim: d, Affine: volume.Affine{{1, 0, 0, -float64(d[0] - 1)}, {0, 1, 0, 0}, {0, 0, 1, 0}}}
	a, ta := h.On(lps)
	b, tb := h.On(ras)
	for k := range d[2] {
		for j := range d[1] {
			for i := range d[0] {
				p := i + d[0]*(j+d[1]*k)
				q := d[0] - 1 - i + d[0]*(d[1]-1-j+d[1]*k)
				if a[sequence.T1ce].Voxel[p] != b[sequence.T1ce].Voxel[q] || ta.Voxel[p] != tb.Voxel[q] {
					t.Fatalf("voxel %d %d %d differs between the lattices", i, j, k)
				}
			}
		}
	}
}

func TestSameSeedSameHeadOnAnyNumberOfCores(t *testing.T) {
	a, _ := Small().On(SmallGrid())
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b, _ := Small().On(SmallGrid())
	other := Small()
	other.Seed++
	c, _ := other.On(SmallGrid())
	if !slices.Equal(a[0].Voxel, b[0].Voxel) {
		t.Error("one core gives another head than two")
	}
	if slices.Equal(a[0].Voxel, c[0].Voxel) {
		t.Error("the seed changes nothing")
	}
}

// TestRandomHeads: every one has a tumour within the brain that is neither a speck nor the whole; some do not enhance, some have no necrosis.
func TestRandomHeads(t *testing.T) {
	small := func(seed uint64) (volume.Grid, Head) {
		h := Random(seed) // on a lattice of a quarter, as Small
		d := Default()
		for a := range h.Centre {
			h.Centre[a] = [3]float64{-23.5, 27.5, 19.5}[a] + (h.Centre[a]-d.Centre[a])/4
		}
		h.Scale = 0.25
		return SmallGrid(), h
	}
	still, solid, left := 0, 0, 0
	const heads = 24
	for seed := range uint64(heads) {
		g, h := small(seed)
		volumes, truth := h.On(g)
		count := truth.Count()
		brain := 0
		for _, x := range volumes[sequence.T1].Voxel {
			if x != 0 {
				brain++
			}
		}
		tumour := count[label.NCR] + count[label.ED] + count[label.ET]
		if share := float64(tumour) / float64(brain); share < 0.002 || share > 0.3 {
			t.Errorf("seed %d: the tumour is %.4f of the brain (%+v)", seed, share, h)
		}
		if ml := float64(brain) / 1000 * 64; ml < 850 || ml > 2000 {
			t.Errorf("seed %d: the brain measures %.0f mL at full size", seed, ml)
		}
		if h.Rim == 0 {
			still++
			if count[label.ET] > 0 {
				t.Errorf("seed %d: %d voxels enhance in a tumour without a rim", seed, count[label.ET])
			}
		} else if count[label.ET] == 0 {
			t.Errorf("seed %d: nothing enhances (%+v)", seed, h)
		}
		if h.Rim == h.Core {
			solid++
		}
		if h.Tumour[0] < 0 {
			left++
		}
	}
	if still == 0 || still > heads/2 || solid == 0 || left < heads/4 || left > heads*3/4 {
		t.Errorf("of %d heads %d do not enhance, %d are solid, %d have their tumour on the left", heads, still, solid, left)
	}
	if Random(3) != Random(3) {
		t.Error("the same seed gives two heads")
	}
}
