package lckd

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"quorum/segment/graph"
)

// perturbed are random weights whose norms and biases are not at their starting values either.
func perturbed(c Config, seed uint64) graph.Weights {
	r := rand.New(rand.NewPCG(seed, 1))
	w := Random(c, seed)
	for _, s := range Parameters(c) {
		if len(s.Shape) == 1 {
			for i := range w[s.Name].Data {
				w[s.Name].Data[i] += float32(0.2 * r.NormFloat64())
			}
		}
	}
	return w
}

func noise(seed uint64, shape ...int) graph.Tensor {
	r := rand.New(rand.NewPCG(seed, 2))
	t := graph.Tensor{Shape: shape, Data: make([]float32, graph.Size(shape))}
	for i := range t.Data {
		t.Data[i] = float32(r.NormFloat64())
	}
	return t
}

// TestSplitEqualsWhole runs all 15 subsets through encoder and decoder, with features of present sequences computed once, and through
// the whole graph, in which missing channels are NaN.
func TestSplitEqualsWhole(t *testing.T) {
	size := [3]int{48, 16, 32}
	w := perturbed(Tiny, 5)
	whole, err := Whole(Tiny, size)
	if err != nil {
		t.Fatal(err)
	}
	one, err := Encoder(Tiny, size)
	if err != nil {
		t.Fatal(err)
	}
	rest, err := Decoder(Tiny, size)
	if err != nil {
		t.Fatal(err)
	}
	image := noise(6, 1, Sequences, size[0], size[1], size[2])
	voxels := len(image.Data) / Sequences
	var features [Sequences]map[string]graph.Tensor
	for m := range features {
		item := graph.Tensor{Shape: []int{1, 1, size[0], size[1], size[2]}, Data: image.Data[m*voxels : (m+1)*voxels]}
		features[m] = run(t, one, w, map[string]graph.Tensor{"image": item})
	}
	for bits := 1; bits < 1<<Sequences; bits++ {
		presence := graph.Tensor{Shape: []int{1, Sequences}, Data: make([]float32, Sequences)}
		holey := graph.Tensor{Shape: image.Shape, Data: slices.Clone(image.Data)}
		in := map[string]graph.Tensor{"presence": presence}
		for m := range Sequences {
			there := bits>>m&1 == 1
			if there {
				presence.Data[m] = 1
			} else {
				for i := range voxels {
					holey.Data[m*voxels+i] = float32(math.NaN())
				}
			}
			for l := range Tiny.Channels {
				f := features[m][FeatureName(l)]
				if !there {
					f = graph.Tensor{Shape: f.Shape, Data: make([]float32, len(f.Data))}
				}
				in[SlotName(m, l)] = f
			}
		}
		want := run(t, whole, w, map[string]graph.Tensor{"image": holey, "presence": presence})
		got := run(t, rest, w, in)
		expect(t, fmt.Sprintf("subset %04b", bits), got["logit"].Data, want["logit"].Data, 1e-6)
		for i, x := range want["logit"].Data {
			if p := float64(want["probability"].Data[i]); math.Abs(p-1/(1+math.Exp(-float64(x)))) > 1e-6 {
				t.Fatalf("probability %g of logit %g", p, x)
			}
		}
	}
}

// TestEverySequenceCounts: taking away any one of the four must change the result.
func TestEverySequenceCounts(t *testing.T) {
	size := [3]int{16, 32, 48}
	g, err := Whole(Tiny, size)
	if err != nil {
		t.Fatal(err)
	}
	w := perturbed(Tiny, 8)
	in := map[string]graph.Tensor{"image": noise(9, 1, Sequences, 16, 32, 48), "presence": parsePresence(t, "0-1-2-3")}
	full := run(t, g, w, in)["logit"].Data
	for m, subset := range []string{"1-2-3", "0-2-3", "0-1-3", "0-1-2"} {
		in["presence"] = parsePresence(t, subset)
		if e := relative(run(t, g, w, in)["logit"].Data, full); !(e > 1e-3) {
			t.Errorf("without sequence %d the result changes by %g only", m, e)
		}
	}
}

func TestParameters(t *testing.T) {
	if n := Compact.ParameterCount(); n != 2_704_648 {
		t.Errorf("the compact network has %d parameters, want 2,704,648", n)
	}
	seen := map[string]bool{}
	for _, s := range Parameters(Compact) {
		if seen[s.Name] {
			t.Errorf("%s is there twice", s.Name)
		}
		seen[s.Name] = true
	}
	// The graph asks for every weight of the table and for no other.
	for _, c := range []Config{Tiny, Compact, {Channels: []int{3}}, {Channels: []int{2, 5}}} {
		g, err := Whole(c, [3]int{16, 32, 48})
		if err != nil {
			t.Fatal(err)
		}
		if len(g.Params) != len(Parameters(c)) {
			t.Errorf("%v: the graph has %d parameters, the table %d", c, len(g.Params), len(Parameters(c)))
		}
	}
}

