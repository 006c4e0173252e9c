package pane

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
)

// Entry is one of a few things to choose from.
type Entry struct {
	Text     string
	Disabled bool   // shown, but not to be chosen
	Hint     string // why, or what it does; shown while the pointer is over it
}

// Segmented offers a few entries in a row, of which one is chosen: pages, presets, regions, the images of the strip. Arrows move the choice.
type Segmented struct {
	control
	OnChoose func(int)

	entries []Entry
	chosen  int // -1 = none
	over    int // the entry under the pointer, -1 = none
	stage   bool
	objects []fyne.CanvasObject
	frame   *canvas.Rectangle
	backs   []*canvas.Rectangle
	words   []*canvas.Text
	render  *drawing
}

// NewSegmented makes a control of entries; none is chosen.
func NewSegmented(keys *Keys, entries ...Entry) *Segmented {
	s := &Segmented{control: newControl(keys), chosen: -1, over: -1, frame: canvas.NewRectangle(color.Transparent)}
	s.frame.StrokeWidth, s.frame.CornerRadius = 1, 6
	s.ExtendBaseWidget(s)
	s.SetEntries(entries...)
	return s
}

// NewStrip makes the one that lies on the black stage: which image is shown.
func NewStrip(keys *Keys, entries ...Entry) *Segmented {
	s := NewSegmented(keys, entries...)
	s.stage = true
	return s
}

// SetEntries replaces the entries. The chosen place stays.
func (s *Segmented) SetEntries(entries ...Entry) {
	if s.objects != nil && slices.Equal(entries, s.entries) {
		return
	}
	s.setOver(-1)
	s.entries = entries
	s.backs, s.words = nil, nil
	s.objects = []fyne.CanvasObject{s.frame}
	for _, e := range entries {
		back, text := canvas.NewRectangle(color.Transparent), line(e.Text, textSize)
		back.CornerRadius, text.Alignment = 5, fyne.TextAlignCenter
		s.backs, s.words = append(s.backs, back), append(s.words, text)
		s.objects = append(s.objects, back, text)
	}
	s.objects = append(s.objects, s.ring)
	if s.render != nil {
		s.render.objects = s.objects
		s.Refresh()
	}
}

// Choose shows entry n as the chosen one, without a report; -1 is none.
func (s *Segmented) Choose(n int) {
	if s.chosen != n {
		s.chosen = n
		s.Refresh()
	}
}

// Chosen is the entry that is shown as chosen, -1 for none.
func (s *Segmented) Chosen() int { return s.chosen }

// report tells that the user chose entry n. What is shown follows at once; the owner may choose otherwise.
func (s *Segmented) report(n int) {
	if n < 0 || n >= len(s.entries) || s.entries[n].Disabled {
		return
	}
	s.Choose(n)
	if s.OnChoose != nil {
		s.OnChoose(n)
	}
}

// TypedKey moves the choice by arrows.
func (s *Segmented) TypedKey(e *fyne.KeyEvent) {
	step := map[fyne.KeyName]int{fyne.KeyLeft: -1, fyne.KeyRight: 1}[e.Name]
	if step == 0 {
		s.control.TypedKey(e)
		return
	}
	n := s.chosen + step
	for n >= 0 && n < len(s.entries) && s.entries[n].Disabled {
		n += step
	}
	s.report(n)
}

// Tapped chooses an entry. The keyboard stays where it was: after a click on a sequence the arrows still move the crosshair.
func (s *Segmented) Tapped(e *fyne.PointEvent) {
	s.report(s.at(e.Position.X))
}

// MouseIn lights an entry up.
func (s *Segmented) MouseIn(e *desktop.MouseEvent) { s.MouseMoved(e) }

// MouseMoved lights an entry up.
func (s *Segmented) MouseMoved(e *desktop.MouseEvent) { s.setOver(s.at(e.Position.X)) }

// MouseOut takes the light away.
func (s *Segmented) MouseOut() { s.setOver(-1) }

func (s *Segmented) setOver(n int) {
	if n == s.over {
		return
	}
	if s.over >= 0 && s.over < len(s.backs) {
		s.keys.hint("", s.backs[s.over])
	}
	if n >= 0 {
		s.keys.hint(s.entries[n].Hint, s.backs[n])
	}
	s.over = n
	s.Refresh()
}

// at is the entry at x, -1 where there is none.
func (s *Segmented) at(x float32) int {
	for n, back := range s.backs {
		if x >= back.Position().X && x < back.Position().X+back.Size().Width {
			return n
		}
	}
	return -1
}

// CreateRenderer is part of fyne.Widget.
func (s *Segmented) CreateRenderer() fyne.WidgetRenderer {
	s.render = &drawing{widget: s, objects: s.objects, min: s.minSize, layout: s.layout, refresh: s.colour}
	s.colour()
	return s.render
}

func (s *Segmented) minSize() fyne.Size {
	width, height := float32(0), float32(0)
	for _, t := range s.words {
		size := t.MinSize()
		width, height = width+ceil(size.Width)+s.padding(), max(height, size.Height)
	}
	return fyne.NewSize(width+2, ceil(height)+2*unit+2)
}

func (s *Segmented) padding() float32 { return 6 * unit }

// layout gives each entry its own width, and spreads what is left over.
func (s *Segmented) layout(size fyne.Size) {
	put(s.frame, 0, 0, size.Width, size.Height)
	put(s.ring, 0, 0, size.Width, size.Height)
	x := float32(1)
	for n, t := range s.words {
		w := ceil(t.MinSize().Width) + s.padding()
		put(s.backs[n], x, 1, w, size.Height-2)
		lay(t, x+w/2, size.Height/2)
		x += w
	}
	s.frame.Resize(fyne.NewSize(x+1, size.Height))
	s.ring.Resize(s.frame.Size())
}

func (s *Segmented) colour() {
	ink, quiet, light := paint(theme.ColorNameForeground), paint(theme.ColorNamePlaceHolder), paint(theme.ColorNameHover)
	s.frame.FillColor, s.frame.StrokeColor = paint(theme.ColorNameButton), paint(theme.ColorNameInputBorder)
	if s.stage {
		ink, quiet, light = stageInk, stageQuiet, color.NRGBA{R: 255, G: 255, B: 255, A: 30}
		s.frame.FillColor, s.frame.StrokeColor = color.Transparent, color.Transparent
	}
	for n, e := range s.entries {
		s.backs[n].FillColor, s.words[n].Color, s.words[n].TextStyle = color.Transparent, ink, fyne.TextStyle{}
		switch {
		case e.Disabled:
			s.words[n].Color = quiet
			s.words[n].TextStyle.Italic = true
		case n == s.chosen:
			s.backs[n].FillColor, s.words[n].Color = paint(theme.ColorNamePrimary), paint(theme.ColorNameForegroundOnPrimary)
		case n == s.over:
			s.backs[n].FillColor = light
		}
	}
}
