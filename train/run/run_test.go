package run

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"quorum/segment/lckd"
	"quorum/segment/model"
	"quorum/train/step"
	"quorum/train/teacher"
)

// kinds lists the kinds of events, without steps and checkpoints.
func kinds(events []Event) []Kind {
	var list []Kind
	for _, e := range events {
		if e.Kind != Stepped && e.Kind != Saved {
			list = append(list, e.Kind)
		}
	}
	return list
}

func TestRun(t *testing.T) {
	f := folder(t)
	o := options(f, runtime(t))
	var emitted []Event
	o.Emit = func(e Event) { emitted = append(emitted, e) }
	end, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	events, err := ReadJournal(string(f))
	if err != nil || len(events) != len(emitted) {
		t.Fatalf("%d events in the journal, %d told: %v", len(events), len(emitted), err)
	}
	// The notice says that one held-out case is few. Evaluations at 8, 16 and 24 elect too; elections alone at 3, 6, 9, 12, 15, 18 and 21; random weights elect nobody at 0.
	want := []Kind{
		Began, Noticed, Elected, Elected, Evaluated, Elected, Elected, Elected, Elected, Evaluated, Elected, Elected, Elected, Evaluated, Elected, Done,
	}
	if got := kinds(events); !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	steps := 0
	for _, e := range events {
		if e.Kind == Stepped {
			if steps++; e.Step != steps || e.Progress.Total <= 0 || e.Progress.Norm <= 0 || e.Progress.Runtime <= 0 {
				t.Errorf("step %d: %+v %+v", steps, e, e.Progress)
			}
		}
	}
	if steps != 24 || end.After == nil || end.Before != nil || end.At%8 != 0 || end.At == 0 {
		t.Errorf("%d steps, end %+v", steps, end)
	}
	checkModels(t, f, end)
}

// checkModels: the files hold the averages, rounded, and their story.
func checkModels(t *testing.T, f Folder, end *End) {
	t.Helper()
	last, err := model.Read(f.Last())
	if err != nil {
		t.Fatal(err)
	}
	want, err := model.Half(step.Weights(lckd.Tiny, final(t, f).Average))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(last.Weights, want) {
		t.Error("last.onnx does not hold the average of the weights")
	}
	best, err := model.Read(f.Best())
	if err != nil {
		t.Fatal(err)
	}
	p := best.Meta.Provenance
	if !p.Trained || p.Steps != end.At || *p.Seed != 5 || p.Fingerprint != "f" || len(p.Teachers) != 3 || !slices.Equal(p.Cases, []string{"a", "b"}) ||
		!slices.Equal(p.HeldOut, []string{"c"}) || !strings.Contains(p.Summary, "from random weights") {
		t.Errorf("provenance %+v", p)
	}
	if best.Meta.Reliability == nil || !best.Meta.Reliability.UsedToChoose {
		t.Errorf("the held-out results are not in the best model: %+v", best.Meta.Reliability)
	}
}

// TestInterruptionChangesNothing: a run that is cancelled after every few steps and resumed ends with the very state of one that was not.
func TestInterruptionChangesNothing(t *testing.T) {
	r := runtime(t)
	whole, parts := folder(t), folder(t)
	if _, err := Run(t.Context(), options(whole, r)); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for n := 0; ; n++ {
		o := options(parts, r)
		o.Resume = n > 0
		ctx, cancel := context.WithCancel(t.Context())
		left := rng.IntN(12)
		o.Emit = func(Event) {
			if left--; left < 0 {
				cancel()
			}
		}
		_, err := Run(ctx, o)
		cancel()
		if err == nil {
			t.Logf("%d parts", n+1)
			break
		}
		if !errors.Is(err, context.Canceled) || n > 500 {
			t.Fatal(err)
		}
	}
	same(t, whole, parts)
}

// same compares final states exactly, and the journals without what the interruptions put in.
func same(t *testing.T, a, b Folder) {
	t.Helper()
	if x, y := final(t, a), final(t, b); !reflect.DeepEqual(x, y) {
		t.Errorf("the states differ: step %d and %d, parameter 0 %g and %g", x.Step, y.Step, x.Parameter[0], y.Parameter[0])
	}
	read := func(f Folder) (losses []Progress) {
		events, err := ReadJournal(string(f))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Kind == Stepped {
				p := *e.Progress
				p.Seconds, p.Runtime, p.Left = 0, 0, 0
				losses = append(losses, p)
			}
		}
		return losses
	}
	if x, y := read(a), read(b); !slices.Equal(x, y) {
		t.Errorf("the journals tell of %d and %d steps, or of other losses", len(x), len(y))
	}
}

