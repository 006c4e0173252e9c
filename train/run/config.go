package run

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"quorum/segment/lckd"
	"quorum/segment/model"
	"quorum/train/data"
	"quorum/train/loss"
	"quorum/train/optim"
	"quorum/train/teacher"
)

// Config is everything that decides what a run computes, apart from data, first weights and device. It is stored in the run folder. Numbers
// of steps that are 0 follow from Steps.
type Config struct {
	Steps int     `json:"steps"`   // updates
	Asked float64 `json:"minutes"` // minutes that were asked for, from which Steps was made; 0 = none
	Seed  uint64  `json:"seed"`    // of samples and of random first weights

	Channels   []int `json:"channels"`   // of a network that begins with random weights; nil = the usual ones, or those of the model to begin with
	Accumulate int   `json:"accumulate"` // batches in a step
	Lean       bool  `json:"lean"`       // one graph for images with any number of sequences: less memory, more work where some are missing

	Optimizer string  `json:"optimizer"` // adamw or sgd
	Decay     float32 `json:"decay"`     // weight decay
	Momentum  float32 `json:"momentum"`  // of sgd
	Clip      float32 `json:"clip"`      // largest norm of the gradient
	Average   float64 `json:"average"`   // how much of the moving average of the weights stays at each step

	Rate Rate `json:"rate"`

	Distill teacher.Rule `json:"distill"`
	Alpha   float32      `json:"alpha"`   // weight of distillation
	Compare loss.Feature `json:"compare"` // plain or normalised
	Warm    int          `json:"warm"`    // first steps with all sequences; -1 = none; 0 = a tenth of a run that begins with random weights

	Elect      int `json:"elect"`      // steps from election to election
	Evaluate   int `json:"evaluate"`   // steps from evaluation to evaluation of all subsets; each also elects
	Checkpoint int `json:"checkpoint"` // steps from checkpoint to checkpoint

	Phantoms int      `json:"phantoms"` // synthetic heads besides the cases; how often they are drawn is said by each stage
	Stages   []Stage  `json:"stages"`
	Freeze   []string `json:"freeze"` // parts of the network that stay as they are
}

// Rate is the schedule of the learning rate.
type Rate struct {
	Schedule string  `json:"schedule"` // cosine or polynomial
	Base     float64 `json:"base"`
	End      float64 `json:"end"`     // of cosine
	WarmUp   int     `json:"warm_up"` // steps, of cosine
	Power    float64 `json:"power"`   // of polynomial
}

// Stage is a part of the run: how samples are made, and the size of the patches.
type Stage struct {
	From float64 `json:"from"` // share of the run at which it begins; the first is 0. It stands for the batch number of data.Stage
	data.Stage
}

// UnmarshalJSON takes what is not said from the reference's way of sampling. A key that does not exist is an error.
func (s *Stage) UnmarshalJSON(text []byte) error {
	type plain Stage
	given := plain{Stage: data.DefaultStage()}
	if err := strictly(text, &given); err != nil {
		return err
	}
	*s = Stage(given)
	return nil
}

// strictly decodes JSON in which no unknown key may stand.
func strictly(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// Default is what is used where nothing else is said: the settings of the reference.
func Default() Config {
	return Config{
		Steps: 5000, Seed: 1, Accumulate: 1,
		Optimizer: "adamw", Decay: 1e-2, Momentum: 0.99, Clip: 5, Average: 0.998,
		Rate:    Rate{Schedule: "cosine", Base: 2e-3, End: 1e-6, WarmUp: 200, Power: 0.9},
		Distill: teacher.Multiple, Alpha: 0.1, Compare: loss.Plain, Phantoms: 24,
		Stages: []Stage{sized(0, 96, 96, 96), sized(0.7, 128, 160, 128)},
	}
}

func sized(from float64, d, h, w int) Stage {
	s := Stage{From: from, Stage: data.DefaultStage()}
	s.Size = [3]int{d, h, w}
	return s
}

// ReadConfig reads settings from a YAML (or JSON) file over those of base. A key that does not exist is an error that names it.
func ReadConfig(path string, base Config) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return base, fmt.Errorf("the settings cannot be read: %w", err)
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return base, nil
	}
	object, err := yaml.YAMLToJSON(text)
	if err != nil {
		return base, fmt.Errorf("%s is not YAML: %s", path, yaml.FormatError(err, false, false))
	}
	usual := base.Steps
	const unsaid = -1
	base.Steps = unsaid
	if err := strictly(object, &base); err != nil {
		return base, fmt.Errorf("%s: %s; docs/training.md lists the settings", path, settingText(err))
	}
	switch {
	case base.Steps == unsaid && base.Asked > 0:
		base.Steps = 0 // found by timing
	case base.Steps == unsaid:
		base.Steps = usual
	case base.Asked > 0:
		return base, fmt.Errorf("%s: steps and minutes both say how long: give one", path)
	}
	return base, nil
}

