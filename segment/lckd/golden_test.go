package lckd

import (
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"quorum/segment/graph"
	"quorum/segment/graph/interp"
	"quorum/segment/safetensors"
	"quorum/sharedtest"
)

// TestGolden compares with the PyTorch reference on random weights; testdata/golden.py says how the file was made.
func TestGolden(t *testing.T) {
	golden := read(t, filepath.Join("testdata", "golden.safetensors"))
	w := weightsIn(golden)
	if c, err := ConfigOf(w); err != nil || c.coarsest() != Tiny.coarsest() {
		t.Fatalf("the golden weights are those of %v, error %v", c, err)
	}
	size := [3]int{16, 32, 48}
	g := observed(t, Tiny, size)
	image := goldenImage(size)
	subsets := 0
	for name, want := range golden {
		subset, ok := strings.CutSuffix(name, "/logit")
		if !ok {
			continue
		}
		subsets++
		out := run(t, g, w, map[string]graph.Tensor{"image": image, "presence": parsePresence(t, subset)})
		expect(t, name, thin(out["logit"]), want.Data, 1e-5)
		expect(t, subset+"/bottleneck", out["bottleneck"].Data, golden[subset+"/bottleneck"].Data, 1e-5)
	}
	if subsets != 15 {
		t.Errorf("the golden file has %d subsets, want 15", subsets)
	}
}

// TestReference compares with the PyTorch reference on its trained weights and a crop of a real case.
func TestReference(t *testing.T) {
	folder := sharedtest.Folder(t, "experiments", "pytorch-compact")
	golden := read(t, filepath.Join(folder, "golden-inference.safetensors"))
	w := graph.Weights(read(t, filepath.Join(folder, "compact.safetensors")))
	image := golden["image"]
	size := [3]int(image.Shape[1:])
	image.Shape = append([]int{1}, image.Shape...)
	g := observed(t, Compact, size)
	subsets := []string{"0-2", "0-1-2-3", "1-3", "3"}
	if testing.Short() {
		subsets = subsets[:1]
	}
	for _, subset := range subsets {
		out := run(t, g, w, map[string]graph.Tensor{"image": image, "presence": parsePresence(t, subset)})
		expect(t, subset+"/logit", out["logit"].Data, golden[subset+"/logit"].Data, 1e-4)
		expect(t, subset+"/bottleneck", out["bottleneck"].Data, golden[subset+"/bottleneck"].Data, 1e-4)
		features := out["features"].Data
		for m := range strings.SplitSeq(subset, "-") {
			item, _ := strconv.Atoi(m)
			want := golden["feature/"+m].Data
			expect(t, "feature/"+m, features[item*len(want):(item+1)*len(want)], want, 1e-4)
		}
	}
}

// observed is the whole network with two more outputs: what comes out of the bottleneck and the coarsest features.
func observed(t *testing.T, c Config, size [3]int) *graph.Graph {
	t.Helper()
	g, err := Whole(c, size)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range g.Nodes {
		switch n.Out.Name {
		case bottleneck + ".relu":
			g.Output("bottleneck", n.Out)
		case encoder(c.coarsest(), encoderBlocks(c.coarsest())-1) + ".relu":
			g.Output("features", n.Out)
		}
	}
	if len(g.Outputs) != 4 {
		t.Fatalf("the graph has %d outputs, want 4", len(g.Outputs))
	}
	return g
}

// goldenImage is image() of testdata/golden.py.
func goldenImage(size [3]int) graph.Tensor {
	t := graph.Tensor{Shape: []int{1, Sequences, size[0], size[1], size[2]}}
	for m := range Sequences {
		for i := range size[0] {
			for j := range size[1] {
				for k := range size[2] {
					wave := float64((i*(m+1))%16-8) + float64((j*(4-m))%32-16)/2 + float64((k*3+m*7)%48-24)/4
					grain := float64((i*7919+j*104729+k*1299709+m*15485863)%251 - 125)
					v := 0.0
					if (2*i-15)*(2*i-15)*36+(2*j-31)*(2*j-31)*9+(2*k-47)*(2*k-47)*4 < 9216 {
						v = wave/8 + grain/64
					}
					t.Data = append(t.Data, float32(v))
				}
			}
		}
	}
	return t
}

// thin keeps every third, fourth and fifth value along D, H, W.
func thin(x graph.Tensor) []float32 {
	var out []float32
	for c := range x.Shape[1] {
		for i := 0; i < x.Shape[2]; i += 3 {
			for j := 0; j < x.Shape[3]; j += 4 {
				for k := 0; k < x.Shape[4]; k += 5 {
					out = append(out, x.Data[((c*x.Shape[2]+i)*x.Shape[3]+j)*x.Shape[4]+k])
				}
			}
		}
	}
	return out
}

// weightsIn are the entries whose names are not those of results.
func weightsIn(file map[string]graph.Tensor) graph.Weights {
	w := graph.Weights{}
	for name, t := range file {
		if !strings.Contains(name, "/") {
			w[name] = t
		}
	}
	return w
}

// parsePresence reads names like 0-2.
func parsePresence(t *testing.T, subset string) graph.Tensor {
	t.Helper()
	p := graph.Tensor{Shape: []int{1, Sequences}, Data: make([]float32, Sequences)}
	for m := range strings.SplitSeq(subset, "-") {
		i, err := strconv.Atoi(m)
		if err != nil {
			t.Fatal(err)
		}
		p.Data[i] = 1
	}
	return p
}

func read(t *testing.T, path string) map[string]graph.Tensor {
	t.Helper()
	tensors, err := safetensors.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return tensors
}

func run(t *testing.T, g *graph.Graph, w graph.Weights, in map[string]graph.Tensor) map[string]graph.Tensor {
	t.Helper()
	out, err := interp.Run(t.Context(), g, w, in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// expect fails unless max|a−b| / max|b| is at most limit. NaN fails.
func expect(t *testing.T, name string, got, want []float32, limit float64) {
	t.Helper()
	if e := relative(got, want); !(e <= limit) {
		t.Errorf("%s: error %.2g, at most %.0e is allowed", name, e, limit)
	}
}

// relative is max|a−b| / max|b|; NaN when any value is.
func relative(a, b []float32) float64 {
	if len(a) != len(b) || len(a) == 0 {
		return math.NaN()
	}
	difference, largest := 0.0, 0.0
	for i := range a {
		difference = max(difference, math.Abs(float64(a[i])-float64(b[i])))
		largest = max(largest, math.Abs(float64(b[i])))
	}
	return difference / largest
}
