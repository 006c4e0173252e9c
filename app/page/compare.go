// Package page puts panes together to whole pages. A page knows plain data and callbacks, no study and no engine.
package page

import (
	"fmt"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"quorum/app/pane"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// Compare is the page that compares the results of all subsets: the lattice on the left; table, dot chart and shares on the right; the
// sentence below. What is pointed at in one of them lights up in all.
type Compare struct {
	OnPreset  func(compare.Preset)
	OnRegion  func(label.Region)
	OnOverlay func(Overlay)
	// OnOpen is told of a subset that was clicked; the empty set is the reference.
	OnOpen func(sequence.Subset)
	// OnReference is told of the subset that the others are to be compared with.
	OnReference func(sequence.Subset)
	// OnPoint is told of the subset under the pointer; the empty set is the reference.
	OnPoint func(u sequence.Subset, in bool)

	Lattice *pane.Lattice // its sizes and gestures are its owner's business
	Large   *pane.Slice   // covers the lattice while ShowLarge is on
	Compute *pane.Button  // computes what the preset lacks

	// OnCompute is told that the cells of the preset are wanted; or, while they are computed, no longer.
	OnCompute func()

	preset, region, overlay      *pane.Segmented
	table                        *pane.Table
	dots                         *pane.Dots
	bars                         *pane.Bars
	reference, progress, caption *widget.Label
	base                         *pane.Choice      // of the result that is the reference, where no truth is
	bases                        []sequence.Subset // its entries
	lacking                      *fyne.Container
	content                      fyne.CanvasObject

	present    sequence.Subset
	pointed    sequence.Subset
	state      map[sequence.Subset]pane.CellState
	comparison *compare.Comparison
	shown      label.Region
	by         compare.Column // what the table is ordered by
	falling    bool
}

// Overlay is what the cells show over the image.
type Overlay uint8

// The overlays.
const (
	Labels       Overlay = iota
	Difference           // to the reference, in the chosen region
	AgreementMap         // how many of the computed results have the chosen region
)

// overlayNames are those of the chooser.
var overlayNames = [...]string{"Labels", "Difference", "Agreement map"}

// regionNames are those of the chooser, in the order of compare.Told.
var regionNames = [label.RegionCount]string{"Whole tumour", "Core", "Enhancing"}

// NewCompare makes an empty page.
func NewCompare(keys *pane.Keys) *Compare {
	c := &Compare{
		Lattice: pane.NewLattice(keys, sequence.Full), Large: pane.NewSlice(keys), preset: pane.NewSegmented(keys), region: pane.NewSegmented(keys),
		overlay: pane.NewSegmented(keys),
		table:   pane.NewTable(keys), dots: pane.NewDots(keys), bars: pane.NewBars(),
		base:      pane.NewChoice(keys, nil, nil),
		reference: widget.NewLabel(""), progress: widget.NewLabel(""), caption: widget.NewLabel(""),
		present: sequence.Full, state: map[sequence.Subset]pane.CellState{}, shown: label.RegionWT,
	}
	var presets, regions []pane.Entry
	for _, p := range compare.Presets {
		presets = append(presets, pane.Entry{Text: p.String()})
	}
	for n, r := range compare.Told {
		regions = append(regions, pane.Entry{Text: regionNames[n], Hint: r.Name()})
	}
	c.preset.SetEntries(presets...)
	c.preset.Choose(0)
	c.region.SetEntries(regions...)
	c.region.Choose(slices.Index(compare.Told[:], c.shown))
	var overlays []pane.Entry
	for _, name := range overlayNames {
		overlays = append(overlays, pane.Entry{Text: name})
	}
	overlays[AgreementMap].Hint = compare.AgreementLegend
	c.overlay.SetEntries(overlays...)
	c.overlay.Choose(int(Labels))
	c.Large.Hide()
	c.caption.Wrapping = fyne.TextWrapWord
	c.connect()
	c.compose(keys)
	c.fill()
	return c
}

// connect ties the panes to each other and to the callbacks.
func (c *Compare) connect() {
	c.preset.OnChoose = func(n int) {
		if c.OnPreset != nil {
			c.OnPreset(compare.Presets[n])
		}
	}
	c.region.OnChoose = func(n int) {
		c.SetRegion(compare.Told[n])
		if c.OnRegion != nil {
			c.OnRegion(c.shown)
		}
	}
	c.overlay.OnChoose = func(n int) {
		if c.OnOverlay != nil {
			c.OnOverlay(Overlay(n))
		}
	}
	open := func(u sequence.Subset) {
		if c.OnOpen != nil {
			c.OnOpen(u)
		}
	}
	c.Lattice.OnOpen, c.table.OnOpen, c.dots.OnOpen = open, open, open
	c.table.OnPoint, c.dots.OnPoint = c.point, c.point
	// The large picture appears under a pointer that has not moved. It is the pointer's leaving that one that ends what is pointed at.
	c.Lattice.OnPoint = func(u sequence.Subset, in bool) {
		if in || !c.Large.Visible() {
			c.point(u, in)
		}
	}
	c.Large.OnHover = func(_ render.Spot, in bool) {
		if !in {
			c.point(c.pointed, false)
		}
	}
	c.base.OnChanged = func(string) {
		if n := c.base.SelectedIndex(); n >= 0 && c.OnReference != nil {
			c.OnReference(c.bases[n])
		}
	}
	c.table.OnSort = c.sort
	c.table.OnCopy = c.copy
}

// point lights a subset up everywhere.
func (c *Compare) point(u sequence.Subset, in bool) {
	c.pointed = u
	c.Lattice.Point(u, in)
	c.table.Point(u, in)
	c.dots.Point(u, in)
	if c.OnPoint != nil {
		c.OnPoint(u, in)
	}
}

// compose lays the page out.
func (c *Compare) compose(keys *pane.Keys) {
	heading := func(text string) fyne.CanvasObject {
		l := widget.NewLabel(text)
		l.TextStyle.Bold = true
		return l
	}
	copyTable := pane.NewButton(keys, "Copy", c.copy)
	copyTable.Importance, copyTable.Hint = widget.LowImportance, "Copy the table, to be pasted into a spreadsheet (Ctrl+C)"
	inset := func(o fyne.CanvasObject) fyne.CanvasObject {
		return container.New(layout.NewCustomPaddedLayout(0, 8, 8, 8), o)
	}
	c.Compute = pane.NewButton(keys, "Compute", func() {
		if c.OnCompute != nil {
			c.OnCompute()
		}
	})
	c.lacking = container.New(layout.NewCustomPaddedLayout(4, 4, 8, 8), c.Compute)
	c.lacking.Hide()
	right := container.NewVScroll(container.NewVBox(
		c.lacking,
		container.NewBorder(nil, nil, container.NewHBox(c.reference, c.base), container.NewHBox(c.progress, copyTable)),
		inset(c.table),
		inset(c.dots),
		heading("What each sequence brings"),
		inset(c.bars),
	))
	tools := container.New(layout.NewCustomPaddedLayout(4, 4, 8, 8), container.NewHBox(
		c.preset, layout.NewSpacer(), c.region, c.overlay,
	))
	lattice := container.NewStack(c.Lattice, c.Large)
	c.content = container.NewBorder(tools, c.caption, nil, nil, container.New(columns{}, lattice, right))
}

// columns lays out the lattice, and the column of numbers beside it.
type columns struct{}

// rightWidth is the width of the right column.
const rightWidth = 400

// MinSize is part of fyne.Layout.
func (columns) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(o[0].MinSize().Width+rightWidth, o[0].MinSize().Height)
}

