package report

import (
	"fmt"
	"math"

	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// legendHeight is the height of the line of colours below the lattice.
const legendHeight = 40

// block is a paragraph below the lattice.
type block struct {
	words string
	style render.Style
}

// words are the paragraphs below the lattice: caption, how to read it, model, notices.
func (l *Lattice) words(shown sequence.Sequence) []block {
	notice := quietStyle
	notice.Colour = normal
	caption := bodyStyle
	caption.Colour = strong
	list := []block{{l.Caption(), caption}, {l.reading(shown), quietStyle}}
	for _, words := range []string{l.Model, l.Computed, sidesText(&l.Study)} {
		if words != "" {
			list = append(list, block{sentence(words), quietStyle})
		}
	}
	for _, words := range l.Notices {
		list = append(list, block{words, notice})
	}
	return list
}

// reading says how to read the lattice.
func (l *Lattice) reading(shown sequence.Sequence) string {
	score := fmt.Sprintf("Agreement is the Dice with the %s; it says nothing about the truth.", l.comparison().ReferenceName())
	if l.Truth != nil {
		score = "Dice (truth) compares with the truth mask."
	}
	steps := "Every step to a neighbour adds or removes one sequence. "
	if len(l.layout().RowNames) == 0 {
		steps = ""
	}
	return fmt.Sprintf("%sEach cell shows the same axial slice of %s with what was found without looking at the hollow sequences. %s Both empty: "+
		"none/none.", steps, shown, score)
}

// height is what the blocks need at this width.
func height(blocks []block, width int) int {
	lettering := render.NewLettering()
	sum := 0
	for _, b := range blocks {
		sum += len(lettering.Wrap(b.words, b.style, width))*lineStep(b.style) + unit
	}
	return sum + 4*unit
}

// blocks writes paragraphs one below the other.
func (s *sheet) blocks(x, y, width int, blocks []block) {
	y += 3 * unit
	for _, b := range blocks {
		y = s.paragraph(x, y, width, math.MaxInt, b.words, b.style) + unit
	}
}

// legend draws the colours in one line, and what they make up; it gives back its lower edge.
func (s *sheet) legend(l *Lattice, x, y int) int {
	at := y + 5*unit
	parts := []label.Label{label.NCR, label.ED, label.ET}
	if l.hasCavity() {
		parts = append(parts, label.Cavity)
	}
	for _, part := range parts {
		s.swatch(x, at, part)
		x = s.text(x+22, at, part.String(), bodyStyle)
		x = s.text(x+2*unit, at, part.Name(), quietStyle) + 6*unit
	}
	s.text(x, at, "WT = NCR + ED + ET    TC = NCR + ET", quietStyle)
	return y + legendHeight
}

// hasCavity says whether the truth shows a resection cavity, which no result has.
func (l *Lattice) hasCavity() bool {
	return l.Truth != nil && l.Truth.Count()[label.Cavity] > 0
}
