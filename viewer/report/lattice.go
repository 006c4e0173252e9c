package report

import (
	"cmp"
	"image"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Lattice is the comparison of subsets of a study's sequences.
type Lattice struct {
	Study
	Present sequence.Subset // the sequences that were used at all
	Base    sequence.Subset // of them, those whose result is the reference where there is no truth; 0 = all
	Layout  *compare.Layout // which subsets are drawn, and where; nil = all
	Cells   []Cell          // in any order; a subset without one is drawn as not computed
	Truth   *label.Map      // nil = none: then the result of Base is the reference
	At      [3]int          // the crosshair, a voxel: see place.First
}

// Cell is the result of one subset, in numbers and as labels.
type Cell struct {
	compare.Row
	Labels *label.Map
}

// comparison are the cells in numbers.
func (l *Lattice) comparison() *compare.Comparison {
	c := &compare.Comparison{Present: l.Present, Base: cmp.Or(l.Base, l.Present)}
	if l.Truth != nil {
		ml := l.Truth.RegionML()
		c.TruthML = &ml
	}
	for _, cell := range l.Cells {
		if cell.Labels != nil {
			c.Rows = append(c.Rows, cell.Row)
		}
	}
	return c
}

// Caption says in a sentence what leaving out a sequence changes.
func (l *Lattice) Caption() string { return l.comparison().Caption() }

// layout is where the cells stand.
func (l *Lattice) layout() compare.Layout {
	if l.Layout != nil {
		return *l.Layout
	}
	return compare.NewLayout(l.Present)
}

// cell finds the result of a subset.
func (l *Lattice) cell(u sequence.Subset) (Cell, bool) {
	for _, c := range l.Cells {
		if c.Subset == u && c.Labels != nil {
			return c, true
		}
	}
	return Cell{}, false
}

// reference is what stands in the corner of the empty set; false where there is nothing to compare with.
func (l *Lattice) reference() (Cell, bool) {
	if l.Truth != nil {
		return Cell{Row: compare.Row{ML: l.Truth.RegionML()}, Labels: l.Truth}, true
	}
	return l.cell(cmp.Or(l.Base, l.Present))
}

// The sizes of the lattice, in pixels.
const (
	cellImage    = 228
	cellHeight   = 276
	cellText     = 180
	cellWidth    = cellImage + 4*unit + cellText + 4*unit
	rowHead      = 108
	columnHead   = 36
	latticeWidth = 1000 // at least, so that captions can be read
)

// Draw draws the lattice: the same axial place for every subset of the layout, with volumes and scores, and the reference; below it caption,
// legend, model and notices. The height follows from the content. It fails if nothing can be shown.
func (l Lattice) Draw() (*image.RGBA, error) {
	s, err := l.draw()
	if err != nil {
		return nil, err
	}
	return s.RGBA, nil
}

func (l Lattice) draw() (*sheet, error) {
	maps := []*label.Map{l.Truth}
	for _, c := range l.Cells {
		maps = append(maps, c.Labels)
	}
	sc, err := l.scene(l.Present, l.At, maps...)
	if err != nil {
		return nil, err
	}
	layout, numbers := l.layout(), l.comparison()
	first := image.Point{} // the first cell, from the corner of the headings
	if len(layout.ColumnNames) > 0 {
		first = image.Pt(rowHead, columnHead)
	}
	table := first.Add(image.Pt(layout.Columns*(cellWidth+gap)-gap, layout.Rows*(cellHeight+gap)-gap))
	width := max(latticeWidth, table.X+2*margin)
	words := l.words(sc.shown)
	s := newSheet(width, headHeight+table.Y+4*unit+legendHeight+height(words, width-2*margin)+footHeight+2*unit)

	s.text(margin, 50, s.lettering.Shorten(l.Title, titleStyle, width-2*margin), titleStyle)
	s.subset(margin, 78, l.Present)
	origin := image.Pt(margin, headHeight)
	s.heads(layout, origin)
	for _, u := range layout.Cells() {
		r, c, _ := layout.Place(u)
		at := origin.Add(first).Add(image.Pt(c*(cellWidth+gap), r*(cellHeight+gap)))
		s.cell(&l, numbers, sc, image.Rectangle{Min: at, Max: at.Add(image.Pt(cellWidth, cellHeight))}, u)
	}
	y := s.legend(&l, margin, origin.Y+table.Y+4*unit)
	s.blocks(margin, y, width-2*margin, words)
	s.foot(margin)
	return s, nil
}
