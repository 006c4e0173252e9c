package app

import (
	"context"
	"errors"
	"log/slog"

	"quorum/segment/engine"
	"quorum/segment/ort"
	"quorum/viewer/session"
)

// trialKey names the task that tries another engine.
type trialKey struct{}

// optionsUnder are the engine's options with what p changes in the preferences: what this run alone was started with holds until it is changed.
func (c *Controller) optionsUnder(p session.Preferences) engine.Options {
	o, before, after := c.asked, preferred(c.prefs), preferred(p)
	if after.Model != before.Model {
		o.Model = after.Model
	}
	if after.Device != before.Device {
		o.Device = after.Device
	}
	if after.Precision != before.Precision {
		o.Precision = after.Precision
	}
	return o
}

// LosesResults says whether the present results go if p is taken over: another model or device will have computed none of them.
func (c *Controller) LosesResults(p session.Preferences) bool { return c.optionsUnder(p) != c.asked }

// SetPreferences takes over what the user has chosen for good. Another model or device is tried first: unless it can be used, everything
// stays as it is, what the former has computed too. done is told why not, or nil; it is not called after stop.
func (c *Controller) SetPreferences(p session.Preferences, done func(error)) (stop func()) {
	o := c.optionsUnder(p)
	if o == c.asked {
		c.keepPreferences(p)
		done(nil)
		return func() {}
	}
	stopped := false
	c.jobs.Engine.Submit(Task{
		Key: trialKey{}, Priority: User, Keep: true,
		Work: func(ctx context.Context, _ progressReport) error { return c.lab.try(ctx, o) },
		Done: func(err error) {
			switch {
			case stopped:
				return
			case errors.Is(err, ort.ErrOtherLibrary): // the model is good, and so is the device
				c.Tell(Notice{Text: "The device that was chosen needs another library than the one that is loaded: it computes when Quorum is started again.", about: theEngine})
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
	}
}

// keepPreferences makes p the preferences.
func (c *Controller) keepPreferences(p session.Preferences) {
	c.prefs = p
	c.savePreferences()
	c.lookAhead()
	c.screen.Refresh(Everything)
}
