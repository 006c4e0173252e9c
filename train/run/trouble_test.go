package run

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quorum/segment"
	"quorum/segment/evaluate"
	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/segment/model"
	"quorum/segment/score"
	"quorum/train/data"
	"quorum/viewer/sequence"
)

// says checks that an error is there and holds all words.
func says(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; it should say %q", words)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

// TestNotANumber: the run stops, and what is kept is the state before.
func TestNotANumber(t *testing.T) {
	f := folder(t)
	o := options(f, runtime(t))
	o.Data = noise{broken: 15} // the second batch of step 8
	_, err := Run(t.Context(), o)
	says(t, err, "step 8", "not a number", "rate.base", "Begin another run with")
	s := final(t, f)
	if s.Step != 7 || !finite(s.Parameter...) || !finite(s.Average...) {
		t.Errorf("the checkpoint is of step %d", s.Step)
	}
	events, err := ReadJournal(string(f))
	if err != nil || events[len(events)-1].Kind != Stopped {
		t.Errorf("the journal does not end with the stop: %v", err)
	}
	// With a model that was evaluated there is something to begin from.
	o = options(folder(t), o.Executor)
	o.Data = noise{broken: 30}
	_, err = Run(t.Context(), o)
	says(t, err, "not a number", "rate.base", "another run from best.onnx", "--from")
}

// TestHugeWeights: weights that no model file holds are a training that broke down, with the same advice.
func TestHugeWeights(t *testing.T) {
	o := options(folder(t), runtime(t))
	o.Settings.Config.Rate.Base, o.Settings.Config.Rate.WarmUp, o.Settings.Config.Elect, o.Settings.Config.Evaluate = 1e5, 0, 1, 1
	_, err := Run(t.Context(), o)
	says(t, err, "16-bit", "training broke down", "rate.base")
	if strings.Contains(err.Error(), "checkpoint") {
		t.Errorf("the checkpoint is of these weights: %v", err)
	}
}

// partial judges two cases, of which one cannot be evaluated any more after some time. What is left always does better.
type partial struct {
	weigh
	done *int
}

func (p partial) Evaluate(ctx context.Context, m *model.Model, o evaluate.Options) (*evaluate.Report, error) {
	r, err := p.weigh.Evaluate(ctx, m, o)
	if err != nil {
		return nil, err
	}
	*p.done++
	for at := range r.Cases[0].Rows {
		r.Cases[0].Rows[at].Dice = score.Values{0.1 * float64(*p.done), 0.5, 0.5}
	}
	d := evaluate.Case{ID: "d", Present: sequence.Full, Rows: r.Cases[0].Rows}
	if *p.done > 2 {
		d = evaluate.Case{ID: "d", Error: "it is gone"}
	}
	r.Cases = append(r.Cases, d)
	return r, nil
}

// noticed lists the notices of a run.
func noticed(t *testing.T, f Folder) (texts []string) {
	t.Helper()
	events, err := ReadJournal(string(f))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == Noticed {
			texts = append(texts, e.Text)
		}
	}
	return texts
}

// TestHeldOutCasesAreSpokenOf: one case is few, and one that cannot be evaluated any more is told of once.
func TestHeldOutCasesAreSpokenOf(t *testing.T) {
	f := folder(t)
	o := options(f, runtime(t))
	o.Judge = partial{done: new(int)}
	o.Settings.Config.Steps, o.Settings.Config.Evaluate, o.Settings.Config.Elect = 4, 1, 1
	end, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if end.At != 2 || end.After.Cases != 2 {
		t.Errorf("the best model is of step %d, measured on %d cases", end.At, end.After.Cases)
	}
	texts := noticed(t, f)
	if len(texts) != 2 || !strings.Contains(texts[0], "only one case is held out, c") || !strings.Contains(texts[1], "d could not be evaluated") || !strings.Contains(texts[1], "it is gone") {
		t.Errorf("%q", texts)
	}
}

// TestChannelsOfAModel: settings that ask for another network than the model's are refused, not overruled.
func TestChannelsOfAModel(t *testing.T) {
	from, err := model.New(lckd.Random(lckd.Config{Channels: []int{4, 4, 6, 8}}, 9), model.Meta{ID: "old"})
	if err != nil {
		t.Fatal(err)
	}
	o := options(folder(t), runtime(t))
	o.From = from
	_, err = Run(t.Context(), o)
	says(t, err, "channels", "[4 4 6 8]", "leave channels out")
	o.Settings.Config.Channels, o.Settings.Config.Steps = nil, 1
	if _, err = Run(t.Context(), o); err != nil {
		t.Error(err)
	}
}

