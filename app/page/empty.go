package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"quorum/app/pane"
)

// Empty is what the stage shows while no study is open, or one that could not be opened.
type Empty struct {
	OnOpen    func()
	OnBuiltIn func()
	OnRecent  func(int)

	Open, BuiltIn *pane.Button

	keys    *pane.Keys
	title   *widget.Label
	failed  *widget.Label
	offers  *fyne.Container // what can be opened
	recent  *fyne.Container
	heading *widget.Label
	content *fyne.Container
}

func newEmpty(keys *pane.Keys) *Empty {
	e := &Empty{keys: keys, failed: widget.NewLabel(""), recent: container.New(layout.NewCustomPaddedVBoxLayout(0)), heading: heading("Recent studies")}
	e.Open = pane.NewButton(keys, "Open…", func() { e.OnOpen() })
	e.Open.Importance = widget.HighImportance
	e.BuiltIn = pane.NewButton(keys, "Try the built-in case", func() { e.OnBuiltIn() })
	e.title = widget.NewLabel("")
	e.title.SizeName, e.title.Alignment = theme.SizeNameHeadingText, fyne.TextAlignCenter
	e.title.Wrapping = fyne.TextWrapWord
	what := widget.NewLabel("FLAIR, T1, T1 with contrast, T2 as NIfTI; any of them may be missing.")
	what.Alignment, what.Wrapping = fyne.TextAlignCenter, fyne.TextWrapWord
	e.failed.Wrapping, e.failed.Importance, e.failed.Alignment = fyne.TextWrapWord, widget.DangerImportance, fyne.TextAlignCenter
	width := canvas.NewRectangle(nil)
	width.SetMinSize(fyne.NewSize(420, 0))
	e.offers = container.NewVBox(what, spacer(8), container.NewCenter(container.NewHBox(e.Open, e.BuiltIn)), spacer(16), e.heading, e.recent)
	column := container.NewVBox(width, e.title, e.failed, e.offers)
	// The card has the theme's background: the words on it follow light and dark, while the stage stays black.
	e.content = container.NewStack(newGround(), container.NewCenter(column))
	return e
}

// ShowUnopened says why a patient of the list could not be opened.
func (e *Empty) ShowUnopened(name, why string) {
	e.say(name+" could not be opened", why)
	e.offers.Hide()
	e.content.Refresh()
}

// Title is what it says above all.
func (e *Empty) Title() string { return e.title.Text }

func (e *Empty) say(title, failed string) {
	e.title.SetText(title)
	e.failed.SetText(failed)
	e.failed.Hidden = failed == ""
}

// Show lists recent studies, and says what went wrong.
func (e *Empty) Show(failed string, recent []Line) {
	e.say("Drop a patient's folder here", failed)
	e.offers.Show()
	e.heading.Hidden = len(recent) == 0
	empty(e.recent)
	for n, line := range recent {
		e.recent.Add(newRow(e.keys, line, func() { e.OnRecent(n) }))
	}
	e.content.Refresh()
}

// ground is a rectangle in the theme's background, light or dark.
type ground struct {
	widget.BaseWidget
	rectangle *canvas.Rectangle
}

func newGround() *ground {
	g := &ground{rectangle: canvas.NewRectangle(theme.Color(theme.ColorNameBackground))}
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer is part of fyne.Widget.
func (g *ground) CreateRenderer() fyne.WidgetRenderer {
	return &groundRenderer{widget.NewSimpleRenderer(g.rectangle), g}
}

type groundRenderer struct {
	fyne.WidgetRenderer
	g *ground
}

// Refresh follows the theme.
func (r *groundRenderer) Refresh() {
	r.g.rectangle.FillColor = theme.Color(theme.ColorNameBackground)
	r.WidgetRenderer.Refresh()
}
