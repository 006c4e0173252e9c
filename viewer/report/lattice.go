package report

import (
	"image"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Lattice is the comparison of all subsets of a study's sequences.
type Lattice struct {
	Study
	Present sequence.Subset // the sequences that were used at all
	Cells   []Cell          // in any order; a subset without one is drawn as not computed
	Truth   *label.Map      // nil = none: then the result of all present sequences is the reference
	At      [3]int          // the crosshair, a voxel: see Place
}

// Cell is the result of one subset.
type Cell struct {
	Subset    sequence.Subset
	Labels    *label.Map
	ML        [label.RegionCount]float64  // volumes of the regions
	Dice      *[label.RegionCount]float64 // with the truth; nil = there is no truth
	Agreement *[label.RegionCount]float64 // Dice with the result of all present sequences; nil for that result itself
}

// axes are the map's axes in Gray order: each step to a neighbour adds or removes one sequence. Together they hold every
// subset of the present sequences once, and the empty set, whose place the reference takes. Absent sequences remove rows and columns.
func (l *Lattice) axes() (rows, columns []sequence.Subset) {
	return gray(l.Present, sequence.FLAIR, sequence.T2), gray(l.Present, sequence.T1, sequence.T1ce)
}

// gray lists the subsets of two sequences in Gray order, without those that are not present.
func gray(present sequence.Subset, a, b sequence.Sequence) []sequence.Subset {
	var list []sequence.Subset
	for _, u := range []sequence.Subset{0, sequence.Of(a), sequence.Of(a, b), sequence.Of(b)} {
		if u.Without(present) == 0 {
			list = append(list, u)
		}
	}
	return list
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
		return Cell{Subset: sequence.Full, Labels: l.Truth, ML: l.Truth.RegionML()}, true
	}
	c, ok := l.cell(l.Present)
	c.Agreement = nil
	return c, ok
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

// Draw draws the lattice: the same axial place for every subset, with volumes and scores; the reference in the corner that no subset
// needs; below it caption, legend, model and notices. The height follows from the content. It fails if nothing can be shown.
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
	rows, columns := l.axes()
	table := image.Pt(rowHead+len(columns)*(cellWidth+gap)-gap, columnHead+len(rows)*(cellHeight+gap)-gap)
	width := max(latticeWidth, table.X+2*margin)
	words := l.words(sc.shown)
	s := newSheet(width, headHeight+table.Y+4*unit+legendHeight+height(words, width-2*margin)+footHeight+2*unit)

	s.text(margin, 50, s.lettering.Shorten(l.Title, titleStyle, width-2*margin), titleStyle)
	s.subset(margin, 78, l.Present)
	origin := image.Pt(margin, headHeight)
	s.heads(&l, origin, rows, columns)
	for r, row := range rows {
		for c, column := range columns {
			at := origin.Add(image.Pt(rowHead+c*(cellWidth+gap), columnHead+r*(cellHeight+gap)))
			s.cell(&l, sc, image.Rectangle{Min: at, Max: at.Add(image.Pt(cellWidth, cellHeight))}, row.With(column))
		}
	}
	y := s.legend(&l, margin, origin.Y+table.Y+4*unit)
	s.blocks(margin, y, width-2*margin, words)
	s.foot(margin)
	return s, nil
}
