package app

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"quorum/segment"
	"quorum/segment/segmenttest"
	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/render"
	"quorum/viewer/report"
	"quorum/viewer/sequence"
)

// stroke segments, begins an edit and paints a stroke; nothing has been written yet.
func (b *bench) stroke() *item {
	b.Helper()
	if b.c.shown == nil {
		b.c.Segment()
		b.q.pass(2 * time.Second)
	}
	if b.c.editing == nil {
		b.c.ToggleEdit()
	}
	p := b.c.View.Pane(render.Axial, imagePoint)
	b.c.BeginStroke(p, render.Spot{X: 150, Y: 150}, false, false)
	b.c.MoveStroke(p, render.Spot{X: 180 + float64(10*b.c.shown.steps), Y: 170})
	b.c.EndStroke()
	if !b.c.shown.edited() {
		b.Fatal("nothing was painted")
	}
	return b.c.shown
}

func TestWhatIsForgottenDoesNotComeBack(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.open(full)
		key := b.c.source.study().Key()
		b.stroke()
		b.c.ForgetStudy() // before the stroke was kept
		b.q.pass(time.Second)
		if b.c.store.HasEdits(key) {
			b.Error("the edit of a forgotten study is on the disk")
		}
		b.c.Open([]string{dir})
		b.q.pass(time.Second)
		i := b.stroke()
		b.c.DropEdit(i)
		b.q.pass(time.Second)
		if b.c.store.HasEdits(key) || b.c.has(i) {
			b.Error("an edit that was deleted is on the disk")
		}
	})
}

func TestAForgottenPatientLeavesTheList(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.Open([]string{writePatient(t, filepath.Join(b.state, "anna"), full), writePatient(t, filepath.Join(b.state, "bert"), full)})
		b.q.pass(time.Second)
		b.c.ForgetStudy()
		b.c.StepPatient(1)
		b.q.pass(time.Second)
		b.c.Leave()
		b.q.pass(time.Second)
		stored, err := os.ReadFile(filepath.Join(b.state, "state", "session.json"))
		if err != nil || strings.Contains(string(stored), "anna") || !strings.Contains(string(stored), "bert") {
			b.Errorf("the session still says %s (%v)", stored, err)
		}
	})
}

// hesitant is a screen on which nobody answers yet.
type hesitant struct{ fakeScreen }

func (s *hesitant) Confirm(q Question) { s.asked = append(s.asked, q) }

func TestAnAnswerThatComesLateIsNotForTheNextStudy(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		screen := &hesitant{}
		b.c.screen = screen
		b.c.DropEdit(b.stroke())
		late := b.c.shown
		b.another("next", full)
		mine := b.stroke()
		b.q.pass(time.Second)
		screen.asked[0].Then(true)
		b.c.Export(ExportPlan{Folder: filepath.Join(b.state, "out"), Name: "patient", Mask: true}, late, report.View{})
		b.q.pass(time.Second)
		if !b.c.has(mine) || !b.c.store.HasEdits(b.c.source.study().Key()) {
			b.Error("the next study's edit was deleted")
		}
		if _, err := os.Stat(filepath.Join(b.state, "out")); err == nil {
			b.Error("one study's result was exported under the name of another")
		}
	})
}

func TestAnEditKeepsItsFileItsSchemeAndItsModel(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.open(full)
		i := b.stroke()
		out := filepath.Join(b.state, "out", "mine_seg.nii.gz")
		b.c.SaveEdit(i, out, label.BraTS2017, false)
		b.stroke() // a stroke while it is being written is not saved by it
		b.q.pass(time.Second)
		if !i.edit.Unsaved() {
			b.Error("a stroke after saving counts as saved")
		}
		b.c.SaveEdit(i, out, label.BraTS2017, true)
		b.q.pass(time.Second)
		if i.edit.Unsaved() || b.c.Unsaved() != 0 {
			b.Error("a saved edit counts as unsaved")
		}
		// Opened again, with another model on another device: the edit is still the former one's.
		b.c.closeStudy()
		m := *segmenttest.Tiny()
		m.ID = "another"
		b.c.machine.Model, b.c.machine.Backend.Provider = &m, "another"
		b.c.Open([]string{dir})
		b.q.pass(time.Second)
		b.c.Show(0)
		i = b.c.shown
		if i.edit == nil || i.edit.File != out || i.edit.Scheme != label.BraTS2017 {
			b.Fatalf("found again: %+v", i.edit)
		}
		b.c.SaveEdit(i, out, i.edit.Scheme, true)
		b.q.pass(time.Second)
		s := readSidecar(t, out)
		if s.Model.ID != "tiny" || s.Backend.Provider != "fake" || !s.Labels.Edited || !strings.Contains(s.Command, "--device fake") ||
			!strings.Contains(s.Command, "--labels brats2017") || s.Labels.Scheme != label.BraTS2017 {
			b.Errorf("the sidecar says %+v", s)
		}
		_, v, err := nifti.Read(out, 0)
		if err != nil {
			t.Fatal(err)
		}
		most := float32(0)
		for _, x := range v.Voxel {
			most = max(most, x)
		}
		if most != 4 {
			b.Errorf("the largest label is %g, under brats2017 ET is 4", most)
		}
	})
}

