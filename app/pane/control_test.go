package pane

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"github.com/google/go-cmp/cmp"

	"quorum/viewer/sequence"
)

func tap(x, y float32) *fyne.PointEvent { return &fyne.PointEvent{Position: fyne.NewPos(x, y)} }

// Every control that takes the keyboard hands on what it does not use: letters, function keys, and the keys of the images.
func TestControlsHandKeysOn(t *testing.T) {
	keys, _ := newTestKeys()
	lattice, table, dots := NewLattice(keys, sequence.Full), NewTable(keys), NewDots(keys)
	check := NewCheck(keys)
	check.Set(Slot{Name: "T1", State: Used})
	controls := map[string]fyne.Focusable{
		"slice": NewSlice(keys), "strip": NewStrip(keys, Entry{Text: "FLAIR"}), "slider": NewSlider(keys), "check": check, "notices": NewNotices(keys),
		"lattice": lattice, "table": table, "dots": dots,
		"button": NewButton(keys, "Segment", nil), "tick": NewTick(keys, "on", nil), "level": NewLevel(keys, nil), "choice": NewChoice(keys, nil, nil),
	}
	box := container.NewVBox()
	for _, c := range controls {
		if o, ok := c.(fyne.CanvasObject); ok {
			box.Add(o)
		}
	}
	window(t, box, 600, 2000)
	for name, c := range controls {
		t.Run(name, func(t *testing.T) {
			var got []string
			keys.OnRune = func(r rune) { got = append(got, string(r)) }
			keys.OnKey = func(e *fyne.KeyEvent) { got = append(got, string(e.Name)) }
			keys.OnDown = func(e *fyne.KeyEvent) { got = append(got, "down "+string(e.Name)) }
			keys.OnUp = func(e *fyne.KeyEvent) { got = append(got, "up "+string(e.Name)) }
			c.FocusGained()
			c.TypedRune('b')
			for _, k := range []fyne.KeyName{fyne.KeyPageDown, fyne.KeyF11, fyne.KeyEscape} {
				c.TypedKey(&fyne.KeyEvent{Name: k})
			}
			keyable, ok := c.(desktop.Keyable)
			if !ok {
				t.Fatal("it does not hear keys go down and up")
			}
			keyable.KeyDown(&fyne.KeyEvent{Name: fyne.KeyB})
			keyable.KeyUp(&fyne.KeyEvent{Name: fyne.KeyB})
			want := []string{"b", string(fyne.KeyPageDown), string(fyne.KeyF11), string(fyne.KeyEscape), "down B", "up B"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
			c.FocusLost()
		})
	}
}

func TestSegmented(t *testing.T) {
	keys, _ := newTestKeys()
	var hint string
	keys.OnHint = func(text string, _ fyne.CanvasObject) { hint = text }
	s := NewSegmented(keys, Entry{Text: "FLAIR"}, Entry{Text: "T1", Disabled: true, Hint: "no file"}, Entry{Text: "T2"})
	window(t, container.NewHBox(s), 400, 60)
	var got []int
	s.OnChoose = func(n int) { got = append(got, n) }
	middle := func(n int) *fyne.PointEvent { return tap(s.backs[n].Position().X+5, 10) }
	s.Tapped(middle(2))
	s.Tapped(middle(1)) // disabled
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	s.Choose(2) // from outside: no report
	if diff := cmp.Diff([]int{2, 0}, got); diff != "" {
		t.Errorf("chosen (-want +got):\n%s", diff)
	}
	if s.Chosen() != 2 || s.words[2].Color != paint(theme.ColorNameForegroundOnPrimary) {
		t.Error("the chosen entry does not show")
	}
	s.MouseMoved(&desktop.MouseEvent{PointEvent: *middle(1)})
	if hint != "no file" {
		t.Errorf("hint %q", hint)
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		slot Slot
		want string
	}{
		{name: "used", slot: Slot{State: Used}, want: "toggle false"},
		{name: "ignored", slot: Slot{State: Ignored}, want: "toggle true"},
		{name: "the last used one", slot: Slot{State: Used, Locked: true}},
		{name: "loading", slot: Slot{State: Loading}},
		{name: "no file", slot: Slot{State: NoFile}, want: "add"},
		{name: "damaged", slot: Slot{State: Useless, Locked: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			keys, _ := newTestKeys()
			k := NewCheck(keys)
			var got []string
			k.OnToggle = func(used bool) { got = append(got, map[bool]string{true: "toggle true", false: "toggle false"}[used]) }
			k.OnAdd = func() { got = append(got, "add") }
			k.OnMenu = func(fyne.Position) { got = append(got, "menu") }
			k.Set(c.slot)
			window(t, k, 220, checkHeight)
			k.Tapped(tap(20, 20))
			k.TypedRune(' ')
			want := strings.TrimSpace(c.want + "," + c.want)
			if c.want == "" {
				want = ""
			}
			if s := strings.Join(got, ","); s != want {
				t.Errorf("a click and Space did %q, want %q", s, want)
			}
			got = nil
			k.Tapped(tap(218, 20))
			if menu := strings.Join(got, ",") == "menu"; menu != (c.slot.State != NoFile) {
				t.Errorf("a click on the dots did %q", got)
			}
		})
	}
}

func TestCheckSaysWhatIsMissing(t *testing.T) {
	keys, _ := newTestKeys()
	k := NewCheck(keys)
	window(t, k, 150, checkHeight)
	k.Set(Slot{Name: "T2"})
	if k.note.Text != "no file" || k.action.Hidden || !k.box.Hidden {
		t.Error("a sequence without a file shows a box, or no way to add one")
	}
	k.Set(Slot{Name: "T2", State: Ignored, File: "a_very_long_name_of_a_file_from_a_clinic.nii.gz"})
	if k.note.Text != "ignored" || !k.action.Hidden || k.box.Hidden {
		t.Error("an ignored sequence shows no box, or a way to add a file")
	}
	k.Set(Slot{Name: "T2", State: Useless, Locked: true, File: "a_very_long_name_of_a_file_from_a_clinic.nii.gz"})
	if k.note.Text != "cannot be used" || !k.box.Hidden || k.dash.Hidden {
		t.Errorf("a damaged file is %q, and looks like a choice", k.note.Text)
	}
	if !strings.HasSuffix(k.file.Text, "…") || k.file.MinSize().Width > 150 {
		t.Errorf("the file's name %q is not shortened", k.file.Text)
	}
}

func TestSlider(t *testing.T) {
	keys, _ := newTestKeys()
	s := NewSlider(keys)
	window(t, s, 2*inset+100, 40)
	var got []int
	s.OnChange = func(n int) { got = append(got, n) }
	s.Set(3, 10)
	s.MouseDown(at(inset+75, 20, desktop.MouseButtonPrimary, 0))
	s.Dragged(&fyne.DragEvent{PointEvent: *tap(500, 20)})
	s.Dragged(&fyne.DragEvent{PointEvent: *tap(-500, 20)})
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft}) // at the end already
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	if diff := cmp.Diff([]int{7, 9, 0, 1}, got); diff != "" {
		t.Errorf("slices (-want +got):\n%s", diff)
	}
	s.SetProfile([]float64{0, 1, 1000, 0, 0, 0, 0, 0, 0, 0})
	filled := func(x int) bool {
		_, _, _, a := s.bars.Image.At(x, profileHeight*3-1).RGBA()
		return a > 0
	}
	if filled(0) || !filled(1) || !filled(2) {
		t.Error("the profile hides a slice with little tumour, or shows one without")
	}
	s.SetProfile(make([]float64, 10))
	if !s.bars.Hidden {
		t.Error("a profile without tumour is shown")
	}
}

