package app

import (
	"bytes"
	"context"
	"log"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"quorum/segment/engine"
	"quorum/viewer"
	"quorum/viewer/sequence"
	"quorum/viewer/session"
)

// Every key means one thing, and those of docs/conventions.md are all there.
func TestKeysMeanOneThing(t *testing.T) {
	seen := map[string]string{}
	claim := func(key, name string) {
		if other, ok := seen[key]; ok {
			t.Errorf("%s means both %q and %q", key, other, name)
		}
		seen[key] = name + " "
	}
	for _, c := range commands() {
		if c.letter != 0 {
			claim(string(c.letter), c.name)
		}
		if c.key != "" {
			claim(string(c.key), c.name)
		}
		if c.shortcut != nil {
			claim(c.shortcut.ShortcutName(), c.name)
		}
		if (c.letter != 0 || c.shortcut != nil) && c.keys == "" {
			t.Errorf("%q has a key that the sheet does not show", c.name)
		}
	}
	for key := range strings.FieldsSeq("s a d x 1 2 3 4 0 [ ] c f r n p e m F11 F1 Return Escape Prior Next Left Right Up Down") {
		if seen[key] == "" {
			t.Errorf("nothing happens at %s", key)
		}
	}
}

// The window opens, shows a study and its result, and answers keys, all on the toolkit's own test driver.
func TestTheWindowShowsAStudy(t *testing.T) {
	var said bytes.Buffer
	log.SetOutput(&said)
	defer log.SetOutput(log.Writer())
	a := test.NewTempApp(t)
	q := &queue{}
	jobs := NewJobs(t.Context(), q.dispatch)
	folder := t.TempDir()
	e := &fakeEngine{}
	start := func(_ context.Context, _ engine.Options) (Engine, error) { return e, nil }
	c := newController(jobs, start, session.NewStore(filepath.Join(folder, "state")), Options{Version: "test"})
	c.prefs.NoLookAhead = true
	w := newWindow(a, c)
	w.Resize(fyne.NewSize(1280, 800))
	c.StartUp()
	c.Open([]string{writePatient(t, filepath.Join(folder, "patient"), full)})
	q.until(t, func() bool { return c.doc != nil })
	w.typedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	q.until(t, func() bool { return c.shown != nil })
	for _, r := range "0123sSadxcfrnp[]mm" {
		w.typedRune(r)
	}
	for _, k := range []fyne.KeyName{fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyLeft, fyne.KeyUp, fyne.KeyF1, fyne.KeyEscape} {
		w.typedKey(&fyne.KeyEvent{Name: k})
	}
	for _, f := range []func(){w.askOpen, w.askExport, w.askPreferences, w.showAbout, func() { w.escape() }, c.ToggleEdit, c.ToggleEdit} {
		f()
	}
	w.closeDialog()
	c.ShowPage(ComparePage)
	c.ComputeCells()
	w.blink(true)
	w.blink(false)
	c.ShowPage(ImagesPage)
	if w.Title() == "" || c.shown == nil || c.Alert() != "" {
		t.Errorf("title %q, alert %q", w.Title(), c.Alert())
	}
	jobs.Close(patience)
	if strings.Contains(said.String(), "Fyne call thread") || strings.Contains(said.String(), "panic") {
		t.Error(said.String())
	}
}

// Wherever the keyboard is, keys do what the sheet says: the toolkit's own widgets, selectable labels too, would swallow them.
func TestEveryControlHandsKeysOn(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.segment(full)
		seen := map[fyne.Focusable]bool{}
		for w.Canvas().FocusNext(); !seen[w.Canvas().Focused()]; w.Canvas().FocusNext() {
			f := w.Canvas().Focused()
			seen[f] = true
			f.TypedRune('2')
			if b.c.View.View.Image != viewer.Image(sequence.T1) {
				t.Errorf("%T swallows letters", f)
			}
			b.c.View.Show(viewer.Image(sequence.FLAIR))
			before := b.c.View.View.Crosshair
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageUp})
			if b.c.View.View.Crosshair == before {
				t.Errorf("%T swallows PgUp", f)
			}
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
		}
		if len(seen) < 10 {
			t.Errorf("only %d controls can have the keyboard", len(seen))
		}
	})
}
