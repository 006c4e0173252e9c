package app

import (
	"bytes"
	"image"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"quorum/app/page"
	"quorum/app/pane"
	"quorum/viewer"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// onWindow runs f with a real window on the toolkit's test driver, over a controller on fakes.
func onWindow(t *testing.T, f func(b *bench, w *window)) {
	t.Helper()
	folder := t.TempDir()
	head()
	a := test.NewTempApp(t)
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, folder, nil)
		w := newWindow(a, b.c)
		w.Show()
		f(b, w)
		w.Close()
		b.jobs.Close(time.Minute)
	})
}

// The difference has a legend, and the reference itself has none: the lattice must not go to and fro between the two.
func TestCompareShowsDifferences(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.segment(full)
		b.c.ShowPage(ComparePage)
		b.c.ComputeCells()
		b.q.pass(30 * time.Second)
		if n := len(b.c.MissingCells()); n > 0 {
			t.Fatalf("%d cells are missing", n)
		}
		w.compare.OnOverlay(page.Difference)
		sized, was := 0, w.compare.Lattice.OnSize
		w.compare.Lattice.OnSize = func(size image.Point) {
			if sized++; sized < 10 {
				was(size)
			}
		}
		w.Refresh(Comparing)
		if sized > 0 {
			t.Errorf("showing the same again changed the pictures' size %d times", sized)
		}
	})
}

// The large picture is a picture of its own: it must not be drawn into that of a cell.
func TestLargePictureLeavesTheCellsAlone(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.segment(full)
		b.c.ShowPage(ComparePage)
		p := b.c.View.Pane(b.c.View.View.Plane, w.compare.Lattice.Pixels())
		p.Scale = 1
		for _, u := range []sequence.Subset{0, full} {
			cell, ok := b.c.cellFrame(1+int(u), u, p, b.c.cellOverlay())
			if !ok {
				t.Fatal("no picture")
			}
			big := p
			big.Size = big.Size.Mul(2)
			if large, _ := b.c.cellFrame(largeCell, u, big, b.c.labelOverlay()); large.Lines.Image == nil || large.Lines.Image == cell.Lines.Image {
				t.Error("one raster for two pictures")
			}
		}
	})
}

// To look at a cell is not to say that the other sequences are of no use: the comparison stays as it is. To tick or untick is.
func TestOpeningACellKeepsTheReference(t *testing.T) {
	onBench(t, func(b *bench) {
		b.compareAll(full)
		cells := b.c.wantedCells()
		t1 := sequence.Of(sequence.T1)
		b.c.ClickCell(t1)
		b.q.pass(time.Second)
		b.shows(t1)
		if b.c.used != t1 || b.c.set.Base != full || b.c.comparison.Base != full || !slices.Equal(b.c.wantedCells(), cells) {
			t.Errorf("used %s, reference %s, cells %v", b.c.used, b.c.set.Base, b.c.wantedCells())
		}
		b.c.Toggle(sequence.FLAIR)
		b.c.Toggle(sequence.T2)
		b.q.pass(time.Second)
		if b.c.set.Base != withoutT1ce || b.c.comparison.Base != withoutT1ce {
			t.Errorf("all but T1ce are ticked, and the reference is %s", b.c.set.Base)
		}
		b.c.SetReference(t1)
		b.q.pass(time.Second)
		b.shows(withoutT1ce)
		if b.c.comparison.Base != t1 || b.c.set.ReferenceName() != "result of T1" {
			t.Errorf("chosen T1, the reference is %s", b.c.set.ReferenceName())
		}
	})
}

// What is compared with is found again, whatever was looked at last.
func TestTheReferenceIsFoundAgain(t *testing.T) {
	folder := t.TempDir()
	head()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, folder, nil)
		b.compareAll(full)
		b.c.ClickCell(withoutT1ce)
		b.c.Leave()
		b.jobs.Close(time.Minute)
		again := newBench(t, folder, nil)
		again.q.pass(3 * time.Second)
		again.shows(withoutT1ce)
		if again.c.set.Base != full {
			t.Errorf("the reference is the result of %s", again.c.set.Base)
		}
		again.jobs.Close(time.Minute)
	})
}

