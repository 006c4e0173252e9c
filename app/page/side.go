package page

import (
	"fyne.io/fyne/v2"

	"quorum/app/pane"
)

// The widths of the side panels, units.
const (
	leastSide   = 180
	mostSide    = 420
	studyWidth  = 228
	resultWidth = 264
	handleWidth = 5
	// foldUnder is the width of the window under which the right panel folds unless it is asked for.
	foldUnder = 1100
	// leastStage is the least width of the images between two panels.
	leastStage = 360
)

// sides lays out left panel, stage and right panel. The panels have fixed widths that the user drags; the stage takes all growth.
type sides struct {
	left, right      fyne.CanvasObject
	leftEdge         *pane.Handle
	rightEdge        *pane.Handle
	stage            fyne.CanvasObject
	leftW, rightW    float32
	hidden           bool // F11: images only
	noLeft, noRight  bool // nothing to show in them
	folded, unfolded bool // the right panel: folded by the width; opened all the same
	changed          func()
	narrow           bool
	onNarrow         func(bool) // told when the window becomes so narrow that the right panel folds, or wide again
}

func newSides(left, stage, right fyne.CanvasObject, changed func()) *sides {
	s := &sides{
		left: left, stage: stage, right: right, leftEdge: pane.NewHandle(), rightEdge: pane.NewHandle(),
		leftW: studyWidth, rightW: resultWidth, changed: changed,
	}
	s.leftEdge.OnDrag = func(dx float32) { s.leftW = bounded(s.leftW + dx); changed() }
	s.rightEdge.OnDrag = func(dx float32) { s.rightW = bounded(s.rightW - dx); changed() }
	s.leftEdge.OnReset = func() { s.leftW = studyWidth; changed() }
	s.rightEdge.OnReset = func() { s.rightW = resultWidth; changed() }
	return s
}

func bounded(w float32) float32 { return min(mostSide, max(leastSide, w)) }

func (s *sides) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{s.left, s.leftEdge, s.stage, s.rightEdge, s.right}
}

// MinSize is part of fyne.Layout: the stage can be small, so that the window can.
func (s *sides) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(2*leastSide+200, 240) }

// Layout is part of fyne.Layout.
func (s *sides) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	narrow := size.Width > 0 && size.Width < foldUnder
	s.folded = narrow && !s.unfolded
	if narrow != s.narrow {
		s.narrow = narrow
		if s.onNarrow != nil {
			s.onNarrow(narrow)
		}
	}
	show := func(o fyne.CanvasObject, on bool) {
		if on {
			o.Show()
		} else {
			o.Hide()
		}
	}
	left, right := !s.hidden && !s.noLeft, !s.hidden && !s.folded && !s.noRight
	if right && narrow && size.Width-s.leftW-s.rightW < leastStage {
		left = false // it gives way to the one that was asked for
	}
	show(s.left, left)
	show(s.leftEdge, left)
	show(s.right, right)
	show(s.rightEdge, right)
	x, end := float32(0), size.Width
	if left {
		place(s.left, 0, s.leftW, size.Height)
		place(s.leftEdge, s.leftW, handleWidth, size.Height)
		x = s.leftW + handleWidth
	}
	if right {
		place(s.right, size.Width-s.rightW, s.rightW, size.Height)
		end = size.Width - s.rightW - handleWidth
		place(s.rightEdge, end, handleWidth, size.Height)
	}
	place(s.stage, x, end-x, size.Height)
}

func place(o fyne.CanvasObject, x, width, height float32) {
	o.Move(fyne.NewPos(x, 0))
	o.Resize(fyne.NewSize(width, height))
}
