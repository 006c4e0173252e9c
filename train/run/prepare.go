package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/train/step"
	"quorum/train/teacher"
)

// prepare begins a run, or finds its state.
func (r *runner) prepare(ctx context.Context) error {
	journal := int64(0)
	var before string
	var err error
	if r.Resume {
		journal, before, err = r.resume()
	} else {
		err = r.begin(ctx)
	}
	if err != nil {
		return errors.Join(err, r.free()) // steps may have been timed
	}
	if r.journal, err = openJournal(r.Folder.journal(), journal); err != nil {
		return err
	}
	if r.feed, err = r.Data.Feed(r.config.plan(), r.config.Seed, r.state.Samples); err != nil {
		return errors.Join(err, r.journal.close())
	}
	if err := r.introduce(before); err != nil {
		r.close()
		return err
	}
	return nil
}

// introduce says what runs.
func (r *runner) introduce(before string) error {
	s := &Start{Config: r.config, Data: r.Data.Facts(), Backend: r.Executor.Backend(), Threads: r.Threads}
	if r.state.From != nil {
		s.From = r.state.From.ID
	}
	kind := Began
	if before != "" {
		kind = Resumed
	}
	if err := r.tell(Event{Kind: kind, Start: s}); err != nil {
		return err
	}
	for _, text := range r.notices(before) {
		if err := r.tell(Event{Kind: Noticed, Text: text}); err != nil {
			return err
		}
	}
	if before == "" {
		return r.save()
	}
	return nil
}

// notices are what a person should know before the first step.
func (r *runner) notices(before string) []string {
	var list []string
	if now := r.computed(); before != "" && before != now {
		list = append(list, fmt.Sprintf("until now %s computed, now %s does: the rest will not be the same to the last digit", before, now))
	}
	if held := r.Data.Facts().HeldOut; len(held) == 1 {
		list = append(list, fmt.Sprintf("only one case is held out, %s: it says little about which model is better and who should teach; hold out five or more", held[0]))
	}
	if r.config.Lean {
		list = append(list, "one graph is held for images with any number of sequences, and not one for each number (lean): it takes less memory and more time")
	}
	if slices.Contains(r.config.Freeze, "encoder") && r.config.Distill != teacher.None {
		list = append(list, "the encoder is frozen, and what is distilled are its features: distillation has no effect in this run")
	}
	return list
}

// begin settles a new run and its first state.
func (r *runner) begin(ctx context.Context) error {
	if r.Folder.Used() {
		return fmt.Errorf("a run has begun in %s already: go on with --resume, or choose another folder with --run", r.Folder)
	}
	r.config = r.Settings.Config
	if r.From != nil {
		if err := r.config.Suits(r.From); err != nil {
			return err
		}
		r.config.Channels = r.From.Config.Channels
	}
	r.config.Channels = r.config.network().Channels
	timed := r.config.Steps == 0 && r.config.Asked > 0
	if timed {
		r.config.Steps = provisional
	}
	if err := r.config.Check(); err != nil {
		return err
	}
	if err := r.enough(true); err != nil {
		return err
	}
	if err := r.first(); err != nil {
		return err
	}
	if timed {
		if err := r.timeSteps(ctx); err != nil {
			return err
		}
	}
	r.config = r.config.settled(r.From == nil)
	s := r.Settings
	facts := r.Data.Facts()
	s.Config, s.Fingerprint, s.HeldOut = r.config, facts.Fingerprint, facts.HeldOut
	return r.Folder.WriteSettings(s)
}

// first makes the state before the first step.
func (r *runner) first() error {
	r.network = r.config.network()
	var w graph.Weights
	r.state = state{Judged: -1}
	if m := r.From; m != nil {
		w = m.Weights
		r.state.From = &Origin{ID: m.ID, SHA256: m.SHA256, History: m.Before(), Data: m.Meta.Provenance.Data}
	} else {
		w = lckd.Random(r.network, r.config.Seed)
	}
	var err error
	if r.frozen, err = frozen(r.config.Freeze); err != nil {
		return err
	}
	if r.state.State, err = (step.Config{Network: r.network, Optimizer: r.config.optimizer()}).Start(w); err != nil {
		return err
	}
	r.state.Average = slices.Clone(r.state.Parameter)
	return nil
}

// resume finds the state of a run that was stopped, how much of its journal belongs to it, and what computed it.
func (r *runner) resume() (journal int64, before string, err error) {
	settings, err := r.Folder.ReadSettings()
	if err != nil {
		return 0, "", err
	}
	r.config = settings.Config
	if err := r.config.Check(); err != nil {
		return 0, "", fmt.Errorf("%s: %w", r.Folder.config(), err)
	}
	if err := r.enough(false); err != nil {
		return 0, "", err
	}
	for _, cases := range []struct {
		what string
		same bool
	}{
		{"training", r.Data.Facts().Fingerprint == settings.Fingerprint},
		// A run of before they were stored has none.
		{"held-out", settings.HeldOut == nil || slices.Equal(r.Data.Facts().HeldOut, settings.HeldOut)},
	} {
		if !cases.same {
			return 0, "", fmt.Errorf("the %s cases are not those that the run in %s began with: bring back the old ones, or begin another run with --from %s",
				cases.what, r.Folder, r.Folder.Best())
		}
	}
	if err := r.first(); err != nil {
		return 0, "", err
	}
	s, h, err := readCheckpoint(r.Folder.checkpoint(), len(r.state.Parameter), len(r.state.Moments))
	if errors.Is(err, fs.ErrNotExist) { // killed before its first checkpoint: nothing is lost
		return 0, "", nil
	}
	if err != nil {
		return 0, "", err
	}
	r.state = s
	return h.Journal, h.Computed, nil
}
