// Package render turns images and labels into pixels: slices, overlays, outlines and the words on them. It knows no window toolkit;
// every picture is a pure function of plain data.
//
// Spaces: a slice has one pixel per voxel, (0, 0) at the top left, the centre of a pixel at the integer; the screen is the picture that
// the slice is scaled onto. View ties slice and voxel, Placement ties slice and screen, each with its inverse.
package render

// Plane is one of the three planes through a patient.
type Plane uint8

// The planes.
const (
	Axial Plane = iota
	Coronal
	Sagittal
)

// Planes lists the planes in the order in which they are shown.
var Planes = [...]Plane{Axial, Coronal, Sagittal}

// String is the name that a person reads.
func (p Plane) String() string {
	if int(p) >= len(Planes) {
		return "unknown"
	}
	return [...]string{"axial", "coronal", "sagittal"}[p]
}

// Convention says which side of the patient is on the left of an axial or coronal picture. A sagittal plane is the same in both: the
// patient looks to the left.
type Convention uint8

// The conventions.
const (
	Radiological Convention = iota // the patient's right on the left, as seen from the feet
	Neurological                   // the patient's right on the right, as seen from above
)

// String is the word that stands on every picture.
func (c Convention) String() string {
	if c == Neurological {
		return "neurological"
	}
	return "radiological"
}

// direction is a way through the patient: along a world axis (0 = R/L, 1 = A/P, 2 = S/I), toward its negative side (L, P, I) or not.
type direction struct {
	world    int
	negative bool
}

// letter names the side that the direction leads to, or with back the side that it comes from.
func (d direction) letter(back bool) string {
	if d.negative != back {
		return "LPI"[d.world : d.world+1]
	}
	return "RAS"[d.world : d.world+1]
}

// directions are where a plane's screen runs to: right, down, and deeper (a growing slice number).
func (p Plane) directions(c Convention) [3]direction {
	across := direction{world: 0, negative: c != Neurological}
	switch p {
	case Coronal:
		return [3]direction{across, {world: 2, negative: true}, {world: 1}}
	case Sagittal:
		return [3]direction{{world: 1, negative: true}, {world: 2, negative: true}, {world: 0}}
	default:
		return [3]direction{across, {world: 1, negative: true}, {world: 2}}
	}
}
