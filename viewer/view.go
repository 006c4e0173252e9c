package viewer

import (
	"math"

	"quorum/viewer/label"
	"quorum/viewer/render"
)

// View is how a study is looked at: comparable, and saved as JSON with the session.
type View struct {
	Crosshair  [3]float64                `json:"crosshair"` // world mm
	Moved      bool                      `json:"moved"`     // the user has moved it
	Image      Image                     `json:"image"`
	Convention render.Convention         `json:"convention"`
	Plane      render.Plane              `json:"plane"`     // the one that is large, or that all four show
	Maximised  bool                      `json:"maximised"` // Plane fills the stage
	Zoom       float64                   `json:"zoom"`      // of all planes; 1 = the brain fills the pane
	Pan        [3][2]float64             `json:"pan"`       // by plane: mm from the brain's middle to the pane's, to the patient's left (sagittal: back) and down
	Windows    [imageCount]render.Window `json:"windows"`   // by image; the zero value is the automatic one
	Linked     bool                      `json:"linked"`    // one window for all sequences, by equal percentiles
	Smooth     bool                      `json:"smooth"`
	Cross      bool                      `json:"cross"`
	Overlay    Overlay                   `json:"overlay"`
	Ruler      Ruler                     `json:"ruler"`

	SidesConfirmed bool `json:"sides_confirmed"` // the user has confirmed which side is left
}

// Show is what the overlay means.
type Show uint8

// What an overlay can show.
const (
	Parts      Show = iota // NCR, ED, ET
	Regions                // WT, TC, ET, nested
	Disputed               // of a region: how many results agree, the agreement map
	Difference             // of a region: gained and lost against the reference
)

// Drawing is how parts and regions are drawn.
type Drawing uint8

// The drawings.
const (
	FillAndOutline Drawing = iota
	Fill
	Outline
)

// Overlay is how results are drawn over the images.
type Overlay struct {
	Shown         bool                    `json:"shown"`
	Show          Show                    `json:"show"`
	Region        label.Region            `json:"region"` // of Disputed and Difference
	HiddenParts   [label.Count]bool       `json:"hidden_parts"`
	HiddenRegions [label.RegionCount]bool `json:"hidden_regions"`
	Opacity       float64                 `json:"opacity"` // of fills, 0 to 1
	Drawing       Drawing                 `json:"drawing"`
	Safe          bool                    `json:"safe"` // the colour-blind-safe set
}

// DefaultView is how a study is first looked at.
func DefaultView() View {
	return View{
		Zoom: 1, Smooth: true, Cross: true,
		Overlay: Overlay{Shown: true, Opacity: 0.35, Region: label.RegionWT},
	}
}

// fresh is the view with which the next study opens: what belongs to the eye stays, what belongs to the study goes.
func (v View) fresh() View {
	out := DefaultView()
	out.Convention, out.Linked, out.Smooth, out.Cross, out.Overlay = v.Convention, v.Linked, v.Smooth, v.Cross, v.Overlay
	out.Overlay.Shown = true
	if out.Overlay.Show > Regions {
		out.Overlay.Show = Parts
	}
	return out
}

// The limits of zooming.
const (
	leastZoom = 0.2
	mostZoom  = 60
)

// farthestPan is in mm: no head is that large.
const farthestPan = 10000

// sane replaces what no view can hold: a saved file may be damaged or come from another version.
func (v View) sane() View {
	d := DefaultView()
	for _, x := range v.Crosshair {
		if !finite(x) {
			v.Crosshair, v.Moved = d.Crosshair, false
		}
	}
	for _, pan := range v.Pan {
		if !(math.Abs(pan[0]) < farthestPan && math.Abs(pan[1]) < farthestPan) { // also NaN
			v.Pan = d.Pan
		}
	}
	for n, w := range v.Windows {
		if !finite(float64(w.Low)) || !finite(float64(w.High)) || w.High < w.Low {
			v.Windows[n] = render.Window{}
		}
	}
	if !(v.Zoom >= leastZoom && v.Zoom <= mostZoom) {
		v.Zoom = d.Zoom
	}
	if v.Image > AllFour {
		v.Image = d.Image
	}
	if int(v.Plane) >= len(render.Planes) {
		v.Plane = d.Plane
	}
	if v.Convention > render.Neurological {
		v.Convention = d.Convention
	}
	v.Overlay = v.Overlay.sane(d.Overlay)
	if !v.Ruler.sane() {
		v.Ruler = Ruler{}
	}
	return v
}

// sane takes from d what o cannot hold.
func (o Overlay) sane(d Overlay) Overlay {
	if !(o.Opacity >= 0 && o.Opacity <= 1) {
		o.Opacity = d.Opacity
	}
	if o.Show > Difference {
		o.Show = d.Show
	}
	if o.Drawing > Outline {
		o.Drawing = d.Drawing
	}
	if o.Region >= label.RegionCount {
		o.Region = d.Region
	}
	return o
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