func TestStatus(t *testing.T) {
	keys, _ := newTestKeys()
	s := NewStatus(keys)
	window(t, s, 500, 26)
	cancelled := 0
	s.OnCancel = func() { cancelled++ }
	s.SetProvider("WebGPU")
	s.SetReadout(strings.Repeat("voxel 112 98 71 ", 20))
	s.Tapped(tap(495, 13))
	if cancelled != 0 {
		t.Error("there was nothing to cancel")
	}
	s.SetActivity(Activity{Text: "encoding T1", Share: 0.5, Left: "2 s", Cancel: true})
	s.Tapped(tap((s.crossFrom+s.crossTo)/2, 13))
	s.Tapped(tap(100, 13))
	if cancelled != 1 {
		t.Errorf("%d cancels, want 1", cancelled)
	}
	if got, want := s.done.Size().Width, s.bar.Size().Width/2; got != want {
		t.Errorf("the bar is %g long, want %g", got, want)
	}
	if end := s.left.Position().X + s.left.MinSize().Width; end > s.right.Position().X || !strings.HasSuffix(s.left.Text, "…") {
		t.Errorf("the readout ends at %g and the provider begins at %g", end, s.right.Position().X)
	}
	s.SetActivity(Activity{})
	if !s.bar.Hidden || !s.cross[0].Hidden || s.work.Text != "" {
		t.Error("an activity that is over is still shown")
	}
}

