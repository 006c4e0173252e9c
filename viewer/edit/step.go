package edit

import (
	"encoding/binary"

	"quorum/viewer/label"
)

// step is one change that can be undone: runs of voxels that had one label and got another. Each run is three or four bytes and more only
// where voxels are far apart: gap since the last run and length as varints, then both labels.
type step struct {
	runs   []byte
	serial uint64 // of the state that the step leads to
}

// run is a stretch of neighbouring voxels (i fastest) in a step.
type run struct {
	at, n    int
	old, new label.Label
}

// writer collects runs in ascending order of voxels and joins those that touch.
type writer struct {
	runs []byte
	last run
	end  int // of the last run that was written
}

// add says that voxel at changed.
func (w *writer) add(at int, old, now label.Label) {
	l := &w.last
	if l.n > 0 && l.at+l.n == at && l.old == old && l.new == now {
		l.n++
		return
	}
	w.flush()
	w.last = run{at: at, n: 1, old: old, new: now}
}

func (w *writer) flush() {
	l := w.last
	if l.n == 0 {
		return
	}
	w.runs = binary.AppendUvarint(w.runs, uint64(l.at-w.end))
	w.runs = binary.AppendUvarint(w.runs, uint64(l.n))
	w.runs = append(w.runs, byte(l.old), byte(l.new))
	w.end, w.last = l.at+l.n, run{}
}

// each calls f for every run, in ascending order.
func (s step) each(f func(run)) {
	end := 0
	for b := s.runs; len(b) > 0; {
		gap, size := binary.Uvarint(b)
		b = b[size:]
		n, size := binary.Uvarint(b)
		b = b[size:]
		r := run{at: end + int(gap), n: int(n), old: label.Label(b[0]), new: label.Label(b[1])}
		b = b[2:]
		f(r)
		end = r.at + r.n
	}
}