// TestKill: a process that is killed at random moments, also while it writes, and started again ends with the very state of one that was not.
func TestKill(t *testing.T) {
	runtime(t) // skips
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	whole, killed := folder(t), folder(t)
	train := func(f Folder) *exec.Cmd {
		c := exec.CommandContext(t.Context(), program, "-test.run=^$")
		c.Env = append(os.Environ(), childFolder+"="+string(f))
		return c
	}
	begin := time.Now()
	if out, err := train(whole).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	usual := time.Since(begin)
	rng := rand.New(rand.NewPCG(3, 4))
	kills := 0
	for {
		c := train(killed)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- c.Wait() }()
		var patience <-chan time.Time
		if kills < 6 {
			patience = time.After(usual/4 + time.Duration(rng.Int64N(int64(usual))))
		}
		select {
		case err = <-ended:
		case <-patience:
			kills++
			_ = c.Process.Kill()
			if err := <-ended; err == nil {
				t.Fatal("it ended well after it was killed")
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	t.Logf("killed %d times", kills)
	same(t, whole, killed)
	left, err := os.ReadDir(string(killed))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if strings.HasSuffix(e.Name(), ".part") {
			t.Errorf("left by a killed process: %s", e.Name())
		}
	}
}

// TestFineTuning begins with a model's weights: they are evaluated first, and frozen parts stay.
func TestFineTuning(t *testing.T) {
	f := folder(t)
	o := options(f, runtime(t))
	from, err := model.New(lckd.Random(lckd.Tiny, 9), model.Meta{ID: "old", Provenance: model.Provenance{Summary: "told", Trained: true, Data: []string{"set"}}})
	if err != nil {
		t.Fatal(err)
	}
	o.From = from
	o.Settings.Config.Freeze, o.Settings.Config.Steps = []string{"encoder", "norm"}, 6
	end, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	events, err := ReadJournal(string(f))
	if err != nil {
		t.Fatal(err)
	}
	if got := kinds(events)[:5]; !slices.Equal(got, []Kind{Began, Noticed, Noticed, Evaluated, Elected}) || !strings.Contains(events[2].Text, "distillation has no effect") {
		t.Errorf("begins with %v, %q", got, events[2].Text)
	}
	if end.Before == nil || events[0].Start.From != "old" {
		t.Errorf("end %+v, start %+v", end, events[0].Start)
	}
	s := final(t, f)
	if s.Election == nil || s.From.ID != "old" {
		t.Errorf("election %v, from %+v", s.Election, s.From)
	}
	keep, err := frozen(o.Settings.Config.Freeze)
	if err != nil {
		t.Fatal(err)
	}
	for name, w := range step.Weights(lckd.Tiny, s.Parameter) {
		if changed := !slices.Equal(w.Data, from.Weights[name].Data); changed == keep(name) {
			t.Errorf("%s: changed %v, frozen %v", name, changed, keep(name))
		}
	}
	last, err := model.Read(f.Last())
	if err != nil {
		t.Fatal(err)
	}
	if p := last.Meta.Provenance; !strings.HasSuffix(p.Summary, "from the weights of old") || !slices.Equal(p.History, []string{"old: told"}) || !slices.Contains(p.Data, "set (first weights)") {
		t.Errorf("provenance %+v", p)
	}
}

// TestNoDistillation: without a teacher the losses of distillation are zero and nobody is elected to teach.
func TestNoDistillation(t *testing.T) {
	f := folder(t)
	o := options(f, runtime(t))
	o.Settings.Config.Distill, o.Settings.Config.Steps = teacher.None, 10
	if _, err := Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	events, err := ReadJournal(string(f))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == Stepped && e.Progress.KD != 0 || e.Kind == Elected && (len(e.Election.Teachers) > 0 || e.Step%8 != 0 && e.Step != 10) {
			t.Errorf("%+v %+v %+v", e, e.Progress, e.Election)
		}
	}
}
