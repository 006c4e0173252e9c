package main

import (
	"bytes"
	"testing"

	"quorum/segment"
)

func TestPlainProgress(t *testing.T) {
	var stderr bytes.Buffer
	c := newConsole(&bytes.Buffer{}, &stderr)
	p := c.progress("head")
	for at := range 200 {
		p.step(segment.Progress{Text: "encoding T1", Done: float64(at) / 100, Total: 4})
	}
	p.step(segment.Progress{Text: "painting", Done: 3, Total: 4})
	p.step(segment.Progress{Text: "done", Done: 4, Total: 4})
	p.done()
	if got, want := stderr.String(), "head: encoding T1\nhead: painting\n"; got != want {
		t.Errorf("got %q want %q", got, want)
	}

	stderr.Reset()
	p = c.progress("evaluate")
	p.coarse = true
	for at := range 300 {
		p.step(segment.Progress{Text: string(rune('a' + at%26)), Done: float64(at) / 100, Total: 3})
	}
	p.step(segment.Progress{Done: 3, Total: 3})
	p.done()
	if got, want := stderr.String(), "evaluate: 1 of 3 done\nevaluate: 2 of 3 done\nevaluate: 3 of 3 done\n"; got != want {
		t.Errorf("got %q want %q", got, want)
	}
}

func TestProgressBar(t *testing.T) {
	var stderr bytes.Buffer
	c := newConsole(&bytes.Buffer{}, &stderr)
	c.tty = true
	p := c.progress("head")
	p.step(segment.Progress{Text: "encoding T1", Done: 1, Total: 4})
	c.notice("head: notice: odd")
	p.step(segment.Progress{Text: "encoding T2", Done: 2, Total: 4})
	p.done()
	got := stderr.String()
	if !bytes.Contains([]byte(got), []byte("\rhead: notice: odd\n")) && !bytes.Contains([]byte(got), []byte("\x1b[2K\rhead: notice: odd\n")) {
		t.Errorf("the notice does not stand on a line of its own: %q", got)
	}
}
