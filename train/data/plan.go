package data

import (
	"math"
	"math/rand/v2"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// plan is all that chance decides about a sample, but the intensities.
type plan struct {
	host, donor *prepared // donor: nil = none
	subset      sequence.Subset
	pose        pose
	rim         int // voxels around the donor's tumour that come along
	stream      func(purpose uint64) *rand.Rand
}

// Purposes of random streams. A sequence has one of its own, so that its looks do not depend on the others.
const forPlan, forSequence = 0, 1

// plan draws image number at of batch i.
func (p *Sampler) plan(i, at int) plan {
	stage := p.Stage(i)
	s := plan{stream: func(purpose uint64) *rand.Rand {
		return rand.New(rand.NewPCG(p.seed, mix(mix(mix(uint64(i))+uint64(at))+purpose)))
	}}
	rng := s.stream(forPlan)
	draw := func(share float64) bool { return rng.Float64() < share }
	group := p.set.real
	if phantom := draw(stage.Phantom); len(group) == 0 || phantom && len(p.set.phantoms) > 0 {
		group = p.set.phantoms
	}
	s.host = group[rng.IntN(len(group))]
	has := s.host.Present
	mates := p.set.mates[s.host]
	mate := mates[rng.IntN(len(mates))]
	if draw(stage.Transplant) && mate != s.host && mate.Present&has != 0 {
		s.donor = mate
		has &= mate.Present
	}
	s.subset = choose(rng, has, draw(stage.Subset))

	around := s.centre(rng, draw(stage.Tumour))
	for a, n := range stage.Size {
		around[a] += rng.IntN(n/2+1) - n/4
	}
	s.pose = place(rng, around, s.host.Size, stage.Size)
	s.rim = [4]int{0, 1, 2, 4}[rng.IntN(4)]
	stage.Augment.pose(rng, &s.pose)
	return s
}

// choose draws a subset: its number of sequences first, each number as likely, then which. Not random means all that there are.
func choose(rng *rand.Rand, has sequence.Subset, random bool) sequence.Subset {
	list := has.Sequences()
	n := 1 + rng.IntN(len(list))
	rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	if !random {
		return has
	}
	return sequence.Of(list[:n]...)
}

// centre is the voxel of the host's box that the image is made around: one of the donor's tumour; or one of the host's, of a region that is as
// likely as the others; or one of the brain.
func (s *plan) centre(rng *rand.Rand, tumour bool) [3]int {
	from, bit := s.host, label.RegionCount
	switch {
	case s.donor != nil:
		from, bit = s.donor, int(label.RegionWT)
	case tumour:
		bit = rng.IntN(label.RegionCount)
	}
	if from.count(bit) == 0 {
		bit = int(label.RegionWT) // no case is without it
	}
	v := from.voxel(bit, rng.IntN(from.count(bit)))
	for a := range v {
		v[a] += from.Origin[a] - s.host.Origin[a]
	}
	return v
}

// pose turns and flips.
func (a Augment) pose(rng *rand.Rand, p *pose) {
	turn := rng.Float64() < a.Turn
	var angle [3]float64
	for axis := range angle {
		angle[axis] = a.Strength * 20 * math.Pi / 180 * (2*rng.Float64() - 1)
	}
	scale := 1 + a.Strength*(0.85+0.33*rng.Float64()-1)
	if turn {
		p.turn(angle, scale)
	}
	for axis := range angle {
		if rng.Float64() < a.Flip {
			p.flip(axis)
		}
	}
}

// mix spreads a number over all bits (the finaliser of splitmix64, Steele et al., 2014).
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
