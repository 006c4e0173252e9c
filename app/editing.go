package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"quorum/viewer"
	"quorum/viewer/edit"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/session"
)

// EditTool is what the pointer does in edit mode.
type EditTool int

// The tools.
const (
	BrushTool EditTool = iota
	DeleteTool
	RelabelTool
)

// Editing is edit mode with its tools.
type Editing struct {
	Tool   EditTool
	Brush  edit.Tool
	Scope  edit.Scope // of delete and relabel
	Gated  bool       // only between intensities of the shown sequence
	Low    float32
	High   float32
	stroke bool
	item   *item
}

// The sizes of the brush, mm.
const (
	leastRadius = 0.5
	mostRadius  = 40
)

// editing is nil outside edit mode.
type editing = Editing

// ToggleEdit begins to edit what is shown, or ends it. The result that it begins with is never touched: a copy is.
func (c *Controller) ToggleEdit() {
	if c.editing != nil {
		i := c.editing.item
		c.leaveEdit()
		c.dropUnchanged(i)
		c.screen.Refresh(Everything)
		return
	}
	if why := c.notEditable(); why != "" {
		c.Tell(Notice{Text: why, Grave: true})
		return
	}
	i := c.shown
	if i.kind != editedItem {
		i = c.copyForEdit(i)
		c.items = append(c.items, i)
		c.show(i, "ready")
	}
	c.page = ImagesPage
	if c.View.View.Overlay.Show > viewer.Regions {
		c.View.View.Overlay.Show = viewer.Parts // an edit paints parts: they must be seen
	}
	c.View.View.Overlay.Shown = true
	c.editing = &Editing{item: i, Brush: edit.Tool{Radius: 3, Paint: label.ET, Over: edit.OverEverything}}
	slog.Info("edit mode", "name", i.name)
	c.screen.Refresh(Everything)
}

// notEditable says in a sentence why nothing can be edited now; "" = it can.
func (c *Controller) notEditable() string {
	switch {
	case c.recalling != nil && c.doc.Loaded != nil: // the name of an edit must not be taken while it is still being read
		return "The edits that are kept of this study are still being read. Try again in a moment."
	case c.shown == nil && c.waiting():
		return "The result is still being computed: it can be edited once it is there."
	case c.shown == nil || c.doc == nil || c.doc.Loaded == nil:
		return "There is nothing to edit yet: segment first, or show a mask."
	}
	return ""
}

// dropUnchanged takes a copy that nothing was done to out of the list again, and shows what it is a copy of.
func (c *Controller) dropUnchanged(copied *item) {
	if copied.edit.Edited() || copied.edit.CanRedo() || copied.edit.File != "" {
		return
	}
	c.items = slices.DeleteFunc(c.items, func(i *item) bool { return i == copied })
	if n := slices.Index(c.items, copied.of); n >= 0 {
		c.Show(n)
		return
	}
	c.shown = nil
	c.View.SetResult(nil, "")
}

// copyForEdit is a named copy.
func (c *Controller) copyForEdit(of *item) *item {
	origin := edit.Origin{Study: c.doc.Study.ID, Subset: of.subset, Made: of.made}
	if of.from != nil {
		origin.Model = of.from.model.ID
		if made, err := json.Marshal(c.sidecar(of)); err == nil {
			origin.Made = string(made)
		}
	}
	if of.labels != nil {
		origin.Mask = of.name
	}
	name := "edited"
	for n := 2; c.hasItem(name); n++ {
		name = fmt.Sprintf("edited %d", n)
	}
	i := editItem(edit.New(name, origin, of.cutout()), &session.Place{})
	i.from, i.of = of.from, of
	return i
}

// editItem is an edit as an entry of the list.
func editItem(e *edit.Edit, at *session.Place) *item {
	return &item{kind: editedItem, name: e.Name, subset: e.Origin.Subset, edit: e, now: e.Snapshot(), place: at}
}

func (c *Controller) hasItem(name string) bool {
	for _, i := range c.items {
		if i.name == name {
			return true
		}
	}
	return false
}

// leaveEdit ends edit mode, and a stroke that is still held as if it had been let go. The strokes before it are kept already.
func (c *Controller) leaveEdit() {
	if c.editing == nil {
		return
	}
	c.EndStroke()
	c.editing = nil
	c.View.SetBrush(viewer.Brush{})
	slog.Info("edit mode left")
}