func TestFolders(t *testing.T) {
	r := runtime(t)
	f := folder(t)
	o := options(f, r)
	o.Resume = true
	_, err := Run(t.Context(), o)
	says(t, err, "no run", "--resume")

	o.Resume = false
	ctx, cancel := context.WithCancel(t.Context())
	o.Emit = func(e Event) {
		if e.Kind == Stepped {
			cancel()
		}
	}
	if _, err := Run(ctx, o); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	_, err = Run(t.Context(), o)
	says(t, err, "a run has begun", "--resume")

	unlock, err := f.lock()
	if err != nil {
		t.Fatal(err)
	}
	o.Resume, o.Emit = true, nil
	_, err = Run(t.Context(), o)
	says(t, err, "another process")
	unlock()

	o.Data = other{}
	_, err = Run(t.Context(), o)
	says(t, err, "training cases are not those that the run", "--from")
	o.Data = examined{}
	_, err = Run(t.Context(), o)
	says(t, err, "held-out cases are not those that the run", "--from")
	o.Data = noise{}

	whole, err := os.ReadFile(f.checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(whole)
	damaged[len(damaged)/2] ^= 1
	for _, bad := range [][]byte{damaged, whole[:len(whole)/2], nil, []byte("QUORUMC1xxxxxxxxxxxxx")} {
		if err := os.WriteFile(f.checkpoint(), bad, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = Run(t.Context(), o)
		says(t, err, "damaged", "best.onnx")
	}
	// Killed before the first checkpoint: it begins anew.
	if err := os.Remove(f.checkpoint()); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), o); err != nil {
		t.Error(err)
	}
}

// other is another data set.
type other struct{ noise }

func (other) Facts() Facts { return Facts{Fingerprint: "g"} }

// examined is the same data set with other held-out cases.
type examined struct{ noise }

func (examined) Facts() Facts {
	f := noise{}.Facts()
	f.HeldOut = []string{"c", "d"}
	return f
}

