package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"quorum/viewer"
	"quorum/viewer/edit"
	"quorum/viewer/sequence"
	"quorum/viewer/session"
	"quorum/viewer/study"
)

// study is a source as the session remembers it.
func (s Source) study() session.Study {
	return session.Study{Paths: s.Paths, BuiltIn: s.BuiltIn, Assign: s.Assign, Volume: s.Volume + 1}
}

// sourceOf is what a remembered study is opened from.
func sourceOf(s session.Study) Source {
	return Source{Paths: s.Paths, BuiltIn: s.BuiltIn, Assign: s.Assign, Volume: s.Volume - 1}
}

// rememberStudy puts the open study and how it is looked at into the session.
func (c *Controller) rememberStudy() {
	if c.doc == nil {
		return
	}
	s := c.remembered()
	if c.recalling != nil && c.doc.Loaded == nil { // it is read once more, and nothing of what is known of it is there yet
		s = *c.recalling
	}
	s.Used = c.now()
	c.session.Remember(s, c.store.HasEdits)
	c.session.Open = s.Key()
	c.saveSession()
}

// remembered is what is to be known of the open study when it is opened again.
func (c *Controller) remembered() session.Study {
	s := c.source.study()
	s.Name = c.doc.Study.ID
	s.Ignored = c.doc.Present().Without(c.used)
	if c.set.Base != c.used {
		s.Base = c.set.Base
	}
	s.Truth = c.truthChoice()
	if view, err := json.Marshal(c.View.View); err == nil {
		s.View = view
	}
	s.Shown = c.shownName()
	for _, i := range c.items {
		if i.kind == computedItem {
			s.Results = append(s.Results, i.subset)
		}
	}
	s.Results = append(s.Results, c.unlisted...)
	return s
}

// shownName is what the session calls that which is shown, or that which is to be shown as soon as it is there.
func (c *Controller) shownName() string {
	i := c.shown
	switch {
	case !c.chosen() && c.formerly != "":
		return c.formerly
	case !c.chosen() && c.wanted != 0:
		return c.wanted.String()
	case i == nil || i.kind == savedItem || i.kind == referenceItem:
		return ""
	case i.edited():
		return i.edit.Name
	}
	return i.subset.String() // of an edit, too: a copy that nothing was done to is not kept
}

// chosen says whether anything is shown that does not come by itself, as the confirmed mask does.
func (c *Controller) chosen() bool { return c.shown != nil && !c.shown.truth }

// rememberComing puts a study that is still being opened into the session: the next start opens it.
func (c *Controller) rememberComing(in *incoming) {
	s := in.source.study()
	s.Name = in.name
	if known, ok := c.session.Find(s.Key()); ok {
		known.Assign, known.Volume = s.Assign, s.Volume // the files may have been chosen just now
		s = known
	}
	s.Used = c.now()
	c.session.Remember(s, c.store.HasEdits)
	c.session.Open = s.Key()
}

// saveSession writes the session on a worker, with the list of patients as it is.
func (c *Controller) saveSession() {
	c.session.Patients = nil
	var far []session.Progress
	for _, p := range c.patients {
		c.session.Patients = append(c.session.Patients, session.Study{Paths: p.Paths, Name: p.Name})
		far = append(far, p.Progress)
	}
	c.session.Note(far)
	write := c.store.SaveSession(c.session)
	c.file(func() error {
		if err := write(); err != nil {
			return fmt.Errorf("the session could not be saved: %w", err)
		}
		return nil
	})
}

// savePreferences writes the preferences on a worker.
func (c *Controller) savePreferences() {
	write := c.store.SavePreferences(c.prefs)
	c.file(func() error {
		if err := write(); err != nil {
			return fmt.Errorf("the preferences could not be saved: %w", err)
		}
		return nil
	})
}

// recallStudy brings back what the session knows about the study that was opened.
func (c *Controller) recallStudy() {
	key := c.source.study().Key()
	c.recallResults()
	known, ok := c.session.Find(key)
	if !ok {
		c.recallEdits(key, known)
		return
	}
	c.formerly = known.Shown
	c.unlisted = slices.DeleteFunc(slices.Clone(known.Results), c.segmented)
	var view viewer.View
	if len(known.View) > 0 && json.Unmarshal(known.View, &view) == nil {
		c.View.Restore(view)
	}
	if c.source.Use == 0 {
		if l := c.doc.Loaded; l != nil {
			c.used = known.Uses(l.Present)
			c.set.Base = c.used
		} else if use := known.Uses(c.doc.Present()); use != c.doc.Present() { // without what is ignored it could perhaps be segmented
			src := c.source
			src.Use = use
			c.recalling = &known
			c.read(src, c.patient)
			return
		}
	}
	if known.Base != 0 && known.Base.Without(c.set.Present) == 0 {
		c.set.Base = known.Base
	}
	if known.Truth != nil {
		for n, m := range c.masks {
			if m.mask.Path == known.Truth.Path && slices.Contains(m.mask.Candidates, known.Truth.Scheme) {
				c.ConfirmMask(n, known.Truth.Scheme)
			}
		}
	}
	c.recallEdits(key, known)
}

