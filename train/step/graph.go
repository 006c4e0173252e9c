package step

import (
	"fmt"

	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/train/grad"
	"quorum/train/loss"
	"quorum/train/optim"
)

// Config is what is fixed in the graph of a step.
type Config struct {
	Network   lckd.Config
	Size      [3]int // D, H, W of an image
	Batch     int    // images in a micro-batch
	Optimizer optim.Optimizer
	Compare   loss.Feature             // how distillation compares features; "" = loss.Plain
	Frozen    func(weight string) bool // weights, by name, that do not change; nil = none
	Lean      bool                     // one graph for images with any number of sequences: less memory, and more work where some are missing
}

// Names of inputs and outputs. Those of the state come out as next(name).
const (
	image       = "image"      // [B,4,D,H,W]
	target      = "target"     // [B,3,D,H,W] of ET, WT, TC, 0 or 1
	presence    = "presence"   // [B,4], 0 or 1
	slots       = "slots"      // [B,K,4], lckd.Images.Slots; only where the graph knows just the sequences that are there
	pairs       = "pairs"      // [4,4], row teaches column
	alpha       = "alpha"      // weight of distillation
	rate        = "rate"       // learning rate
	clip        = "clip"       // largest norm of the gradient
	correction  = "correction" // [2], optim.Correction
	apply       = "apply"      // 1: clip and update; 0: add up only
	parameter   = "parameter"  // all weights in one row
	accumulator = "accumulator"
	count       = "count" // micro-batches in the accumulator

	dice  = "dice"
	bce   = "bce"
	kd    = "kd"
	total = "total"
	norm  = "norm" // of the mean gradient since the last update

	deviation = "deviation" // of f_m
)

func moment(i int) string { return fmt.Sprintf("moment/%d", i) }

func next(name string) string { return name + "/next" }

// Graph is the training step: forward, losses, gradients, clipping and update, for every subset of sequences and every choice of teachers.
//
// Parameters and what the optimiser keeps of them are vectors with all weights one after the other, in the order of lckd.Parameters: the
// update is a few large operations, and a checkpoint a few vectors. Micro-batches are added up while apply is 0; with 1 their mean gradient
// is clipped and applied, so that N of B images equal one of N·B.
func Graph(c Config) (*graph.Graph, error) { return c.graph(lckd.Sequences) }

// graph is Graph for images that have so many sequences each: it takes those alone, and computes nothing for the others. With all four it
// is the graph for every image.
func (c Config) graph(present int) (*graph.Graph, error) {
	if err := c.Network.CheckSize(c.Size); err != nil {
		return nil, err
	}
	if c.Batch < 1 {
		return nil, fmt.Errorf("a batch of %d images cannot be trained on: it must have at least one", c.Batch)
	}
	return graph.Build(func(g *graph.Graph) { c.build(g, present) })
}

func (c Config) build(g *graph.Graph, present int) {
	size := c.Size
	in := loss.Input{
		Target: g.Input(target, c.Batch, lckd.Regions, size[0], size[1], size[2]),
		Pairs:  g.Input(pairs, lckd.Sequences, lckd.Sequences),
		Alpha:  g.Input(alpha, 1),

		Compare: c.Compare,
	}
	images := lckd.Images{
		Voxels:   g.Input(image, c.Batch, present, size[0], size[1], size[2]),
		Presence: g.Input(presence, c.Batch, lckd.Sequences),
	}
	if present < lckd.Sequences {
		images.Slots = g.Input(slots, c.Batch, present, lckd.Sequences)
		in.Pairs = g.MatMul(g.MatMul(images.Slots, in.Pairs), g.Transpose(images.Slots, 0, 2, 1))
	}
	all := g.Input(parameter, c.Network.ParameterCount())

	parts, byName := split(g, c.Network, all)
	result := lckd.Forward(g, c.Network, func(name string) *graph.Value { return byName[name] }, images)
	in.Logit, in.Feature, in.Presence = result.Logit, result.Feature, result.Presence
	terms := loss.Of(g, in)
	gradient := join(g, c.gradients(g, terms.Total, parts))

	g.Output(dice, terms.Dice)
	g.Output(bce, terms.BCE)
	g.Output(kd, terms.KD)
	g.Output(total, terms.Total)
	g.Output(deviation, terms.Deviation)
	c.update(g, all, gradient)
}

