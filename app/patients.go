package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"quorum/segment"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// mark says how far a patient of the list is.
type mark string

const (
	newMark       mark = "new"
	segmentedMark mark = "segmented"
	editedMark    mark = "edited"
	exportedMark  mark = "exported"
)

// patient is an entry of the list of patients.
type patient struct {
	study.Patient
	mark   mark
	source Source                       // what it is opened from, with the files that the user chose
	failed string                       // why it could not be opened or segmented
	stamp  string                       // of its files, see stamp
	kept   map[sequence.Subset]*outcome // the results that were shown or asked for, from the files of source and stamp
}

// patients is the list that is walked through; empty for a single study.
type patients struct {
	list []*patient
	at   int // the one that was opened last, even if it could not be
}

// patientKey names a task of "Segment all".
type patientKey struct{ of *patient }

// Patient is an entry of the list, to be shown.
type Patient struct {
	Name, Mark string
	Failed     string
	Open       bool
}

// Patients lists them.
func (c *Controller) Patients() []Patient {
	var list []Patient
	for n, p := range c.patients.list {
		list = append(list, Patient{Name: p.Name, Mark: string(p.mark), Failed: p.failed, Open: n == c.patients.at})
	}
	return list
}

// openPatients makes a list and opens its first patient. Where an entry of a list turned out to be several patients, they take its place.
func (c *Controller) openPatients(list []study.Patient, of *patient) {
	var entries []*patient
	for _, p := range list {
		entries = append(entries, newPatient(p, newMark))
	}
	slog.Info("patients listed", "count", len(list))
	if at := slices.Index(c.patients.list, of); at >= 0 {
		c.patients.list = slices.Replace(c.patients.list, at, at+1, entries...)
		c.OpenPatient(at)
		return
	}
	c.leavePatients()
	c.patients.list = entries
	c.OpenPatient(0)
}

// OpenPatient opens a patient of the list.
func (c *Controller) OpenPatient(n int) {
	if n < 0 || n >= len(c.patients.list) {
		return
	}
	c.patients.at = n
	if p := c.patients.list[n]; p != c.patient || c.incoming != nil || c.doc == nil {
		p.failed = ""
		c.read(p.source, p)
	}
	c.screen.Refresh(Study)
}

// leavePatients drops the list, with what is still to be computed for it.
func (c *Controller) leavePatients() {
	c.patients = patients{at: -1}
	c.jobs.Engine.Cancel(func(key any, _ Priority) bool {
		_, ours := key.(patientKey)
		return ours
	})
}

// newPatient is an entry of the list.
func newPatient(p study.Patient, m mark) *patient {
	return &patient{Patient: p, mark: m, source: Source{Paths: p.Paths, Volume: -1}}
}

// StepPatient opens the next patient, or the one before.
func (c *Controller) StepPatient(n int) { c.OpenPatient(c.patients.at + n) }

// markPatient says how far the open patient is; never less far than before.
func (c *Controller) markPatient(m mark) {
	order := map[mark]int{newMark: 0, segmentedMark: 1, editedMark: 2, exportedMark: 3}
	if p := c.patient; p != nil && order[m] > order[p.mark] {
		p.mark = m
	}
}

// take notes what a patient was opened from. What was computed from other files is not the patient's any more.
func (p *patient) take(d *document) {
	if p == nil {
		return
	}
	if !p.source.same(d.Source) || p.stamp != d.Stamp {
		p.forget()
	}
	p.source, p.stamp, p.failed = d.Source, d.Stamp, ""
}

// forget drops what was computed: the patient is new again.
func (p *patient) forget() {
	p.kept = nil
	if p.mark == segmentedMark {
		p.mark = newMark
	}
}

// keepResults keeps the results that were shown, small, for when the patient is opened again.
func (c *Controller) keepResults() {
	p := c.patient
	if p == nil || c.doc == nil {
		return
	}
	for _, i := range c.items {
		if i.kind == computedItem {
			p.keep(i.from)
		}
	}
}

// keep keeps a result without its probabilities.
func (p *patient) keep(o *outcome) {
	if p.kept == nil {
		p.kept = map[sequence.Subset]*outcome{}
	}
	small := *o
	small.sure = nil
	p.kept[o.result.Subset] = &small
}

// forgetKept drops what another model or device computed: those patients are new again.
func (c *Controller) forgetKept() {
	for _, p := range c.patients.list {
		p.forget()
	}
}

// recallResults brings them back.
func (c *Controller) recallResults() {
	p := c.patient
	if p == nil || c.doc.Loaded == nil {
		return
	}
	for u, o := range p.kept {
		if u.Without(c.doc.Loaded.Present) == 0 && c.outcomes[u] == nil {
			c.outcomes[u] = o
			c.set = c.set.With(u, o.labels)
			c.items = append(c.items, &item{kind: computedItem, name: u.Names(), subset: u, from: o})
		}
	}
}

// SegmentAll computes a result for every patient of the list that has none, from the sequences that each has and that the user has not
// switched off there, when nothing else is asked for.
func (c *Controller) SegmentAll() {
	for _, p := range c.patients.list {
		if p.mark != newMark {
			continue
		}
		if p == c.patient {
			c.Segment()
			continue
		}
		var o *outcome
		var files string
		src := p.source
		known, _ := c.session.Find(src.study().Key())
		c.jobs.Engine.Submit(Task{
			Key: patientKey{p}, Priority: Listed,
			Work: func(ctx context.Context, report func(segment.Progress)) error {
				report(segment.Progress{Text: "reading the images", Total: 1})
				s, err := study.Scan(ctx, src.Paths, study.ScanOptions{Assign: src.Assign, Volume: src.Volume})
				if err != nil {
					return err
				}
				files = stamp(s)
				use := s.Present()
				if left := use.Without(known.Ignored); left != 0 {
					use = left
				}
				l, err := s.Load(ctx, study.LoadOptions{Use: use})
				if err != nil {
					return err
				}
				o, err = c.lab.alone(ctx, l, l.Present, report)
				return err
			},
			Progress: func(pr segment.Progress) {
				if !c.waiting() {
					c.running = running{text: p.Name + ": " + pr.Text, share: pr.Done / pr.Total, since: c.now()}
					c.screen.Refresh(Running)
				}
			},
			Done: func(err error) {
				if err == nil && !p.source.same(src) {
					err = context.Canceled // other files were chosen meanwhile
				}
				if err == nil && p.stamp != files {
					p.kept, p.stamp = nil, files
				}
				c.patientDone(p, o, err)
			},
		})
	}
}

func (c *Controller) patientDone(p *patient, o *outcome, err error) {
	if !c.waiting() {
		c.running = running{}
	}
	switch {
	case errors.Is(err, context.Canceled):
	case err != nil:
		p.failed = inWindow(err.Error())
		slog.Warn("patient failed", "name", p.Name, "error", err)
	default:
		p.failed = ""
		p.keep(o)
		if p.mark == newMark {
			p.mark = segmentedMark
		}
		if p == c.patient && c.doc != nil { // it was opened meanwhile
			c.recallResults()
			c.compareAgain()
			if o := c.outcomes[c.used]; o != nil && c.shown == nil {
				c.showOutcome(o, "computed")
			}
		}
	}
	c.screen.Refresh(Study | Running)
}