func TestNotices(t *testing.T) {
	keys, _ := newTestKeys()
	n := NewNotices(keys)
	c := window(t, container.NewVBox(n), 600, 400)
	if n.MinSize() != (fyne.Size{}) {
		t.Error("no notices take room")
	}
	n.Open()
	if c.Overlays().Top() != nil {
		t.Error("an empty list opens")
	}
	list := []Notice{{Text: "T1 was resampled."}, {Text: "t2.nii.gz: the copy is incomplete.", Grave: true}}
	n.Set(list)
	if n.words.Text != "2 notices" || !n.words.TextStyle.Bold || n.mark.FillColor != paint(theme.ColorNameError) {
		t.Error("unread notices, one of them grave, do not show")
	}
	n.Tapped(tap(5, 5))
	if c.Overlays().Top() == nil || n.words.TextStyle.Bold {
		t.Error("the list does not open, or its notices stay unread")
	}
	if !n.Close() || n.Close() {
		t.Error("the list does not close once")
	}
	n.Open()
	n.Set(append(list, Notice{Text: "Exported."}))
	if !n.popup.Visible() {
		t.Error("one more sentence closes the list")
	}
	n.Set(list[:1])
	if n.popup.Visible() {
		t.Error("the list stays open over what is not said any more")
	}
	if n.words.Text != "1 notice" || n.words.TextStyle.Bold {
		t.Errorf("%q, bold %v", n.words.Text, n.words.TextStyle.Bold)
	}
}

func TestHints(t *testing.T) {
	keys, _ := newTestKeys()
	h := NewHints()
	keys.OnHint = h.Say
	icon := NewIcon(keys, theme.CancelIcon(), "Take the crosshair away (X)", nil)
	other := NewTick(keys, "Measure", nil)
	other.Hint = "Measure (M)"
	window(t, container.NewStack(container.NewBorder(nil, container.NewHBox(icon, other), nil, nil), h), 300, 200)
	icon.MouseIn(at(1, 1, 0, 0))
	if h.back.Hidden || h.lines[0].Text == "" {
		t.Fatal("no hint")
	}
	if p, s := h.back.Position(), h.back.Size(); p.X < 0 || p.Y < 0 || p.X+s.Width > 300 || p.Y+s.Height > 200 {
		t.Errorf("the hint at %v of %v is cut", p, s)
	}
	other.MouseIn(at(1, 1, 0, 0))
	icon.MouseOut() // late: it must not take away the other's hint
	if h.lines[0].Text != "Measure (M)" {
		t.Errorf("hint %q", h.lines[0].Text)
	}
	other.MouseOut()
	if !h.back.Hidden {
		t.Error("the hint stays")
	}
}

