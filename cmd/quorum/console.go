package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"

	"quorum/viewer/study"
)

// console is where the program speaks: results on out, progress and notices on err.
type console struct {
	out, err io.Writer
	json     bool  // --json: results are objects, one a line
	tty      bool  // err is a terminal
	broken   error // the first failure to write a result

	mu  sync.Mutex
	now interface{ hide() } // what is shown at the moment and can be taken away; nil when none
}

func newConsole(stdout, stderr io.Writer) *console {
	f, ok := stderr.(*os.File)
	return &console{out: stdout, err: stderr, tty: ok && term.IsTerminal(int(f.Fd()))}
}

// text writes a line of a result for a person; nothing with --json.
func (c *console) text(format string, args ...any) {
	if !c.json {
		c.write([]byte(printable(fmt.Sprintf(format, args...)) + "\n"))
	}
}

// object writes a result as one line of JSON; nothing without --json.
func (c *console) object(v any) {
	if !c.json {
		return
	}
	line, err := json.Marshal(v)
	if err != nil {
		c.broken = err
		return
	}
	c.write(append(line, '\n'))
}

func (c *console) write(line []byte) {
	c.clear()
	if _, err := c.out.Write(line); err != nil && c.broken == nil {
		c.broken = err
	}
}

// table writes rows in columns, indented by two.
func (c *console) table(rows [][]string) {
	var width []int
	for _, row := range rows {
		for at, cell := range row {
			if at == len(width) {
				width = append(width, 0)
			}
			width[at] = max(width[at], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		cells := make([]string, len(row))
		for at, cell := range row {
			cells[at] = cell + strings.Repeat(" ", width[at]-utf8.RuneCountInString(cell))
		}
		c.text("  %s", strings.TrimRight(strings.Join(cells, "  "), " "))
	}
}

// say writes a line on err. Where that fails there is nobody left to be told.
func (c *console) say(format string, args ...any) {
	_, _ = fmt.Fprintln(c.err, printable(fmt.Sprintf(format, args...)))
}

// printable takes out the control characters that a file's name or header may hold: they could move the terminal's cursor or colour it.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// notice says something that a person should know, on err.
func (c *console) notice(format string, args ...any) {
	c.clear()
	c.say(format, args...)
}

// failedLine is how a failure appears among JSON results.
type failedLine struct {
	Schema string `json:"schema"`
	Study  string `json:"study,omitempty"`
	Error  string `json:"error"`
}

// failure says that a study (or, with an empty name, the call) failed, and why.
func (c *console) failure(name string, err error) {
	c.object(failedLine{Schema: "quorum.error/1", Study: name, Error: err.Error()})
	// Every failure of a study names the study, unless its own words begin with the path that was given.
	if name == "" || strings.HasPrefix(err.Error(), name) {
		name = "quorum"
	} else {
		name = "quorum: " + name
	}
	var refused *study.RefusedError
	if !errors.As(err, &refused) || len(refused.Problems) < 2 {
		c.notice("%s: %v", name, err)
		return
	}
	c.notice("%s: there are %d reasons why this cannot be segmented:", name, len(refused.Problems))
	for _, p := range refused.Problems {
		c.notice("  %s", problemText(p))
	}
}

// clear takes the progress bar off the terminal before something else is written.
func (c *console) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now != nil {
		c.now.hide()
	}
}

// section lets something larger write itself as text; nothing with --json.
func (c *console) section(write func(io.Writer) error) {
	if c.json {
		return
	}
	var b bytes.Buffer
	if err := write(&b); err != nil && c.broken == nil {
		c.broken = err
	}
	c.write(b.Bytes())
}
