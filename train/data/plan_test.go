package data

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

const draws = 4000

// near checks a share of draws against its expectation, with five standard deviations of room: the seed is fixed, so it never flickers.
func near(t *testing.T, what string, count int, share float64) {
	t.Helper()
	if off := math.Abs(float64(count) - draws*share); off > 5*math.Sqrt(draws*share*(1-share))+1e-9 {
		t.Errorf("%s: %d of %d, expected %.0f", what, count, draws, draws*share)
	}
}

func sampler(t *testing.T, s *Set, stages ...Stage) *Sampler {
	t.Helper()
	p, err := NewSampler(s, 11, stages)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func small() Stage {
	s := DefaultStage()
	s.Size = [3]int{16, 32, 16}
	return s
}

// TestPlanShares counts what is drawn: kinds of cases, transplants, turns, flips, subsets.
func TestPlanShares(t *testing.T) {
	stage := small()
	stage.Phantom, stage.Transplant = 0.25, 0.5
	s := some()
	p := sampler(t, s, stage)
	phantoms, donors, whole, flips := 0, 0, 0, 0
	hosts := map[*prepared]int{}
	for i := range draws {
		plan := p.plan(i, 0)
		hosts[plan.host]++
		if plan.host == s.phantoms[0] {
			phantoms++
		}
		if plan.donor != nil {
			donors++
			if plan.donor == plan.host || plan.donor == s.phantoms[0] || plan.host == s.phantoms[0] {
				t.Fatalf("a case was given its own tumour, or a phantom and a patient were mixed")
			}
			if plan.subset.Without(plan.donor.Present) != 0 {
				t.Fatalf("the subset %s is more than the donor's %s", plan.subset, plan.donor.Present)
			}
		}
		if plan.pose.whole {
			whole++
		}
		if plan.pose.axes[0][0] < 0 {
			flips++
		}
		if plan.subset == 0 || plan.subset.Without(plan.host.Present) != 0 {
			t.Fatalf("the subset %s of %s", plan.subset, plan.host.Present)
		}
	}
	near(t, "phantoms", phantoms, 0.25)
	for _, c := range s.real {
		near(t, "a patient", hosts[c], 0.75/4)
	}
	near(t, "transplants", donors, 0.5*0.75*3/4) // a mate is the case itself once in four
	near(t, "not turned", whole, 0.6)
	near(t, "flips", flips, 0.5) // turns are less than 90°
}

// TestSubsets: the number of sequences is as likely as any other, and each subset of it.
func TestSubsets(t *testing.T) {
	for _, has := range []sequence.Subset{sequence.Full, sequence.Full.Without(sequence.Of(sequence.T1ce)), sequence.Of(sequence.T2)} {
		rng := rand.New(rand.NewPCG(6, 6))
		count := map[sequence.Subset]int{}
		for range draws {
			count[choose(rng, has, true)]++
		}
		sizes := map[int]int{}
		for _, u := range has.Subsets() {
			sizes[u.Len()]++
		}
		for _, u := range has.Subsets() {
			near(t, u.String()+" of "+has.String(), count[u], 1/float64(len(sizes)*sizes[u.Len()]))
		}
		if got := choose(rng, has, false); got != has {
			t.Errorf("without choice: %s of %s", got, has)
		}
	}
}

// TestCentres: half of the centres are tumour voxels, a third of those of each region; the others are brain.
func TestCentres(t *testing.T) {
	c := blob(1, [3]int{40, 44, 36}, sequence.Full)
	s := plan{host: c}
	rng := rand.New(rand.NewPCG(9, 9))
	var tumour, brain [4]int
	for range draws {
		for i := range 4 {
			v, w := s.centre(rng, true), s.centre(rng, false)
			at := func(v [3]int) uint8 { return c.bits[(v[0]*c.Size[1]+v[1])*c.Size[2]+v[2]] }
			tumour[i] += int(at(v) >> i & 1)
			brain[i] += int(at(w) >> i & 1)
		}
	}
	// A voxel drawn in WT lies in TC and ET as often as their volumes say, and one drawn in ET lies in all three.
	share := func(inner, outer int) float64 { return float64(c.count(inner)) / float64(c.count(outer)) }
	const et, wt, tc, all = int(label.RegionET), int(label.RegionWT), int(label.RegionTC), label.RegionCount
	near(t, "tumour in brain", tumour[all], 1)
	near(t, "tumour in WT", tumour[wt], 1)
	near(t, "tumour in TC", tumour[tc], (2+share(tc, wt))/3)
	near(t, "tumour in ET", tumour[et], (1+share(et, wt)+share(et, tc))/3)
	near(t, "brain", brain[all], 1)
	near(t, "brain in WT", brain[wt], share(wt, all))
	near(t, "brain in ET", brain[et], share(et, all))

	// A region that a case lacks is looked for in the whole tumour.
	for at := range c.bits {
		c.bits[at] &^= inET
	}
	c.Layers = c.layers()
	for range 100 {
		if v := s.centre(rng, true); c.bits[(v[0]*c.Size[1]+v[1])*c.Size[2]+v[2]]&inWT == 0 {
			t.Fatalf("%v is no tumour", v)
		}
	}
	// A donor's tumour is looked for at its own place in the world.
	d := blob(2, [3]int{36, 40, 41}, sequence.Full)
	s.donor = d
	for range 100 {
		v := s.centre(rng, false)
		for a := range v {
			v[a] += c.Origin[a] - d.Origin[a]
		}
		if d.bits[(v[0]*d.Size[1]+v[1])*d.Size[2]+v[2]]&inWT == 0 {
			t.Fatalf("%v is no tumour of the donor", v)
		}
	}
}

// TestMates: tumours travel between equal grids only.
func TestMates(t *testing.T) {
	a, b, c, p := blob(1, [3]int{20, 20, 20}, sequence.Full), blob(2, [3]int{20, 20, 20}, sequence.Full), blob(3, [3]int{20, 20, 20}, sequence.Full), blob(4, [3]int{20, 20, 20}, sequence.Full)
	b.Grid.Affine[0][3] += 5
	s := blobs(a, b, c, p)
	if got := s.mates[a]; len(got) != 2 || got[0] != a || got[1] != c {
		t.Errorf("%d cases on one grid, want 2", len(got))
	}
	if len(s.mates[b]) != 1 || len(s.mates[p]) != 1 {
		t.Error("a case of another grid or kind is a mate")
	}
}

func TestStages(t *testing.T) {
	first, second := small(), small()
	second.From, second.Size = 10, [3]int{32, 32, 32}
	p := sampler(t, some(), first, second)
	for i, want := range map[int][3]int{0: first.Size, 9: first.Size, 10: second.Size, 999: second.Size} {
		if got := p.Stage(i).Size; got != want {
			t.Errorf("batch %d has size %v, want %v", i, got, want)
		}
	}
	for want, change := range map[string]func(s *Stage){
		"no stage for batch 0":  func(s *Stage) { s.From = 1 },
		"multiple of 16":        func(s *Stage) { s.Size[1] = 40 },
		"a batch of 0 images":   func(s *Stage) { s.Images = 0 },
		"tumour is 1.5":         func(s *Stage) { s.Tumour = 1.5 },
		"noise is NaN":          func(s *Stage) { s.Augment.Noise = math.NaN() },
		"samples from batch 0 ": func(s *Stage) { s.Augment.Strength = -1 },
	} {
		s := small()
		change(&s)
		if _, err := NewSampler(some(), 1, []Stage{s}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
	if _, err := NewSampler(some(), 1, []Stage{first, first}); err == nil || !strings.Contains(err.Error(), "out of order") {
		t.Errorf("two stages from batch 0: %v", err)
	}
	if _, err := NewSampler(some(), 1, nil); err == nil {
		t.Error("no stages at all")
	}
}
