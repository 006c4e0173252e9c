package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"quorum/segment"
	"quorum/segment/engine"
	"quorum/viewer/edit"
	"quorum/viewer/label"
	"quorum/viewer/lesion"
	"quorum/viewer/sequence"
	"quorum/viewer/session"
	"quorum/viewer/study"
)

// former is said of a result that was made from other sequences than those that are used now.
const former = "from the former selection"

// itemKind says where labels come from.
type itemKind int

const (
	computedItem  itemKind = iota
	editedItem             // a copy, mended by hand
	savedItem              // a mask of ours that lies in the folder
	referenceItem          // any other mask
)

// item is one entry in the list of what can be shown over the images.
type item struct {
	kind   itemKind
	name   string
	subset sequence.Subset // what it was computed from, or what an edit began with; 0 = no model is known to have made it
	from   *outcome        // what was computed; of an edit, what it began with, nil if that was a mask
	labels *label.Cutout   // of a mask
	made   string          // of a mask of ours: the sidecar that lies beside it
	edit   *edit.Edit
	of     *item          // of an edit: what it is a copy of, nil if it was kept from before
	now    *edit.Snapshot // of the edit as it is
	place  *session.Place // where the edit is kept: for the worker that keeps it
	truth  bool           // a reference mask that the user has confirmed
	steps  int            // of an edit: how often it has changed

	searched bool // for lesions
	lesions  []lesion.Lesion
	lesionAt int
}

// cutout are the labels as they are now.
func (i *item) cutout() *label.Cutout {
	switch {
	case i.edit != nil:
		return i.now.Labels // without a stroke in progress, like the volumes
	case i.labels != nil:
		return i.labels
	}
	return i.from.labels
}

// ml are the volumes of the regions.
func (i *item) ml() [label.RegionCount]float64 {
	switch {
	case i.edit != nil:
		return i.edit.ML()
	case i.labels != nil:
		return i.labels.RegionML()
	}
	return i.from.result.ML
}

// edited says whether a person has changed the labels.
func (i *item) edited() bool { return i.edit != nil && i.edit.Edited() }

// running is what the engine does for the user.
type running struct {
	text  string // "" = nothing
	share float64
	since time.Time
	what  sequence.Subset
	ahead bool // nobody waits for it
}

// engineKey names a task of the engine: a result, or the encoding of one sequence.
type engineKey struct {
	study  *study.Loaded
	subset sequence.Subset
	encode bool
}

// startsEngine says whether a task opens an engine: such a task is named by its options, or tries others.
func startsEngine(key any) bool {
	switch key.(type) {
	case engine.Options, trialKey:
		return true
	}
	return false
}

// Segment asks for the result of the used sequences; after a failure, once more. A patient that could not be opened is tried again.
func (c *Controller) Segment() {
	switch {
	case c.unopened() != nil:
		c.read(c.patient.source, c.patient)
	case c.engineErr != nil:
		c.startEngine(c.asked)
	case c.maySegment():
		c.want(c.used)
	}
}

// maySegment says whether the open study can be segmented, and tells the user why not.
func (c *Controller) maySegment() bool {
	ok, why := c.Segmentable()
	if why != "" {
		c.Tell(Notice{Text: why, Grave: true})
	}
	return ok
}

// want shows the result of a subset: at once if it is there, else as soon as it is computed. Until then the result that is shown stays,
// dimmed and named.
func (c *Controller) want(u sequence.Subset) {
	c.wanted, c.formerly, c.failed, c.alert, c.said = u, "", nil, "", ""
	if o := c.outcomes[u]; o != nil {
		c.jobs.Engine.Cancel(func(key any, p Priority) bool {
			k, ours := key.(engineKey)
			return ours && p == User && !c.cellWanted(k.subset)
		})
		c.showOutcome(o, "ready")
		return
	}
	c.refreshNote()
	c.running = running{text: "waiting for the engine", share: -1, since: c.now(), what: u}
	c.submit(u, User)
	c.screen.Refresh(Everything)
}

// submit asks the engine for a result of the open study.
func (c *Controller) submit(u sequence.Subset, p Priority) {
	doc, epoch := c.doc, c.epoch
	var o *outcome
	c.jobs.Engine.Submit(Task{
		Key: engineKey{study: doc.Loaded, subset: u}, Priority: p,
		Work: func(ctx context.Context, report progressReport) (err error) {
			o, err = c.lab.segment(ctx, doc.Loaded, u, report)
			return err
		},
		Progress: func(p segment.Progress) {
			if c.doc == doc && c.epoch == epoch {
				c.progress(u, p)
			}
		},
		Done: func(err error) {
			if c.doc == doc && c.epoch == epoch {
				c.computed(u, o, err)
			}
		},
	})
}

// waiting says whether somebody waits for a result of the open study.
func (c *Controller) waiting() bool {
	return c.wanted != 0 && c.outcomes[c.wanted] == nil || len(c.set.Missing(c.compareWanted)) > 0
}