func TestNodeNames(t *testing.T) {
	g, err := Whole(Tiny, [3]int{16, 16, 16})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, n := range g.Nodes {
		names = append(names, n.Out.Name)
	}
	for _, want := range []string{"stem.conv", "enc.1.0.norm", "fuse.3.slot.3.2.conv", "bott.relu", "up.0.conv", "dec.2.relu", "head.conv"} {
		if !slices.Contains(names, want) {
			t.Errorf("no node is called %s: %v", want, names)
		}
	}
}

func TestSizes(t *testing.T) {
	for name, c := range map[string]struct {
		config Config
		size   [3]int
	}{
		"multiple of 16":   {Tiny, [3]int{16, 24, 32}},
		"0×16×16":          {Tiny, [3]int{0, 16, 16}},
		"0 levels":         {Config{}, [3]int{16, 16, 16}},
		"level 1":          {Config{Channels: []int{4, 0}}, [3]int{16, 16, 16}},
		"7 levels":         {Config{Channels: []int{1, 1, 1, 1, 1, 1, 1}}, [3]int{256, 256, 256}},
		"5000000 channels": {Config{Channels: []int{5_000_000}}, [3]int{16, 16, 16}},
	} {
		for _, build := range []func(Config, [3]int) (*graph.Graph, error){Whole, Encoder, Decoder} {
			if _, err := build(c.config, c.size); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("error %v, want one with %q", err, name)
			}
		}
	}
}

func TestConfigOf(t *testing.T) {
	for _, c := range []Config{Tiny, {Channels: []int{3, 7}}} {
		if got, err := ConfigOf(Random(c, 1)); err != nil || !slices.Equal(got.Channels, c.Channels) {
			t.Errorf("got %v, %v; want %v", got, err, c)
		}
	}
	for say, change := range map[string]func(graph.Weights){
		"weight bott.conv.weight is missing":                          func(w graph.Weights) { delete(w, "bott.conv.weight") },
		"weight extra does not belong":                                func(w graph.Weights) { w["extra"] = noise(1, 2) },
		"weight up.0.bias has shape [31], the network needs [32]":     func(w graph.Weights) { w["up.0.bias"] = noise(1, 31) },
		"weight head.bias has 23 values":                              func(w graph.Weights) { w["head.bias"] = graph.Tensor{Shape: []int{24}, Data: make([]float32, 23)} },
		"weight head.bias has a value that is not a finite number":    func(w graph.Weights) { w["head.bias"].Data[3] = float32(math.NaN()) },
		"weight slot.0.0.weight has shape [4 4], the network needs [": func(w graph.Weights) { w["slot.0.0.weight"] = noise(1, 4, 4) },
	} {
		w := Random(Tiny, 1)
		change(w)
		if _, err := ConfigOf(w); err == nil || !strings.Contains(err.Error(), say) || strings.Contains(err.Error(), "\n") {
			t.Errorf("error %q, want one with %q", err, say)
		}
	}
	for name, w := range map[string]graph.Weights{
		"nothing":  {},
		"resnet":   {"layer1.0.conv1.weight": noise(1, 64, 64, 3, 3, 3)},
		"scalar":   {"enc.0.0.conv.weight": noise(1)},
		"gigantic": {"enc.0.0.conv.weight": {Shape: []int{1 << 40}}},
	} {
		if _, err := ConfigOf(w); !errors.Is(err, ErrNetwork) {
			t.Errorf("%s: error %v, want ErrNetwork", name, err)
		}
	}
}

func TestRandomIsSeeded(t *testing.T) {
	a, b, c := Random(Tiny, 1), Random(Tiny, 1), Random(Tiny, 2)
	const name = "enc.0.0.conv.weight"
	if !slices.Equal(a[name].Data, b[name].Data) || slices.Equal(a[name].Data, c[name].Data) {
		t.Error("weights must follow from the seed and nothing else")
	}
	var square float64
	data := Random(Compact, 3)[name].Data
	for _, x := range data {
		square += float64(x) * float64(x) / float64(len(data))
	}
	if want := 2 / 1.0001 / (24 * 27); math.Abs(square/want-1) > 0.05 {
		t.Errorf("variance %g, want %g", square, want)
	}
}

func TestCheckPresence(t *testing.T) {
	if err := CheckPresence([]float32{0, 0, 1, 0}); err != nil {
		t.Error(err)
	}
	for _, p := range [][]float32{{0, 0, 0, 0}, {1, 1}, nil, {0, 0.5, 1, 0}, {float32(math.NaN()), 1, 1, 1}} {
		if CheckPresence(p) == nil {
			t.Errorf("presence %v is accepted", p)
		}
	}
}
