// Package loss builds the training loss of LCKD as graph functions (docs/method.md, "Losses"; Wang et al., MICCAI 2023, arXiv 2310.01035).
// Every term is computed for each item of a batch by itself, which has its own sequences, and averaged over the batch.
package loss

import "quorum/segment/graph"

// smooth stands in numerator and denominator of soft Dice, so that an empty target has a gradient.
const smooth = 1

// Feature says in which form features are compared in distillation.
type Feature string

// The forms.
const (
	Plain      Feature = "plain"      // as they are: the published method. Shrinking all features also satisfies it
	Normalised Feature = "normalised" // every channel brought to mean 0 and variance 1 over the image, so that only the pattern counts
)

// Features lists them, for flags.
var Features = []Feature{Plain, Normalised}

// epsilon of the normalisation is that of the network's own.
const epsilon = 1e-5

// Input is what the loss is computed from.
type Input struct {
	Logit, Target *graph.Value // [B,C,D,H,W]; the target is 0 or 1
	Feature       *graph.Value // f_m [B,M,…] of M sequences
	Presence      *graph.Value // [B,M] of 0 and 1
	Pairs         *graph.Value // [M,M] or, for each item by itself, [B,M,M]: weight of row (the teacher) teaching column
	Alpha         *graph.Value // weight of distillation, one number
	Compare       Feature      // "" = Plain
}

// Terms are the parts of the loss, means over the batch, each [1].
type Terms struct {
	Dice  *graph.Value // 1 − soft Dice, mean over the channels
	BCE   *graph.Value // binary cross-entropy, mean over voxels, sum over the channels
	KD    *graph.Value // cross-modal distillation, before its weight
	Total *graph.Value // Dice + BCE + alpha · KD

	Deviation *graph.Value // standard deviation of f_m; no part of the loss. Where it falls with KD, features were shrunk rather than taught
}

// Of adds the loss to g.
func Of(g *graph.Graph, in Input) Terms {
	defer g.Scope("loss")()
	t := Terms{
		Dice: Dice(g, in.Logit, in.Target),
		BCE:  BCE(g, in.Logit, in.Target),
		KD:   KD(g, in.compared(g), in.Presence, in.Pairs),

		Deviation: Deviation(g, in.Feature, in.Presence),
	}
	t.Total = g.Add(g.Add(t.Dice, t.BCE), g.Mul(in.Alpha, t.KD))
	return t
}

// compared are the features in the form that distillation compares.
func (in Input) compared(g *graph.Graph) *graph.Value {
	if in.Compare != Normalised {
		return in.Feature
	}
	shape := in.Feature.Shape // [B,M,C,…]
	channels := shape[2]
	scale, shift := make([]float32, channels), make([]float32, channels)
	for c := range scale {
		scale[c] = 1
	}
	items := g.Reshape(in.Feature, append([]int{shape[0] * shape[1]}, shape[2:]...)...)
	return g.Reshape(g.InstanceNorm(items, g.Const(scale, channels), g.Const(shift, channels), epsilon), shape...)
}

// Dice is 1 − (2Σpy + 1)/(Σp + Σy + 1) with p = sigmoid(logit), sums over the voxels of each channel of each item; the mean of all [1].
func Dice(g *graph.Graph, logit, target *graph.Value) *graph.Value {
	p := g.Sigmoid(logit)
	both, either := overVoxels(g, g.Mul(p, target)), overVoxels(g, g.Add(p, target))
	s := number(g, smooth)
	dice := g.Div(g.Add(g.Mul(both, number(g, 2)), s), g.Add(either, s))
	return g.Sub(number(g, 1), mean(g, dice))
}

// BCE is log(1+exp(x)) − x·y with the logit x, which never overflows: the mean over voxels and items, the sum over channels [1].
func BCE(g *graph.Graph, logit, target *graph.Value) *graph.Value {
	entropy := overVoxels(g, g.Sub(g.Softplus(logit), g.Mul(logit, target)))
	voxels := graph.Size(logit.Shape[2:])
	return g.Mul(sum(g, entropy), number(g, 1/float32(voxels*logit.Shape[0])))
}

// KD is Σ over teachers t and sequences s, both there, of pairs[t,s] · mean|f_t − f_s|, of which f_t is a constant: the mean over the
// batch [1].
func KD(g *graph.Graph, feature, presence, pairs *graph.Value) *graph.Value {
	batch, sequences := presence.Shape[0], presence.Shape[1]
	values := graph.Size(feature.Shape[2:])
	teacher := g.Stop(g.Reshape(feature, batch, sequences, 1, values))
	student := g.Reshape(feature, batch, 1, sequences, values)
	distance := g.Reshape(g.ReduceSum(g.Abs(g.Sub(teacher, student)), 3), batch, sequences, sequences)
	there := g.Mul(g.Reshape(presence, batch, sequences, 1), g.Reshape(presence, batch, 1, sequences))
	weighted := g.Mul(g.Mul(distance, there), pairs)
	return g.Mul(sum(g, weighted), number(g, 1/float32(values*batch)))
}

// Deviation is the standard deviation of all values of f_m [B,M,…] of the sequences that are there, [1].
func Deviation(g *graph.Graph, feature, presence *graph.Value) *graph.Value {
	values := graph.Size(feature.Shape[2:])
	rows := g.Reshape(feature, feature.Shape[0], feature.Shape[1], values)
	there := g.Reshape(presence, feature.Shape[0], feature.Shape[1], 1)
	mean := func(v *graph.Value) *graph.Value {
		total := sum(g, g.Mul(g.ReduceSum(v, 2), there))
		return g.Mul(g.Div(total, sum(g, presence)), number(g, 1/float32(values)))
	}
	away := g.Sub(rows, mean(rows))
	return g.Sqrt(mean(g.Mul(away, away)))
}

// overVoxels adds up the spatial axes of [B,C,…].
func overVoxels(g *graph.Graph, v *graph.Value) *graph.Value {
	return g.ReduceSum(g.Reshape(v, v.Shape[0], v.Shape[1], graph.Size(v.Shape[2:])), 2)
}

// sum is the sum of all values [1].
func sum(g *graph.Graph, v *graph.Value) *graph.Value {
	return g.ReduceSum(g.Reshape(v, graph.Size(v.Shape)), 0)
}

// mean is the mean of all values [1].
func mean(g *graph.Graph, v *graph.Value) *graph.Value {
	return g.Mul(sum(g, v), number(g, 1/float32(graph.Size(v.Shape))))
}

func number(g *graph.Graph, x float32) *graph.Value { return g.Const([]float32{x}, 1) }