func TestPutDoesNotReport(t *testing.T) {
	keys, _ := newTestKeys()
	test.NewTempApp(t)
	reports := 0
	tick := NewTick(keys, "on", func(bool) { reports++ })
	level := NewLevel(keys, func(float64) { reports++ })
	choice := NewChoice(keys, []string{"a", "b"}, func(string) { reports++ })
	tick.Put(true)
	level.Put(0.5)
	choice.Put("b")
	if !tick.Checked || level.Value != 0.5 || choice.Selected != "b" || reports != 0 {
		t.Errorf("%v, %g, %q with %d reports", tick.Checked, level.Value, choice.Selected, reports)
	}
	tick.SetChecked(false)
	level.SetValue(1)
	choice.SetSelected("a")
	if reports != 3 {
		t.Errorf("%d reports of 3 changes", reports)
	}
}

func TestSymbols(t *testing.T) {
	test.NewTempApp(t)
	s := NewSymbols(sequence.Of(sequence.FLAIR, sequence.T2))
	s.Resize(s.MinSize())
	filled := func() string {
		var b strings.Builder
		for _, c := range s.circles {
			_, _, _, a := c.FillColor.RGBA()
			b.WriteString(map[bool]string{true: "1", false: "0"}[a > 0])
		}
		return b.String()
	}
	if got := filled(); got != "1001" {
		t.Errorf("filled circles %s, want 1001", got)
	}
	s.Set(sequence.Full)
	if got := filled(); got != "1111" {
		t.Errorf("filled circles %s, want 1111", got)
	}
}

func TestFit(t *testing.T) {
	test.NewTempApp(t)
	const text = "agreement of the enhancing tumour"
	if got := fit(text, 14, fyne.TextStyle{}, 1000); got != text {
		t.Errorf("%q was shortened", got)
	}
	got := fit(text, 14, fyne.TextStyle{}, 100)
	if !strings.HasSuffix(got, "…") || fyne.MeasureText(got, 14, fyne.TextStyle{}).Width > 100 || len(got) < 8 {
		t.Errorf("shortened to %q", got)
	}
	if got := fit(text, 14, fyne.TextStyle{}, 3); got != "" {
		t.Errorf("%q in no room", got)
	}
}

// Words about a row never lie over another row of its list.
func TestHintsOfListsLieOverTheImages(t *testing.T) {
	keys, _ := newTestKeys()
	h := NewHints()
	keys.OnHint = h.Say
	stage := canvas.NewRectangle(color.Black)
	stage.SetMinSize(fyne.NewSize(500, 300))
	h.Stage = stage
	lists := [2]*fyne.Container{container.NewVBox(), container.NewVBox()}
	var rows []*Check
	for n := range 10 {
		c := NewCheck(keys)
		c.Set(Slot{Name: "T1ce", State: Used, File: "t1ce.nii.gz", Why: "\"t1ce\" in the name, which is why this file is taken for the T1 with contrast medium"})
		lists[n/5].Add(c)
		rows = append(rows, c)
	}
	window(t, container.NewStack(container.NewBorder(nil, nil, lists[0], lists[1], stage), h), 900, 300)
	for n, c := range rows {
		c.MouseIn(at(1, 1, 0, 0))
		p, s := h.back.Position(), h.back.Size()
		if x := h.place(stage).X; h.back.Hidden || p.X < x || p.X+s.Width > x+stage.Size().Width || p.Y < 0 || p.Y+s.Height > 300 {
			t.Errorf("row %d: the hint at %v of %v is not over the images", n, p, s)
		}
		c.MouseOut()
	}
}

