package label_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/volume"
)

// block is a mask of the given values on a sheared grid of 0.5 mL a voxel.
func block(values ...float32) *volume.Volume {
	return &volume.Volume{
		Grid:  volume.Grid{Dim: [3]int{len(values), 1, 1}, Affine: volume.Affine{{-5, 3, 0, 0}, {0, 10, 0, 0}, {0, 0, 10, 0}}},
		Voxel: values,
	}
}

func TestRegionsAreNested(t *testing.T) {
	for l := range label.Label(label.Count) {
		if l.In(label.RegionET) && !l.In(label.RegionTC) || l.In(label.RegionTC) && !l.In(label.RegionWT) {
			t.Errorf("%s breaks ET ⊂ TC ⊂ WT", l)
		}
	}
	if label.Cavity.In(label.RegionWT) || label.Background.In(label.RegionWT) {
		t.Error("cavity and background are no tumour")
	}
	if !label.NCR.In(label.RegionTC) || label.ED.In(label.RegionTC) || label.NCR.In(label.RegionET) || !label.ED.In(label.RegionWT) {
		t.Error("TC = NCR + ET and WT = NCR + ED + ET")
	}
}

func TestSchemes(t *testing.T) {
	table := []struct {
		scheme label.Scheme
		want   [5]string // the meaning of 0 to 4
	}{
		{label.BraTS2017, [5]string{"background", "NCR", "ED", "", "ET"}},
		{label.BraTS2023, [5]string{"background", "NCR", "ED", "ET", ""}},
		{label.PostTreatment, [5]string{"background", "NCR", "ED", "ET", "cavity"}},
		{label.NNUNet, [5]string{"background", "ED", "NCR", "ET", ""}},
	}
	if len(table) != len(label.Schemes) {
		t.Fatal("a scheme is not tested")
	}
	for _, c := range table {
		for v := -1; v < 7; v++ {
			l, ok := c.scheme.Decode(v)
			want := ""
			if v >= 0 && v < 5 {
				want = c.want[v]
			}
			if ok != (want != "") || ok && l.String() != want {
				t.Errorf("%s: %d is %q, %v; want %q", c.scheme, v, l, ok, want)
			}
			if ok {
				if back, ok := c.scheme.Encode(l); !ok || int(back) != v {
					t.Errorf("%s: %s is written as %d, %v; want %d", c.scheme, l, back, ok, v)
				}
			}
		}
		if s, err := label.ParseScheme(" " + strings.ToUpper(string(c.scheme))); err != nil || s != c.scheme {
			t.Errorf("ParseScheme(%s) = %s, %v", c.scheme, s, err)
		}
	}
	if _, ok := label.BraTS2023.Encode(label.Cavity); ok {
		t.Error("brats2023 has no number for a cavity")
	}
	if _, err := label.ParseScheme("brats"); err == nil || !strings.Contains(err.Error(), "nnunet") {
		t.Errorf("an unknown scheme must be refused with the list of schemes, got %v", err)
	}
	if got := label.BraTS2017.Legend(); got != "1 NCR, 2 ED, 4 ET" {
		t.Errorf("legend is %q", got)
	}
}

