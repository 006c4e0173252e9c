package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"quorum/app/pane"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// over finds the first object of a kind among what is shown over the window.
func over[O fyne.CanvasObject](t *testing.T, w *window, is func(O) bool) (found O) {
	t.Helper()
	for _, o := range w.Canvas().Overlays().List() {
		for _, o := range test.LaidOutObjects(o) {
			if o, ok := o.(O); ok && is(o) {
				return o
			}
		}
	}
	t.Fatalf("there is no such %T", found)
	return found
}

// suggested is the entry that has the keyboard.
func (w *window) suggested(t *testing.T) *entry {
	t.Helper()
	e, ok := w.Canvas().Focused().(*entry)
	if !ok {
		t.Fatalf("%T has the keyboard", w.Canvas().Focused())
	}
	return e
}

// Every path can be chosen instead of typed, from wherever the search begins.
func TestEveryPathCanBeChosen(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.segment(full.Without(sequence.Of(sequence.T2)))
		b.stroke()
		for name, ask := range map[string]func(){
			"open": w.askOpen, "export": w.askExport, "preferences": w.askPreferences, "save": w.saveEdit, "file": func() { w.askFile(sequence.T2) },
		} {
			ask()
			before := len(w.Canvas().Overlays().List())
			over(t, w, func(b *pane.Button) bool { return b.Text == "Browse…" }).OnTapped()
			if b.c.Alert() != "" || len(w.Canvas().Overlays().List()) <= before {
				t.Errorf("%s: nothing can be chosen (%s)", name, b.c.Alert())
			}
			for _, o := range w.Canvas().Overlays().List()[before:] {
				w.Canvas().Overlays().Remove(o)
			}
			w.closeDialog()
		}
	})
}

// What is suggested is replaced by typing.
func TestASuggestedPathIsSelected(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.segment(full)
		b.c.session.Folder = filepath.Join(b.state, "somewhere")
		for name, ask := range map[string]func(){"open": w.askOpen, "export": w.askExport} {
			ask()
			e := w.suggested(t)
			if e.Text == "" || e.SelectedText() != e.Text {
				t.Errorf("%s: %q is suggested, %q is selected", name, e.Text, e.SelectedText())
			}
			e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
			if e.CursorColumn != len(e.Text) || e.SelectedText() != "" {
				t.Errorf("%s: the caret is at %d", name, e.CursorColumn)
			}
			w.closeDialog()
		}
	})
}

// Where patients lie and where results go are two places, and each is suggested for its own.
func TestOpeningAndExportingHaveTheirOwnFolders(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		dir := writePatient(t, filepath.Join(b.state, "patients", "anna"), full)
		w.askOpen()
		w.suggested(t).put(dir)
		w.acceptDialog()
		b.q.pass(time.Second)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		home, err := os.UserHomeDir()
		if err != nil {
			t.Fatal(err)
		}
		if got := b.c.exportStart().Folder; got != filepath.Join(home, "quorum-out") {
			t.Errorf("the first export is suggested in %s", got)
		}
		p := b.c.exportStart()
		p.Folder = filepath.Join(b.state, "results")
		b.c.Export(p, b.c.shown, b.c.emptyView())
		b.q.pass(time.Second)
		w.askOpen()
		if got := w.suggested(t).Text; got != filepath.Dir(dir) || b.c.exportStart().Folder != p.Folder {
			t.Errorf("opening begins in %s, exporting in %s", got, b.c.exportStart().Folder)
		}
	})
}

// press does what the menu's entry of a name does, by its shortcut too.
func (w *window) press(t *testing.T, name string) {
	t.Helper()
	for item, c := range w.items {
		if c.name == name {
			item.Action()
			return
		}
	}
	t.Fatalf("the menu has no %q", name)
}

// Nothing below a dialog is done by the menu's shortcuts, which the toolkit does not hold back.
func TestShortcutsDoNothingBelowADialog(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.c.Open(b.folders("anna", "bert"))
		b.q.pass(time.Second)
		mine := b.stroke()
		steps := mine.steps
		w.askExport()
		e := w.suggested(t)
		e.SetText("")
		for _, r := range "/tmp/bob" {
			e.TypedRune(r)
		}
		w.blink(true)
		if b.c.status().Text != "" || b.c.blinking {
			t.Errorf("typing a b blinks: %q", b.c.status().Text)
		}
		for _, name := range []string{"Next patient", "Compare page", "Edit mode", "Undo", "Open…"} {
			w.press(t, name)
			b.q.pass(time.Second)
		}
		if b.c.found.ID != "anna" || b.c.page != ImagesPage || b.c.editing == nil || mine.steps != steps || w.dialog.popup == nil || w.Canvas().Focused() != fyne.Focusable(e) {
			t.Errorf("%s is open, page %d, editing %v, %d steps", b.c.found.ID, b.c.page, b.c.editing != nil, mine.steps-steps)
		}
		if e.Text == "/tmp/bob" {
			t.Error("Ctrl+Z does nothing in an entry")
		}
		w.escape()
		w.press(t, "Undo")
		if mine.steps != steps+1 {
			t.Error("Undo does nothing")
		}
	})
}

// What is dropped takes the place of the dialog.
func TestWhatIsDroppedClosesTheDialog(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.open(full)
		w.askPreferences()
		w.dropped([]string{writePatient(t, filepath.Join(b.state, "next"), full)})
		b.q.pass(time.Second)
		if w.dialog.popup != nil || b.c.found.ID != "next" {
			t.Errorf("%s is open, below a dialog %v", b.c.found.ID, w.dialog.popup != nil)
		}
	})
}

// An answer about a study that was closed meanwhile changes nothing, and says so.
func TestAMaskOfAClosedStudyIsNotTheTruth(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.open(full)
		w.AskMask(MaskInfo{Name: "case_seg.nii", Candidates: []label.Scheme{label.BraTS2017}, Values: []int{4}})
		b.another("next", full) // it was still being read
		w.acceptDialog()
		if w.dialog.popup != nil || !strings.Contains(b.c.Alert(), "case_seg.nii was not taken") {
			t.Errorf("the alert is %q", b.c.Alert())
		}
	})
}
