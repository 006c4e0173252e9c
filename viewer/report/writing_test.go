package report

import (
	"fmt"
	"image"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// inside lists what is written with its first letter inside box.
func (s *sheet) inside(box image.Rectangle) []writing {
	var list []writing
	for _, w := range s.written {
		if image.Pt(w.x, w.y).In(box) {
			list = append(list, w)
		}
	}
	return list
}

// says tells whether the words stand on the sheet, also in lines that follow each other.
func (s *sheet) says(words string) bool {
	var all []string
	for _, w := range s.written {
		all = append(all, w.words)
	}
	return strings.Contains(strings.Join(all, " "), words)
}

// planeAlone draws one plane, in a tile away from the sheet's corner.
func planeAlone(t *testing.T, r Result, p render.Plane, size image.Point, scale float64) (*sheet, tile) {
	t.Helper()
	sc, err := r.scene(r.Subset, r.At, r.Labels)
	if err != nil {
		t.Fatal(err)
	}
	s := newSheet(700, 700)
	t0 := tile{
		box: image.Rectangle{Min: image.Pt(40, 60), Max: image.Pt(40, 60).Add(size)}, view: render.NewView(sc.grid, p, r.Convention),
		shown: sc.shown, caption: "the caption", bar: true, scale: scale,
	}
	s.plane(sc, t0)
	return s, t0
}

// wantSide checks that a letter stands alone, once, close to the middle of its side of box.
func wantSide(t *testing.T, s *sheet, box image.Rectangle, side, words string) {
	t.Helper()
	const near = 26 // pixels
	middle := box.Min.Add(box.Size().Div(2))
	strip := map[string]image.Rectangle{
		"left":   image.Rect(box.Min.X, middle.Y-near, box.Min.X+near, middle.Y+near),
		"right":  image.Rect(box.Max.X-2*near, middle.Y-near, box.Max.X, middle.Y+near),
		"top":    image.Rect(middle.X-near, box.Min.Y, middle.X+near, box.Min.Y+near),
		"bottom": image.Rect(middle.X-near, box.Max.Y-near, middle.X+near, box.Max.Y),
	}[side]
	if got := s.inside(strip); len(got) != 1 || got[0].words != words {
		t.Errorf("at the %s stands %+v, want %q", side, got, words)
	}
}

// TestEveryPlaneSaysItsSides checks the letters, the convention, the obliquity and the caption of every plane.
func TestEveryPlaneSaysItsSides(t *testing.T) {
	t.Parallel()
	// By hand, not from View.Sides: for a radiological view left, right, top, bottom.
	radiological := map[render.Plane][4]string{
		render.Axial: {"R", "L", "A", "P"}, render.Coronal: {"R", "L", "S", "I"}, render.Sagittal: {"A", "P", "S", "I"},
	}
	for name, tilt := range map[string]string{"LPS": "", "oblique": "oblique 17°"} {
		for _, p := range render.Planes {
			for _, c := range []render.Convention{render.Radiological, render.Neurological} {
				for _, unsure := range []bool{false, true} {
					t.Run(fmt.Sprint(name, p, c, unsure), func(t *testing.T) {
						t.Parallel()
						r := smallResult(name, sequence.Full)
						r.Convention, r.UnsureSides = c, unsure
						s, drawn := planeAlone(t, r, p, image.Pt(400, 380), 5)
						sides := drawn.view.Sides()
						want := [4]string{sides.Left, sides.Right, sides.Top, sides.Bottom}
						if hand := radiological[p]; c == render.Radiological && want != hand {
							t.Errorf("the view has the sides %v, want %v", want, hand)
						}
						if p != render.Sagittal && (want[0] == "R") != (c == render.Radiological) {
							t.Errorf("%s: %q is on the left", c, want[0])
						}
						for n, side := range []string{"left", "right", "top", "bottom"} {
							if unsure && (want[n] == "R" || want[n] == "L") {
								want[n] += "?"
							}
							wantSide(t, s, drawn.box, side, want[n])
						}
						corner := image.Rect(drawn.box.Min.X, drawn.box.Max.Y-60, drawn.box.Min.X+60, drawn.box.Max.Y)
						var words []string
						for _, w := range s.inside(corner) {
							words = append(words, w.words)
						}
						wanted := []string{c.String()}
						if tilt != "" {
							wanted = append(wanted, tilt)
						}
						if !slices.Equal(words, wanted) {
							t.Errorf("at the lower left %v, want %v", words, wanted)
						}
						if s.written[4].words != "the caption" || s.written[4].y > drawn.box.Min.Y+30 {
							t.Errorf("the caption is %+v", s.written[4])
						}
					})
				}
			}
		}
	}
}

// TestScaleBarIsAsLongAsItSays measures the bar on the picture and, for the millimetres of a pixel, the place of two voxels.
func TestScaleBarIsAsLongAsItSays(t *testing.T) {
	t.Parallel()
	for name := range heads() {
		for _, p := range render.Planes {
			for scale, most := range map[float64]float64{1.1: 100, 2.3: 50, 6: 20, 12: 10} {
				s, drawn := planeAlone(t, smallResult(name, sequence.Full), p, image.Pt(400, 380), scale)
				last := s.written[len(s.written)-1].words
				mm, err := strconv.ParseFloat(strings.TrimSuffix(last, " mm"), 64)
				if err != nil || mm != most {
					t.Errorf("%s %s: the bar says %q, want %g mm", name, p, last, most)
				}
				// The bar ends at the tile's inner corner, two pixels of its height are surely strong.
				y, end := drawn.box.Max.Y-2*unit-3, drawn.box.Max.X-2*unit-1
				length := 0
				for s.RGBAAt(end-length, y) == strong {
					length++
				}
				place := render.At(drawn.view, image.Rectangle{Max: drawn.view.Size()}, drawn.box, drawn.scale)
				x0, _ := place.Screen(0, 0)
				x1, _ := place.Screen(10, 0)
				perMM := (x1 - x0) / (10 * drawn.view.Spacing()[0])
				if math.Abs(float64(length)-mm*perMM) > 1 {
					t.Errorf("%s %s, scale %g: %g mm are %d pixels, on the image %.1f", name, p, scale, mm, length, mm*perMM)
				}
			}
		}
	}
}

// TestPictureSaysWhatItMust checks the words of a whole picture.
func TestPictureSaysWhatItMust(t *testing.T) {
	t.Parallel()
	const alarm = "No tumour found by this model in these sequences."
	for c, sentence := range map[render.Convention]string{
		render.Radiological: "Radiological: the patient's right is on the left.",
		render.Neurological: "Neurological: the patient's right is on the right.",
	} {
		r := smallResult("LPS", sequence.Of(sequence.FLAIR, sequence.T1ce))
		r.Convention = c
		s, err := r.draw()
		if err != nil {
			t.Fatal(err)
		}
		if !s.says(sentence) || s.says("Unsure") || s.says(alarm) {
			t.Errorf("the words are %+v", s.written)
		}
		wantFoot(t, s)
		n := 0
		for _, w := range s.written {
			if w.words == c.String() {
				n++
			}
		}
		if n != 5 { // three planes, two used sequences
			t.Errorf("%q stands on %d planes", c, n)
		}
		for region, ml := range r.ML {
			if want := wording.Volume(label.Region(region), r.Subset, ml) + " mL"; !s.says(label.Region(region).Name() + " " + want) {
				t.Errorf("%q is not said", want)
			}
		}
		r.UnsureSides, r.ML = true, [label.RegionCount]float64{}
		if s, err = r.draw(); err != nil {
			t.Fatal(err)
		}
		if !s.says(sentence+" Unsure: the files say little about it.") || !s.says(alarm) {
			t.Errorf("unsure and empty: the words are %+v", s.written)
		}
	}
}

// wantFoot checks that the research-use sentence stands at the lower edge.
func wantFoot(t *testing.T, s *sheet) {
	t.Helper()
	foot := s.inside(image.Rect(0, s.Rect.Max.Y-footHeight, s.Rect.Max.X, s.Rect.Max.Y))
	if len(foot) == 0 || foot[0].words != wording.ResearchUse {
		t.Errorf("at the lower edge stands %+v", foot)
	}
}

// TestLatticeSaysWhatItMust checks the words of a whole lattice: "none/none" where both have nothing, and only there.
func TestLatticeSaysWhatItMust(t *testing.T) {
	t.Parallel()
	for _, c := range []render.Convention{render.Radiological, render.Neurological} {
		l := swept(sequence.Of(sequence.T1, sequence.T1ce))
		l.Convention = c
		s, err := l.draw()
		if err != nil {
			t.Fatal(err)
		}
		if !s.says(sidesText(&l.Study)) || noneNone(s) != 0 {
			t.Errorf("%d none/none; %+v", noneNone(s), s.written)
		}
		wantFoot(t, s)
		n := 0
		for _, w := range s.written {
			if w.words == c.String() {
				n++
			}
		}
		if n != 4 { // three subsets and the reference
			t.Errorf("%q stands on %d cells", c, n)
		}
	}
	l := swept(sequence.Of(sequence.T1, sequence.T1ce))
	l.Truth = nil // the reference is the result of both
	for n := range l.Cells {
		l.Cells[n].ML[label.RegionET] = 0
	}
	l.Cells[0].ML[label.RegionTC] = 0 // the reference has a core
	s, err := l.draw()
	if err != nil {
		t.Fatal(err)
	}
	if got := noneNone(s); got != 2 { // the enhancing tumour of both single sequences
		t.Errorf("%d cells say none/none, want 2", got)
	}
}

func noneNone(s *sheet) int {
	n := 0
	for _, w := range s.written {
		if w.words == "none/none" {
			n++
		}
	}
	return n
}
