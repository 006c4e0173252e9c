package pane

import (
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"

	"quorum/viewer/render"
)

// window shows an object in a test window of a size.
func window(t *testing.T, o fyne.CanvasObject, width, height float32) fyne.Canvas {
	t.Helper()
	test.NewTempApp(t)
	w := test.NewTempWindow(t, o)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(width, height))
	return w.Canvas()
}

// newTestKeys are Keys whose modifiers the test sets.
func newTestKeys() (*Keys, *fyne.KeyModifier) {
	held := new(fyne.KeyModifier)
	k := NewKeys()
	k.Modifiers = func() fyne.KeyModifier { return *held }
	return k, held
}

// at is a mouse event; button is what went down or up, or what is held during a move.
func at(x, y float32, button desktop.MouseButton, modifier fyne.KeyModifier) *desktop.MouseEvent {
	return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, y)}, Button: button, Modifier: modifier}
}

func TestSliceDrags(t *testing.T) {
	const left, right, middle = desktop.MouseButtonPrimary, desktop.MouseButtonSecondary, desktop.MouseButtonTertiary
	for _, c := range []struct {
		name     string
		button   desktop.MouseButton
		modifier fyne.KeyModifier
		space    bool
		editing  bool
		want     Gesture
	}{
		{name: "left points", button: left, want: DragPoint},
		{name: "right zooms", button: right, want: DragZoom},
		{name: "Shift and right set the window", button: right, modifier: fyne.KeyModifierShift, want: DragLevel},
		{name: "middle pans", button: middle, want: DragPan},
		{name: "Space and left pan", button: left, space: true, want: DragPan},
		{name: "right erases while editing", button: right, modifier: fyne.KeyModifierControl, editing: true, want: DragErase},
	} {
		t.Run(c.name, func(t *testing.T) {
			keys, _ := newTestKeys()
			s := NewSlice(keys)
			window(t, s, 200, 100)
			var got []Drag
			s.OnDrag = func(d Drag) { got = append(got, d) }
			s.SetEditing(c.editing)
			if c.space {
				s.KeyDown(&fyne.KeyEvent{Name: fyne.KeySpace})
			}
			s.MouseDown(at(10, 20, c.button, c.modifier))
			s.MouseMoved(at(14, 25, c.button, 0))
			s.MouseMoved(at(14, 25, c.button, 0)) // no step: no report
			s.MouseUp(at(13, 25, c.button, 0))
			s.MouseMoved(at(99, 99, 0, 0))
			from := render.Spot{X: 10, Y: 20}
			want := []Drag{
				{Gesture: c.want, Phase: DragBegin, At: from, From: from, Modifier: c.modifier},
				{Gesture: c.want, Phase: DragMove, At: render.Spot{X: 14, Y: 25}, From: from, Step: render.Spot{X: 4, Y: 5}, Modifier: c.modifier},
				{Gesture: c.want, Phase: DragMove, At: render.Spot{X: 13, Y: 25}, From: from, Step: render.Spot{X: -1}, Modifier: c.modifier},
				{Gesture: c.want, Phase: DragEnd, At: render.Spot{X: 13, Y: 25}, From: from, Modifier: c.modifier},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("drag (-want +got):\n%s", diff)
			}
		})
	}
}

// A drag whose button comes up outside the pane is over when the pointer comes back, or when it is ended; a second button changes nothing.
func TestSliceDragEndsOnce(t *testing.T) {
	keys, _ := newTestKeys()
	s := NewSlice(keys)
	window(t, s, 200, 100)
	var got []Phase
	s.OnDrag = func(d Drag) { got = append(got, d.Phase) }
	s.MouseDown(at(1, 1, desktop.MouseButtonSecondary, 0))
	s.MouseDown(at(1, 1, desktop.MouseButtonPrimary, 0))
	s.MouseUp(at(1, 1, desktop.MouseButtonPrimary, 0))
	s.MouseOut()
	s.MouseIn(at(5, 5, 0, 0))
	if diff := cmp.Diff([]Phase{DragBegin, DragEnd}, got); diff != "" {
		t.Errorf("released outside (-want +got):\n%s", diff)
	}
	got = nil
	s.MouseDown(at(1, 1, desktop.MouseButtonPrimary, 0))
	s.EndDrag()
	s.MouseUp(at(1, 1, desktop.MouseButtonPrimary, 0))
	s.EndDrag()
	if diff := cmp.Diff([]Phase{DragBegin, DragEnd}, got); diff != "" {
		t.Errorf("ended (-want +got):\n%s", diff)
	}
}

