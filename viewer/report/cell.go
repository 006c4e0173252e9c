package report

import (
	"fmt"
	"image"

	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// heads names the rows and columns.
func (s *sheet) heads(l *Lattice, origin image.Point, rows, columns []sequence.Subset) {
	for c, u := range columns {
		s.text(origin.X+rowHead+c*(cellWidth+gap), origin.Y+columnHead-3*unit, l.headText(u, sequence.T1, sequence.T1ce), headingStyle)
	}
	for r, u := range rows {
		middle := origin.Y + columnHead + r*(cellHeight+gap) + cellHeight/2
		lines := s.lettering.Wrap(l.headText(u, sequence.FLAIR, sequence.T2), headingStyle, rowHead-4*unit)
		for n, words := range lines {
			s.text(origin.X, middle+n*20-(len(lines)-1)*10+5, words, headingStyle)
		}
	}
}

// headText names a row or column of the map over the sequences a and b.
func (l *Lattice) headText(u sequence.Subset, a, b sequence.Sequence) string {
	switch {
	case u.Len() == 2:
		return fmt.Sprintf("%s + %s", a, b)
	case u.Len() == 1:
		return u.Names()
	case l.Present.Has(a) && l.Present.Has(b):
		return fmt.Sprintf("neither %s nor %s", a, b)
	case l.Present.Has(a):
		return fmt.Sprintf("without %s", a)
	case l.Present.Has(b):
		return fmt.Sprintf("without %s", b)
	}
	return "" // neither is there at all
}

// cell draws the result of a subset, or the reference for the empty set.
func (s *sheet) cell(l *Lattice, sc *scene, box image.Rectangle, u sequence.Subset) {
	c, ok := l.cell(u)
	heading := u.Names()
	if u == 0 {
		c, ok = l.reference()
		heading = "Reference: " + l.referenceName()
	}
	if !ok {
		s.blank(box, heading, "not computed")
		return
	}
	s.fill(box, panel)
	picture := box
	picture.Max.X = box.Min.X + cellImage
	view := render.NewView(sc.grid, render.Axial, l.Convention)
	w, h := extentMM(view, sc.crop(view, 10))
	s.plane(sc, tile{
		box: picture, view: view, shown: sc.shown, overlay: c.Labels, outline: thinOutline, small: true,
		scale: min(float64(picture.Dx())/w, float64(picture.Dy())/h),
	})
	x, y := picture.Max.X+4*unit, box.Min.Y+6*unit
	if u == 0 {
		style := headingStyle
		style.Colour = accent
		s.paragraph(x, y, cellText, y+lineStep(style), heading, style)
		s.frame(box, 2, accent)
	} else {
		render.DrawSubset(s.RGBA, image.Pt(x+6, y-5), 6, 18, u, strong)
		s.text(x, y+5*unit, heading, quietStyle)
	}
	s.numbers(l, c, x, y+14*unit, u == 0)
}

// referenceName says what the results are compared with.
func (l *Lattice) referenceName() string {
	switch {
	case l.Truth != nil:
		return "truth mask"
	case l.Present == sequence.Full:
		return "result of all four"
	}
	return "result of " + l.Present.Names()
}

// volumeEnd is where volumes end, from the left of a cell's text.
const volumeEnd = 112

// numbers writes volumes and scores of a cell, a line and a bar for each region.
func (s *sheet) numbers(l *Lattice, c Cell, x, y int, isReference bool) {
	mark := quietStyle
	mark.Size = 12
	score, name := l.score(c)
	if isReference {
		score = nil
	}
	reference, compared := l.reference()
	right := x + cellText
	switch {
	case score != nil:
		s.textEnd(right, y, name, mark)
	case !isReference && l.Truth == nil && c.Subset == l.Present:
		s.textEnd(right, y, "reference", mark)
	}
	s.textEnd(x+volumeEnd, y, "volume", mark)
	y += 6 * unit
	for _, r := range told {
		s.text(x, y, r.String(), quietStyle)
		volume := bodyStyle
		volume.Size = 14
		s.textEnd(x+volumeEnd, y, wording.Volume(r, c.Subset, c.ML[r])+" mL", volume)
		if score != nil {
			style := l.scoreStyle()
			words, share := fmt.Sprintf("%.2f", score[r]), score[r]
			if compared && c.ML[r] == 0 && reference.ML[r] == 0 {
				words, share, style = "none/none", 0, mark
			}
			s.textEnd(right, y, words, style)
			s.fill(image.Rect(x, y+2*unit, right, y+2*unit+3), line)
			s.fill(image.Rect(x, y+2*unit, x+int(share*cellText+0.5), y+2*unit+3), render.Usual.Region(r))
		}
		y += 10 * unit
	}
}

// score is what a cell is judged by, with its name: Dice against a truth, agreement between results, never both.
func (l *Lattice) score(c Cell) (value *[label.RegionCount]float64, name string) {
	if l.Truth != nil {
		return c.Dice, "Dice (truth)"
	}
	return c.Agreement, "agreement"
}

// scoreStyle sets a Dice against the truth apart from mere agreement.
func (l *Lattice) scoreStyle() render.Style {
	if l.Truth != nil {
		return render.Style{Size: 14, Bold: true, Colour: strong}
	}
	return render.Style{Size: 14, Colour: accent}
}
