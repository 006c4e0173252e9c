package app

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"quorum/app/pane"
	"quorum/segment/engine"
	"quorum/segment/ort"
	"quorum/viewer/sequence"
)

// picky opens no engine with the model bad.onnx and none on webgpu; openvino needs another library.
func picky(o engine.Options) error {
	switch {
	case strings.HasSuffix(o.Model, "bad.onnx"):
		return errors.New("bad.onnx: this is not an ONNX model")
	case o.Device == ort.WebGPU:
		return fmt.Errorf("webgpu: %w", ort.ErrNoAdapter)
	case o.Device == ort.OpenVINO:
		return &ort.LibraryError{What: "another is loaded", Hint: "start again", Err: ort.ErrOtherLibrary}
	}
	return nil
}

// choose saves other options and waits; it returns how that ended.
func (b *bench) choose(change func(*engine.Options)) (done bool, err error) {
	b.Helper()
	o := b.c.asked
	change(&o)
	b.c.SetPreferences(b.c.prefs, o, func(e error) { done, err = true, e })
	b.q.pass(3 * time.Second)
	return done, err
}

// Whatever is wrong with another model or device is found out before anything of the former is let go.
func TestWhatCannotBeUsedTakesNobodysPlace(t *testing.T) {
	for name, change := range map[string]func(*engine.Options){
		"model":  func(o *engine.Options) { o.Model = "bad.onnx" },
		"device": func(o *engine.Options) { o.Device = ort.WebGPU },
	} {
		onBench(t, func(b *bench) {
			b.c.Open(b.folders("anna", "bert"))
			b.q.pass(time.Second)
			b.c.SegmentAll()
			b.q.pass(10 * time.Second)
			b.refuse = picky
			before := b.c.prefs
			done, err := b.choose(change)
			if !done || err == nil || b.c.prefs != before {
				b.Errorf("%s: %v, the preferences are %+v", name, err, b.c.prefs)
			}
			b.shows(full)
			if b.c.Alert() != "" || b.c.Patients()[1].Mark != "segmented" {
				b.Errorf("%s: alert %q, patients %+v", name, b.c.Alert(), b.c.Patients())
			}
			b.c.Toggle(sequence.T1ce) // the former engine computes
			b.q.pass(2 * time.Second)
			b.shows(withoutT1ce)
		})
	}
}

func TestAGoodModelTakesTheFormersPlace(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		mine := b.stroke()
		b.q.pass(time.Second)
		b.refuse = picky
		o := b.c.asked
		o.Model = "good.onnx"
		told := false
		b.c.SetPreferences(b.c.prefs, o, func(err error) { told = err == nil })
		b.q.pass(500 * time.Millisecond) // it is being tried
		if b.c.outcomes[full] == nil || b.c.prefs.Model != "" {
			b.Error("the results went before the other model was known to be good")
		}
		b.q.pass(2 * time.Second)
		if !told || len(b.c.outcomes) != 0 || b.c.prefs.Model != "good.onnx" || b.c.machine == nil {
			b.Errorf("taken %v, %d results, preferences %+v", told, len(b.c.outcomes), b.c.prefs)
		}
		if !b.c.has(mine) || !mine.edited() {
			b.Error("the edit went with the results")
		}
		if stored, _ := b.c.store.Preferences(); stored.Model != "good.onnx" {
			b.Errorf("stored: %+v", stored)
		}
	})
}

func TestATrialThatIsStoppedChangesNothing(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.refuse = picky
		o := b.c.asked
		o.Model = "good.onnx"
		for _, after := range []time.Duration{500 * time.Millisecond, 1500 * time.Millisecond} { // while it runs; when its end waits for the UI goroutine
			stop := b.c.SetPreferences(b.c.prefs, o, func(error) { b.Error("told of its end") })
			time.Sleep(after)
			stop()
			b.q.pass(3 * time.Second)
			b.shows(full)
			if b.c.prefs.Model != "" {
				b.Errorf("preferences %+v", b.c.prefs)
			}
		}
	})
}

// One process loads one library: a device that needs the other one is for the next start.
func TestADeviceOfTheOtherLibraryIsForTheNextStart(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.refuse = picky
		done, err := b.choose(func(o *engine.Options) { o.Device = ort.OpenVINO })
		if !done || err != nil || b.c.prefs.Device != ort.OpenVINO || len(b.c.told) != 1 || !strings.Contains(b.c.told[0].Text, "started again") {
			b.Errorf("%v, preferences %+v, told %v", err, b.c.prefs, b.c.told)
		}
		b.shows(full)
		b.c.Toggle(sequence.T1ce) // the former computes meanwhile
		b.q.pass(2 * time.Second)
		b.shows(withoutT1ce)
	})
}

func TestWhatChangesNothingCostsNoResults(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		p := b.c.prefs
		p.Theme = "dark"
		b.c.SetPreferences(p, b.c.asked, func(err error) {
			if err != nil {
				b.Error(err)
			}
		})
		b.shows(full)
		if b.c.prefs != p {
			b.Errorf("preferences %+v", b.c.prefs)
		}
	})
}