// progress shows how far the engine is with something that somebody waits for.
func (c *Controller) progress(u sequence.Subset, p segment.Progress) {
	if p.Total <= 0 {
		return
	}
	if c.running.what != u {
		c.running = running{since: c.now(), what: u}
	}
	c.running.ahead = u != c.wanted && !c.cellWanted(u)
	c.running.text, c.running.share = p.Text, p.Done/p.Total
	c.screen.Refresh(Running)
}

// computed is the end of a result.
func (c *Controller) computed(u sequence.Subset, o *outcome, err error) {
	if c.running.what == u {
		c.running = running{}
	}
	switch {
	case errors.Is(err, context.Canceled):
	case err != nil:
		slog.Warn("result failed", "subset", u.String(), "error", err)
		if u == c.wanted || c.cellWanted(u) {
			c.failed, c.failedOn = err, u
			c.Tell(Notice{Text: fmt.Sprintf("The result from %s could not be computed: %s. The images stay; try again.", u.Names(), inWindow(err.Error())), Grave: true})
		}
		if u == c.wanted {
			c.wanted = 0
		}
		c.compareWanted = slices.DeleteFunc(c.compareWanted, func(v sequence.Subset) bool { return v == u })
	case c.outcomes[u] != nil: // it was on its way when it was asked for again
	default:
		c.jobs.Engine.Cancel(func(key any, _ Priority) bool { return key == any(engineKey{study: c.doc.Loaded, subset: u}) })
		c.outcomes[u] = o
		c.set = c.set.With(u, o.labels)
		c.compareAgain()
		if c.complete() {
			c.stopLookingAhead() // it would prepare the study once more
			c.letCaseGo(c.doc.Loaded)
		}
		switch {
		case u != c.wanted && !slices.Contains(c.unlisted, u):
		case u != c.wanted || c.editing != nil: // it must not be taken away from under the hand that paints
			c.listOutcome(o)
		default:
			c.showOutcome(o, "computed")
		}
		if u == c.wanted {
			c.lookAhead()
		}
	}
	if missing := c.set.Missing(c.compareWanted); c.running.text == "" && len(missing) > 0 { // Esc between two cells means the cells
		c.running = running{text: "waiting for the engine", share: -1, since: c.now(), what: missing[0]}
	}
	c.screen.Refresh(Everything)
}

// showOutcome shows a computed result and puts it into the list.
func (c *Controller) showOutcome(o *outcome, source string) { c.show(c.listOutcome(o), source) }

// listOutcome is the entry of a computed result in the list.
func (c *Controller) listOutcome(o *outcome) *item {
	for _, i := range c.items {
		if i.kind == computedItem && i.from == o {
			return i
		}
	}
	i := &item{kind: computedItem, name: o.result.Subset.Names(), subset: o.result.Subset, from: o}
	c.items = append(c.items, i)
	c.unlisted = slices.DeleteFunc(c.unlisted, func(u sequence.Subset) bool { return u == i.subset })
	c.advance(c.patient, func(p *session.Progress) { p.Segmented = true })
	c.jobs.Engine.Cancel(func(key any, _ Priority) bool { return key == any(patientKey{c.patient}) }) // "Segment all" need not any more
	return i
}

// Show shows an entry of the list. A computed one takes its selection along: what is shown is what the checks say. The reference stays.
func (c *Controller) Show(n int) {
	if n < 0 || n >= len(c.items) {
		return
	}
	i := c.items[n]
	if i.kind == computedItem && i.subset != c.used {
		c.used = i.subset
		slog.Info("selection", "present", i.subset.String())
	}
	if i.kind == computedItem {
		c.wanted = i.subset
	}
	c.show(i, "ready")
}

// show puts labels over the images.
func (c *Controller) show(i *item, source string) {
	c.leaveEdit()
	if before := c.shown; before != nil && before != i && before.from != nil {
		before.from.sure.pack()
	}
	c.shown = i
	if c.chosen() {
		c.formerly = ""
	}
	if !i.searched {
		c.findLesions(i)
	}
	if i.edit != nil {
		c.View.SetResult(i.edit.Map(), "")
	} else {
		c.View.SetResult(i.cutout(), c.note())
	}
	c.View.SetProbabilities(c.probabilities(i))
	slog.Info("result shown", "subset", i.subset.String(), "name", i.name, "source", source)
	c.rememberStudy()
	c.screen.Refresh(Everything)
}

// lesionKey names the task that looks for the lesions of an entry.
type lesionKey struct{ of *item }

// findLesions looks for the lesions of an entry on a worker: in a large tumour that takes longer than a frame.
func (c *Controller) findLesions(i *item) {
	labels, steps := i.cutout(), i.steps
	var found []lesion.Lesion
	c.jobs.Files.Submit(Task{
		Key: lesionKey{i}, Anew: true,
		Work: func(context.Context, progressReport) error {
			found = lesion.Find(labels)
			return nil
		},
		Done: func(err error) {
			if err == nil && i.steps == steps {
				i.searched, i.lesions = true, found
				i.lesionAt = min(i.lesionAt, max(0, len(found)-1))
				c.screen.Refresh(Results)
			}
		},
	})
}

