package app

import (
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"

	"quorum/viewer"
	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
)

// names lists the patients.
func (b *bench) names() (list []string) {
	for _, p := range b.c.Patients() {
		list = append(list, p.Name)
	}
	return list
}

// folders writes a patient's folder for each name.
func (b *bench) folders(names ...string) (list []string) {
	for _, name := range names {
		list = append(list, writePatient(b.T, filepath.Join(b.state, name), full))
	}
	return list
}

func TestTheListStaysUntilAnotherStudyIsOpen(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.Open(b.folders("anna", "bert"))
		b.q.pass(time.Second)
		b.again(filepath.Join(b.state, "nowhere"))
		if got := b.names(); !slices.Equal(got, []string{"anna", "bert"}) {
			b.Errorf("a folder that does not exist was dropped, and the list is %v", got)
		}
		b.c.Open([]string{writePatient(t, filepath.Join(b.state, "carl"), full)})
		b.c.CancelOpen()
		b.q.pass(time.Second)
		if got := b.names(); len(got) != 2 {
			b.Errorf("opening was cancelled, and the list is %v", got)
		}
		b.again(filepath.Join(b.state, "carl"))
		if got := b.names(); len(got) != 0 || b.c.found.ID != "carl" {
			b.Errorf("another study was opened, and the list is %v", got)
		}
	})
}

func TestAnEntryOfSeveralPatientsIsListedAsThem(t *testing.T) {
	onBench(t, func(b *bench) {
		b.folders("many/dora", "many/emil")
		b.c.Open([]string{b.folders("anna")[0], filepath.Join(b.state, "many"), b.folders("zoe")[0]})
		b.q.pass(time.Second)
		b.c.StepPatient(1)
		b.q.pass(time.Second)
		if got := b.names(); !slices.Equal(got, []string{"anna", "dora", "emil", "zoe"}) || b.c.found.ID != "dora" {
			b.Errorf("the list is %v, open is %s", got, b.c.found.ID)
		}
	})
}

func TestResultsOfChangedFilesAreNotKept(t *testing.T) {
	onBench(t, func(b *bench) {
		dirs := b.folders("anna", "bert", "carl")
		b.c.Open(dirs)
		b.q.pass(time.Second)
		b.c.SegmentAll()
		b.q.pass(10 * time.Second)
		change := func(dir string) {
			late := time.Now().Add(time.Hour)
			if err := os.Chtimes(filepath.Join(dir, "case_t2.nii"), late, late); err != nil {
				t.Fatal(err)
			}
		}
		change(dirs[1]) // before it is looked at for the first time
		for _, n := range []int{1, 2} {
			b.c.OpenPatient(n)
			b.q.pass(time.Second)
			if got := b.c.outcomes[full] != nil; got != (n == 2) {
				b.Errorf("patient %d: its result is there: %v", n, got)
			}
		}
		change(dirs[0])
		asked := len(b.engine.asked)
		b.c.OpenPatient(0)
		b.q.pass(3 * time.Second) // what was shown is computed anew
		if b.c.outcomes[full] == nil || len(b.engine.asked) != asked+1 || b.c.Patients()[2].Mark != "segmented" {
			b.Errorf("a file has changed, %d computed, and the list says %+v", len(b.engine.asked)-asked, b.c.Patients())
		}
	})
}

// restart ends the program and starts it again.
func (b *bench) restart() *bench {
	b.Helper()
	b.c.Leave()
	b.jobs.Close(time.Minute)
	next := newBench(b.T, b.state, nil)
	next.q.pass(time.Second)
	return next
}

func TestAStudyThatWasStillReadIsOpenedNextTime(t *testing.T) {
	folder := t.TempDir()
	head()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, folder, nil)
		b.c.Open(b.folders("anna", "bert"))
		b.q.pass(time.Second)
		b.c.StepPatient(1)
		next := b.restart()
		if next.c.found == nil || next.c.found.ID != "bert" || !slices.Equal(next.names(), []string{"anna", "bert"}) || !next.c.Patients()[1].Open {
			t.Errorf("open is %+v, the list %+v", next.c.found, next.c.Patients())
		}
		next.c.Open(next.folders("carl"))
		last := next.restart()
		if last.c.found == nil || last.c.found.ID != "carl" || len(last.names()) != 0 {
			t.Errorf("open is %+v, the list %v", last.c.found, last.names())
		}
		last.jobs.Close(time.Minute)
	})
}