// update accumulates the gradient or applies it.
func (c Config) update(g *graph.Graph, all, gradient *graph.Value) {
	defer g.Scope("update")()
	zero, one := g.Const([]float32{0}, 1), g.Const([]float32{1}, 1)
	now := g.Greater(g.Input(apply, 1), g.Const([]float32{0.5}, 1))
	sum := g.Add(g.Input(accumulator, all.Shape...), gradient)
	batches := g.Add(g.Input(count, 1), one)
	mean := g.Div(sum, batches)
	length := optim.Norm(g, mean)

	s := optim.Step{
		Parameter: all, Gradient: optim.Clip(g, mean, length, g.Input(clip, 1)),
		Rate: g.Input(rate, 1), Correction: g.Input(correction, 2),
	}
	for i := range c.Optimizer.Moments() {
		s.Moments = append(s.Moments, g.Input(moment(i), all.Shape...))
	}
	changed, moments := c.Optimizer.Update(g, s)
	changed = c.keepFrozen(g, changed, all)

	g.Output(norm, length)
	g.Output(next(parameter), g.Where(now, changed, all))
	g.Output(next(accumulator), g.Where(now, zero, sum))
	g.Output(next(count), g.Where(now, zero, batches))
	for i, m := range moments {
		g.Output(next(moment(i)), g.Where(now, m, s.Moments[i]))
	}
}

// gradients are those of the weights that may change, and zeros for the others.
func (c Config) gradients(g *graph.Graph, total *graph.Value, parts []*graph.Value) []*graph.Value {
	var wrt []*graph.Value
	for at, s := range lckd.Parameters(c.Network) {
		if !c.frozen(s.Name) {
			wrt = append(wrt, parts[at])
		}
	}
	found := grad.Of(g, total, wrt)
	all := make([]*graph.Value, len(parts))
	for at, s := range lckd.Parameters(c.Network) {
		if c.frozen(s.Name) {
			all[at] = g.Expand(g.Const([]float32{0}, 1), s.Size())
		} else {
			all[at], found = found[0], found[1:]
		}
	}
	return all
}

// keepFrozen takes the frozen weights from what they were: weight decay changes a weight even without a gradient.
func (c Config) keepFrozen(g *graph.Graph, changed, before *graph.Value) *graph.Value {
	if c.Frozen == nil {
		return changed
	}
	defer g.Scope("frozen")()
	var rows []*graph.Value
	at := 0
	for _, s := range lckd.Parameters(c.Network) {
		from := changed
		if c.frozen(s.Name) {
			from = before
		}
		rows = append(rows, g.Slice(from, 0, at, at+s.Size()))
		at += s.Size()
	}
	return g.Concat(0, rows...)
}

func (c Config) frozen(weight string) bool { return c.Frozen != nil && c.Frozen(weight) }

// split cuts the vector of all parameters into weights, in order and by name.
func split(g *graph.Graph, c lckd.Config, all *graph.Value) ([]*graph.Value, map[string]*graph.Value) {
	defer g.Scope("weight")()
	var parts []*graph.Value
	byName := map[string]*graph.Value{}
	at := 0
	for _, s := range lckd.Parameters(c) {
		w := g.Reshape(g.Slice(all, 0, at, at+s.Size()), s.Shape...)
		parts = append(parts, w)
		byName[s.Name] = w
		at += s.Size()
	}
	return parts, byName
}

// join is the reverse of split.
func join(g *graph.Graph, parts []*graph.Value) *graph.Value {
	defer g.Scope("gradient")()
	rows := make([]*graph.Value, len(parts))
	for i, p := range parts {
		rows[i] = g.Reshape(p, graph.Size(p.Shape))
	}
	return g.Concat(0, rows...)
}
