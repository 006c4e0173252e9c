package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"quorum/segment/engine"
	"quorum/segment/model"
	"quorum/segment/ort"
	"quorum/train/chart"
	"quorum/train/data"
	training "quorum/train/run"
	"quorum/train/teacher"
	"quorum/viewer/cohort"
	"quorum/viewer/label"
	"quorum/viewer/save"
	"quorum/viewer/wording"
)

// builtIn is the name of the built-in model for --from.
const builtIn = "built-in"

// trainFlags are those of `quorum train`.
type trainFlags struct {
	engineFlags
	data, train, val, folder string
	from, config, distill    string
	truth                    truthFlags
	freeze                   []string
	steps                    int
	minutes                  float64
	seed                     uint64
	edited, resume           bool
	given                    func(flag string) bool
}

func newTrain(c *console) *cobra.Command {
	f := &trainFlags{}
	cmd := &cobra.Command{
		Use:   "train --data DIR [--train FILE.json:KEY] --val FILE.json:KEY --run RUNDIR",
		Short: "Train a model on cases with masks, or go on from one",
		Long: "Train the network on the cases (folders of --data) that a list names. Held-out cases, which a second list names, elect the teachers and choose\n" +
			"the best model. The run lives in its folder: it can be stopped (Ctrl-C) or killed at any moment and goes on with --resume.",
		Example: "  quorum train --data brats --train brats/split.json:train --val brats/split.json:val --run run-1 --minutes 240\n" +
			"  quorum train --data ours --train ours.json:train --val ours.json:val --run ours-1 --from built-in --steps 500 --freeze encoder\n" +
			"  quorum train --run run-1 --resume",
		RunE: func(cmd *cobra.Command, args []string) error {
			f.given = cmd.Flags().Changed
			return f.run(cmd.Context(), c, args)
		},
	}
	f.addRuntime(cmd)
	f.truth.add(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.data, "data", "", "folder that holds the cases")
	flags.StringVar(&f.train, "train", "", "which cases are trained on: FILE.json:KEY, a list of folder names; default: all folders but the held-out ones, if --val's file holds no other list")
	flags.StringVar(&f.val, "val", "", "which cases are held out: FILE.json:KEY")
	flags.StringVar(&f.folder, "run", "", "folder of the run: settings, journal, checkpoint, models")
	flags.StringVar(&f.from, "from", "", "begin with the weights of this model file, or of the "+builtIn+" model; default: random weights")
	flags.StringVar(&f.config, "config", "", "settings (YAML), see docs/training.md")
	flags.IntVar(&f.steps, "steps", 0, "length of the run in steps")
	flags.Float64Var(&f.minutes, "minutes", 0, "length of the run in minutes, turned into steps once by timing a few; evaluations come on top")
	flags.StringVar(&f.distill, "distill", "", "who teaches: m = the best sequence of every region (default), s = one sequence, none = no distillation")
	flags.Uint64Var(&f.seed, "seed", 1, "of samples and random weights")
	flags.StringSliceVar(&f.freeze, "freeze", nil, "parts of the network that stay as they are: "+strings.Join(training.Parts(), ", "))
	flags.BoolVar(&f.edited, "edited", false, "take masks that Quorum wrote and a person corrected as the truth where there is no other")
	flags.BoolVar(&f.resume, "resume", false, "go on with the run in --run")
	complete(cmd, "distill", ruleNames())
	complete(cmd, "freeze", training.Parts())
	completeFile(cmd, "from", "onnx")
	completeFile(cmd, "config", "yaml")
	return cmd
}

func ruleNames() []string {
	var list []string
	for _, r := range teacher.Rules {
		list = append(list, string(r))
	}
	return list
}

// settled are flags that a run has once and for all.
var settled = []string{"train", "val", "from", "config", "steps", "minutes", "distill", "seed", "freeze", "truth-labels", "edited"}

// settings judges the flags of a new run, or reads those of one to resume.
func (f *trainFlags) settings(args []string) (training.Settings, error) {
	var s training.Settings
	if len(args) > 0 {
		return s, usagef("train takes no arguments but flags: %s is one too many", args[0])
	}
	if f.folder == "" {
		return s, usagef("--run is missing: name the folder of the run")
	}
	if err := f.check(); err != nil {
		return s, err
	}
	if f.resume {
		for _, name := range settled {
			if f.given(name) {
				return s, usagef("--%s: a run that is resumed goes on with its own settings (config.json in its folder): leave the flag out", name)
			}
		}
		s, err := training.Folder(f.folder).ReadSettings()
		if f.data != "" {
			s.Data = f.data
		}
		return s, err
	}
	for name, value := range map[string]string{"data": f.data, "val": f.val} {
		if value == "" {
			return s, usagef("--%s is missing: training needs --data DIR, the folder of the cases, and --val FILE.json:KEY, those that are held out to elect teachers and choose the model", name)
		}
	}
	var err error
	if s.Config, err = f.configured(); err != nil {
		return s, err
	}
	if _, err := f.truth.scheme(); err != nil {
		return s, err
	}
	s.Data, s.Train, s.Val, s.Labels, s.From, s.Edited = f.data, f.train, f.val, f.truth.labels, f.from, f.edited
	return s, absolute(&s)
}

