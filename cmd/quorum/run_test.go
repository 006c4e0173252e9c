package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// tree is a program of one command.
func tree(work func(*cobra.Command, []string) error) *cobra.Command {
	root := &cobra.Command{Use: "quorum", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(&cobra.Command{Use: "work", RunE: work})
	root.SetArgs([]string{"work"})
	return root
}

func TestExitStatus(t *testing.T) {
	for _, test := range []struct {
		name   string
		cancel bool
		work   func(*cobra.Command, []string) error
		status int
		says   string
	}{
		{"done", false, func(*cobra.Command, []string) error { return nil }, exitDone, ""},
		{"failed", false, func(*cobra.Command, []string) error { return errors.New("a.nii: is cut off") }, exitFailed, "quorum: a.nii: is cut off\n"},
		{"reported", false, func(*cobra.Command, []string) error { return errReported }, exitFailed, ""},
		{"usage", false, func(*cobra.Command, []string) error { return usagef("--x is wrong") }, exitUsage, "quorum: --x is wrong\nTry 'quorum work --help'.\n"},
		{"cancelled", true, func(cmd *cobra.Command, _ []string) error { return cmd.Context().Err() }, exitCancelled, "quorum: cancelled"},
		{"panic", false, func(*cobra.Command, []string) error { panic("index out of range") }, exitFailed, "please report it"},
		{"panic beside", false, func(*cobra.Command, []string) error {
			return guard(func() error { panic("nil map") })
		}, exitFailed, "quorum: internal error: nil map; this is a bug"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if test.cancel {
				cancel()
			}
			if got := execute(ctx, newConsole(&stdout, &stderr), tree(test.work)); got != test.status {
				t.Errorf("status %d, want %d", got, test.status)
			}
			if got := stderr.String(); !strings.Contains(got, test.says) || test.says == "" && got != "" || strings.Contains(got, "goroutine") {
				t.Errorf("stderr %q, want %q in it and no stack", got, test.says)
			}
			if stdout.Len() > 0 {
				t.Errorf("stdout %q, want nothing", stdout.String())
			}
		})
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestBrokenOutput(t *testing.T) {
	var stderr bytes.Buffer
	if got := run(t.Context(), []string{"version"}, full{}, &stderr); got != exitFailed {
		t.Errorf("status %d, want %d", got, exitFailed)
	}
	if got := stderr.String(); !strings.Contains(got, "no space left on device") {
		t.Errorf("stderr %q does not say why", got)
	}
}

func TestFailureIsAnObject(t *testing.T) {
	var stdout, stderr bytes.Buffer
	c := newConsole(&stdout, &stderr)
	c.json = true
	c.failure("head-7", errors.New("t1.nii.gz: the file ends early"))
	want := `{"schema":"quorum.error/1","study":"head-7","error":"t1.nii.gz: the file ends early"}` + "\n"
	if got := stdout.String(); got != want {
		t.Errorf("got %s want %s", got, want)
	}
	if got, want := stderr.String(), "quorum: head-7: t1.nii.gz: the file ends early\n"; got != want {
		t.Errorf("got %q want %q", got, want)
	}
}

func TestTable(t *testing.T) {
	var stdout bytes.Buffer
	c := newConsole(&stdout, &bytes.Buffer{})
	c.table([][]string{{"●○○○", "FLAIR", "1.00 mL"}, {"●●●●", "FLAIR T1 T1ce T2", "12.00 mL"}})
	want := "  ●○○○  FLAIR             1.00 mL\n  ●●●●  FLAIR T1 T1ce T2  12.00 mL\n"
	if got := stdout.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