func TestSliceWheel(t *testing.T) {
	keys, held := newTestKeys()
	s := NewSlice(keys)
	window(t, s, 200, 100)
	steps, brush, zoom := 0, 0, 0.0
	s.OnStep = func(n int) { steps += n }
	s.OnBrush = func(n int) { brush += n }
	s.OnZoom = func(at render.Spot, n float64) {
		zoom += n
		if at != (render.Spot{X: 50, Y: 60}) {
			t.Errorf("zoom at %v", at)
		}
	}
	scroll := func(dy float32) {
		s.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(50, 60)}, Scrolled: fyne.NewDelta(0, dy)})
	}
	scroll(10)
	scroll(10)
	if steps != 0 {
		t.Errorf("%d steps after 20 of 25", steps)
	}
	scroll(10)
	if steps != 1 {
		t.Errorf("%d steps after 30 of 25, want 1", steps)
	}
	scroll(-25) // the other way: what was left over is forgotten
	if steps != 0 {
		t.Errorf("%d steps, want 0", steps)
	}
	*held = fyne.KeyModifierShift
	scroll(50)
	if steps != 10 {
		t.Errorf("Shift: %d steps, want 10", steps)
	}
	s.SetEditing(true)
	scroll(25)
	if steps != 10 || brush != 1 {
		t.Errorf("editing with Shift: %d steps and brush %d, want 10 and 1", steps, brush)
	}
	*held = fyne.KeyModifierControl
	scroll(50)
	if zoom != 2 || steps != 10 {
		t.Errorf("Ctrl: zoom %g and %d steps, want 2 and 10", zoom, steps)
	}
}

func TestSliceHandsKeysOn(t *testing.T) {
	keys, _ := newTestKeys()
	s := NewSlice(keys)
	c := window(t, s, 200, 100)
	var got []string
	keys.OnRune = func(r rune) { got = append(got, string(r)) }
	keys.OnKey = func(e *fyne.KeyEvent) { got = append(got, string(e.Name)) }
	focused := false
	s.OnFocus = func() { focused = true }
	s.MouseDown(at(5, 5, desktop.MouseButtonPrimary, 0))
	if c.Focused() != s || !focused || s.ring.Hidden {
		t.Fatal("a click does not take the keyboard visibly")
	}
	test.Type(s, "x1")
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageUp})
	if diff := cmp.Diff([]string{"x", "1", string(fyne.KeyPageUp)}, got); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	c.Unfocus()
	if !s.ring.Hidden {
		t.Error("the ring stays")
	}
}

// frame is a frame for a pane of 200×100 device pixels with distinct rasters.
func frame() *render.Frame {
	raster := func(r image.Rectangle, version uint64) render.Raster {
		return render.Raster{Image: image.NewRGBA(image.Rect(0, 0, 4, 2)), Rect: r, Version: version}
	}
	return &render.Frame{
		Size: image.Pt(200, 100), Smooth: true,
		Grey: raster(image.Rect(-40, 10, 160, 110), 1), Overlay: raster(image.Rect(-40, 10, 160, 110), 1), Lines: raster(image.Rect(20, 20, 24, 22), 1),
		Cross: render.Cross{Spot: render.Spot{X: 50, Y: 40}, Shown: true},
		Sides: render.Sides{Left: "R?", Right: "L?", Top: "A", Bottom: "P"}, Unsure: true,
		Convention: "radiological", Oblique: "oblique 17°", Image: "FLAIR", Slice: "slice 71 of 155", Notes: []string{"not calibrated"},
	}
}

