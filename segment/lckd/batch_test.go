package lckd

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"quorum/segment/graph"
)

// TestForwardIsWhole: a batch with every subset gives each item what it gets alone. Voxels of missing sequences are NaN.
func TestForwardIsWhole(t *testing.T) {
	c, size := Config{Channels: []int{3, 5}}, [3]int{8, 4, 12}
	const batch = 1<<Sequences - 1
	w := perturbed(c, 3)
	image := noise(4, batch, Sequences, size[0], size[1], size[2])
	presence := graph.Tensor{Shape: []int{batch, Sequences}, Data: make([]float32, batch*Sequences)}
	voxels := size[0] * size[1] * size[2]
	for i := range presence.Data {
		if (i/Sequences+1)>>(i%Sequences)&1 == 1 {
			presence.Data[i] = 1
			continue
		}
		for v := range voxels {
			image.Data[i*voxels+v] = float32(math.NaN())
		}
	}
	shape := map[string][]int{}
	for _, s := range Parameters(c) {
		shape[s.Name] = s.Shape
	}
	g, err := graph.Build(func(g *graph.Graph) {
		weight := func(name string) *graph.Value { return g.Param(name, shape[name]...) }
		b := Forward(g, c, weight, Images{Voxels: g.Input("image", image.Shape...), Presence: g.Input("presence", batch, Sequences)})
		g.Output("logit", b.Logit)
		g.Output("feature", b.Feature)
		g.Output("there", b.Presence)
	})
	if err != nil {
		t.Fatal(err)
	}
	got := run(t, g, w, map[string]graph.Tensor{"image": image, "presence": presence})
	if !slices.Equal(got["there"].Data, presence.Data) || !slices.Equal(got["feature"].Shape, []int{batch, Sequences, 5, 2, 1, 3}) {
		t.Errorf("presence %v, features %v", got["there"].Data, got["feature"].Shape)
	}

	whole, err := Whole(c, size)
	if err != nil {
		t.Fatal(err)
	}
	encoder, err := Encoder(c, size)
	if err != nil {
		t.Fatal(err)
	}
	part := func(x graph.Tensor, n, i int, shape ...int) graph.Tensor {
		side := len(x.Data) / n
		return graph.Tensor{Shape: shape, Data: x.Data[i*side : (i+1)*side]}
	}
	for i := range batch {
		in := map[string]graph.Tensor{
			"image":    part(image, batch, i, 1, Sequences, size[0], size[1], size[2]),
			"presence": part(presence, batch, i, 1, Sequences),
		}
		want := run(t, whole, w, in)["logit"]
		expect(t, fmt.Sprintf("subset %04b", i+1), part(got["logit"], batch, i).Data, want.Data, 1e-5)
		for m := range Sequences {
			if presence.Data[i*Sequences+m] == 0 {
				continue
			}
			at := i*Sequences + m
			one := map[string]graph.Tensor{"image": part(image, batch*Sequences, at, 1, 1, size[0], size[1], size[2])}
			f := run(t, encoder, w, one)[FeatureName(1)]
			expect(t, fmt.Sprintf("subset %04b, feature %d", i+1, m), part(got["feature"], batch*Sequences, at).Data, f.Data, 1e-6)
		}
	}
}
