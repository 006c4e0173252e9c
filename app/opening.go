package app

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"

	"quorum/viewer"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/lesion"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// Open opens what was dropped, typed or given as arguments: a folder is a patient's, several folders are several patients', and loose files
// are one patient's.
func (c *Controller) Open(paths []string) {
	if len(paths) == 0 {
		return
	}
	c.read(Source{Paths: paths, Volume: -1}, nil)
}

// OpenBuiltIn opens the synthetic case.
func (c *Controller) OpenBuiltIn() {
	c.read(Source{BuiltIn: true, Volume: -1}, nil)
}

// read opens a study, that of an entry of the list (nil = none). The one that is open stays until something of the new one can be seen.
func (c *Controller) read(src Source, p *patient) {
	name := "the built-in case"
	if len(src.Paths) > 0 {
		name = filepath.Base(src.Paths[0])
	}
	if p != nil {
		name = p.Name
	}
	in := &incoming{source: src, patient: p, name: name}
	c.incoming, c.alert = in, ""
	c.screen.Refresh(Everything)
	var doc *document
	c.jobs.Open.Start(func(ctx context.Context, post Dispatch) (err error) {
		doc, err = read(ctx, src, post, listener{
			found: func(s *study.Study) {
				in.found = s
				c.screen.Refresh(Study | Running)
			},
			image: func(q sequence.Sequence, one *viewer.Series) { c.imageRead(in, q, one) },
		})
		return err
	}, func(err error) { c.opened(in, doc, err) })
}

// imageRead shows an image as soon as it is there.
func (c *Controller) imageRead(in *incoming, q sequence.Sequence, one *viewer.Series) {
	if c.found != in.found {
		c.adopt(in)
	}
	first := c.View.Exam() == nil
	c.series[q] = one
	c.View.Update(viewer.NewExam(c.series))
	if first {
		c.firstImage = c.View.View.Image
	}
	c.screen.Refresh(Everything)
}

// adopt puts a study in the place of the one that is open.
func (c *Controller) adopt(in *incoming) {
	if in.source.BuiltIn != c.source.BuiltIn || !slices.Equal(in.source.Paths, c.source.Paths) {
		c.ShowPage(ImagesPage) // another patient: there is nothing to compare yet
	}
	c.closeStudy()
	if !slices.Contains(c.patients, in.patient) {
		c.leavePatients()
	}
	c.source, c.found, c.patient = in.source, in.found, in.patient
	c.screen.Refresh(Everything)
}

// closeStudy lets the open study go. Its edits are on the disk already, stroke by stroke.
func (c *Controller) closeStudy() {
	c.leaveEdit()
	c.rememberStudy()
	c.keepResults()
	c.epoch++
	c.jobs.Engine.Cancel(func(key any, p Priority) bool { return p != Listed && !startsEngine(key) })
	if c.doc != nil && c.doc.Loaded != nil {
		c.letCaseGo(c.doc.Loaded)
	}
	c.jobs.Files.Cancel(func(key any, _ Priority) bool { return isCompareKey(key) })
	c.cancelReading()
	c.doc, c.found, c.source, c.patient, c.recalling, c.unlisted = nil, nil, Source{}, nil, nil, nil
	c.series = [sequence.Count]*viewer.Series{}
	c.used, c.wanted, c.formerly, c.failed, c.alert, c.said = 0, 0, "", nil, "", ""
	c.endBlink()
	c.running, c.compareWanted, c.comparing.chosen, c.comparing.pointing = running{}, nil, nil, false
	c.outcomes = map[sequence.Subset]*outcome{}
	c.items, c.shown = nil, nil
	c.set, c.comparison, c.agreement, c.disputes, c.disputeAt = compare.Set{}, nil, nil, [label.RegionCount][]lesion.Dispute{}, -1
	c.masks, c.truth = nil, nil
	c.takeBack(theStudy)
	c.View.Open(nil)
}

// opened is the end of opening a study.
func (c *Controller) opened(in *incoming, doc *document, err error) {
	c.incoming = nil
	switch {
	case err != nil:
		c.fail(in, inWindow(err.Error()))
	case len(doc.Study.Patients) > 1:
		c.openPatients(doc.Study.Patients, in.patient)
		for _, p := range doc.Odd {
			c.Tell(Notice{Text: sentence(p), Grave: true, about: theList}) // not about the patient that is opened first
		}
		return
	case doc.Present() == 0 && len(doc.Unnamed()) > 0:
		c.failPatient(in, "Nobody has said which sequences these images are.")
		c.askSequences(in, doc)
	case doc.Present() == 0:
		var why []string
		for _, p := range doc.Problems() {
			why = append(why, sentence(p))
		}
		c.fail(in, why...)
	default:
		if c.found != in.found {
			c.adopt(in)
		}
		c.setDocument(doc)
	}
	c.screen.Refresh(Everything)
}

// askSequences asks which sequences the images of a study are; it opens with the answer.
func (c *Controller) askSequences(in *incoming, d *document) {
	c.screen.AskSequences(SequenceQuestion{
		Study: in.name, Files: d.Unnamed(),
		Use: func(assign map[sequence.Sequence]string) {
			src := in.source
			src.Assign = assign
			c.read(src, in.patient)
		},
		Leave: func() {
			c.Tell(Notice{Text: in.name + " was not opened: its file names do not say which sequence is which.", Grave: true})
		},
	})
}

