package pane

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
)

// Slider picks a slice on the black stage. Above its track stands a thin profile: the tumour's area in every slice.
type Slider struct {
	control
	pointer
	OnChange func(int)

	count, value int
	profile      []float64
	bars         *canvas.Image
	track, knob  *canvas.Rectangle
}

// NewSlider makes a slider without slices.
func NewSlider(keys *Keys) *Slider {
	s := &Slider{
		control: newControl(keys), bars: canvas.NewImageFromImage(nil),
		track: canvas.NewRectangle(color.Transparent), knob: canvas.NewRectangle(color.Transparent),
	}
	s.bars.ScaleMode, s.bars.Hidden = canvas.ImageScalePixels, true
	s.track.CornerRadius, s.knob.CornerRadius = 1.5, 4
	s.changed = s.Refresh
	s.ExtendBaseWidget(s)
	return s
}

// Set shows slice value of count, both from 0.
func (s *Slider) Set(value, count int) {
	if value == s.value && count == s.count {
		return
	}
	s.value, s.count = value, count
	s.place(s.Size())
	s.knob.Refresh()
}

// SetProfile shows a number for every slice, scaled to the largest; nil is none.
func (s *Slider) SetProfile(profile []float64) {
	s.profile = profile
	s.bars.Image = drawProfile(profile)
	s.bars.Hidden = s.bars.Image == nil
	s.bars.Refresh()
}

// profileHeight is the profile's height, units and pixels of its image.
const profileHeight = 12

// drawProfile draws one column for each number; nil where all are 0. Whatever is not 0 shows.
func drawProfile(profile []float64) image.Image {
	most := 0.0
	for _, x := range profile {
		most = max(most, x)
	}
	if most <= 0 {
		return nil
	}
	const fine = 3 // pixels in a unit
	img := image.NewRGBA(image.Rect(0, 0, len(profile), profileHeight*fine))
	for x, v := range profile {
		if v <= 0 {
			continue
		}
		top := profileHeight*fine - max(fine, int(v/most*profileHeight*fine+0.5))
		for y := top; y < profileHeight*fine; y++ {
			img.SetRGBA(x, y, color.RGBA{R: 150, G: 150, B: 150, A: 255})
		}
	}
	return img
}

// choose reports a slice that the user chose.
func (s *Slider) choose(n int) {
	n = max(0, min(s.count-1, n))
	if s.count == 0 || n == s.value {
		return
	}
	s.Set(n, s.count)
	if s.OnChange != nil {
		s.OnChange(n)
	}
}

// inset is what the track leaves free at both ends.
const inset = 3 * unit

// pick chooses the slice at x.
func (s *Slider) pick(x float32) {
	if width := s.Size().Width - 2*inset; width > 0 {
		s.choose(int((x - inset) / width * float32(s.count)))
	}
}

// MouseDown picks a slice.
func (s *Slider) MouseDown(e *desktop.MouseEvent) {
	if e.Button == desktop.MouseButtonPrimary {
		grab(s)
		s.pick(e.Position.X)
	}
}

// MouseUp is part of desktop.Mouseable.
func (s *Slider) MouseUp(*desktop.MouseEvent) {}

// Dragged picks the slice under the pointer.
func (s *Slider) Dragged(e *fyne.DragEvent) { s.pick(e.Position.X) }

// DragEnd is part of fyne.Draggable.
func (s *Slider) DragEnd() {}

// TypedKey steps with left and right; all other keys are handed on.
func (s *Slider) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		s.choose(s.value - 1)
	case fyne.KeyRight:
		s.choose(s.value + 1)
	case fyne.KeyHome:
		s.choose(0)
	case fyne.KeyEnd:
		s.choose(s.count - 1)
	default:
		s.control.TypedKey(e)
	}
}

// CreateRenderer is part of fyne.Widget.
func (s *Slider) CreateRenderer() fyne.WidgetRenderer {
	s.colour()
	return &drawing{
		widget: s, objects: []fyne.CanvasObject{s.bars, s.track, s.knob, s.ring},
		min:    func() fyne.Size { return fyne.NewSize(120, profileHeight+5*unit) },
		layout: s.place, refresh: s.colour,
	}
}

func (s *Slider) colour() {
	s.track.FillColor = color.NRGBA{R: 90, G: 90, B: 90, A: 255}
	s.knob.FillColor = stageAccent
	if s.over {
		s.knob.FillColor = stageInk
	}
}

func (s *Slider) place(size fyne.Size) {
	width := size.Width - 2*inset
	bottom := size.Height/2 + profileHeight/2 + 1
	put(s.bars, inset, bottom-profileHeight-1, width, profileHeight)
	put(s.track, inset, bottom, width, 3)
	middle := float32(inset)
	if s.count > 0 {
		middle += (float32(s.value) + 0.5) * width / float32(s.count)
	}
	s.knob.Hidden = s.count == 0
	put(s.knob, middle-4, bottom-6, 8, 15)
	put(s.ring, 0, 0, size.Width, size.Height)
}
