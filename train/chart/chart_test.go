package chart

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/plotter"

	"quorum/segment/score"
	"quorum/train/run"
)

// story is a run of n steps with an election and an evaluation every tenth.
func story(n int) []run.Event {
	events := []run.Event{{Kind: run.Began}}
	for s := 1; s <= n; s++ {
		x := float32(s)
		events = append(events, run.Event{Kind: run.Stepped, Step: s, Progress: &run.Progress{Dice: 1 / x, BCE: 2 / x, KD: 0.1}})
		if s%10 == 0 {
			v := score.Values{0.1, 0.2, math.NaN()}
			events = append(events,
				run.Event{Kind: run.Evaluated, Step: s, Evaluation: &run.Evaluation{Mean: v}},
				run.Event{Kind: run.Elected, Step: s, Election: &run.Election{Alone: map[string]score.Values{"flair": v, "t1ce": v}}})
		}
	}
	return events
}

// TestPanels: every value is where it belongs, and what is not a number is nowhere.
func TestPanels(t *testing.T) {
	p := panels(story(20))
	if len(p) != 5 || len(p[0].curves) != 3 {
		t.Fatalf("%d panels", len(p))
	}
	if dice := p[0].curves[0].points; len(dice) != 20 || dice[9] != (plotter.XY{X: 10, Y: float64(float32(0.1))}) {
		t.Errorf("Dice loss %v", dice)
	}
	for at, want := range []int{2, 2, 0} {
		if got := len(p[1].curves[at].points); got != want {
			t.Errorf("held out, region %d: %d points, want %d", at, got, want)
		}
	}
	// Panel 2 is ET from FLAIR, T1, T1ce, T2.
	for at, want := range []int{2, 0, 2, 0} {
		if got := len(p[2].curves[at].points); got != want {
			t.Errorf("ET from sequence %d: %d points, want %d", at, got, want)
		}
	}
}

func TestSmooth(t *testing.T) {
	var long plotter.XYs
	sum := 0.0
	for i := range 12345 {
		long = append(long, plotter.XY{X: float64(i), Y: float64(i % 7)})
		sum += float64(i % 7)
	}
	got := smooth(long)
	mean := 0.0
	for i, q := range got {
		mean += q.Y / float64(len(got))
		if i > 0 && q.X <= got[i-1].X {
			t.Fatalf("point %d at %g follows %g", i, q.X, got[i-1].X)
		}
	}
	if len(got) != Points || math.Abs(mean-sum/12345) > 0.05 {
		t.Errorf("%d points with mean %g, want %d and %g", len(got), mean, Points, sum/12345)
	}
	if short := smooth(long[:10]); len(short) != 10 {
		t.Errorf("ten points became %d", len(short))
	}
}

func TestPictures(t *testing.T) {
	for _, n := range []int{1, 15, 1000} {
		data, err := PNG(story(n))
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(bytes.NewReader(data))
		if err != nil || m.Bounds().Dx() < 600 || !colourful(m) {
			t.Errorf("%d steps: %v", n, err)
		}
		svg, err := SVG(story(n))
		if err != nil || !strings.Contains(string(svg), "</svg>") || !strings.Contains(string(svg), "steps") {
			t.Errorf("%d steps: %v", n, err)
		}
	}
	if _, err := PNG([]run.Event{{Kind: run.Began}}); err == nil || !strings.Contains(err.Error(), "no step") {
		t.Errorf("a run without a step: %v", err)
	}
}

// colourful says whether there is anything but grey in m: the curves.
func colourful(m image.Image) bool {
	b := m.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, g, _, _ := m.At(x, y).RGBA(); r > g+0x4000 || g > r+0x4000 {
				return true
			}
		}
	}
	return false
}
