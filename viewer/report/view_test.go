package report

import (
	"fmt"
	"image"
	"strings"
	"testing"

	"quorum/viewer"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
	"quorum/viewer/wording"
)

// opened is the marker in a State, with its three planes kept side by side.
func opened(g volume.Grid, change func(*viewer.State)) View {
	r := marked(g)
	var series [sequence.Count]*viewer.Series
	for q, v := range r.Volumes {
		series[q] = viewer.NewSeries(v, false)
	}
	state := viewer.New()
	state.Open(viewer.NewExam(series))
	state.SetResult(r.Labels, "")
	state.GoVoxel(r.At)
	change(state)
	v := View{Title: "marker", Subset: r.Subset, Legend: Legend(state.View.Overlay)}
	size := image.Pt(330, 360)
	for n, p := range render.Planes {
		v.Panes = append(v.Panes, Keep(image.Pt(20+n*(size.X+8), 40), state.Frame(state.Pane(p, size))))
	}
	return v
}

// TestViewShowsTheMarkerWhereTheLettersSay: what is kept of the window obeys the same rule as every picture.
func TestViewShowsTheMarkerWhereTheLettersSay(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]volume.Grid{"LPS": volumetest.SmallGrid(), "oblique": obliqueGrid()} {
		for _, c := range []render.Convention{render.Radiological, render.Neurological} {
			for _, smooth := range []bool{false, true} {
				s, err := opened(g, func(s *viewer.State) {
					s.View.Convention, s.View.Smooth, s.View.Cross = c, smooth, false
				}).draw()
				if err != nil {
					t.Fatal(err)
				}
				wantMarkerAtR(t, fmt.Sprint(name, ", ", c, ", smooth ", smooth), s, 2, c)
			}
		}
	}
}

// TestViewSaysWhatItMust checks the words around and on the planes.
func TestViewSaysWhatItMust(t *testing.T) {
	t.Parallel()
	v := opened(obliqueGrid(), func(*viewer.State) {})
	v.Panes[0].Frame.Notes = []string{"from the former selection"}
	v.Panes[1].Frame.Legend = []render.Entry{{Text: "lost", Hatched: true, Colour: accent}}
	v.Panes[2].Frame.Ruler = render.Ruler{From: render.Spot{X: 20, Y: 30}, To: render.Spot{X: 325, Y: 200}, Text: "12.3 mm", Shown: true}
	v.Edited = true
	s, err := v.draw()
	if err != nil {
		t.Fatal(err)
	}
	for words, times := range map[string]int{
		"radiological": 3, "oblique 17°": 3, "from the former selection": 1, "lost": 1, "12.3 mm": 1, "ED oedema": 1, editedText: 1, wording.ResearchUse: 1,
	} {
		n := 0
		for _, w := range s.written {
			if w.words == words {
				n++
			}
		}
		if n != times {
			t.Errorf("%q stands %d times, want %d", words, n, times)
		}
	}
	if s.Rect.Dx() != 3*330+2*8 || s.Rect.Dy() != viewHead+360+viewFoot {
		t.Errorf("%v", s.Rect)
	}
	for _, w := range s.written {
		if w.words == "12.3 mm" && w.x+s.lettering.Width(w.words, markStyle) > s.Rect.Dx() {
			t.Error("the ruler's length is cut")
		}
	}
	if count(s.RGBA, image.Rect(0, viewHead, 330, viewHead+360), accent) < 300 {
		t.Error("the crosshair is missing")
	}
	if _, err := (View{}).Draw(); err == nil || !strings.Contains(err.Error(), "nothing is shown") {
		t.Errorf("%v", err)
	}
}

// TestKeepCopies: the window draws on while a worker writes what was kept.
func TestKeepCopies(t *testing.T) {
	t.Parallel()
	raster := image.NewRGBA(image.Rect(0, 0, 4, 4))
	kept := Keep(image.Pt(1, 2), render.Frame{Grey: render.Raster{Image: raster}, Overlay: render.Raster{Image: raster}})
	raster.Pix[5] = 99
	if kept.Frame.Grey.Image.Pix[5] != 0 || kept.Frame.Overlay.Image.Pix[5] != 0 || kept.At != image.Pt(1, 2) || kept.Frame.Lines.Image != nil {
		t.Errorf("%+v", kept)
	}
}

func TestLegend(t *testing.T) {
	t.Parallel()
	o := viewer.DefaultView().Overlay
	if list := Legend(o); len(list) != 3 || list[2].Text != "ET enhancing tumour" || list[2].Colour != render.Usual[label.ET] {
		t.Errorf("parts: %+v", list)
	}
	o.HiddenParts[label.ED], o.Safe = true, true
	if list := Legend(o); len(list) != 2 || list[0].Colour != render.ColourBlindSafe[label.NCR] {
		t.Errorf("without oedema: %+v", list)
	}
	o.Show = viewer.Regions
	if list := Legend(o); len(list) != 3 || list[0].Text != "WT whole tumour" || list[0].Colour != render.ColourBlindSafe.Region(label.RegionWT) {
		t.Errorf("regions: %+v", list)
	}
	o.Shown = false
	if list := Legend(o); len(list) != 0 {
		t.Errorf("hidden: %+v", list)
	}
}

// The sentence about research use must be read whole, also below a narrow stage.
func TestFootDoesNotRunIntoItself(t *testing.T) {
	for _, width := range []int{760, viewWidth} {
		s := newSheet(width, 100)
		s.foot(4 * unit)
		if first := s.written[0]; first.words != wording.ResearchUse || first.x+s.lettering.Width(first.words, quietStyle) > width {
			t.Errorf("%d wide: %+v", width, first)
		}
		if len(s.written) == 2 && s.written[1].x < s.written[0].x+s.lettering.Width(wording.ResearchUse, quietStyle) {
			t.Errorf("%d wide: %+v", width, s.written)
		}
		if width == viewWidth && len(s.written) != 2 {
			t.Error("the program is not named")
		}
	}
}
