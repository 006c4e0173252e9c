package page

import (
	"fmt"
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"quorum/app/pane"
	"quorum/viewer"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Volume is one line of volumes: a region, or a part.
type Volume struct {
	Name   string
	Text   string // "84.21 mL"
	Colour color.Color
	Eye    bool // it can be hidden
	Hidden bool
}

// Result is what the panel on the right shows: what came out.
type Result struct {
	None    string // said in place of everything, where there is no result
	Subset  sequence.Subset
	From    string
	Mark    string                    // "from the former selection", "edited by hand"
	Regions [label.RegionCount]Volume // whole tumour, core, enhancing
	Parts   []Volume                  // with the overlay of parts: NCR, ED, ET
	Trust   string                    // how reliable such results are
	Model   string                    // where the model comes from
	Foreign bool                      // nothing vouches for it
	Place   string                    // "lesion 1 of 3: 12.34 mL", or why there is none
	Steps   bool                      // there are places to step through
	Overlay viewer.Overlay
	Maps    bool   // there is an agreement map
	Legend  string // of the agreement map
	Items   []Line
	Export  bool
}

// ResultPanel is the panel on the right.
type ResultPanel struct {
	OnEyeRegion func(label.Region)
	OnEyePart   func(label.Label)
	OnLesion    func(forward bool)
	OnShow      func(viewer.Show)
	OnRegion    func(label.Region)
	OnOpacity   func(float64)
	OnDrawing   func(viewer.Drawing)
	OnSafe      func(bool)
	OnItem      func(int)
	OnItemMenu  func(int, fyne.Position)
	OnEdit      func()
	OnExport    func()

	Export, Edit *pane.Button

	keys    *pane.Keys
	none    *widget.Label
	body    *fyne.Container
	symbols *pane.Symbols
	from    *widget.Label
	mark    *widget.Label
	regions [label.RegionCount]*volumeRow
	parts   [label.RegionCount]*volumeRow
	trust   *widget.Label
	model   *widget.Label
	looks   *fyne.Container
	listed  *fyne.Container
	place   *widget.Label
	steps   [2]*pane.Button
	places  *fyne.Container
	show    *pane.Segmented
	region  *pane.Segmented
	legend  *widget.Label
	opacity *pane.Level
	drawing *pane.Choice
	safe    *pane.Tick
	items   *fyne.Container
	last    []Line
	content fyne.CanvasObject
}

// Told is the order in which regions are shown.
var told = [label.RegionCount]label.Region{label.RegionWT, label.RegionTC, label.RegionET}

// drawings are the names of the drawings.
var drawings = []string{"Fill and outline", "Fill", "Outline"}

// quiet is a label in the quiet colour, wrapped.
func quiet() *widget.Label {
	l := widget.NewLabel("")
	l.Wrapping, l.Importance, l.SizeName = fyne.TextWrapWord, widget.MediumImportance, theme.SizeNameCaptionText
	return l
}

func heading(text string) *widget.Label {
	l := widget.NewLabel(text)
	l.TextStyle.Bold = true
	return l
}

func newResultPanel(keys *pane.Keys) *ResultPanel {
	p := &ResultPanel{
		keys: keys, none: widget.NewLabel(""), symbols: pane.NewSymbols(0), from: widget.NewLabel(""), mark: widget.NewLabel(""), trust: quiet(), model: quiet(),
		place: widget.NewLabel(""), legend: quiet(), items: container.New(layout.NewCustomPaddedVBoxLayout(0)),
	}
	p.none.Wrapping = fyne.TextWrapWord
	p.mark.Wrapping, p.mark.Importance = fyne.TextWrapWord, widget.WarningImportance
	p.from.Truncation = fyne.TextTruncateEllipsis
	p.place.Truncation, p.place.Alignment = fyne.TextTruncateEllipsis, fyne.TextAlignCenter
	volumes := container.New(layout.NewCustomPaddedVBoxLayout(0))
	for n, r := range told {
		p.regions[n] = newVolumeRow(keys, func() { p.OnEyeRegion(r) })
		volumes.Add(p.regions[n])
	}
	parts := [...]label.Label{label.NCR, label.ED, label.ET}
	for n, l := range parts {
		p.parts[n] = newVolumeRow(keys, func() { p.OnEyePart(l) })
		volumes.Add(p.parts[n])
	}
	p.steps[0] = pane.NewIcon(keys, theme.NavigateBackIcon(), "Previous lesion (P)", func() { p.OnLesion(false) })
	p.steps[1] = pane.NewIcon(keys, theme.NavigateNextIcon(), "Next lesion (N)", func() { p.OnLesion(true) })
	// Lesions are found after the result is shown: their row has its place before, so that nothing moves under the pointer.
	strut := canvas.NewRectangle(color.Transparent)
	strut.SetMinSize(p.steps[0].MinSize())
	p.places = container.NewStack(strut, container.NewBorder(nil, nil, p.steps[0], p.steps[1], p.place))
	p.show = pane.NewSegmented(keys, pane.Entry{Text: "Parts"}, pane.Entry{Text: "Regions"}, pane.Entry{Text: "Agreement"})
	p.show.OnChoose = func(n int) { p.OnShow([]viewer.Show{viewer.Parts, viewer.Regions, viewer.Disputed}[n]) }
	p.region = pane.NewSegmented(keys, pane.Entry{Text: "Whole"}, pane.Entry{Text: "Core"}, pane.Entry{Text: "Enhancing"})
	p.region.OnChoose = func(n int) { p.OnRegion(told[n]) }
	p.opacity = pane.NewLevel(keys, func(v float64) { p.OnOpacity(v) })
	p.drawing = pane.NewChoice(keys, drawings, func(text string) {
		for n, name := range drawings {
			if name == text {
				p.OnDrawing(viewer.Drawing(n))
			}
		}
	})
	p.safe = pane.NewTick(keys, "Colour-blind safe", func(on bool) { p.OnSafe(on) })
	p.Edit = pane.NewButton(keys, "Edit", func() { p.OnEdit() })
	p.Edit.Hint = "Mend a copy of this result by hand (E)"
	p.Export = pane.NewButton(keys, "Export…", func() { p.OnExport() })
	p.Export.Importance = widget.HighImportance
	inset := func(o fyne.CanvasObject) fyne.CanvasObject {
		return container.New(layout.NewCustomPaddedLayout(2, 2, 8, 8), o)
	}
	p.looks = container.NewVBox(
		inset(p.show), inset(p.region), p.legend,
		container.NewBorder(nil, nil, widget.NewLabel("Opacity"), nil, p.opacity),
		inset(p.drawing), p.safe,
	)
	p.listed = container.NewVBox(heading("Results of this study"), inset(p.items))
	p.body = container.NewVBox(
		container.NewBorder(nil, nil, inset(container.NewCenter(p.symbols)), nil, p.from),
		p.mark, inset(volumes), inset(p.places), p.trust, p.listed, p.looks, p.model,
	)
	buttons := container.New(layout.NewCustomPaddedLayout(4, 8, 8, 8), container.NewGridWithColumns(2, p.Edit, p.Export))
	p.content = container.NewBorder(nil, buttons, nil, nil, container.NewVScroll(container.NewVBox(p.none, p.body)))
	return p
}

// Show shows a result.
func (p *ResultPanel) Show(r Result) {
	p.none.SetText(r.None)
	p.none.Hidden = r.None == ""
	p.body.Hidden = r.None != "" && len(r.Items) == 0
	has := r.None == ""
	p.symbols.Set(r.Subset)
	p.symbols.Hidden = r.Subset == 0
	p.from.SetText(r.From)
	p.from.Hidden = !has
	p.mark.SetText(r.Mark)
	p.mark.Hidden = r.Mark == ""
	for n, v := range r.Regions {
		p.regions[n].set(v)
		p.regions[n].Hidden = !has
	}
	for n := range p.parts {
		p.parts[n].Hidden = n >= len(r.Parts)
		if n < len(r.Parts) {
			p.parts[n].set(r.Parts[n])
		}
	}
	p.trust.SetText(r.Trust)
	p.trust.Hidden = r.Trust == ""
	p.model.SetText(r.Model)
	p.model.Hidden = r.Model == ""
	p.model.Importance = widget.MediumImportance
	if r.Foreign {
		p.model.Importance = widget.WarningImportance
	}
	p.looks.Hidden, p.listed.Hidden = !has, len(r.Items) == 0
	p.place.SetText(r.Place)
	p.places.Hidden = !has
	for _, b := range p.steps {
		b.Hidden = !r.Steps
	}
	p.show.SetEntries(pane.Entry{Text: "Parts"}, pane.Entry{Text: "Regions"}, pane.Entry{
		Text: "Agreement", Disabled: !r.Maps, Hint: "How many of the computed results call a voxel tumour; needs two results",
	})
	p.show.Choose(map[viewer.Show]int{viewer.Parts: 0, viewer.Regions: 1, viewer.Disputed: 2, viewer.Difference: -1}[r.Overlay.Show])
	p.region.Hidden = r.Overlay.Show < viewer.Disputed
	for n, g := range told {
		if g == r.Overlay.Region {
			p.region.Choose(n)
		}
	}
	p.legend.SetText(r.Legend)
	p.legend.Hidden = r.Legend == ""
	p.opacity.Put(r.Overlay.Opacity)
	p.drawing.Put(drawings[min(int(r.Overlay.Drawing), len(drawings)-1)])
	p.safe.Put(r.Overlay.Safe)
	if !slices.Equal(p.last, r.Items) {
		p.last = r.Items
		empty(p.items)
		for n, line := range r.Items {
			one := newRow(p.keys, line, func() { p.OnItem(n) })
			one.second = func(at fyne.Position) { p.OnItemMenu(n, at) }
			p.items.Add(one)
		}
	}
	for _, b := range []*pane.Button{p.Edit, p.Export} {
		if r.Export {
			b.Enable()
		} else {
			b.Disable()
		}
	}
	p.body.Refresh()
}

// volumeRow is a region or a part with its eye, its colour and its volume.
type volumeRow struct {
	widget.BaseWidget
	eye   *pane.Button
	chip  *canvas.Rectangle
	name  *widget.Label
	text  *widget.Label
	value Volume
}

func newVolumeRow(keys *pane.Keys, pressed func()) *volumeRow {
	v := &volumeRow{
		eye: pane.NewIcon(keys, theme.VisibilityIcon(), "Show or hide", pressed), chip: canvas.NewRectangle(color.Transparent),
		name: widget.NewLabel(""), text: widget.NewLabel(""),
	}
	v.chip.CornerRadius = 2
	v.chip.SetMinSize(fyne.NewSize(10, 10))
	v.name.Truncation = fyne.TextTruncateEllipsis
	v.text.Alignment = fyne.TextAlignTrailing
	v.ExtendBaseWidget(v)
	return v
}

func (v *volumeRow) set(value Volume) {
	if fmt.Sprint(v.value) == fmt.Sprint(value) {
		return
	}
	v.value = value
	v.name.SetText(value.Name)
	v.text.SetText(value.Text)
	v.chip.FillColor = value.Colour
	v.chip.Hidden = value.Colour == nil
	v.chip.Refresh()
	v.eye.Hidden = !value.Eye
	icon := theme.VisibilityIcon()
	if value.Hidden {
		icon = theme.VisibilityOffIcon()
	}
	v.eye.SetIcon(icon)
	v.Refresh()
}

// CreateRenderer is part of fyne.Widget.
func (v *volumeRow) CreateRenderer() fyne.WidgetRenderer {
	chip := container.NewCenter(v.chip)
	left := container.NewHBox(container.NewGridWrap(fyne.NewSize(28, 28), v.eye), chip)
	return widget.NewSimpleRenderer(container.NewBorder(nil, nil, left, v.text, v.name))
}
