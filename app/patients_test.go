package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"

	"quorum/app/pane"
	"quorum/viewer/label"
	"quorum/viewer/report"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// marks lists how far the patients are.
func (b *bench) marks() (list []string) {
	for _, p := range b.c.Patients() {
		list = append(list, p.Mark)
	}
	return list
}

// highlighted is the name of the entry that the list highlights; the screen must show nobody else.
func (b *bench) highlighted() string {
	b.Helper()
	name := ""
	for _, p := range b.c.Patients() {
		if p.Open {
			name = p.Name
		}
	}
	if shown := b.c.studyPage().Name; shown != name {
		b.Errorf("%q is highlighted over the page of %q", name, shown)
	}
	if b.c.found != nil && b.c.found.ID != name {
		b.Errorf("%q is highlighted over the images of %q", name, b.c.found.ID)
	}
	return name
}

// annaBertCarl are three patients, of whom bert has no images.
func (b *bench) annaBertCarl() []string {
	bert := filepath.Join(b.state, "bert")
	if err := os.Mkdir(bert, 0o777); err != nil {
		b.Fatal(err)
	}
	return []string{b.folders("anna")[0], bert, b.folders("carl")[0]}
}

// walkToBert opens them and goes on to bert.
func (b *bench) walkToBert() []string {
	b.Helper()
	dirs := b.annaBertCarl()
	b.c.Open(dirs)
	b.q.pass(time.Second)
	b.c.StepPatient(1)
	b.q.pass(time.Second)
	return dirs
}

func TestAPatientThatCannotBeOpenedHasAPageOfTheirOwn(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		dirs := b.annaBertCarl()
		b.c.Open(dirs)
		b.q.pass(time.Second)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		b.c.ShowPage(ComparePage)
		b.c.StepPatient(1)
		if b.highlighted() != "anna" || b.marks()[1] != "opening" {
			t.Errorf("while bert is being opened: %+v", b.c.Patients())
		}
		b.q.pass(time.Second)
		list := b.c.Patients()
		if b.highlighted() != "bert" || list[1].Failed == "" || list[0].Failed != "" || b.c.View.Exam() != nil || b.c.page != ImagesPage {
			t.Fatalf("bert has no images, and the list says %+v", list)
		}
		page := b.c.studyPage()
		if page.Button != "Try again" || page.Disabled || !strings.HasPrefix(w.Title(), "bert") {
			t.Errorf("the panel says %q, the title %q", page.Button, w.Title())
		}
		if title := w.images.Empty.Title(); title != "bert could not be opened" || !strings.Contains(list[1].Failed, "no FLAIR, T1, T1ce or T2") {
			t.Errorf("the stage says %q, because %q", title, list[1].Failed)
		}
		b.c.StepPatient(1)
		b.q.pass(time.Second)
		if b.highlighted() != "carl" || !w.images.Quad.Visible() {
			t.Error("the walk does not go on")
		}
	})
}