func TestCandidatesNeverGuess(t *testing.T) {
	const (
		a, b, post, nn = label.BraTS2017, label.BraTS2023, label.PostTreatment, label.NNUNet
	)
	type schemes = []label.Scheme
	for _, c := range []struct {
		values []int
		naming label.Naming
		want   schemes
	}{
		{[]int{1, 2}, label.NamingUnknown, schemes{a, nn}}, // a, b and post say the same about 1 and 2
		{[]int{1, 2, 3}, label.NamingUnknown, schemes{b, nn}},
		{[]int{1, 2, 4}, label.NamingUnknown, schemes{a, post}},
		{[]int{1, 2, 3, 4}, label.NamingUnknown, schemes{post}},
		{[]int{4}, label.NamingUnknown, schemes{a, post}},
		{[]int{3}, label.NamingUnknown, schemes{b}},
		{[]int{1, 2}, label.NamingBraTS2017, schemes{a, nn}},
		{[]int{1, 2, 4}, label.NamingBraTS2017, schemes{a}},
		{[]int{1, 2, 3}, label.NamingBraTS2017, schemes{b, nn}}, // the values contradict the naming
		{[]int{1, 2, 3, 4}, label.NamingBraTS2017, schemes{post}},
		{[]int{1, 2}, label.NamingBraTS2023, schemes{b, nn}},
		{[]int{1, 2, 3}, label.NamingBraTS2023, schemes{b}},
		{[]int{1, 2, 4}, label.NamingBraTS2023, schemes{post}},
		{[]int{1, 2, 3, 4}, label.NamingBraTS2023, schemes{post}},
		{[]int{0, 1, 2, 3}, label.NamingNNUNet, schemes{nn}},
		{[]int{2}, label.NamingNNUNet, schemes{nn, a}},
		{[]int{1, 2, 4}, label.NamingNNUNet, schemes{a, post}},
		{[]int{1, 2, 5}, label.NamingUnknown, nil},
		{nil, label.NamingUnknown, schemes{a, b, post, nn}}, // an empty mask tells nothing
		{[]int{0}, label.NamingBraTS2023, schemes{b, post, a, nn}},
		{nil, label.NamingNNUNet, schemes{nn, a, b, post}},
	} {
		if got := label.Candidates(c.values, c.naming); !slices.Equal(got, c.want) {
			t.Errorf("Candidates(%v, naming %d) = %v, want %v", c.values, c.naming, got, c.want)
		}
	}
}

func TestDecideOverTheWholeSet(t *testing.T) {
	low, high := []int{1, 2}, []int{4, 2, 1}
	if s, err := label.Decide([][]int{low, high, low}, label.NamingBraTS2017); err != nil || s != label.BraTS2017 {
		t.Errorf("got %s, %v", s, err)
	}
	var ambiguous *label.AmbiguousError
	if _, err := label.Decide([][]int{low}, label.NamingBraTS2017); !errors.As(err, &ambiguous) || len(ambiguous.Candidates) != 2 {
		t.Errorf("one mask with 1 and 2 decides nothing, got %v", err)
	} else if !strings.Contains(err.Error(), "1, 2") || !strings.Contains(err.Error(), "--truth-labels") {
		t.Errorf("not a sentence with values and what to do: %v", err)
	}
	for naming, want := range map[label.Naming]label.Scheme{label.NamingUnknown: label.BraTS2017, label.NamingNNUNet: label.NNUNet} {
		if s, err := label.Decide([][]int{nil, {0}}, naming); err != nil || s != want {
			t.Errorf("empty masks can be read under any scheme, naming %d: got %s, %v", naming, s, err)
		}
	}
	// 4 is a cavity where 3 stands beside it. Where it never does, ET of 2017 would be taken for cavities.
	if s, err := label.Decide([][]int{high, {1, 2, 3}, {1, 3, 4}}, label.NamingBraTS2023); err != nil || s != label.PostTreatment {
		t.Errorf("got %s, %v", s, err)
	}
	if _, err := label.Decide([][]int{high, {1, 2, 3}}, label.NamingUnknown); !errors.As(err, &ambiguous) || !ambiguous.Mixed ||
		!strings.Contains(err.Error(), "sorted apart") || !strings.Contains(err.Error(), "all of them are brats2024-post") {
		t.Errorf("masks of two schemes: %v", err)
	}
	if _, err := label.Decide([][]int{low, {7}}, label.NamingUnknown); !errors.As(err, &ambiguous) || len(ambiguous.Candidates) != 0 {
		t.Errorf("7 is no label, got %v", err)
	}
}

