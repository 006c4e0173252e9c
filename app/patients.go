package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"quorum/segment"
	"quorum/viewer/sequence"
	"quorum/viewer/session"
	"quorum/viewer/study"
)

// patient is an entry of the list of patients.
type patient struct {
	study.Patient
	session.Progress
	source Source                       // what it is opened from, with the files that the user chose
	failed string                       // why it could not be opened or segmented
	kept   map[sequence.Subset]*outcome // the results that were shown or asked for, from source and Files
}

// mark says how far it is.
func (p *patient) mark() string {
	switch {
	case p.Exported:
		return "exported"
	case p.Edited:
		return "edited"
	case p.Segmented:
		return "segmented"
	}
	return "new"
}

// patientKey names a task of "Segment all".
type patientKey struct{ of *patient }

// Patient is an entry of the list, to be shown.
type Patient struct {
	Name, Mark string
	Failed     string
	Open       bool // its page is the one that is shown
}

// Patients lists them.
func (c *Controller) Patients() []Patient {
	var list []Patient
	for _, p := range c.patients {
		one := Patient{Name: p.Name, Mark: p.mark(), Failed: p.failed, Open: p == c.patient}
		if c.opening(p) {
			one.Mark, one.Failed = "opening", ""
		}
		list = append(list, one)
	}
	return list
}

// opening says whether a patient of the list is being opened.
func (c *Controller) opening(p *patient) bool {
	return p != nil && c.incoming != nil && c.incoming.patient == p
}

// at is where the walk through the list is: at the patient that is being opened, else at the one whose page is shown; -1 = at none.
func (c *Controller) at() int {
	if c.incoming != nil && c.incoming.patient != nil {
		return slices.Index(c.patients, c.incoming.patient)
	}
	return slices.Index(c.patients, c.patient)
}

// unopened is the patient whose page says that it could not be opened; nil = the page is not of that kind.
func (c *Controller) unopened() *patient {
	if p := c.patient; p != nil && p.failed != "" && c.View.Exam() == nil && !c.opening(p) {
		return p
	}
	return nil
}

// openPatients makes a list and opens its first patient. Where an entry of a list turned out to be several patients, they take its place.
func (c *Controller) openPatients(list []study.Patient, of *patient) {
	var entries []*patient
	for _, p := range list {
		entries = append(entries, c.newPatient(p))
	}
	slog.Info("patients listed", "count", len(list))
	if at := slices.Index(c.patients, of); at >= 0 {
		c.patients = slices.Replace(c.patients, at, at+1, entries...)
		c.OpenPatient(at)
		return
	}
	c.leavePatients()
	c.patients = entries
	c.OpenPatient(0)
}

// OpenPatient opens a patient of the list.
func (c *Controller) OpenPatient(n int) {
	if n < 0 || n >= len(c.patients) {
		return
	}
	switch p := c.patients[n]; {
	case p != c.patient || c.doc == nil:
		c.read(p.source, p)
	case c.incoming != nil: // what is on its way is not wanted any more
		c.CancelOpen()
	}
}

// leavePatients drops the list, with what is still to be computed for it.
func (c *Controller) leavePatients() {
	c.patients = nil
	c.takeBack(theList)
	c.jobs.Engine.Cancel(func(key any, _ Priority) bool {
		_, ours := key.(patientKey)
		return ours
	})
}

// newPatient is an entry of the list, with what is remembered of it.
func (c *Controller) newPatient(p study.Patient) *patient {
	one := &patient{Patient: p, source: Source{Paths: p.Paths, Volume: -1}}
	key := one.source.study().Key()
	if known, ok := c.session.Find(key); ok {
		one.source = sourceOf(known)
	}
	one.Progress = c.session.Far(key)
	return one
}

// StepPatient opens the next patient, or the one before.
func (c *Controller) StepPatient(n int) { c.OpenPatient(c.at() + n) }

// advance notes what was done with a patient (nil = with a study that is in no list), and has it remembered.
func (c *Controller) advance(p *patient, note func(*session.Progress)) {
	if p == nil {
		return
	}
	before := p.Progress
	if note(&p.Progress); p.Progress != before {
		c.saveSession()
	}
}

// noteEdits notes whether the open patient has edits that have changed something.
func (c *Controller) noteEdits() {
	c.advance(c.patient, func(p *session.Progress) { p.Edited = slices.ContainsFunc(c.items, (*item).edited) })
}