// note says in what way the shown result does not belong to the selection.
func (c *Controller) note() string {
	if i := c.shown; i != nil && i.kind == computedItem && i.subset != c.used {
		return former
	}
	return ""
}

// refreshNote dims the shown result, or lights it up again.
func (c *Controller) refreshNote() {
	if i := c.shown; i != nil && i.kind == computedItem {
		c.View.SetResult(i.cutout(), c.note())
	}
}

// probabilities looks the readout's numbers up.
func (c *Controller) probabilities(i *item) func([3]int) ([label.RegionCount]float32, bool) {
	if i.from == nil || i.kind != computedItem || c.doc == nil || c.doc.Loaded == nil {
		return nil
	}
	grid := c.doc.Loaded.Grid
	i.from.sure.unpack()
	return func(voxel [3]int) ([label.RegionCount]float32, bool) {
		return i.from.Probability(grid.World([3]float64{float64(voxel[0]), float64(voxel[1]), float64(voxel[2])}))
	}
}

// CancelRun ends what the engine does, at once. What is shown stays; looking ahead rests until something else is asked for.
func (c *Controller) CancelRun() bool {
	if c.running.text == "" || c.running.ahead {
		return false
	}
	slog.Info("run cancelled")
	c.wanted = 0
	c.compareWanted = nil
	c.running = running{}
	c.jobs.Engine.Cancel(func(key any, _ Priority) bool { return !startsEngine(key) })
	c.screen.Refresh(Everything)
	return true
}

// caseKey names the task that closes what the engine has prepared of a study.
type caseKey struct{ of *study.Loaded }

// complete says whether every subset has its result, so that nothing is left to compute in this study.
func (c *Controller) complete() bool { return len(c.set.Missing(c.set.Present.Subsets())) == 0 }

// letCaseGo gives the memory of a study back that is closed, or complete: its features, a quarter of all that the program holds, and what
// the collector would keep for later.
func (c *Controller) letCaseGo(of *study.Loaded) {
	c.jobs.Engine.Submit(Task{
		Key: caseKey{of}, Priority: Listed, Keep: true,
		Work: func(context.Context, progressReport) error {
			if c.lab.study == of {
				c.lab.drop()
				debug.FreeOSMemory()
			}
			return nil
		},
		Done: func(error) {},
	})
}

// lookAhead computes in idle time what is likely to be asked for next: all sequences encoded, the ignored ones too, then the result of the
// used ones, then those that were in the list before, then those that are one toggle away.
func (c *Controller) lookAhead() {
	if c.prefs.NoLookAhead || c.engineErr != nil || c.doc == nil || c.doc.Loaded == nil || c.complete() {
		return
	}
	doc := c.doc
	c.stopLookingAhead()
	for _, q := range doc.Loaded.Present.Sequences() {
		c.jobs.Engine.Submit(Task{
			Key: engineKey{study: doc.Loaded, subset: sequence.Of(q), encode: true}, Priority: Ahead,
			Work: func(ctx context.Context, _ progressReport) error { return c.lab.encode(ctx, doc.Loaded, q) },
			Done: func(error) {}, // what fails here fails again where somebody waits for it, and is told there
		})
	}
	ahead := append([]sequence.Subset{c.used}, c.unlisted...)
	for _, q := range doc.Loaded.Present.Sequences() {
		if u := c.used ^ sequence.Of(q); u != 0 {
			ahead = append(ahead, u)
		}
	}
	for _, u := range ahead {
		if c.outcomes[u] == nil && u.Without(doc.Loaded.Present) == 0 {
			c.submit(u, Ahead)
		}
	}
}

// stopLookingAhead drops what nobody waits for.
func (c *Controller) stopLookingAhead() {
	c.jobs.Engine.Cancel(func(key any, p Priority) bool { _, ours := key.(engineKey); return ours && p == Ahead })
}

// StepLesion goes to the next lesion, or the one before; where the agreement map is shown, to the next disputed place.
func (c *Controller) StepLesion(forward bool) {
	step := lesion.Next
	if !forward {
		step = lesion.Previous
	}
	if r, ok := c.disputing(); ok && len(c.disputes[r]) > 0 {
		list := c.disputes[r]
		c.disputeAt = step(c.disputeAt, len(list))
		c.said = fmt.Sprintf("disputed place %d of %d: %s of %.2f mL", c.disputeAt+1, len(list), r, list[c.disputeAt].ML)
		c.goVoxel(list[c.disputeAt].At)
		c.screen.Refresh(Running)
		return
	}
	if i := c.shown; i != nil && len(i.lesions) > 0 {
		i.lesionAt = step(i.lesionAt, len(i.lesions))
		c.goVoxel(i.lesions[i.lesionAt].At)
	}
}

// goVoxel puts the crosshair at a voxel of the study's grid.
func (c *Controller) goVoxel(voxel [3]int) {
	c.View.GoWorld(c.doc.Loaded.Grid.World([3]float64{float64(voxel[0]), float64(voxel[1]), float64(voxel[2])}))
	c.screen.Refresh(Planes | Results)
}