// fail tells why a study could not be opened.
func (c *Controller) fail(in *incoming, why ...string) {
	c.failPatient(in, strings.Join(why, "\n"))
	for _, text := range why {
		slog.Warn("study not opened", "error", text)
		c.Tell(Notice{Text: text, Grave: true})
	}
}

// failPatient gives the entry of the list that could not be opened a page that says why: nobody else's images may stand under its name. If
// its images are on the screen already, from before, they stay.
func (c *Controller) failPatient(in *incoming, why string) {
	if in.patient == nil {
		return
	}
	if in.patient != c.patient || c.doc == nil {
		c.adopt(in)
	}
	in.patient.failed = why
}

// setDocument makes a study that was read the open one.
func (c *Controller) setDocument(d *document) {
	c.doc, c.source, c.found = d, d.Source, d.Study
	c.patient.take(d)
	c.series = d.Exam.Series
	c.View.Update(d.Exam)
	if c.View.View.Image == c.firstImage { // nobody has chosen another one meanwhile
		c.View.Show(viewer.Image(d.first()))
	}
	switch {
	case d.Loaded != nil:
		c.used = d.Loaded.Present
	case d.Source.Use&d.Present() != 0:
		c.used = d.Source.Use & d.Present()
	default:
		c.used = d.Present()
	}
	for _, p := range d.Study.Problems {
		if p.Mixed || p.Blocking && p.Sequences.Len() == 1 { // which of two files it is: that is asked at once
			c.alert = sentence(p)
		}
	}
	c.truth = d.Truth
	c.set = compare.Set{Present: c.used, Base: c.used, Truth: c.truth}
	slog.Info("study loaded", "id", d.Study.ID, "present", d.Present().String(), "segmentable", d.Loaded != nil)
	c.addMasks()
	c.recallStudy()
	c.compareAgain()
	c.rememberStudy()
	c.lookAhead()
}

// Segmentable says whether the open study can be segmented; if not, why says it in a sentence.
func (c *Controller) Segmentable() (ok bool, why string) {
	switch {
	case c.doc == nil:
		return false, ""
	case c.doc.Loaded == nil:
		list := c.doc.Refused
		if len(list) == 0 {
			return false, "These images cannot be segmented together."
		}
		why = sentence(list[0])
		if len(list) > 1 {
			why += fmt.Sprintf(" (and %d more, see the notices)", len(list)-1)
		}
		return false, why
	case c.engineErr != nil:
		return false, engineSentence(c.engineErr)
	}
	return true, ""
}

// Toggle uses or ignores a sequence. Once there has been a result, the one for the new selection is computed. An image that forbids to
// segment can be left out like any other: the study is read again without it.
func (c *Controller) Toggle(q sequence.Sequence) {
	if c.doc == nil || c.incoming != nil || c.doc.Exam.Series[q] == nil {
		return
	}
	u := c.used ^ sequence.Of(q)
	if u == 0 {
		return // the last one stays
	}
	if l := c.doc.Loaded; l == nil || u.Without(l.Present) != 0 { // whether these fit together has to be found out
		src := c.source
		src.Use = u
		slog.Info("selection", "present", u.String())
		c.read(src, c.patient)
		return
	}
	c.used, c.set.Base = u, u // what a person ticks is what the others are compared with
	c.compareAgain()
	slog.Info("selection", "present", u.String())
	if c.wanted != 0 || c.shown != nil && c.shown.kind == computedItem {
		c.want(u)
	} else {
		c.lookAhead()
	}
	c.screen.Refresh(Everything)
}

// Assign uses a file for a sequence, whatever its name says, and reads the study again. An empty path gives the sequence back to detection.
func (c *Controller) Assign(q sequence.Sequence, path string) {
	if c.found == nil || c.source.BuiltIn {
		return
	}
	src := c.source
	src.Assign = map[sequence.Sequence]string{}
	for other, file := range c.source.Assign {
		if file != path || path == "" {
			src.Assign[other] = file
		}
	}
	if src.Use != 0 {
		src.Use = src.Use.With(sequence.Of(q))
	}
	if path == "" {
		delete(src.Assign, q)
	} else {
		src.Assign[q] = path
	}
	c.read(src, c.patient)
}

// ChooseVolume takes one volume of a 4-D file that is no known study.
func (c *Controller) ChooseVolume(n int) {
	src := c.source
	src.Volume = n
	c.read(src, c.patient)
}

// slotFiles are the files that could be a sequence: all images of the study.
func (c *Controller) slotFiles() []string {
	if c.found == nil {
		return nil
	}
	var list []string
	for _, f := range c.found.Files {
		if f == nil || f.Path == "" {
			continue
		}
		for _, path := range append([]string{f.Path}, f.Rivals...) {
			if !slices.Contains(list, path) {
				list = append(list, path)
			}
		}
	}
	for _, path := range c.found.Extra {
		if imageName(path) && !slices.Contains(list, path) {
			list = append(list, path)
		}
	}
	slices.Sort(list)
	return list
}

// CancelOpen ends opening; what is open stays.
func (c *Controller) CancelOpen() {
	c.jobs.Open.Cancel()
	in := c.incoming
	c.incoming = nil
	switch {
	case in == nil || c.doc != nil: // another study is on the screen, or an earlier state of this one
	case in.patient != nil && in.patient == c.patient:
		c.failPatient(in, "Opening it was cancelled.")
	case c.found != nil && c.found == in.found:
		c.closeStudy()
	}
	c.screen.Refresh(Everything)
}
