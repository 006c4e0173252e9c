package loss

import (
	"math"
	"math/rand/v2"
	"testing"

	"quorum/segment/graph"
	"quorum/segment/graph/interp"
	"quorum/train/grad"
)

// example is one batch with its own presence for each item.
type example struct {
	logit, target, feature, presence, pairs graph.Tensor
	alpha                                   float32
	compare                                 Feature
}

func random(seed uint64, batch int) example {
	r := rand.New(rand.NewPCG(seed, 5))
	fill := func(f func() float64, shape ...int) graph.Tensor {
		t := graph.Tensor{Shape: shape, Data: make([]float32, graph.Size(shape))}
		for i := range t.Data {
			t.Data[i] = float32(f())
		}
		return t
	}
	bit := func() float64 { return float64(r.IntN(2)) }
	return example{
		logit:    fill(func() float64 { return 3 * r.NormFloat64() }, batch, 3, 2, 3, 4),
		target:   fill(bit, batch, 3, 2, 3, 4),
		feature:  fill(func() float64 { return 1 + r.NormFloat64() }, batch, 4, 5, 1, 2, 1),
		presence: fill(bit, batch, 4),
		pairs:    fill(r.Float64, 4, 4),
		alpha:    0.3,
	}
}

// item is one item of the batch alone.
func (e example) item(i int) example {
	cut := func(t graph.Tensor) graph.Tensor {
		n := len(t.Data) / t.Shape[0]
		return graph.Tensor{Shape: append([]int{1}, t.Shape[1:]...), Data: t.Data[i*n : (i+1)*n]}
	}
	e.logit, e.target, e.feature, e.presence = cut(e.logit), cut(e.target), cut(e.feature), cut(e.presence)
	return e
}

