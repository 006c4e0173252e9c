package pane

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"quorum/viewer/sequence"
)

// Column is a column of numbers.
type Column struct {
	Group string // stands over all neighbouring columns with the same one: "volume, mL"
	Name  string // "WT"
	Width float32
	Bold  bool // scores against the truth look different from agreement between results
}

// TableRow is a subset and its numbers, one for each column.
type TableRow struct {
	Subset sequence.Subset
	Name   string // in place of the symbols, for what is no subset: the truth
	Text   []string
	Marked bool // the reference
}

// Table shows numbers by subset. A click on a heading asks for another order, a click on a row opens it; Ctrl+C copies. Rows are shown in
// the order in which they are given.
type Table struct {
	control
	OnSort  func(column int) // -1 = the subsets
	OnOpen  func(sequence.Subset)
	OnPoint func(u sequence.Subset, in bool)
	OnCopy  func()

	columns []Column
	rows    []TableRow
	sorted  int // the column, -1 = the subsets
	falling bool
	over    int // the row under the pointer, -1 = none
	cursor  int // the row that the keyboard is at

	render *tableRenderer
}

// NewTable makes an empty table.
func NewTable(keys *Keys) *Table {
	t := &Table{control: newControl(keys), sorted: -1, over: -1}
	t.ExtendBaseWidget(t)
	return t
}

// Set shows rows in columns, and by which column they are ordered (-1: by subset).
func (t *Table) Set(columns []Column, rows []TableRow, sorted int, falling bool) {
	t.columns, t.rows, t.sorted, t.falling = columns, rows, sorted, falling
	t.cursor = max(0, min(t.cursor, len(rows)-1))
	t.over = -1
	if t.render != nil {
		t.render.collect()
		t.Refresh()
	}
}

// Point marks the row of a subset as pointed at; in false takes the mark away.
func (t *Table) Point(u sequence.Subset, in bool) {
	over := -1
	for n, row := range t.rows {
		if in && row.Subset == u {
			over = n
		}
	}
	if over == t.over || t.render == nil {
		return
	}
	t.over = over
	t.render.light()
}

// The sizes of the table, units.
const (
	tableHead = 40
	tableRow  = 18
	tableLead = 66 // the column of symbols
)

// at is the row at a height, -1 where there is none.
func (t *Table) at(y float32) int {
	n := int((y - tableHead) / tableRow)
	if y < tableHead || n >= len(t.rows) {
		return -1
	}
	return n
}

// column is the column at x, -1 for the subsets.
func (t *Table) column(x float32) int {
	left := float32(tableLead)
	for n, c := range t.columns {
		if x >= left && x < left+c.Width {
			return n
		}
		left += c.Width
	}
	return -1
}

// Tapped sorts or opens.
func (t *Table) Tapped(e *fyne.PointEvent) {
	grab(t)
	if e.Position.Y < tableHead {
		if t.OnSort != nil {
			t.OnSort(t.column(e.Position.X))
		}
		return
	}
	if n := t.at(e.Position.Y); n >= 0 {
		t.cursor = n
		t.open(n)
	}
}

func (t *Table) open(n int) {
	if t.OnOpen != nil {
		t.OnOpen(t.rows[n].Subset)
	}
}

// MouseIn points at a row.
func (t *Table) MouseIn(e *desktop.MouseEvent) { t.MouseMoved(e) }

// MouseMoved points at a row.
func (t *Table) MouseMoved(e *desktop.MouseEvent) { t.point(t.at(e.Position.Y)) }

// MouseOut points at none.
func (t *Table) MouseOut() { t.point(-1) }

// point reports what is pointed at.
func (t *Table) point(n int) {
	before := t.over
	if n == before {
		return
	}
	t.over = n
	if t.render != nil {
		t.render.light()
		t.hint(before, n)
	}
	switch {
	case t.OnPoint == nil:
	case n >= 0:
		t.OnPoint(t.rows[n].Subset, true)
	case before >= 0:
		t.OnPoint(t.rows[before].Subset, false)
	}
}

// hint names the subset of row n beside it, in place of that of another row.
func (t *Table) hint(before, n int) {
	if before >= 0 && before < len(t.rows) {
		t.keys.hint("", t.render.backs[before])
	}
	if n < 0 {
		return
	}
	name := t.rows[n].Name
	if name == "" {
		name = t.rows[n].Subset.Names()
	}
	t.keys.hint(name, t.render.backs[n])
}

// TypedKey goes through the rows and opens one by Return; all other keys are handed on.
func (t *Table) TypedKey(e *fyne.KeyEvent) {
	step := map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1}[e.Name]
	switch {
	case step != 0 && len(t.rows) > 0:
		if t.over >= 0 {
			t.cursor = max(0, min(len(t.rows)-1, t.cursor+step))
		}
		t.point(t.cursor)
	case e.Name == fyne.KeyReturn && t.over >= 0:
		t.open(t.over)
	default:
		t.control.TypedKey(e)
	}
}

// TypedShortcut copies with Ctrl+C. The table needs no other: what has a shortcut is in the menu, which comes first.
func (t *Table) TypedShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutCopy); ok && t.OnCopy != nil {
		t.OnCopy()
		return
	}
	if c, ok := fyne.CurrentApp().Driver().CanvasForObject(t).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// CreateRenderer is part of fyne.Widget.
func (t *Table) CreateRenderer() fyne.WidgetRenderer {
	t.render = &tableRenderer{t: t}
	t.render.collect()
	return t.render
}

