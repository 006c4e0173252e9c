package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

// The exit statuses, as docs/command-line.md promises them.
const (
	exitDone      = 0
	exitFailed    = 1 // at least one study, or the whole call, failed
	exitUsage     = 2
	exitCancelled = 130
)

// usageError is a mistake in the command line: exit status 2, with a hint where to read on.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Errorf(format, args...)}
}

// errReported ends a call whose failures were all said already.
var errReported = errors.New("failed, as reported")

// run is the whole program: everything that it needs from the world comes in, everything that it says goes out.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	screen := newConsole(stdout, stderr)
	root := newRoot(screen) //nolint:contextcheck // cobra hands the context to the commands
	root.SetArgs(args)
	return execute(ctx, screen, root)
}

// execute runs the command of root that its arguments name and gives the exit status. What goes wrong before a command starts is a mistake
// in the command line.
func execute(ctx context.Context, screen *console, root *cobra.Command) (status int) {
	defer func() {
		if r := recover(); r != nil {
			screen.failure("", bug(r))
			status = exitFailed
		}
	}()
	started := false
	root.PersistentPreRun = func(*cobra.Command, []string) { started = true }
	at, err := root.ExecuteContextC(ctx)
	if err != nil && !started {
		err = &usageError{err}
	}
	return screen.end(ctx, at, err)
}

// end says why the call failed, if it did, and chooses the exit status.
func (c *console) end(ctx context.Context, at *cobra.Command, err error) int {
	c.clear()
	var usage *usageError
	switch {
	case err == nil && c.broken != nil:
		c.say("quorum: the output could not be written: %v", c.broken)
		return exitFailed
	case err == nil:
		return exitDone
	case ctx.Err() != nil:
		c.say("quorum: cancelled; nothing half-written is left")
		return exitCancelled
	case errors.As(err, &usage):
		text, hint, _ := strings.Cut(strings.TrimSpace(usage.Error()), "\n")
		c.say("quorum: %s", text)
		if hint = strings.TrimSpace(hint); hint != "" {
			c.say("%s", strings.ReplaceAll(hint, "\n\n", "\n"))
		}
		c.say("Try '%s --help'.", at.CommandPath())
		return exitUsage
	case errors.Is(err, errReported):
		return exitFailed
	}
	c.failure("", err)
	return exitFailed
}

// bug turns a recovered panic into a sentence. The stack is for developers only.
func bug(r any) error {
	if os.Getenv("QUORUM_DEBUG") != "" {
		return fmt.Errorf("internal error: %v\n%s", r, debug.Stack())
	}
	return fmt.Errorf("internal error: %v; this is a bug: please report it with the command that you gave (QUORUM_DEBUG=1 shows where it happened)", r)
}

// guard makes a panic in a goroutine's work an error of that work.
func guard(work func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = bug(r)
		}
	}()
	return work()
}