// B on the Compare page needs no move of the pointer between two presses, and where it can show nothing it says why.
func TestBlinkOfACell(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.c.ShowPage(ComparePage)
		g := &b.c.comparing
		refused := func(why string) {
			t.Helper()
			b.c.Blink(true)
			if g.blink != nil || !strings.Contains(b.c.status().Text, why) {
				t.Errorf("blinks %v, and the status is %q, want %q", g.blink, b.c.status().Text, why)
			}
			b.c.Blink(false)
			if got := b.c.status().Text; strings.Contains(got, why) {
				t.Errorf("after the key came up it still says %q", got)
			}
		}
		refused("point at a result")
		b.c.PointCell(withoutT1ce, true)
		refused("FLAIR T1 T2 is not computed")
		b.c.ClickCell(withoutT1ce)
		b.q.pass(3 * time.Second)
		for range 2 {
			b.c.Blink(true)
			b.c.Blink(true) // the key repeats
			if u, name := b.c.blinks(); u != withoutT1ce || name != "FLAIR T1 T2" {
				t.Errorf("begins with %s, %q", u, name)
			}
			b.q.pass(blinkTime + 10*time.Millisecond)
			if u, name := b.c.blinks(); u != 0 || name != "reference: result of all four" {
				t.Errorf("goes on with %s, %q", u, name)
			}
			b.c.Blink(false)
		}
		for _, u := range []sequence.Subset{0, full} {
			b.c.PointCell(u, true)
			b.c.Blink(true)
			b.q.pass(blinkTime + 10*time.Millisecond)
			if _, name := b.c.blinks(); name != "this is the reference itself: result of all four" {
				t.Errorf("the reference blinks as %q", name)
			}
			b.c.Blink(false)
		}
		b.c.PointCell(full, false)
		refused("point at a result")
	})
}

// Esc while B is held ends the blink, and leaves no page.
func TestEscEndsABlink(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.segment(full)
		b.c.ShowPage(ComparePage)
		for _, pointing := range []bool{true, false} { // else B only says why it cannot blink
			b.c.PointCell(full, pointing)
			w.blink(true)
			w.escape()
			if b.c.comparing.blink != nil || b.c.unblinking != "" || b.c.page != ComparePage {
				t.Errorf("pointing %v: Esc leaves page %d, blink %v", pointing, b.c.page, b.c.comparing.blink)
			}
			w.blink(false)
		}
		w.escape()
		if b.c.page != ImagesPage {
			t.Error("Esc without B leaves Compare no longer")
		}
	})
}

// A cell that the preset wants is computed by Return; one that nobody has chosen is not.
func TestCellsThatReturnComputes(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.c.ShowPage(ComparePage)
		for preset, want := range map[compare.Preset]pane.CellState{compare.LeaveOneOut: pane.Missing, compare.All: pane.Missing, compare.MyChoice: pane.NotComputed} {
			b.c.SetPreset(preset)
			if got := b.c.cellState(withoutT1ce); got != want {
				t.Errorf("%s: state %d, want %d", preset, got, want)
			}
		}
	})
}

// Whatever the cells show, B blinks labels against labels: an agreement map is the same for all.
func TestBlinkShowsLabels(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.compareAll(full)
		b.c.PointCell(withoutT1ce, true)
		for _, o := range []page.Overlay{page.Labels, page.Difference, page.AgreementMap} {
			b.c.SetCells(o, label.RegionET)
			b.c.Blink(true)
			p := b.c.View.Pane(b.c.View.View.Plane, image.Pt(200, 200))
			result, _ := b.c.blinkFrame(p)
			before := bytes.Clone(result.Overlay.Image.Pix)
			b.q.pass(blinkTime + 10*time.Millisecond)
			reference, _ := b.c.blinkFrame(p)
			if bytes.Equal(before, reference.Overlay.Image.Pix) || len(result.Legend)+len(reference.Legend) > 0 || result.Image == reference.Image {
				t.Errorf("overlay %d: %q and %q are the same, or not labels", o, result.Image, reference.Image)
			}
			b.c.Blink(false)
		}
	})
}