// settingText says what is wrong with a setting in the words of the file.
func settingText(err error) string {
	var kind *json.UnmarshalTypeError
	if !errors.As(err, &kind) {
		return strings.TrimPrefix(err.Error(), "json: ")
	}
	want := kind.Type.String()
	switch kind.Type.Kind() {
	case reflect.Float32, reflect.Float64:
		want = "a number, such as 0.001 or 1.0e-3 (YAML takes 1e-3 without the point for text)"
	case reflect.Int, reflect.Uint64:
		want = "a whole number"
	case reflect.Slice, reflect.Array:
		want = "a list"
	case reflect.String:
		want = "text"
	case reflect.Struct:
		want = "a group of settings"
	}
	return fmt.Sprintf("%s is a %s; it must be %s", kind.Field, kind.Value, want)
}

// Check says in a sentence what cannot be.
func (c Config) Check() error {
	switch {
	case !(c.Asked >= 0):
		return fmt.Errorf("minutes %g must not be below 0", c.Asked)
	case c.Steps < 1:
		return fmt.Errorf("a run of %d steps trains nothing: give at least one", c.Steps)
	case c.Phantoms < 0:
		return fmt.Errorf("phantoms %d must not be below 0", c.Phantoms)
	case c.Accumulate < 1:
		return fmt.Errorf("accumulate %d must be at least 1", c.Accumulate)
	case !(c.Clip > 0):
		return fmt.Errorf("clip %g must be above 0", c.Clip)
	case !(c.Average >= 0) || !(c.Average < 1):
		return fmt.Errorf("average %g must be from 0 to under 1", c.Average)
	case c.Elect < 0 || c.Evaluate < 0 || c.Checkpoint < 0 || c.Warm < -1:
		return fmt.Errorf("elect %d, evaluate %d and checkpoint %d are numbers of steps, and warm %d too or -1", c.Elect, c.Evaluate, c.Checkpoint, c.Warm)
	}
	if err := c.checkOptimizer(); err != nil {
		return err
	}
	if err := c.checkDistillation(); err != nil {
		return err
	}
	if err := c.checkStages(); err != nil { // the network too, which freezing looks at
		return err
	}
	return c.checkFreeze()
}

func (c Config) checkOptimizer() error {
	switch {
	case c.Optimizer != "adamw" && c.Optimizer != "sgd":
		return fmt.Errorf("optimizer %q is not known; the choices are adamw and sgd", c.Optimizer)
	case c.Rate.Schedule != "cosine" && c.Rate.Schedule != "polynomial":
		return fmt.Errorf("rate.schedule %q is not known; the choices are cosine and polynomial", c.Rate.Schedule)
	case !(c.Rate.Base > 0) || !(c.Rate.End >= 0) || c.Rate.WarmUp < 0:
		return fmt.Errorf("rate: base %g must be above 0, end %g and warm_up %d not below it", c.Rate.Base, c.Rate.End, c.Rate.WarmUp)
	case !(c.Rate.Power >= 0):
		return fmt.Errorf("rate.power %g must not be below 0", c.Rate.Power)
	case !(c.Decay >= 0) || !(c.Momentum >= 0) || !(c.Momentum < 1):
		return fmt.Errorf("decay %g must not be below 0, and momentum %g from 0 to under 1", c.Decay, c.Momentum)
	}
	return nil
}

func (c Config) checkFreeze() error {
	stays, err := frozen(c.Freeze)
	if err != nil || stays == nil {
		return err
	}
	for _, p := range lckd.Parameters(c.network()) {
		if !stays(p.Name) {
			return nil
		}
	}
	return errors.New("freeze: every part of the network is named, so that nothing would be trained: leave out at least one")
}

