package app

import (
	"context"
	"errors"
	"log/slog"

	"quorum/segment/engine"
	"quorum/segment/ort"
	"quorum/viewer/session"
)

// trialKey names the task that tries another engine, or lets one go that was tried.
type trialKey struct{}

// SetPreferences takes over what the user has chosen for good, with the engine's options in p's place where they differ from those that this
// run has: those may come from the command line. Another model or device is tried first: unless it can be used, everything stays as it is,
// what the former has computed too. done is told why not, or nil; it is not called after stop.
func (c *Controller) SetPreferences(p session.Preferences, o engine.Options, done func(error)) (stop func()) {
	if o.Model != c.asked.Model {
		p.Model = o.Model
	}
	if o.Device != c.asked.Device {
		p.Device = o.Device
	}
	if o.Precision != c.asked.Precision {
		p.Precision = o.Precision
	}
	if o == c.asked {
		c.keepPreferences(p)
		done(nil)
		return func() {}
	}
	stopped := false
	c.jobs.Engine.Submit(Task{
		Key: trialKey{}, Priority: User, Keep: true, Anew: true,
		Work: func(ctx context.Context, _ progressReport) error { return c.lab.try(ctx, o) },
		Done: func(err error) {
			switch {
			case stopped:
				return
			case errors.Is(err, ort.ErrOtherLibrary): // the model is good, and so is the device
				c.asked = o
				c.Tell(Notice{Text: "The device that was chosen needs another library than the one that is loaded: until Quorum is started again the former model and device compute.", about: theEngine})
				c.said = "the chosen device computes from the next start on"
			case err != nil:
				slog.Warn("preferences refused", "error", err)
				done(err)
				return
			default:
				c.machine = nil
				c.forgetResults()
				c.startEngine(o)
			}
			c.keepPreferences(p)
			done(nil)
		},
	})
	return func() {
		stopped = true
		c.jobs.Engine.Cancel(func(key any, _ Priority) bool { return key == any(trialKey{}) })
		c.jobs.Engine.Submit(Task{
			Key: trialKey{}, Priority: Listed, Keep: true,
			Work: func(context.Context, progressReport) error {
				c.lab.dropTried() // it may have been opened before it was cancelled
				return nil
			},
			Done: func(error) {},
		})
	}
}

// keepPreferences makes p the preferences.
func (c *Controller) keepPreferences(p session.Preferences) {
	c.prefs = p
	c.savePreferences()
	c.lookAhead()
	c.screen.Refresh(Everything)
}