// Layout is part of fyne.Layout.
func (columns) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Move(fyne.NewPos(0, 0))
	o[0].Resize(fyne.NewSize(size.Width-rightWidth, size.Height))
	o[1].Move(fyne.NewPos(size.Width-rightWidth, 0))
	o[1].Resize(fyne.NewSize(rightWidth, size.Height))
}

// Content is the page.
func (c *Compare) Content() fyne.CanvasObject { return c.content }

// SetPresent empties the page for other sequences.
func (c *Compare) SetPresent(present sequence.Subset) {
	c.present, c.comparison, c.state = present, nil, map[sequence.Subset]pane.CellState{}
	c.Lattice.SetPresent(present)
	c.fill()
}

// SetPreset shows which preset is on, and its results where they stand.
func (c *Compare) SetPreset(p compare.Preset, places compare.Layout) {
	c.preset.Choose(slices.Index(compare.Presets[:], p))
	c.Lattice.SetLayout(places)
}

// SetRegion shows the numbers of a region.
func (c *Compare) SetRegion(r label.Region) {
	c.shown = r
	c.region.Choose(slices.Index(compare.Told[:], r))
	c.fill()
}

// Region is the region whose numbers are shown.
func (c *Compare) Region() label.Region { return c.shown }

// SetOverlay shows which overlay is on.
func (c *Compare) SetOverlay(o Overlay) { c.overlay.Choose(int(o)) }

