package lckd

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"quorum/segment/graph"
)

// ErrNetwork is wrapped by the error for weights that are not those of a compact LCKD network at all.
var ErrNetwork = errors.New("these are not the weights of a compact LCKD network")

// ConfigOf infers the sizes of the network that w belongs to, and checks w against them.
func ConfigOf(w graph.Weights) (Config, error) {
	var c Config
	for l := range maxLevels {
		t, ok := w[encoder(l, 0)+".conv.weight"]
		if !ok {
			break
		}
		if len(t.Shape) == 0 {
			return Config{}, fmt.Errorf("%w: %s is a single number", ErrNetwork, encoder(l, 0)+".conv.weight")
		}
		c.Channels = append(c.Channels, t.Shape[0])
	}
	if len(c.Channels) == 0 {
		return Config{}, fmt.Errorf("%w: there is no %s", ErrNetwork, encoder(0, 0)+".conv.weight")
	}
	if err := c.Validate(); err != nil {
		return Config{}, fmt.Errorf("%w: %w", ErrNetwork, err)
	}
	return c, Check(c, w)
}

// Check says what in w does not fit the network: a sentence for each weight that is missing, has another shape or a value that is not
// a number, and for each that the network does not have; the first few of them.
func Check(c Config, w graph.Weights) error {
	if err := c.Validate(); err != nil {
		return err
	}
	var problems []string
	known := map[string]bool{}
	for _, s := range Parameters(c) {
		known[s.Name] = true
		t, ok := w[s.Name]
		switch {
		case !ok:
			problems = append(problems, fmt.Sprintf("weight %s is missing", s.Name))
		case !slices.Equal(t.Shape, s.Shape):
			problems = append(problems, fmt.Sprintf("weight %s has shape %v, the network needs %v", s.Name, t.Shape, s.Shape))
		case len(t.Data) != s.Size():
			problems = append(problems, fmt.Sprintf("weight %s has %d values, the network needs %d", s.Name, len(t.Data), s.Size()))
		case slices.ContainsFunc(t.Data, notFinite):
			problems = append(problems, fmt.Sprintf("weight %s has a value that is not a finite number", s.Name))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w)) {
		if !known[name] {
			problems = append(problems, fmt.Sprintf("weight %s does not belong to the network", name))
		}
	}
	if len(problems) == 0 {
		return nil
	}
	if more := len(problems) - maxProblems; more > 0 {
		problems = append(problems[:maxProblems], fmt.Sprintf("and %d more of this kind", more))
	}
	return errors.New(strings.Join(problems, "; "))
}

// maxProblems is how many sentences help a person.
const maxProblems = 5

func notFinite(x float32) bool { return math.IsNaN(float64(x)) || math.IsInf(float64(x), 0) }
