package report

import (
	"image"

	"quorum/viewer/compare"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// heads names the rows and columns.
func (s *sheet) heads(layout compare.Layout, origin image.Point) {
	for c, name := range layout.ColumnNames {
		s.text(origin.X+rowHead+c*(cellWidth+gap), origin.Y+columnHead-3*unit, name, headingStyle)
	}
	for r, name := range layout.RowNames {
		middle := origin.Y + columnHead + r*(cellHeight+gap) + cellHeight/2
		lines := s.lettering.Wrap(name, headingStyle, rowHead-4*unit)
		for n, words := range lines {
			s.text(origin.X, middle+n*20-(len(lines)-1)*10+5, words, headingStyle)
		}
	}
}

// cell draws the result of a subset, or the reference for the empty set.
func (s *sheet) cell(l *Lattice, numbers *compare.Comparison, sc *scene, box image.Rectangle, u sequence.Subset) {
	c, ok := l.cell(u)
	heading := u.Names()
	if u == 0 {
		c, ok = l.reference()
		heading = "Reference: " + numbers.ReferenceName()
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
		if numbers.IsReference(c.Row) {
			s.frame(box, 2, accent)
		}
	}
	s.numbers(numbers, c.Row, x, y+14*unit, u == 0)
}

// volumeEnd is where volumes end, from the left of a cell's text.
const volumeEnd = 112

// numbers writes volumes and scores of a cell, a line and a bar for each region.
func (s *sheet) numbers(c *compare.Comparison, row compare.Row, x, y int, isReference bool) {
	mark := quietStyle
	mark.Size = 12
	score := c.Score(row)
	if isReference {
		score = nil
	}
	right := x + cellText
	switch {
	case score != nil:
		s.textEnd(right, y, c.ScoreName(), mark)
	case !isReference && c.IsReference(row):
		s.textEnd(right, y, "reference", mark)
	}
	s.textEnd(x+volumeEnd, y, "volume", mark)
	y += 6 * unit
	for _, r := range compare.Told {
		s.text(x, y, r.String(), quietStyle)
		volume := bodyStyle
		volume.Size = 14
		s.textEnd(x+volumeEnd, y, wording.Volume(r, row.Subset, row.ML[r])+" mL", volume)
		if score != nil {
			words, share, style := c.ScoreText(row, r), score[r], scoreStyle(c.HasTruth())
			if c.BothEmpty(row, r) {
				share, style = 0, mark
			}
			s.textEnd(right, y, words, style)
			s.fill(image.Rect(x, y+2*unit, right, y+2*unit+3), line)
			s.fill(image.Rect(x, y+2*unit, x+int(share*cellText+0.5), y+2*unit+3), render.Usual.Region(r))
		}
		y += 10 * unit
	}
}

// scoreStyle sets a Dice against the truth apart from mere agreement.
func scoreStyle(truth bool) render.Style {
	if truth {
		return render.Style{Size: 14, Bold: true, Colour: strong}
	}
	return render.Style{Size: 14, Colour: accent}
}
