package page

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"quorum/app/pane"
)

// Images is the page on which one study is looked at: what goes in on the left, the stage, what came out on the right.
type Images struct {
	Quad   *pane.Quad
	Strip  *pane.Segmented
	Slider *pane.Slider
	Study  *StudyPanel
	Result *ResultPanel
	Edit   *EditRow
	Empty  *Empty

	sides   *sides
	tools   *fyne.Container
	stage   *fyne.Container
	content *fyne.Container
}

// NewImages makes the page without a study.
func NewImages(keys *pane.Keys) *Images {
	p := &Images{
		Quad: pane.NewQuad(keys), Strip: pane.NewStrip(keys), Slider: pane.NewSlider(keys),
		Study: newStudyPanel(keys), Result: newResultPanel(keys), Edit: newEditRow(keys), Empty: newEmpty(keys),
	}
	black := canvas.NewRectangle(color.Black)
	p.tools = container.New(layout.NewCustomPaddedLayout(4, 4, 8, 8), container.NewBorder(nil, nil, p.Strip, nil, p.Slider))
	p.stage = container.NewBorder(p.Edit.content, container.NewStack(canvas.NewRectangle(color.Black), p.tools), nil, nil, container.NewStack(black, p.Quad, p.Empty.content))
	p.sides = newSides(p.Study.content, p.stage, p.Result.content, func() { p.content.Refresh() })
	p.content = container.New(p.sides, p.sides.objects()...)
	p.ShowEmpty(true)
	return p
}

// Content is the whole page.
func (p *Images) Content() fyne.CanvasObject { return p.content }

// ShowEmpty shows what to do without a study in place of the stage. The panel on the left stays if it lists patients.
func (p *Images) ShowEmpty(on bool) {
	p.sides.noLeft, p.sides.noRight = on && len(p.Study.last) == 0, on
	p.Empty.content.Hidden, p.Quad.Hidden, p.tools.Hidden = !on, on, on
	p.content.Refresh()
}

// ImagesOnly hides the side panels, or gives them back.
func (p *Images) ImagesOnly(on bool) {
	p.sides.hidden = on
	p.content.Refresh()
}

// Only says whether the side panels are hidden.
func (p *Images) Only() bool { return p.sides.hidden }

// Unfold shows the right panel although the window is narrow, or lets it fold again.
func (p *Images) Unfold() {
	p.sides.unfolded = !p.sides.unfolded
	p.content.Refresh()
}

// OnNarrow sets what is told when the window becomes so narrow that the right panel folds, or wide again.
func (p *Images) OnNarrow(f func(bool)) { p.sides.onNarrow = f }

// Narrow says whether the window is so narrow that the right panel folds.
func (p *Images) Narrow() bool { return p.sides.narrow }

// Folded says whether the right panel is folded because the window is narrow.
func (p *Images) Folded() bool { return p.sides.folded }

// Widths are those of the side panels.
func (p *Images) Widths() (left, right float32) { return p.sides.leftW, p.sides.rightW }

// SetWidths gives the side panels widths that they had before; 0 leaves one as it is.
func (p *Images) SetWidths(left, right float32) {
	if left > 0 {
		p.sides.leftW = bounded(left)
	}
	if right > 0 {
		p.sides.rightW = bounded(right)
	}
	p.content.Refresh()
}
