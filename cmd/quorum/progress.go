package main

import (
	"fmt"
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
	last    string // the stage that was said last
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
		if s.Text != "" && s.Text != p.last {
			fmt.Fprintf(p.console.err, "%s: %s\n", p.name, s.Text)
			p.last = s.Text
		}
		return
	}
	p.bar.Describe(p.name + ": " + s.Text)
	if s.Total > 0 {
		// The last step is left to done: a finished bar forgets how to draw itself. A bar that cannot be drawn stops nothing.
		_ = p.bar.Set(int(min(s.Done/s.Total, 0.999) * resolution))
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
