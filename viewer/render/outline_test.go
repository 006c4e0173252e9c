package render

import (
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"quorum/viewer/label"
)

var update = flag.Bool("update", false, "rewrite the golden pictures")

// TestTraceEqualsTwin compares with a slow, obvious twin: every edge of every voxel, one after the other, on every pixel of the screen.
func TestTraceEqualsTwin(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	var tracer Tracer
	var dst *image.RGBA
	for round := range 40 {
		size := image.Pt(1+random.IntN(12), 1+random.IntN(12))
		class := make([]uint8, size.X*size.Y)
		for n := range class {
			if random.IntN(3) > 0 {
				class[n] = uint8(random.IntN(label.Count))
			}
		}
		corner := image.Pt(random.IntN(40)-20, random.IntN(40)-20)
		place := Placement{Size: size, Rect: image.Rectangle{Min: corner, Max: corner.Add(image.Pt(size.X+random.IntN(90), size.Y+random.IntN(90)))}}
		clip := image.Rect(0, 0, 10+random.IntN(60), 10+random.IntN(60))
		strokes := ColourBlindSafe.RegionStrokes()
		if round%2 == 1 {
			strokes = []Stroke{ColourBlindSafe.PartStroke(label.ED, true), ColourBlindSafe.PartStroke(label.NCR, true), Usual.RegionStroke(label.RegionET, false)}
		}
		var rect image.Rectangle
		dst, rect = tracer.Trace(dst, place, clip, class, strokes, 1.5)
		got := image.NewRGBA(clip)
		if dst != nil {
			if dst.Rect.Size() != rect.Size() || !rect.In(clip) {
				t.Fatalf("round %d: a picture of %v lies at %v", round, dst.Rect, rect)
			}
			draw.Draw(got, rect, dst, image.Point{}, draw.Src)
		}
		for y := range clip.Max.Y {
			for x := range clip.Max.X {
				if want := traceTwin(place, image.Pt(x, y), class, strokes); got.RGBAAt(x, y) != want {
					t.Fatalf("round %d: pixel (%d, %d) is %v, want %v", round, x, y, got.RGBAAt(x, y), want)
				}
			}
		}
	}
}

// traceTwin is one pixel of an outline 1.5 pixels wide.
func traceTwin(p Placement, at image.Point, class []uint8, strokes []Stroke) color.RGBA {
	best, colour := 0, color.RGBA{}
	for _, s := range strokes {
		in := func(x, y int) bool {
			return image.Pt(x, y).In(image.Rectangle{Max: p.Size}) && s.In[class[y*p.Size.X+x]]
		}
		most := 0
		edge := func(x0, y0, x1, y1 int) {
			left, right := p.corner(0, x0)-192, p.corner(0, x1)+192
			top, bottom := p.corner(1, y0)-192, p.corner(1, y1)+192
			wide := min(right, (at.X+1)*fine) - max(left, at.X*fine)
			tall := min(bottom, (at.Y+1)*fine) - max(top, at.Y*fine)
			if wide > 0 && tall > 0 {
				most = max(most, wide*tall*255/(fine*fine))
			}
		}
		for y := range p.Size.Y + 1 {
			for x := range p.Size.X + 1 {
				if in(x, y) != in(x, y-1) {
					edge(x, y, x+1, y)
				}
				if in(x, y) != in(x-1, y) {
					edge(x, y, x, y+1)
				}
			}
		}
		along := at.X - p.Rect.Min.X + at.Y - p.Rect.Min.Y
		if period := s.Dash.On + s.Dash.Off; period > 0 && ((along%period)+period)%period >= s.Dash.On {
			most = 0
		}
		if most > 0 && most >= best {
			best, colour = most, s.Colour
		}
	}
	faint := func(part uint8) uint8 { return uint8((int(part)*best + 127) / 255) }
	return color.RGBA{R: faint(colour.R), G: faint(colour.G), B: faint(colour.B), A: faint(colour.A)}
}

