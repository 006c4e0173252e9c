package compare

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// swept is the small head with a result for every subset of present: the fewer sequences, the more voxels are wrong; and the whole maps.
func swept(present sequence.Subset) (Set, map[sequence.Subset]*label.Map, *label.Map) {
	_, truth := volumetest.Small().On(volumetest.SmallGrid())
	s, maps := Set{Present: present, Base: present}, map[sequence.Subset]*label.Map{}
	for _, u := range present.Subsets() {
		r := rand.New(rand.NewPCG(uint64(u), 1))
		m := &label.Map{Grid: truth.Grid, Voxel: slices.Clone(truth.Voxel)}
		for at, l := range m.Voxel {
			if wrong := r.IntN(5*u.Len()) == 0; wrong && (l != label.Background || at%50 == 0) {
				m.Voxel[at] = label.Label(r.IntN(4))
			}
		}
		maps[u] = m
		s = s.With(u, m.Cutout())
	}
	return s, maps, truth
}

func TestSetIsAValue(t *testing.T) {
	one, two := &label.Cutout{}, &label.Cutout{}
	a := Set{Present: sequence.Full, Base: sequence.Of(sequence.T1)}.With(sequence.Of(sequence.T1), one)
	b := a.With(sequence.Of(sequence.T1), two).With(sequence.Full, one)
	if a.Result(sequence.Of(sequence.T1)) != one || a.Result(sequence.Full) != nil || b.Result(sequence.Of(sequence.T1)) != two {
		t.Error("With changed the set that it was called on")
	}
	if got := b.Computed(); !slices.Equal(got, []sequence.Subset{sequence.Of(sequence.T1), sequence.Full}) {
		t.Errorf("computed: %v", got)
	}
	if got := b.Missing(Singles.Subsets(b.Present, b.Base, nil)); len(got) != 3 || slices.Contains(got, b.Base) {
		t.Errorf("missing: %v", got)
	}
	if b.Reference() != two || b.With(b.Base, nil).Reference() != nil {
		t.Error("the reference is not the result of the used sequences")
	}
	if b.Truth = one; b.Reference() != one {
		t.Error("the reference is not the truth")
	}
}

func TestPresets(t *testing.T) {
	three := sequence.Of(sequence.FLAIR, sequence.T1, sequence.T2)
	for _, c := range []struct {
		preset        Preset
		present, used sequence.Subset
		want          string
	}{
		{LeaveOneOut, sequence.Full, sequence.Full, "flair-t1-t1ce flair-t1-t2 flair-t1ce-t2 t1-t1ce-t2 flair-t1-t1ce-t2"},
		{LeaveOneOut, sequence.Full, three, "flair-t1 flair-t2 t1-t2 flair-t1-t2"},
		{LeaveOneOut, three, sequence.Of(sequence.T1), "t1"},
		{Singles, sequence.Full, three, "flair t1 t1ce t2 flair-t1-t2"},
		{All, three, three, "flair t1 t2 flair-t1 flair-t2 t1-t2 flair-t1-t2"},
		{MyChoice, three, three, "flair t1-t2 flair-t1-t2"},
	} {
		chosen := []sequence.Subset{sequence.Of(sequence.T1, sequence.T2), sequence.Of(sequence.T1ce), sequence.Of(sequence.FLAIR)}
		var got []string
		for _, u := range c.preset.Subsets(c.present, c.used, chosen) {
			got = append(got, u.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s of %s, %s used: %s, want %s", c.preset, c.present, c.used, got, c.want)
		}
	}
	if len(All.Subsets(sequence.Full, sequence.Full, nil)) != 15 || Preset(9).String() != "unknown" {
		t.Error("All is not all")
	}
}

// TestCompareEqualsWholeMaps proves the scores against those of whole maps, with a truth and without.
func TestCompareEqualsWholeMaps(t *testing.T) {
	s, maps, truth := swept(sequence.Full)
	s.Base = sequence.Of(sequence.FLAIR, sequence.T1ce)
	for _, withTruth := range []bool{false, true} {
		if withTruth {
			s.Truth = truth.Cutout()
		}
		c, err := s.Compare(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Rows) != 15 || c.HasTruth() != withTruth {
			t.Fatalf("%d rows, truth %v", len(c.Rows), c.HasTruth())
		}
		for _, row := range c.Rows {
			m := maps[row.Subset]
			if row.ML != m.RegionML() {
				t.Errorf("%s: %v mL", row.Subset, row.ML)
			}
			wantDice, wantAgreement := (*label.Map)(nil), maps[s.Base]
			if withTruth {
				wantDice = truth
			}
			if row.Subset == s.Base {
				wantAgreement = nil
			}
			checkScore(t, row.Dice, m, wantDice)
			checkScore(t, row.Agreement, m, wantAgreement)
			if !withTruth && c.IsReference(row) != (row.Subset == s.Base) || withTruth && (c.IsReference(row) || c.Score(row) != row.Dice) {
				t.Errorf("%s is the reference: %v", row.Subset, c.IsReference(row))
			}
		}
	}
}

func checkScore(t *testing.T, got *[label.RegionCount]float64, m, reference *label.Map) {
	t.Helper()
	if reference == nil {
		if got != nil {
			t.Errorf("a score of %v with nothing", *got)
		}
		return
	}
	overlap, err := label.Compare(m, reference)
	if err != nil || got == nil {
		t.Fatal("no score", err)
	}
	for r, o := range overlap {
		if got[r] != o.Dice() {
			t.Errorf("%v: %g, want %g", label.Region(r), got[r], o.Dice())
		}
	}
}

func TestWorkCanBeStopped(t *testing.T) {
	s, _, _ := swept(sequence.Full)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if c, err := s.Compare(stopped); c != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", c, err)
	}
	if a, err := s.Agreement(stopped); a != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", a, err)
	}
}

