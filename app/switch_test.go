package app

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quorum/viewer/compare"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// another writes and opens a second patient.
func (b *bench) another(name string, u sequence.Subset) {
	b.Helper()
	b.c.Open([]string{writePatient(b.T, filepath.Join(b.state, name), u)})
	b.q.pass(time.Second)
}

func TestNothingOfAStudyIsLeftInTheNext(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.c.SetPreset(compare.All)
		b.c.ComputeCells()
		b.q.pass(1500 * time.Millisecond) // some cells are there, one runs
		b.another("next", withoutT1ce)
		if a := b.c.status(); a.Cancel || a.Text != "" {
			b.Errorf("the next study's status is %+v", a)
		}
		if page := b.c.studyPage(); page.Button != "Segment" || page.Disabled {
			b.Errorf("its button is %q", page.Button)
		}
		b.q.pass(30 * time.Second)
		if b.c.shown != nil || len(b.c.items) != 0 || len(b.c.outcomes) != 0 || b.c.comparison != nil || len(b.c.compareWanted) != 0 {
			b.Errorf("it has %d entries, %d results, waits for %v", len(b.c.items), len(b.c.outcomes), b.c.compareWanted)
		}
		if b.c.lab.open != nil {
			b.Error("the engine still holds the study that was closed")
		}
		b.another("last", full)
		b.c.Segment() // before what was closed was let go
		b.q.pass(3 * time.Second)
		if b.c.lab.open == nil {
			b.Error("the open study was let go with the former one")
		}
	})
}

func TestAResultThatComesLateIsNotTheNextStudys(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		b.c.Segment()
		time.Sleep(1500 * time.Millisecond) // it is ready, and waits for the UI goroutine
		b.c.closeStudy()
		b.q.settle()
		if b.c.shown != nil || len(b.c.outcomes) != 0 {
			b.Error("a result without a study")
		}
	})
}

func TestAnotherModelDropsWhatTheFormerComputed(t *testing.T) {
	onBench(t, func(b *bench) {
		dirs := b.folders("anna", "bert")
		b.c.Open(dirs)
		b.q.pass(time.Second)
		b.c.SegmentAll()
		b.q.pass(10 * time.Second)
		b.c.Toggle(sequence.T1)
		time.Sleep(1500 * time.Millisecond) // ready, and waits for the UI goroutine
		o := b.c.asked
		o.Precision = "bf16"
		b.c.SetPreferences(b.c.prefs, o, func(error) {})
		b.q.pass(5 * time.Second)
		if len(b.c.outcomes) != 0 || b.c.comparison != nil || b.c.shown != nil {
			b.Errorf("%d results of the former engine are left", len(b.c.outcomes))
		}
		b.c.StepPatient(1)
		b.q.pass(time.Second)
		if len(b.c.outcomes) != 0 {
			b.Error("the next patient's result of the former engine is left")
		}
		for _, p := range b.c.Patients() {
			if p.Mark != "new" {
				b.Errorf("%s is %s", p.Name, p.Mark)
			}
		}
	})
}

func TestAPatientThatCannotBeOpenedGetsNobodysResults(t *testing.T) {
	onBench(t, func(b *bench) {
		anna, carl := writePatient(t, filepath.Join(b.state, "anna"), full), writePatient(t, filepath.Join(b.state, "carl"), full)
		bert := filepath.Join(b.state, "bert")
		if err := os.Mkdir(bert, 0o777); err != nil {
			t.Fatal(err)
		}
		b.c.Open([]string{anna, bert, carl})
		b.q.pass(time.Second)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		b.c.StepPatient(1) // bert has no images
		b.q.pass(time.Second)
		list := b.c.Patients()
		if list[0].Mark != "segmented" || list[1].Mark != "new" || list[1].Failed == "" {
			b.Errorf("%+v", list)
		}
		b.c.StepPatient(1) // carl
		b.q.pass(time.Second)
		if b.c.shown != nil || b.c.found.ID != "carl" {
			b.Errorf("%s shows %v", b.c.found.ID, b.c.shown)
		}
		writePatient(t, bert, full)
		b.c.StepPatient(-1)
		b.q.pass(time.Second)
		if b.c.found.ID != "bert" || len(b.c.outcomes) != 0 || b.c.Patients()[1].Failed != "" {
			b.Errorf("%s has %d results", b.c.found.ID, len(b.c.outcomes))
		}
		b.c.StepPatient(-1)
		b.q.pass(time.Second)
		if b.c.outcomes[full] == nil {
			b.Error("anna's result is gone")
		}
	})
}

