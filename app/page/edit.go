package page

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"quorum/app/pane"
)

// Edit is what the tool row of edit mode shows.
type Edit struct {
	Name       string
	Tool       int // 0 brush, 1 delete, 2 relabel
	Paint      int // 0 NCR, 1 ED, 2 ET
	Radius     float64
	Ball       bool
	Over       int // 0 everything, 1 tumour, 2 NCR, 3 ED, 4 ET
	Lesion     bool
	Gated      bool
	Gate       string // "FLAIR 210 to 340"
	Undo, Redo bool
}

// EditRow is the tool row of edit mode, above the stage.
type EditRow struct {
	OnTool, OnPaint, OnOver func(int)
	OnSize                  func(int)
	OnBall, OnGate, OnWhole func(bool)
	OnUndo, OnRedo, OnDone  func()

	tool, paint *pane.Segmented
	over        *pane.Choice
	size        *widget.Label
	ball, gate  *pane.Tick
	whole       *pane.Tick
	undo, redo  *pane.Button
	smaller     *pane.Button
	larger      *pane.Button
	brush, part *fyne.Container
	sizes       *fyne.Container
	content     *fyne.Container
}

var overs = []string{"over everything", "over tumour only", "over NCR only", "over ED only", "over ET only"}

func newEditRow(keys *pane.Keys) *EditRow {
	e := &EditRow{size: widget.NewLabel("")}
	e.tool = pane.NewSegmented(
		keys, pane.Entry{Text: "Brush", Hint: "Paint with the left button, erase with the right one"},
		pane.Entry{Text: "Delete", Hint: "Click a component to delete it"}, pane.Entry{Text: "Relabel", Hint: "Click a component to give it the chosen label"},
	)
	e.tool.OnChoose = func(n int) { e.OnTool(n) }
	e.paint = pane.NewSegmented(
		keys, pane.Entry{Text: "NCR", Hint: "Necrotic and non-enhancing core"}, pane.Entry{Text: "ED", Hint: "Oedema"}, pane.Entry{Text: "ET", Hint: "Enhancing tumour"},
	)
	e.paint.OnChoose = func(n int) { e.OnPaint(n) }
	e.over = pane.NewChoice(keys, overs, func(text string) {
		for n, o := range overs {
			if o == text {
				e.OnOver(n)
			}
		}
	})
	e.smaller = pane.NewIcon(keys, theme.ContentRemoveIcon(), "Smaller brush (Shift and wheel)", func() { e.OnSize(-1) })
	e.larger = pane.NewIcon(keys, theme.ContentAddIcon(), "Larger brush (Shift and wheel)", func() { e.OnSize(1) })
	e.ball = pane.NewTick(keys, "3-D", func(on bool) { e.OnBall(on) })
	e.gate = pane.NewTick(keys, "only between intensities", func(on bool) { e.OnGate(on) })
	e.gate.Hint = "Paint only where the shown image is about as bright as at the crosshair, an eighth of its window more or less. " +
		"For other numbers move the crosshair (arrows) or change the window (Shift+right drag), and tick again."
	e.whole = pane.NewTick(keys, "whole lesion", func(on bool) { e.OnWhole(on) })
	e.undo = pane.NewIcon(keys, theme.ContentUndoIcon(), "Undo (Ctrl+Z)", func() { e.OnUndo() })
	e.redo = pane.NewIcon(keys, theme.ContentRedoIcon(), "Redo (Ctrl+Shift+Z)", func() { e.OnRedo() })
	done := pane.NewButton(keys, "Done", func() { e.OnDone() })
	done.Hint = "Leave edit mode (E)"
	e.sizes = container.NewHBox(e.smaller, e.size, e.larger)
	e.brush = container.NewHBox(e.ball, e.over, e.gate)
	e.part = container.NewHBox(e.whole)
	first := container.NewBorder(nil, nil, nil, container.NewHBox(e.undo, e.redo, done), container.NewHBox(e.tool, e.paint, e.sizes))
	e.content = container.NewStack(
		newGround(), container.New(layout.NewCustomPaddedLayout(4, 4, 8, 8), container.NewVBox(first, container.NewStack(e.brush, e.part))),
	)
	e.content.Hide()
	return e
}

// Show shows the tools; nil leaves edit mode.
func (e *EditRow) Show(s *Edit) {
	if s == nil {
		e.content.Hide()
		return
	}
	e.content.Show()
	e.tool.Choose(s.Tool)
	e.paint.Choose(s.Paint)
	e.paint.Hidden = s.Tool == 1
	e.size.SetText(fmt.Sprintf("%.1f mm", 2*s.Radius))
	e.ball.Put(s.Ball)
	e.over.Put(overs[s.Over])
	e.whole.Put(s.Lesion)
	e.gate.Put(s.Gated)
	e.gate.Text = "only between intensities"
	if s.Gated {
		e.gate.Text = "only " + s.Gate
	}
	e.gate.Refresh()
	e.brush.Hidden, e.sizes.Hidden, e.part.Hidden = s.Tool != 0, s.Tool != 0, s.Tool == 0
	enable := func(b *pane.Button, on bool) {
		if on {
			b.Enable()
		} else {
			b.Disable()
		}
	}
	enable(e.undo, s.Undo)
	enable(e.redo, s.Redo)
	e.content.Refresh()
}
