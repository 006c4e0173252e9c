// Package edit lets a person mend a result by hand: a named copy of it, a brush and an eraser, whole components, undo and redo, and a file
// that keeps the work after every stroke. The result that was copied never changes.
//
// Positions are world mm (RAS+) where a pointer is meant and voxel indices where a voxel is. An Edit belongs to one goroutine; a Snapshot
// of it can be handed to any other.
package edit

import (
	"math"
	"slices"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Origin says what an edit is a copy of.
type Origin struct {
	Study  string          // its id
	Model  string          // which model computed it; empty = none did
	Subset sequence.Subset // from these sequences
	Mask   string          // the name of the mask file that was copied; empty = a result of the model
	Made   string          // how it was computed, as the sidecar of a mask tells it: the owner's own affair; empty = not known
}

// historyBytes bounds the memory of the steps that can be undone: thousands of strokes.
const historyBytes = 64 << 20

// Edit is an edited copy of a result.
type Edit struct {
	Name   string
	Origin Origin
	File   string       // the mask file that saving rewrites; empty = never saved
	Scheme label.Scheme // of the labels in File

	labels *label.Map       // live: strokes change it
	before []label.Label    // as labels was when the last step was finished
	count  [label.Count]int // of before
	stroke *stroke          // in progress
	done   []step           // the last one is undone first
	undone []step           // the last one is redone first
	bytes  int              // of done and undone
	limit  int              // of bytes
	base   uint64           // the state before the first step of done
	serial uint64           // of the newest state
	saved  uint64           // the state that File holds
}

// stroke is a movement of a tool.
type stroke struct {
	tool    Tool
	brush   *brush
	last    [3]float64 // voxel position
	touched box
}

// New begins an edit with a copy of a result.
func New(name string, of Origin, labels *label.Cutout) *Edit {
	return &Edit{Name: name, Origin: of, limit: historyBytes, labels: labels.Map(), before: labels.Map().Voxel, count: labels.Count()}
}

// Map are the labels as they are now, with what the stroke in progress has painted. It is always the same Map, and its voxels change with
// every call that edits: look at it on the edit's own goroutine only, and take a Snapshot for anything else.
func (e *Edit) Map() *label.Map { return e.labels }

// ML is the volume of each region in mL after the last finished step.
func (e *Edit) ML() [label.RegionCount]float64 { return label.RegionML(e.count, e.labels.Grid) }

// Count is the number of voxels of each label after the last finished step.
func (e *Edit) Count() [label.Count]int { return e.count }

// Begin puts a tool down at a world position. A stroke in progress is ended first. It fails if the tool does not fit the result.
func (e *Edit) Begin(t Tool, world [3]float64) error {
	e.End()
	if err := t.check(e.labels.Grid); err != nil {
		return err
	}
	e.stroke = &stroke{tool: t, brush: newBrush(t, e.labels.Grid)}
	e.stroke.last = e.labels.Grid.VoxelAt(world)
	e.To(world)
	return nil
}

// To moves the tool on in a straight line. Nothing happens without a stroke.
func (e *Edit) To(world [3]float64) {
	s := e.stroke
	if s == nil {
		return
	}
	to := e.labels.Grid.VoxelAt(world)
	if !countable(to) {
		return // nowhere: a pointer far outside everything
	}
	if !countable(s.last) {
		s.last = to
	}
	s.touched = s.touched.union(s.brush.sweep(s.last, to, func(at int) {
		if l := e.labels.Voxel[at]; l != s.tool.Paint && s.tool.may(at, l) {
			e.labels.Voxel[at] = s.tool.Paint
		}
	}))
	s.last = to
}

// countable says whether a voxel position can be rounded to a voxel.
func countable(voxel [3]float64) bool {
	for _, x := range voxel {
		if !(math.Abs(x) < math.MaxInt32) { // also NaN
			return false
		}
	}
	return true
}

// End lifts the tool: the whole stroke becomes one step that can be undone. It says whether anything changed.
func (e *Edit) End() bool {
	s := e.stroke
	if s == nil {
		return false
	}
	e.stroke = nil
	return e.commit(s.touched)
}

// Cancel gives up the stroke in progress as if it had never begun; false without one.
func (e *Edit) Cancel() bool {
	s := e.stroke
	if s == nil {
		return false
	}
	e.stroke = nil
	e.rows(s.touched, func(lo, hi int) { copy(e.labels.Voxel[lo:hi], e.before[lo:hi]) })
	return true
}

// rows calls f for every row of voxels in b, as places [lo, hi), ascending.
func (e *Edit) rows(b box, f func(lo, hi int)) {
	g := e.labels.Grid
	for k := b.lo[2]; k < b.hi[2]; k++ {
		for j := b.lo[1]; j < b.hi[1]; j++ {
			f(g.Index(b.lo[0], j, k), g.Index(b.hi[0], j, k))
		}
	}
}

// commit makes a step of what changed inside b since the last one.
func (e *Edit) commit(b box) bool {
	var w writer
	e.rows(b, func(lo, hi int) {
		for at := lo; at < hi; at++ {
			if old, now := e.before[at], e.labels.Voxel[at]; old != now {
				w.add(at, old, now)
				e.before[at] = now
				e.count[old]--
				e.count[now]++
			}
		}
	})
	w.flush()
	if len(w.runs) == 0 {
		return false
	}
	e.serial++
	for _, s := range e.undone {
		e.bytes -= len(s.runs)
	}
	e.undone = nil
	e.done = append(e.done, step{runs: slices.Clip(w.runs), serial: e.serial})
	e.bytes += len(w.runs)
	for e.bytes > e.limit && len(e.done) > 1 {
		e.bytes -= len(e.done[0].runs)
		e.base = e.done[0].serial
		e.done = slices.Delete(e.done, 0, 1)
	}
	return true
}

// CanUndo says whether there is a step to undo, or a stroke to cancel.
func (e *Edit) CanUndo() bool { return e.stroke != nil || len(e.done) > 0 }

// CanRedo says whether there is a step to redo.
func (e *Edit) CanRedo() bool { return e.stroke == nil && len(e.undone) > 0 }

// Undo takes the last step back; of a stroke in progress, the stroke. It says whether anything was taken back.
func (e *Edit) Undo() bool {
	if e.stroke != nil {
		return e.Cancel()
	}
	return e.move(&e.done, &e.undone, func(r run) (label.Label, label.Label) { return r.new, r.old })
}

// Redo does the step again that was undone last. A stroke in progress is ended, and then there is nothing to redo.
func (e *Edit) Redo() bool {
	e.End()
	return e.move(&e.undone, &e.done, func(r run) (label.Label, label.Label) { return r.old, r.new })
}

// move applies the last step of one list in the direction that change gives, and puts it onto the other list.
func (e *Edit) move(from, to *[]step, change func(run) (old, now label.Label)) bool {
	n := len(*from)
	if n == 0 {
		return false
	}
	s := (*from)[n-1]
	*from, *to = (*from)[:n-1], append(*to, s)
	s.each(func(r run) {
		old, now := change(r)
		for at := r.at; at < r.at+r.n; at++ {
			e.before[at], e.labels.Voxel[at] = now, now
		}
		e.count[old] -= r.n
		e.count[now] += r.n
	})
	return true
}

// state is the serial of the state that is shown.
func (e *Edit) state() uint64 {
	if n := len(e.done); n > 0 {
		return e.done[n-1].serial
	}
	return e.base
}

// Edited says whether the labels were changed by hand: not right after New, nor when everything has been undone.
func (e *Edit) Edited() bool { return e.state() > 0 }

// Unsaved says whether there are changes that File does not hold.
func (e *Edit) Unsaved() bool { return e.state() != e.saved }

// MarkSaved says that a snapshot was written to a mask file under a scheme; later strokes are unsaved still.
func (e *Edit) MarkSaved(s *Snapshot, file string, scheme label.Scheme) {
	e.File, e.Scheme, e.saved = file, scheme, s.state
}