func TestAPatientThatCannotBeOpenedIsTriedAgain(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		dirs := b.walkToBert()
		w.typedKey(&fyne.KeyEvent{Name: fyne.KeyReturn}) // still no images
		b.q.pass(time.Second)
		if b.highlighted() != "bert" || b.c.Patients()[1].Failed == "" {
			t.Errorf("tried again: %+v", b.c.Patients())
		}
		writePatient(t, dirs[1], full)
		w.typedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		b.q.pass(time.Second)
		if b.highlighted() != "bert" || b.c.doc == nil || b.c.Patients()[1].Failed != "" {
			t.Errorf("bert has images now: %+v", b.c.Patients())
		}
		for _, q := range sequence.All {
			if err := os.WriteFile(filepath.Join(dirs[2], "case_"+q.Key()+".nii"), []byte("no image"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		b.c.StepPatient(1)
		b.q.pass(time.Second)
		if s := b.c.slot(sequence.T2); b.highlighted() != "carl" || s.State != pane.Useless || !s.Locked || s.File == "" {
			t.Errorf("nothing of carl can be read, and the slot is %+v", s)
		}
		b.c.StepPatient(-1)
		b.c.StepPatient(1) // once more, but the user is gone before it is found out
		if list := b.c.Patients(); list[2].Mark != "opening" || list[2].Failed != "" {
			t.Errorf("carl is tried again: %+v", list)
		}
		b.c.OpenPatient(1)
		b.q.pass(time.Second)
		if list := b.c.Patients(); list[2].Failed == "" {
			t.Errorf("carl is still one that could not be opened: %+v", list)
		}
		if err := os.RemoveAll(dirs[1]); err != nil {
			t.Fatal(err)
		}
		b.c.ChooseVolume(0) // read again, it fails, and the images that are seen are bert's still
		b.q.pass(time.Second)
		if b.highlighted() != "bert" || b.c.doc == nil || b.c.Alert() == "" {
			t.Errorf("read again: %+v", b.c.Patients())
		}
	})
}

func TestOpeningAPatientThatIsCancelledStaysWithTheFormer(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.Open(b.folders("anna", "bert", "carl"))
		b.q.pass(time.Second)
		b.c.StepPatient(1)
		b.c.StepPatient(1) // two at once: the third
		b.c.CancelOpen()
		b.q.pass(time.Second)
		if b.highlighted() != "anna" {
			t.Error("anna is seen")
		}
		b.c.StepPatient(1)
		b.c.StepPatient(1)
		b.q.pass(time.Second)
		if b.highlighted() != "carl" {
			t.Error("two steps, and carl is not seen")
		}
	})
}

// The list, how far its patients are and where the user was in it are there again after a restart, in whichever way it is opened; what was
// found in other files is not.
func TestMarksSurviveARestart(t *testing.T) {
	folder := t.TempDir()
	head()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, folder, nil)
		dirs := b.folders("anna", "bert", "carl", "dora", "emil")
		b.c.Open(dirs)
		b.q.pass(time.Second)
		for n := range 3 {
			b.c.OpenPatient(n)
			b.q.pass(time.Second)
			b.c.Segment()
			b.q.pass(2 * time.Second)
		}
		b.c.OpenPatient(1)
		b.q.pass(time.Second)
		b.stroke()
		b.q.pass(time.Second)
		for _, n := range []int{2, 3} {
			b.c.OpenPatient(n)
			b.q.pass(time.Second)
			b.c.Segment()
			b.q.pass(2 * time.Second)
			b.c.Export(ExportPlan{Folder: filepath.Join(folder, "out"), Name: b.c.found.ID, Mask: true, Scheme: label.BraTS2023}, b.c.shown, report.View{})
			b.q.pass(time.Second)
		}
		want := []string{"segmented", "edited", "exported", "exported", "new"}
		if got := b.marks(); !slices.Equal(got, want) {
			t.Fatalf("before: %v", got)
		}
		late := time.Now().Add(time.Hour)
		if err := os.Chtimes(filepath.Join(dirs[3], "case_t2.nii"), late, late); err != nil {
			t.Fatal(err)
		}
		b = b.restart() // dora was open: her files are not those that were exported from
		want[3] = "segmented"
		b.q.pass(2 * time.Second)
		if got := b.marks(); !slices.Equal(got, want) || b.highlighted() != "dora" {
			t.Errorf("after a restart: %v", got)
		}
		b.another("zoe", full) // a study between
		b = b.restart()
		b.c.Open(dirs)
		b.q.pass(time.Second)
		for n := range dirs {
			b.c.OpenPatient(n)
			b.q.pass(2 * time.Second)
			if n < 4 && b.c.shown == nil {
				t.Errorf("%s is %s, and nothing of it is shown", b.c.found.ID, b.marks()[n])
			}
		}
		if got := b.marks(); !slices.Equal(got, want) {
			t.Errorf("opened anew: %v", got)
		}
		b.c.OpenPatient(1)
		b.q.pass(time.Second)
		b.c.DropEdit(b.c.shown)
		b.q.pass(2 * time.Second)
		b.c.OpenPatient(2)
		b.q.pass(time.Second)
		b.c.ForgetStudy()
		b.q.pass(time.Second)
		b.c.Open(dirs)
		b.q.pass(time.Second)
		if got, want := b.marks(), []string{"segmented", "segmented", "new", "segmented", "new"}; !slices.Equal(got, want) {
			t.Errorf("after an edit was deleted and a patient forgotten: %v", got)
		}
		b.c.ClearRecent()
		b.q.pass(time.Second)
		b.c.Open(dirs[1:])
		b.q.pass(time.Second)
		if got := b.marks(); slices.ContainsFunc(got, func(m string) bool { return m != "new" }) {
			t.Errorf("everything was forgotten: %v", got)
		}
		b.jobs.Close(time.Minute)
	})
}

