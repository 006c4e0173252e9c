package report

import (
	"fmt"
	"image"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/volume"
	"quorum/viewer/wording"
)

// findings writes the column at the right: volumes with the colours of their parts, place, model, notices.
func (s *sheet) findings(r *Result, sc *scene, box image.Rectangle) {
	s.fill(box, panel)
	b := box.Inset(5 * unit)
	y := b.Min.Y + 3*unit
	big := render.Style{Size: 24, Bold: true, Colour: strong}
	for _, region := range compare.Told {
		s.text(b.Min.X, y, region.Name(), bodyStyle)
		s.parts(b.Max.X, y, region)
		s.text(b.Min.X, y+30, wording.Volume(region, r.Subset, r.ML[region])+" mL", big)
		y += 70
	}
	if r.ML[label.RegionWT] == 0 {
		alarm := bodyStyle
		alarm.Colour = warning
		y = s.paragraph(b.Min.X, y-2*unit, b.Dx(), b.Max.Y, r.nothing(), alarm) + 4*unit
	}
	y = s.rule(b, y-4*unit)
	for _, part := range label.Parts {
		if part == label.Cavity {
			continue
		}
		s.swatch(b.Min.X, y, part)
		x := s.text(b.Min.X+22, y, part.String(), bodyStyle)
		s.text(x+2*unit, y, part.Name(), quietStyle)
		y += 24
	}
	y = s.rule(b, y)
	for _, words := range []string{placeText(sc.grid, r.At), sentence(r.Model), sentence(r.Computed)} {
		y = s.paragraph(b.Min.X, y, b.Dx(), b.Max.Y, words, quietStyle) + unit
	}
	if r.Edited {
		alarm := bodyStyle
		alarm.Colour = warning
		y = s.paragraph(b.Min.X, y, b.Dx(), b.Max.Y, editedText, alarm) + unit
	}
	foot := b.Max.Y - lineStep(quietStyle)
	s.paragraph(b.Min.X, foot, b.Dx(), b.Max.Y, sidesText(&r.Study), quietStyle)
	if len(r.Notices) > 0 {
		y = s.rule(b, y)
		s.notes(image.Rect(b.Min.X, y, b.Max.X, foot-6*unit), r.Notices)
	}
}

// placeText says where the planes are cut.
func placeText(g volume.Grid, at [3]int) string {
	mm := g.World([3]float64{float64(at[0]), float64(at[1]), float64(at[2])})
	return fmt.Sprintf("Voxel %d %d %d · RAS %.1f %.1f %.1f mm", at[0], at[1], at[2], mm[0], mm[1], mm[2])
}

// sidesText says in words what the letters on the planes say.
func sidesText(s *Study) string {
	side := "left"
	if s.Convention == render.Neurological {
		side = "right"
	}
	words := fmt.Sprintf("%s: the patient's right is on the %s.", sentence(s.Convention.String()), side)
	if s.UnsureSides {
		words += " Unsure: the files say little about it."
	}
	return words
}

// notes writes notices one below the other; those that have no room are counted.
func (s *sheet) notes(b image.Rectangle, notices []string) {
	style := quietStyle
	style.Colour = normal
	y, step := b.Min.Y, lineStep(style)
	for n, words := range notices {
		last := b.Max.Y
		if n+1 < len(notices) {
			last -= step
		}
		if y > last {
			s.text(b.Min.X, min(y, b.Max.Y), fmt.Sprintf("and %d more: see the sidecar file", len(notices)-n), quietStyle)
			return
		}
		y = s.paragraph(b.Min.X, y, b.Dx(), last, words, style) + unit
	}
}

// rule draws a thin line below y and gives back where the next text stands.
func (s *sheet) rule(b image.Rectangle, y int) int {
	s.fill(image.Rect(b.Min.X, y, b.Max.X, y+1), line)
	return y + 28
}

// parts draws the colours that make up a region, ending at x.
func (s *sheet) parts(x, y int, r label.Region) {
	for _, part := range []label.Label{label.ET, label.NCR, label.ED} {
		if part.In(r) {
			s.swatch(x-14, y, part)
			x -= 20
		}
	}
}

// swatch draws the colour of a part, standing on y.
func (s *sheet) swatch(x, y int, part label.Label) {
	s.fill(image.Rect(x, y-12, x+14, y+2), render.Usual[part])
}
