package report

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"sync"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/place"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// obliqueGrid holds volumetest.Small: axes permuted and tilted by 17°, slices of 2 mm.
func obliqueGrid() volume.Grid {
	sin, cos := math.Sincos(17 * math.Pi / 180)
	a := volume.Affine{{cos, 0, -sin, 0}, {sin, 0, cos, 0}, {0, 2, 0, 0}}
	g := volume.Grid{Dim: [3]int{52, 20, 60}, Affine: a}
	middle := g.World([3]float64{25.5, 9.5, 29.5})
	for r, want := range volumetest.Small().Centre {
		g.Affine[r][3] += want - middle[r]
	}
	return g
}

// head is the small head on one grid.
type head struct {
	volumes [sequence.Count]*volume.Volume
	truth   *label.Map
}

// heads are made once for all tests; they are not changed.
var heads = sync.OnceValue(func() map[string]head {
	made := map[string]head{}
	for name, g := range map[string]volume.Grid{"LPS": volumetest.SmallGrid(), "oblique": obliqueGrid()} {
		volumes, truth := volumetest.Small().On(g)
		made[name] = head{volumes, truth}
	}
	return made
})

func smallResult(grid string, used sequence.Subset) Result {
	volumes, truth := heads()[grid].volumes, heads()[grid].truth
	return Result{
		Study:  Study{Title: "phantom", Volumes: volumes, Model: "model tiny", Computed: "computed by a test"},
		Labels: truth, Subset: used, ML: truth.RegionML(), At: place.First(truth, volumes[:]...),
	}
}

func TestPictureIsDrawn(t *testing.T) {
	t.Parallel()
	for name := range heads() {
		for _, used := range []sequence.Subset{sequence.Full, sequence.Of(sequence.T2)} {
			r := smallResult(name, used)
			first, err := Picture(r)
			if err != nil {
				t.Fatal(err)
			}
			if first.Rect != image.Rect(0, 0, pictureWidth, pictureHeight) || !first.Opaque() {
				t.Errorf("%s %s: %v, opaque %v", name, used, first.Rect, first.Opaque())
			}
			// Outlines are opaque: where each part is on the slice, its colour is in the picture.
			for _, part := range []label.Label{label.NCR, label.ED, label.ET} {
				if n := count(first, image.Rect(0, headHeight, pictureWidth-sideWidth-2*margin, 600), render.Usual[part]); n < 10 {
					t.Errorf("%s %s: %d pixels of %s", name, used, n, part)
				}
			}
		}
	}
}

func count(m *image.RGBA, box image.Rectangle, c color.RGBA) int {
	n := 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if m.RGBAAt(x, y) == c {
				n++
			}
		}
	}
	return n
}

func TestUnsureSidesWarn(t *testing.T) {
	t.Parallel()
	r := smallResult("LPS", sequence.Full)
	sure, err := Picture(r)
	if err != nil {
		t.Fatal(err)
	}
	r.UnsureSides = true
	unsure, err := Picture(r)
	if err != nil {
		t.Fatal(err)
	}
	if count(sure, sure.Rect, warning) > 0 || count(unsure, unsure.Rect, warning) < 100 {
		t.Error("unsure sides are not written in the colour of warnings")
	}
}

func TestUnusedSequencesAreNotShown(t *testing.T) {
	t.Parallel()
	r := smallResult("LPS", sequence.Of(sequence.FLAIR))
	with, err := Picture(r)
	if err != nil {
		t.Fatal(err)
	}
	r.Volumes = [sequence.Count]*volume.Volume{sequence.FLAIR: r.Volumes[sequence.FLAIR]}
	without, err := Picture(r)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(with.Pix, without.Pix) {
		t.Error("a sequence that was not used changes the picture")
	}
}

func TestPictureRefuses(t *testing.T) {
	t.Parallel()
	other := volumetest.SmallGrid()
	other.Dim[0]--
	for want, change := range map[string]func(r *Result){
		"none of the used sequences (T1ce)": func(r *Result) { r.Subset = sequence.Of(sequence.T1ce); r.Volumes[sequence.T1ce] = nil },
		"crosshair":                         func(r *Result) { r.At = [3]int{0, 99, 0} },
		"labels do not lie":                 func(r *Result) { r.Labels = &label.Map{Grid: other} },
		"T2 does not lie":                   func(r *Result) { r.Volumes[sequence.T2] = &volume.Volume{Grid: other} },
	} {
		r := smallResult("LPS", sequence.Full)
		change(&r)
		if picture, err := Picture(r); picture != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error about %q", err, want)
		}
	}
}

func TestWritePNG(t *testing.T) {
	t.Parallel()
	picture := image.NewRGBA(image.Rect(0, 0, 5, 4))
	picture.SetRGBA(2, 1, color.RGBA{1, 2, 3, 255})
	var b bytes.Buffer
	if err := WritePNG(&b, picture); err != nil {
		t.Fatal(err)
	}
	back, err := png.Decode(&b)
	if err != nil || back.Bounds() != picture.Rect {
		t.Fatalf("%v, %v", back, err)
	}
}
