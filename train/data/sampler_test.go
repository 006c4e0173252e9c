package data

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"quorum/train/step"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

func batch(t *testing.T, p *Sampler, i int, into step.Batch) step.Batch {
	t.Helper()
	b, err := p.Batch(i, into)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func same(a, b step.Batch) bool {
	return slices.Equal(a.Image, b.Image) && slices.Equal(a.Target, b.Target) && slices.Equal(a.Presence, b.Presence)
}

// all is a plan in which everything happens, in two sizes.
func all() []Stage {
	first := small()
	first.Images, first.Transplant, first.Phantom = 2, 0.6, 0.2
	first.Augment = Augment{Flip: 0.5, Turn: 0.5, Contrast: 0.5, Bias: 0.5, Resolution: 0.5, Gain: 0.5, Noise: 0.5, Strength: 1}
	second := first
	second.From, second.Images, second.Size = 8, 1, [3]int{32, 48, 48}
	return []Stage{first, second}
}

// TestBatchIsPure: batch i is the same whatever was made before, in whichever memory, by however many goroutines.
func TestBatchIsPure(t *testing.T) {
	s := some()
	const n = 12
	var want [n]step.Batch
	for i := range n {
		want[i] = batch(t, sampler(t, s, all()...), i, step.Batch{}) // each by a sampler of its own
	}
	p := sampler(t, s, all()...)
	var used step.Batch
	for i := n - 1; i >= 0; i-- { // backwards, in used memory full of rubbish
		for at := range used.Image {
			used.Image[at] = 99
		}
		for at := range used.Target {
			used.Target[at] = 99
		}
		if used = batch(t, p, i, used); !same(used, want[i]) {
			t.Errorf("batch %d differs when asked for backwards", i)
		}
	}
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for k := range n {
				i := (k*5 + worker) % n
				if b, err := p.Batch(i, step.Batch{}); err != nil || !same(b, want[i]) {
					t.Errorf("batch %d differs when four goroutines ask: %v", i, err)
				}
			}
		})
	}
	wait.Wait()
	for i := range n {
		for k := range i {
			if same(want[i], want[k]) {
				t.Errorf("batches %d and %d are equal", k, i)
			}
		}
	}
	if half := len(want[0].Image) / 2; slices.Equal(want[0].Image[:half], want[0].Image[half:]) {
		t.Error("the two images of a batch are equal")
	}
	other, err := NewSampler(s, 12, all())
	if err != nil {
		t.Fatal(err)
	}
	if same(batch(t, other, 0, step.Batch{}), want[0]) {
		t.Error("the seed changes nothing")
	}
}

// TestBatchIsWellFormed: nested binary targets, background 0 in every sequence alike, nothing in channels of missing sequences.
func TestBatchIsWellFormed(t *testing.T) {
	p := sampler(t, some(), all()...)
	var b step.Batch
	tumour := 0
	for i := range 16 {
		b = batch(t, p, i, b)
		stage := p.Stage(i)
		n := stage.Size[0] * stage.Size[1] * stage.Size[2]
		if len(b.Image) != stage.Images*4*n || len(b.Target) != stage.Images*3*n || len(b.Presence) != stage.Images*4 {
			t.Fatalf("batch %d has %d, %d, %d numbers", i, len(b.Image), len(b.Target), len(b.Presence))
		}
		for at := range stage.Images {
			image, target, presence := b.Image[at*4*n:][:4*n], b.Target[at*3*n:][:3*n], b.Presence[at*4:][:4]
			plan := p.plan(i, at)
			for _, q := range sequence.All {
				if (presence[q] == 1) != plan.subset.Has(q) {
					t.Fatalf("batch %d: presence %v of %s", i, presence, plan.subset)
				}
				if channel := image[int(q)*n:][:n]; presence[q] == 0 && slices.ContainsFunc(channel, func(x float32) bool { return x != 0 }) {
					t.Fatalf("batch %d: the missing %s holds something", i, q)
				}
			}
			for v := range n {
				et, wt, tc := target[v], target[int(label.RegionWT)*n+v], target[int(label.RegionTC)*n+v]
				if et > tc || tc > wt || wt > 1 || wt*(1-wt) != 0 || tc*(1-tc) != 0 || et*(1-et) != 0 {
					t.Fatalf("batch %d: regions %g %g %g", i, et, wt, tc)
				}
				tumour += int(wt)
			}
		}
	}
	if tumour == 0 {
		t.Error("no batch shows a tumour")
	}
}

// TestPlainSampleIsTheCase: without augmentation a sample is a window of the case, voxel for voxel.
func TestPlainSampleIsTheCase(t *testing.T) {
	stage := small()
	stage.Augment, stage.Transplant, stage.Subset, stage.Phantom = Augment{}, 0, 0, 0
	p := sampler(t, some(), stage)
	n := 16 * 32 * 16
	for i := range 20 {
		b, plan := batch(t, p, i, step.Batch{}), p.plan(i, 0)
		if plan.subset != plan.host.Present {
			t.Fatalf("the subset is %s, the case has %s", plan.subset, plan.host.Present)
		}
		for v := range n {
			q := plan.pose.at(v/512, v/16%32, v%16)
			inside, at := true, 0
			for a, x := range q {
				inside = inside && x >= 0 && int(x) < plan.host.Size[a]
				at = at*plan.host.Size[a] + int(x)
			}
			var bits uint8
			if inside {
				bits = plan.host.bits[at]
			}
			for _, s := range plan.subset.Sequences() {
				want := float32(0)
				if inside {
					want = float32(plan.host.image[s][at]) * plan.host.Scale[s]
				}
				if got := b.Image[int(s)*n+v]; got != want {
					t.Fatalf("sample %d, voxel %v of %s: %g, want %g", i, q, s, got, want)
				}
			}
			for _, r := range label.Regions {
				if got := b.Target[int(r)*n+v]; got != float32(bits>>r&1) {
					t.Fatalf("sample %d, voxel %v: %s is %g", i, q, r, got)
				}
			}
		}
	}
}

