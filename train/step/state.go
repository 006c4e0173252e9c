package step

import (
	"slices"

	"quorum/segment/graph"
	"quorum/segment/lckd"
)

// State is all that one step hands to the next. It is immutable: a step returns a new one, so that a step that failed or gave NaN loses
// nothing.
type State struct {
	Parameter   []float32   // all weights, in the order of lckd.Parameters
	Moments     [][]float32 // what the optimiser remembers, vectors as long
	Accumulator []float32   // sum of the gradients since the last update
	Count       int         // micro-batches in Accumulator
	Updates     int         // updates so far
}

// Start is the state before the first step, from weights that lckd.Check accepts.
func (c Config) Start(w graph.Weights) (State, error) {
	if err := lckd.Check(c.Network, w); err != nil {
		return State{}, err
	}
	var s State
	for _, p := range lckd.Parameters(c.Network) {
		s.Parameter = append(s.Parameter, w[p.Name].Data...)
	}
	s.Accumulator = make([]float32, len(s.Parameter))
	for range c.Optimizer.Moments() {
		s.Moments = append(s.Moments, make([]float32, len(s.Parameter)))
	}
	return s, nil
}

// Weights are a vector of all weights by name, as copies.
func Weights(c lckd.Config, vector []float32) graph.Weights {
	w := graph.Weights{}
	for _, p := range lckd.Parameters(c) {
		w[p.Name] = graph.Tensor{Shape: slices.Clone(p.Shape), Data: slices.Clone(vector[:p.Size()])}
		vector = vector[p.Size():]
	}
	return w
}