// A patient who could not be opened is where the next start goes on.
func TestTheListSurvivesAPatientThatCannotBeOpened(t *testing.T) {
	folder := t.TempDir()
	head()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, folder, nil)
		b.walkToBert()
		b = b.restart()
		if len(b.c.Patients()) != 3 || b.highlighted() != "bert" {
			t.Errorf("%+v", b.c.Patients())
		}
		b.jobs.Close(time.Minute)
	})
}

// "Segment all" means the patient too that one leaves while it computes.
func TestSegmentAllComputesThePatientThatIsLeft(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.Open(b.folders("anna", "bert"))
		b.q.pass(time.Second)
		b.c.Toggle(sequence.T1ce)
		b.c.SegmentAll()
		b.q.pass(300 * time.Millisecond)
		b.c.StepPatient(1)
		b.q.pass(20 * time.Second)
		if got := b.marks(); got[0] != "segmented" || got[1] != "segmented" {
			t.Errorf("marks %v", got)
		}
		b.c.StepPatient(-1)
		b.q.pass(time.Second)
		b.shows(withoutT1ce)
	})
}

// Nor is it computed twice where one stays.
func TestSegmentAllComputesTheOpenPatientOnce(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.Open(b.folders("anna", "bert"))
		b.q.pass(time.Second)
		b.c.SegmentAll()
		b.q.pass(20 * time.Second)
		if got := b.marks(); got[0] != "segmented" || got[1] != "segmented" || len(b.engine.asked) != 2 {
			t.Errorf("marks %v, computed %v", got, b.engine.asked)
		}
	})
}

// What "Segment all" can use of a patient is what opening can use.
func TestSegmentAllLeavesOutADamagedImage(t *testing.T) {
	onBench(t, func(b *bench) {
		dirs := b.folders("anna", "bert")
		broken := filepath.Join(dirs[1], "case_t1ce.nii")
		if err := os.Truncate(broken, 1000); err != nil {
			t.Fatal(err)
		}
		b.c.Open(dirs)
		b.q.pass(time.Second)
		b.c.SegmentAll()
		b.q.pass(20 * time.Second)
		if p := b.c.Patients()[1]; p.Mark != "segmented" || p.Failed != "" || !slices.Contains(b.engine.asked, withoutT1ce) {
			t.Errorf("bert is %s (%s), computed: %v", p.Mark, p.Failed, b.engine.asked)
		}
	})
}

