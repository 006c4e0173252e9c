package volumetest

import (
	"math"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// anatomy answers what lies at a point, in mm relative to the brain's centre at scale 1, RAS+.
type anatomy struct {
	fold, warp, patch texture
	tumour            [3]float64
	core, rim, halo   float64
	contrast          [tissueCount][sequence.Count]float64
}

func newAnatomy(h Head) *anatomy {
	a := &anatomy{
		fold: texture{h.Seed, 1}, warp: texture{h.Seed, 2}, patch: texture{h.Seed, 3},
		tumour: h.Tumour, core: h.Core, rim: h.Rim, halo: h.Halo,
		contrast: contrast,
	}
	for t := range a.contrast {
		for s := range a.contrast[t] {
			a.contrast[t][s] *= 1 + h.Oddity*normal(h.Seed+1, uint64(t)*sequence.Count+uint64(s))
		}
	}
	return a
}

// at returns the shares of the tissues at p (they sum to 1), or nil outside the brain, and the tumour's part.
func (a *anatomy) at(p [3]float64) (mix []float64, part label.Label) {
	depth := a.depth(p)
	if depth < 0 {
		return nil, label.Background
	}
	shares := make([]float64, tissueCount)
	a.normal(p, depth, shares)
	part = a.lesion(p, depth, shares)
	return shares, part
}

// depth is about the distance to the surface of the brain, mm, positive inside.
func (a *anatomy) depth(p [3]float64) float64 {
	x, y, z := p[0], p[1], p[2]
	// Cerebrum: an egg, wider behind, flatter below.
	low := 1.0
	if z < 0 {
		low = 0.80
	}
	d := ellipsoid(x/(68+4*math.Tanh(-y/60)), y/86, (z-6)/(62*low), 62)
	// Cerebellum and brain stem.
	d = max(d, ellipsoid(x/50, (y+48)/34, (z+40)/24, 26))
	d = max(d, ellipsoid(x/14, (y+22)/15, (z+48)/26, 14))
	// Skull stripping leaves an uneven edge, of 2.3 mm at most.
	if d < -2.3 {
		return d
	}
	return d + 1.6*a.warp.at(p, 9)
}

// normal fills in the healthy brain: cortex in folds, white matter, ventricles, deep nuclei, sulci.
func (a *anatomy) normal(p [3]float64, depth float64, s []float64) {
	x, y, z := math.Abs(p[0]), p[1], p[2]
	// Sulci are sheets, the zero surface of a smooth field, from the surface down to 16–26 mm; the ribbon of cortex lines them.
	warp := a.warp.at(p, 24)
	bent := [3]float64{p[0] + 5*warp, p[1] + 5*a.warp.at(p, 19), p[2] - 5*warp}
	sheet := 8.5 * math.Abs(a.fold.at(bent, 17)+0.35*a.fold.at(bent, 9))
	reach := min(depth, max(sheet, depth-21-5*warp))
	if x < 14 && z > -12 { // the fissure between the hemispheres, lined too
		reach = min(reach, x)
	}
	sulcus := smooth(1.1-reach, 1.1) * 0.95
	cortex := smooth(4.2+a.patch.at(p, 13)-reach, 1.0)
	if y < -20 && z < -22 { // leaves of the cerebellum
		cortex = max(cortex, 0.5+0.5*math.Sin(z*1.3+0.2*y))
	}
	// Lateral ventricles: two horns, curved; third ventricle between them.
	horn := ellipsoid((x-9-0.08*math.Abs(y))/6, (y-2)/34, (z-12+0.006*y*y)/7.5, 6)
	horn = max(horn, ellipsoid(x/2.2, (y+2)/12, (z-2)/9, 2.2))
	ventricle := smooth(horn, 0.7)
	// Caudate, putamen and thalamus.
	nuclei := max(ellipsoid((x-26)/6, (y-4)/15, (z-3)/9, 6), ellipsoid((x-11)/8, (y+14)/12, (z-4)/9, 8),
		ellipsoid((x-15)/4, (y-16)/10, (z-10)/7, 4))
	deep := smooth(nuclei, 0.8)

	csf := max(sulcus, ventricle)
	deep *= 1 - csf
	cortex *= 1 - csf - deep
	s[fluid], s[deepGrey], s[grey] = csf, deep, max(0, cortex)
	s[white] = max(0, 1-csf-deep-s[grey])
	// Vessels in the sulci enhance too: a network must not take them for tumour.
	v := smooth(0.6-9*math.Abs(a.patch.at(p, 17)), 0.5) * sulcus
	s[vessel] = v * 0.5
	s[fluid] -= s[vessel]
}

// lesion puts the tumour over the healthy brain and returns its part. Oedema spreads along white matter and spares the cortex; the rim
// is uneven and surrounds a necrotic core.
func (a *anatomy) lesion(p [3]float64, depth float64, s []float64) label.Label {
	q := [3]float64{p[0] - a.tumour[0], p[1] - a.tumour[1], p[2] - a.tumour[2]}
	r := math.Sqrt(q[0]*q[0] + q[1]*q[1]*0.8 + q[2]*q[2]*1.1)
	rough := 4.0*a.warp.at(p, 16) + 2.0*a.warp.at(p, 7)
	core := r + rough
	halo := r + 10*a.patch.at(p, 22) + 3*a.patch.at(p, 9) + 9*s[grey] + 14*s[fluid]*smooth(depth-6, 2)
	rim := a.rim + min(2.5, a.rim)*a.patch.at(p, 12)

	ncr := smooth(a.core-rim-core, 0.7)
	et := smooth(a.core-core, 0.7) * (1 - ncr)
	ed := smooth(a.halo-halo, 1.6) * (1 - ncr - et) * smooth(depth-1.5, 0.8)
	ed = max(0, ed)
	keep := 1 - ncr - et - ed
	for t := range s {
		s[t] *= keep
	}
	s[necrosis] += ncr
	s[enhancing] += et
	s[oedema] += ed
	switch {
	case ncr >= max(et, ed, keep):
		return label.NCR
	case et >= max(ed, keep):
		return label.ET
	case ed > keep:
		return label.ED
	}
	return label.Background
}

// ellipsoid is about the distance in mm to the surface of a unit sphere in scaled coordinates, positive inside; radius sets the unit.
func ellipsoid(x, y, z, radius float64) float64 { return radius * (1 - math.Sqrt(x*x+y*y+z*z)) }

// smooth goes from 0 to 1 as d passes 0; width is the half-width in mm: a partial volume instead of a stair.
func smooth(d, width float64) float64 {
	t := min(1, max(0, 0.5+0.5*d/width))
	return t * t * (3 - 2*t)
}