func (c Config) checkDistillation() error {
	if _, err := teacher.ParseRule(string(c.Distill)); err != nil {
		return fmt.Errorf("distill: %w", err)
	}
	if !(c.Alpha >= 0) {
		return fmt.Errorf("alpha %g must not be below 0", c.Alpha)
	}
	if !slices.Contains(loss.Features, c.Compare) {
		return fmt.Errorf("compare %q is not known; the choices are plain and normalised", c.Compare)
	}
	return nil
}

func (c Config) checkStages() error {
	if len(c.Stages) == 0 || c.Stages[0].From != 0 {
		return fmt.Errorf("stages: there must be at least one, and the first begins from 0")
	}
	network := c.network()
	for at, s := range c.Stages {
		if at > 0 && !(s.From > c.Stages[at-1].From) || !(s.From < 1) {
			return fmt.Errorf("stages: they must follow each other, from 0 to under 1; stage %d begins from %g", at+1, s.From)
		}
		err := network.CheckSize(s.Size)
		if err == nil {
			err = s.Check()
		}
		if err != nil {
			return fmt.Errorf("stages: stage %d: %w", at+1, err)
		}
	}
	return nil
}

// network is what is trained.
func (c Config) network() lckd.Config {
	if c.Channels == nil {
		return lckd.Compact
	}
	return lckd.Config{Channels: c.Channels}
}

// Suits says in a sentence why a run with these settings cannot begin with the weights of a model.
func (c Config) Suits(m *model.Model) error {
	if c.Channels == nil || slices.Equal(c.Channels, m.Config.Channels) {
		return nil
	}
	return fmt.Errorf("channels: the settings say %v, but the model to begin with has %v: leave channels out, or begin with random weights", c.Channels, m.Config.Channels)
}

// Drawn is how many phantoms the run has a use for: none where no stage draws any.
func (c Config) Drawn() int {
	if !slices.ContainsFunc(c.Stages, func(s Stage) bool { return s.Phantom > 0 }) {
		return 0
	}
	return c.Phantoms
}

// settled fills in what follows from the length of the run and from where it begins.
func (c Config) settled(random bool) Config {
	every := func(n *int, part int) {
		if *n == 0 {
			*n = max(1, (c.Steps+part-1)/part)
		}
	}
	every(&c.Evaluate, 8)
	every(&c.Elect, 8)
	if c.Checkpoint == 0 {
		c.Checkpoint = 200
	}
	c.Rate.WarmUp = min(c.Rate.WarmUp, c.Steps/5)
	if c.Warm == 0 && random {
		c.Warm = c.Steps / 10
	}
	c.Warm = max(0, c.Warm)
	return c
}

// begin is the step at which a stage begins.
func (c Config) begin(stage int) int { return int(math.Round(c.Stages[stage].From * float64(c.Steps))) }

// stage is what a step, counted from 0, belongs to.
func (c Config) stage(step int) data.Stage {
	at := 0
	for n := range c.Stages {
		if step >= c.begin(n) {
			at = n
		}
	}
	return c.Stages[at].Stage
}

// plan is how batches are made, by their numbers. Subsets are drawn from step Warm on: severe dropout from the start converges badly.
func (c Config) plan() []data.Stage {
	begins := []int{0, max(0, c.Warm)}
	for n := range c.Stages {
		begins = append(begins, c.begin(n))
	}
	slices.Sort(begins)
	var list []data.Stage
	for _, step := range slices.Compact(begins) {
		if step >= c.Steps {
			continue
		}
		s := c.stage(step)
		s.From = step * c.Accumulate
		if step < c.Warm {
			s.Subset = 0
		}
		list = append(list, s)
	}
	return list
}

// optimizer makes the rule for one update.
func (c Config) optimizer() optim.Optimizer {
	if c.Optimizer == "sgd" {
		return optim.SGD{Momentum: c.Momentum, Decay: c.Decay}
	}
	return optim.AdamW{Decay: c.Decay}
}

// rate is the learning rate of a step, counted from 0.
func (c Config) rate(step int) float32 {
	if c.Rate.Schedule == "polynomial" {
		return float32(optim.Polynomial{Base: c.Rate.Base, Power: c.Rate.Power, Steps: c.Steps}.Rate(step))
	}
	return float32(optim.Cosine{Base: c.Rate.Base, End: c.Rate.End, WarmUp: c.Rate.WarmUp, Steps: c.Steps}.Rate(step))
}
