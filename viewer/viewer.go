// Package viewer is what a person looks at and can do with it, without any toolkit: one opened study, one crosshair for all planes, and
// what each plane shows. State draws plain frames (package render); whoever owns a window shows them and calls State's methods.
//
// Spaces: world (mm, RAS+) for the crosshair and everything that is kept; voxel of the shown image's own grid; slice pixels of a plane;
// device pixels of a pane (render.Spot). All of it happens on one goroutine and nothing is started here.
package viewer

import (
	"image"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// State is an opened study and how it is looked at. The settings in View may be changed directly at any time; what depends on the images
// has a method. It is not for several goroutines at once.
type State struct {
	View View

	exam        *Exam // nil = nothing is open
	result      shown
	blink       *shown // stands in place of the result for now; nil = nothing does
	seen        bool   // a result has been shown since the study was opened
	probability func(voxel [3]int) ([label.RegionCount]float32, bool)
	brush       Brush

	generation uint64 // of what was handed in
	version    uint64 // of the rasters
	greys      map[greySlot]*greyPaint
	overlays   map[overlaySlot]*overlayPaint
}

// content is what an overlay shows: plain data with the generation in which it was handed in.
type content struct {
	labels, reference label.Boxed // nil = none
	agreement         *compare.Agreement
	generation        uint64
}

// shown is a content with what is said of it.
type shown struct {
	content
	note string // "from the former selection"; "" = nothing
	dim  bool   // it belongs to another selection
}

// New is a State without a study.
func New() *State {
	return &State{View: DefaultView(), greys: map[greySlot]*greyPaint{}, overlays: map[overlaySlot]*overlayPaint{}}
}

// Exam is what is open; nil = nothing.
func (s *State) Exam() *Exam { return s.exam }

// Open shows a study from its middle, all of it visible, with automatic windows. How the user likes to look (convention, smoothness,
// colours, opacity) stays. nil closes.
func (s *State) Open(e *Exam) {
	s.exam, s.result, s.blink, s.seen, s.probability, s.brush = e, shown{}, nil, false, nil, Brush{}
	clear(s.greys)
	clear(s.overlays)
	s.View = s.View.fresh()
	if e == nil {
		return
	}
	s.View.Crosshair = e.middle()
	if list := e.sequences(); len(list) > 0 {
		s.View.Image = Image(list[0])
	}
}

// Update shows more images of the study that is open, or the same ones better known; the view stays.
func (s *State) Update(e *Exam) {
	if s.exam == nil || e == nil {
		s.Open(e)
		return
	}
	s.exam = e
	clear(s.greys)
	clear(s.overlays)
	if !s.View.Moved && !s.seen {
		s.View.Crosshair = e.middle()
	}
	s.settle()
}

// Restore takes over a saved view, as far as it makes sense for the open study.
func (s *State) Restore(v View) {
	s.View = v.sane()
	s.settle()
}

// settle keeps crosshair and image within what there is.
func (s *State) settle() {
	if s.exam == nil {
		return
	}
	if !s.Available(s.View.Image) {
		s.View.Image = 0
		if list := s.exam.sequences(); len(list) > 0 {
			s.View.Image = Image(list[0])
		}
	}
	s.View.Crosshair = s.exam.inside(s.View.Crosshair)
}

// SetResult shows labels on the study's grid; nil = none. note says in what way they do not belong to what is selected ("from the former
// selection"), and dims them; "" = they do. The first result with a tumour moves the crosshair there unless the user has moved it. Call
// it again after the labels have been edited.
func (s *State) SetResult(m label.Boxed, note string) {
	s.generation++
	s.result.labels, s.result.generation, s.result.note, s.result.dim = m, s.generation, note, note != ""
	if m == nil || s.seen {
		return
	}
	at, found := tumour(m)
	s.seen = found
	if found && !s.View.Moved {
		s.View.Crosshair, s.View.Moved = at, true // it stays there when the study is opened again
	}
}

// Blink shows other labels in place of the result, for as long as a key is held: as strong as it, and named. nil ends it.
func (s *State) Blink(m label.Boxed, name string) {
	s.blink = nil
	if m != nil {
		s.generation++
		s.blink = &shown{content: content{labels: m, agreement: s.result.agreement, generation: s.generation}, note: name}
	}
}

// SetAgreement gives the agreement map of the study's results; nil = none.
func (s *State) SetAgreement(a *compare.Agreement) { s.result.agreement = a }

// SetProbabilities gives the probabilities for the readout by voxel of the study's grid; nil = not known.
func (s *State) SetProbabilities(f func(voxel [3]int) ([label.RegionCount]float32, bool)) {
	s.probability = f
}

// ConfirmSides takes the user's word that left and right are as shown.
func (s *State) ConfirmSides() { s.View.SidesConfirmed = true }

// UnsureSides says whether left and right of the shown image rest on little and nobody has confirmed them.
func (s *State) UnsureSides() bool {
	series := s.series(s.View.Image)
	return series != nil && series.UnsureSides && !s.View.SidesConfirmed
}

// Pane is one picture on the screen: a plane of an image at a size.
type Pane struct {
	Plane render.Plane
	Image Image
	Size  image.Point // device pixels
	Scale float64     // device pixels for a pixel of the layout, for the width of lines; 0 = 1
}

// line is the scale of lines.
func (p Pane) line() float64 {
	if p.Scale > 0 {
		return p.Scale
	}
	return 1
}

// Pane is the pane of a plane that shows the chosen image; where that is all four, the first of them.
func (s *State) Pane(p render.Plane, size image.Point) Pane {
	return Pane{Plane: p, Image: s.single(s.View.Image), Size: size}
}

// FourUp are the panes of all sequences side by side, in order, in the chosen plane.
func (s *State) FourUp(size image.Point) [sequence.Count]Pane {
	var list [sequence.Count]Pane
	for n, q := range sequence.All {
		list[n] = Pane{Plane: s.View.Plane, Image: Image(q), Size: size}
	}
	return list
}
