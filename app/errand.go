package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// errand is work in a place that the user chose, where a drive may not answer. The status line tells of it, it can be cancelled, and nothing
// waits for it but other errands.
type errand struct {
	text   string    // "writing to /results"
	of     *document // what it reads for: closing that ends it; nil = it goes on
	ending bool      // it was cancelled, and has not ended yet
}

// send does work on a worker and tells done of its end, unless the study that it was for is closed by then. What work has found out may be
// looked at only if it was not left behind.
func (c *Controller) send(e *errand, work func(context.Context) error, done func(error)) {
	c.errands = append(c.errands, e)
	c.jobs.Places.Submit(Task{
		Key:  e,
		Work: func(ctx context.Context, _ progressReport) error { return work(ctx) },
		Done: func(err error) {
			c.errands = slices.DeleteFunc(c.errands, func(other *errand) bool { return other == e })
			c.screen.Refresh(Running)
			if e.of != nil && e.of != c.doc {
				return
			}
			if _, left := errors.AsType[*LeftError](err); left {
				c.Tell(Notice{Grave: true, Text: fmt.Sprintf("Cancelled while %s: the place does not answer. What was begun there is left as it is, and Quorum goes on without it.", e.text)})
			}
			done(err)
		},
	})
	c.screen.Refresh(Running)
}

// cancelErrand ends the errand that the status line shows; one that the system does not let go is left behind.
func (c *Controller) cancelErrand() {
	e := c.errands[0]
	e.ending = true
	c.jobs.Places.Cancel(func(key any, _ Priority) bool { return key == any(e) })
	c.screen.Refresh(Running)
}

// cancelReading ends what is read for the open study.
func (c *Controller) cancelReading() {
	c.jobs.Places.Cancel(func(key any, _ Priority) bool {
		e, ours := key.(*errand)
		return ours && e.of != nil && e.of == c.doc
	})
}

// Cancel ends what the status line shows, and says whether that was anything that can be ended.
func (c *Controller) Cancel() bool {
	switch {
	case c.incoming != nil:
		c.CancelOpen()
	case len(c.errands) > 0:
		c.cancelErrand()
	default:
		return c.CancelRun()
	}
	return true
}
