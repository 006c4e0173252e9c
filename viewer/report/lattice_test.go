package report

import (
	"image"
	"testing"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/place"
	"quorum/viewer/sequence"
)

// swept makes a lattice of the small head in which a subset finds the less, the fewer sequences it has.
func swept(present sequence.Subset) Lattice {
	volumes, truth := heads()["LPS"].volumes, heads()["LPS"].truth
	l := Lattice{Study: Study{Title: "phantom", Volumes: volumes, Model: "model tiny"}, Present: present, Truth: truth, At: place.First(truth, volumes[:]...)}
	for _, u := range present.Subsets() {
		m := &label.Map{Grid: truth.Grid, Voxel: make([]label.Label, len(truth.Voxel))}
		for n, v := range truth.Voxel {
			if n%4 < u.Len() {
				m.Voxel[n] = v
			}
		}
		share := float64(u.Len()) / 4
		overlap := 2 * share / (1 + share)
		c := Cell{Row: compare.Row{Subset: u, ML: m.RegionML(), Dice: &[3]float64{overlap, overlap, overlap}}, Labels: m}
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

// The picture has the cells of the layout and no others: here the full set, which is the reference, and the four triples.
func TestLatticeOfALayout(t *testing.T) {
	t.Parallel()
	l := swept(sequence.Full)
	l.Truth = nil
	layout := compare.LeaveOneOut.Layout(sequence.Full, sequence.Full, false)
	l.Layout = &layout
	picture, err := l.Draw()
	if err != nil {
		t.Fatal(err)
	}
	if want := 2*margin + 3*(cellWidth+gap) - gap; picture.Rect.Dx() != want {
		t.Errorf("%v, want %d wide", picture.Rect, want)
	}
	for n := range 6 {
		at := image.Pt(margin+n%3*(cellWidth+gap), headHeight+n/3*(cellHeight+gap))
		full := count(picture, image.Rectangle{Min: at, Max: at.Add(image.Pt(cellImage, cellHeight))}, black) > 1000
		if full != (n < 5) || (picture.RGBAAt(at.X, at.Y) == accent) != (n == 0) {
			t.Errorf("place %d: an image %v, a frame %v", n, full, picture.RGBAAt(at.X, at.Y) == accent)
		}
	}
}

// TestReferenceIsTheUsedResult: without a truth the results are measured against that of the used sequences, and the picture says so.
func TestReferenceIsTheUsedResult(t *testing.T) {
	t.Parallel()
	l := swept(sequence.Full)
	l.Truth, l.Base = nil, sequence.Of(sequence.T1, sequence.T1ce, sequence.T2)
	c, ok := l.reference()
	if !ok || c.Subset != l.Base {
		t.Errorf("the reference is the result of %s", c.Subset)
	}
	if got := l.comparison().ReferenceName(); got != (&compare.Comparison{Present: sequence.Full, Base: l.Base}).ReferenceName() {
		t.Errorf("the reference is called %q", got)
	}
	l.Base = 0
	if c, ok := l.reference(); !ok || c.Subset != sequence.Full {
		t.Errorf("without a word the reference is the result of %s", c.Subset)
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
	row := l.Cells[0].Row
	if c := l.comparison(); c.ScoreName() != "Dice (truth)" || c.Score(row) != row.Dice {
		t.Errorf("against a truth the score is %q", c.ScoreName())
	}
	l.Truth = nil
	if c := l.comparison(); c.ScoreName() != "agreement" || c.Score(row) != row.Agreement {
		t.Errorf("against another result the score is %q", c.ScoreName())
	}
	if scoreStyle(true) == scoreStyle(false) {
		t.Error("Dice and agreement look alike")
	}
}