// absolute makes the paths of a run good from every folder, so that it can be resumed from any.
func absolute(s *training.Settings) error {
	for _, path := range []*string{&s.Data, &s.Train, &s.Val, &s.From} {
		if *path == "" || path == &s.From && *path == builtIn {
			continue
		}
		whole, err := filepath.Abs(*path) // also of FILE.json:KEY
		if err != nil {
			return fmt.Errorf("%s: %w", *path, err)
		}
		*path = whole
	}
	return nil
}

// configured are the settings: the usual ones, over them the file's, over them the flags'.
func (f *trainFlags) configured() (training.Config, error) {
	c := training.Default()
	if f.config != "" {
		var err error
		if c, err = training.ReadConfig(f.config, c); err != nil {
			return c, err
		}
	}
	switch {
	case f.given("steps") && f.given("minutes"):
		return c, usagef("--steps and --minutes both say how long: give one")
	case f.given("steps") && f.steps < 1:
		return c, usagef("--steps %d: give at least 1", f.steps)
	case f.given("minutes") && !(f.minutes > 0):
		return c, usagef("--minutes %g: give more than 0", f.minutes)
	case f.given("steps"):
		c.Steps, c.Asked = f.steps, 0
	case f.given("minutes"):
		c.Steps, c.Asked = 0, f.minutes
	}
	if f.given("seed") {
		c.Seed = f.seed
	}
	if f.given("freeze") {
		c.Freeze = f.freeze
	}
	c.Phantoms = c.Drawn()
	if f.given("distill") {
		rule, err := teacher.ParseRule(f.distill)
		if err != nil {
			return c, usagef("--distill: %w", err)
		}
		c.Distill = rule
	}
	check := c
	check.Steps = max(1, c.Steps) // with --minutes it is found by timing
	if err := check.Check(); err != nil {
		return c, &usageError{err} // before cases are prepared, which may take long
	}
	return c, nil
}

func (f *trainFlags) run(ctx context.Context, c *console, args []string) (err error) {
	s, err := f.settings(args)
	if err != nil {
		return err
	}
	folder := training.Folder(f.folder)
	if !f.resume && folder.Used() {
		return fmt.Errorf("a run has begun in %s already: go on with --resume, or choose another folder with --run", folder)
	}
	train, val, err := lists(s)
	if err != nil {
		return err
	}
	if !f.resume {
		if err := unnamed(s, val); err != nil {
			return err
		}
	}
	o := training.Options{Folder: folder, Settings: s, Resume: f.resume, Threads: f.threads, Version: version}
	if s.From != "" && (!f.resume || !folder.HasCheckpoint()) {
		if o.From, err = firstWeights(s); err != nil {
			return err
		}
	}
	set, held, err := openBoth(ctx, c, s, train, val)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, set.Close()) }()
	o.Data = training.Cases{Set: set, HeldOut: held.IDs, Sets: []string{setText(train, len(train.IDs)-len(set.Rejected()))}}
	r, err := f.runtime(ctx, o.From)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	for _, text := range r.Notices() {
		c.notice("notice: %s", text)
	}
	o.Executor = r
	o.Judge = &training.HeldOut{Executor: r, List: &held.List, Scheme: held.scheme}
	live := newWatch(c)
	o.Emit = live.tell
	end, err := training.Run(ctx, o)
	live.done()
	if problem := drawRun(folder); problem != nil && err == nil {
		c.notice("notice: the chart could not be drawn: %v", problem)
	}
	if err != nil {
		if ctx.Err() != nil {
			if !errors.Is(err, ctx.Err()) { // it could not be stopped well
				c.failure("", err)
			}
			c.notice("the run stopped; go on with: quorum train --run %s --resume", folder)
		}
		return err
	}
	live.outcome(end)
	c.text("%s", wording.ResearchUse)
	return nil
}

// firstWeights reads the model that a run begins with.
func firstWeights(s training.Settings) (*model.Model, error) {
	path := s.From
	if path == builtIn {
		path = ""
	}
	m, err := engine.ReadModel(path)
	if err != nil {
		return nil, err
	}
	return m, s.Config.Suits(m)
}

// drawRun makes the picture of a run out of its journal.
func drawRun(folder training.Folder) error {
	events, err := training.ReadJournal(string(folder))
	if err != nil {
		return err
	}
	picture, err := chart.PNG(events)
	if err != nil {
		return err
	}
	return save.Bytes(folder.Chart(), true, picture)
}

