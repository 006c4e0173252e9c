package app

import (
	"time"

	"quorum/viewer"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// blinkTime is how long each of the two stands on the Compare page.
const blinkTime = 400 * time.Millisecond

// blink is a result that is shown large on the Compare page, by turns with the reference, while B is held.
type blink struct {
	subset    sequence.Subset // the cell that was pointed at when the key went down; the empty set is the reference
	reference bool            // it stands there now
	stop      func()
}

// PointCell says which cell of the Compare page is under the pointer; the empty set is the reference.
func (c *Controller) PointCell(u sequence.Subset, in bool) {
	c.comparing.pointed, c.comparing.pointing = u, in
}

// Blink shows the reference in place of a result for as long as a key is held: on the Images page in place of the shown one, on the Compare
// page large, by turns with the pointed one. Where that cannot be, it says why.
func (c *Controller) Blink(on bool) {
	switch {
	case !on:
		c.endBlink()
	case c.blinking || c.comparing.blink != nil:
		return // the key repeats
	case c.page == ComparePage:
		c.unblinking = c.blinkCell()
	default:
		c.unblinking = c.blinkShown()
	}
	c.screen.Refresh(Blinking | Running)
}

// CancelBlink takes the reference away although the key is still held, and says whether it was held.
func (c *Controller) CancelBlink() bool {
	held := c.blinking || c.comparing.blink != nil || c.unblinking != ""
	if held {
		c.Blink(false)
	}
	return held
}

func (c *Controller) endBlink() {
	c.unblinking = ""
	if b := c.comparing.blink; b != nil {
		b.stop()
		c.comparing.blink = nil
	}
	if c.blinking {
		c.blinking = false
		c.View.Blink(nil, "")
		c.screen.Refresh(Planes)
	}
}

// blinkShown shows the reference in place of the shown result, or says why it cannot.
func (c *Controller) blinkShown() (why string) {
	reference := c.set.Reference()
	switch {
	case c.shown == nil:
		return "no result is shown that could blink"
	case reference == nil:
		return "nothing to blink against: the " + c.set.ReferenceName() + " is not computed"
	case !c.View.View.Overlay.Shown:
		return "the overlay is off: S shows it"
	}
	name := "reference: " + c.set.ReferenceName()
	if c.showsReference() {
		name = "this is the reference itself"
	}
	c.blinking = true
	c.View.Blink(reference, name)
	c.screen.Refresh(Planes)
	return ""
}

// blinkCell shows the pointed cell large, by turns with the reference, or says why it cannot.
func (c *Controller) blinkCell() (why string) {
	g := &c.comparing
	reference := c.set.Reference()
	switch {
	case !g.pointing:
		return "point at a result to blink it against the reference"
	case g.pointed != 0 && c.set.Result(g.pointed) == nil:
		return "the result of " + g.pointed.Names() + " is not computed"
	case reference == nil:
		return "nothing to blink against: the " + c.set.ReferenceName() + " is not computed"
	}
	b := &blink{subset: g.pointed, stop: func() {}}
	if g.pointed != 0 && c.set.Result(g.pointed) != reference {
		b.stop = c.jobs.Every(blinkTime, func() {
			b.reference = !b.reference
			c.screen.Refresh(Blinking)
		})
	}
	g.blink = b
	return ""
}

// blinks is what the large picture shows: a subset, the empty set for the reference, and its name.
func (c *Controller) blinks() (u sequence.Subset, name string) {
	b := c.comparing.blink
	switch {
	case b.subset == 0 || c.set.Result(b.subset) == c.set.Reference():
		return 0, "this is the reference itself: " + c.set.ReferenceName()
	case b.reference:
		return 0, "reference: " + c.set.ReferenceName()
	}
	return b.subset, b.subset.Names()
}

// blinkFrame draws it: always labels, since an agreement map would be the same for both.
func (c *Controller) blinkFrame(p viewer.Pane) (render.Frame, bool) {
	u, name := c.blinks()
	f, ok := c.cellFrame(largeCell, u, p, c.labelOverlay())
	f.Image = name
	return f, ok
}

// showsReference says whether the shown result is the reference itself.
func (c *Controller) showsReference() bool {
	reference := c.set.Reference()
	return reference != nil && c.shown != nil && c.shown.cutout() == reference
}
