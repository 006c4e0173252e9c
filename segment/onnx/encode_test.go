package onnx

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/x448/float16"

	"quorum/segment/graph"
	"quorum/segment/lckd"
)

func build(t *testing.T, f func(*graph.Graph)) *graph.Graph {
	t.Helper()
	g, err := graph.Build(f)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestModelFileRoundTrip(t *testing.T) {
	weights := lckd.Random(lckd.Tiny, 1)
	whole, err := lckd.Whole(lckd.Tiny, [3]int{32, 48, 64})
	if err != nil {
		t.Fatal(err)
	}
	meta := map[string]string{"quorum": `{"id":"x"}`, "note": "naïve, 3 lines\n\n"}
	for _, half := range []bool{false, true} {
		data, err := Encode(whole, weights, Options{Half: half, Symbolic: []string{"image"}, Metadata: meta, Producer: "quorum test"})
		if err != nil {
			t.Fatal(err)
		}
		f, err := Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		spatial := []Dim{{Symbol: "D"}, {Symbol: "H"}, {Symbol: "W"}}
		want := &File{
			Producer: "quorum test", Opset: Opset, Metadata: meta, Weights: weights,
			Inputs: []ValueInfo{
				{"image", slices.Concat([]Dim{{Size: 1}, {Size: 4}}, spatial)},
				{"presence", []Dim{{Size: 1}, {Size: 4}}},
			},
			Outputs: []ValueInfo{
				{"logit", slices.Concat([]Dim{{Size: 1}, {Size: 3}}, spatial)},
				{"probability", slices.Concat([]Dim{{Size: 1}, {Size: 3}}, spatial)},
			},
		}
		if half {
			want.Weights = graph.Weights{}
			for name, w := range weights {
				rounded := slices.Clone(w.Data)
				for i, v := range rounded {
					rounded[i] = float16.Fromfloat32(v).Float32()
				}
				want.Weights[name] = graph.Tensor{Shape: w.Shape, Data: rounded}
			}
		}
		if d := cmp.Diff(want, f); d != "" {
			t.Errorf("half %v: read something else than was written (-want +got):\n%s", half, d)
		}
		again, err := Encode(whole, weights, Options{Half: half, Symbolic: []string{"image"}, Metadata: maps.Clone(meta), Producer: "quorum test"})
		if err != nil || !bytes.Equal(data, again) {
			t.Errorf("half %v: the same network gave other bytes (%v)", half, err)
		}
	}
}

func TestParametersWithoutValueAreInputs(t *testing.T) {
	g := build(t, func(g *graph.Graph) {
		x := g.Input("x", 2, 3)
		g.Output("y", g.Add(g.Mul(x, g.Param("scale", 3)), g.Param("shift", 3)))
	})
	data, err := Encode(g, graph.Weights{"shift": {Shape: []int{3}, Data: []float32{1, 2, 3}}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	var inputs []string
	for _, v := range f.Inputs {
		inputs = append(inputs, v.Name)
	}
	if d := cmp.Diff([]string{"x", "scale"}, inputs); d != "" {
		t.Error(d)
	}
	if len(f.Weights) != 1 || len(f.Weights["shift"].Data) != 3 {
		t.Errorf("weights %v", f.Weights)
	}
}

func TestEncodeRefuses(t *testing.T) {
	image := func(g *graph.Graph) *graph.Value { return g.Input("image", 1, 2, 4, 6, 8) }
	symbolic := Options{Symbolic: []string{"image"}}
	for name, c := range map[string]struct {
		build func(*graph.Graph)
		w     graph.Weights
		o     Options
		says  string
	}{
		"weight of another shape": {
			build: func(g *graph.Graph) { g.Output("y", g.Mul(image(g), g.Param("w", 8))) },
			w:     graph.Weights{"w": {Shape: []int{4}, Data: make([]float32, 4)}},
			says:  "weight w has shape [4] with 4 values, the network needs [8]",
		},
		"unknown symbolic input": {
			build: func(g *graph.Graph) { g.Output("y", g.Sigmoid(image(g))) },
			o:     Options{Symbolic: []string{"picture"}},
			says:  `no input "picture"`,
		},
		"output that is also an input": {
			build: func(g *graph.Graph) { g.Output("image", g.Sigmoid(image(g))) },
			says:  `"image" is empty or used twice`,
		},
		"constant over an open axis": {
			build: func(g *graph.Graph) { g.Output("y", g.Mul(image(g), g.Const(make([]float32, 8), 8))) },
			o:     symbolic,
			says:  errFixed.Error(),
		},
		"slice of an open axis": {
			build: func(g *graph.Graph) { g.Output("y", g.Slice(image(g), 3, 0, 5)) },
			o:     symbolic,
			says:  errFixed.Error(),
		},
		"two open products": {
			build: func(g *graph.Graph) {
				x := g.Transpose(image(g), 2, 3, 0, 4, 1)
				g.Output("y", g.Reshape(x, 24, 1, 8*2))
			},
			o:    symbolic,
			says: errFixed.Error(),
		},
		"too small to halve": {
			build: func(g *graph.Graph) { g.Output("y", g.SpaceToDepth(g.SpaceToDepth(g.Input("image", 1, 1, 4, 8, 8)))) },
			o:     symbolic,
			says:  "build the graph for a larger image",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Encode(build(t, c.build), c.w, c.o)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
}

func TestDecodeTruncated(t *testing.T) {
	g := build(t, func(g *graph.Graph) { g.Output("y", g.Add(g.Input("x", 3), g.Param("w", 3))) })
	data, err := Encode(g, graph.Weights{"w": {Shape: []int{3}, Data: []float32{1, 2, 3}}}, Options{Metadata: map[string]string{"k": "v"}})
	if err != nil {
		t.Fatal(err)
	}
	whole := 0
	for n := range data {
		f, err := Decode(data[:n])
		switch {
		case err == nil:
			// Cut between two fields after the graph, a shorter file is a valid one with less metadata.
			whole++
			if len(f.Weights) != 1 {
				t.Errorf("the first %d of %d bytes read as a model without its weight", n, len(data))
			}
		case n > 2 && !errors.Is(err, ErrTruncated):
			t.Errorf("the first %d of %d bytes: %v, want ErrTruncated", n, len(data), err)
		}
	}
	if whole > 2 {
		t.Errorf("%d shorter files were accepted, only those without opset or metadata can be", whole)
	}
}