// TestTransplant: inside the mask a sample shows the donor, outside the host, in images and labels alike; the mask is brain of both.
func TestTransplant(t *testing.T) {
	stage := small()
	stage.Augment, stage.Transplant, stage.Subset, stage.Phantom = Augment{Turn: 0.5, Flip: 0.5, Strength: 1}, 1, 0, 0
	p := sampler(t, some(), stage)
	n := 16 * 32 * 16
	seen, given, rims := 0, 0, 0
	for i := range 60 {
		plan := p.plan(i, 0)
		if plan.donor == nil {
			continue
		}
		seen++
		b := batch(t, p, i, step.Batch{})
		alone := plan
		alone.donor = nil
		var d desk
		host, other := make([]float32, 4*n), make([]float32, 4*n)
		hostTarget, otherTarget := make([]float32, 3*n), make([]float32, 3*n)
		d.make(alone, stage, host, hostTarget)
		hostBits := slices.Clone(d.bits)
		alone.host, alone.pose = plan.donor, plan.pose.moved(plan.host.Origin, plan.donor.Origin)
		d.make(alone, stage, other, otherTarget)
		mask := make([]uint8, n)
		for v, bits := range d.bits {
			mask[v] = bits >> label.RegionWT & 1
		}
		core := slices.Clone(mask)
		spread(mask, stage.Size, plan.rim, make([]uint8, n))
		for v, m := range mask {
			from, target := host, hostTarget
			if m == 1 && hostBits[v]&d.bits[v]&inBrain != 0 {
				from, target = other, otherTarget
				given += int(core[v])
				rims += 1 - int(core[v])
			}
			for _, s := range plan.subset.Sequences() {
				if got, want := b.Image[int(s)*n+v], from[int(s)*n+v]; got != want {
					t.Fatalf("sample %d, voxel %d of %s: %g, want %g", i, v, s, got, want)
				}
			}
			for _, r := range label.Regions {
				if b.Target[int(r)*n+v] != target[int(r)*n+v] {
					t.Fatalf("sample %d, voxel %d: %s", i, v, r)
				}
			}
		}
	}
	if seen < 20 || given == 0 || rims == 0 {
		t.Errorf("%d transplants with %d voxels of tumour and %d around it", seen, given, rims)
	}
}

// TestSequenceLooksTheSameInAnySubset: how one sequence is varied does not depend on which others are there.
func TestSequenceLooksTheSameInAnySubset(t *testing.T) {
	stage := all()[1]
	stage.From = 0
	p := sampler(t, some(), stage)
	n := stage.Size[0] * stage.Size[1] * stage.Size[2]
	plan := p.plan(1, 0)
	plan.host, plan.donor = p.set.real[0], nil
	make4 := func(u sequence.Subset) []float32 {
		var d desk
		image := make([]float32, 4*n)
		plan.subset = u
		d.make(plan, stage, image, make([]float32, 3*n))
		return image
	}
	full := make4(sequence.Full)
	for _, s := range sequence.All {
		if !slices.Equal(full[int(s)*n:][:n], make4(sequence.Of(s))[int(s)*n:][:n]) {
			t.Errorf("%s differs when it is alone", s)
		}
	}
}

func TestFeederGivesBatchesInOrder(t *testing.T) {
	for workers := range 4 {
		p := sampler(t, some(), all()...)
		f := NewFeeder(p, 3, workers)
		for i := 3; i < 14; i++ {
			got, err := f.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !same(got, batch(t, p, i, step.Batch{})) {
				t.Errorf("%d workers: batch %d is another", workers, i)
			}
		}
		if f.Waited() < 0 {
			t.Error("time runs backwards")
		}
		f.Close()
	}
}

func TestFeederEndsWithItsContext(t *testing.T) {
	f := NewFeeder(sampler(t, some(), all()...), 0, 2)
	defer f.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 { // a batch that is ready may come first
		if _, err := f.Next(ctx); errors.Is(err, context.Canceled) {
			return
		}
	}
	t.Error("a cancelled context was never noticed")
}

// TestLostCache: a cache that shrinks under a running training is an error and no crash.
func TestLostCache(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems do not let a mapped file shrink")
	}
	dir := t.TempDir()
	s := opened(t, nil, Options{Cache: dir, Phantoms: 1})
	p := sampler(t, s, small())
	batch(t, p, 0, step.Batch{})
	files, err := filepath.Glob(filepath.Join(dir, "*.case"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	if err := os.Truncate(files[0], 0); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Batch(1, step.Batch{}); err == nil || !strings.Contains(err.Error(), "can no longer be read") {
		t.Errorf("%v", err)
	}
}