// B on the Images page shows the reference as strong as the result, and says so where the result is the reference itself.
func TestBlinkOfTheShownResult(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		b.c.Blink(true)
		if b.c.blinking || !strings.Contains(b.c.status().Text, "no result") {
			t.Errorf("without a result the status is %q", b.c.status().Text)
		}
		b.c.Blink(false)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		note := func() string {
			f := b.c.View.Frame(b.c.View.Pane(render.Axial, image.Pt(100, 100)))
			return strings.Join(f.Notes, "; ")
		}
		b.c.Blink(true)
		if got := note(); got != "this is the reference itself" {
			t.Errorf("the reference blinks as %q", got)
		}
		b.c.Blink(false)
		b.c.Toggle(sequence.T1ce)
		b.q.pass(2 * time.Second)
		b.c.SetReference(full)
		b.c.Blink(true)
		if got := note(); got != "reference: result of all four" {
			t.Errorf("the reference is called %q", got)
		}
		b.c.Blink(false)
		if got := note(); got != "" {
			t.Errorf("afterwards it says %q", got)
		}
	})
}

// N and P step through the disputed places of the region that the page's agreement map shows, on either page.
func TestStepsThroughDisputes(t *testing.T) {
	onBench(t, func(b *bench) {
		b.compareAll(full)
		at := func(r label.Region, n int) bool {
			list := b.c.disputes[r]
			if len(list) == 0 {
				t.Fatalf("nothing is disputed about %s", r)
			}
			v := list[n%len(list)].At
			return b.c.View.View.Crosshair == b.c.doc.Loaded.Grid.World([3]float64{float64(v[0]), float64(v[1]), float64(v[2])})
		}
		b.c.SetCells(page.AgreementMap, label.RegionET)
		b.c.StepLesion(true)
		if !at(label.RegionET, 0) || !strings.HasPrefix(b.c.status().Text, "disputed place 1 of ") {
			t.Errorf("the crosshair is at %v, the status is %q", b.c.View.View.Crosshair, b.c.status().Text)
		}
		b.c.SetCells(page.AgreementMap, label.RegionWT)
		b.c.StepLesion(true)
		if !at(label.RegionWT, 0) {
			t.Errorf("another region goes to %v", b.c.View.View.Crosshair)
		}
		b.c.ShowPage(ImagesPage)
		b.c.View.View.Overlay.Show, b.c.View.View.Overlay.Region = viewer.Disputed, label.RegionET
		b.c.StepLesion(true)
		if !at(label.RegionET, 0) {
			t.Errorf("on the Images page it goes to %v", b.c.View.View.Crosshair)
		}
	})
}

// compareAll opens a patient with the sequences of u and waits for all results.
func (b *bench) compareAll(u sequence.Subset) {
	b.Helper()
	b.segment(u)
	b.c.SetPreset(compare.All)
	b.c.ShowPage(ComparePage)
	b.c.ComputeCells()
	b.q.pass(time.Minute)
	if n := len(b.c.MissingCells()); n > 0 {
		b.Fatalf("%d cells are missing", n)
	}
}

// Once every subset has its result nothing will be asked of the study's features again: their memory goes back.
func TestFeaturesGoWhenEverythingIsComputed(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.prefs.NoLookAhead = false
		b.open(full)
		b.c.Segment()
		b.q.pass(10 * time.Second)
		if b.engine.closed != 0 {
			t.Fatal("the study was let go while results are missing")
		}
		b.c.comparing.preset = compare.All
		b.c.ComputeCells()
		b.q.pass(60 * time.Second)
		if b.engine.closed != 1 || b.engine.opened != 1 {
			t.Errorf("with all results there the study was opened %d times and let go %d times", b.engine.opened, b.engine.closed)
		}
		b.c.Toggle(sequence.T1ce)
		b.c.OpenCell(full)
		b.q.pass(10 * time.Second)
		b.shows(full)
		if b.engine.opened != 1 || len(b.engine.asked) != 15 {
			t.Errorf("what was there already opened the study %d times, results: %v", b.engine.opened, b.engine.asked)
		}
	})
}

