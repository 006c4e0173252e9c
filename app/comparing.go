package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"quorum/app/page"
	"quorum/viewer"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/lesion"
	"quorum/viewer/sequence"
)

// compareKey names the task that scores all results anew: there is one at a time.
type compareKey struct{}

func isCompareKey(key any) bool {
	_, ok := key.(compareKey)
	return ok
}

// comparing is what the Compare page is asked to show.
type comparing struct {
	preset   compare.Preset
	chosen   []sequence.Subset // of "My choice"
	region   label.Region
	overlay  page.Overlay
	pointed  sequence.Subset // the cell that is pointed at; the empty set is the reference
	pointing bool            // pointed means something
	blink    *blink          // nil = B is not held
}

// wantedCells are the subsets that the page shows.
func (c *Controller) wantedCells() []sequence.Subset {
	if c.doc == nil || c.doc.Loaded == nil {
		return nil
	}
	return c.comparing.preset.Subsets(c.set.Present, c.set.Base, c.comparing.chosen)
}

// cellLayout is where they stand.
func (c *Controller) cellLayout() compare.Layout {
	return c.comparing.preset.Layout(c.set.Present, c.set.Base, c.set.Truth != nil)
}

// MissingCells are those of them that have not been computed.
func (c *Controller) MissingCells() []sequence.Subset { return c.set.Missing(c.wantedCells()) }

// cellWanted says whether somebody waits for a cell.
func (c *Controller) cellWanted(u sequence.Subset) bool { return slices.Contains(c.compareWanted, u) }

// ComputeCells computes the results that the page lacks. Cells fill as they finish.
func (c *Controller) ComputeCells() {
	if !c.maySegment() {
		return
	}
	c.compareWanted = nil
	missing := c.MissingCells()
	slog.Info("compare started", "cells", len(missing))
	if len(missing) == 0 { // looking ahead had them all
		slog.Info("compare complete", "cells", len(c.set.Computed()))
	}
	c.wantCells(missing...)
}

// wantCells computes results of the open study that the Compare page waits for.
func (c *Controller) wantCells(cells ...sequence.Subset) {
	c.failed = nil
	c.compareWanted = append(c.compareWanted, cells...)
	for _, u := range cells {
		c.submit(u, Visible)
	}
	if len(cells) > 0 {
		c.running = running{text: "waiting for the engine", share: -1, since: c.now(), what: cells[0]}
	}
	c.screen.Refresh(Comparing | Running)
}

// compareAgain scores all results on a worker.
func (c *Controller) compareAgain() {
	if len(c.set.Computed()) == 0 {
		return
	}
	set, doc, epoch := c.set, c.doc, c.epoch
	var comparison *compare.Comparison
	var agreement *compare.Agreement
	var disputes [label.RegionCount][]lesion.Dispute
	c.jobs.Files.Cancel(func(key any, _ Priority) bool { return isCompareKey(key) })
	c.jobs.Files.Submit(Task{
		Key: compareKey{},
		Work: func(ctx context.Context, _ progressReport) (err error) {
			if comparison, err = set.Compare(ctx); err != nil {
				return err
			}
			if agreement, err = set.Agreement(ctx); err != nil {
				return err
			}
			for r := range disputes {
				if err := ctx.Err(); err != nil {
					return err
				}
				disputes[r] = lesion.Disputes(agreement, label.Region(r))
			}
			return nil
		},
		Done: func(err error) {
			switch {
			case c.doc != doc || c.epoch != epoch || errors.Is(err, context.Canceled):
				return
			case err != nil:
				c.Tell(Notice{Text: "The results could not be compared: " + inWindow(err.Error()), Grave: true})
				return
			}
			c.disputes, c.disputeAt = disputes, -1
			c.compared(comparison, agreement)
		},
	})
}

func (c *Controller) compared(comparison *compare.Comparison, agreement *compare.Agreement) {
	c.comparison, c.agreement = comparison, agreement
	c.View.SetAgreement(agreement)
	if len(c.compareWanted) > 0 && len(c.set.Missing(c.compareWanted)) == 0 {
		slog.Info("compare complete", "cells", len(comparison.Rows))
		c.compareWanted = nil
	}
	c.screen.Refresh(Comparing | Planes | Results)
}

// disputing says of which region the page shows the agreement map; then N and P step through the disputed places.
func (c *Controller) disputing() (r label.Region, ok bool) {
	if c.agreement == nil || c.agreement.N < 2 {
		return 0, false
	}
	if c.page == ComparePage {
		return c.comparing.region, c.comparing.overlay == page.AgreementMap
	}
	overlay := c.View.View.Overlay
	return overlay.Region, overlay.Show == viewer.Disputed
}

// SetCells chooses what the cells show: an overlay, of a region.
func (c *Controller) SetCells(o page.Overlay, r label.Region) {
	c.comparing.overlay, c.comparing.region, c.disputeAt = o, r, -1
	c.screen.Refresh(Comparing | Results)
}

// SetPreset chooses what is compared.
func (c *Controller) SetPreset(p compare.Preset) {
	c.comparing.preset = p
	c.screen.Refresh(Comparing)
}

// SetReference compares with the result of u where there is no truth, whatever is used.
func (c *Controller) SetReference(u sequence.Subset) {
	if u.Without(c.set.Present) != 0 { // of a study that was closed meanwhile
		return
	}
	c.set.Base = u
	c.compareAgain()
	c.screen.Refresh(Comparing | Planes | Results)
}

// OpenCell shows a cell on the Images page. The comparison stays as it is.
func (c *Controller) OpenCell(u sequence.Subset) {
	o := c.outcomes[u]
	if o == nil {
		return
	}
	c.used, c.wanted = u, u
	c.showOutcome(o, "ready")
	c.ShowPage(ImagesPage)
}

// ClickCell opens a result on the Images page, or computes the one that is not there.
func (c *Controller) ClickCell(u sequence.Subset) {
	switch {
	case u.Without(c.set.Present) != 0: // a cell of a study that was closed meanwhile
	case u == 0:
		for n, i := range c.items {
			if i.truth {
				c.Show(n)
				c.ShowPage(ImagesPage)
				return
			}
		}
		c.OpenCell(c.set.Base)
	case c.outcomes[u] != nil:
		c.OpenCell(u)
	case c.cellWanted(u) || !c.maySegment():
	default:
		if c.comparing.preset == compare.MyChoice && !slices.Contains(c.comparing.chosen, u) {
			c.comparing.chosen = append(c.comparing.chosen, u)
		}
		c.wantCells(u)
	}
}

// cellProgress says how far the cells of the preset are.
func (c *Controller) cellProgress() string {
	wanted := c.wantedCells()
	missing := len(c.set.Missing(wanted))
	if missing == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d", len(wanted)-missing, len(wanted))
}