// run gives the terms and the gradients for logit and feature.
func run(t *testing.T, e example) map[string]graph.Tensor {
	t.Helper()
	g, err := graph.Build(func(g *graph.Graph) {
		in := Input{
			Logit: g.Input("logit", e.logit.Shape...), Target: g.Input("target", e.target.Shape...),
			Feature: g.Input("feature", e.feature.Shape...), Presence: g.Input("presence", e.presence.Shape...),
			Pairs: g.Input("pairs", 4, 4), Alpha: g.Input("alpha", 1), Compare: e.compare,
		}
		terms := Of(g, in)
		g.Output("dice", terms.Dice)
		g.Output("bce", terms.BCE)
		g.Output("kd", terms.KD)
		g.Output("total", terms.Total)
		g.Output("deviation", terms.Deviation)
		d := grad.Of(g, terms.Total, []*graph.Value{in.Logit, in.Feature})
		g.Output("d logit", d[0])
		g.Output("d feature", d[1])
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := interp.Run(t.Context(), g, nil, map[string]graph.Tensor{
		"logit": e.logit, "target": e.target, "feature": e.feature, "presence": e.presence, "pairs": e.pairs,
		"alpha": {Shape: []int{1}, Data: []float32{e.alpha}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// obvious are the formulas of the method for one item, in loops.
func obvious(e example) (dice, bce, kd float64) {
	const voxels, values = 24, 10
	for c := range 3 {
		var both, either float64
		for v := range voxels {
			x, y := float64(e.logit.Data[c*voxels+v]), float64(e.target.Data[c*voxels+v])
			p := 1 / (1 + math.Exp(-x))
			both += p * y
			either += p + y
			bce -= (y*math.Log(p) + (1-y)*math.Log(1-p)) / voxels
		}
		dice += (1 - (2*both+1)/(either+1)) / 3
	}
	for t := range 4 {
		for s := range 4 {
			if e.presence.Data[t] == 0 || e.presence.Data[s] == 0 || s == t {
				continue
			}
			for v := range values {
				d := float64(e.feature.Data[t*values+v]) - float64(e.feature.Data[s*values+v])
				kd += float64(e.pairs.Data[t*4+s]) * math.Abs(d) / values
			}
		}
	}
	return dice, bce, kd
}

// spread is the standard deviation of the features that are there, in loops.
func spread(e example) float64 {
	var n, first, second float64
	for i, x := range e.feature.Data {
		if e.presence.Data[i/10] == 1 {
			n, first, second = n+1, first+float64(x), second+float64(x)*float64(x)
		}
	}
	return math.Sqrt(second/n - first/n*first/n)
}

func TestAgainstFormulas(t *testing.T) {
	const batch = 3
	for seed := range uint64(4) {
		e := random(seed, batch)
		var dice, bce, kd float64
		for i := range batch {
			d, b, k := obvious(e.item(i))
			dice, bce, kd = dice+d/batch, bce+b/batch, kd+k/batch
		}
		out := run(t, e)
		for name, want := range map[string]float64{"dice": dice, "bce": bce, "kd": kd, "total": dice + bce + float64(e.alpha)*kd, "deviation": spread(e)} {
			if got := float64(out[name].Data[0]); !(math.Abs(got-want) <= 1e-6*max(1, want)) {
				t.Errorf("seed %d: %s is %g, want %g", seed, name, got, want)
			}
		}
	}
}

// TestFarLogits: nothing overflows, and a wrong voxel still has a gradient.
func TestFarLogits(t *testing.T) {
	e := random(1, 1)
	for i := range e.logit.Data {
		e.logit.Data[i] = float32(math.Copysign(1e4, float64(i%2)-0.5))
		e.target.Data[i] = float32(i / 2 % 2)
	}
	out := run(t, e)
	if got := out["bce"].Data[0]; got != 15000 {
		t.Errorf("cross-entropy %g, want 3 · 10⁴/2", got)
	}
	for i, d := range out["d logit"].Data {
		wrong := float32(i%2) - e.target.Data[i]
		if math.Abs(float64(d-wrong/24)) > 1e-6 {
			t.Errorf("voxel %d: gradient %g, want %g", i, d, wrong/24)
		}
	}
}

// TestEmptyTarget: without tumour soft Dice still pulls every probability down.
func TestEmptyTarget(t *testing.T) {
	e := random(2, 1)
	clear(e.target.Data)
	with := run(t, e)
	for i, d := range with["d logit"].Data {
		x := float64(e.logit.Data[i])
		entropy := 1 / (1 + math.Exp(-x)) / 24
		if !(float64(d) > entropy+1e-7) {
			t.Errorf("voxel %d: gradient %g, of which %g is that of the cross-entropy", i, d, entropy)
		}
	}
}

// TestTeacherStands: only students that are there are pulled, towards teachers that are there.
func TestTeacherStands(t *testing.T) {
	e := random(3, 1)
	copy(e.presence.Data, []float32{1, 1, 0, 1})
	clear(e.pairs.Data)
	copy(e.pairs.Data, []float32{0, 1, 1, 1}) // 0 teaches all
	copy(e.pairs.Data[8:], []float32{1, 1, 0, 1})
	out := run(t, e)
	for i, d := range out["d feature"].Data {
		m := i / 10
		want := float32(0)
		if m == 1 || m == 3 {
			want = float32(math.Copysign(float64(e.alpha)/10, float64(e.feature.Data[i]-e.feature.Data[i%10])))
		}
		if math.Abs(float64(d-want)) > 1e-6 {
			t.Errorf("value %d of sequence %d: gradient %g, want %g", i%10, m, d, want)
		}
	}
}

// TestNormalised: the size and the level of a channel make no difference to normalised features, and much to plain ones.
func TestNormalised(t *testing.T) {
	e := random(4, 2)
	e.feature.Shape = []int{2, 4, 1, 1, 5, 2} // ten values in a channel
	for i := range e.presence.Data {
		e.presence.Data[i] = 1
	}
	shrunk := e
	shrunk.feature.Data = make([]float32, len(e.feature.Data))
	for i, x := range e.feature.Data {
		shrunk.feature.Data[i] = 0.1*x + float32(i/10)
	}
	kd := func(e example, f Feature) float64 {
		e.compare = f
		return float64(run(t, e)["kd"].Data[0])
	}
	if a, b := kd(e, Normalised), kd(shrunk, Normalised); math.Abs(a-b) > 0.01*a || a == 0 {
		t.Errorf("normalised: %g, of features a tenth as large %g", a, b)
	}
	if a, b := kd(e, Plain), kd(shrunk, Plain); math.Abs(a-b) < 0.1*a {
		t.Errorf("plain: %g, of other features %g", a, b)
	}
	if a, b := kd(e, Plain), kd(e, ""); a != b {
		t.Errorf("without a word: %g, plain %g", b, a)
	}
}
