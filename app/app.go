// Package app is the window: it shows and reports, and leaves looking to package viewer and computing to package segment. Everything in it
// lives on the UI goroutine but what Jobs runs.
package app

import (
	"context"
	"image"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"

	"quorum/assets"
	"quorum/segment/ort"
	"quorum/viewer/session"
)

// Devices that can be asked for, on whatever system.
var Devices = []string{ort.Auto, ort.CPU, ort.OpenVINO, ort.WebGPU, ort.CUDA, ort.DirectML, ort.CoreML}

// Options of one run of the program.
type Options struct {
	Paths   []string // to open: a folder, several, or loose files
	Device  string   // what computes; "" = as in the preferences
	Model   string   // model file; "" = as in the preferences
	BuiltIn bool     // open the synthetic case
	Version string
	Screen  func() image.Point // the size of the screen once there is a window, pixels; zero = not known
}

// patience is how long closing waits for work that does not hear.
const patience = 3 * time.Second

// heap is the soft limit of Go's own memory: the collector works harder near it. Images, features and fifteen results of a usual study stay
// well below; the rest of what the program may take is the runtime library's.
const heap = 800 << 20

// Run shows the window until it is closed.
func Run(a fyne.App, o Options) {
	debug.SetMemoryLimit(heap)
	closeLog := startLog()
	defer closeLog()
	a.SetIcon(fyne.NewStaticResource("quorum.png", assets.Icon()))
	folder, err := session.Folder()
	if err != nil {
		folder = filepath.Join(os.TempDir(), "quorum") // nothing is found again, and nothing else is lost
		slog.Warn("no state folder", "error", err)
	}
	// After the last frame the driver would run what is posted on the goroutine that posts it: nothing may come once the window closes.
	var stopped atomic.Bool
	var w *window
	jobs := NewJobs(context.Background(), func(f func()) {
		if !stopped.Load() {
			fyne.Do(func() {
				if !stopped.Load() {
					w.safely(f)
				}
			})
		}
	})
	c := newController(jobs, openEngine, session.NewStore(folder), o)
	a.Settings().SetTheme(newTheme(Look(valueOr(c.prefs.Theme, string(SystemLook)))))
	w = newWindow(a, c)
	w.remember = sync.OnceFunc(w.remembers)
	w.end = sync.OnceFunc(func() {
		stopped.Store(true)
		jobs.Close(patience)
		slog.Info("window closed")
	})
	a.Lifecycle().SetOnStarted(func() {
		slog.Info("window shown", "version", o.Version)
		w.fit(o.Screen())
		w.safely(c.StartUp)
	})
	jobs.OnSignal(func() { w.safely(w.leave) })
	a.Lifecycle().SetOnExitedForeground(w.keys.Release)
	w.ShowAndRun()
	w.safely(w.remember) // the driver ends by itself on a signal, too: then no window can be asked to close
	w.end()
}

// startLog sends the log to the file that QUORUM_LOG names, else to standard error.
func startLog() (end func()) {
	to, end := os.Stderr, func() {}
	if path := os.Getenv("QUORUM_LOG"); path != "" {
		if f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err == nil {
			to, end = f, func() { _ = f.Close() }
		}
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(to, nil)))
	return end
}