func TestTheSidecarSaysThatAHandHasEdited(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		i := b.stroke()
		p := ExportPlan{Folder: filepath.Join(b.state, "out"), Name: "mine", Mask: true, Scheme: label.BraTS2017}
		b.c.Export(p, i, report.View{})
		b.q.pass(time.Second)
		if s := readSidecar(t, p.Files()[0]); !s.Labels.Edited || s.Labels.Scheme != label.BraTS2017 {
			b.Errorf("%+v", s)
		}
		if i.edit.Scheme != label.BraTS2017 || i.edit.Unsaved() {
			b.Error("Ctrl+S would write another scheme than the export did")
		}
	})
}

// readSidecar reads the sidecar beside a mask.
func readSidecar(t *testing.T, mask string) (s segment.Sidecar) {
	t.Helper()
	data, err := os.ReadFile(strings.TrimSuffix(mask, ".nii.gz") + ".json")
	if err == nil {
		err = json.Unmarshal(data, &s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A mask has a sidecar whoever made it, and it tells of a model only where one is known.
func TestTheSidecarOfAMaskNamesWhoMadeIt(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.open(full)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		out := filepath.Join(b.state, "out")
		export := func(name string) segment.Sidecar {
			t.Helper()
			p := ExportPlan{Folder: out, Name: name, Mask: true, Scheme: label.BraTS2023}
			b.c.Export(p, b.c.shown, report.View{})
			b.q.pass(time.Second)
			return readSidecar(t, p.Files()[0])
		}
		first := export("case")
		for _, name := range []string{"case_seg.nii.gz", "case_seg.json"} { // our own result, beside the images
			data, err := os.ReadFile(filepath.Join(out, name))
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, name), data, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		_, truth := head()
		numbers, err := truth.Encode(label.BraTS2017)
		if err == nil {
			err = nifti.Write(filepath.Join(dir, "case_truth_seg.nii"), nifti.NewHeader(truth.Grid), 1, numbers, "", false)
		}
		if err != nil {
			t.Fatal(err)
		}
		b.again(dir)
		b.c.ConfirmMask(0, label.BraTS2017)
		b.q.pass(time.Second)
		for n, i := range b.c.items {
			b.c.Show(n)
			b.stroke()
			s := export("edit" + string(rune('a'+n)))
			switch {
			case i.kind == savedItem && (s.Model.ID != first.Model.ID || s.Backend != first.Backend || !s.Labels.Edited):
				b.Errorf("of a result of ours: %+v", s)
			case i.kind == referenceItem && (s.Model.ID != "" || s.Backend.Provider != "" || !s.Labels.Edited || len(s.Reliability) != 1 || s.Reliability[0] != segment.NotComputed):
				b.Errorf("of a mask: %+v", s)
			}
			b.c.ToggleEdit()
		}
		if len(b.c.items) < 4 { // each with its edit
			b.Errorf("%d entries", len(b.c.items))
		}
	})
}

// What is painted must be seen, whatever eye was closed; eyes of other parts stay as they are.
func TestPaintingShowsWhatIsPainted(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		overlay := &b.c.View.View.Overlay
		overlay.HiddenParts[label.ET], overlay.HiddenParts[label.ED], overlay.HiddenRegions[label.RegionET] = true, true, true
		if got := overlay.Hidden(); len(got) != 2 || got[0].Text != "ED hidden" || got[1].Text != "ET hidden" {
			t.Errorf("the Compare page says %v", got)
		}
		p := b.c.View.Pane(render.Axial, imagePoint)
		b.stroke() // of ET
		if overlay.HiddenParts[label.ET] || overlay.HiddenRegions[label.RegionET] || !overlay.HiddenParts[label.ED] {
			t.Errorf("hidden are the parts %v and the regions %v", overlay.HiddenParts, overlay.HiddenRegions)
		}
		b.c.BeginStroke(p, render.Spot{X: 150, Y: 150}, true, false)
		b.c.EndStroke()
		if !overlay.HiddenParts[label.ED] {
			t.Error("erasing to nothing shows ED")
		}
		b.c.BeginStroke(p, render.Spot{X: 150, Y: 150}, true, true)
		b.c.EndStroke()
		if overlay.HiddenParts[label.ED] {
			t.Error("the eraser paints ED, which is hidden")
		}
	})
}