// Nothing is encoded ahead for results that are all there.
func TestFeaturesStayAwayWhenEverythingIsComputed(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.prefs.NoLookAhead = false
		b.open(full)
		b.c.Segment()
		b.q.pass(1100 * time.Millisecond) // what is looked ahead for waits
		b.c.comparing.preset = compare.All
		b.c.ComputeCells()
		b.q.pass(time.Minute)
		if b.engine.closed != 1 || b.engine.opened != 1 {
			t.Errorf("the study was opened %d times and let go %d times", b.engine.opened, b.engine.closed)
		}
	})
}

// A toggle back does not end what a cell waits for.
func TestACellIsComputedAlthoughItsToggleIsTakenBack(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.c.Toggle(sequence.T1ce)
		b.q.pass(300 * time.Millisecond)
		b.c.ComputeCells()
		b.c.Toggle(sequence.T1ce)
		b.q.pass(time.Minute)
		b.shows(full)
		if b.c.outcomes[withoutT1ce] == nil || b.c.status().Cancel || len(b.c.compareWanted) != 0 {
			t.Errorf("waits for %v, and the status is %+v", b.c.compareWanted, b.c.status())
		}
	})
}

// A cell that was clicked for one patient is not asked of the next, whoever has the keyboard: the lattice of a page that is not seen has it not.
func TestACellIsNotAskedOfTheNextPatient(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		bert := writePatient(t, filepath.Join(b.state, "bert"), withoutT2)
		b.c.Open([]string{b.folders("anna")[0], bert})
		b.q.pass(time.Second)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		b.c.ShowPage(ComparePage)
		w.Canvas().Focus(w.compare.Lattice) // as a click does
		w.compare.Lattice.Point(flairT2, true)
		w.compare.Lattice.OnOpen(flairT2)
		b.q.pass(300 * time.Millisecond) // it is being computed
		b.c.StepPatient(1)
		b.q.pass(time.Second)
		if f := w.Canvas().Focused(); f != nil {
			f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		} else {
			w.typedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		}
		b.q.pass(2 * time.Second)
		b.shows(withoutT2)
		w.compare.Lattice.OnOpen(flairT2) // however it may come about
		b.q.pass(2 * time.Second)
		if b.c.Alert() != "" || b.c.failed != nil || slices.Contains(b.engine.asked[2:], flairT2) {
			t.Errorf("bert has no T2: alert %q, asked %v", b.c.Alert(), b.engine.asked)
		}
	})
}

func TestTheComparePageSaysWhoseResultsItShows(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.segment(full)
		if w.name.Visible() {
			t.Error("the name stands twice on the Images page")
		}
		b.c.ShowPage(ComparePage)
		if !w.name.Visible() || w.name.Text != "patient" {
			t.Errorf("the Compare page says %q", w.name.Text)
		}
	})
}

// Closing a dialog does not give the keyboard back to a page that was turned meanwhile.
func TestADialogGivesNoKeysToAPageThatIsNotSeen(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.segment(full)
		b.c.ShowPage(ComparePage)
		w.Canvas().Focus(w.compare.Lattice)
		w.showAbout()
		b.another("next", full)
		w.closeDialog()
		if f := w.Canvas().Focused(); b.c.page != ImagesPage || f != nil {
			t.Errorf("%T has the keyboard", f)
		}
	})
}

// The list of references may still be open when its study is closed.
func TestTheReferenceIsOneOfThisStudys(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.compareAll(full)
		b.another("next", flairT2)
		w.compare.OnReference(sequence.Of(sequence.T1ce))
		b.c.ShowPage(ComparePage)
		if b.c.set.Base != flairT2 || len(b.c.wantedCells()) != 3 {
			t.Errorf("the reference is %s, the cells %v", b.c.set.Base, b.c.wantedCells())
		}
	})
}

// The numbers of an exported comparison are those with the reference that it names, though another one was chosen just now.
func TestAnExportedComparisonNamesItsReference(t *testing.T) {
	onBench(t, func(b *bench) {
		b.compareAll(flairT2)
		t2 := sequence.Of(sequence.T2)
		b.c.SetReference(t2) // nothing is scored with it yet
		e, err := b.c.exportable(b.c.shown)
		if err != nil {
			t.Fatal(err)
		}
		if l := e.lattice(); l.Base != e.compare.Base {
			t.Errorf("scored with %s, said to be with %s", e.compare.Base, l.Base)
		}
	})
}
