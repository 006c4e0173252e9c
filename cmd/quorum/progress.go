package main

import (
	"time"

	"github.com/schollz/progressbar/v3"

	"quorum/segment"
)

// resolution is the number of steps of a bar.
const resolution = 1000

// progress shows one long piece of work: on a terminal a bar with the time left, otherwise one plain line for each stage.
type progress struct {
	console *console
	name    string
	coarse  bool   // the news are many: one plain line for each whole step done
	last    string // the stage that was said last
	steps   int    // whole steps that were said
	bar     *progressbar.ProgressBar
}

// progress begins to show work on something. Call done at its end.
func (c *console) progress(name string) *progress {
	p := &progress{console: c, name: name}
	if c.tty {
		p.bar = progressbar.NewOptions64(resolution,
			progressbar.OptionSetWriter(c.err),
			progressbar.OptionSetDescription(name),
			progressbar.OptionSetWidth(24),
			progressbar.OptionThrottle(80*time.Millisecond),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionClearOnFinish(),
		)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = p
	return p
}

// step takes the news; it may be called from several goroutines.
func (p *progress) step(s segment.Progress) {
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	if p.bar == nil {
		p.line(s)
		return
	}
	p.bar.Describe(p.name + ": " + s.Text)
	if s.Total > 0 {
		// The last step is left to done: a finished bar forgets how to draw itself. A bar that cannot be drawn stops nothing.
		_ = p.bar.Set(int(min(s.Done/s.Total, 0.999) * resolution))
	}
}

// line says a new stage, where there is no terminal.
func (p *progress) line(s segment.Progress) {
	switch {
	case p.coarse && int(s.Done) > p.steps:
		p.steps = int(s.Done)
		p.console.say("%s: %d of %.0f done", p.name, p.steps, s.Total)
	case !p.coarse && s.Text != p.last && s.Done < s.Total:
		p.last = s.Text
		p.console.say("%s: %s", p.name, s.Text)
	}
}

func (p *progress) hide() {
	if p.bar != nil {
		_ = p.bar.Clear() // only the terminal's look
	}
}

// done takes the bar away.
func (p *progress) done() {
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	p.hide()
	p.console.now = nil
}
