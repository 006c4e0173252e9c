package viewer

import (
	"quorum/viewer/label"
	"quorum/viewer/render"
)

// ToggleOverlay shows or hides the overlay.
func (s *State) ToggleOverlay() { s.View.Overlay.Shown = !s.View.Overlay.Shown }

// opacityStep is what a press of A or D changes.
const opacityStep = 0.05

// Fade makes the overlay so many steps stronger, or weaker below 0; a hidden one is shown.
func (s *State) Fade(steps int) {
	o := &s.View.Overlay
	o.Opacity, o.Shown = min(1, max(0, o.Opacity+float64(steps)*opacityStep)), true
}

// CellFrame draws a cell of the comparison: the same place as every pane, with the result and the overlay of the cell. Cells are told apart by
// number, from 1. reference may be nil.
func (s *State) CellFrame(number int, p Pane, labels, reference label.Boxed, o Overlay) render.Frame {
	return s.frame(p, number, shown{content: content{labels: labels, reference: reference, agreement: s.result.agreement, generation: s.generation}}, o)
}
