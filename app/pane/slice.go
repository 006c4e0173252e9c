package pane

import (
	"image"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"quorum/viewer/render"
)

// Slice shows one plane and takes the mouse over it. It is black where there is no image, and never draws outside its bounds.
type Slice struct {
	control
	mouse

	// OnSize is told the pane's size in device pixels whenever it changes: a frame for the new size is wanted.
	OnSize func(image.Point)
	// OnFocus is told when the pane takes the keyboard: keys for a plane mean this one.
	OnFocus func()

	picture *picture
	pixels  image.Point
}

// NewSlice makes an empty pane.
func NewSlice(keys *Keys) *Slice {
	s := &Slice{control: newControl(keys), picture: newPicture(false)}
	s.ring.CornerRadius = 0
	s.mouse = mouse{keys: keys, pixel: s.spot, press: func() { grab(s) }}
	s.ExtendBaseWidget(s)
	return s
}

// SetFrame shows a frame; nil is black. The frame is not kept beyond the next one, but its rasters must stay until then.
func (s *Slice) SetFrame(f *render.Frame) { s.picture.show(f) }

// SetMessage writes a few words in the middle of an empty pane; the next frame takes them away.
func (s *Slice) SetMessage(text string) { s.picture.message.set(text, stageQuiet) }

// Pixels is the pane's size in device pixels.
func (s *Slice) Pixels() image.Point { return s.pixels }

// FocusGained shows the ring and reports.
func (s *Slice) FocusGained() {
	s.control.FocusGained()
	if s.OnFocus != nil {
		s.OnFocus()
	}
}

// Cursor is a cross: the pane is for pointing.
func (s *Slice) Cursor() desktop.Cursor { return desktop.CrosshairCursor }

// spot turns a position on the pane into device pixels.
func (s *Slice) spot(p fyne.Position) render.Spot {
	return render.Spot{X: float64(p.X * s.picture.scale), Y: float64(p.Y * s.picture.scale)}
}

// CreateRenderer is part of fyne.Widget.
func (s *Slice) CreateRenderer() fyne.WidgetRenderer {
	return &sliceRenderer{s: s, objects: append(slices.Clip(s.picture.objects), s.ring)}
}

// sliceRenderer refreshes no children by itself, which would upload all images again.
type sliceRenderer struct {
	s       *Slice
	objects []fyne.CanvasObject
}

func (r *sliceRenderer) Destroy()                     {}
func (r *sliceRenderer) MinSize() fyne.Size           { return fyne.NewSize(80, 80) }
func (r *sliceRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *sliceRenderer) IsClip()                      {}

func (r *sliceRenderer) Layout(size fyne.Size) {
	scale := scaleOf(r.s)
	r.s.picture.resize(size, scale)
	put(r.s.ring, 1, 1, size.Width-2, size.Height-2)
	r.s.measure(size, scale)
}

// Refresh comes with a new theme or scale.
func (r *sliceRenderer) Refresh() { r.Layout(r.s.Size()) }

// measure reports the size in device pixels where it changed.
func (s *Slice) measure(size fyne.Size, scale float32) {
	pixels := pixelSize(size, scale)
	if pixels == s.pixels {
		return
	}
	s.pixels = pixels
	if s.OnSize != nil {
		s.OnSize(pixels)
	}
}

// scaleOf is the number of device pixels in a unit where an object is shown.
func scaleOf(o fyne.CanvasObject) float32 {
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil {
		return 1
	}
	const far = 1000 // Scale leaves out what some systems multiply by on top
	x, _ := c.PixelCoordinateForPosition(fyne.NewPos(far, far))
	if x <= 0 {
		return 1
	}
	return float32(x) / far
}

func pixelSize(size fyne.Size, scale float32) image.Point {
	return image.Pt(int(math.Round(float64(size.Width*scale))), int(math.Round(float64(size.Height*scale))))
}

func hypot(p fyne.Position) float32 { return float32(math.Hypot(float64(p.X), float64(p.Y))) }