func TestOutlinesMixNoColours(t *testing.T) {
	t.Parallel()
	m, _ := phantom()
	view := NewView(m.Grid, Axial, Radiological)
	dst := grounded(image.Pt(151, 163))
	place := Fit(view, image.Rectangle{Max: view.Size()}, dst.Rect)
	DrawOutlines(dst, dst.Rect, place, view, 1, m, Usual.RegionStrokes(), 1.5)
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
	DrawOutlines(dst, dst.Rect, place, view, 0, m, Usual.RegionStrokes(), 1.5)
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
	before := make([]label.Label, len(m.Voxel))
	copy(before[3:], m.Voxel) // three voxels further
	view := NewView(m.Grid, Axial, Radiological)
	for _, r := range label.Regions {
		now, then := Extract(nil, view, 1, m.Voxel), Extract(nil, view, 1, before)
		class := view.Labels(nil, 1, m)
		DifferenceClasses(class, Classes(nil, view, 1, [3]int{}, m.Grid.Dim, before), r)
		seen := [4]int{}
		for n, k := range class {
			seen[k]++
			if has, had := k == Gained || k == Kept, k == Lost || k == Kept; has != now[n].In(r) || had != then[n].In(r) {
				t.Fatalf("%s: class %d where now %v, then %v", r, k, now[n], then[n])
			}
		}
		if seen[Gained] == 0 || seen[Lost] == 0 || seen[Kept] == 0 {
			t.Errorf("%s: classes %v: the phantom tests nothing", r, seen)
		}
	}
}

func TestLostIsHatched(t *testing.T) {
	t.Parallel()
	size := image.Pt(6, 6)
	class := make([]uint8, 36)
	class[14], class[15], class[20], class[21], class[0] = Lost, Lost, Lost, Lost, Lost
	place := Placement{Size: size, Rect: image.Rect(0, 0, 120, 120)}
	var tracer Tracer
	picture, rect := tracer.Trace(nil, place, place.Rect, class, DifferenceStrokes(1), 1.5)
	full := image.NewRGBA(place.Rect)
	draw.Draw(full, rect, picture, image.Point{}, draw.Src)
	inked, inside := 0, 0
	for y := 42; y < 78; y++ {
		for x := 42; x < 78; x++ {
			inside++
			switch c := full.RGBAAt(x, y); c {
			case LostColour:
				inked++
			case color.RGBA{}:
			default:
				t.Fatalf("pixel (%d, %d) is %v", x, y, c)
			}
		}
	}
	if inked*10 < inside*4 || inked*10 > inside*6 {
		t.Errorf("%d of %d pixels are inked: no hatching", inked, inside)
	}
	if full.RGBAAt(0, 10).A == 0 || full.RGBAAt(110, 110).A != 0 {
		t.Error("the outline of a single voxel is missing, or ink lies where nothing was lost")
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
		"outlines": func(dst *image.RGBA) {
			DrawOutlines(dst, dst.Rect, place, view, 1, m, ColourBlindSafe.RegionStrokes(), 1.5)
		},
		"dashes": func(dst *image.RGBA) {
			var strokes []Stroke
			for _, r := range NestedRegions {
				strokes = append(strokes, ColourBlindSafe.RegionStroke(r, true))
			}
			DrawOutlines(dst, dst.Rect, place, view, 1, m, strokes, 1.5)
		},
		"difference": func(dst *image.RGBA) {
			class := view.Labels(nil, 1, m)
			DifferenceClasses(class, view.Labels(nil, 1, before), label.RegionTC)
			gained, _ := Paint(nil, view.Size(), class, DifferenceFill(0.8))
			DrawLabels(dst, dst.Rect, place, gained)
			var tracer Tracer
			lost, rect := tracer.Trace(nil, place, dst.Rect, class, DifferenceStrokes(0.8), 1.5)
			draw.Draw(dst, rect, lost, image.Point{}, draw.Over)
		},
		"agreement": func(dst *image.RGBA) {
			class := view.Labels(nil, 1, m)
			for n := range class {
				class[n] = uint8(n % 16)
			}
			counts, _ := Paint(nil, view.Size(), class, AgreementFill(15, 0.7))
			DrawLabels(dst, dst.Rect, place, counts)
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