// TestJournalTail: half a line, as a killed process leaves it, is no event and is cut off before the run goes on.
func TestJournalTail(t *testing.T) {
	f := folder(t)
	o := options(f, runtime(t))
	ctx, cancel := context.WithCancel(t.Context())
	o.Emit = func(e Event) {
		if e.Step == 4 {
			cancel()
		}
	}
	if _, err := Run(ctx, o); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	j, err := os.OpenFile(f.journal(), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.WriteString(`{"schema":"quorum.train/1","kind":"st`); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadJournal(string(f)); err != nil {
		t.Error(err)
	}
	o.Resume, o.Emit = true, nil
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	events, err := ReadJournal(string(f))
	if err != nil || events[len(events)-1].Kind != Done {
		t.Errorf("%v, %d events", err, len(events))
	}
}

// hungry is an executor without memory.
type hungry struct{ segment.Executor }

func (hungry) Compile(context.Context, *graph.Graph, graph.Weights) (segment.Program, error) {
	return nil, errors.Join(segment.ErrMemory)
}

func TestMemory(t *testing.T) {
	o := options(folder(t), hungry{runtime(t)})
	o.Settings.Config.Stages = []Stage{sized(0, 96, 96, 96)}
	_, err := Run(t.Context(), o)
	says(t, err, "96×96×96", "MB of memory", "would fit")
	if !errors.Is(err, segment.ErrMemory) {
		t.Errorf("%v does not wrap ErrMemory", err)
	}
	o = options(folder(t), o.Executor)
	o.Settings.Config.Stages = []Stage{sized(0, 16000, 16000, 16000)}
	_, err = Run(t.Context(), o)
	says(t, err, "16000×16000×16000", "MB are free", "would fit")
}

// TestLargestStage: memory is judged for all stages before the first step, and with one graph where four do not fit.
func TestLargestStage(t *testing.T) {
	c := Default()
	const mb = 1 << 20
	if err := c.fits("openvino", 8000*mb); err != nil {
		t.Error(err)
	}
	says(t, c.fits("openvino", 4000*mb), "128×160×128", "patches of 96×96×96 would fit", "4000 MB are free")
	c.Lean = true
	if err := c.fits("openvino", 4000*mb); err != nil {
		t.Error(err)
	}
	says(t, c.fits("cpu", 4000*mb), "128×160×128", "patches of 112×112×112 would fit")
	says(t, c.fits("cpu", 100*mb), "close other programs")
	// Later what the process holds counts, and a stage that is over does not.
	c.Stages = []Stage{sized(0, 256, 256, 256), sized(0.5, 128, 160, 128)}
	whole := c.need(c.Stages[1].Stage, "cpu")
	fixed := footprintOf("cpu", true).fixed
	if err := c.fitsNow(c.Stages[1].Stage, "cpu", whole-fixed); err != nil {
		t.Error(err)
	}
	says(t, c.fitsNow(c.Stages[1].Stage, "cpu", whole-fixed-mb), "128×160×128")
}

// TestLean: with one graph a run compiles one for each stage, and says so.
func TestLean(t *testing.T) {
	e := &counter{Executor: runtime(t)}
	f := folder(t)
	o := options(f, e)
	o.Settings.Config.Lean = true
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if e.compiled != 2 || !strings.Contains(strings.Join(noticed(t, f), " "), "(lean)") {
		t.Errorf("%d graphs, told %q", e.compiled, noticed(t, f))
	}
}

// TestFullDisk: where the checkpoint cannot be written, the one before it stays and the run says so.
func TestFullDisk(t *testing.T) {
	f := folder(t)
	o := options(f, runtime(t))
	o.Emit = func(e Event) {
		if e.Kind == Saved && e.Step == 5 {
			// A folder of this name stands in for a disk that takes nothing more.
			if err := os.Rename(f.checkpoint(), f.path("kept")); err != nil {
				t.Error(err)
			}
			if err := os.Mkdir(f.checkpoint(), 0o700); err != nil {
				t.Error(err)
			}
		}
	}
	_, err := Run(t.Context(), o)
	says(t, err, "checkpoint", "the one before it is whole")
	if strings.Count(err.Error(), "checkpoint of step") != 1 {
		t.Errorf("said twice: %v", err)
	}
	if err := os.Remove(f.checkpoint()); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(f.path("kept"), f.checkpoint()); err != nil {
		t.Fatal(err)
	}
	o.Emit, o.Resume = nil, true
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	whole := folder(t)
	if _, err := Run(t.Context(), options(whole, o.Executor)); err != nil {
		t.Fatal(err)
	}
	same(t, whole, f)
}

func TestSettings(t *testing.T) {
	read := func(text string) (Config, error) {
		path := filepath.Join(t.TempDir(), "c.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return ReadConfig(path, Default())
	}
	c, err := read("steps: 7\nrate:\n  base: 0.01 # high\nstages:\n  - size: [64, 64, 64]\n    augment: {flip: 0.5}\n  - {from: 0.5, size: [128, 160, 128], transplant: 0}\n")
	if err != nil {
		t.Fatal(err)
	}
	usual := data.DefaultStage()
	if c.Steps != 7 || c.Rate.Base != 0.01 || c.Rate.WarmUp != Default().Rate.WarmUp || len(c.Stages) != 2 || c.Stages[1].From != 0.5 ||
		c.Stages[1].Transplant != 0 || c.Stages[1].Tumour != usual.Tumour || c.Stages[0].Size != [3]int{64, 64, 64} {
		t.Errorf("%+v", c)
	}
	if c, err := read("\n"); err != nil || c.Steps != Default().Steps {
		t.Errorf("an empty file: %v %v", c, err)
	}
	for text, word := range map[string]string{
		"stepps: 3": "stepps", "rate: {bas: 1}": "bas", "stages: [{siz: [1, 2, 3]}]": "siz", "steps: x": "steps", "a: [": "YAML", "stages: [{augment: {flipp: 1}}]": "flipp",
	} {
		_, err := read(text)
		says(t, err, word, "c.yaml")
	}
	if c, err := read("minutes: 5"); err != nil || c.Steps != 0 || c.Asked != 5 {
		t.Errorf("minutes take the place of steps: %+v, %v", c, err)
	}
	_, err = read("{steps: 7, minutes: 5}")
	says(t, err, "steps and minutes both")
	_, err = read("rate: {base: 1e-3}")
	says(t, err, "rate.base", "must be a number", "1.0e-3")
	for _, change := range []func(*Config){
		func(c *Config) { c.Steps = 0 }, func(c *Config) { c.Accumulate = 0 }, func(c *Config) { c.Optimizer = "x" }, func(c *Config) { c.Rate.Schedule = "x" },
		func(c *Config) { c.Rate.Base = 0 }, func(c *Config) { c.Clip = 0 }, func(c *Config) { c.Average = 1 }, func(c *Config) { c.Alpha = -1 },
		func(c *Config) { c.Compare = "x" }, func(c *Config) { c.Elect = -1 }, func(c *Config) { c.Distill = "x" }, func(c *Config) { c.Freeze = []string{"x"} },
		func(c *Config) { c.Stages = nil }, func(c *Config) { c.Stages[1].From = 0 }, func(c *Config) { c.Stages[0].Size[1] = 40 }, func(c *Config) { c.Stages[0].Images = 0 },
		func(c *Config) { c.Phantoms = -1 }, func(c *Config) { c.Stages[1].Tumour = 1.5 }, func(c *Config) { c.Stages[0].Augment.Strength = -1 },
		func(c *Config) { c.Freeze = []string{"encoder", "fusion", "decoder", "head"} }, func(c *Config) { c.Decay = -1 }, func(c *Config) { c.Asked = -1 },
		func(c *Config) { c.Momentum = 1 }, func(c *Config) { c.Rate.Power = -1 },
	} {
		c := Default()
		change(&c)
		if c.Check() == nil {
			t.Errorf("accepted: %+v", c)
		}
	}
	if err := Default().Check(); err != nil {
		t.Error(err)
	}
}

// TestPlan: subsets are drawn after the warm-up, stages change where the settings say, all counted in batches.
func TestPlan(t *testing.T) {
	c := settings()
	c.Steps, c.Warm = 100, 10
	type part struct {
		from, side int
		subset     float64
	}
	var got []part
	for _, s := range c.plan() {
		got = append(got, part{s.From, s.Size[0], s.Subset})
	}
	want := []part{{0, 16, 0}, {20, 16, 1}, {100, 32, 1}}
	if len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("%v, want %v", got, want)
	}
	c.Warm = 60
	if p := c.plan(); len(p) != 3 || p[1].Size[0] != 32 || p[1].Subset != 0 || p[2].From != 120 {
		t.Errorf("a warm-up into the second stage: %+v", p)
	}
}

// TestStepsOfMinutes: a warm-up of a number of steps is counted as that many, one of a share as that share.
func TestStepsOfMinutes(t *testing.T) {
	c := settings()
	c.Accumulate = 1
	c.Stages[1].Subset = 0.5
	seconds := [][4]float64{{1, 2, 3, 6}, {2, 4, 6, 12}} // mean 3 and 6
	for _, one := range []struct {
		warm int
		all  float64
		want int
	}{
		{-1, 600, 100},  // 50·3 + 50·9
		{0, 630, 100},   // a tenth: 10·6 + 40·3 + 50·9
		{10, 630, 100},  // as many
		{0, 6300, 1000}, // a tenth is more now
		{10, 6030, 1000},
		{50, 90, 10}, // longer than the run: 5·6 + 5·12
		{-1, 0.001, 1},
	} {
		c.Warm = one.warm
		if got := c.steps(one.all, true, seconds); got != one.want {
			t.Errorf("warm %d, %g s: %d steps, want %d", one.warm, one.all, got, one.want)
		}
	}
}

// TestMinutes: the length comes from timing steps, once, and is stored.
func TestMinutes(t *testing.T) {
	f := folder(t)
	o := options(f, runtime(t))
	o.Settings.Config.Steps, o.Settings.Config.Asked = 0, 0.01
	begin := time.Now()
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s, err := f.ReadSettings()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d steps in %v", s.Config.Steps, time.Since(begin))
	if done := final(t, f); s.Config.Steps < 1 || done.Step != s.Config.Steps {
		t.Errorf("%d steps were planned, %d done", s.Config.Steps, done.Step)
	}
}

// counter counts the graphs that are compiled.
type counter struct {
	segment.Executor
	compiled int
}

func (c *counter) Compile(ctx context.Context, g *graph.Graph, w graph.Weights) (segment.Program, error) {
	c.compiled++
	return c.Executor.Compile(ctx, g, w)
}

// TestTimingDoesNotDependOnLuck: a step with one sequence is much quicker than one with four, so all numbers of them are timed in every
// stage, and counted as they will be drawn.
func TestTimingDoesNotDependOnLuck(t *testing.T) {
	e := &counter{Executor: runtime(t)}
	o := options(folder(t), e)
	o.Settings.Config.Steps, o.Settings.Config.Asked = 0, 1e-9
	o.Emit = func(k Event) {
		if want := 4 * len(o.Settings.Config.Stages); k.Kind == Began && e.compiled != want {
			t.Errorf("%d graphs were timed, want %d", e.compiled, want)
		}
	}
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	seconds := [4]float64{1, 2, 3, 6}
	for subset, want := range map[float64]float64{0: 6, 1: 3, 0.5: 4.5} {
		if got := expected(seconds, subset); got != want {
			t.Errorf("a share of %g with subsets takes %g s, want %g", subset, got, want)
		}
	}
}
