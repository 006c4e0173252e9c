package app

import (
	"context"
	"log/slog"

	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// Change says what of the screen must be shown anew.
type Change uint

// The parts of the screen.
const (
	Planes Change = 1 << iota
	Study
	Everything Change = 1<<iota - 1
)

// Screen is what the controller needs of a window.
type Screen interface {
	Refresh(Change)
}

// Controller holds what the program knows and decides what happens: its methods are what a user can do. It knows no toolkit and lives on the
// UI goroutine.
type Controller struct {
	jobs    *Jobs
	options Options
	screen  Screen

	source Source
	doc    *document    // nil while nothing is open
	found  *study.Study // known before doc is complete
	seen   [sequence.Count]image
	busy   string // what is being done, "" = nothing
	failed string // why opening failed
}

func newController(jobs *Jobs, o Options) *Controller {
	return &Controller{jobs: jobs, options: o}
}

// open reads a study from paths.
func (c *Controller) open(paths []string) {
	if len(paths) > 0 {
		c.read(Source{Paths: paths})
	}
}

// read opens a study in the place of the one that is open, once something of it can be seen.
func (c *Controller) read(src Source) {
	c.source, c.busy, c.failed = src, "opening", ""
	c.found, c.doc, c.seen = nil, nil, [sequence.Count]image{}
	c.screen.Refresh(Everything)
	var doc *document
	c.jobs.Open.Start(func(ctx context.Context, post Dispatch) (err error) {
		doc, err = read(ctx, src, post, listener{
			found: func(s *study.Study) {
				c.found = s
				c.screen.Refresh(Study)
			},
			image: func(q sequence.Sequence, i image) {
				c.seen[q] = i
				c.screen.Refresh(Everything)
			},
		})
		return err
	}, func(err error) {
		c.busy = ""
		if err != nil {
			slog.Warn("study not opened", "error", err)
			c.failed = inWindow(err.Error())
		} else {
			c.doc = doc
			slog.Info("study loaded", "id", doc.Study.ID, "present", doc.Present().String(), "segmentable", doc.Loaded != nil)
		}
		c.screen.Refresh(Everything)
	})
}
