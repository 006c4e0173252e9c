package report

import (
	"errors"
	"image"

	"quorum/viewer"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// View is what the window shows at a moment, to be kept.
type View struct {
	Title  string
	Subset sequence.Subset // from which the shown result was made; 0 = no model is known to have made it
	Edited bool            // a person has changed it by hand
	Legend []render.Entry  // of the overlay's colours: see Legend
	Panes  []Pane
}

// Pane is a frame and its upper left corner on the stage, device pixels.
type Pane struct {
	At    image.Point
	Frame render.Frame
}

// Keep copies the rasters of a frame, which are drawn into again for the next picture: a kept pane can be handed to a worker.
func Keep(at image.Point, f render.Frame) Pane {
	for _, r := range []*render.Raster{&f.Grey, &f.Overlay, &f.Lines} {
		if r.Image != nil {
			c := *r.Image
			c.Pix = append([]uint8(nil), c.Pix...)
			r.Image = &c
		}
	}
	return Pane{at, f}
}

// Legend explains the colours of an overlay. Those of the agreement map and of differences stand in the frames themselves.
func Legend(o viewer.Overlay) []render.Entry {
	var list []render.Entry
	if !o.Shown {
		return nil
	}
	palette := render.Usual
	if o.Safe {
		palette = render.ColourBlindSafe
	}
	switch o.Show {
	case viewer.Parts:
		for _, part := range []label.Label{label.NCR, label.ED, label.ET} {
			if !o.HiddenParts[part] {
				list = append(list, render.Entry{Text: named(part.String(), part.Name()), Colour: palette[part]})
			}
		}
	case viewer.Regions:
		for _, r := range []label.Region{label.RegionWT, label.RegionTC, label.RegionET} {
			if !o.HiddenRegions[r] {
				list = append(list, render.Entry{Text: named(r.String(), r.Name()), Colour: palette.Region(r)})
			}
		}
	case viewer.Disputed, viewer.Difference:
	}
	return list
}

// The sizes around the stage, in pixels.
const (
	viewHead  = 72
	viewFoot  = 76
	viewWidth = 820 // at least: room for the foot
)

// Draw draws the panes where they lie on the stage, with everything that is written on them; above them study and subset, below them the
// legend. It fails without panes.
func (v View) Draw() (*image.RGBA, error) {
	s, err := v.draw()
	if err != nil {
		return nil, err
	}
	return s.RGBA, nil
}

func (v View) draw() (*sheet, error) {
	var stage image.Rectangle
	for _, p := range v.Panes {
		stage = stage.Union(image.Rectangle{Min: p.At, Max: p.At.Add(p.Frame.Size)})
	}
	if stage.Empty() {
		return nil, errors.New("picture of the view: nothing is shown")
	}
	s := newSheet(max(viewWidth, stage.Dx()), viewHead+stage.Dy()+viewFoot)
	title := titleStyle
	title.Size = 20
	x := 4 * unit
	s.text(x, 32, s.lettering.Shorten(v.Title, title, s.Rect.Dx()-2*x), title)
	s.subset(x, 58, v.Subset)
	if v.Edited {
		alarm := bodyStyle
		alarm.Colour = warning
		s.textEnd(s.Rect.Max.X-x, 58, editedText, alarm)
	}
	for _, p := range v.Panes {
		s.pane(p.Frame, p.At.Sub(stage.Min).Add(image.Pt((s.Rect.Dx()-stage.Dx())/2, viewHead)))
	}
	at := x
	for _, e := range v.Legend {
		at = s.entry(at, viewHead+stage.Dy()+7*unit, e, bodyStyle) + 6*unit
	}
	s.foot(x)
	return s, nil
}

// entry explains a colour in a line that begins at x; it gives back where it ends.
func (s *sheet) entry(x, y int, e render.Entry, style render.Style) int {
	box := image.Rect(x, y-11, x+13, y+2)
	s.fill(box, e.Colour)
	if e.Hatched {
		for n := range box.Dy() * box.Dx() {
			if dx, dy := n%box.Dx(), n/box.Dx(); (dx+dy)%5 < 2 {
				s.SetRGBA(box.Min.X+dx, box.Min.Y+dy, black)
			}
		}
	}
	return s.text(x+20, y, e.Text, style)
}
