package pane

import (
	"fmt"
	"image"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"github.com/google/go-cmp/cmp"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

func TestLatticeLaysOutSubsets(t *testing.T) {
	for _, c := range []struct {
		present sequence.Subset
		cells   int // with the reference's corner
	}{
		{sequence.Full, 16},
		{sequence.Of(sequence.FLAIR, sequence.T1, sequence.T2), 8},
		{sequence.Of(sequence.T1, sequence.T1ce), 4},
		{sequence.Of(sequence.T2), 2},
	} {
		keys, _ := newTestKeys()
		l := NewLattice(keys, c.present)
		var told image.Point
		l.OnSize = func(p image.Point) { told = p }
		window(t, l, 701, 503)
		if len(l.cells) != c.cells {
			t.Errorf("%s: %d cells, want %d", c.present, len(l.cells), c.cells)
		}
		for u, a := range l.cells {
			size := pixelSize(a.image.Size(), 1)
			if size != told || size.X < 50 || size.Y < 50 {
				t.Errorf("%s: the picture of %s is %v, and %v was told", c.present, u, size, told)
			}
			if p := a.Position().Add(a.Size()); p.X > 701 || p.Y > 503 {
				t.Errorf("%s: the cell of %s ends at %v", c.present, u, p)
			}
		}
	}
}

// A layout of fewer cells gives each more room, and what they show stays.
func TestLatticeGivesRoomToALayout(t *testing.T) {
	keys, _ := newTestKeys()
	l := NewLattice(keys, sequence.Full)
	window(t, l, 880, 580)
	l.SetCell(sequence.Full, Cell{State: Computed, ML: "12.00"})
	before := l.Pixels()
	layout := compare.LeaveOneOut.Layout(sequence.Full, sequence.Full, false)
	l.SetLayout(layout)
	if after := l.Pixels(); after.X < before.X*4/3 || after.Y < before.Y*3/2 {
		t.Errorf("pictures of %v became %v", before, after)
	}
	c := l.cells[sequence.Full]
	if c.ml.Text != "12.00 mL" || c.title.text != "all four" || l.cells[sequence.Full.Without(sequence.Of(sequence.T1ce))].title.text != "without T1ce" {
		t.Errorf("the cell is called %q and says %q", c.title.text, c.ml.Text)
	}
	shown := 0
	for _, o := range l.render.Objects() {
		if _, ok := o.(*cell); ok {
			shown++
		}
	}
	if shown != 5 {
		t.Errorf("%d cells are shown", shown)
	}
	l.Resize(fyne.NewSize(440, 400))
	if c := l.cells[sequence.Full.Without(sequence.Of(sequence.T1ce))]; c.title.text != "" {
		t.Errorf("in a small cell the name begins %q", c.title.text)
	}
	var got []sequence.Subset
	l.OnPoint = func(u sequence.Subset, _ bool) { got = append(got, u) }
	for _, k := range []fyne.KeyName{fyne.KeyLeft, fyne.KeyRight, fyne.KeyDown, fyne.KeyRight} {
		l.TypedKey(&fyne.KeyEvent{Name: k})
	}
	cells := layout.Cells()
	if want := []sequence.Subset{cells[0], cells[1], cells[4], cells[4]}; !cmp.Equal(got, want) {
		t.Errorf("arrows go to %v, want %v", got, want)
	}
	l.OnOpen = func(u sequence.Subset) { t.Errorf("Return opens %s, which has no place", u) }
	l.Point(sequence.Of(sequence.T1), true)
	l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

func TestLatticeTellsClicksFromDrags(t *testing.T) {
	keys, _ := newTestKeys()
	l := NewLattice(keys, sequence.Full)
	window(t, l, 700, 500)
	u := sequence.Of(sequence.FLAIR, sequence.T1)
	var got []string
	l.OnOpen = func(u sequence.Subset) { got = append(got, "open "+u.String()) }
	l.OnDrag = func(u sequence.Subset, d Drag) {
		got = append(got, fmt.Sprintf("%s %d %d %v", u, d.Gesture, d.Phase, d.Step))
	}
	c := l.cells[u]
	const left, right = desktop.MouseButtonPrimary, desktop.MouseButtonSecondary
	c.MouseDown(at(20, 20, left, 0))
	c.MouseMoved(at(22, 20, left, 0))
	c.MouseUp(at(22, 21, left, 0))
	c.MouseDown(at(20, 20, left, 0))
	c.MouseMoved(at(40, 20, left, 0))
	c.MouseUp(at(40, 20, left, 0))
	c.MouseDown(at(20, 20, right, 0))
	c.MouseUp(at(20, 25, right, 0))
	want := []string{
		"open flair-t1",
		"flair-t1 0 0 {0 0}", "flair-t1 0 1 {20 0}", "flair-t1 0 2 {0 0}",
		"flair-t1 1 0 {0 0}", "flair-t1 1 1 {0 5}", "flair-t1 1 2 {0 0}",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLatticePoints(t *testing.T) {
	keys, _ := newTestKeys()
	l := NewLattice(keys, sequence.Full)
	window(t, l, 700, 500)
	var got []string
	l.OnPoint = func(u sequence.Subset, in bool) { got = append(got, fmt.Sprint(u, in)) }
	l.OnOpen = func(u sequence.Subset) { got = append(got, "open "+u.String()) }
	a := l.cells[sequence.Of(sequence.T1)]
	a.MouseIn(at(5, 5, 0, 0))
	a.MouseMoved(at(6, 5, 0, 0))
	a.MouseOut()
	l.Point(sequence.Of(sequence.T1), true)
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyRight, fyne.KeyReturn, fyne.KeyUp, fyne.KeyUp, fyne.KeyUp} {
		l.TypedKey(&fyne.KeyEvent{Name: k})
	}
	want := []string{"t1 true", "t1 false", "flair-t1 true", "flair-t1-t1ce true", "open flair-t1-t1ce", "t1-t1ce true", "t1-t1ce true", "t1-t1ce true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for u, c := range l.cells {
		if c.lit != (u == sequence.Of(sequence.T1, sequence.T1ce)) {
			t.Errorf("cell %s lit: %v", u, c.lit)
		}
	}
}

func TestCellSaysHowFarItIs(t *testing.T) {
	keys, _ := newTestKeys()
	l := NewLattice(keys, sequence.Full)
	window(t, l, 700, 500)
	u := sequence.Of(sequence.T1)
	c := l.cells[u]
	words := func() [4]string {
		return [4]string{c.picture.message.text, c.title.text, c.ml.Text, c.score.Text}
	}
	for _, k := range []struct {
		cell Cell
		want [4]string
	}{
		{Cell{}, [4]string{"click to compute"}},
		{Cell{State: Missing}, [4]string{"press Return"}},
		{Cell{State: Computing}, [4]string{"computing…"}},
		{Cell{State: Failed, ML: "1.00"}, [4]string{"failed"}},
		{Cell{State: Computed, ML: "about 12", Score: "0.38"}, [4]string{"", "", "about 12 mL", "0.38"}},
		{Cell{State: Computed, ML: "12.00", Score: "0.87", Truth: true}, [4]string{"", "", "12.00 mL", "0.87"}},
	} {
		l.SetCell(u, k.cell)
		c.Refresh()
		if diff := cmp.Diff(k.want, words()); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", k.cell, diff)
		}
		if c.score.TextStyle.Bold != k.cell.Truth {
			t.Errorf("%+v: agreement and Dice with the truth look alike", k.cell)
		}
	}
	l.SetFrame(u, frame())
	if c.picture.grey.image.Hidden {
		t.Error("the picture is not shown")
	}
	if c.picture.title.text != "" || c.picture.side[0].text != "R?" {
		t.Error("a cell shows more than the letters of the sides, or not those")
	}
	l.SetCell(u, Cell{State: Computing})
	if !c.picture.grey.image.Hidden {
		t.Error("a cell that is computed anew shows its old picture")
	}
	l.SetCell(sequence.Subset(0), Cell{State: Computed, Reference: "truth mask"})
	if r := l.cells[0]; r.title.text != "truth mask" || !r.circles[0].Hidden {
		t.Error("the reference's corner is not named, or has symbols")
	}
}

// A cell that is wanted says what computes it, in as many words as it has room for; Return there computes all that are wanted.
func TestMissingCellSaysWhatComputesIt(t *testing.T) {
	keys, _ := newTestKeys()
	handed := 0
	keys.OnKey = func(*fyne.KeyEvent) { handed++ }
	l := NewLattice(keys, sequence.Full)
	u := sequence.Of(sequence.T1)
	l.OnOpen = func(u sequence.Subset) { t.Errorf("Return opens %s, which is not computed", u) }
	for width, want := range map[float32]string{500: "press Return", 1000: "press Return to compute"} {
		window(t, l, width, 500)
		for v, over := range map[sequence.Subset]string{u: "click to compute", 0: want} {
			c := l.cells[v]
			data := Cell{State: Missing}
			if v == 0 {
				data.Reference = "Reference"
			}
			l.SetCell(v, data)
			c.Refresh()
			if got := c.picture.message.text; got != want || c.picture.message.width() > c.image.Size().Width {
				t.Errorf("%s at a width of %g: %q", v, width, got)
			}
			c.MouseIn(at(5, 5, 0, 0))
			if got := c.picture.message.text; got != over {
				t.Errorf("%s under the pointer: %q", v, got)
			}
			c.MouseOut()
		}
	}
	for n, state := range []CellState{Missing, Computing} {
		l.SetCell(u, Cell{State: state})
		l.Point(u, true)
		l.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
		if handed != n+1 {
			t.Errorf("state %d: Return is not handed on", state)
		}
	}
}

func TestLatticeLegend(t *testing.T) {
	keys, _ := newTestKeys()
	l := NewLattice(keys, sequence.Full)
	sizes := 0
	window(t, l, 700, 500)
	before := l.Pixels()
	l.OnSize = func(image.Point) { sizes++ }
	entries := []render.Entry{{Text: "gained", Colour: render.Usual[1]}, {Text: "lost", Colour: render.Usual[2], Hatched: true}}
	l.SetLegend(entries)
	l.SetLegend(entries)
	if sizes != 1 || l.Pixels().Y >= before.Y {
		t.Errorf("the legend changed the size %d times, from %v to %v", sizes, before, l.Pixels())
	}
	if l.legend[0].text.text != "gained" || !l.legend[0].hatch[0].Hidden || l.legend[1].hatch[0].Hidden {
		t.Error("the legend's words or hatching are wrong")
	}
	l.SetLegend(nil)
	if l.Pixels() != before || !l.legend[0].swatch.Hidden {
		t.Error("the legend stays")
	}
}

func TestTable(t *testing.T) {
	keys, _ := newTestKeys()
	table := NewTable(keys)
	var got []string
	table.OnSort = func(n int) { got = append(got, fmt.Sprint("sort ", n)) }
	table.OnOpen = func(u sequence.Subset) { got = append(got, "open "+u.String()) }
	table.OnPoint = func(u sequence.Subset, in bool) { got = append(got, fmt.Sprint(u, in)) }
	table.OnCopy = func() { got = append(got, "copy") }
	table.Set([]Column{{Group: "mL", Name: "WT", Width: 60}, {Group: "mL", Name: "ET", Width: 60}, {Group: "agreement", Name: "WT", Width: 60}},
		[]TableRow{{Subset: sequence.Of(sequence.T1), Text: []string{"1", "2", "3"}}, {Subset: sequence.Full, Text: []string{"4", "5", ""}, Marked: true}}, 1, true)
	window(t, table, 300, 100)
	table.Tapped(tap(tableLead+5, 10))
	table.Tapped(tap(tableLead+125, 10))
	table.Tapped(tap(5, 10))
	table.Tapped(tap(5, tableHead+tableRow+2))
	table.Tapped(tap(5, tableHead+2*tableRow+2)) // below the last row
	table.MouseMoved(at(5, tableHead+2, 0, 0))
	table.MouseOut()
	table.TypedShortcut(&fyne.ShortcutCopy{})
	want := []string{"sort 0", "sort 2", "sort -1", "open flair-t1-t1ce-t2", "t1 true", "t1 false", "copy"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(table.render.groups) != 2 || !table.render.names[1].TextStyle.Bold || table.render.names[0].TextStyle.Bold {
		t.Error("groups of columns, or the column that orders the rows, do not show")
	}
	table.Point(sequence.Full, true)
	if table.render.backs[1].FillColor != paint(theme.ColorNameSelection) || table.render.backs[0].FillColor == paint(theme.ColorNameSelection) {
		t.Error("the pointed row does not show")
	}
}

func TestDots(t *testing.T) {
	keys, _ := newTestKeys()
	d := NewDots(keys)
	var got []string
	d.OnOpen = func(u sequence.Subset) { got = append(got, "open "+u.String()) }
	d.OnPoint = func(u sequence.Subset, in bool) { got = append(got, fmt.Sprint(u, in)) }
	d.Set([]Dot{{Subset: sequence.Of(sequence.T1), ML: 5, Score: 0.5}, {Subset: sequence.Full, ML: 10, Score: math.NaN(), Marked: true}}, 10, label.RegionET, "agreement")
	window(t, d, 320, 80)
	d.Tapped(tap(100, dotsHead+dotsRow+3))
	d.MouseMoved(at(100, dotsHead+3, 0, 0))
	d.MouseOut()
	if diff := cmp.Diff([]string{"open flair-t1-t1ce-t2", "t1 true", "t1 false"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r := d.render
	middle := func(s, n int) float32 { return r.dots[s][n].Position().X + r.dots[s][n].Size().Width/2 }
	if got, want := middle(0, 1), r.mark.Position1.X; math.Abs(float64(got-want)) > 0.01 {
		t.Errorf("10 mL stands at %g, and the reference of 10 mL at %g", got, want)
	}
	zero, half := r.grid[0][0].Position1.X, middle(0, 0)
	if math.Abs(float64((half-zero)/(middle(0, 1)-zero)-0.5)) > 0.01 {
		t.Errorf("5 mL stands at %g, 0 at %g and 10 at %g", half, zero, middle(0, 1))
	}
	if !r.dots[1][1].Hidden || r.dots[1][0].Hidden {
		t.Error("a dot without a score is shown, or one with a score is not")
	}
	d.Point(sequence.Of(sequence.T1), true)
	if r.values[0].Text != "about 5" || r.values[1].Text != "0.50" {
		t.Errorf("values %q and %q of the pointed row", r.values[0].Text, r.values[1].Text)
	}
}

func TestTickStep(t *testing.T) {
	for most, want := range map[float64]float64{0: 1, 0.9: 0.2, 1: 0.2, 4.9: 1, 5.1: 2, 12: 5, 96.13: 20, 101: 50} {
		if got := tickStep(most); math.Abs(got-want) > 1e-9*want {
			t.Errorf("up to %g: steps of %g, want %g", most, got, want)
		}
	}
}

func TestBars(t *testing.T) {
	b := NewBars()
	window(t, b, 384, 220)
	b.Set(nil, "", "Shown later")
	r, ok := test.WidgetRenderer(b).(*barsRenderer)
	if !ok {
		t.Fatal("no renderer")
	}
	if r.message.Hidden || r.message.Text != "Shown later" || r.bars[0][0][0].Visible() {
		t.Error("without shares there is no message")
	}
	s := &compare.Shares{Present: sequence.Full}
	s.Score[label.RegionWT] = [sequence.Count]float64{0.5, -0.1, 0.2, 0.4}
	s.ML[label.RegionET] = [sequence.Count]float64{1, 2, 12, math.NaN()}
	b.Set(s, "agreement", "")
	if !r.message.Hidden || !r.bars[0][0][0].Visible() {
		t.Error("shares are not shown")
	}
	wt := r.bars[0][0]
	zero := r.zero[0][0].Position1.X
	if wt[0].Position().X != zero || wt[1].Position().X >= zero || math.Abs(float64(wt[0].Size().Width/wt[2].Size().Width-2.5)) > 0.05 {
		t.Errorf("bars of 0.5, -0.1 and 0.2 from %g, %g, %g: %v %v %v", wt[0].Position().X, wt[1].Position().X, wt[2].Position().X,
			wt[0].Size(), wt[1].Size(), wt[2].Size())
	}
	et := r.values[1][2]
	if et[0].Text != "1.00" || et[2].Text != "12.0" || et[3].Text != "-" || r.values[0][0][1].Text != "-0.10" {
		t.Errorf("values %q %q %q %q", et[0].Text, et[2].Text, et[3].Text, r.values[0][0][1].Text)
	}
	height := b.MinSize().Height
	b.Set(&compare.Shares{Present: sequence.Of(sequence.FLAIR, sequence.T2)}, "agreement", "")
	if r.names[0][sequence.T1].Visible() || !r.names[0][sequence.T2].Visible() || b.MinSize().Height >= height {
		t.Error("a sequence that is not present has bars, or one that is has none")
	}
}
