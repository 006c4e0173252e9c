package report

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quorum/viewer"
	"quorum/viewer/label"
	"quorum/viewer/lesion"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

func smallPage(grid string, used sequence.Subset) Page {
	g := Page{Result: smallResult(grid, used), Made: time.Date(2026, 11, 26, 11, 20, 0, 0, time.UTC), Program: "Quorum test"}
	g.Title = "Müller-Łukasz Ж 患"
	g.Notices = []string{
		"ET outline without T1ce is an estimate: held-out Dice 0.41 (0.12–0.63, 6 cases, also used to choose the model).",
		"t2.nii.gz: was resampled onto the grid of FLAIR, which differs by 0.4 mm.",
	}
	return g
}

func pdf(t *testing.T, g Page) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := g.WritePDF(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestEqualPagesMakeEqualBytes: nothing of the clock, or of the order of a map, reaches the file.
func TestEqualPagesMakeEqualBytes(t *testing.T) {
	t.Parallel()
	g := smallPage("LPS", sequence.Full)
	first := pdf(t, g)
	for range 2 {
		if !bytes.Equal(first, pdf(t, g)) {
			t.Fatal("the same page made other bytes")
		}
	}
	g.Made = g.Made.Add(time.Minute)
	if bytes.Equal(first, pdf(t, g)) {
		t.Error("another date made the same bytes")
	}
}

// TestPageSaysWhatItMust checks the words of a page.
func TestPageSaysWhatItMust(t *testing.T) {
	t.Parallel()
	g := smallPage("LPS", sequence.Of(sequence.FLAIR, sequence.T2))
	p, err := g.lay()
	if err != nil {
		t.Fatal(err)
	}
	says := func(p *paper, words string) bool { return strings.Contains(strings.Join(p.written, " "), words) }
	for _, want := range append([]string{
		g.Title, "26 November 2026, 11:20", "Made from FLAIR T1 T1ce T2", "Model tiny", "Computed by a test", sidesText(&g.Study), wording.ResearchUse,
		"Quorum test", fmt.Sprintf("Voxel %d %d %d", g.At[0], g.At[1], g.At[2]), "under 1 mL",
	}, g.Notices...) {
		if !says(p, want) {
			t.Errorf("%q is not on the page: %q", want, p.written)
		}
	}
	for region, ml := range g.ML {
		if want := wording.Volume(label.Region(region), g.Subset, ml) + " mL"; !says(p, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if says(p, editedText) || says(p, emptyText) {
		t.Errorf("%q", p.written)
	}
	g.ML = [label.RegionCount]float64{}
	if p, err = g.lay(); err != nil || !says(p, emptyText) {
		t.Errorf("empty: %q, %v", p.written, err)
	}
	g.Edited = true
	if p, err = g.lay(); err != nil || !says(p, editedText) || says(p, emptyText) || !says(p, emptyMaskText) {
		t.Errorf("a person has erased everything, and the page says %q, %v", p.written, err)
	}
	g.Notices = nil
	for n := range 60 {
		g.Notices = append(g.Notices, fmt.Sprintf("Notice %d says something of a good length, so that a page of them is more than a page can hold at all.", n))
	}
	if p, err = g.lay(); err != nil || !says(p, "Notice 3 says") || !says(p, "more: see the sidecar file") || says(p, "Notice 59 says") {
		t.Errorf("too many notices: %q, %v", p.written, err)
	}
}

// TestLongOrigin: a model with a long story pushes what follows down, and nothing stands on something else.
func TestLongOrigin(t *testing.T) {
	t.Parallel()
	g := smallPage("LPS", sequence.Full)
	g.Model = "model long: " + strings.Repeat("mean of the weights of one and another, ", 12)
	p, err := g.lay()
	if err != nil {
		t.Fatal(err)
	}
	sides, trust := slices.Index(p.written, sidesText(&g.Study)), slices.Index(p.written, "How far to trust it")
	if sides < 0 || trust < 0 {
		t.Fatalf("%q", p.written)
	}
	if p.baseline[trust] < p.baseline[sides]+inkBody.step() {
		t.Errorf("“How far to trust it” stands at %.0f mm, the column above it ends at %.0f mm", p.baseline[trust], p.baseline[sides])
	}
}

// TestPageListsLesions: how many, and the volume of each, the largest first; what is too much is counted.
func TestPageListsLesions(t *testing.T) {
	t.Parallel()
	g := smallPage("LPS", sequence.Full)
	grid := g.Labels.Grid
	side := int(math.Ceil(math.Cbrt(lesion.SmallestML / grid.VoxelVolumeML())))
	// cubes makes n lesions, the first of which is twice as long.
	cubes := func(n int) *label.Map {
		m := &label.Map{Grid: grid, Voxel: make([]label.Label, grid.Voxels())}
		per := (grid.Dim[1] - 1) / (side + 1)
		for c := range n {
			j, k := c%per*(side+1), c/per*(side+1)
			length := side
			if c == 0 {
				length *= 2
			}
			for at := range length * side * side {
				m.Voxel[grid.Index(at%length, j+at/length%side, k+at/length/side)] = label.ED
			}
		}
		return m
	}
	small, large := float64(side*side*side)*grid.VoxelVolumeML(), float64(2*side*side*side)*grid.VoxelVolumeML()
	for n, want := range map[int]string{
		1: fmt.Sprintf("1 lesion of 0.1 mL or more: %.2f mL", large),
		2: fmt.Sprintf("2 lesions of 0.1 mL or more: %.2f, %.2f mL", large, small),
		mostLesions + 3: fmt.Sprintf("%d lesions of 0.1 mL or more: %.2f%s mL, and 3 more", mostLesions+3, large,
			strings.Repeat(fmt.Sprintf(", %.2f", small), mostLesions-1)),
	} {
		g.Labels = cubes(n)
		p, err := g.lay()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.written, " "); !strings.Contains(got, want) {
			t.Errorf("%q is not on the page: %q", want, got)
		}
	}
}

func TestPageRefuses(t *testing.T) {
	t.Parallel()
	g := smallPage("LPS", sequence.Full)
	g.At = [3]int{0, 99, 0}
	if err := g.WritePDF(new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), "crosshair") {
		t.Errorf("%v", err)
	}
}

// TestPageReadsBack lets another program read the file: the letters come back, and the page is one.
func TestPageReadsBack(t *testing.T) {
	t.Parallel()
	path := written(t, smallPage("oblique", sequence.Of(sequence.FLAIR, sequence.T1, sequence.T2)))
	text, err := exec.CommandContext(t.Context(), tool(t, "pdftotext"), "-layout", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, want := range []string{"Müller-Łukasz Ж \uFFFD", "0.12–0.63", "under 1 mL", wording.ResearchUse} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if n := strings.Count(string(text), "\f"); n != 1 {
		t.Errorf("%d pages", n)
	}
}

func written(t *testing.T, g Page) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.pdf")
	if err := os.WriteFile(path, pdf(t, g), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tool finds a program of poppler, the oracle.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s (poppler-utils) is not installed", name)
	}
	return path
}

// TestAMaskThatNoModelMade: its volumes are facts whatever sequences there are, and it was not made from them.
func TestAMaskThatNoModelMade(t *testing.T) {
	t.Parallel()
	g := smallPage("LPS", 0)
	g.Volumes[sequence.T1ce] = nil
	p, err := g.lay()
	if err != nil {
		t.Fatal(err)
	}
	s, err := g.draw()
	if err != nil {
		t.Fatal(err)
	}
	v, err := View{Panes: opened(g.Volumes[sequence.T2].Grid, func(*viewer.State) {}).Panes}.draw()
	if err != nil {
		t.Fatal(err)
	}
	l := swept(sequence.Of(sequence.FLAIR, sequence.T2))
	c, ok := l.reference()
	if page := strings.Join(p.written, " "); strings.Contains(page, "about") || strings.Contains(page, "Made from") || !strings.Contains(page, maskText) {
		t.Errorf("the page says %q", page)
	}
	if s.says("about") || !s.says(maskText) || !v.says(maskText) {
		t.Errorf("the pictures say %+v and %+v", s.written, v.written)
	}
	if !ok || wording.Estimated(label.RegionET, c.Subset) {
		t.Error("the truth is an estimate")
	}
	g.ML = [label.RegionCount]float64{}
	if p, err = g.lay(); err != nil || slices.Contains(p.written, emptyText) || !slices.Contains(p.written, emptyMaskText) {
		t.Errorf("empty: %q, %v", p.written, err)
	}
}
