package viewer

import (
	"fmt"

	"quorum/viewer/sequence"
)

// Image is what the planes show: a sequence (Image(sequence.FLAIR) and so on), a computed image, or all four side by side.
type Image uint8

// The images that are no single sequence.
const (
	Enhancement Image = sequence.Count + iota // T1ce − T1
	AllFour
	imageCount = sequence.Count + 1 // those that are one image
)

// strip is the order in which images are offered.
var strip = [...]Image{Image(sequence.FLAIR), Image(sequence.T1), Image(sequence.T1ce), Image(sequence.T2), AllFour, Enhancement}

// Sequence is the sequence of an image that is one.
func (m Image) Sequence() (sequence.Sequence, bool) { return sequence.Sequence(m), m < sequence.Count }

// String is the name that a person reads. It has no true minus, which fonts lack.
func (m Image) String() string {
	switch q, ok := m.Sequence(); {
	case ok:
		return q.String()
	case m == Enhancement:
		return "T1ce - T1"
	default:
		return "all four"
	}
}

// MarshalText is the key in saved views.
func (m Image) MarshalText() ([]byte, error) {
	switch q, ok := m.Sequence(); {
	case ok:
		return []byte(q.Key()), nil
	case m == Enhancement:
		return []byte("t1ce-t1"), nil
	case m == AllFour:
		return []byte("all"), nil
	}
	return nil, fmt.Errorf("there is no image number %d", m)
}

// UnmarshalText is the inverse of MarshalText.
func (m *Image) UnmarshalText(text []byte) error {
	for _, candidate := range strip {
		if key, err := candidate.MarshalText(); err == nil && string(key) == string(text) {
			*m = candidate
			return nil
		}
	}
	return fmt.Errorf("there is no image %q", text)
}

// Available says whether an image can be shown.
func (s *State) Available(m Image) bool {
	if s.exam == nil {
		return false
	}
	switch q, ok := m.Sequence(); {
	case ok:
		return s.exam.Series[q] != nil
	case m == Enhancement:
		t1, t1ce := s.exam.Series[sequence.T1], s.exam.Series[sequence.T1ce]
		return t1 != nil && t1ce != nil && t1.Volume.Grid == t1ce.Volume.Grid
	case m == AllFour:
		return len(s.exam.sequences()) > 1
	}
	return false
}

// Images lists what can be shown, in the order of the strip.
func (s *State) Images() []Image {
	var list []Image
	for _, m := range strip {
		if s.Available(m) {
			list = append(list, m)
		}
	}
	return list
}

// Show chooses an image; one that is not there changes nothing.
func (s *State) Show(m Image) {
	if s.Available(m) {
		s.View.Image = m
	}
}

// Cycle shows the image that is so many places on in the strip, around its ends.
func (s *State) Cycle(n int) {
	list := s.Images()
	for at, m := range list {
		if m == s.View.Image {
			s.View.Image = list[((at+n)%len(list)+len(list))%len(list)]
			return
		}
	}
}

// single is the one image that stands for m: of all four the first that is there.
func (s *State) single(m Image) Image {
	if m == AllFour && s.exam != nil {
		if list := s.exam.sequences(); len(list) > 0 {
			return Image(list[0])
		}
	}
	return m
}

// series is the prepared images of which m is one, for the difference those of T1ce; nil where it is not there.
func (s *State) series(m Image) *Series {
	m = s.single(m)
	if !s.Available(m) {
		return nil
	}
	if m == Enhancement {
		return s.exam.Series[sequence.T1ce]
	}
	return s.exam.Series[m]
}