// SetProgress says how far the cells are, "7 of 15"; "" = all there.
func (c *Compare) SetProgress(text string) { c.progress.SetText(text) }

// SetMissing says how many results of the preset are lacking, and whether they are being computed.
func (c *Compare) SetMissing(n int, running bool) {
	text, importance := fmt.Sprintf("Compute %d results", n), widget.HighImportance
	if n == 1 {
		text = "Compute 1 result"
	}
	if running {
		text, importance = "Cancel", widget.MediumImportance
	}
	hidden := n == 0 && !running
	if c.Compute.Text == text && c.lacking.Hidden == hidden {
		return
	}
	c.Compute.Importance = importance
	c.Compute.SetText(text)
	c.lacking.Hidden = hidden
	c.content.Refresh()
}

// SetState says how far the result of a subset is; the empty set is the reference.
func (c *Compare) SetState(u sequence.Subset, s pane.CellState) {
	c.state[u] = s
	c.cell(u)
}

// SetFrame shows the picture of a subset; the empty set is the reference.
func (c *Compare) SetFrame(u sequence.Subset, f *render.Frame) { c.Lattice.SetFrame(u, f) }

// SetLegend shows what the colours of all pictures mean, once, below the lattice. It may change the pictures' size.
func (c *Compare) SetLegend(entries []render.Entry) { c.Lattice.SetLegend(entries) }

// SetComparison shows numbers; nil = none yet.
func (c *Compare) SetComparison(of *compare.Comparison) {
	c.comparison = of
	c.fill()
}

// ShowLarge covers the lattice with one picture; nil uncovers it. Large.OnSize tells its size.
func (c *Compare) ShowLarge(f *render.Frame) {
	if f == nil {
		c.Large.Hide()
		return
	}
	if !c.Large.Visible() {
		c.Large.Show()
		c.Lattice.Repaint()
	}
	c.Large.SetFrame(f)
}

// fill shows everything that follows from comparison, region and order.
func (c *Compare) fill() {
	for _, u := range c.present.Subsets() {
		c.cell(u)
	}
	c.cell(0)
	of := c.comparison
	if of == nil || len(of.Rows) == 0 {
		c.reference.SetText("Nothing to compare yet")
		c.base.Hide()
		c.caption.SetText("")
		c.table.Set(nil, nil, -1, false)
		c.dots.Set(nil, math.NaN(), c.shown, "")
		c.bars.Set(nil, "", c.missing())
		return
	}
	c.refer()
	c.caption.SetText(of.Caption())
	table := of.Table(c.by, c.falling)
	c.tabulate(table)
	c.plot(table)
	shares, ok := of.Shares()
	message := ""
	if !ok {
		shares, message = nil, c.missing()
	}
	c.bars.Set(shares, of.ScoreName(), message)
}

// refer names the reference. Where it is no truth, any result can be chosen.
func (c *Compare) refer() {
	of := c.comparison
	if of.HasTruth() {
		c.reference.SetText("Reference: " + of.ReferenceName())
		c.base.Hide()
		return
	}
	c.reference.SetText("Reference:")
	c.base.Show()
	c.bases = nil
	c.base.Options = nil
	for _, u := range c.present.Subsets() {
		if _, computed := of.Row(u); computed || u == of.Base {
			c.bases = append(c.bases, u)
			c.base.Options = append(c.base.Options, u.Names())
		}
	}
	c.base.Put(of.Base.Names())
	c.base.Refresh()
}

