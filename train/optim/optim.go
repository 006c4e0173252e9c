// Package optim builds optimisers as graph functions on vectors that hold all parameters, and schedules of the learning rate as plain
// functions of the step.
package optim

import (
	"math"

	"quorum/segment/graph"
)

// Optimizer is a rule for one update, made of nodes.
type Optimizer interface {
	// Moments is how many vectors as long as the parameters it remembers from step to step; they begin as zeros.
	Moments() int
	// Update adds one step to g. All vectors are of one length.
	Update(g *graph.Graph, s Step) (parameter *graph.Value, moments []*graph.Value)
}

// Step is what an update is made from.
type Step struct {
	Parameter, Gradient *graph.Value
	Moments             []*graph.Value
	Rate                *graph.Value // learning rate [1]
	Correction          *graph.Value // Correction of the step [2]
}

// SGD is stochastic gradient descent with Nesterov momentum as in PyTorch: the decay is added to the gradient.
type SGD struct {
	Momentum float32 `json:"momentum"`
	Decay    float32 `json:"decay"`
}

// Moments is 1, the momentum.
func (SGD) Moments() int { return 1 }

// Update is g += decay·p; m ← momentum·m + g; p ← p − rate·(g + momentum·m).
func (o SGD) Update(g *graph.Graph, s Step) (*graph.Value, []*graph.Value) {
	defer g.Scope("sgd")()
	momentum := number(g, o.Momentum)
	d := g.Add(s.Gradient, g.Mul(s.Parameter, number(g, o.Decay)))
	m := g.Add(g.Mul(s.Moments[0], momentum), d)
	ahead := g.Add(d, g.Mul(m, momentum))
	return g.Sub(s.Parameter, g.Mul(ahead, s.Rate)), []*graph.Value{m}
}

// AdamW is Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101), as in PyTorch. Its Betas are constants of the
// package, since Correction depends on them.
type AdamW struct {
	Decay float32 `json:"decay"`
}

// Constants of AdamW: how slowly the moments forget, and what keeps the division from zero.
const (
	Beta1   = 0.9
	Beta2   = 0.999
	epsilon = 1e-8
)

// Moments is 2, the means of the gradient and of its square.
func (AdamW) Moments() int { return 2 }

// Update is p ← p·(1 − rate·decay) − rate·(m/c₁)/(√(v/c₂) + ε) with m and v updated and c the corrections.
func (o AdamW) Update(g *graph.Graph, s Step) (*graph.Value, []*graph.Value) {
	defer g.Scope("adamw")()
	blend := func(old, value *graph.Value, beta float64) *graph.Value {
		return g.Add(g.Mul(old, number(g, float32(beta))), g.Mul(value, number(g, float32(1-beta))))
	}
	m := blend(s.Moments[0], s.Gradient, Beta1)
	v := blend(s.Moments[1], g.Mul(s.Gradient, s.Gradient), Beta2)
	c1, c2 := g.Slice(s.Correction, 0, 0, 1), g.Slice(s.Correction, 0, 1, 2)
	scale := g.Add(g.Div(g.Sqrt(v), g.Sqrt(c2)), number(g, epsilon))
	kept := g.Sub(number(g, 1), g.Mul(s.Rate, number(g, o.Decay)))
	change := g.Mul(g.Div(m, scale), g.Div(s.Rate, c1))
	return g.Sub(g.Mul(s.Parameter, kept), change), []*graph.Value{m, v}
}

// Correction are the sums of the weights in Adam's moments after steps updates, 1 − βᵗ. They enter the graph as an input, computed in
// float64: in float32 the second would have lost half of its digits in the first steps.
func Correction(steps int) [2]float32 {
	t := float64(steps)
	return [2]float32{float32(-math.Expm1(t * math.Log(Beta1))), float32(-math.Expm1(t * math.Log(Beta2)))}
}

// Norm is the Euclidean norm of a vector [1].
func Norm(g *graph.Graph, v *graph.Value) *graph.Value {
	return g.Sqrt(g.ReduceSum(g.Mul(v, v), 0))
}

// Clip shortens a gradient whose norm is above limit [1] to that norm: g·min(1, limit/(norm + 1e-6)).
func Clip(g *graph.Graph, gradient, norm, limit *graph.Value) *graph.Value {
	one := number(g, 1)
	factor := g.Div(limit, g.Add(norm, number(g, 1e-6)))
	return g.Mul(gradient, g.Where(g.Greater(factor, one), one, factor))
}

func number(g *graph.Graph, x float32) *graph.Value { return g.Const([]float32{x}, 1) }