// Words about one of several rows of tools above or below the images lie over the images, too: below it they would cover the next row.
func TestHintsOfToolsLieOverTheImages(t *testing.T) {
	keys, _ := newTestKeys()
	h := NewHints()
	keys.OnHint = h.Say
	stage := canvas.NewRectangle(color.Black)
	h.Stage = stage
	tools := [2]*fyne.Container{container.NewVBox(), container.NewVBox()}
	var buttons []*Button
	for n := range 4 {
		b := NewIcon(keys, theme.ContentUndoIcon(), "Take the last stroke back (Ctrl+Z)", nil)
		tools[n/2].Add(container.NewHBox(b))
		buttons = append(buttons, b)
	}
	row := NewCheck(keys)
	beside := container.NewVBox(row)
	window(t, container.NewStack(container.NewBorder(nil, nil, beside, nil, container.NewBorder(tools[0], tools[1], nil, nil, stage)), h), 700, 400)
	hovered := func(name string, o desktop.Hoverable) {
		o.MouseIn(at(1, 1, 0, 0))
		p, s, edge := h.back.Position(), h.back.Size(), h.place(stage)
		if h.back.Hidden || p.Y < edge.Y || p.Y+s.Height > edge.Y+stage.Size().Height {
			t.Errorf("%s: the hint at %v of %v is not over the images at %v of %v", name, p, s, edge, stage.Size())
		}
		o.MouseOut()
	}
	for n, b := range buttons {
		hovered(fmt.Sprint("tool ", n), b)
	}
	row.Set(Slot{Name: "T1", State: Used, Why: "the name says so"})
	hovered("a row at the tools' height", row)
}

// A hint stands beside the row or the entry that it is about, and goes with the pointer.
func TestHintsOfRowsAndEntries(t *testing.T) {
	keys, _ := newTestKeys()
	h := NewHints()
	keys.OnHint = h.Say
	table := NewTable(keys)
	s := NewSegmented(keys, Entry{Text: "FLAIR", Hint: "key 1"}, Entry{Text: "T1", Hint: "key 2"})
	rows := []TableRow{{Subset: sequence.Of(sequence.T1)}, {Subset: sequence.Of(sequence.FLAIR, sequence.T2)}}
	table.Set(nil, rows, -1, false)
	window(t, container.NewStack(container.NewVBox(s, table), h), 300, 400)
	table.MouseMoved(at(5, tableHead+2, 0, 0))
	first := h.back.Position().Y
	table.MouseMoved(at(5, tableHead+tableRow+2, 0, 0))
	if h.lines[0].Text != "FLAIR T2" || h.back.Position().Y != first+tableRow {
		t.Errorf("hint %q, %g below the first row's", h.lines[0].Text, h.back.Position().Y-first)
	}
	table.MouseOut()
	if !h.back.Hidden {
		t.Error("the row's hint stays")
	}
	s.MouseMoved(at(5, 5, 0, 0))
	s.MouseMoved(at(s.backs[1].Position().X+5, 5, 0, 0))
	if h.lines[0].Text != "key 2" {
		t.Errorf("hint %q", h.lines[0].Text)
	}
	h.Clear()
	if !h.back.Hidden {
		t.Error("the hint stays")
	}
}

// A click on the strip leaves the keyboard where it was, so that arrows do not change the image instead of moving the crosshair.
func TestAClickOnSegmentsLeavesTheKeyboard(t *testing.T) {
	test.NewTempApp(t)
	s := NewSegmented(NewKeys(), Entry{Text: "FLAIR"}, Entry{Text: "T1"})
	w := test.NewTempWindow(t, s)
	w.Resize(fyne.NewSize(300, 60))
	test.TapAt(s, fyne.NewPos(s.MinSize().Width-10, 10))
	if s.chosen != 1 || w.Canvas().Focused() != nil {
		t.Errorf("entry %d is chosen, focused is %T", s.chosen, w.Canvas().Focused())
	}
}
