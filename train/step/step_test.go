package step

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/train/loss"
	"quorum/train/optim"
	"quorum/viewer/sequence"
)

// same demands equal values.
func same(t *testing.T, what string, a, b []float32) {
	t.Helper()
	if !slices.Equal(a, b) {
		t.Errorf("%s: the values differ", what)
	}
}

// synthetic are n images with a bright ball as tumour, with these sequences.
func synthetic(seed uint64, c Config, presence ...float32) Batch {
	r := rand.New(rand.NewPCG(seed, 3))
	voxels := c.Size[0] * c.Size[1] * c.Size[2]
	b := Batch{
		Image:    make([]float32, c.Batch*lckd.Sequences*voxels),
		Target:   make([]float32, c.Batch*lckd.Regions*voxels),
		Presence: presence,
	}
	for item := range c.Batch {
		var centre [3]float64
		for a, d := range c.Size {
			centre[a] = float64(d) * (0.3 + 0.4*r.Float64())
		}
		for p := range voxels {
			d := [3]int{p / c.Size[2] / c.Size[1], p / c.Size[2] % c.Size[1], p % c.Size[2]}
			square := 0.0
			for a := range d {
				square += (float64(d[a]) - centre[a]) * (float64(d[a]) - centre[a])
			}
			inside := square < 25
			for m := range lckd.Sequences {
				v := r.NormFloat64() / 2
				if inside {
					v += 1 + float64(m)/2
				}
				b.Image[(item*lckd.Sequences+m)*voxels+p] = float32(v)
			}
			for k := range lckd.Regions {
				if inside {
					b.Target[(item*lckd.Regions+k)*voxels+p] = 1
				}
			}
		}
	}
	return b
}

var teach = Control{
	Pairs: [4][4]float32{{0, 1, 1, 1}, {}, {1, 1, 0, 1}, {}}, Alpha: 0.1, Rate: 1e-2, Clip: 1,
}

// TestAccumulationEqualsOneBatch: two micro-batches of one image each are one batch of both, for the update and for what stays behind.
func TestAccumulationEqualsOneBatch(t *testing.T) {
	two := Config{Network: lckd.Config{Channels: []int{4, 6}}, Size: [3]int{8, 12, 16}, Batch: 2, Optimizer: optim.SGD{Momentum: 0.9, Decay: 1e-2}}
	one := two
	one.Batch = 1
	w := lckd.Random(two.Network, 1)
	b := synthetic(2, two, 1, 0, 1, 1, 0, 1, 0, 1)
	half := func(v []float32, i int) []float32 { return v[i*len(v)/2 : (i+1)*len(v)/2] }

	e := cpu(t)
	whole, parts := compile(t, e, two), compile(t, e, one)
	want, state := start(t, two, w), start(t, one, w)
	for range 2 {
		control := teach
		control.Apply = true
		var losses Losses
		want, losses = run(t, whole, want, b, control)
		var sum Losses
		for i := range 2 {
			control.Apply = i == 1
			var l Losses
			state, l = run(t, parts, state, Batch{half(b.Image, i), half(b.Target, i), half(b.Presence, i)}, control)
			sum = Losses{sum.Dice + l.Dice/2, sum.BCE + l.BCE/2, sum.KD + l.KD/2, sum.Total + l.Total/2, l.Norm, l.Deviation}
			if wantCount := 1 - i; state.Count != wantCount {
				t.Errorf("%d batches in the accumulator, want %d", state.Count, wantCount)
			}
		}
		for name, v := range map[string][2]float32{
			"dice": {sum.Dice, losses.Dice}, "bce": {sum.BCE, losses.BCE}, "kd": {sum.KD, losses.KD},
			"total": {sum.Total, losses.Total}, "norm": {sum.Norm, losses.Norm},
		} {
			expect(t, name, v[:1], v[1:], 1e-5)
		}
		expect(t, "parameters", state.Parameter, want.Parameter, 1e-5)
		expect(t, "momentum", state.Moments[0], want.Moments[0], 1e-4)
		same(t, "accumulator", state.Accumulator, make([]float32, len(state.Accumulator)))
	}
	if state.Updates != 2 {
		t.Errorf("%d updates, want 2", state.Updates)
	}
}

// TestNarrowGraphs: a graph that knows only the sequences that are there computes what the graph for every subset does, for every subset, for
// batches whose images have different sequences, and with distillation in either form.
func TestNarrowGraphs(t *testing.T) {
	e := cpu(t)
	for _, compare := range loss.Features {
		narrow := Config{
			Network: lckd.Config{Channels: []int{4, 6}}, Size: [3]int{8, 8, 12}, Batch: 2, Optimizer: optim.SGD{Momentum: 0.9, Decay: 1e-2}, Compare: compare,
		}
		lean := narrow
		lean.Lean = true
		a, b := compile(t, e, narrow), compile(t, e, lean)
		from := start(t, narrow, lckd.Random(narrow.Network, 4))
		control := teach
		control.Apply = true
		for u := range sequence.Full {
			first, second := (u + 1).Presence(), (sequence.Full - u).Presence()
			batch := synthetic(uint64(u), narrow, append(first[:], second[:]...)...)
			want, losses := run(t, b, from, batch, control)
			got, again := run(t, a, from, batch, control)
			what := fmt.Sprintf("%s %v %v", compare, first, second)
			expect(t, what+": losses", []float32{again.Dice, again.BCE, again.KD, again.Norm, again.Deviation}, []float32{losses.Dice, losses.BCE, losses.KD, losses.Norm, losses.Deviation}, 1e-5)
			expect(t, what+": parameters", got.Parameter, want.Parameter, 1e-5)
		}
		made := 0
		for _, p := range a.programs {
			if p != nil {
				made++
			}
		}
		if made < 2 {
			t.Errorf("%d graphs were made: the test compares a graph with itself", made)
		}
	}
}

