package report

import (
	"image"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

func TestAxesAreInGrayOrder(t *testing.T) {
	t.Parallel()
	for _, present := range sequence.Full.Subsets() {
		l := Lattice{Present: present}
		rows, columns := l.axes()
		seen := map[sequence.Subset]bool{}
		for r, row := range rows {
			for c, column := range columns {
				u := row.With(column)
				seen[u] = true
				if r > 0 && apart(u, rows[r-1].With(column)) != 1 || c > 0 && apart(u, row.With(columns[c-1])) != 1 {
					t.Errorf("%s: a neighbour of %s differs by more than one sequence", present.Names(), u.Names())
				}
			}
		}
		if len(seen) != len(rows)*len(columns) || len(seen) != len(present.Subsets())+1 || !seen[0] || !seen[present] || rows[0] != 0 || columns[0] != 0 {
			t.Errorf("%s: %d×%d cells, %d different", present.Names(), len(rows), len(columns), len(seen))
		}
	}
	l := Lattice{Present: sequence.Full}
	rows, columns := l.axes()
	if l.headText(rows[2], sequence.FLAIR, sequence.T2) != "FLAIR + T2" || l.headText(columns[3], sequence.T1, sequence.T1ce) != "T1ce" {
		t.Errorf("rows %v, columns %v", rows, columns)
	}
}

// apart is the number of sequences in one of the two only.
func apart(a, b sequence.Subset) int { return a.Without(b).Len() + b.Without(a).Len() }

// swept makes a lattice of the small head in which a subset finds the less, the fewer sequences it has.
func swept(present sequence.Subset) Lattice {
	volumes, truth := heads()["LPS"].volumes, heads()["LPS"].truth
	l := Lattice{Study: Study{Title: "phantom", Volumes: volumes, Model: "model tiny"}, Present: present, Truth: truth, At: Place(truth, volumes)}
	for _, u := range present.Subsets() {
		m := &label.Map{Grid: truth.Grid, Voxel: make([]label.Label, len(truth.Voxel))}
		for n, v := range truth.Voxel {
			if n%4 < u.Len() {
				m.Voxel[n] = v
			}
		}
		share := float64(u.Len()) / 4
		overlap := 2 * share / (1 + share)
		c := Cell{Subset: u, Labels: m, ML: m.RegionML(), Dice: &[3]float64{overlap, overlap, overlap}}
		if u != present {
			c.Agreement = &[3]float64{overlap, overlap, overlap}
		}
		l.Cells = append(l.Cells, c)
	}
	return l
}

func TestLatticeIsDrawn(t *testing.T) {
	t.Parallel()
	for keys, cells := range map[string]image.Point{"flair,t1,t1ce,t2": {4, 4}, "flair,t1,t2": {2, 4}, "t1,t1ce": {4, 1}, "t2": {1, 2}} {
		present, err := sequence.ParseSubset(keys)
		if err != nil {
			t.Fatal(err)
		}
		l := swept(present)
		picture, err := l.Draw()
		if err != nil {
			t.Fatal(err)
		}
		if want := max(latticeWidth, 2*margin+rowHead+cells.X*(cellWidth+gap)-gap); picture.Rect.Dx() != want || !picture.Opaque() {
			t.Errorf("%s: %v, want %d wide", keys, picture.Rect, want)
		}
		// The reference alone has a frame, in the first cell.
		corner := image.Pt(margin+rowHead, headHeight+columnHead)
		if picture.RGBAAt(corner.X, corner.Y) != accent || picture.RGBAAt(corner.X, corner.Y+cellHeight+gap) == accent {
			t.Errorf("%s: the first cell is not marked as the reference", keys)
		}
		// Every cell holds an image, on black.
		for r := range cells.Y {
			for c := range cells.X {
				at := corner.Add(image.Pt(c*(cellWidth+gap), r*(cellHeight+gap)))
				box := image.Rectangle{Min: at, Max: at.Add(image.Pt(cellImage, cellHeight))}
				if count(picture, box, black) < 1000 {
					t.Errorf("%s: cell %d,%d holds no image", keys, r, c)
				}
			}
		}
	}
}

func TestMissingCellsAreSaid(t *testing.T) {
	t.Parallel()
	l := swept(sequence.Full)
	l.Cells = l.Cells[10:] // the triples and the full set
	if _, err := l.Draw(); err != nil {
		t.Fatal(err)
	}
	l.Cells, l.Truth = l.Cells[:4], nil
	if _, ok := l.reference(); ok {
		t.Error("there is a reference without truth and full result")
	}
	if _, err := l.Draw(); err != nil {
		t.Fatal(err)
	}
	l.At = [3]int{-1, 0, 0}
	if picture, err := l.Draw(); err == nil || picture != nil {
		t.Error("a crosshair outside the image is drawn")
	}
}

func TestScoresAreNamed(t *testing.T) {
	t.Parallel()
	l := swept(sequence.Full)
	if v, name := l.score(l.Cells[0]); name != "Dice (truth)" || v != l.Cells[0].Dice {
		t.Errorf("against a truth the score is %q", name)
	}
	withTruth := l.scoreStyle()
	l.Truth = nil
	if v, name := l.score(l.Cells[0]); name != "agreement" || v != l.Cells[0].Agreement {
		t.Errorf("against another result the score is %q", name)
	}
	if l.scoreStyle() == withTruth {
		t.Error("Dice and agreement look alike")
	}
}

func TestCaption(t *testing.T) {
	t.Parallel()
	without := func(s sequence.Sequence) sequence.Subset { return sequence.Full.Without(sequence.Of(s)) }
	some := &label.Map{}
	l := Lattice{Present: sequence.Full, Cells: []Cell{
		{Subset: sequence.Full, Labels: some, ML: [3]float64{12, 84.2, 30}},
		{Subset: without(sequence.T1ce), Labels: some, ML: [3]float64{4.1, 84, 25}, Agreement: &[3]float64{0.38, 0.98, 0.8}},
		{Subset: without(sequence.T2), Labels: some, ML: [3]float64{12.3, 83.8, 30}, Agreement: &[3]float64{0.97, 0.968, 0.97}},
		{Subset: without(sequence.FLAIR), Labels: some, ML: [3]float64{12, 60, 30}, Agreement: &[3]float64{0.95, 0.7, 0.95}},
	}}
	want := "In this study, with this model, leaving out T1ce changes the enhancing volume from 12.00 mL to about 4 mL (overlap 0.38); " +
		"leaving out T2 changes nothing by more than 0.4 mL (overlap at least 0.96)."
	if got := l.Caption(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for _, odd := range []Lattice{
		{Present: sequence.Full},
		{Present: sequence.Of(sequence.T1), Cells: []Cell{{Subset: sequence.Of(sequence.T1), Labels: some, ML: [3]float64{0, 1, 0}}}},
		{Present: sequence.Full, Cells: l.Cells[:1]},
		{Present: sequence.Full, Cells: []Cell{{Subset: sequence.Full, Labels: some}}},
	} {
		if got := odd.Caption(); !strings.HasPrefix(got, "In this study, with this model, ") || !strings.HasSuffix(got, ".") {
			t.Errorf("%q", got)
		}
	}
}

func TestCaptionOfEmptyRegions(t *testing.T) {
	t.Parallel()
	some := &label.Map{}
	l := Lattice{Present: sequence.Of(sequence.T1, sequence.T1ce), Cells: []Cell{
		{Subset: sequence.Of(sequence.T1, sequence.T1ce), Labels: some, ML: [3]float64{0, 5, 0}},
		{Subset: sequence.Of(sequence.T1), Labels: some, ML: [3]float64{0, 4, 0}, Agreement: &[3]float64{0, 0.9, 0}},
	}}
	// A region that both lack is no disagreement, whatever number stands for it.
	if got := l.Caption(); !strings.Contains(got, "whole tumour volume from 5.00 mL to 4.00 mL (overlap 0.90)") {
		t.Error(got)
	}
}

func TestCeilingStaysTrue(t *testing.T) {
	t.Parallel()
	for ml, want := range map[float64]string{0: "0.1", 0.04: "0.1", 0.1: "0.1", 0.3: "0.3", 0.31: "0.4", 1: "1", 1.01: "1.5", 9.9: "10", 10.2: "11"} {
		if got := ceiling(ml); got != want {
			t.Errorf("ceiling(%g) = %s, want %s", ml, got, want)
		}
	}
}
