package segment_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"quorum/segment"
	"quorum/segment/model"
	"quorum/segment/segmenttest"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
)

var (
	flair   = sequence.Of(sequence.FLAIR)
	flairT2 = sequence.Of(sequence.FLAIR, sequence.T2)
)

// open makes a network of m in the interpreter and opens l.
func open(t *testing.T, m *model.Model, l *study.Loaded) (*segment.Case, *segmenttest.Executor) {
	t.Helper()
	e := &segmenttest.Executor{}
	n := segment.NewNetwork(m, e)
	c, err := n.Open(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close()
		if err := n.Close(); err != nil {
			t.Error(err)
		}
		if k := e.Counts(); k.Closed != k.Compiled {
			t.Errorf("%d of %d programs were closed", k.Closed, k.Compiled)
		}
	})
	return c, e
}

func compute(t *testing.T, c *segment.Case, u sequence.Subset, o segment.Options) *segment.Result {
	t.Helper()
	r, err := c.Segment(t.Context(), u, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// head is the small synthetic head on its own grid.
func head(u sequence.Subset) *study.Loaded { return segmenttest.Head(segmenttest.Grid(), u) }

func TestEachSequenceIsEncodedOnceAndCachedEqualsFresh(t *testing.T) {
	l := head(sequence.Full)
	c, e := open(t, segmenttest.Tiny(), l)
	seen := map[string]bool{}
	for _, u := range []sequence.Subset{flair, flairT2, sequence.Full, sequence.Of(sequence.T1, sequence.T1ce), flair} {
		got := compute(t, c, u, segment.Options{Logits: true})
		fresh, _ := open(t, segmenttest.Tiny(), l)
		want := compute(t, fresh, u, segment.Options{Logits: true})
		for r := range got.Logit {
			if !slices.Equal(got.Logit[r], want.Logit[r]) {
				t.Errorf("%v, region %d: cached features give other logits", u, r)
			}
		}
		if !slices.Equal(got.Labels.Voxel, want.Labels.Voxel) || got.ML != want.ML {
			t.Errorf("%v: cached features give another mask", u)
		}
		if got.ML[label.RegionWT] <= 0 || got.Labels.Grid != l.Grid {
			t.Errorf("%v: %v mL on %v", u, got.ML, got.Labels.Grid)
		}
		seen[string(labelBytes(got))] = true
	}
	if k := e.Counts(); k.Compiled != 2 || k.Encoded != 4 || k.Decoded != 5 {
		t.Errorf("two programs, four encodings and five decodings were needed: %+v", k)
	}
	if len(seen) != 4 {
		t.Errorf("four subsets gave %d different masks", len(seen))
	}
}

func labelBytes(r *segment.Result) []byte {
	out := make([]byte, len(r.Labels.Voxel))
	for i, l := range r.Labels.Voxel {
		out[i] = byte(l)
	}
	return out
}

// TestAbsentEqualsNotThere: a study of which only some sequences are loaded gives what a study without the others gives.
func TestEncodingAheadIsUsed(t *testing.T) {
	c, e := open(t, segmenttest.Tiny(), head(sequence.Full))
	for _, s := range []sequence.Sequence{sequence.T2, sequence.FLAIR, sequence.T2} {
		if err := c.Encode(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	compute(t, c, flairT2, segment.Options{})
	if k := e.Counts(); k.Encoded != 2 || k.Decoded != 1 {
		t.Errorf("two encodings and one decoding were needed: %+v", k)
	}
	alone, _ := open(t, segmenttest.Tiny(), head(flair))
	if err := alone.Encode(t.Context(), sequence.T2); err == nil {
		t.Error("a sequence that is not there was encoded")
	}
}

func TestLatticeIsWhereTheLogitsLie(t *testing.T) {
	for _, grid := range []volume.Grid{segmenttest.Grid(), turned(segmenttest.Grid())} {
		l := segmenttest.Head(grid, sequence.Full)
		c, _ := open(t, segmenttest.Tiny(), l)
		r := compute(t, c, sequence.Full, segment.Options{Logits: true})
		lattice := c.Lattice()
		seen := 0
		for at := range r.Logit[0] {
			x := max(r.Logit[0][at], r.Logit[1][at], r.Logit[2][at])
			k := at % lattice.Dim[2]
			j := at / lattice.Dim[2] % lattice.Dim[1]
			i := at / lattice.Dim[2] / lattice.Dim[1]
			voxel := l.Grid.VoxelAt(lattice.World([3]float64{float64(i), float64(j), float64(k)}))
			p := [3]int{int(math.Round(voxel[0])), int(math.Round(voxel[1])), int(math.Round(voxel[2]))}
			if !l.Grid.Contains(p[0], p[1], p[2]) || max(i-c.Box()[0][1]+c.Box()[0][0], j-c.Box()[1][1]+c.Box()[1][0], k-c.Box()[2][1]+c.Box()[2][0]) >= 0 {
				continue // padding
			}
			seen++
			if got := r.Labels.Voxel[l.Grid.Index(p[0], p[1], p[2])]; (got != label.Background) != (x > 0) {
				t.Fatalf("%v: at %v the logit is %g and the label %v", grid.Orientation(), p, x, got)
			}
		}
		if seen < 1000 {
			t.Errorf("only %d voxels were compared", seen)
		}
	}
}

// turned is the same lattice, stored RAS.
func turned(g volume.Grid) volume.Grid { return volume.TurnTo(g.Orientation(), volume.RAS).Grid(g) }

func TestAbsentEqualsNotThere(t *testing.T) {
	whole := head(sequence.Full)
	for s := range whole.Volumes { // not loaded, though the files are there
		if !flairT2.Has(sequence.Sequence(s)) {
			whole.Volumes[s] = nil
		}
	}
	whole.Present = flairT2
	a, _ := open(t, segmenttest.Tiny(), whole)
	b, _ := open(t, segmenttest.Tiny(), head(flairT2))
	x, y := compute(t, a, flairT2, segment.Options{}), compute(t, b, flairT2, segment.Options{})
	if !slices.Equal(x.Labels.Voxel, y.Labels.Voxel) || x.ML != y.ML {
		t.Error("absent files leave a trace")
	}
}

func TestTurnedStudiesGiveTheSameMaskInTheWorld(t *testing.T) {
	l := head(flairT2)
	c, _ := open(t, segmenttest.Tiny(), l)
	want := compute(t, c, flairT2, segment.Options{Probabilities: true})
	ras := volume.TurnTo(l.Grid.Orientation(), volume.RAS)
	for _, turn := range []volume.Turn{ras, {Source: [3]int{2, 0, 1}, Flip: [3]bool{true, false, true}}, {Source: [3]int{1, 0, 2}}} {
		other := &study.Loaded{Study: l.Study, Grid: turn.Grid(l.Grid), Present: l.Present, Header: l.Header}
		for s, v := range l.Volumes {
			if v != nil {
				other.Volumes[s] = &volume.Volume{Grid: other.Grid, Voxel: volume.Apply(turn, l.Grid.Dim, v.Voxel)}
			}
		}
		c, _ := open(t, segmenttest.Tiny(), other)
		got := compute(t, c, flairT2, segment.Options{Probabilities: true})
		if !slices.Equal(got.Labels.Voxel, volume.Apply(turn, l.Grid.Dim, want.Labels.Voxel)) {
			t.Errorf("%+v: another mask", turn)
		}
		if !slices.Equal(got.Probability[1], volume.Apply(turn, l.Grid.Dim, want.Probability[1])) {
			t.Errorf("%+v: other probabilities", turn)
		}
		if got.Labels.Grid != other.Grid {
			t.Errorf("%+v: the mask lies on %v", turn, got.Labels.Grid)
		}
	}
}

// TestFlipsCommuteWithMirrors: the mean over all flips of a mirrored study is the mirrored mean; a single pass does not have this.
func TestFlipsCommuteWithMirrors(t *testing.T) {
	l := head(flair)
	turn := volume.Turn{Source: [3]int{0, 1, 2}, Flip: [3]bool{true, false, true}}
	mirrored := &study.Loaded{Study: l.Study, Grid: l.Grid, Present: l.Present, Header: l.Header}
	mirrored.Volumes[0] = &volume.Volume{Grid: l.Grid, Voxel: volume.Apply(turn, l.Grid.Dim, l.Volumes[0].Voxel)}
	a, e := open(t, segmenttest.Tiny(), l)
	b, _ := open(t, segmenttest.Tiny(), mirrored)
	for _, flips := range []bool{true, false} {
		o := segment.Options{Flips: flips, Probabilities: true}
		x, y := compute(t, a, flair, o), compute(t, b, flair, o)
		worst := 0.0
		for i, p := range volume.Apply(turn, l.Grid.Dim, x.Probability[label.RegionWT]) {
			worst = max(worst, math.Abs(float64(p-y.Probability[label.RegionWT][i])))
		}
		if flips && worst > 1e-5 || !flips && worst < 1e-2 {
			t.Errorf("flips %v: mirrored and unmirrored probabilities differ by %g", flips, worst)
		}
	}
	if k := e.Counts(); k.Encoded != 8 {
		t.Errorf("%d encodings for eight flips of one sequence and a plain pass", k.Encoded)
	}
}

func TestTiles(t *testing.T) {
	l := head(flair)
	c, _ := open(t, segmenttest.Tiny(), l)
	one := compute(t, c, flair, segment.Options{Logits: true})
	whole := compute(t, c, flair, segment.Options{Logits: true, Tile: 96})
	for i, x := range one.Logit[1] {
		if d := math.Abs(float64(x - whole.Logit[1][i])); d > 1e-5 {
			t.Fatalf("a tile as large as the box differs from one pass by %g", d)
		}
	}
	tiled := compute(t, c, flair, segment.Options{Logits: true, Tile: 16})
	if slices.Equal(tiled.Logit[1], one.Logit[1]) || tiled.Options.Tile != 16 {
		t.Error("tiles were not used")
	}
	if _, err := c.Segment(t.Context(), flair, segment.Options{Tile: 33}, nil); err == nil || !strings.Contains(err.Error(), "multiple of 16") {
		t.Errorf("tiles of 33: %v", err)
	}
}

func TestSubsetsThatCannotBe(t *testing.T) {
	c, _ := open(t, segmenttest.Tiny(), head(flairT2))
	for u, want := range map[sequence.Subset]string{
		0:                          "no sequence is chosen",
		sequence.Of(sequence.T1ce): "T1ce is not loaded: the study has FLAIR T2",
		sequence.Full:              "T1 T1ce is not loaded",
	} {
		if _, err := c.Segment(t.Context(), u, segment.Options{}, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", u, err, want)
		}
	}
}

func TestCancelInTheMiddleLeavesTheCaseUsable(t *testing.T) {
	l := head(flairT2)
	c, _ := open(t, segmenttest.Tiny(), l)
	for _, at := range []string{"encoding T2", "segmenting", "painting", "segmenting, flip 3 of 7"} {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := c.Segment(ctx, flairT2, segment.Options{Flips: strings.Contains(at, "flip")}, func(p segment.Progress) {
			if p.Text == at {
				cancel()
			}
		})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled while %s: %v", at, err)
		}
	}
	fresh, _ := open(t, segmenttest.Tiny(), l)
	a, b := compute(t, c, flairT2, segment.Options{}), compute(t, fresh, flairT2, segment.Options{})
	if !slices.Equal(a.Labels.Voxel, b.Labels.Voxel) {
		t.Error("a cancelled run changed later results")
	}
}

func TestExecutorErrorsComeThroughAndDoNotStick(t *testing.T) {
	broken := errors.New("the driver is gone")
	fails := true
	e := &segmenttest.Executor{Fail: func() error {
		if fails {
			return broken
		}
		return nil
	}}
	n := segment.NewNetwork(segmenttest.Tiny(), e)
	for range 2 {
		c, err := n.Open(t.Context(), head(flair))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = c.Segment(t.Context(), flair, segment.Options{}, nil); fails != errors.Is(err, broken) {
			t.Errorf("driver fails %v: %v", fails, err)
		}
		c.Close()
		fails = false
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
}

func TestProgressGrowsToItsTotal(t *testing.T) {
	c, _ := open(t, segmenttest.Tiny(), head(flairT2))
	for _, o := range []segment.Options{{}, {Tile: 16}, {Flips: true}} {
		last := segment.Progress{}
		steps := 0
		_, err := c.Segment(t.Context(), flairT2, o, func(p segment.Progress) {
			if p.Done < last.Done || p.Done > p.Total || p.Text == "" || last.Total != 0 && p.Total != last.Total {
				t.Errorf("%+v: %+v after %+v", o, p, last)
			}
			last = p
			steps++
		})
		if err != nil {
			t.Fatal(err)
		}
		if last.Done != last.Total || steps < 4 {
			t.Errorf("%+v: ended at %+v after %d steps", o, last, steps)
		}
	}
}

func TestProbabilitiesAreCalibratedAndAgreeWithTheMask(t *testing.T) {
	m := segmenttest.Tiny()
	cell := func(temperature float64) model.ReliabilityCell {
		return model.ReliabilityCell{N: 6, Temperature: temperature}
	}
	m.Meta.Reliability = &model.Reliability{Rows: map[string]map[string]model.ReliabilityCell{
		flair.String(): {"ET": cell(2), "WT": cell(0.5), "TC": cell(1)},
	}}
	thick := volume.Grid{Dim: [3]int{20, 24, 9}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 23}, {0, 0, 2, 0.5}}}
	for name, g := range map[string]volume.Grid{"1 mm": segmenttest.Grid(), "2 mm": thick} {
		l := segmenttest.Head(g, flair)
		plain, _ := open(t, segmenttest.Tiny(), l)
		warm, _ := open(t, m, l)
		a := compute(t, plain, flair, segment.Options{Probabilities: true})
		b := compute(t, warm, flair, segment.Options{Probabilities: true})
		if !slices.Equal(a.Labels.Voxel, b.Labels.Voxel) || a.Resampled != (name == "2 mm") {
			t.Errorf("%s: temperatures changed the mask, or resampled is %v", name, a.Resampled)
		}
		for r, temperature := range []float64{2, 0.5, 1} {
			if b.Temperature[r] != temperature {
				t.Errorf("temperature %v", b.Temperature)
			}
			for i, p := range a.Probability[r] {
				q := float64(b.Probability[r][i])
				want := 0.0
				if p > 0 {
					want = 1 / (1 + math.Exp(-math.Log(float64(p)/(1-float64(p)))/temperature))
				}
				if math.Abs(q-want) > 1e-5 {
					t.Fatalf("%s, region %d: %g became %g, want %g", name, r, p, q, want)
				}
			}
		}
		for i, l := range b.Labels.Voxel {
			if et := b.Probability[label.RegionET][i]; (et > 0.5) != (l == label.ET) && et != 0.5 {
				t.Fatalf("%s, voxel %d: ET probability %g, label %v", name, i, et, l)
			}
		}
	}
}

func TestNotices(t *testing.T) {
	texts := func(m *model.Model) string {
		c, _ := open(t, m, head(flairT2))
		all := ""
		for _, p := range compute(t, c, flairT2, segment.Options{Clean: true}).Notices {
			all += p.Text + "\n"
		}
		return all
	}
	m := segmenttest.Tiny()
	if got := texts(m); !strings.Contains(got, "tiny is not trained (random weights for tests)") || strings.Contains(got, "No tumour") {
		t.Errorf("random weights: %s", got)
	}
	m.Meta.Provenance, m.Meta.Preprocessing = model.Provenance{}, "divide by ten"
	if got := texts(m); !strings.Contains(got, "does not say where its weights come from") || !strings.Contains(got, "asks for: divide by ten") {
		t.Errorf("weights of unknown origin: %s", got)
	}
	m.Meta.Provenance, m.Meta.Preprocessing = model.Provenance{Trained: true, Summary: "trained on heads"}, model.Preprocessing
	for i := range m.Weights["head.bias"].Data {
		m.Weights["head.bias"].Data[i] = -1000
	}
	if got := texts(m); !strings.HasPrefix(got, "No tumour found by this model in these sequences (FLAIR T2)") {
		t.Errorf("an empty result: %s", got)
	}
}

// The programs of one size are kept without a user, and none beside those that are used.
func TestIdleProgramsAreClosed(t *testing.T) {
	e := &segmenttest.Executor{}
	n := segment.NewNetwork(segmenttest.Tiny(), e)
	open := func(side int) *segment.Case {
		g := volume.Grid{Dim: [3]int{side, 16, 16}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}}
		v := &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
		for i := range v.Voxel {
			v.Voxel[i] = float32(1 + i%5)
		}
		c, err := n.Open(t.Context(), &study.Loaded{Study: &study.Study{}, Grid: g, Present: flair, Volumes: [sequence.Count]*volume.Volume{v}})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Encode(t.Context(), sequence.FLAIR); err != nil { // its programs are there by then
			t.Fatal(err)
		}
		return c
	}
	closed := func(want int) {
		t.Helper()
		if k := e.Counts(); k.Closed != want {
			t.Errorf("%d programs should be closed: %+v", want, k)
		}
	}
	for n, side := range []int{16, 32, 32, 48} {
		c := open(side)
		closed([]int{0, 2, 2, 4}[n])
		c.Close()
		c.Close() // harmless
		closed([]int{0, 2, 2, 4}[n])
	}
	first, second := open(16), open(32)
	closed(6)
	second.Close()
	closed(8)
	first.Close()
	closed(8)
	if err := n.Close(); err != nil || e.Counts().Compiled != 10 || e.Counts().Closed != 10 {
		t.Errorf("after Close: %+v, %v", e.Counts(), err)
	}
}
