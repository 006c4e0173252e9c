package report

import (
	"cmp"
	"fmt"
	"image"

	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// Result is one result of a study.
type Result struct {
	Study
	Subset sequence.Subset            // from which it was made; 0 = no model is known to have made it
	Labels *label.Map                 // on the grid of the volumes
	ML     [label.RegionCount]float64 // volumes of the regions
	At     [3]int                     // the crosshair, a voxel: see place.First
	Edited bool                       // a person has changed the labels by hand
}

// seen are the sequences that are drawn: those that it was made from, or all.
func (r *Result) seen() sequence.Subset { return cmp.Or(r.Subset, sequence.Full) }

// nothing is said where there is no tumour.
func (r *Result) nothing() string {
	if r.Subset == 0 || r.Edited {
		return emptyMaskText
	}
	return emptyText
}

// The sizes of the picture, in pixels.
const (
	pictureWidth  = 1600
	pictureHeight = 1000
	margin        = 32
	gap           = 3 * unit
	sideWidth     = 340 // of the column at the right
	headHeight    = 92
	footHeight    = 48
	planeShare    = 0.55 // of the images' height
)

// Picture draws a result, 1600×1000 pixels: three planes through the crosshair with the overlay, below them the same axial slice of each
// sequence without it, at the right what was found and from what. It fails if nothing can be shown.
func Picture(r Result) (*image.RGBA, error) {
	s, err := r.draw()
	if err != nil {
		return nil, err
	}
	return s.RGBA, nil
}

func (r Result) draw() (*sheet, error) {
	sc, err := r.scene(r.seen(), r.At, r.Labels)
	if err != nil {
		return nil, err
	}
	s := newSheet(pictureWidth, pictureHeight)
	width := pictureWidth - 2*margin
	s.text(margin, 50, s.lettering.Shorten(r.Title, titleStyle, width-sideWidth), titleStyle)
	s.subset(margin, 78, r.Subset)

	images := image.Rect(margin, headHeight+unit, pictureWidth-margin-sideWidth-2*gap, pictureHeight-footHeight-2*unit)
	split := images.Min.Y + int(float64(images.Dy())*planeShare)
	s.planes(&r, sc, image.Rect(images.Min.X, images.Min.Y, images.Max.X, split))
	s.strip(&r, sc, image.Rect(images.Min.X, split+gap, images.Max.X, images.Max.Y))
	s.findings(&r, sc, image.Rect(images.Max.X+2*gap, images.Min.Y, pictureWidth-margin, images.Max.Y))
	s.foot(margin)
	return s, nil
}

// planes draws the three planes side by side at one scale, each as wide as its share.
func (s *sheet) planes(r *Result, sc *scene, box image.Rectangle) {
	const around = 9 // mm: room for the letters
	var views [len(render.Planes)]render.View
	var widths [len(render.Planes)]float64
	sum, tallest := 0.0, 0.0
	for n, p := range render.Planes {
		views[n] = render.NewView(sc.grid, p, r.Convention)
		w, h := extentMM(views[n], sc.crop(views[n], around))
		widths[n] = w
		sum, tallest = sum+w, max(tallest, h)
	}
	free := box.Dx() - (len(views)-1)*gap
	scale := min(float64(free)/sum, float64(box.Dy())/tallest)
	x, done := box.Min.X, 0.0
	for n, v := range views {
		done += widths[n]
		end := box.Min.X + n*gap + int(float64(free)*done/sum)
		s.plane(sc, tile{
			box: image.Rect(x, box.Min.Y, end, box.Max.Y), view: v, shown: sc.shown, overlay: r.Labels, outline: outlineWidth, cross: true,
			caption: fmt.Sprintf("%s, %s", v.Plane, sc.shown), bar: true, scale: scale,
		})
		x = end + gap
	}
}

// strip draws the axial slice of all four sequences without the overlay; what was not used is said.
func (s *sheet) strip(r *Result, sc *scene, box image.Rectangle) {
	view := render.NewView(sc.grid, render.Axial, r.Convention)
	w, h := extentMM(view, sc.crop(view, 11))
	for n, q := range sequence.All {
		x0 := box.Min.X + n*(box.Dx()+gap)/sequence.Count
		b := image.Rect(x0, box.Min.Y, box.Min.X+(n+1)*(box.Dx()+gap)/sequence.Count-gap, box.Max.Y)
		if !r.seen().Has(q) || r.Volumes[q] == nil {
			s.blank(b, q.String(), "not used")
			continue
		}
		s.plane(sc, tile{
			box: b, view: view, shown: q, caption: q.String(), small: true,
			scale: min(float64(b.Dx())/w, float64(b.Dy())/h),
		})
	}
}