func TestResultsOfOtherFilesAreNotKept(t *testing.T) {
	onBench(t, func(b *bench) {
		dirs := b.folders("anna", "bert")
		b.c.Open(dirs)
		b.q.pass(time.Second)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		b.c.StepPatient(1)
		b.q.pass(time.Second)
		b.c.StepPatient(-1)
		b.q.pass(time.Second)
		asked, former := len(b.engine.asked), b.c.outcomes[full].labels
		volumes, _ := head()
		other := filepath.Join(b.state, "other.nii")
		writeImage(t, other, volumes[sequence.FLAIR])
		b.c.Assign(sequence.T2, other)
		b.q.pass(2 * time.Second)
		if b.c.found == nil || b.c.found.Files[sequence.T2].Path != other || b.c.doc.Present() != full {
			b.Fatal("the file was not taken")
		}
		// What was shown is computed anew, from the new files.
		if o := b.c.outcomes[full]; len(b.engine.asked) != asked+1 || o == nil || o.labels == former {
			b.Errorf("%d computed, the result of the former files stays", len(b.engine.asked)-asked)
		}
	})
}

func TestAResultDoesNotEndAStroke(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.c.Toggle(sequence.T1ce)
		b.c.ToggleEdit()
		p := b.c.View.Pane(render.Axial, imagePoint)
		b.c.BeginStroke(p, render.Spot{X: 150, Y: 150}, false, false)
		b.q.pass(3 * time.Second) // the result for the toggle comes
		b.c.MoveStroke(p, render.Spot{X: 180, Y: 170})
		b.c.EndStroke()
		if b.c.editing == nil || !b.c.shown.edited() {
			b.Error("the result took the edit away")
		}
		if !b.c.segmented(withoutT1ce) {
			b.Error("the result is not in the list")
		}
	})
}

func TestACellThatFailsIsNotWaitedFor(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		b.engine.fail = errors.New("the device is lost")
		b.c.SetPreset(compare.All)
		b.c.ComputeCells()
		b.q.pass(30 * time.Second)
		if len(b.c.compareWanted) != 0 || len(b.c.MissingCells()) != 1 {
			b.Errorf("waits for %v, misses %v", b.c.compareWanted, b.c.MissingCells())
		}
	})
}

func TestTheSameFailureIsToldEachTime(t *testing.T) {
	onBench(t, func(b *bench) {
		for range 2 {
			b.c.Dismiss()
			b.c.Open([]string{filepath.Join(b.state, "nowhere")})
			b.q.pass(time.Second)
			if !strings.Contains(b.c.Alert(), "nowhere") {
				b.Errorf("alert %q", b.c.Alert())
			}
		}
		same := 0
		for _, n := range b.c.told {
			if strings.Contains(n.Text, "nowhere") {
				same++
			}
		}
		if same != 1 {
			b.Errorf("it stands %d times among the notices", same)
		}
	})
}

// A result that looking ahead has finished may still be on its way when it is asked for.
func TestAResultIsListedOnce(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		b.c.prefs.NoLookAhead = false
		b.c.lookAhead()
		time.Sleep(5500 * time.Millisecond) // four are encoded, the first result is computed, and the UI goroutine has heard of nothing
		b.c.Segment()
		b.q.pass(20 * time.Second)
		if len(b.c.items) != 1 {
			b.Errorf("%d entries", len(b.c.items))
		}
		if n := len(slices.DeleteFunc(slices.Clone(b.engine.asked), func(u sequence.Subset) bool { return u != full })); n > 2 {
			b.Errorf("computed %d times", n)
		}
	})
}

// What the user has switched off in a patient stays so in "Segment all", and the picture of a comparison is measured against what is used.
func TestSegmentAllRespectsWhatIsSwitchedOff(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.Open(b.folders("anna", "bert"))
		b.q.pass(time.Second)
		b.c.Toggle(sequence.T1ce)
		b.c.StepPatient(1)
		b.q.pass(time.Second)
		b.c.SegmentAll()
		b.q.pass(20 * time.Second)
		if !slices.Contains(b.engine.asked, withoutT1ce) {
			t.Errorf("computed: %v", b.engine.asked)
		}
		b.c.StepPatient(-1)
		b.q.pass(time.Second)
		b.c.Segment()
		b.shows(withoutT1ce)
		e, err := b.c.exportable(b.c.shown)
		if err != nil {
			t.Fatal(err)
		}
		if l := e.lattice(); l.Base != withoutT1ce {
			t.Errorf("the picture is measured against %s", l.Base)
		}
	})
}
