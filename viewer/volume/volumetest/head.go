// Package volumetest makes synthetic heads with a known tumour: the built-in case, and everybody's test data.
//
// A head is a function of world mm, so the same anatomy can be sampled on any grid: LPS, RAS, oblique, thick slices. It stands for a
// skull-stripped brain as in the BraTS data: background exactly 0, arbitrary units, four contrasts that differ as the real ones do.
package volumetest

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// Head is a synthetic head; begin with Default or Small and change what matters.
type Head struct {
	Seed   uint64     // of texture, folds and noise
	Centre [3]float64 // of the brain, world mm
	Scale  float64    // 1 = adult brain, 140×175×135 mm; small heads make quick tests
	Tumour [3]float64 // centre of the tumour relative to Centre, mm at scale 1
	Noise  float64    // standard deviation as a share of white matter's signal

	Stretch [3]float64 // of the brain along R–L, A–P and S–I, 1 = the adult's
	Core    float64    // radius of the tumour core, mm at scale 1
	Rim     float64    // thickness of the enhancing rim; as thick as the core = no necrosis, 0 = nothing enhances
	Halo    float64    // radius of the oedema
	Oddity  float64    // how far the contrasts are from the textbook's, as a share; which way, the seed says
}

// Default is the built-in case: a frontal glioma on the patient's right, on BraTSGrid.
func Default() Head {
	return Head{
		Seed: 1, Centre: [3]float64{-119.5, 124, 70}, Scale: 1, Tumour: [3]float64{30, 22, 14}, Noise: 0.035,
		Stretch: [3]float64{1, 1, 1}, Core: 15, Rim: 4.5, Halo: 29,
	}
}

// Random is a head on BraTSGrid with brain, tumour and contrasts of its own.
func Random(seed uint64) Head {
	rng := rand.New(rand.NewPCG(seed, 0x68656164))
	between := func(low, high float64) float64 { return low + (high-low)*rng.Float64() }
	h := Default()
	h.Seed, h.Noise, h.Oddity = seed, between(0.02, 0.06), between(0.02, 0.12)
	for a := range h.Centre {
		h.Centre[a] += between(-3, 3)
		h.Stretch[a] = between(0.92, 1.05)
	}
	h.Core = between(7, 22)
	h.Halo = h.Core + between(5, 18)
	switch rng.IntN(6) {
	case 0: // low grade: nothing enhances
		h.Rim = 0
	case 1: // solid
		h.Rim = h.Core
	default:
		h.Rim = h.Core * between(0.2, 0.5)
	}
	// Anywhere in the cerebrum: the core may touch the surface.
	a := newAnatomy(h)
	for {
		h.Tumour = [3]float64{between(-55, 55), between(-70, 70), between(-25, 50)}
		if a.depth(h.Tumour) > 0.6*h.Core+4 {
			return h
		}
	}
}

// Small is a head of a quarter of the size on SmallGrid, for quick tests.
func Small() Head {
	h := Default()
	h.Centre, h.Scale = [3]float64{-23.5, 27.5, 19.5}, 0.25
	return h
}

// BraTSGrid is the lattice of the BraTS data sets: 240×240×155 voxels of 1 mm, axes LPS.
func BraTSGrid() volume.Grid { return lpsGrid(240, 240, 155) }

// SmallGrid holds Small: 48×56×40 voxels of 1 mm, axes LPS.
func SmallGrid() volume.Grid { return lpsGrid(48, 56, 40) }

func lpsGrid(i, j, k int) volume.Grid {
	return volume.Grid{
		Dim:    [3]int{i, j, k},
		Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, float64(j - 1)}, {0, 0, 1, 0}},
	}
}

// tissue numbers the rows of contrast.
type tissue uint8

const (
	air tissue = iota
	fluid
	grey
	white
	deepGrey
	oedema
	necrosis
	enhancing
	vessel
	tissueCount
)

// contrast is the mean signal by tissue and sequence (FLAIR, T1, T1ce, T2); white matter in T1 is 1. The relations are those that
// a radiologist expects: fluid dark in T1 and FLAIR and bright in T2, oedema bright in FLAIR and T2, rim bright in T1ce only.
var contrast = [tissueCount][sequence.Count]float64{
	fluid:     {0.30, 0.36, 0.34, 1.95},
	grey:      {0.82, 0.72, 0.76, 0.88},
	white:     {0.70, 1.00, 1.00, 0.66},
	deepGrey:  {0.76, 0.82, 0.84, 0.74},
	oedema:    {1.34, 0.74, 0.76, 1.42},
	necrosis:  {0.86, 0.50, 0.54, 1.62},
	enhancing: {1.18, 0.72, 1.62, 1.16},
	vessel:    {0.62, 0.70, 1.45, 0.50},
}

// scanner is the gain of each sequence: units are arbitrary, and they must not matter.
var scanner = [sequence.Count]float64{620, 540, 700, 480}

// On samples the head on g: the four volumes, and the truth. Values are those of the voxel's centre; outside the brain exactly 0.
func (h Head) On(g volume.Grid) ([sequence.Count]*volume.Volume, *label.Map) {
	n := g.Dim[0] * g.Dim[1] * g.Dim[2]
	var out [sequence.Count]*volume.Volume
	for s := range out {
		out[s] = &volume.Volume{Grid: g, Voxel: make([]float32, n)}
	}
	truth := &label.Map{Grid: g, Voxel: make([]label.Label, n)}
	anatomy := newAnatomy(h)
	var wait sync.WaitGroup
	planes := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for k := range planes {
				h.plane(g, anatomy, k, &out, truth)
			}
		})
	}
	for k := range g.Dim[2] {
		planes <- k
	}
	close(planes)
	wait.Wait()
	return out, truth
}

// plane fills slice k. Noise is a function of the voxel's index, so the result does not depend on the order of the work.
func (h Head) plane(g volume.Grid, a *anatomy, k int, out *[sequence.Count]*volume.Volume, truth *label.Map) {
	at := k * g.Dim[0] * g.Dim[1]
	for j := range g.Dim[1] {
		for i := range g.Dim[0] {
			m := &g.Affine
			var p [3]float64
			for r := range p {
				p[r] = (m[r][0]*float64(i) + m[r][1]*float64(j) + m[r][2]*float64(k) + m[r][3] - h.Centre[r]) / h.Scale / h.Stretch[r]
			}
			mix, part := a.at(p)
			if mix != nil {
				truth.Voxel[at] = part
				bias := 1 + 0.08*math.Sin(p[0]/70+1) + 0.06*math.Cos(p[1]/80-0.5) + 0.05*math.Sin(p[2]/60)
				for s := range out {
					signal := 0.0
					for t, share := range mix {
						signal += share * a.contrast[t][s]
					}
					signal = signal*bias + h.Noise*normal(h.Seed, uint64(at)*sequence.Count+uint64(s))
					// A brain voxel is never 0: 0 is the background.
					out[s].Voxel[at] = float32(max(1, math.Round(scanner[s]*signal)))
				}
			}
			at++
		}
	}
}
