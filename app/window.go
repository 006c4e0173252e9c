package app

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"quorum/viewer/sequence"
)

// window ties the controller to what is on the screen.
type window struct {
	fyne.Window
	c     *Controller
	text  *widget.Label
	state *widget.Label
}

func newWindow(a fyne.App, c *Controller) *window {
	w := &window{Window: a.NewWindow("Quorum"), c: c, text: widget.NewLabel(""), state: widget.NewLabel("")}
	c.screen = w
	w.text.Wrapping = fyne.TextWrapWord
	w.SetContent(container.NewBorder(nil, w.state, nil, nil, w.text))
	w.Resize(fyne.NewSize(1280, 800))
	w.SetOnDropped(func(_ fyne.Position, list []fyne.URI) {
		var paths []string
		for _, u := range list {
			paths = append(paths, u.Path())
		}
		c.open(paths)
	})
	w.Refresh(Everything)
	return w
}

// Refresh implements Screen.
func (w *window) Refresh(Change) {
	c := w.c
	var lines []string
	switch {
	case c.failed != "":
		lines = append(lines, c.failed)
	case c.found == nil && c.busy == "":
		lines = append(lines, "Drop a patient's folder here. FLAIR, T1, T1 with contrast, T2 as NIfTI; any of them may be missing.")
	}
	if c.found != nil {
		lines = append(lines, c.found.ID)
		for _, q := range sequence.All {
			line := q.String() + ": no file"
			if f := c.found.Files[q]; f != nil {
				line = q.String() + ": " + f.Why
			}
			if c.seen[q].Volume != nil {
				line += " - read"
			}
			lines = append(lines, line)
		}
	}
	if c.doc != nil {
		for _, p := range c.doc.Problems() {
			lines = append(lines, sentence(p))
		}
	}
	w.text.SetText(strings.Join(lines, "\n"))
	switch {
	case c.busy != "":
		w.state.SetText(c.busy)
	case c.doc != nil && c.doc.Loaded != nil:
		w.state.SetText("ready")
	default:
		w.state.SetText("")
	}
}
