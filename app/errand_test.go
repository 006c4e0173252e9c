package app

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"quorum/viewer/label"
	"quorum/viewer/report"
	"quorum/viewer/save"
	"quorum/viewer/sequence"
)

// stall occupies the worker of the user's places with a drive that does not answer.
func (b *bench) stall() (answer chan struct{}) {
	answer = make(chan struct{})
	b.c.send(&errand{text: "writing to a drive"}, func(context.Context) error { <-answer; return nil }, func(error) {})
	b.q.settle()
	return answer
}

// A drive that does not answer holds back what goes there, and nothing else.
func TestADriveThatStallsHoldsNothingElseBack(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.open(full)
		defer close(b.stall())
		b.c.Segment()
		b.q.pass(2 * time.Second)
		b.c.Toggle(sequence.T1ce)
		b.q.pass(2 * time.Second)
		if c := b.c.comparison; c == nil || len(c.Rows) != 2 || b.c.agreement == nil || !b.c.shown.searched {
			b.Error("scores, agreement or lesions wait for the drive")
		}
		b.stroke()
		b.q.pass(time.Second)
		if !b.c.store.HasEdits(b.c.source.study().Key()) {
			b.Error("the edit is not kept")
		}
		b.again(dir)
		if b.c.shown == nil || b.c.shown.kind != editedItem {
			b.Fatal("the edit is not read again")
		}
		b.c.ToggleEdit()
		if b.c.editing == nil {
			b.Error("E does nothing")
		}
		if a := b.c.status(); a.Text != "writing to a drive" || !a.Cancel {
			b.Errorf("the status is %+v", a)
		}
		b.c.Leave()
		b.q.pass(time.Second)
		if stored, err := os.ReadFile(filepath.Join(b.state, "state", "session.json")); err != nil || !strings.Contains(string(stored), "edited") {
			b.Errorf("the session is not kept: %s, %v", stored, err)
		}
	})
}

func TestAnExportThatWaitsCanBeCancelled(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		answer := b.stall()
		defer close(answer)
		p := ExportPlan{Folder: filepath.Join(b.state, "out"), Name: "case", Mask: true, Scheme: label.BraTS2023}
		b.c.Export(p, b.c.shown, report.View{})
		b.q.settle()
		if a := b.c.status(); a.Text != "writing to a drive, 1 more to come" {
			b.Errorf("the status is %+v", a)
		}
		if !b.c.Cancel() { // the drive
			b.Fatal("nothing was cancelled")
		}
		b.q.settle()
		if a := b.c.status(); a.Text != "cancelled: writing to a drive" || a.Cancel {
			b.Errorf("the status is %+v", a)
		}
		b.q.pass(grace + time.Second)
		if !strings.Contains(b.c.Alert(), "writing to a drive: the place does not answer") {
			b.Errorf("the alert is %q", b.c.Alert())
		}
		if _, err := os.Stat(p.Files()[0]); err != nil || b.c.Patients() != nil || b.c.status().Text != "exported 2 files" {
			b.Errorf("the next one is not written: %v, status %+v", err, b.c.status())
		}
		p.Name = "another"
		e, err := b.c.exportable(b.c.shown)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(b.Context())
		cancel()
		files, err := e.write(ctx, p)
		if _, there := os.Stat(p.Files()[0]); unfinished(p, files, err) != "Nothing was written: it was cancelled" || there == nil {
			b.Errorf("what was cancelled is written all the same, or said to be: %s", unfinished(p, files, err))
		}
	})
}

// What is read for a study ends with it, and the next study's masks do not wait for it.
func TestReadingEndsWithItsStudy(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		answer := make(chan struct{})
		defer close(answer)
		b.c.send(&errand{text: "reading a mask", of: b.c.doc}, func(context.Context) error { <-answer; return nil }, func(error) {
			b.Error("the next study hears of it")
		})
		b.q.settle()
		if b.c.status().Text != "reading a mask" {
			b.Errorf("the status is %+v", b.c.status())
		}
		b.another("next", full)
		b.q.pass(grace + time.Second)
		if len(b.c.errands) != 0 || b.c.status().Text != "" || b.c.Alert() != "" {
			b.Errorf("the status is %+v, the alert %q", b.c.status(), b.c.Alert())
		}
	})
}

// E says why it cannot begin, whatever it waits for.
func TestEditingSaysWhatItWaitsFor(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		dir := b.open(full)
		says := func(text string) {
			t.Helper()
			w.typedRune('e')
			if b.c.editing != nil || !strings.Contains(b.c.Alert(), text) {
				t.Errorf("the alert is %q", b.c.Alert())
			}
			b.c.Dismiss()
		}
		says("segment first")
		b.c.Segment()
		says("still being computed")
		b.q.pass(2 * time.Second)
		b.stroke()
		b.q.pass(time.Second)
		slow := make(chan struct{})
		b.jobs.Files.Submit(Task{Key: "slow", Work: func(context.Context, progressReport) error { <-slow; return nil }, Done: func(error) {}})
		b.again(dir)
		says("still being read")
		close(slow)
		b.q.pass(time.Second)
		if w.typedRune('e'); b.c.editing == nil {
			t.Error("E does nothing")
		}
	})
}

// Cancelling comes too late where everything is written.
func TestAnExportThatIsCompleteIsNotCancelled(t *testing.T) {
	p := ExportPlan{Folder: t.TempDir(), Name: "case", Mask: true, Labels: true}
	for _, n := range []int{0, 2, 4} {
		if text := unfinished(p, p.Files()[:n], context.Canceled); (text == "") != (n == 4) {
			t.Errorf("%d of 4 files: %q", n, text)
		}
	}
}

// What is said of files that were written does not deny it.
func TestADiskThatFillsUpLeavesWhatIsComplete(t *testing.T) {
	p := ExportPlan{Folder: t.TempDir(), Name: "case", Mask: true, Labels: true}
	full := save.File(filepath.Join(p.Folder, "case_labels.txt"), false, func(io.Writer) error { return syscall.ENOSPC })
	text := unfinished(p, p.Files()[:2], full)
	if strings.Contains(strings.ToLower(text), "nothing was written") || !strings.Contains(text, "the disk is full") || !strings.HasSuffix(text, "Complete: case_seg.nii.gz, case_seg.json") {
		t.Error(text)
	}
}

// Only what is written can be missing, and only that is waited for.
func TestClosingDoesNotWaitForWhatIsRead(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		b.open(full)
		answer := make(chan struct{})
		defer close(answer)
		b.c.send(&errand{text: "reading a mask", of: b.c.doc}, func(context.Context) error { <-answer; return nil }, func(error) {})
		b.q.settle()
		if text := w.c.closingLoses(); text != "" {
			t.Errorf("closing asks: %s", text)
		}
		begin := time.Now()
		b.c.Leave()
		b.jobs.Close(time.Minute)
		if took := time.Since(begin); took > grace+time.Second {
			t.Errorf("closing took %v", took)
		}
	})
}