// What this run alone was started with is not for good, and can be changed.
func TestTheCommandLineIsNotForGood(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.options.Model, b.c.options.Device = "mine.onnx", ort.CPU
		b.c.startEngine(b.c.firstOptions())
		b.q.settle()
		if _, err := b.choose(func(o *engine.Options) { o.Precision = ort.AutoPrecision }); err != nil || b.c.prefs.Model != "" || b.c.prefs.Device != "" {
			b.Errorf("%v, preferences %+v", err, b.c.prefs)
		}
		if _, err := b.choose(func(o *engine.Options) { o.Model = "" }); err != nil || b.c.asked != (engine.Options{Device: ort.CPU, Precision: ort.AutoPrecision}) {
			b.Errorf("%v, asked for %+v", err, b.c.asked)
		}
	})
}

// At the start there is nothing to go back to: the fastest device computes in place of one that cannot be had.
func TestAtTheStartAnotherDeviceComputes(t *testing.T) {
	onBench(t, func(b *bench) {
		b.refuse = picky
		b.c.startEngine(engine.Options{Device: ort.WebGPU})
		b.q.pass(3 * time.Second)
		if b.c.machine == nil || len(b.c.told) != 1 || !strings.Contains(b.c.told[0].Text, "cannot be used, so") {
			b.Errorf("told %v", b.c.told)
		}
	})
}

// What was said about an engine goes with it.
func TestNoticesOfAnEngineGoWithIt(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.c.Tell(Notice{Text: "This model means nothing.", Grave: true, about: theEngine})
		if _, err := b.choose(func(o *engine.Options) { o.Model = "good.onnx" }); err != nil || len(b.c.Notices()) != 0 || b.c.Alert() != "" {
			b.Errorf("%v, notices %v, alert %q", err, b.c.Notices(), b.c.Alert())
		}
	})
}

// The dialog stays with the reason as long as what was chosen cannot be used.
func TestPreferencesStayOpenUntilTheyCanBeUsed(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.segment(full)
		b.refuse = picky
		w.askPreferences()
		path := over(t, w, func(*entry) bool { return true })
		says := func(words string) bool {
			for _, o := range w.Canvas().Overlays().List() {
				for _, o := range test.LaidOutObjects(o) {
					if a, ok := o.(*answer); ok && strings.Contains(a.Text, words) {
						return true
					}
				}
			}
			return false
		}
		path.SetText("bad.onnx")
		if !says("has been computed so far") {
			t.Error("nobody is told beforehand that results go")
		}
		w.acceptDialog()
		b.q.settle()
		if !says("Trying") {
			t.Error("nobody is told that it is being tried")
		}
		b.q.pass(2 * time.Second)
		if w.dialog.popup == nil || !says("not an ONNX model") {
			t.Fatal("the dialog closed, or does not say why it stays")
		}
		path.SetText("good.onnx")
		w.acceptDialog()
		b.q.settle()
		w.escape() // while it is being tried
		b.q.pass(2 * time.Second)
		b.shows(full)
		w.askPreferences()
		over(t, w, func(*entry) bool { return true }).SetText("good.onnx")
		w.acceptDialog()
		b.q.pass(2 * time.Second)
		if w.dialog.popup != nil || !strings.HasSuffix(b.c.prefs.Model, "good.onnx") {
			t.Errorf("preferences %+v", b.c.prefs)
		}
	})
}

// Of an engine that was tried and not taken nothing stays.
func TestATrialThatIsStoppedLeavesNoEngine(t *testing.T) {
	onBench(t, func(b *bench) {
		o := b.c.asked
		o.Model = "good.onnx"
		stop := b.c.SetPreferences(b.c.prefs, o, func(error) { b.Error("told of its end") })
		time.Sleep(2 * time.Second) // it is open, and its end waits for the UI goroutine
		stop()
		b.q.pass(time.Second)
		if b.c.lab.tried != nil {
			b.Error("it is kept for nobody")
		}
	})
}

// Nobody is offered a device that his system cannot have; one that another system's preferences ask for is shown all the same.
func TestDevicesOfThisSystemAreOffered(t *testing.T) {
	foreign := map[string]string{"linux": ort.CoreML, "windows": ort.CoreML, "darwin": ort.DirectML}[runtime.GOOS]
	onWindow(t, func(b *bench, w *window) {
		offered := func(asked string) *pane.Choice {
			w.c.asked.Device = asked
			w.askPreferences()
			defer w.closeDialog()
			return over(t, w, func(c *pane.Choice) bool { return slices.Contains(c.Options, ort.WebGPU) })
		}
		if c := offered(ort.CPU); slices.Contains(c.Options, foreign) || c.Options[0] != ort.Auto || c.Selected != ort.CPU {
			t.Errorf("%s is chosen of %v", c.Selected, c.Options)
		}
		if c := offered(foreign); c.Selected != foreign {
			t.Errorf("%s is asked for, %q is shown of %v", foreign, c.Selected, c.Options)
		}
	})
}
