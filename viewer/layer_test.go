package viewer

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"slices"
	"testing"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// inks are the colours of a raster's pixels, without their strength, and how many pixels have each.
func inks(r render.Raster) map[color.NRGBA]int {
	seen := map[color.NRGBA]int{}
	if r.Image == nil {
		return seen
	}
	for n := 0; n < len(r.Image.Pix); n += 4 {
		if p := r.Image.Pix[n : n+4]; p[3] > 0 {
			full := func(x uint8) uint8 { return uint8((int(x)*255 + int(p[3])/2) / int(p[3])) }
			seen[color.NRGBA{R: full(p[0]), G: full(p[1]), B: full(p[2]), A: 255}]++
		}
	}
	return seen
}

// foreign are the colours of a raster that are none of these, within what eight bits at its strength can hold; and missing those of these
// that it lacks.
func foreign(r render.Raster, colours ...color.RGBA) (strange []color.NRGBA, missing []color.RGBA) {
	missing = colours
	for c := range inks(r) {
		near := func(a, b uint8) bool { return max(a, b)-min(a, b) <= 6 }
		alike := func(w color.RGBA) bool { return near(c.R, w.R) && near(c.G, w.G) && near(c.B, w.B) }
		if !slices.ContainsFunc(colours, alike) {
			strange = append(strange, c)
		}
		missing = slices.DeleteFunc(slices.Clone(missing), alike)
	}
	return strange, missing
}

// wants says what a raster has besides these colours, and which of them it lacks.
func wants(t *testing.T, what string, r render.Raster, colours ...color.RGBA) {
	t.Helper()
	if strange, missing := foreign(r, colours...); len(strange)+len(missing) > 0 {
		t.Errorf("%s: it has the colours %v, and lacks %v", what, strange, missing)
	}
}

// strong takes the pixels of lines that are half covered or less away: eight bits tell their colours badly.
func strong(r render.Raster) render.Raster {
	if r.Image == nil {
		return r
	}
	clone := image.NewRGBA(r.Image.Rect)
	draw.Draw(clone, clone.Rect, r.Image, image.Point{}, draw.Src)
	for n := 0; n < len(clone.Pix); n += 4 {
		if clone.Pix[n+3] < 128 {
			clear(clone.Pix[n : n+4])
		}
	}
	r.Image = clone
	return r
}

func TestOverlayHasPaletteColoursOnly(t *testing.T) {
	t.Parallel()
	s, _ := phantom(t)
	p := s.Pane(render.Axial, paneSize)
	for _, safe := range []bool{false, true} {
		s.View.Overlay.Safe = safe
		palette := s.View.Overlay.Palette()
		all := []color.RGBA{palette[label.NCR], palette[label.ED], palette[label.ET]}
		for _, show := range []Show{Parts, Regions} {
			s.View.Overlay.Show = show
			f := s.Frame(p)
			wants(t, "fill", f.Overlay, all...)
			// Where the rim surrounds the core their outlines coincide, and the inner one is seen.
			strange, missing := foreign(strong(f.Lines), all...)
			if len(strange) > 0 || len(missing) > 1 || show == Parts && len(missing) > 0 {
				t.Errorf("%d: lines have the colours %v, and lack %v", show, strange, missing)
			}
		}
	}
}

func TestEyesDrawingAndOpacity(t *testing.T) {
	t.Parallel()
	s, _ := phantom(t)
	p := s.Pane(render.Axial, paneSize)
	o := &s.View.Overlay
	u := render.Usual
	o.HiddenParts[label.ED] = true
	wants(t, "without ED", s.Frame(p).Overlay, u[label.NCR], u[label.ET])
	o.HiddenParts = [label.Count]bool{}
	o.Show = Regions
	o.HiddenRegions[label.RegionTC] = true
	wants(t, "without TC", s.Frame(p).Overlay, u[label.ED], u[label.ET]) // NCR is whole tumour then
	o.HiddenRegions[label.RegionET] = true
	wants(t, "WT alone", s.Frame(p).Overlay, u[label.ED])
	o.HiddenRegions[label.RegionWT] = true
	if f := s.Frame(p); f.Overlay.Image != nil || f.Lines.Image != nil {
		t.Error("with all eyes shut there is an overlay")
	}
	*o = DefaultView().Overlay
	o.Drawing = Fill
	if f := s.Frame(p); f.Overlay.Image == nil || f.Lines.Image != nil {
		t.Error("fill draws no fill, or lines")
	}
	o.Drawing = Outline
	if f := s.Frame(p); f.Overlay.Image != nil || f.Lines.Image == nil {
		t.Error("outline draws a fill, or no lines")
	}
	s.ToggleOverlay()
	if f := s.Frame(p); f.Overlay.Image != nil || f.Lines.Image != nil {
		t.Error("a hidden overlay is drawn")
	}
	s.Fade(3)
	if !o.Shown || o.Opacity < 0.49 || o.Opacity > 0.51 {
		t.Errorf("three steps made %+v", o)
	}
	s.Fade(-100)
	if o.Opacity != 0 {
		t.Errorf("the weakest overlay is %g", o.Opacity)
	}
}

