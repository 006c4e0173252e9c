package data

import "quorum/viewer/sequence"

// Copy is an image that two sets share.
type Copy struct {
	ID, Other string // cases of the one and of the other set
	Sequence  sequence.Sequence
}

// Copies finds the cases of s with an image that a case of other has too, whatever folders and files are called, however they are packed and
// whichever sequences are there besides: the same patient. Each case is named once.
func (s *Set) Copies(other *Set) []Copy {
	type image struct {
		sequence sequence.Sequence
		print    uint64
	}
	theirs := map[image]string{}
	for at, p := range other.prepared {
		for _, q := range p.Present.Sequences() {
			theirs[image{q, p.print(q)}] = other.cases[at].ID
		}
	}
	var list []Copy
	for at, p := range s.prepared {
		for _, q := range p.Present.Sequences() {
			if id, found := theirs[image{q, p.print(q)}]; found {
				list = append(list, Copy{s.cases[at].ID, id, q})
				break
			}
		}
	}
	return list
}

// print is a hash (FNV-1a) of an image's voxels in the brain, in order. The box around them, which depends on the other sequences, has no part
// in it.
func (p *prepared) print(s sequence.Sequence) uint64 {
	h := uint64(14695981039346656037)
	for _, x := range p.image[s] {
		if x != 0 {
			h = (h ^ uint64(uint16(x))) * 1099511628211
		}
	}
	return h
}
