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
		tell.walk(c.Content(), fyne.NewPos(0, 0), false)
		for _, o := range c.Overlays().List() {
			tell.walk(o, fyne.NewPos(0, 0), true)
		}
	}
	slog.Info("places told")
}

type placeTeller struct{ canvas fyne.Canvas }

func (p placeTeller) walk(o fyne.CanvasObject, at fyne.Position, popup bool) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	_, tappable := o.(fyne.Tappable)
	_, mouse := o.(desktop.Mouseable)
	_, focusable := o.(fyne.Focusable)
	text, written := o.(*canvas.Text)
	if tappable || mouse || focusable || written && text.Text != "" {
		x0, y0 := p.canvas.PixelCoordinateForPosition(at)
		x1, y1 := p.canvas.PixelCoordinateForPosition(at.Add(o.Size()))
		slog.Info("place", "kind", strings.TrimPrefix(fmt.Sprintf("%T", o), "*"), "text", wordsOf(o), "popup", popup, "x", x0, "y", y0, "w", x1-x0, "h", y1-y0)
	}
	for _, child := range childrenOf(o) {
		p.walk(child, at, popup)
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