// recallShown shows again what was shown; of a patient of the list that was segmented, the result. What was computed is computed anew: it
// costs a second, and is never older than the model.
func (c *Controller) recallShown(known session.Study) {
	at := slices.IndexFunc(c.items, func(i *item) bool { return i.kind == editedItem && i.name == known.Shown })
	u, err := sequence.ParseSubset(known.Shown)
	able, _ := c.Segmentable()
	switch {
	case at >= 0:
		c.show(c.items[at], "ready")
	case !able:
	case err == nil && u == c.used || known.Shown == "" && c.patient != nil && c.patient.Segmented:
		c.want(c.used)
		c.formerly = known.Shown // until it is there
	}
	if known.Name != "" {
		slog.Info("session restored", "id", c.doc.Study.ID)
	}
}

// recallEdits brings back the edits of a study that were kept, and then what was shown. They are read after everything that is still to be
// kept: a stroke may have been painted just before the study was opened again.
func (c *Controller) recallEdits(key string, known session.Study) {
	if c.doc.Loaded == nil || !c.store.HasEdits(key) {
		if c.doc.Loaded != nil {
			c.noteEdits()
		}
		c.recallShown(known)
		return
	}
	doc := c.doc
	var edits []*item
	var notices []string
	c.recalling = &known
	c.jobs.Files.Submit(Task{
		Key: doc,
		Work: func(context.Context, progressReport) error {
			var list []session.Kept
			list, notices = c.store.Edits(key)
			for _, k := range list {
				if err := k.Snapshot.Fits(doc.Loaded.Grid); err != nil {
					notices = append(notices, inWindow(err.Error()))
					continue
				}
				edits = append(edits, editItem(edit.Restore(k.Snapshot), k.Place))
			}
			return nil
		},
		Done: func(err error) {
			if c.doc != doc {
				return
			}
			c.recalling = nil
			if err != nil && !errors.Is(err, context.Canceled) {
				notices = append(notices, inWindow(err.Error()))
			}
			for _, text := range notices {
				c.Tell(Notice{Text: text, Grave: true})
			}
			c.items = append(c.items, edits...)
			c.noteEdits()
			if !c.chosen() {
				c.recallShown(known)
			}
			c.screen.Refresh(Everything)
		},
	})
}

// Recent are the studies that were open before, the newest first, with what the menu shows of them.
func (c *Controller) Recent() []session.Study { return c.session.Recent }

// OpenRecent opens one of them.
func (c *Controller) OpenRecent(s session.Study) {
	c.read(sourceOf(s), nil)
}

// ForgetStudy closes the open study and deletes everything that is known about it.
func (c *Controller) ForgetStudy() {
	if c.doc == nil {
		return
	}
	key := c.source.study().Key()
	c.closeStudy()
	c.patients = slices.DeleteFunc(c.patients, func(p *patient) bool { return p.source.study().Key() == key })
	s, drop := c.store.Forget(c.session, key)
	c.session = s
	c.file(drop)
	c.screen.Refresh(Everything)
}

// file does something with the files of the state, after everything about them that waits already: an edit that is kept late must not come
// back after it was dropped.
func (c *Controller) file(do func() error) {
	c.jobs.Files.Submit(Task{
		Key:  new(int),
		Work: func(context.Context, progressReport) error { return do() },
		Done: func(err error) {
			if err != nil && !errors.Is(err, context.Canceled) {
				c.Tell(Notice{Text: inWindow(err.Error()), Grave: true})
			}
		},
	})
}

// ClearRecent forgets every study but the open one.
func (c *Controller) ClearRecent() {
	stays := ""
	if c.doc != nil {
		stays = c.source.study().Key()
	}
	c.leavePatients()
	s, drop := c.store.ClearRecent(c.session, stays)
	c.session = s
	c.file(drop)
	c.screen.Refresh(Everything)
}

// restore opens what was open at the end.
func (c *Controller) restore() {
	if known, ok := c.session.Find(c.session.Open); ok && c.session.Open != "" {
		c.OpenRecent(known)
		for _, p := range c.session.Patients {
			entry := c.newPatient(study.Patient{Name: p.Name, Paths: p.Paths})
			c.patients = append(c.patients, entry)
			if slices.Equal(p.Paths, known.Paths) {
				c.incoming.patient = entry
			}
		}
	}
}