func TestOtherLatticesAreRefused(t *testing.T) {
	s, _, truth := swept(sequence.Of(sequence.T1, sequence.T2))
	other := &label.Map{Grid: volume.Grid{Dim: [3]int{2, 1, 1}, Affine: truth.Grid.Affine}, Voxel: []label.Label{label.ET, 0}}
	s = s.With(sequence.Of(sequence.T1), other.Cutout())
	if _, err := s.Compare(t.Context()); err == nil {
		t.Error("results on two lattices are compared")
	}
	if _, err := s.Agreement(t.Context()); err == nil {
		t.Error("results on two lattices agree")
	}
}

// TestAgreementCounts proves the map voxel by voxel.
func TestAgreementCounts(t *testing.T) {
	s, maps, truth := swept(sequence.Of(sequence.FLAIR, sequence.T1ce, sequence.T2))
	a, err := s.Agreement(t.Context())
	if err != nil || a.N != 7 || a.Grid != truth.Grid {
		t.Fatalf("%d results on %v, %v", a.N, a.Grid.Dim, err)
	}
	disputed := 0
	for _, r := range label.Regions {
		whole := a.Whole(r)
		for at := range truth.Voxel {
			want := 0
			for _, m := range maps {
				if m.Voxel[at].In(r) {
					want++
				}
			}
			i, j, k := truth.Grid.Coordinate(at)
			if got := a.At(r, i, j, k); got != want || int(whole[at]) != want {
				t.Fatalf("%v at %d,%d,%d: %d and %d, want %d", r, i, j, k, got, whole[at], want)
			}
			if want > 0 && want < a.N {
				disputed++
			}
		}
	}
	if disputed < 100 {
		t.Errorf("only %d voxels are disputed: the test does not test", disputed)
	}
}

// TestAgreementOfPlacesApart: the results' boxes do not touch, in any order, and one is empty.
func TestAgreementOfPlacesApart(t *testing.T) {
	g := volumetest.SmallGrid()
	places := [][3]int{{30, 5, 20}, {4, 40, 8}, {12, 2, 33}}
	subsets := sequence.Full.Subsets()
	for first := range places {
		s := Set{Present: sequence.Full}.With(subsets[5], (&label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}).Cutout())
		for n := range places {
			m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
			p := places[(first+n)%len(places)]
			m.Voxel[g.Index(p[0], p[1], p[2])] = label.NCR
			s = s.With(subsets[n], m.Cutout())
		}
		a, err := s.Agreement(t.Context())
		if err != nil || a.N != 4 || a.Min != [3]int{4, 2, 8} || a.Dim != [3]int{27, 39, 26} {
			t.Fatalf("%d results in %v at %v, %v", a.N, a.Dim, a.Min, err)
		}
		for _, p := range places {
			if a.At(label.RegionTC, p[0], p[1], p[2]) != 1 || a.At(label.RegionET, p[0], p[1], p[2]) != 0 {
				t.Errorf("%v is not counted", p)
			}
		}
	}
}

func TestAgreementOfNothing(t *testing.T) {
	a, err := Set{Present: sequence.Full}.Agreement(t.Context())
	if err != nil || a.N != 0 || a.At(label.RegionWT, 0, 0, 0) != 0 || len(a.Whole(label.RegionWT)) != 0 {
		t.Errorf("%+v, %v", a, err)
	}
	g := volumetest.SmallGrid()
	empty := (&label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}).Cutout()
	a, err = Set{Present: sequence.Full}.With(sequence.Full, empty).With(sequence.Of(sequence.T1), empty).Agreement(t.Context())
	if err != nil || a.N != 2 || slices.Max(a.Whole(label.RegionWT)) != 0 {
		t.Errorf("%+v, %v", a, err)
	}
}

// benchmarkSet is fifteen results of a large tumour with a false island far away, on the data sets' lattice.
func benchmarkSet(b *testing.B) Set {
	b.Helper()
	_, truth := volumetest.Default().On(volumetest.BraTSGrid())
	s := Set{Present: sequence.Full, Base: sequence.Full}
	for _, u := range sequence.Full.Subsets() {
		m := &label.Map{Grid: truth.Grid, Voxel: slices.Clone(truth.Voxel)}
		m.Voxel[m.Grid.Index(170+int(u), 60, 20)] = label.ED
		s = s.With(u, m.Cutout())
	}
	return s
}

func BenchmarkCompare(b *testing.B) {
	s := benchmarkSet(b)
	for b.Loop() {
		if _, err := s.Compare(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAgreement(b *testing.B) {
	s := benchmarkSet(b)
	for b.Loop() {
		if _, err := s.Agreement(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