func TestTheVolumeOfAFileIsRemembered(t *testing.T) {
	folder := t.TempDir()
	volumes, _ := head()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, folder, nil)
		path := filepath.Join(folder, "p_t2.nii")
		v := volumes[sequence.T2]
		if err := nifti.Write(path, nifti.NewHeader(v.Grid), 2, slices.Concat(volumes[sequence.T1].Voxel, v.Voxel), "", false); err != nil {
			t.Fatal(err)
		}
		b.again(path)
		b.c.ChooseVolume(1)
		b.q.pass(time.Second)
		if b.c.doc == nil || b.c.found.Files[sequence.T2].Volume != 1 {
			t.Fatal(b.told())
		}
		next := b.restart()
		if next.c.doc == nil || next.c.found.Files[sequence.T2].Volume != 1 {
			t.Errorf("after a restart: %+v\n%s", next.c.found, next.told())
		}
		next.jobs.Close(time.Minute)
	})
}

func TestTheWidthsOfPanelsAreRemembered(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		w.images.SetWidths(200, 333)
		w.remembers()
		again := newWindow(test.NewTempApp(t), b.c)
		again.Resize(fyne.NewSize(1280, 800))
		if left, right := again.images.Widths(); left != 200 || right != 333 {
			t.Errorf("%g and %g", left, right)
		}
	})
}

func TestASequenceThatCannotBeUsedIsNotLookedAtFirst(t *testing.T) {
	for _, value := range []float32{0, 7} {
		onBench(t, func(b *bench) {
			dir := writePatient(t, filepath.Join(b.state, "patient"), full.Without(sequence.Of(sequence.FLAIR)))
			volumes, _ := head()
			flat := *volumes[sequence.FLAIR]
			flat.Voxel = slices.Clone(flat.Voxel)
			for n, x := range flat.Voxel {
				if x != 0 {
					flat.Voxel[n] = value
				}
			}
			writeImage(t, filepath.Join(dir, "case_flair.nii"), &flat)
			b.again(dir)
			if b.c.View.View.Image != viewer.Image(sequence.T1) {
				b.Errorf("a FLAIR that is %g everywhere: %s is shown first", value, b.c.View.View.Image)
			}
		})
	}
}

func TestEscMeansTheCellsWhileTheyAreComputed(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.segment(full)
		b.c.ShowPage(ComparePage)
		b.engine.silent = true
		b.c.ComputeCells()
		for len(b.c.set.Computed()) < 2 {
			b.q.pass(10 * time.Millisecond)
		}
		w.escape() // between two cells
		b.q.settle()
		if b.c.page != ComparePage || len(b.c.compareWanted) != 0 {
			t.Errorf("page %d, cells that are waited for: %v", b.c.page, b.c.compareWanted)
		}
	})
}

func TestSegmentAllIsSeenAndCanBeCancelled(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.Open(b.folders("anna", "bert"))
		b.q.pass(time.Second)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		b.c.SegmentAll()
		b.q.pass(500 * time.Millisecond)
		if a := b.c.status(); a.Text != "bert: segmenting" || !a.Cancel {
			b.Errorf("the status is %+v", a)
		}
		if !b.c.CancelRun() {
			b.Error("it cannot be cancelled")
		}
		b.q.pass(5 * time.Second)
		if got := b.c.Patients()[1].Mark; got != "new" {
			b.Errorf("cancelled, and bert is %s", got)
		}
	})
}

// The button that unfolds the result's panel is for the page that has one.
func TestTheResultButtonStandsOnImagesOnly(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		w.Resize(fyne.NewSize(960, 640))
		b.open(full)
		if !w.fold.Visible() {
			t.Error("no button on the Images page")
		}
		b.c.ShowPage(ComparePage)
		if w.fold.Visible() {
			t.Error("a button on the Compare page")
		}
		b.c.ShowPage(ImagesPage)
		w.Resize(fyne.NewSize(1280, 800))
		if w.fold.Visible() {
			t.Error("a button in a wide window")
		}
	})
}

func TestAWindowIsNotLargerThanTheScreen(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		w.Resize(fyne.NewSize(2560, 700))
		w.fit(image.Point{})
		if size := w.Canvas().Size(); size.Width != 2560 {
			t.Errorf("the screen is not known, and the window is %v", size)
		}
		w.fit(image.Pt(1280, 800))
		if size := w.Canvas().Size(); size != fyne.NewSize(1280, 700) {
			t.Errorf("on a screen of 1280 by 800 the window is %v", size)
		}
	})
}

func TestAFileThatWasJustChosenIsRemembered(t *testing.T) {
	folder := t.TempDir()
	volumes, _ := head()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, folder, nil)
		b.open(full)
		other := filepath.Join(folder, "other.nii")
		writeImage(t, other, volumes[sequence.T2])
		b.c.Assign(sequence.T2, other)
		next := b.restart() // it is still being read
		if next.c.doc == nil || next.c.found.Files[sequence.T2].Path != other {
			t.Errorf("after a restart: %+v\n%s", next.c.found, next.told())
		}
		next.jobs.Close(time.Minute)
	})
}

