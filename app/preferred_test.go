package app

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"quorum/segment/engine"
	"quorum/segment/ort"
	"quorum/viewer/sequence"
	"quorum/viewer/session"
)

// picky opens no engine with the model bad.onnx and none on webgpu; openvino needs another library.
func picky(o engine.Options) error {
	switch {
	case o.Model == "bad.onnx":
		return errors.New("bad.onnx: this is not an ONNX model")
	case o.Device == ort.WebGPU:
		return fmt.Errorf("webgpu: %w", ort.ErrNoAdapter)
	case o.Device == ort.OpenVINO:
		return &ort.LibraryError{What: "another is loaded", Hint: "start again", Err: ort.ErrOtherLibrary}
	}
	return nil
}

// choose saves preferences and waits; it returns how that ended.
func (b *bench) choose(change func(*session.Preferences)) (done bool, err error) {
	b.Helper()
	p := b.c.prefs
	change(&p)
	b.c.SetPreferences(p, func(e error) { done, err = true, e })
	b.q.pass(3 * time.Second)
	return done, err
}

// Whatever is wrong with another model or device is found out before anything of the former is let go.
func TestWhatCannotBeUsedTakesNobodysPlace(t *testing.T) {
	for name, change := range map[string]func(*session.Preferences){
		"model":  func(p *session.Preferences) { p.Model = "bad.onnx" },
		"device": func(p *session.Preferences) { p.Device = ort.WebGPU },
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
		p := b.c.prefs
		p.Model = "good.onnx"
		if !b.c.LosesResults(p) {
			b.Error("nobody is told that results go")
		}
		told := false
		b.c.SetPreferences(p, func(err error) { told = err == nil })
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
		p := b.c.prefs
		p.Model = "good.onnx"
		for _, after := range []time.Duration{500 * time.Millisecond, 1500 * time.Millisecond} { // while it runs; when its end waits for the UI goroutine
			stop := b.c.SetPreferences(p, func(error) { b.Error("told of its end") })
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
		done, err := b.choose(func(p *session.Preferences) { p.Device = ort.OpenVINO })
		if !done || err != nil || b.c.prefs.Device != ort.OpenVINO || len(b.c.told) != 1 || !strings.Contains(b.c.told[0].Text, "started again") {
			b.Errorf("%v, preferences %+v, told %v", err, b.c.prefs, b.c.told)
		}
		b.shows(full)
		if done, err := b.choose(func(p *session.Preferences) { p.Device = "" }); !done || err != nil { // what computes all the time
			b.Error(err)
		}
		b.shows(full)
	})
}

func TestWhatChangesNothingCostsNoResults(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.refuse = picky
		if _, err := b.choose(func(p *session.Preferences) { p.Theme, p.Device, p.Precision = "dark", ort.Auto, ort.F32 }); err != nil {
			b.Error(err)
		}
		b.shows(full)
		if b.c.prefs.Theme != "dark" {
			b.Errorf("preferences %+v", b.c.prefs)
		}
	})
}

// What only this run was started with holds until the user chooses something else.
func TestPreferencesComeAfterTheCommandLine(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, folder, nil)
		b.c.options.Model, b.c.options.Device = "mine.onnx", ort.CPU
		b.c.startEngine(b.c.firstOptions())
		p := b.c.prefs
		p.Theme = "dark"
		if b.c.LosesResults(p) {
			t.Error("another look is another engine")
		}
		p.Model = "other.onnx"
		if o := b.c.optionsUnder(p); o.Model != "other.onnx" || o.Device != ort.CPU {
			t.Errorf("%+v", o)
		}
		b.jobs.Close(time.Minute)
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
		if _, err := b.choose(func(p *session.Preferences) { p.Model = "good.onnx" }); err != nil || len(b.c.Notices()) != 0 || b.c.Alert() != "" {
			b.Errorf("%v, notices %v, alert %q", err, b.c.Notices(), b.c.Alert())
		}
	})
}
