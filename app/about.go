package app

import (
	"fmt"
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"quorum/viewer/session"
	"quorum/viewer/wording"
)

// showKeys is the sheet of keys and mouse.
func (w *window) showKeys() {
	// Labels, and a form of texts too, would stand so far apart that a screen does not hold them.
	var columns [4]*fyne.Container // keys and names, and once more
	for n := range columns {
		columns[n] = container.New(layout.NewCustomPaddedVBoxLayout(2))
	}
	add := func(column int, text string) {
		words := canvas.NewText(text, theme.Color(theme.ColorNameForeground))
		words.TextStyle.Bold = column%2 == 0
		columns[column].Add(words)
	}
	var lines [][2]string
	for _, c := range w.commands {
		if c.keys != "" && c.name != "" {
			lines = append(lines, [2]string{c.keys, c.name})
		}
	}
	for _, m := range mouseLines {
		lines = append(lines, [2]string{m[1], m[0]})
	}
	for n, l := range lines {
		at := 0
		if n >= (len(lines)+1)/2 {
			at = 2
		}
		add(at, l[0])
		add(at+1, l[1])
	}
	beside := func(gap float32, o ...fyne.CanvasObject) *fyne.Container {
		return container.New(layout.NewCustomPaddedHBoxLayout(gap), o...)
	}
	left, right := beside(16, columns[0], columns[1]), beside(16, columns[2], columns[3])
	size := w.Canvas().Size().SubtractWidthHeight(80, 210)
	sheet := beside(40, left, right)
	if sheet.MinSize().Width > size.Width {
		sheet = container.NewVBox(left, right)
	}
	note := widget.NewLabel("Keys and mouse are those of ITK-SNAP where it has them. Not so: 1 to 4 show the sequences here.")
	note.Wrapping = fyne.TextWrapWord
	scroll := container.NewVScroll(container.New(layout.NewCustomPaddedLayout(0, 0, 8, 16), sheet))
	scroll.SetMinSize(fyne.NewSize(min(780, size.Width), max(200, min(size.Height, scroll.Content.MinSize().Height))))
	w.showDialog("keys", "Keys and mouse", container.NewBorder(note, nil, nil, nil, scroll), "", "Close", 0, func() { w.closeDialog() }, nil)
}

// showAbout says what this is and what it is made of.
func (w *window) showAbout() {
	text := fmt.Sprintf("Quorum %s\n%s\n\nOutlines brain tumours in MRI from any of FLAIR, T1, T1 with contrast and T2. Method: LCKD (MICCAI 2023).\n",
		w.c.options.Version, runtime.GOOS+"/"+runtime.GOARCH+", "+runtime.Version())
	if m := w.c.machine; m != nil {
		text += fmt.Sprintf("\nComputed by %s.\n%s\n", m.Backend.String(), m.Model.Origin())
	}
	text += "\nMade with Fyne (BSD 3-Clause), ONNX Runtime (MIT), onnxruntime_go (MIT), klauspost/compress (Apache 2.0, BSD 3-Clause), fpdf (MIT), Go and " +
		"the Go fonts (BSD 3-Clause). Quorum itself: MIT licence. All notices: licences, THIRD_PARTY.md and LICENSE beside the program."
	use := widget.NewLabel(wording.ResearchUse)
	use.Wrapping, use.TextStyle.Bold = fyne.TextWrapWord, true
	body := widget.NewLabel(text)
	body.Wrapping, body.Selectable = fyne.TextWrapWord, true
	w.showDialog("about", "About Quorum", container.NewVBox(use, body), "", "Close", 520, func() { w.closeDialog() }, nil)
}

// askClose asks before unsaved edits or a running job are left, and then closes.
func (w *window) askClose() {
	w.c.EndStroke()
	text := w.c.closingLoses()
	if text == "" {
		w.leave()
		return
	}
	w.Confirm(Question{Title: "Close Quorum?", Text: text, Yes: "Close", No: "Stay", Then: func(yes bool) {
		if yes {
			w.leave()
		}
	}})
}

// leave remembers everything and closes the window.
func (w *window) leave() {
	w.remember()
	w.Hide() // what is being written may take a moment
	w.end()
	// The toolkit has preferences of its own, writes them at the end and reads them again while it does, half of them, unless it has just
	// written them: this writes them.
	w.app.Preferences().RemoveValue("")
	w.Close()
}

// remembers puts into the session what must be found again.
func (w *window) remembers() {
	size := w.Canvas().Size()
	if !w.images.Only() {
		w.c.session.Window = session.Size{Width: size.Width, Height: size.Height}
	}
	left, right := w.images.Widths()
	w.c.session.Panels = session.Panels{Left: left, Right: right}
	w.c.Leave()
}