func TestSliceShowsFrame(t *testing.T) {
	keys, _ := newTestKeys()
	s := NewSlice(keys)
	c := window(t, s, 100, 50)
	scaled, ok := c.(interface{ SetScale(float32) })
	if !ok {
		t.Fatal("the test's canvas has no scale")
	}
	var pixels image.Point
	s.OnSize = func(p image.Point) { pixels = p }
	scaled.SetScale(2)
	s.Refresh()
	if pixels != image.Pt(200, 100) || s.Pixels() != pixels {
		t.Fatalf("size in device pixels %v, want 200×100", pixels)
	}
	s.SetFrame(frame())
	p := s.picture
	if got, want := p.grey.image.Position(), fyne.NewPos(-20, 5); got != want {
		t.Errorf("grey at %v, want %v", got, want)
	}
	if got, want := p.grey.image.Size(), fyne.NewSize(100, 50); got != want {
		t.Errorf("grey of %v, want %v", got, want)
	}
	if p.grey.image.ScaleMode != canvas.ImageScaleFastest {
		t.Error("a smooth image is not scaled linearly")
	}
	if p.overlay.image.ScaleMode != canvas.ImageScalePixels || p.lines.image.ScaleMode != canvas.ImageScalePixels {
		t.Error("labels are interpolated")
	}
	if got, want := p.cross[2].Position1.X, float32(25.25); got != want {
		t.Errorf("the crosshair's upright stands at %g, want %g", got, want)
	}
	if p.side[0].light.Text != "R?" || p.side[0].light.Color != stageWarn || p.side[2].light.Color != stageInk {
		t.Error("unsure sides are not in the warning colour, or all letters are")
	}
	var notes []string
	for _, n := range p.notes {
		notes = append(notes, n.text)
	}
	if diff := cmp.Diff([]string{"radiological", "oblique 17°", "not calibrated", ""}, notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
	s.SetFrame(nil)
	if !p.grey.image.Hidden || !p.cross[0].Hidden || p.title.text != "" {
		t.Error("no frame is not black")
	}
}

// Every refresh of an image is a new texture, so there is one only for what has changed.
func TestLayerIsRefreshedForChangesOnly(t *testing.T) {
	keys, _ := newTestKeys()
	s := NewSlice(keys)
	window(t, s, 200, 100)
	l := &s.picture.grey
	r := frame().Grey
	const smooth, pixels = canvas.ImageScaleFastest, canvas.ImageScalePixels
	show := func(name string, mode canvas.ImageScale, want bool) {
		t.Helper()
		if got := l.show(r, mode, 1); got != want {
			t.Errorf("%s: refreshed %v, want %v", name, got, want)
		}
	}
	show("the first frame", smooth, true)
	show("the same again", smooth, false)
	r.Rect = r.Rect.Add(image.Pt(5, 5))
	show("panned", smooth, false)
	r.Version++
	show("other pixels", smooth, true)
	show("other scaling", pixels, true)
	r.Image = nil
	show("nothing", pixels, true)
	show("nothing again", smooth, false)
}

// Labels are never blended: on the screen there are the overlay's colours over the image and nothing between them.
func TestSliceLabelsStayPure(t *testing.T) {
	keys, _ := newTestKeys()
	s := NewSlice(keys)
	c := window(t, s, 90, 30)
	labels := image.NewRGBA(image.Rect(0, 0, 3, 1))
	labels.SetRGBA(0, 0, render.Usual[1])
	labels.SetRGBA(1, 0, render.Usual[2])
	black := image.NewRGBA(image.Rect(0, 0, 3, 1))
	for n := 3; n < len(black.Pix); n += 4 {
		black.Pix[n] = 255
	}
	r := image.Rect(0, 0, 90, 30)
	s.SetFrame(&render.Frame{Size: image.Pt(90, 30), Smooth: true, Grey: render.Raster{Image: black, Rect: r, Version: 1}, Overlay: render.Raster{Image: labels, Rect: r, Version: 1}})
	seen := map[[3]uint32]int{}
	img := c.Capture()
	for x := range 90 {
		r, g, b, _ := img.At(x, 15).RGBA()
		seen[[3]uint32{r >> 8, g >> 8, b >> 8}]++
	}
	one, two := render.Usual[1], render.Usual[2]
	want := map[[3]uint32]int{
		{uint32(one.R), uint32(one.G), uint32(one.B)}: 30, {uint32(two.R), uint32(two.G), uint32(two.B)}: 30, {}: 30,
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("colours (-want +got):\n%s", diff)
	}
}

func TestQuadArrangements(t *testing.T) {
	keys, _ := newTestKeys()
	q := NewQuad(keys)
	window(t, q, 801, 603)
	for _, a := range []Arrangement{ThreePlanes, FourSequences, OneAxial, OneCoronal, OneSagittal} {
		q.Arrange(a)
		visible := 0
		for _, s := range append(q.Plane[:], q.Four[:]...) {
			if s.Visible() {
				visible++
			}
		}
		shown := q.Shown()
		if visible != len(shown) {
			t.Errorf("arrangement %d: %d panes are visible, want %d", a, visible, len(shown))
		}
		area := float32(0)
		for n, s := range shown {
			if !s.Visible() {
				t.Errorf("arrangement %d: pane %d is hidden", a, n)
			}
			if p, z := s.Position(), s.Size(); p.X != round(p.X) || p.Y != round(p.Y) || z.Width != round(z.Width) || z.Height != round(z.Height) {
				t.Errorf("arrangement %d: pane %d lies at %v, %v: not on whole pixels", a, n, p, z)
			}
			area += s.Size().Width * s.Size().Height
		}
		if area < 0.98*801*603 || area > 801*603 {
			t.Errorf("arrangement %d: the panes cover %g of %d", a, area, 801*603)
		}
	}
	if Alone(render.Sagittal) != OneSagittal {
		t.Error("Alone(sagittal) is another plane")
	}
}

// Whatever the size of a pane, no words lie over others, and the letters of the sides and the convention are always there.
func TestSliceWordsKeepApart(t *testing.T) {
	keys, _ := newTestKeys()
	s := NewSlice(keys)
	window(t, s, 400, 300)
	for _, size := range []fyne.Size{{Width: 130, Height: 140}, {Width: 170, Height: 150}, {Width: 220, Height: 310}, {Width: 400, Height: 300}} {
		s.Resize(size)
		f := frame()
		f.Slice, f.Image, f.Legend = "slice 109 of 240", "T1ce - T1", nil
		s.SetFrame(f)
		p := s.picture
		words := append([]*inked{p.title, p.place}, p.side[:]...)
		words = append(words, p.notes[:]...)
		for n, a := range words {
			for _, b := range words[:n] {
				if a.text != "" && b.text != "" && overlap(a.light, b.light) {
					t.Errorf("%v: %q lies over %q", size, a.text, b.text)
				}
			}
		}
		for _, must := range append([]*inked{p.notes[0]}, p.side[:]...) {
			if must.text == "" {
				t.Errorf("%v: a letter or the convention is not shown", size)
			}
		}
	}
}

func overlap(a, b fyne.CanvasObject) bool {
	p, q, m, n := a.Position(), b.Position(), a.Size().SubtractWidthHeight(0, 2), b.Size().SubtractWidthHeight(0, 2) // letters do not fill their lines
	return p.X < q.X+n.Width && q.X < p.X+m.Width && p.Y < q.Y+n.Height && q.Y < p.Y+m.Height
}