type tableRenderer struct {
	t       *Table
	objects []fyne.CanvasObject
	groups  []*canvas.Text
	spans   []*canvas.Rectangle
	names   []*canvas.Text
	arrow   [2]*canvas.Line
	rule    *canvas.Rectangle
	backs   []*canvas.Rectangle
	circles []circles
	leads   []*canvas.Text
	text    [][]*canvas.Text
}

func (r *tableRenderer) Destroy()                     {}
func (r *tableRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *tableRenderer) MinSize() fyne.Size {
	width := float32(tableLead)
	for _, c := range r.t.columns {
		width += c.Width
	}
	return fyne.NewSize(width, tableHead+tableRow*float32(len(r.t.rows)))
}

// collect makes the objects for columns and rows.
func (r *tableRenderer) collect() {
	t := r.t
	*r = tableRenderer{t: t, rule: canvas.NewRectangle(color.Transparent)}
	r.objects = []fyne.CanvasObject{r.rule}
	for n := range r.arrow {
		r.arrow[n] = canvas.NewLine(color.Transparent)
		r.arrow[n].StrokeWidth = 1.5
		r.objects = append(r.objects, r.arrow[n])
	}
	for n, c := range t.columns {
		name := line(c.Name, smallSize)
		name.Alignment, name.TextStyle.Bold = fyne.TextAlignTrailing, n == t.sorted
		r.names = append(r.names, name)
		r.objects = append(r.objects, name)
		if n == 0 || c.Group != t.columns[n-1].Group {
			group, span := line(c.Group, tinySize), canvas.NewRectangle(color.Transparent)
			group.Alignment = fyne.TextAlignCenter
			r.groups, r.spans = append(r.groups, group), append(r.spans, span)
			r.objects = append(r.objects, group, span)
		}
	}
	for _, row := range t.rows {
		back, c, name := canvas.NewRectangle(color.Transparent), newCircles(), line(row.Name, smallSize)
		r.backs, r.circles, r.leads = append(r.backs, back), append(r.circles, c), append(r.leads, name)
		r.objects = append(r.objects, back, name)
		if row.Name == "" {
			r.objects = c.add(r.objects)
		}
		var words []*canvas.Text
		for n, s := range row.Text {
			text := line(s, smallSize)
			text.Alignment = fyne.TextAlignTrailing
			text.TextStyle.Bold = n < len(t.columns) && t.columns[n].Bold
			words = append(words, text)
			r.objects = append(r.objects, text)
		}
		r.text = append(r.text, words)
	}
	r.objects = append(r.objects, t.ring)
	r.colour()
}

func (r *tableRenderer) Refresh() {
	r.colour()
	r.Layout(r.t.Size())
	canvas.Refresh(r.t)
}

// light marks the pointed row.
func (r *tableRenderer) light() {
	for n, back := range r.backs {
		ink := color.Color(color.Transparent)
		switch {
		case n == r.t.over:
			ink = paint(theme.ColorNameSelection)
		case r.t.rows[n].Marked:
			ink = paint(theme.ColorNameHover)
		}
		if back.FillColor != ink {
			back.FillColor = ink
			back.Refresh()
		}
	}
}

func (r *tableRenderer) colour() {
	ink, quiet := paint(theme.ColorNameForeground), paint(theme.ColorNamePlaceHolder)
	for n, t := range r.names {
		t.Color = quiet
		if n == r.t.sorted {
			t.Color = ink
		}
	}
	for n, t := range r.groups {
		t.Color, r.spans[n].FillColor = quiet, paint(theme.ColorNameInputBorder)
	}
	for _, a := range r.arrow {
		a.StrokeColor = ink
	}
	r.rule.FillColor = paint(theme.ColorNameInputBorder)
	for n, row := range r.text {
		r.circles[n].show(r.t.rows[n].Subset, ink)
		r.leads[n].Color = ink
		for _, t := range row {
			t.Color = ink
		}
	}
	r.light()
}

func (r *tableRenderer) Layout(size fyne.Size) {
	t := r.t
	put(t.ring, 0, 0, size.Width, size.Height)
	put(r.rule, 0, tableHead-2, size.Width, 1)
	const names, groups = 28, 8 // heights
	x, group := float32(tableLead), -1
	arrow := fyne.NewPos(tableLead-14, names)
	for n, c := range t.columns {
		if n == 0 || c.Group != t.columns[n-1].Group {
			group++
			width := float32(0)
			for _, d := range t.columns[n:] {
				if d.Group != c.Group {
					break
				}
				width += d.Width
			}
			lay(r.groups[group], x+width/2+4, groups)
			put(r.spans[group], x+10, 17, width-12, 1)
		}
		lay(r.names[n], x+c.Width-3, names)
		if n == t.sorted {
			arrow = fyne.NewPos(x+c.Width-3-r.names[n].MinSize().Width-8, names)
		}
		x += c.Width
	}
	tip := float32(2.5)
	if t.falling {
		tip = -tip
	}
	segment(r.arrow[0], arrow.X-4, arrow.Y+tip, arrow.X, arrow.Y-tip)
	segment(r.arrow[1], arrow.X, arrow.Y-tip, arrow.X+4, arrow.Y+tip)
	for n := range t.rows {
		y := tableHead + float32(n)*tableRow
		put(r.backs[n], 0, y, size.Width, tableRow)
		r.circles[n].put(unit, y+tableRow/2, 10)
		lay(r.leads[n], unit, y+tableRow/2)
		x = tableLead
		for m, text := range r.text[n] {
			if m < len(t.columns) {
				x += t.columns[m].Width
				lay(text, x-3, y+tableRow/2)
			}
		}
	}
}
