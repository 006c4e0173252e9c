package app

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"quorum/app/pane"
	"quorum/segment/engine"
	"quorum/segment/ort"
	"quorum/viewer/session"
)

// looks are the choices of the theme, in words and as they are stored.
var looks = []struct{ name, key string }{{"as the system", ""}, {"light", string(LightLook)}, {"dark", string(DarkLook)}}

// modelFilter lets model files through.
type modelFilter struct{}

// Matches is part of storage.FileFilter.
func (modelFilter) Matches(u fyne.URI) bool {
	return strings.HasSuffix(strings.ToLower(u.Path()), ".onnx")
}

// askPreferences shows what is chosen for good. Another model or device is tried before the dialog closes.
func (w *window) askPreferences() {
	p, o := w.c.prefs, w.c.asked
	var lookNames []string
	for _, l := range looks {
		lookNames = append(lookNames, l.name)
	}
	look := pane.NewChoice(w.keys, lookNames, nil)
	for _, l := range looks {
		if l.key == p.Theme {
			look.Put(l.name)
		}
	}
	device := pane.NewChoice(w.keys, devicesHere(o.Device), nil)
	device.Put(o.Device)
	precision := pane.NewChoice(w.keys, []string{ort.F32, ort.AutoPrecision, ort.BF16}, nil)
	precision.Put(o.Precision)
	model, row := w.fileRow(o.Model, "", modelFilter{})
	model.SetPlaceHolder("the built-in model")
	ahead := pane.NewTick(w.keys, "Compute ahead in idle time what is likely to be asked for next", nil)
	ahead.Put(!p.NoLookAhead)
	chosen := func() engine.Options {
		return engine.Options{Model: modelPath(model.Text), Device: valueOr(device.Selected, o.Device), Precision: valueOr(precision.Selected, o.Precision)}
	}
	loss, said := newAnswer(), newAnswer()
	loss.Importance = widget.WarningImportance
	stop := func() {} // ends the trial that is under way
	changed := func(string) {
		stop()
		said.SetText("")
		loss.SetText("")
		if chosen() != o {
			loss.SetText("What has been computed so far, of every patient, goes when another model or device takes over. Edits and saved masks stay.")
		}
	}
	device.OnChanged, precision.OnChanged, model.OnChanged = changed, changed, changed
	form := container.NewVBox(widget.NewForm(
		widget.NewFormItem("Appearance", look), widget.NewFormItem("Device", device), widget.NewFormItem("Precision", precision), widget.NewFormItem("Model file", row),
	), ahead, loss, said)
	w.showDialog("preferences", "Preferences", form, "Save", "Cancel", 520, func() {
		stop() // it is pressed again
		if n := slices.Index(lookNames, look.Selected); n >= 0 {
			p.Theme = looks[n].key
		}
		p.NoLookAhead = !ahead.Checked
		stop = w.tryPreferences(p, chosen(), said, func(err error) {
			if err != nil {
				text := "This cannot be used, and nothing was changed: " + inWindow(err.Error())
				if m := chosen().Model; m != "" && m != o.Model {
					text += ". Without a path the built-in model computes."
				}
				said.refuse(text)
				return
			}
			w.finishDialog()
			w.app.Settings().SetTheme(newTheme(Look(valueOr(p.Theme, string(SystemLook)))))
		})
	}, func() { stop() })
}

// devicesHere are the devices that this operating system can have; and the one that is asked for, which may come from another system.
func devicesHere(asked string) []string {
	list := ort.DevicesOn(runtime.GOOS)
	if !slices.Contains(list, asked) {
		list = append(list, asked)
	}
	return list
}

// tryPreferences saves preferences if they can be used, and says meanwhile how long that takes. done is not called after stop.
func (w *window) tryPreferences(p session.Preferences, o engine.Options, says *answer, done func(error)) (stop func()) {
	began := w.c.now()
	tell := func() {
		says.say(fmt.Sprintf("Trying what was chosen: %.0f s. Cancel ends it, and everything stays as it is.", w.c.now().Sub(began).Seconds()), widget.MediumImportance)
	}
	tell()
	still := w.c.jobs.Every(time.Second, tell)
	end := w.c.SetPreferences(p, o, func(err error) {
		still()
		done(err)
	})
	return func() {
		still()
		end()
	}
}

// modelPath is a typed path that holds wherever the program is started next.
func modelPath(text string) string {
	path := typedPath(text)
	if full, err := filepath.Abs(path); err == nil && path != "" {
		return full
	}
	return path
}

func valueOr(value, other string) string {
	if value == "" {
		return other
	}
	return value
}
