package data

import (
	"bytes"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// desk is the memory in which samples are made.
type desk struct {
	bits, other, mask, spare []uint8 // of the host, of the donor, what the donor gives
	row, scratch             []float32
}

// make makes a planned sample.
func (d *desk) make(s plan, stage Stage, image, target []float32) {
	size := stage.Size
	n := size[0] * size[1] * size[2]
	d.bits, d.other, d.mask, d.spare = room(d.bits, n), room(d.other, n), room(d.mask, n), room(d.spare, n)
	d.row, d.scratch = room(d.row, size[2]), room(d.scratch, 2*n)
	host := newReader(s.host, s.pose)
	host.mark(d.bits)
	var donor *reader
	if s.donor != nil {
		donor = newReader(s.donor, s.pose.moved(s.host.Origin, s.donor.Origin))
		donor.mark(d.other)
		d.transplant(size, s.rim)
	}
	channel := func(q sequence.Sequence) []float32 { return image[int(q)*n:][:n] }
	rows := size[0] * size[1]
	for at := range rows {
		span := func(voxel []float32) []float32 { return voxel[at*size[2]:][:size[2]] }
		host.row(at/size[1], at%size[1])
		for _, q := range s.subset.Sequences() {
			host.image(int(q), span(channel(q)))
		}
	}
	if donor != nil {
		for at := range rows {
			mask := d.mask[at*size[2]:][:size[2]]
			if bytes.IndexByte(mask, 1) < 0 {
				continue
			}
			donor.row(at/size[1], at%size[1])
			for _, q := range s.subset.Sequences() {
				donor.image(int(q), d.row)
				graft(channel(q)[at*size[2]:][:size[2]], d.row, mask)
			}
		}
	}
	for _, q := range sequence.All {
		if s.subset.Has(q) {
			stage.Augment.vary(s.stream(forSequence+uint64(q)), channel(q), size, d.scratch)
		} else {
			clear(channel(q))
		}
	}
	for at, b := range d.bits {
		target[at] = float32(b >> label.RegionET & 1)
		target[n+at] = float32(b >> label.RegionWT & 1)
		target[2*n+at] = float32(b >> label.RegionTC & 1)
	}
}

// transplant marks what the donor gives, its tumour with a rim where both have brain, and puts its labels there.
func (d *desk) transplant(size [3]int, rim int) {
	for at, b := range d.other {
		d.mask[at] = b >> label.RegionWT & 1
	}
	spread(d.mask, size, rim, d.spare)
	for at, m := range d.mask {
		if m == 1 {
			if d.bits[at]&d.other[at]&inBrain == 0 {
				d.mask[at] = 0
			} else {
				d.bits[at] = d.other[at]
			}
		}
	}
}
