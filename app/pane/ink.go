package pane

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// The colours on the stage, which is black in both themes.
var (
	stageInk    = color.NRGBA{R: 242, G: 242, B: 242, A: 255}
	stageQuiet  = color.NRGBA{R: 176, G: 176, B: 176, A: 255}
	stageWarn   = color.NRGBA{R: 255, G: 176, B: 32, A: 255}
	stageAccent = color.NRGBA{R: 92, G: 164, B: 255, A: 255} // crosshair, focus
	stageLine   = color.NRGBA{R: 48, G: 48, B: 48, A: 255}   // between panes
	shadow      = color.NRGBA{A: 210}
)

// inked is a line of words that can be read on any image: over dark copies of itself. The raster stays free of words.
type inked struct {
	dark  [2]*canvas.Text
	light *canvas.Text
	text  string
	at    fyne.Position
}

func newInked(size float32, align fyne.TextAlign, ink color.Color) *inked {
	make := func(c color.Color) *canvas.Text {
		t := canvas.NewText("", c)
		t.TextSize, t.Alignment, t.TextStyle.Bold = size, align, size > textSize
		return t
	}
	return &inked{dark: [2]*canvas.Text{make(shadow), make(shadow)}, light: make(ink)}
}

func (i *inked) add(list []fyne.CanvasObject) []fyne.CanvasObject {
	return append(list, i.dark[0], i.dark[1], i.light)
}

// set changes words and colour; nothing is drawn anew where they stay.
func (i *inked) set(text string, ink color.Color) {
	if text == i.text && ink == i.light.Color {
		return
	}
	i.text, i.light.Color = text, ink
	for _, t := range []*canvas.Text{i.dark[0], i.dark[1], i.light} {
		t.Text, t.Hidden = text, text == ""
		t.Refresh()
	}
	i.put(i.at.X, i.at.Y)
}

// put lays the words with their middle at height y; see lay.
func (i *inked) put(x, y float32) {
	i.at = fyne.NewPos(x, y)
	if i.text == "" {
		return
	}
	lay(i.dark[0], x+1, y+1)
	lay(i.dark[1], x-1, y)
	lay(i.light, x, y)
}

// width is that of the words.
func (i *inked) width() float32 {
	if i.text == "" {
		return 0
	}
	return i.light.MinSize().Width
}