// tool is the brush for a pane.
func (e *Editing) tool(c *Controller, plane render.Plane, erase, toOedema bool) edit.Tool {
	t := e.Brush
	t.Plane = plane
	if q, ok := c.View.View.Image.Sequence(); ok && e.Gated && c.doc.Loaded.Volumes[q] != nil {
		t.Gate = &edit.Gate{Volume: c.doc.Loaded.Volumes[q], Low: e.Low, High: e.High}
	}
	if erase {
		return t.Eraser(toOedema)
	}
	return t
}

// BeginStroke puts the tool down.
func (c *Controller) BeginStroke(p viewer.Pane, at render.Spot, erase, toOedema bool) {
	e := c.editing
	world, ok := c.View.World(p, at)
	if e == nil || !ok {
		return
	}
	tool := e.tool(c, p.Plane, erase, toOedema)
	if tool.Paint != label.Background && (erase || e.Tool != DeleteTool) {
		c.View.View.Overlay.Reveal(tool.Paint)
		c.screen.Refresh(Results)
	}
	if e.Tool != BrushTool && !erase {
		c.clickPart(world)
		return
	}
	if err := e.item.edit.Begin(tool, world); err != nil {
		c.Tell(Notice{Text: inWindow(err.Error()), Grave: true})
		return
	}
	e.stroke = true
	c.strokeMoved()
}

// MoveStroke moves it on.
func (c *Controller) MoveStroke(p viewer.Pane, at render.Spot) {
	if world, ok := c.View.World(p, at); ok && c.editing != nil && c.editing.stroke {
		c.editing.item.edit.To(world)
		c.strokeMoved()
	}
}

// EndStroke lifts it: one stroke is one step of undo.
func (c *Controller) EndStroke() {
	if c.editing == nil || !c.editing.stroke {
		return
	}
	c.editing.stroke = false
	if c.editing.item.edit.End() {
		c.changed("edit stroke")
	}
}

// CancelStroke gives the stroke in progress up, and says whether there was one.
func (c *Controller) CancelStroke() bool {
	if c.editing == nil || !c.editing.stroke {
		return false
	}
	c.editing.stroke = false
	c.editing.item.edit.Cancel()
	c.strokeMoved()
	return true
}

// strokeMoved shows what has been painted so far; numbers wait for the end of the stroke.
func (c *Controller) strokeMoved() {
	c.View.SetResult(c.editing.item.edit.Map(), "")
	c.screen.Refresh(Planes)
}

// clickPart deletes or relabels what was clicked.
func (c *Controller) clickPart(world [3]float64) {
	e := c.editing
	at := c.doc.Loaded.Grid.VoxelAt(world)
	voxel := nearest(at)
	to := label.Background
	if e.Tool == RelabelTool {
		to = e.Brush.Paint
	}
	if e.item.edit.Relabel(voxel, e.Scope, to) {
		c.changed("edit stroke")
	}
}

// Undo takes the last step of the shown edit back.
func (c *Controller) Undo() {
	if i := c.shown; i != nil && i.edit != nil && i.edit.Undo() {
		c.changed("undo")
	}
}

// Redo does it again.
func (c *Controller) Redo() {
	if i := c.shown; i != nil && i.edit != nil && i.edit.Redo() {
		c.changed("redo")
	}
}

// changed shows an edit after a finished step, and keeps it on the disk.
func (c *Controller) changed(what string) {
	i := c.shown
	slog.Info(what, "name", i.name, "ml", fmt.Sprint(i.edit.ML()))
	c.View.SetResult(i.edit.Map(), "")
	i.steps++
	c.keepEdit(i)
	c.findLesions(i)
	c.noteEdits()
	c.advance(c.patient, func(p *session.Progress) { p.Exported = p.Exported && !i.edit.Unsaved() })
	c.screen.Refresh(Everything)
}

// keepEdit takes a snapshot of an edit that has changed, and stores it on a worker.
func (c *Controller) keepEdit(i *item) {
	i.now = i.edit.Snapshot()
	key, s := c.source.study().Key(), i.now
	var name string
	c.jobs.Files.Submit(Task{
		Key: i, Anew: true, // a newer snapshot takes the place of one that still waits, and comes after one that is being written
		Work: func(context.Context, progressReport) error {
			err := c.store.KeepEdit(key, i.place, s)
			name = i.place.Name
			return err
		},
		Done: func(err error) {
			if err == nil && name != i.name {
				c.renamed(i, name)
			}
			if err != nil && !errors.Is(err, context.Canceled) {
				c.Tell(Notice{Text: "Your edit could not be kept on the disk: " + inWindow(err.Error()) + ". Save it with Ctrl+S.", Grave: true})
			}
		},
	})
}