// A result that "Segment all" computed from files that have changed is not one of the images that are seen.
func TestSegmentAllOfChangedFilesIsNotShownOverTheFormerImages(t *testing.T) {
	onBench(t, func(b *bench) {
		dirs := b.folders("anna", "bert")
		b.c.Open(dirs)
		b.q.pass(time.Second)
		b.c.StepPatient(1)
		b.q.pass(time.Second)
		b.c.StepPatient(-1)
		b.q.pass(time.Second)
		b.c.SegmentAll()
		b.q.pass(1500 * time.Millisecond) // anna is done, bert is being computed
		b.c.StepPatient(1)
		b.q.settle()
		b.q.pass(300 * time.Millisecond)
		if b.c.found.ID != "bert" || b.c.shown != nil {
			t.Fatal("bert is done already")
		}
		b.c.doc.Stamp = "of other files"
		b.c.patient.Files = b.c.doc.Stamp
		b.q.pass(5 * time.Second)
		if b.c.outcomes[full] != nil || b.c.shown != nil || b.marks()[1] != "new" || !strings.Contains(b.c.Alert(), "bert") {
			t.Errorf("shown: %+v, marks %v, alert %q", b.c.shown, b.marks(), b.c.Alert())
		}
	})
}

// The stamp of a pair of files is that of both.
func TestChangedVoxelsBesideAnUnchangedHeaderAreNoticed(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := filepath.Join(b.state, "patient")
		volumes, _ := head()
		for _, q := range sequence.All {
			writePair(t, filepath.Join(dir, "case_"+q.Key()), volumes[q])
		}
		b.again(dir)
		if b.c.doc == nil || b.c.doc.Present() != full {
			t.Fatal(b.told())
		}
		before := b.c.doc.Stamp
		late := time.Now().Add(time.Hour)
		if err := os.Chtimes(filepath.Join(dir, "case_t2.img"), late, late); err != nil {
			t.Fatal(err)
		}
		b.again(dir)
		if b.c.doc.Stamp == before {
			t.Error("the voxels have changed, and the study counts as the same")
		}
	})
}

// writePair writes an image as header and voxels.
func writePair(t *testing.T, stem string, v *volume.Volume) {
	t.Helper()
	one := filepath.Join(t.TempDir(), "one.nii")
	writeImage(t, one, v)
	data, err := os.ReadFile(one)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(stem), 0o777)
	}
	if err != nil {
		t.Fatal(err)
	}
	header := slices.Clone(data[:348])
	copy(header[344:], "ni1\x00")
	copy(header[108:], []byte{0, 0, 0, 0}) // the voxels begin their file
	for path, part := range map[string][]byte{stem + ".hdr": header, stem + ".img": data[352:]} {
		if err := os.WriteFile(path, part, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A patient whose page says that it cannot be opened is opened once "Segment all" could read it.
func TestSegmentAllOpensWhatCanBeReadByNow(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		dirs := b.walkToBert()
		writePatient(t, dirs[1], full)
		b.c.SegmentAll()
		b.q.pass(10 * time.Second)
		if b.highlighted() != "bert" || b.c.doc == nil || b.c.shown == nil {
			t.Errorf("bert is %s, the stage says %q", b.marks()[1], w.images.Empty.Title())
		}
	})
}

// Try again does so even where the list is gone.
func TestAPatientIsTriedAgainWithoutTheList(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		dirs := b.walkToBert()
		b.c.ClearRecent()
		writePatient(t, dirs[1], full)
		b.c.Segment()
		b.q.pass(time.Second)
		if b.c.doc == nil || b.c.found.ID != "bert" {
			t.Errorf("the button %q does nothing", b.c.studyPage().Button)
		}
	})
}

// Going back to the patient who is still on the screen reads nothing anew: what was painted can be undone.
func TestGoingBackBeforeTheNextPatientIsThere(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.Open(b.folders("anna", "bert"))
		b.q.pass(time.Second)
		i := b.stroke()
		b.c.StepPatient(1)
		b.c.StepPatient(-1)
		b.q.pass(time.Second)
		if b.highlighted() != "anna" || b.c.shown != i || !i.edit.CanUndo() || b.c.status().Cancel {
			t.Errorf("%+v is shown, the status is %+v", b.c.shown, b.c.status())
		}
	})
}
