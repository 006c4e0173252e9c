package viewer

import (
	"sort"

	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// quantileSteps is how finely the percentiles of a brain are known.
const quantileSteps = 1000

// contrastReach is the automatic range of T1ce − T1: so many standard deviations from middle grey to black and to white.
const contrastReach = 3

// Window is the range of intensities that an image is shown with; for T1ce − T1 it is in standard deviations, around 0.
func (s *State) Window(m Image) render.Window {
	m = s.single(m)
	if m >= imageCount {
		return render.Window{}
	}
	if w := s.View.Windows[m]; w != (render.Window{}) {
		return w
	}
	if m == Enhancement {
		return render.Window{Low: -contrastReach, High: contrastReach}
	}
	if series := s.series(m); series != nil {
		return series.auto
	}
	return render.Window{}
}

// Level is a drag of the window: wider to the right, brighter up. right and up are shares of the pane's size.
func (s *State) Level(m Image, right, up float64) {
	m = s.single(m)
	series := s.series(m)
	if series == nil {
		return
	}
	w := s.Window(m)
	if m == Enhancement {
		reach := max(0.2, w.High*float32(1+right))
		s.View.Windows[m] = render.Window{Low: -reach, High: reach}
		return
	}
	span := series.auto.High - series.auto.Low
	width := max(span/100, w.High-w.Low+float32(right)*span)
	middle := (w.High+w.Low)/2 - float32(up)*span
	s.SetWindow(m, render.Window{Low: middle - width/2, High: middle + width/2})
}

// SetWindow sets the window of an image; while windows are linked, that of every other sequence to the same percentiles.
func (s *State) SetWindow(m Image, w render.Window) {
	m = s.single(m)
	series := s.series(m)
	if series == nil || !(w.High > w.Low) {
		return
	}
	s.View.Windows[m] = w
	if q, ok := m.Sequence(); ok && s.View.Linked {
		s.follow(q)
	}
}

// Link ties the windows of all sequences to that of the shown one, by equal percentiles, or sets each free.
func (s *State) Link(on bool) {
	s.View.Linked = on
	if q, ok := s.single(s.View.Image).Sequence(); ok && on {
		s.follow(q)
	}
}

// follow gives every sequence the percentiles of q's window.
func (s *State) follow(q sequence.Sequence) {
	from := s.series(Image(q))
	if from == nil {
		return
	}
	w := s.View.Windows[q]
	for _, other := range s.exam.sequences() {
		switch to := s.exam.Series[other]; {
		case other == q:
		case w == render.Window{}:
			s.View.Windows[other] = w
		default:
			s.View.Windows[other] = render.Window{Low: to.value(from.share(w.Low)), High: to.value(from.share(w.High))}
			if s.View.Windows[other].High <= s.View.Windows[other].Low {
				s.View.Windows[other] = render.Window{}
			}
		}
	}
}

// AutoWindow goes back to the automatic window: the 0.1 and 99.9 percentile of the brain.
func (s *State) AutoWindow() {
	if m := s.single(s.View.Image); m < imageCount {
		s.View.Windows[m] = render.Window{}
		if q, ok := m.Sequence(); ok && s.View.Linked {
			s.follow(q)
		}
	}
}

// ResetWindows gives every image its automatic window.
func (s *State) ResetWindows() { s.View.Windows = [imageCount]render.Window{} }

// share is the share of the brain below a value; beyond the brain's range it goes on in a straight line.
func (s *Series) share(value float32) float64 {
	q, span := s.quantile, float64(s.auto.High-s.auto.Low)
	if len(q) == 0 {
		return 0
	}
	last := len(q) - 1
	switch {
	case value < q[0]:
		return float64(value-q[0]) / span
	case value > q[last]:
		return 1 + float64(value-q[last])/span
	}
	n := sort.Search(last, func(n int) bool { return q[n+1] > value })
	if n >= last || q[n+1] == q[n] {
		return float64(n) / float64(last)
	}
	return (float64(n) + float64(value-q[n])/float64(q[n+1]-q[n])) / float64(last)
}

// value is the inverse of share.
func (s *Series) value(share float64) float32 {
	q, span := s.quantile, float64(s.auto.High-s.auto.Low)
	if len(q) == 0 {
		return 0
	}
	last := len(q) - 1
	switch {
	case share <= 0:
		return q[0] + float32(share*span)
	case share >= 1:
		return q[last] + float32((share-1)*span)
	}
	n := int(share * float64(last))
	return q[n] + float32(share*float64(last)-float64(n))*(q[n+1]-q[n])
}
