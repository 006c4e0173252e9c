package main

import (
	"fmt"
	"strings"
	"time"

	"quorum/segment/score"
	training "quorum/train/run"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// watch shows a run: on a terminal one line that changes, otherwise a line every so often.
type watch struct {
	console  *console
	progress *training.Progress // of the last step; nil = none yet
	last     training.Event
	teachers string
	dice     string    // of the last evaluation
	said     time.Time // when a plain line was written last
	shown    bool
}

// plainEvery is how often progress is said where there is no terminal.
const plainEvery = 30 * time.Second

func newWatch(c *console) *watch {
	w := &watch{console: c, teachers: "nobody teaches yet"}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = w
	return w
}

// tell takes the news of the run.
func (w *watch) tell(e training.Event) {
	if e.Kind != training.Evaluating {
		w.console.object(e)
	}
	switch e.Kind {
	case training.Began, training.Resumed:
		w.say(e, startText(e))
	case training.Stepped:
		w.last, w.progress = e, e.Progress
		w.draw("")
	case training.Elected:
		w.teachers = e.Election.Text
		w.say(e, e.Election.Text)
	case training.Evaluated:
		w.dice = "Dice " + regions(e.Evaluation.Mean)
		w.say(e, evaluationText(e.Evaluation))
	case training.Noticed:
		w.say(e, "notice: "+e.Text)
	case training.Evaluating:
		w.draw("evaluating " + e.Text)
	case training.Saved, training.Stopped, training.Done:
	}
}

func startText(e training.Event) string {
	s := e.Start
	how := "begins"
	if e.Kind == training.Resumed {
		how = "goes on"
	}
	from := "random weights"
	if s.From != "" {
		from = "the weights of " + s.From
	}
	return fmt.Sprintf("the run %s: %s and %s, %d held out; %s from %s; computed by %s",
		how, count(len(s.Data.Cases), "case"), count(s.Data.Phantoms, "synthetic head"), len(s.Data.HeldOut), count(e.Steps, "step"), from, s.Backend)
}

func evaluationText(e *training.Evaluation) string {
	text := fmt.Sprintf("held-out Dice, mean over the subsets and %s: %s", count(e.Cases, "case"), regions(e.Mean))
	if e.Best {
		text += "; the best so far"
	}
	return text
}

// regions writes ET, WT and TC.
func regions(v score.Values) string {
	var words []string
	for _, r := range label.Regions {
		words = append(words, fmt.Sprintf("%s %.3f", r, v[r]))
	}
	return strings.Join(words, " ")
}

// say writes a line that stays.
func (w *watch) say(e training.Event, text string) {
	w.console.notice("train: step %d of %d: %s", e.Step, e.Steps, text)
}

// draw shows where the run stands; instead says what is done between steps.
func (w *watch) draw(instead string) {
	now := time.Now()
	text := instead
	if text == "" {
		text = w.line()
	}
	if !w.console.tty {
		if now.Sub(w.said) >= plainEvery {
			w.said = now
			w.console.say("train: %s", text)
		}
		return
	}
	w.console.mu.Lock()
	defer w.console.mu.Unlock()
	w.shown = true
	_, _ = fmt.Fprintf(w.console.err, "\r\x1b[K%.160s", printable(text)) // only the terminal's look
}

// line is the state of the run in one line.
func (w *watch) line() string {
	if w.progress == nil {
		return "beginning"
	}
	p := w.progress
	words := []string{
		fmt.Sprintf("step %d of %d", w.last.Step, w.last.Steps), fmt.Sprintf("loss %.3f (Dice %.3f, BCE %.3f, distillation %.4f)", p.Total, p.Dice, p.BCE, p.KD),
		fmt.Sprintf("%.2f s a step", p.Seconds), "left " + (time.Duration(p.Left) * time.Second).Round(time.Second).String(),
	}
	if w.dice != "" {
		words = append(words, w.dice)
	}
	return strings.Join(append(words, w.teachers), " · ")
}

// hide takes the line away; the console calls it under its lock.
func (w *watch) hide() {
	if w.shown {
		w.shown = false
		_, _ = fmt.Fprint(w.console.err, "\r\x1b[K")
	}
}

func (w *watch) done() {
	w.console.mu.Lock()
	defer w.console.mu.Unlock()
	w.hide()
	w.console.now = nil
}

// outcome writes the table before and after.
func (w *watch) outcome(e *training.End) {
	c := w.console
	c.text("Dice (truth) on the held-out cases, which also helped to choose the model: mean over %s; both empty = 1, one empty = 0", count(e.After.Cases, "case"))
	head := []string{"subset", "FLAIR T1 T1ce T2"}
	if e.Before != nil {
		head = append(head, "before ET", "WT", "TC")
	}
	rows := [][]string{append(head, "after ET", "WT", "TC")}
	line := func(symbols, names string, before *score.Values, after score.Values) {
		row := []string{symbols, names}
		if before != nil {
			row = append(row, threeOf(*before)...)
		}
		rows = append(rows, append(row, threeOf(after)...))
	}
	for _, u := range sequence.Full.Subsets() {
		var before *score.Values
		if e.Before != nil {
			v := e.Before.Table[u.String()]
			before = &v
		}
		line(u.Symbols(), u.Names(), before, e.After.Table[u.String()])
	}
	var before *score.Values
	if e.Before != nil {
		before = &e.Before.Mean
	}
	line("mean", "", before, e.After.Mean)
	c.table(rows)
	if e.At == 0 && e.Before != nil {
		c.text("No evaluation was better than the weights that the run began with.")
	}
	c.text("best model (after step %d): %s\nlast model: %s", e.At, e.Best, e.Last)
	c.text("%.0f s of steps, %.1f %% of them in the runtime", e.Seconds, 100*e.Share)
}

func threeOf(v score.Values) []string {
	var words []string
	for _, x := range v {
		words = append(words, fmt.Sprintf("%.3f", x))
	}
	return words
}