// missing says what the shares wait for.
func (c *Compare) missing() string { return "Shown once every subset is computed: choose All." }

// cell shows the numbers of a subset in the lattice.
func (c *Compare) cell(u sequence.Subset) {
	data := pane.Cell{State: c.state[u]}
	of := c.comparison
	if u == 0 {
		data.Reference, data.Marked = "Reference", true
	}
	if of == nil {
		c.Lattice.SetCell(u, data)
		return
	}
	if u == 0 {
		if of.HasTruth() {
			data.Reference = of.ReferenceName()
		}
		if ml, ok := of.ReferenceML(); ok {
			from := of.Base
			if of.HasTruth() {
				from = 0
			}
			data.ML = wording.Volume(c.shown, from, ml[c.shown])
		}
	} else if row, ok := of.Row(u); ok {
		data.ML, data.Score, data.Truth = wording.Volume(c.shown, u, row.ML[c.shown]), of.ScoreText(row, c.shown), of.HasTruth()
		if of.IsReference(row) {
			data.Score, data.Marked = "reference", true
		}
	}
	c.Lattice.SetCell(u, data)
}

// The widths of the table's columns: three volumes, then three scores.
const (
	volumeWidth = 62
	scoreWidth  = 44
)

// sort orders by a column of the pane, or turns the order round. Numbers begin with the largest.
func (c *Compare) sort(column int) {
	by := compare.Column(column + 1) // the pane's subsets are -1
	if by == c.by {
		c.falling = !c.falling
	} else {
		c.by, c.falling = by, by != compare.ColumnSubset
	}
	c.fill()
}

func (c *Compare) columns() []pane.Column {
	var list []pane.Column
	for _, r := range compare.Told {
		list = append(list, pane.Column{Group: "volume, mL", Name: r.String(), Width: volumeWidth})
	}
	for _, r := range compare.Told {
		list = append(list, pane.Column{Group: c.comparison.ScoreName(), Name: r.String(), Width: scoreWidth, Bold: c.comparison.HasTruth()})
	}
	return list
}

// tabulate shows the table. That a row is the reference is said once, not under every score.
func (c *Compare) tabulate(t *compare.Table) {
	var list []pane.TableRow
	for _, row := range t.Rows {
		out := pane.TableRow{Subset: row.Subset, Text: row.Text[compare.ColumnVolume:], Marked: row.Reference}
		if row.Reference {
			clear(out.Text[len(compare.Told) : len(out.Text)-1])
		}
		if row.Subset == 0 {
			out.Name = row.Text[compare.ColumnSubset]
		}
		list = append(list, out)
	}
	c.table.Set(c.columns(), list, int(c.by)-1, c.falling)
}

// plot shows the dots in the order of the table.
func (c *Compare) plot(t *compare.Table) {
	var dots []pane.Dot
	for _, shown := range t.Rows {
		row, ok := c.comparison.Row(shown.Subset)
		if !ok {
			continue // the truth
		}
		d := pane.Dot{Subset: row.Subset, ML: row.ML[c.shown], Score: math.NaN(), Marked: shown.Reference}
		if score := c.comparison.Score(row); score != nil && !c.comparison.BothEmpty(row, c.shown) {
			d.Score = score[c.shown]
		}
		dots = append(dots, d)
	}
	reference := math.NaN()
	if ml, ok := c.comparison.ReferenceML(); ok {
		reference = ml[c.shown]
	}
	c.dots.Set(dots, reference, c.shown, c.comparison.ScoreName())
}

// copy puts the table on the clipboard as it is shown.
func (c *Compare) copy() {
	if c.comparison != nil {
		fyne.CurrentApp().Clipboard().SetContent(c.comparison.Table(c.by, c.falling).TSV())
	}
}
