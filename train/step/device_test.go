package step

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"quorum/segment"
	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/segment/ort"
	"quorum/sharedtest"
	"quorum/train/optim"
)

// TestWebGPUFollowsInterpreter: every node runs on the graphics device.
func TestWebGPUFollowsInterpreter(t *testing.T) {
	if !sharedtest.OwnProcess(t, sharedtest.SwiftShader(t)) {
		follow(t, ort.WebGPU)
	}
}

func TestOpenVINOFollowsInterpreter(t *testing.T) {
	if !sharedtest.OwnProcess(t) {
		follow(t, ort.OpenVINO)
	}
}

func TestCPUFollowsInterpreter(t *testing.T) { follow(t, ort.CPU) }

// follow trains some steps on a device and by the interpreter.
func follow(t *testing.T, name string) {
	t.Helper()
	// Two levels only: with a voxel or two left at the coarsest one, normalisation would make noise of rounding.
	c := Config{Network: lckd.Config{Channels: []int{4, 6}}, Size: [3]int{16, 12, 24}, Batch: 2, Optimizer: optim.AdamW{Decay: 1e-2}}
	b := synthetic(1, c, 1, 1, 1, 1, 1, 0, 1, 0)
	train := func(e segment.Executor) (State, []Losses) {
		s := compile(t, e, c)
		state := start(t, c, lckd.Random(c.Network, 2))
		var all []Losses
		for i := range 4 {
			control := teach
			control.Rate, control.Apply = 2e-3, i > 0 // the first two make one update
			var l Losses
			state, l = run(t, s, state, b, control)
			all = append(all, l)
		}
		return state, all
	}
	r := device(t, ort.Options{Device: name, CacheDir: linkedCache(t), Probe: &probe})
	if p := r.Backend().Provider; p != name {
		t.Fatalf("the steps run on %s", p)
	}
	got, losses := train(r)
	want, wanted := train(slow{})
	for i, l := range losses {
		a := []float32{l.Dice, l.BCE, l.KD, l.Total, l.Norm, l.Deviation}
		b := []float32{wanted[i].Dice, wanted[i].BCE, wanted[i].KD, wanted[i].Total, wanted[i].Norm, wanted[i].Deviation}
		for k := range a {
			expect(t, "loss", a[k:k+1], b[k:k+1], 1e-4)
		}
	}
	expect(t, "parameters", got.Parameter, want.Parameter, 1e-3)
}

// probe is small enough for a software adapter.
var probe = ort.Probe{Name: "train-tiny", Make: func(context.Context) (ort.Trial, error) {
	size := [3]int{16, 16, 16}
	g, err := lckd.Whole(lckd.Tiny, size)
	b := synthetic(3, Config{Size: size, Batch: 1}, 1, 0, 1, 1)
	return ort.Trial{
		Graph:   g,
		Weights: lckd.Random(lckd.Tiny, 1),
		Inputs: map[string]graph.Tensor{
			"image":    {Shape: []int{1, lckd.Sequences, 16, 16, 16}, Data: b.Image},
			"presence": {Shape: []int{1, lckd.Sequences}, Data: b.Presence},
		},
		Output: "logit",
	}, err
}}

// linkedCache is a cache with the installed libraries and no remembered checks.
func linkedCache(t *testing.T) string {
	t.Helper()
	installed, err := ort.DefaultCache()
	if err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(installed, "*", ""))
	if err != nil {
		t.Fatal(err)
	}
	cache := t.TempDir()
	for _, f := range folders {
		if info, err := os.Stat(f); err != nil || !info.IsDir() {
			continue
		}
		if err := os.Symlink(f, filepath.Join(cache, filepath.Base(f))); err != nil {
			t.Fatal(err)
		}
	}
	return cache
}