// strokeBesideATruth opens a patient's folder again, paints, and confirms the mask that lies there.
func (b *bench) strokeBesideATruth() (dir string) {
	b.Helper()
	dir = writePatient(b.T, filepath.Join(b.state, "patient"), full)
	writeTruth(b.T, dir)
	b.again(dir)
	b.stroke()
	b.c.ConfirmMask(0, label.BraTS2017)
	b.q.pass(time.Second)
	return dir
}

// The mask that was confirmed does not come in the way of what was shown.
func TestTheEditThatWasShownComesBackBesideATruth(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.strokeBesideATruth()
		b.again(dir)
		if i := b.c.shown; i == nil || i.kind != editedItem || b.c.truth == nil {
			t.Errorf("shown: %+v", i)
		}
	})
}

func TestResultsThatAreKeptAreCompared(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.Open(b.folders("anna", "bert"))
		b.q.pass(time.Second)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		b.c.Toggle(sequence.T1ce)
		b.q.pass(2 * time.Second)
		for _, n := range []int{1, -1} {
			b.c.StepPatient(n)
			b.q.pass(time.Second)
		}
		if c := b.c.comparison; c == nil || len(c.Rows) != 2 {
			t.Errorf("the comparison is %+v", c)
		}
	})
}

// A patient that is left before what was shown is there again keeps everything that was remembered, the truth's mask or not.
func TestWhatWasShownIsRememberedUntilItIsThereAgain(t *testing.T) {
	for name, meanwhile := range map[string]func(*bench){
		"walked past":        func(b *bench) { b.c.StepPatient(1) },
		"cancelled":          func(b *bench) { b.c.Cancel(); b.q.pass(time.Second); b.c.StepPatient(1) },
		"nothing to compute": func(b *bench) { b.c.engineFailed(os.ErrNotExist); b.c.CancelRun(); b.c.StepPatient(1) },
	} {
		t.Run(name, func(t *testing.T) {
			onBench(t, func(b *bench) {
				dirs := b.folders("anna", "bert")
				writeTruth(t, dirs[0])
				b.c.Open(dirs)
				b.q.pass(time.Second)
				b.c.Toggle(sequence.T1ce)
				b.c.Segment()
				b.c.ConfirmMask(0, label.BraTS2017)
				b.q.pass(2 * time.Second)
				key := b.c.source.study().Key()
				b.c.StepPatient(1)
				b.q.pass(time.Second)
				before, _ := b.c.session.Find(key)
				b.c.forgetKept() // as after a restart
				b.c.StepPatient(-1)
				b.q.pass(300 * time.Millisecond)
				if b.c.shown == nil || !b.c.shown.truth {
					t.Fatalf("shown: %+v", b.c.shown)
				}
				meanwhile(b)
				b.q.pass(time.Second)
				after, _ := b.c.session.Find(key)
				after.Used = before.Used
				if diff := cmp.Diff(before, after); diff != "" || before.Shown != withoutT1ce.String() {
					t.Errorf("%q was shown, and the session forgot: %s", before.Shown, diff)
				}
			})
		})
	}
}

// writeTruth puts a reference mask into a patient's folder.
func writeTruth(t *testing.T, dir string) {
	t.Helper()
	_, truth := head()
	numbers, err := truth.Encode(label.BraTS2017)
	if err == nil {
		err = nifti.Write(filepath.Join(dir, "case_seg.nii"), nifti.NewHeader(truth.Grid), 1, numbers, "", false)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// After a restart the list is as it was: what was shown is computed first, the others behind it, where looking ahead is wanted.
func TestTheResultsOfTheListComeBack(t *testing.T) {
	for _, ahead := range []bool{true, false} {
		folder := t.TempDir()
		head()
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, folder, nil)
			b.segment(full)
			for _, q := range []sequence.Sequence{sequence.T1ce, sequence.T2} {
				b.c.Toggle(q)
				b.q.pass(2 * time.Second)
			}
			b.c.Show(1)
			for range 2 { // the second time, too
				b.c.Leave()
				b.jobs.Close(time.Minute)
				b = newBench(t, folder, nil)
				b.c.prefs.NoLookAhead = !ahead
				b.q.pass(500 * time.Millisecond)
				if text := b.c.resultPage().None; !strings.HasPrefix(text, "Computing again what was shown before, the result from FLAIR T1 T2") {
					t.Errorf("meanwhile it says %q", text)
				}
				b.q.pass(30 * time.Second)
				b.shows(withoutT1ce)
				want := 3
				if !ahead {
					want = 1
				}
				if n := len(b.c.items); n != want || b.c.used != withoutT1ce {
					t.Errorf("looking ahead %v: %d results are listed", ahead, n)
				}
			}
			b.jobs.Close(time.Minute)
		})
	}
}
