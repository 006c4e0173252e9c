package app

import (
	"image"
	"math"
	"time"

	"fyne.io/fyne/v2"

	"quorum/app/page"
	"quorum/app/pane"
	"quorum/viewer"
	"quorum/viewer/compare"
	"quorum/viewer/edit"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// connect ties what controls report to what the controller does: all ties stand here.
func (w *window) connect() {
	w.feedKeys()
	w.connectStage()
	w.connectStudy()
	w.connectResult()
	w.connectEdit()
	w.connectCompare()
	w.pages.OnChoose = func(n int) {
		w.safely(func() {
			w.hints.Clear()
			w.c.ShowPage(Page(n))
		})
	}
	w.status.OnCancel = func() { w.safely(func() { w.c.Cancel() }) }
	w.SetOnDropped(func(_ fyne.Position, list []fyne.URI) {
		var paths []string
		for _, u := range list {
			paths = append(paths, u.Path())
		}
		w.safely(func() { w.dropped(paths) })
	})
	w.SetCloseIntercept(func() { w.safely(w.askClose) })
}

// dropped opens what was dropped, in the place of a dialog.
func (w *window) dropped(paths []string) {
	w.closeDialog()
	w.c.Open(paths)
}

// connectStage ties the panes, the strip and the slider.
func (w *window) connectStage() {
	q := w.images.Quad
	for _, p := range render.Planes {
		w.connectPane(q.Plane[p], func(size image.Point) viewer.Pane { return w.c.View.Pane(p, size) })
	}
	for n, s := range q.Four {
		w.connectPane(s, func(size image.Point) viewer.Pane { return w.c.View.FourUp(size)[n] })
	}
	w.images.Strip.OnChoose = func(n int) {
		w.safely(func() {
			w.c.View.Show(strip[n])
			w.Refresh(Planes | Results)
		})
	}
	w.images.Slider.OnChange = func(n int) {
		w.safely(func() {
			w.c.View.GoSlice(w.keyPane(), n)
			w.Refresh(Planes)
		})
	}
}

// settle is how long after a change of pages clicks on a plane do not count: they may be the second half of a double click elsewhere.
const settle = 300 * time.Millisecond

// connectPane ties one pane of the stage.
func (w *window) connectPane(s *pane.Slice, of func(image.Point) viewer.Pane) {
	here := func() viewer.Pane {
		p := of(s.Pixels())
		p.Scale = float64(w.Canvas().Scale())
		return p
	}
	s.OnSize = func(image.Point) { w.safely(func() { w.Refresh(Planes) }) }
	s.OnFocus = func() {
		w.safely(func() {
			if p := here().Plane; w.plane != p {
				w.plane = p
				w.Refresh(Planes)
			}
		})
	}
	s.OnDrag = func(d pane.Drag) {
		w.safely(func() {
			if hasStudy(w) && w.c.now().Sub(w.c.turned) > settle {
				w.drag(here(), d)
			}
		})
	}
	s.OnStep = func(n int) {
		w.safely(func() {
			if hasStudy(w) {
				w.c.View.Step(here(), n)
				w.Refresh(Planes)
			}
		})
	}
	s.OnZoom = func(at render.Spot, notches float64) {
		w.safely(func() {
			if hasStudy(w) {
				w.c.View.ZoomAt(here(), at, zoomOf(notches))
				w.Refresh(Planes)
			}
		})
	}
	s.OnBrush = func(n int) { w.safely(func() { w.c.BrushSize(n); w.c.HoverBrush(here(), w.pointer, true) }) }
	s.OnHover = func(at render.Spot, in bool) {
		w.pointer = at
		if w.c.editing != nil {
			w.safely(func() { w.c.HoverBrush(here(), at, in) })
		}
	}
	s.OnMaximise = func() {
		w.safely(func() {
			if hasStudy(w) && w.c.editing == nil {
				v := &w.c.View.View
				if v.Image == viewer.AllFour {
					w.c.View.Show(here().Image)
					v.Maximised = true
				} else {
					w.c.View.Maximise(here().Plane)
				}
				w.Refresh(Planes)
			}
		})
	}
}

// drag does what a drag over a pane means.
func (w *window) drag(p viewer.Pane, d pane.Drag) {
	s := w.c.View
	switch d.Gesture {
	case pane.DragErase:
		w.stroke(p, d, true)
		return
	case pane.DragPoint:
		switch {
		case w.c.editing != nil:
			w.stroke(p, d, false)
			return
		case w.measuring:
			switch d.Phase {
			case pane.DragBegin:
				s.Measure(p, d.At)
			case pane.DragMove:
				s.MeasureTo(p, d.At)
			case pane.DragEnd:
			}
		case d.Phase == pane.DragBegin || d.Phase == pane.DragMove:
			s.Point(p, d.At)
		}
	case pane.DragZoom:
		if d.Step.Y != 0 {
			s.ZoomAt(p, d.From, zoomOf(-d.Step.Y/60))
		}
	case pane.DragLevel:
		s.Level(p.Image, d.Step.X/float64(max(1, p.Size.X)), -d.Step.Y/float64(max(1, p.Size.Y)))
	case pane.DragPan:
		s.Drag(p, d.Step.X, d.Step.Y)
	}
	w.Refresh(Planes)
}

// stroke paints or erases.
func (w *window) stroke(p viewer.Pane, d pane.Drag, erase bool) {
	switch d.Phase {
	case pane.DragBegin:
		w.c.BeginStroke(p, d.At, erase, d.Modifier&fyne.KeyModifierControl != 0)
	case pane.DragMove:
		w.c.MoveStroke(p, d.At)
		w.c.HoverBrush(p, d.At, true)
	case pane.DragEnd:
		w.c.EndStroke()
	}
}

// connectStudy ties the panel on the left, and the empty page.
func (w *window) connectStudy() {
	p := w.images.Study
	p.OnToggle = func(q sequence.Sequence, _ bool) { w.safely(func() { w.c.Toggle(q) }) }
	p.OnAdd = func(q sequence.Sequence) { w.safely(func() { w.askFile(q) }) }
	p.OnMenu = func(q sequence.Sequence, at fyne.Position) { w.safely(func() { w.slotMenu(q, at) }) }
	p.OnMask = func(n int) { w.safely(func() { w.c.AskMask(n) }) }
	p.OnButton = func() {
		w.safely(func() {
			if !w.c.CancelRun() {
				w.c.Segment()
			}
		})
	}
	p.OnPatient = func(n int) { w.safely(func() { w.c.OpenPatient(n) }) }
	p.OnAll = func() { w.safely(w.c.SegmentAll) }
	e := w.images.Empty
	e.OnOpen = func() { w.safely(w.askOpen) }
	e.OnBuiltIn = func() { w.safely(w.c.OpenBuiltIn) }
	e.OnRecent = func(n int) { w.safely(func() { w.c.OpenRecent(w.c.Recent()[n]) }) }
}

// connectResult ties the panel on the right.
func (w *window) connectResult() {
	p := w.images.Result
	look := func(f func(*viewer.Overlay)) {
		w.safely(func() {
			f(&w.c.View.View.Overlay)
			w.c.disputeAt = -1
			w.Refresh(Planes | Results)
		})
	}
	p.OnEyeRegion = func(r label.Region) { look(func(o *viewer.Overlay) { o.HiddenRegions[r] = !o.HiddenRegions[r] }) }
	p.OnEyePart = func(l label.Label) { look(func(o *viewer.Overlay) { o.HiddenParts[l] = !o.HiddenParts[l] }) }
	p.OnShow = func(s viewer.Show) { look(func(o *viewer.Overlay) { o.Show, o.Shown = s, true }) }
	p.OnRegion = func(r label.Region) { look(func(o *viewer.Overlay) { o.Region = r }) }
	p.OnOpacity = func(v float64) { look(func(o *viewer.Overlay) { o.Opacity, o.Shown = v, true }) }
	p.OnDrawing = func(d viewer.Drawing) { look(func(o *viewer.Overlay) { o.Drawing = d }) }
	p.OnSafe = func(on bool) { look(func(o *viewer.Overlay) { o.Safe = on }) }
	p.OnLesion = func(forward bool) { w.safely(func() { w.c.StepLesion(forward) }) }
	p.OnItem = func(n int) { w.safely(func() { w.c.Show(n) }) }
	p.OnItemMenu = func(n int, at fyne.Position) { w.safely(func() { w.itemMenu(n, at) }) }
	p.OnEdit = func() { w.safely(w.c.ToggleEdit) }
	p.OnExport = func() { w.safely(w.askExport) }
}

// connectEdit ties the tool row.
func (w *window) connectEdit() {
	p := w.images.Edit
	change := func(f func(*Editing)) {
		w.safely(func() {
			if w.c.editing != nil {
				f(w.c.editing)
				w.Refresh(Results | Planes)
			}
		})
	}
	p.OnTool = func(n int) { change(func(e *Editing) { e.Tool = EditTool(n) }) }
	p.OnPaint = func(n int) { change(func(e *Editing) { e.Brush.Paint = paints[n] }) }
	p.OnOver = func(n int) { w.safely(func() { w.c.SetOver(n) }) }
	p.OnSize = func(n int) { w.safely(func() { w.c.BrushSize(n) }) }
	p.OnBall = func(on bool) { change(func(e *Editing) { e.Brush.Ball = on }) }
	p.OnGate = func(on bool) { w.safely(func() { w.c.Gate(on) }) }
	p.OnWhole = func(on bool) {
		change(func(e *Editing) {
			e.Scope = edit.SameLabel
			if on {
				e.Scope = edit.WholeLesion
			}
		})
	}
	p.OnUndo = func() { w.safely(w.c.Undo) }
	p.OnRedo = func() { w.safely(w.c.Redo) }
	p.OnDone = func() { w.safely(w.c.ToggleEdit) }
}

// connectCompare ties the Compare page.
func (w *window) connectCompare() {
	p := w.compare
	p.OnPreset = func(preset compare.Preset) { w.safely(func() { w.c.SetPreset(preset) }) }
	p.OnCompute = func() {
		w.safely(func() {
			if len(w.c.compareWanted) == 0 || !w.c.CancelRun() {
				w.c.ComputeCells()
			}
		})
	}
	p.OnRegion = func(r label.Region) {
		w.safely(func() { w.c.SetCells(w.c.comparing.overlay, r) })
	}
	p.OnOverlay = func(o page.Overlay) {
		w.safely(func() { w.c.SetCells(o, w.c.comparing.region) })
	}
	p.OnOpen = func(u sequence.Subset) { w.safely(func() { w.c.ClickCell(u) }) }
	p.OnPoint = w.c.PointCell
	p.OnReference = func(u sequence.Subset) { w.safely(func() { w.c.SetReference(u) }) }
	p.Lattice.OnSize = func(image.Point) { w.safely(func() { w.Refresh(Comparing) }) }
	cell := func() viewer.Pane {
		v := w.c.View
		one := v.Pane(v.View.Plane, p.Lattice.Pixels())
		one.Scale = float64(w.Canvas().Scale())
		return one
	}
	p.Lattice.OnStep = func(n int) {
		w.safely(func() { w.c.View.Step(cell(), n); w.Refresh(Planes) })
	}
	p.Lattice.OnZoom = func(_ sequence.Subset, at render.Spot, notches float64) {
		w.safely(func() { w.c.View.ZoomAt(cell(), at, zoomOf(notches)); w.Refresh(Planes) })
	}
	p.Lattice.OnDrag = func(_ sequence.Subset, d pane.Drag) { w.safely(func() { w.drag(cell(), d) }) }
	large := func() viewer.Pane {
		one := cell()
		one.Size = p.Large.Pixels()
		return one
	}
	p.Large.OnSize = func(image.Point) { w.safely(w.refreshLarge) }
	p.Large.OnStep = func(n int) { w.safely(func() { w.c.View.Step(large(), n); w.Refresh(Planes) }) }
	p.Large.OnZoom = func(at render.Spot, notches float64) {
		w.safely(func() { w.c.View.ZoomAt(large(), at, zoomOf(notches)); w.Refresh(Planes) })
	}
	p.Large.OnDrag = func(d pane.Drag) { w.safely(func() { w.drag(large(), d) }) }
}

// blink is told that B went down or came up.
func (w *window) blink(on bool) {
	if !on || w.dialog.popup == nil && hasDocument(w) {
		w.c.Blink(on)
	}
}

// zoomOf is the factor of so many notches of the wheel.
func zoomOf(notches float64) float64 { return math.Pow(1.15, notches) }