// renamed gives an edit the name under which it could be kept.
func (c *Controller) renamed(i *item, name string) {
	c.Tell(Notice{Grave: true, Text: fmt.Sprintf("The edit %q goes on as %q: another window of Quorum has kept one of that name meanwhile, and both stay.", i.name, name)})
	i.name, i.edit.Name = name, name
	if c.has(i) {
		c.rememberStudy()
	}
	c.screen.Refresh(Everything)
}

// DropEdit gives an edit up, with its file.
func (c *Controller) DropEdit(i *item) {
	if i.edit == nil || !c.has(i) {
		return
	}
	c.screen.Confirm(Question{
		Title: "Delete " + i.name, Text: "The edit and everything that was painted in it will be gone.", Yes: "Delete", No: "Keep",
		Then: func(yes bool) {
			if yes && c.has(i) { // the study may have changed while this was asked
				c.dropEdit(i)
			}
		},
	})
}

func (c *Controller) dropEdit(i *item) {
	c.leaveEdit()
	c.items = slices.DeleteFunc(c.items, func(other *item) bool { return other == i })
	c.noteEdits()
	key := c.source.study().Key()
	c.file(func() error { return c.store.DropEdit(key, i.place) })
	if c.shown == i {
		c.shown = nil
		c.View.SetResult(nil, "")
		if o := c.outcomes[c.used]; o != nil {
			c.showOutcome(o, "ready")
		}
	}
	c.screen.Refresh(Everything)
}

// BrushSize makes the brush larger or smaller, in steps of a tenth of an octave or so.
func (c *Controller) BrushSize(steps int) {
	if c.editing == nil {
		return
	}
	r := c.editing.Brush.Radius
	for range max(steps, -steps) {
		if steps > 0 {
			r *= 1.15
		} else {
			r /= 1.15
		}
	}
	c.editing.Brush.Radius = min(mostRadius, max(leastRadius, r))
	c.screen.Refresh(Results | Planes)
}

// HoverBrush shows the brush where the pointer is.
func (c *Controller) HoverBrush(p viewer.Pane, at render.Spot, in bool) {
	if c.editing == nil {
		return
	}
	world, ok := c.View.World(p, at)
	c.View.SetBrush(viewer.Brush{
		On: in && ok && c.editing.Tool == BrushTool, Plane: p.Plane, World: world, Radius: c.editing.Brush.Radius, Ball: c.editing.Brush.Ball,
	})
	c.screen.Refresh(Planes)
}

// Gate limits the brush to intensities of the shown sequence around that at the crosshair, or frees it.
func (c *Controller) Gate(on bool) {
	if c.editing == nil {
		return
	}
	c.editing.Gated = on
	if q, ok := c.View.View.Image.Sequence(); ok && on {
		w := c.View.Window(viewer.Image(q))
		if r, known := c.View.Readout(); known && r.Known.Has(q) {
			spread := (w.High - w.Low) / 8
			c.editing.Low, c.editing.High = r.Intensity[q]-spread, r.Intensity[q]+spread
		} else {
			c.editing.Low, c.editing.High = w.Low, w.High
		}
	}
	c.screen.Refresh(Results)
}

// paints are the labels of the tool row, in its order.
var paints = [...]label.Label{label.NCR, label.ED, label.ET}

func paintNumber(l label.Label) int {
	for n, p := range paints {
		if p == l {
			return n
		}
	}
	return 0
}

// overNumber is the place of what may be drawn over in the tool row: everything, tumour, then one label.
func overNumber(t edit.Tool) int {
	if t.Over == edit.OverOne {
		return 2 + paintNumber(t.Only)
	}
	return int(t.Over)
}

// SetOver is its inverse.
func (c *Controller) SetOver(n int) {
	if c.editing == nil {
		return
	}
	b := &c.editing.Brush
	if n >= 2 {
		b.Over, b.Only = edit.OverOne, paints[n-2]
	} else {
		b.Over = edit.Over(n)
	}
	c.screen.Refresh(Results)
}
