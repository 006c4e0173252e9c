package step

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/segment/safetensors"
	"quorum/sharedtest"
	"quorum/train/optim"
)

// The goldens: what oracle.py of the PyTorch reference computed in float64 for seven cases of subset, target, pairs and alpha.
var (
	cases = []string{"full", "mixed", "single", "empty-target", "no-distillation", "no-teacher", "weighted-pairs"}
	small = Config{Network: lckd.Tiny, Size: [3]int{32, 48, 16}, Batch: 2, Optimizer: optim.AdamW{Decay: 1e-2}}
)

// golden is one file of tensors.
type golden map[string]graph.Tensor

func readGolden(t *testing.T) golden {
	t.Helper()
	path := filepath.Join(sharedtest.Folder(t, "experiments", "pytorch-compact"), "golden-training.safetensors")
	tensors, err := safetensors.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return tensors
}

// with are the entries whose names begin with prefix, without it.
func (f golden) with(prefix string) graph.Weights {
	w := graph.Weights{}
	for name, x := range f {
		if rest, ok := strings.CutPrefix(name, prefix+"/"); ok {
			w[rest] = x
		}
	}
	return w
}

func (f golden) batch(name string) (Batch, Control) {
	c := Control{Alpha: f[name+"/alpha"].Data[0], Clip: 1}
	for i, x := range f[name+"/pairs"].Data {
		c.Pairs[i/lckd.Sequences][i%lckd.Sequences] = x
	}
	return Batch{Image: f[name+"/image"].Data, Target: f[name+"/target"].Data, Presence: f[name+"/presence"].Data}, c
}

// losses compares the four losses, each by itself, and the norm.
func (f golden) losses(t *testing.T, name string, got Losses) {
	t.Helper()
	terms := []float32{got.Dice, got.BCE, got.KD, got.Total}
	for i, want := range f[name+"/loss"].Data {
		expect(t, fmt.Sprintf("%s: loss %d", name, i), terms[i:i+1], []float32{want}, 1e-5)
	}
	expect(t, name+": norm", []float32{got.Norm}, f[name+"/norm"].Data, 1e-4)
}

func TestLossesAndGradientsAgreeWithPyTorch(t *testing.T) {
	f := readGolden(t)
	s := compile(t, cpu(t), small)
	from := start(t, small, f.with("param"))
	for _, name := range cases {
		batch, control := f.batch(name)
		to, losses := run(t, s, from, batch, control)
		f.losses(t, name, losses)
		same(t, "parameters without an update", to.Parameter, from.Parameter)
		worst(t, name+": gradient", Weights(small.Network, to.Accumulator), f.with(name+"/grad"), 1e-4)
	}
}

// TestLossesOnInterpreter: the same by the slow interpreter, which also shows that the graph is right and not only its ONNX form.
func TestLossesOnInterpreter(t *testing.T) {
	f := readGolden(t)
	s := compile(t, slow{}, small)
	batch, control := f.batch("mixed")
	to, losses := run(t, s, start(t, small, f.with("param")), batch, control)
	f.losses(t, "mixed", losses)
	worst(t, "mixed: gradient", Weights(small.Network, to.Accumulator), f.with("mixed/grad"), 1e-5)
}

func TestFourStepsAgreeWithPyTorch(t *testing.T) {
	f := readGolden(t)
	for _, c := range []struct {
		name      string
		optimizer optim.Optimizer
		rate      float32
		limit     float64
	}{
		{"adamw", optim.AdamW{Decay: 1e-2}, 2e-3, 1e-2},
		{"sgd", optim.SGD{Momentum: 0.99, Decay: 1e-2}, 1e-2, 1e-3},
	} {
		config := small
		config.Optimizer = c.optimizer
		s := compile(t, cpu(t), config)
		first := start(t, config, f.with("param"))
		state := first
		for _, name := range cases[:4] {
			batch, control := f.batch(name)
			control.Rate, control.Apply = c.rate, true
			state, _ = run(t, s, state, batch, control)
		}
		change := make([]float32, len(state.Parameter))
		for i, x := range state.Parameter {
			change[i] = x - first.Parameter[i]
		}
		worst(t, c.name, Weights(config.Network, change), f.with(c.name), c.limit)
		if state.Updates != 4 || state.Count != 0 {
			t.Errorf("%d updates, %d batches left", state.Updates, state.Count)
		}
	}
}

// worst compares every weight and reports the largest error.
func worst(t *testing.T, what string, got, want graph.Weights, limit float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d weights, want %d", what, len(got), len(want))
	}
	largest, at := 0.0, ""
	for name, b := range want {
		if e := difference(got[name].Data, b.Data); !(e <= largest) {
			largest, at = e, name
		}
	}
	t.Logf("%s: largest error %.2g, at %s", what, largest, at)
	if !(largest <= limit) {
		t.Errorf("%s: error %.2g at %s, at most %.0e is allowed", what, largest, at, limit)
	}
}

func expect(t *testing.T, what string, got, want []float32, limit float64) {
	t.Helper()
	e := difference(got, want)
	t.Logf("%s: error %.2g", what, e)
	if !(e <= limit) {
		t.Errorf("%s: %v, want %v: error %.2g, at most %.0e is allowed", what, got, want, e, limit)
	}
}

// difference is max|a−b| / max|b|, NaN when a value is; with b = 0, max|a−b|.
func difference(a, b []float32) float64 {
	if len(a) != len(b) || len(a) == 0 {
		return math.NaN()
	}
	apart, largest := 0.0, 0.0
	for i := range a {
		apart = max(apart, math.Abs(float64(a[i])-float64(b[i])))
		largest = max(largest, math.Abs(float64(b[i])))
	}
	if largest == 0 {
		return apart
	}
	return apart / largest
}