func TestAFormerSelectionIsDimmedAndNamed(t *testing.T) {
	t.Parallel()
	s, truth := phantom(t)
	p := s.Pane(render.Axial, paneSize)
	strongest := func(f render.Frame) (most uint8) {
		for n := 3; n < len(f.Overlay.Image.Pix); n += 4 {
			most = max(most, f.Overlay.Image.Pix[n])
		}
		return most
	}
	usual := strongest(s.Frame(p))
	s.SetResult(truth, "from the former selection")
	f := s.Frame(p)
	if weak := strongest(f); int(weak)*2 > int(usual)*11/10 || len(f.Notes) != 1 || f.Notes[0] != "from the former selection" {
		t.Errorf("an overlay of strength %d, formerly %d, with notes %q", weak, usual, f.Notes)
	}
	s.SetResult(truth, "")
	if f := s.Frame(p); strongest(f) != usual || len(f.Notes) != 0 {
		t.Error("the new result stays dimmed")
	}
}

func TestOnlyWhatChangedIsDrawnAnew(t *testing.T) {
	t.Parallel()
	s, truth := phantom(t)
	p := s.Pane(render.Axial, paneSize)
	versions := func() [3]uint64 {
		f := s.Frame(p)
		return [3]uint64{f.Grey.Version, f.Overlay.Version, f.Lines.Version}
	}
	was := versions()
	for _, c := range []struct {
		what string
		do   func()
		want [3]bool // grey, overlay, lines are new
	}{
		{"nothing", func() {}, [3]bool{}},
		{"another plane's slice", func() { s.Step(s.Pane(render.Sagittal, paneSize), 1) }, [3]bool{}},
		{"the crosshair hidden", func() { s.View.Cross = false }, [3]bool{}},
		{"nearest neighbours", func() { s.View.Smooth = false }, [3]bool{}},
		{"the window", func() { s.Level(p.Image, 0.1, 0) }, [3]bool{true, false, false}},
		{"a pan", func() { s.Drag(p, 5, 5) }, [3]bool{false, false, true}},
		{"the opacity", func() { s.Fade(1) }, [3]bool{false, true, true}},
		{"an edit", func() { s.SetResult(truth, "") }, [3]bool{false, true, true}},
		{"a slice", func() { s.Step(p, 1) }, [3]bool{true, true, true}},
		{"the convention", func() { s.View.Convention = render.Neurological }, [3]bool{true, true, true}},
		{"all but the tumour", func() { s.GoSlice(p, 0) }, [3]bool{true, true, true}},
		{"still no tumour", func() { s.GoSlice(p, 1) }, [3]bool{true, false, false}},
	} {
		c.do()
		now := versions()
		for n, name := range []string{"grey", "overlay", "lines"} {
			if (now[n] != was[n]) != c.want[n] {
				t.Errorf("%s: %s is new: %v, want %v", c.what, name, now[n] != was[n], c.want[n])
			}
		}
		was = now
	}
}

// TestAnEditIsSeen changes a voxel in the same map.
func TestAnEditIsSeen(t *testing.T) {
	t.Parallel()
	s, truth := phantom(t)
	s.GoVoxel([3]int{20, 20, 20})
	truth.Voxel[truth.Grid.Index(20, 20, 20)] = label.Cavity
	s.SetResult(truth, "")
	wants(t, "the edited slice", render.Raster{Image: cut(s.Frame(s.Pane(render.Axial, paneSize)).Overlay.Image, 20, 20)}, render.Usual[label.Cavity])
	if r, _ := s.Readout(); r.Label != label.Cavity {
		t.Errorf("the readout says %s", r.Label)
	}
}

// cut is one pixel of an image, several times.
func cut(m *image.RGBA, x, y int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, 2, 2))
	draw.Draw(out, out.Rect, image.NewUniform(m.RGBAAt(x, y)), image.Point{}, draw.Src)
	return out
}

