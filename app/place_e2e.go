//go:build e2e

package app

import (
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// In the program that end-to-end tests drive, the signal SIGUSR1 writes to the log where every control lies and what stands on it, so that
// the tests click where a person would and the layout stays free.
func init() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGUSR1)
	go func() {
		for range asked {
			fyne.Do(tellPlaces)
		}
	}()
}

// tellPlaces writes a line for each visible control and each line of words: kind, words, rectangle in device pixels of the window, and whether it lies in a popup.
func tellPlaces() {
	for _, w := range fyne.CurrentApp().Driver().AllWindows() {
		c := w.Canvas()
		tell := placeTeller{canvas: c}
		const far = 1e6 // the window cuts nothing here: what lies outside it is a mistake to be found
		all := clip{-far, -far, far, far}
		tell.walk(c.Content(), fyne.NewPos(0, 0), all)
		tell.popup = true
		for _, o := range c.Overlays().List() {
			tell.walk(o, fyne.NewPos(0, 0), all)
		}
	}
	slog.Info("places told")
}

type placeTeller struct {
	canvas fyne.Canvas
	popup  bool
}

// clip is the part of the window that an object can be seen in: left, top, right, bottom. Scrollers cut.
type clip [4]float32

func (c clip) cut(at fyne.Position, size fyne.Size) clip {
	return clip{max(c[0], at.X), max(c[1], at.Y), min(c[2], at.X+size.Width), min(c[3], at.Y+size.Height)}
}

func (c clip) empty() bool { return c[0] >= c[2] || c[1] >= c[3] }

func (p placeTeller) walk(o fyne.CanvasObject, at fyne.Position, seen clip) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	_, tappable := o.(fyne.Tappable)
	_, mouse := o.(desktop.Mouseable)
	_, focusable := o.(fyne.Focusable)
	text, written := o.(*canvas.Text)
	if _, scrolls := o.(*container.Scroll); scrolls {
		seen = seen.cut(at, o.Size())
	}
	if whole := seen.cut(at, o.Size()); (tappable || mouse || focusable || written && text.Text != "") && !whole.empty() {
		x0, y0 := p.canvas.PixelCoordinateForPosition(fyne.NewPos(whole[0], whole[1]))
		x1, y1 := p.canvas.PixelCoordinateForPosition(fyne.NewPos(whole[2], whole[3]))
		slog.Info("place", "kind", strings.TrimPrefix(fmt.Sprintf("%T", o), "*"), "text", wordsOf(o), "popup", p.popup, "x", x0, "y", y0, "w", x1-x0, "h", y1-y0)
	}
	for _, child := range childrenOf(o) {
		p.walk(child, at, seen)
	}
}

func childrenOf(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case fyne.Widget:
		return test.WidgetRenderer(o).Objects()
	}
	return nil
}

// wordsOf is what can be read on an object, each line of words once.
func wordsOf(o fyne.CanvasObject) string {
	var words []string
	var gather func(fyne.CanvasObject)
	gather = func(o fyne.CanvasObject) {
		if o == nil || !o.Visible() {
			return
		}
		if t, ok := o.(*canvas.Text); ok && t.Text != "" && (len(words) == 0 || words[len(words)-1] != t.Text) {
			words = append(words, t.Text)
		}
		for _, child := range childrenOf(o) {
			gather(child)
		}
	}
	gather(o)
	return strings.Join(words, " ")
}