// setText is a data set in words, without paths: "brats, 19 cases of split.json:train".
func setText(l *cohort.List, n int) string {
	text := filepath.Base(l.Dir) + ", " + count(n, "case")
	if l.File != "" {
		text += fmt.Sprintf(" of %s:%s", filepath.Base(l.File), l.Key)
	}
	return text
}

// runtime opens what computes. In bfloat16 it is checked with the model at hand.
func (f *trainFlags) runtime(ctx context.Context, from *model.Model) (*ort.Runtime, error) {
	o := ort.Options{Library: f.library, Device: f.device, Precision: f.precision, Threads: f.threads}
	if f.precision != ort.F32 {
		if from == nil {
			var err error
			if from, err = engine.ReadModel(""); err != nil {
				return nil, err
			}
		}
		o.Probe = engine.ProbeOf(from)
	}
	return ort.Open(ctx, o)
}

// lists reads which cases are trained on and which are held out.
func lists(s training.Settings) (train, val *cohort.List, err error) {
	if val, err = cohort.ReadList(s.Data, s.Val); err != nil {
		return nil, nil, err
	}
	if s.Train == "" {
		train, err = cohort.ReadFolder(s.Data, val.IDs...)
		return train, val, err
	}
	if train, err = cohort.ReadList(s.Data, s.Train); err != nil {
		return nil, nil, err
	}
	if id, found := val.Shared(train); found {
		return nil, nil, fmt.Errorf("the case %s stands in both lists: held-out cases must not be trained on, or they say nothing", id)
	}
	return train, val, nil
}

// unnamed refuses to train on all but the held-out cases where their file names others: test cases would be among them.
func unnamed(s training.Settings, val *cohort.List) error {
	if s.Train != "" {
		return nil
	}
	further, err := val.Further()
	if err != nil || len(further) == 0 {
		return err
	}
	file := filepath.Base(val.File)
	return usagef("--train is missing, and %s holds further lists: %s. Name the one to train on, as in --train %s:KEY; to train on every folder that is not held out, "+
		"give --val a file that holds no other list", file, strings.Join(further, ", "), file)
}

// heldOut are the held-out cases that can be used.
type heldOut struct {
	cohort.List
	scheme label.Scheme
}

// openBoth prepares the training cases, after it has looked at the held-out ones: what is wrong with those would be found after hours.
func openBoth(ctx context.Context, c *console, s training.Settings, train, val *cohort.List) (_ *data.Set, _ *heldOut, err error) {
	o := data.Options{Scheme: label.Scheme(s.Labels), HeldOut: true}
	examined, err := openCases(ctx, c, val, o)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, examined.Close()) }()
	held := &heldOut{List: *val, scheme: examined.Scheme()}
	held.IDs = nil
	for _, one := range examined.Cases() {
		held.IDs = append(held.IDs, one.ID)
	}
	o.HeldOut, o.Edited, o.Phantoms = false, s.Edited, s.Config.Phantoms
	set, err := openCases(ctx, c, train, o)
	if err != nil {
		return nil, nil, err
	}
	if err := strangers(examined.Copies(set)); err != nil {
		return nil, nil, errors.Join(err, set.Close())
	}
	if a, b := set.Scheme(), examined.Scheme(); a != b {
		c.notice("notice: the masks of the training cases are read as %s, those of the held-out cases as %s: if one of them is wrong, say which it is with --truth-labels", a, b)
	}
	return set, held, nil
}

// strangers refuses held-out cases that are copies of training cases.
func strangers(copies []data.Copy) error {
	if len(copies) == 0 {
		return nil
	}
	more := ""
	if n := len(copies) - 1; n > 0 {
		more = fmt.Sprintf(" (and so it is with %s more)", count(n, "case"))
	}
	one := copies[0]
	return fmt.Errorf("the held-out case %s has the same %s image as the training case %s%s: they are one patient. Held-out cases must not be trained on, or they say "+
		"nothing: take them out of one of the lists", one.ID, one.Sequence, one.Other, more)
}

// openCases prepares cases and says what is wrong with some.
func openCases(ctx context.Context, c *console, l *cohort.List, o data.Options) (*data.Set, error) {
	cache, err := ort.DefaultCache()
	if err != nil {
		return nil, err
	}
	name, not := "prepare", "trained on"
	if o.HeldOut {
		name, not = "look at the held-out cases", "held out"
	}
	bar := c.progress(name)
	o.Cache, o.Progress = filepath.Join(cache, "cases"), bar.step
	set, err := data.Open(ctx, l, o)
	bar.done()
	if err != nil {
		return nil, err
	}
	for _, r := range set.Rejected() {
		c.notice("notice: %s is not %s: %s", r.ID, not, r.Reason)
	}
	for _, p := range set.Notices() {
		c.notice("notice: %s", problemText(p))
	}
	return set, nil
}