func TestDifferenceToTheReference(t *testing.T) {
	t.Parallel()
	s, truth := phantom(t)
	p := s.Pane(render.Axial, paneSize)
	s.View.Overlay.Show, s.View.Overlay.Opacity = Difference, 1
	if f := s.CellFrame(1, p, truth, nil, s.View.Overlay); f.Overlay.Image != nil || f.Lines.Image != nil {
		t.Error("without a reference there is a difference")
	}
	moved := &label.Map{Grid: truth.Grid, Voxel: make([]label.Label, len(truth.Voxel))}
	copy(moved.Voxel[3:], truth.Voxel)
	for _, r := range label.Regions {
		s.View.Overlay.Region = r
		f := s.CellFrame(1, p, truth, moved.Cutout(), s.View.Overlay)
		wants(t, "gained "+r.String(), f.Overlay, render.GainedColour)
		wants(t, "lost "+r.String(), strong(f.Lines), render.LostColour, render.GainedColour)
		if len(f.Legend) != 2 || !f.Legend[1].Hatched || f.Legend[0].Text != r.String()+" gained" {
			t.Errorf("%s: the legend says %+v", r, f.Legend)
		}
	}
	if f := s.CellFrame(1, p, truth, truth, s.View.Overlay); f.Overlay.Image != nil || f.Lines.Image != nil {
		t.Error("a result differs from itself")
	}
}

func TestAgreementMap(t *testing.T) {
	t.Parallel()
	s, truth := phantom(t)
	moved := &label.Map{Grid: truth.Grid, Voxel: make([]label.Label, len(truth.Voxel))}
	copy(moved.Voxel[2:], truth.Voxel)
	set := compare.Set{Present: sequence.Full, Base: sequence.Full}
	set = set.With(sequence.Full, truth.Cutout()).With(sequence.Of(sequence.FLAIR), moved.Cutout())
	a, err := set.Agreement(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	p := s.Pane(render.Axial, paneSize)
	s.View.Overlay.Show, s.View.Overlay.Opacity = Disputed, 1
	if s.Frame(p).Overlay.Image != nil {
		t.Error("without an agreement map there is one")
	}
	s.SetAgreement(a)
	f := s.Frame(p)
	wants(t, "agreement", f.Overlay, render.AgreementColour(1, 2), render.AgreementColour(2, 2))
	if len(f.Notes) != 1 || f.Notes[0] != compare.AgreementLegend || len(f.Legend) != 2 || f.Legend[0].Text != "1 of 2" || f.Legend[1].Text != "2 of 2" {
		t.Errorf("notes %q, legend %+v", f.Notes, f.Legend)
	}
	// Every pixel, the slow way.
	v, _ := s.Slices(p)
	depth, _ := s.Slice(p)
	for y := range v.Size().Y {
		for x := range v.Size().X {
			at := v.Voxel(image.Pt(x, y), depth)
			want := color.RGBA{}
			if k := a.At(s.View.Overlay.Region, at[0], at[1], at[2]); k > 0 {
				want = render.AgreementColour(k, 2)
			}
			if got := f.Overlay.Image.RGBAAt(x, y); got != want {
				t.Fatalf("pixel (%d, %d) is %v, want %v", x, y, got, want)
			}
		}
	}
}

// TestCells shows two results at one place: the grey slice is painted once, the overlays are apart, and a cutout looks like its map.
func TestCells(t *testing.T) {
	t.Parallel()
	s, truth := phantom(t)
	p := s.Pane(render.Axial, image.Pt(120, 110))
	empty := &label.Map{Grid: truth.Grid, Voxel: make([]label.Label, len(truth.Voxel))}
	for _, step := range []int{0, 1, -3} {
		s.Step(p, step)
		whole := s.CellFrame(1, p, truth, nil, s.View.Overlay)
		small := s.CellFrame(2, p, truth.Cutout(), nil, s.View.Overlay)
		none := s.CellFrame(3, p, empty.Cutout(), truth, s.View.Overlay)
		if whole.Grey != small.Grey || whole.Grey != none.Grey {
			t.Error("cells of one place have grey slices of their own")
		}
		if !slices.Equal(whole.Overlay.Image.Pix, small.Overlay.Image.Pix) || !slices.Equal(whole.Lines.Image.Pix, small.Lines.Image.Pix) {
			t.Error("a cutout does not look like its map")
		}
		if none.Overlay.Image != nil || none.Lines.Image != nil {
			t.Error("an empty result has an overlay")
		}
		difference := s.View.Overlay
		difference.Show = Difference
		lost := s.CellFrame(3, p, empty.Cutout(), truth, difference)
		wants(t, "lost", strong(lost.Lines), render.LostColour)
		if again := s.CellFrame(1, p, truth, nil, s.View.Overlay); again.Overlay.Version != whole.Overlay.Version {
			t.Error("a cell was painted anew without a change")
		}
	}
}

func TestLabelsOfAnotherGridAreNotDrawn(t *testing.T) {
	t.Parallel()
	s, truth := phantom(t)
	other := truth.Grid
	other.Affine[0][3] += 3
	s.SetResult(&label.Map{Grid: other, Voxel: truth.Voxel}, "")
	if f := s.Frame(s.Pane(render.Axial, paneSize)); f.Overlay.Image != nil || f.Lines.Image != nil {
		t.Error("labels are drawn over an image of another grid")
	}
}
