package page

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"

	"quorum/app/pane"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// comparison makes numbers for all subsets of the present sequences: the more sequences, the more of everything.
func comparison(present sequence.Subset) *compare.Comparison {
	c := &compare.Comparison{Present: present, Base: present}
	for _, u := range present.Subsets() {
		row := compare.Row{Subset: u}
		n := float64(u.Len())
		row.ML = [label.RegionCount]float64{label.RegionET: 2 * n, label.RegionTC: 5 * n, label.RegionWT: 30 * n}
		if u != present {
			row.Agreement = &[label.RegionCount]float64{label.RegionET: n / 5, label.RegionTC: n / 4.5, label.RegionWT: n / 4.2}
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

func newPage(t *testing.T) *Compare {
	t.Helper()
	test.NewTempApp(t)
	c := NewCompare(pane.NewKeys())
	w := test.NewTempWindow(t, c.Content())
	w.Resize(fyne.NewSize(1280, 720))
	return c
}

// tsv copies the table.
func tsv(c *Compare) string {
	fyne.CurrentApp().Clipboard().SetContent("")
	c.table.OnCopy()
	return fyne.CurrentApp().Clipboard().Content()
}

func TestCompareShowsNumbers(t *testing.T) {
	c := newPage(t)
	full := comparison(sequence.Full)
	c.SetComparison(full)
	if got := c.reference.Text + " " + c.base.Selected; got != "Reference: FLAIR T1 T1ce T2" || len(c.base.Options) != 15 {
		t.Errorf("%q, to be chosen from %q", got, c.base.Options)
	}
	if c.caption.Text != full.Caption() || c.caption.Text == "" {
		t.Errorf("caption %q", c.caption.Text)
	}
	lines := strings.Split(strings.TrimRight(tsv(c), "\n"), "\n")
	if len(lines) != 16 {
		t.Fatalf("%d lines, want a heading and 15", len(lines))
	}
	if want := "FLAIR\t30.00\tabout 5\tabout 2\t0.24\t0.22\t0.20"; lines[1] != want {
		t.Errorf("first line %q, want %q", lines[1], want)
	}
	if want := "FLAIR T1 T1ce T2\t120.00\t20.00\t8.00\treference\treference\treference"; lines[15] != want {
		t.Errorf("last line %q, want %q", lines[15], want)
	}
}

func TestCompareSorts(t *testing.T) {
	c := newPage(t)
	c.SetComparison(comparison(sequence.Full))
	first := func() string {
		lines := strings.Split(tsv(c), "\n")
		return lines[1][:strings.Index(lines[1], "\t")] + " … " + lines[15][:strings.Index(lines[15], "\t")]
	}
	for n, k := range []struct {
		column int
		want   string
	}{
		{0, "FLAIR T1 T1ce T2 … T2"}, // by volume, largest first
		{0, "FLAIR … FLAIR T1 T1ce T2"},
		{5, "FLAIR T1 T1ce … FLAIR T1 T1ce T2"}, // by score; the reference, without one, last
		{-1, "FLAIR … FLAIR T1 T1ce T2"},
		{-1, "FLAIR T1 T1ce T2 … FLAIR"},
	} {
		c.table.OnSort(k.column)
		if got := first(); got != k.want {
			t.Errorf("click %d: %s, want %s", n, got, k.want)
		}
	}
}

func TestCompareTies(t *testing.T) {
	c := newPage(t)
	c.SetComparison(comparison(sequence.Full))
	var pointed, opened []sequence.Subset
	c.OnPoint = func(u sequence.Subset, in bool) {
		if in {
			pointed = append(pointed, u)
		}
	}
	c.OnOpen = func(u sequence.Subset) { opened = append(opened, u) }
	u := sequence.Of(sequence.T1, sequence.T2)
	c.Lattice.OnPoint(u, true)
	c.table.OnPoint(u, true)
	c.dots.OnPoint(u, true)
	c.Lattice.OnOpen(u)
	c.table.OnOpen(u)
	c.dots.OnOpen(u)
	want := []sequence.Subset{u, u, u}
	if !cmp.Equal(pointed, want) || !cmp.Equal(opened, want) {
		t.Errorf("pointed %v and opened %v, want %v", pointed, opened, want)
	}
	var preset compare.Preset
	var region label.Region
	c.OnPreset = func(p compare.Preset) { preset = p }
	c.OnRegion = func(r label.Region) { region = r }
	c.preset.OnChoose(2)
	c.region.OnChoose(2)
	if preset != compare.All || region != label.RegionET || c.Region() != label.RegionET {
		t.Errorf("preset %v and region %v", preset, region)
	}
	var overlays []Overlay
	c.OnOverlay = func(o Overlay) { overlays = append(overlays, o) }
	c.SetOverlay(Difference)
	c.overlay.OnChoose(int(AgreementMap))
	if !cmp.Equal(overlays, []Overlay{AgreementMap}) {
		t.Errorf("overlays reported: %v", overlays)
	}
}

// Shares need every subset; until then the page says so. A page for fewer sequences keeps nothing of the former one.
func TestCompareWaits(t *testing.T) {
	c := newPage(t)
	some := comparison(sequence.Full)
	some.Rows = some.Rows[8:]
	c.SetComparison(some)
	if got := strings.Count(tsv(c), "\n"); got != 8 {
		t.Errorf("%d lines for 7 results", got)
	}
	if _, ok := some.Shares(); ok {
		t.Fatal("shares without all subsets")
	}
	three := sequence.Of(sequence.FLAIR, sequence.T1, sequence.T2)
	c.SetPresent(three)
	if tsv(c) != "" || c.caption.Text != "" {
		t.Error("the former numbers stay")
	}
	c.SetComparison(comparison(three))
	if got := strings.Count(tsv(c), "\n"); got != 8 {
		t.Errorf("%d lines for 7 results", got)
	}
}

// With a truth, its name stands over the scores, and the reference's corner has its volume.
func TestCompareTruth(t *testing.T) {
	c := newPage(t)
	of := comparison(sequence.Full)
	of.TruthML = &[label.RegionCount]float64{label.RegionET: 7}
	for n := range of.Rows {
		of.Rows[n].Dice = &[label.RegionCount]float64{label.RegionET: 0.5}
	}
	c.SetComparison(of)
	if !strings.Contains(tsv(c), "ET Dice (truth)") || strings.Contains(tsv(c), "agreement") {
		t.Errorf("heading of %q", tsv(c))
	}
	if c.reference.Text != "Reference: truth mask" || c.base.Visible() {
		t.Errorf("reference %q", c.reference.Text)
	}
}

func TestCompareChoosesTheReference(t *testing.T) {
	c := newPage(t)
	var chosen []sequence.Subset
	c.OnReference = func(u sequence.Subset) { chosen = append(chosen, u) }
	of := comparison(sequence.Full)
	of.Rows = of.Rows[:8]
	c.SetComparison(of)
	c.base.SetSelected("T1 T1ce")
	u := sequence.Of(sequence.T1, sequence.T1ce)
	if !cmp.Equal(chosen, []sequence.Subset{u}) {
		t.Fatalf("chosen %v", chosen)
	}
	of.Base = u
	c.SetComparison(of)
	if len(chosen) != 1 || c.base.Selected != "T1 T1ce" {
		t.Errorf("what is shown was reported: %v", chosen)
	}
}

// The large picture covers the cell under the pointer, which has not moved: what is pointed at stays until the pointer has left both.
func TestLargePictureKeepsWhatIsPointedAt(t *testing.T) {
	c := newPage(t)
	u, in := sequence.Of(sequence.T1), false
	c.OnPoint = func(v sequence.Subset, over bool) {
		if v != u {
			t.Errorf("%s is reported", v)
		}
		in = over
	}
	c.Lattice.OnPoint(u, true)
	c.ShowLarge(&render.Frame{})
	c.Lattice.OnPoint(u, false) // the pointer moved over the large picture
	c.Large.MouseIn(&desktop.MouseEvent{})
	if !in {
		t.Error("the pointer has left the cell")
	}
	c.ShowLarge(nil)
	if !in {
		t.Error("the pointer has left the cell with the large picture")
	}
	c.Large.MouseOut()
	if in {
		t.Error("the pointer is still there")
	}
}

// At the smallest useful size nothing is wider or higher than the window.
func TestCompareFitsSmallWindow(t *testing.T) {
	c := newPage(t)
	c.SetComparison(comparison(sequence.Full))
	c.SetProgress("7 of 15")
	if m := c.Content().MinSize(); m.Width > 960 || m.Height > 540 {
		t.Errorf("the page needs %v", m)
	}
}