// take notes what a patient was opened from. What was done with other files does not count for the patient any more; whether there are
// edits is found out when they are read.
func (p *patient) take(d *document) {
	if p == nil {
		return
	}
	if p.Files != d.Stamp || !p.source.same(d.Source) {
		p.kept = nil
	}
	if p.Files != d.Stamp && p.Files != "" {
		p.Segmented, p.Exported = false, false
	}
	p.source, p.Files, p.failed = d.Source, d.Stamp, ""
}

// forget drops what was computed.
func (p *patient) forget() { p.kept, p.Segmented = nil, false }

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

// forgetKept drops what another model or device computed.
func (c *Controller) forgetKept() {
	for _, p := range c.patients {
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
			c.listOutcome(o)
		}
	}
}

// SegmentAll computes a result for every patient of the list that has none, from the sequences that each has and that the user has not
// switched off there, when nothing else is asked for. The open one comes first, and is computed with the others if it is left before.
func (c *Controller) SegmentAll() {
	list := slices.DeleteFunc(slices.Clone(c.patients), func(p *patient) bool { return p.Begun() })
	if at := slices.Index(list, c.patient); at >= 0 && c.doc != nil {
		list = slices.Delete(list, at, at+1)
		c.Segment()
		if ok, _ := c.Segmentable(); ok && !c.patient.Begun() {
			list = append(list, c.patient) // by its turn it is done, unless it was left
		}
	}
	for _, p := range list {
		c.segmentListed(p)
	}
}

// segmentListed computes the result of a patient of the list from what its files hold, whatever study is open.
func (c *Controller) segmentListed(p *patient) {
	var o *outcome
	var files string
	src := p.source
	known, _ := c.session.Find(src.study().Key())
	if p == c.patient && c.doc != nil {
		known = c.remembered()
	}
	c.jobs.Engine.Submit(Task{
		Key: patientKey{p}, Priority: Listed,
		Work: func(ctx context.Context, report func(segment.Progress)) error {
			report(segment.Progress{Text: "reading the images", Total: 1})
			d, err := leave(ctx, 0, func() (*document, error) { return images(ctx, src, known) })
			if err != nil {
				return err
			}
			files = d.Stamp
			o, err = c.lab.alone(ctx, d.Loaded, d.Loaded.Present, report)
			return err
		},
		Progress: func(pr segment.Progress) {
			if !c.waiting() {
				c.running = running{text: p.Name + ": " + pr.Text, share: pr.Done / pr.Total, since: c.now()}
				c.screen.Refresh(Running)
			}
		},
		Done: func(err error) {
			switch {
			case err != nil:
			case !p.source.same(src):
				err = context.Canceled // other files were chosen meanwhile
			case p == c.patient && c.doc != nil && c.doc.Stamp != files:
				err = context.Canceled
				c.Tell(Notice{Text: "The files of " + p.Name + " have changed since its images were read: open it again to see and segment what is there now.", Grave: true})
			case p.Files != files:
				p.kept, p.Files = nil, files
			}
			c.patientDone(p, o, err)
		},
	})
}

// images reads what a patient is to be segmented from, as opening does: what cannot be used is left out.
func images(ctx context.Context, src Source, known session.Study) (*document, error) {
	if src.Use == 0 {
		src.Use = known.Uses(sequence.Full)
	}
	d, err := read(ctx, src, func(func()) {}, listener{})
	if err == nil && d.Loaded == nil {
		err = &study.RefusedError{Problems: d.Refused}
	}
	return d, err
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
		c.patientSegmented(p, o)
	}
	c.screen.Refresh(Study | Running)
}

// patientSegmented keeps the result of a patient of the list, and shows it if the patient was opened meanwhile.
func (c *Controller) patientSegmented(p *patient, o *outcome) {
	p.keep(o)
	c.advance(p, func(p *session.Progress) { p.Segmented = true })
	if p == c.unopened() { // its page says that it cannot be opened, and by now it can
		if c.incoming == nil {
			c.read(p.source, p)
		}
		return
	}
	p.failed = ""
	if p == c.patient && c.doc != nil {
		c.recallResults()
		c.compareAgain()
		if o := c.outcomes[c.used]; o != nil && c.shown == nil {
			c.showOutcome(o, "computed")
		}
	}
}