func TestAnUnchangedEditHasTheVolumesOfItsResult(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		i := b.c.shown
		if edited := b.c.copyForEdit(i); edited.ml() != i.ml() {
			b.Errorf("%v and %v", edited.ml(), i.ml())
		}
	})
}

// Edits are read again only after everything that was painted has been kept.
func TestAStrokeJustBeforeTheStudyIsReadAgainIsThere(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.open(full)
		b.stroke()
		b.q.pass(time.Second)
		slow := make(chan struct{})
		b.jobs.Files.Submit(Task{Key: "slow", Work: func(context.Context, progressReport) error { <-slow; return nil }, Done: func(error) {}})
		want := b.stroke().ml()
		b.again(dir)
		if b.c.doc == nil {
			b.Fatal("not opened")
		}
		b.c.Segment()
		b.q.pass(2 * time.Second)
		b.c.ToggleEdit()
		if b.c.editing != nil || !strings.Contains(b.c.Alert(), "still being read") {
			b.Errorf("an edit was begun under the name of one that is still being read, or nothing is said: %q", b.c.Alert())
		}
		close(slow)
		b.q.pass(time.Second)
		for _, i := range b.c.items {
			if i.kind == editedItem && i.ml() != want {
				b.Errorf("%v came back, %v was painted", i.ml(), want)
			}
		}
		if len(b.c.items) != 2 {
			b.Errorf("%d entries", len(b.c.items))
		}
	})
}

// What a saved result was made from goes along into reports; a sidecar that another program has left behind says nothing.
func TestASavedResultSaysWhatItWasMadeFrom(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.open(full)
		b.c.Toggle(sequence.T1ce)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		p := ExportPlan{Folder: filepath.Join(b.state, "out"), Name: "case", Mask: true, Scheme: label.BraTS2023}
		b.c.Export(p, b.c.shown, report.View{})
		b.q.pass(time.Second)
		for _, path := range p.Files() {
			if err := os.Rename(path, filepath.Join(dir, filepath.Base(path))); err != nil {
				t.Fatal(err)
			}
		}
		saved := func() *exported {
			b.again(dir)
			at := slices.IndexFunc(b.c.items, func(i *item) bool { return i.kind == savedItem })
			b.c.Show(at)
			e, err := b.c.exportable(b.c.items[at])
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		if e := saved(); e.page.Subset != withoutT1ce || e.sidecar.Model.ID != "tiny" {
			b.Errorf("made from %s by %q", e.page.Subset, e.sidecar.Model.ID)
		}
		if text := b.c.resultPage().Regions[2].Text; !strings.HasPrefix(text, "about") && !strings.HasPrefix(text, "under") {
			b.Errorf("without T1ce the enhancing volume is %q", text)
		}
		path := filepath.Join(dir, "case_seg.json")
		s := readSidecar(t, filepath.Join(dir, "case_seg.nii.gz"))
		s.VolumeML["ET"]++
		text, err := json.Marshal(s)
		if err == nil {
			err = os.WriteFile(path, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if e := saved(); e.sidecar.Model.ID != "" || !slices.Equal(e.sidecar.Reliability, []string{segment.NotComputed}) {
			b.Errorf("the sidecar of another mask is believed: %+v", e.sidecar)
		}
	})
}

// Closing while edits, or the mask that was confirmed, are still being read forgets neither what was shown nor the truth.
func TestWhatIsStillBeingReadIsRemembered(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.strokeBesideATruth()
		key := b.c.source.study().Key()
		slow := make(chan struct{})
		b.jobs.Files.Submit(Task{Key: "slow", Work: func(context.Context, progressReport) error { <-slow; return nil }, Done: func(error) {}})
		defer close(b.stall())
		b.again(dir)
		if b.c.doc == nil || b.c.shown != nil || b.c.truth != nil {
			t.Fatal("they were read")
		}
		b.c.Leave()
		if known, ok := b.c.session.Find(key); !ok || known.Shown != "edited" || known.Truth == nil || known.Truth.Scheme != label.BraTS2017 {
			t.Errorf("the session says %+v", known)
		}
		close(slow)
		b.q.pass(time.Second)
		if i := b.c.shown; i == nil || i.kind != editedItem {
			t.Errorf("shown: %+v", i)
		}
	})
}

