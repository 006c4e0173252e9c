package render

import (
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"quorum/viewer/label"
)

var update = flag.Bool("update", false, "rewrite the golden pictures")

func TestEdgesAreAllBorders(t *testing.T) {
	t.Parallel()
	m, _ := phantom()
	view := NewView(m.Grid, Axial, Radiological)
	slice := Extract(nil, view, 0, m.Voxel)
	size := view.Size()
	in := make([]bool, len(slice))
	for n, l := range slice {
		in[n] = l.In(label.RegionTC)
	}
	inside := func(x, y int) bool { return image.Pt(x, y).In(image.Rectangle{Max: size}) && in[y*size.X+x] }
	seen := map[[4]int]bool{}
	edges(in, size, func(x0, y0, x1, y1 int) {
		for x := x0; x < x1; x++ {
			seen[[4]int{x, y0, x + 1, y0}] = true
		}
		for y := y0; y < y1; y++ {
			seen[[4]int{x0, y, x0, y + 1}] = true
		}
	})
	borders := 0
	for y := range size.Y + 1 {
		for x := range size.X + 1 {
			if inside(x, y) != inside(x, y-1) {
				borders++
				if !seen[[4]int{x, y, x + 1, y}] {
					t.Fatalf("the upper edge of (%d, %d) is missing", x, y)
				}
			}
			if inside(x, y) != inside(x-1, y) {
				borders++
				if !seen[[4]int{x, y, x, y + 1}] {
					t.Fatalf("the left edge of (%d, %d) is missing", x, y)
				}
			}
		}
	}
	if borders == 0 || borders != len(seen) {
		t.Errorf("%d edges were drawn, there are %d", len(seen), borders)
	}
}

func TestOutlinesMixNoColours(t *testing.T) {
	t.Parallel()
	m, _ := phantom()
	view := NewView(m.Grid, Axial, Radiological)
	dst := grounded(image.Pt(151, 163))
	place := Fit(view, image.Rectangle{Max: view.Size()}, dst.Rect)
	DrawOutlines(dst, dst.Rect, place, view, 1, m, Usual, 1.5)
	allowed := map[color.RGBA]label.Region{}
	for _, r := range label.Regions {
		for cover := range 256 {
			one := grounded(image.Pt(1, 1))
			over(one, 0, 0, Usual.Region(r), uint32(cover))
			allowed[one.RGBAAt(0, 0)] = r
		}
	}
	drawn := map[label.Region]int{}
	for y := range dst.Rect.Dy() {
		for x := range dst.Rect.Dx() {
			c := dst.RGBAAt(x, y)
			r, ok := allowed[c]
			if !ok {
				t.Fatalf("pixel (%d, %d) is %v: a mixture", x, y, c)
			}
			if c.R != 102 || c.G != 102 {
				drawn[r]++
			}
		}
	}
	if len(drawn) != 3 {
		t.Errorf("outlines of %v were drawn", drawn)
	}
}

func TestOutlineWidth(t *testing.T) {
	t.Parallel()
	m, _ := phantom()
	clear(m.Voxel)
	for j := range m.Grid.Dim[1] { // the left half is a tumour: one straight border
		for i := range 12 {
			m.Voxel[m.Grid.Index(i, j, 0)] = label.ED
		}
	}
	view := NewView(m.Grid, Axial, Radiological)
	dst := image.NewRGBA(image.Rect(0, 0, 240, 260))
	place := Placement{Size: view.Size(), Rect: dst.Rect}
	DrawOutlines(dst, dst.Rect, place, view, 0, m, Usual, 1.5)
	sum := 0
	for x := 60; x < 180; x++ {
		sum += int(dst.RGBAAt(x, 130).A)
	}
	if sum < 375 || sum > 390 { // 1.5 pixels of 255
		t.Errorf("the line is %.2f pixels wide", float64(sum)/255)
	}
	if dst.RGBAAt(119, 130).A == 0 || dst.RGBAAt(120, 130).A == 0 {
		t.Error("the line does not lie on the voxels' edge")
	}
}

func TestDifference(t *testing.T) {
	t.Parallel()
	m, _ := phantom()
	before := &label.Map{Grid: m.Grid, Voxel: make([]label.Label, len(m.Voxel))}
	copy(before.Voxel[3:], m.Voxel) // three voxels further
	view := NewView(m.Grid, Axial, Radiological)
	place := Placement{Size: view.Size(), Rect: image.Rect(0, 0, 240, 260)}
	dst := image.NewRGBA(place.Rect)
	DrawDifference(dst, dst.Rect, place, view, 1, m, before, label.RegionWT, 1)
	now, then := Extract(nil, view, 1, m.Voxel), Extract(nil, view, 1, before.Voxel)
	hatched := 0
	for y := range 260 {
		for x := range 240 {
			at := y/13*24 + x/10
			has, had := now[at].In(label.RegionWT), then[at].In(label.RegionWT)
			c := dst.RGBAAt(x, y)
			switch {
			case has == had && c.A != 0, has && !had && c != gainedColour, had && !has && c.A != 0 && c != lostColour:
				t.Fatalf("pixel (%d, %d) is %v: now %v, before %v", x, y, c, has, had)
			case had && !has && c.A != 0:
				hatched++
			case had && !has:
				hatched--
			}
		}
	}
	if hatched < -500 || hatched > 500 {
		t.Errorf("%d more pixels of what was lost are drawn than not: no hatching", hatched)
	}
}

// TestGolden compares with pictures of our own whole-number drawing, pixel by pixel. Run with -update to rewrite them, and look at them.
func TestGolden(t *testing.T) {
	t.Parallel()
	m, _ := phantom()
	before := &label.Map{Grid: m.Grid, Voxel: make([]label.Label, len(m.Voxel))}
	copy(before.Voxel[3:], m.Voxel)
	view := NewView(m.Grid, Axial, Radiological)
	place := Placement{Size: view.Size(), Rect: image.Rect(2, 3, 134, 144)}
	for name, paint := range map[string]func(dst *image.RGBA){
		"parts": func(dst *image.RGBA) {
			DrawLabels(dst, dst.Rect, place, Labels(nil, view, 1, m, Usual.WithOpacity(0.5)))
		},
		"outlines": func(dst *image.RGBA) { DrawOutlines(dst, dst.Rect, place, view, 1, m, ColourBlindSafe, 1.5) },
		"difference": func(dst *image.RGBA) {
			DrawDifference(dst, dst.Rect, place, view, 1, m, before, label.RegionTC, 0.8)
		},
	} {
		dst := grounded(image.Pt(136, 148))
		paint(dst)
		golden(t, name, dst)
	}
}

func golden(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	path := filepath.Join("testdata", name+".png")
	if *update {
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, got); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	read, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	want := image.NewRGBA(read.Bounds())
	draw.Draw(want, want.Rect, read, image.Point{}, draw.Src)
	if want.Rect != got.Rect {
		t.Fatalf("%s: %v, want %v", name, got.Rect, want.Rect)
	}
	for y := range got.Rect.Dy() {
		for x := range got.Rect.Dx() {
			if a, b := got.RGBAAt(x, y), want.RGBAAt(x, y); a != b {
				t.Fatalf("%s: pixel (%d, %d) is %v, want %v", name, x, y, a, b)
			}
		}
	}
}