// TestFrozen: frozen weights stay to the last bit, with weight decay too; the others change as they would otherwise.
func TestFrozen(t *testing.T) {
	e := cpu(t)
	for _, o := range []optim.Optimizer{optim.SGD{Momentum: 0.9, Decay: 0.1}, optim.AdamW{Decay: 0.1}} {
		free := Config{Network: lckd.Config{Channels: []int{4, 6}}, Size: [3]int{8, 8, 12}, Batch: 1, Optimizer: o}
		held := free
		held.Frozen = func(weight string) bool { return strings.HasPrefix(weight, "enc.") }
		w := lckd.Random(free.Network, 4)
		batch := synthetic(5, free, 1, 1, 0, 1)
		control := teach
		control.Apply, control.Clip = true, 1e6 // frozen weights do not count in the norm
		want, _ := run(t, compile(t, e, free), start(t, free, w), batch, control)
		got, _ := run(t, compile(t, e, held), start(t, held, w), batch, control)
		moved := Weights(free.Network, want.Parameter)
		for name, x := range Weights(free.Network, got.Parameter) {
			if held.Frozen(name) {
				same(t, name, x.Data, w[name].Data)
			} else {
				expect(t, name, x.Data, moved[name].Data, 1e-5)
			}
		}
	}
}

// TestAbsentSequencesDoNotCount: neither their voxels, NaN included, nor a teacher that is not there.
func TestAbsentSequencesDoNotCount(t *testing.T) {
	c := Config{Network: lckd.Config{Channels: []int{4, 6}}, Size: [3]int{8, 8, 12}, Batch: 1, Optimizer: optim.AdamW{}}
	s := compile(t, cpu(t), c)
	from := start(t, c, lckd.Random(c.Network, 4))
	b := synthetic(5, c, 0, 1, 0, 1)
	control := teach
	control.Apply = true
	want, losses := run(t, s, from, b, control)
	if losses.KD != 0 {
		t.Errorf("absent teachers taught: %g", losses.KD)
	}
	voxels := len(b.Image) / lckd.Sequences
	b.Image = slices.Clone(b.Image)
	for i := range voxels {
		b.Image[i], b.Image[2*voxels+i] = float32(math.NaN()), float32(math.Inf(1))
	}
	got, again := run(t, s, from, b, control)
	if again != losses {
		t.Errorf("losses %+v, want %+v", again, losses)
	}
	same(t, "parameters", got.Parameter, want.Parameter)
}

// TestLearns: some steps on one image lower its loss, by either optimiser.
func TestLearns(t *testing.T) {
	for rate, o := range map[float32]optim.Optimizer{1e-2: optim.AdamW{Decay: 1e-2}, 0.3: optim.SGD{Momentum: 0.9, Decay: 1e-3}} {
		c := Config{Network: lckd.Config{Channels: []int{4, 6}}, Size: [3]int{16, 16, 16}, Batch: 1, Optimizer: o}
		s := compile(t, cpu(t), c)
		state := start(t, c, lckd.Random(c.Network, 6))
		b := synthetic(7, c, 1, 1, 1, 1)
		control := teach
		control.Rate, control.Apply = rate, true
		var first, last Losses
		for i := range 30 {
			state, last = run(t, s, state, b, control)
			if i == 0 {
				first = last
			}
		}
		if !(last.Dice < 0.7*first.Dice) || !(last.BCE < 0.5*first.BCE) {
			t.Errorf("%T: losses went from %+v to %+v only", o, first, last)
		}
	}
}

func TestRefusals(t *testing.T) {
	c := Config{Network: lckd.Config{Channels: []int{2}}, Size: [3]int{4, 4, 4}, Batch: 1, Optimizer: optim.SGD{}}
	s := compile(t, slow{}, c)
	from := start(t, c, lckd.Random(c.Network, 1))
	for say, f := range map[string]func() error{
		"every side must be a multiple of 2": func() error {
			c := c
			c.Size[1] = 5
			_, err := Graph(c)
			return err
		},
		"a batch of 0 images": func() error {
			c := c
			c.Batch = 0
			_, err := Graph(c)
			return err
		},
		"weight stem.conv.weight is missing": func() error {
			w := lckd.Random(c.Network, 1)
			delete(w, "stem.conv.weight")
			_, err := c.Start(w)
			return err
		},
		"image 0 of the batch: presence": func() error {
			_, _, err := s.Run(t.Context(), from, synthetic(1, c, 0, 0, 0, 0), Control{})
			return err
		},
		`"image"`: func() error {
			b := synthetic(1, c, 1, 0, 0, 0)
			b.Image = b.Image[:7]
			_, _, err := s.Run(t.Context(), from, b, Control{})
			return err
		},
	} {
		if err := f(); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("error %v, want one with %s", err, say)
		}
	}
}

// TestWeightsOfVector: cutting up the vector gives back what it was made from.
func TestWeightsOfVector(t *testing.T) {
	c := Config{Network: lckd.Tiny, Optimizer: optim.AdamW{}}
	w := lckd.Random(c.Network, 8)
	s := start(t, c, w)
	back := Weights(c.Network, s.Parameter)
	for name, x := range w {
		same(t, name, back[name].Data, x.Data)
	}
	if err := lckd.Check(c.Network, back); err != nil {
		t.Error(err)
	}
	if n := graph.Size([]int{len(s.Parameter)}); n != c.Network.ParameterCount() || len(s.Moments) != 2 {
		t.Errorf("%d values, %d moments", n, len(s.Moments))
	}
}