func TestAnUnchangedEditGivesWayToWhatItIsACopyOf(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.open(full)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		p := ExportPlan{Folder: filepath.Join(b.state, "out"), Name: "case", Mask: true, Scheme: label.BraTS2023}
		b.c.Export(p, b.c.shown, report.View{})
		b.q.pass(time.Second)
		if err := os.Rename(p.Files()[0], filepath.Join(dir, "case_seg.nii.gz")); err != nil {
			t.Fatal(err)
		}
		b.again(dir)
		for n, i := range b.c.items {
			b.c.Show(n)
			b.c.ToggleEdit()
			if b.c.editing == nil {
				t.Fatal("no edit mode")
			}
			b.c.ToggleEdit()
			if b.c.shown != i {
				t.Errorf("after an unchanged edit of %q, %+v is shown", i.name, b.c.shown)
			}
		}
	})
}

// Whatever ends edit mode while the button is held keeps what was painted so far, as one step.
func TestAStrokeThatIsHeldIsKept(t *testing.T) {
	for name, leave := range map[string]func(b *bench, w *window){
		"the next patient": func(b *bench, _ *window) { b.c.StepPatient(1) },
		"quitting":         func(_ *bench, w *window) { w.askClose() },
		"all four":         func(_ *bench, w *window) { w.typedRune('0') },
		"the other page":   func(b *bench, _ *window) { b.c.ShowPage(ComparePage) },
		"another result":   func(b *bench, _ *window) { b.c.Show(0) },
	} {
		t.Run(name, func(t *testing.T) {
			onWindow(t, func(b *bench, w *window) {
				b.c.Open(b.folders("anna", "bert"))
				b.q.pass(time.Second)
				b.c.Segment()
				b.q.pass(2 * time.Second)
				b.c.ToggleEdit()
				i, key := b.c.shown, b.c.source.study().Key()
				s := w.images.Quad.Plane[render.Axial]
				middle := fyne.NewPos(s.Size().Width/2, s.Size().Height/2)
				s.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary, PointEvent: fyne.PointEvent{Position: middle}})
				s.MouseMoved(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary, PointEvent: fyne.PointEvent{Position: middle.AddXY(40, 20)}})
				if !b.c.editing.stroke {
					t.Fatal("no stroke")
				}
				leave(b, w)
				b.q.pass(time.Second)
				list, _ := b.c.store.Edits(key)
				if len(list) != 1 || !i.edit.Undo() || i.edit.Undo() {
					t.Errorf("%d edits are kept", len(list))
				}
			})
		})
	}
}

// A patient is exported until an edit has changed, and again once that is saved.
func TestAStrokeAfterAnExportTakesItsMarkBack(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.Open(b.folders("anna", "bert"))
		b.q.pass(time.Second)
		i := b.stroke()
		path := filepath.Join(b.state, "out", "mine_seg.nii.gz")
		b.c.SaveEdit(i, path, label.BraTS2023, false)
		b.stroke() // while it is being written
		b.q.pass(time.Second)
		saved := func() {
			b.c.SaveEdit(i, path, label.BraTS2023, true)
			b.q.pass(time.Second)
		}
		for n, do := range []func(){func() {}, saved, func() { b.stroke() }, saved, b.c.Undo} {
			do()
			if got, want := b.c.Patients()[0].Mark, [...]string{"edited", "exported"}[n%2]; got != want {
				t.Errorf("after step %d the mark is %s", n, got)
			}
		}
	})
}

// Two windows on one patient lose nothing to one another.
func TestTwoWindowsKeepBothOfTheirEdits(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.open(full)
		b.stroke()
		b.c.rememberStudy()
		b.q.pass(time.Second)
		other := newBench(b.T, b.state, nil)
		other.again(dir)
		other.c.ToggleEdit()
		other.c.BrushSize(3) // else the same stroke would change nothing
		theirs := other.stroke()
		other.q.pass(time.Second)
		mine := b.stroke()
		b.stroke() // before the name of the one before is known
		b.q.pass(time.Second)
		if mine.name != "edited 2" || !strings.Contains(b.c.Alert(), `The edit "edited" goes on as "edited 2"`) {
			t.Errorf("%q, and told is: %s", mine.name, b.c.Alert())
		}
		other.stroke()
		other.q.pass(time.Second)
		if other.c.Alert() != "" {
			t.Errorf("the other window is told: %s", other.c.Alert())
		}
		other.jobs.Close(time.Minute)
		last := newBench(b.T, b.state, nil)
		last.again(dir)
		var names []string
		for _, i := range last.c.items {
			if i.edit != nil {
				names = append(names, i.name)
				if want := map[string]*item{"edited": theirs, "edited 2": mine}[i.name]; want == nil || i.ml() != want.ml() {
					t.Errorf("%q came back with %v", i.name, i.ml())
				}
			}
		}
		if len(names) != 2 {
			t.Errorf("%q came back", names)
		}
		last.jobs.Close(time.Minute)
	})
}