func TestFromVolume(t *testing.T) {
	m, err := label.FromVolume(block(0, 1, 2, 4, 4), label.BraTS2017)
	if err != nil {
		t.Fatal(err)
	}
	if want := []label.Label{0, label.NCR, label.ED, label.ET, label.ET}; !slices.Equal(m.Voxel, want) {
		t.Errorf("got %v", m.Voxel)
	}
	if got := m.RegionML(); got != [3]float64{1, 2, 1.5} {
		t.Errorf("ET, WT, TC = %v mL", got)
	}
	if got := m.PartML(); got != [label.Count]float64{0.5, 0.5, 0.5, 1, 0} {
		t.Errorf("parts = %v mL", got)
	}
	if got := m.Region(label.RegionTC); !slices.Equal(got, []bool{false, true, false, true, true}) {
		t.Errorf("TC = %v", got)
	}
	if got, err := m.Encode(label.NNUNet); err != nil || !slices.Equal(got, []uint8{0, 2, 1, 3, 3}) {
		t.Errorf("as nnunet: %v, %v", got, err)
	}
}

func TestForeignValues(t *testing.T) {
	for _, c := range []struct {
		values []float32
		scheme label.Scheme
		want   string
	}{
		{[]float32{0, 1, 3, 3}, label.BraTS2017, "the value 3 (2 voxels, first at 2,0,0)"},
		{[]float32{0, 1.5}, label.BraTS2023, "the value 1.5 (1 voxels, first at 1,0,0)"},
		{[]float32{-1}, label.BraTS2023, "the value -1 (1 voxels"},
		{[]float32{0, float32(math.NaN())}, label.BraTS2023, "the value NaN (1 voxels"},
		{[]float32{float32(math.Inf(1))}, label.NNUNet, "the value +Inf"},
		{[]float32{3e18}, label.NNUNet, "the value 3e+18"},
	} {
		_, err := label.FromVolume(block(c.values...), c.scheme)
		var foreign *label.ForeignValueError
		if !errors.As(err, &foreign) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v under %s: %v, want %q", c.values, c.scheme, err, c.want)
		}
	}
	if _, err := label.FromVolume(block(0), "brats"); err == nil {
		t.Error("an unknown scheme must be refused")
	}
	cavity := &label.Map{Grid: block(0).Grid, Voxel: []label.Label{label.Cavity}}
	if _, err := cavity.Encode(label.BraTS2023); err == nil || !strings.Contains(err.Error(), "cavity") {
		t.Errorf("a cavity must not vanish on writing, got %v", err)
	}
}

func TestValues(t *testing.T) {
	got, err := label.Values(block(4, 0, 0, 1, 4, 2))
	if err != nil || !slices.Equal(got, []int{1, 2, 4}) {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range [][]float32{{0.5}, {-2}, {float32(math.NaN())}, {70000}} {
		var foreign *label.ForeignValueError
		if _, err := label.Values(block(bad...)); !errors.As(err, &foreign) {
			t.Errorf("%v is no label, got %v", bad, err)
		}
	}
	ramp := make([]float32, 200)
	for i := range ramp {
		ramp[i] = float32(i)
	}
	if _, err := label.Values(block(ramp...)); err == nil {
		t.Error("200 different values are an image")
	}
}

// TestWriteRead: what a scheme can write, it reads back.
func TestWriteRead(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for _, s := range label.Schemes {
		m := &label.Map{Grid: block(make([]float32, 500)...).Grid}
		for range 500 {
			l := label.Label(random.IntN(label.Count))
			if _, ok := s.Encode(l); !ok {
				l = label.ET
			}
			m.Voxel = append(m.Voxel, l)
		}
		data, err := m.Encode(s)
		if err != nil {
			t.Fatal(err)
		}
		v := &volume.Volume{Grid: m.Grid, Voxel: make([]float32, len(data))}
		for i, x := range data {
			v.Voxel[i] = float32(x)
		}
		back, err := label.FromVolume(v, s)
		if err != nil || !slices.Equal(back.Voxel, m.Voxel) {
			t.Errorf("%s does not come back: %v", s, err)
		}
	}
}
