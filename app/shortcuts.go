package app

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"quorum/viewer"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// command is one thing that a user can do by a key, by the menu, or both. This table makes the menu, the sheet of keys and the handling
// (docs/conventions.md, Mouse and keys).
type command struct {
	menu     string        // the menu in which it stands; "" = none
	name     string        // what it does
	keys     string        // as a person reads it; "" = no key
	shortcut fyne.Shortcut // with Ctrl
	key      fyne.KeyName  // without
	letter   rune          // a letter, a digit or a bracket
	do       func(*window)
	can      func(*window) bool // nil = always
	checked  func(*window) bool // a tick stands before it; nil = never
	apart    bool               // a line stands above it in the menu
	over     bool               // it works over a dialog, too
}

func ctrl(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault}
}

func ctrlShift(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}
}

// The conditions under which commands can be used.
func hasStudy(w *window) bool    { return w.c.View.Exam() != nil }
func hasDocument(w *window) bool { return w.c.doc != nil }
func canStart(w *window) bool    { return w.c.doc != nil || w.c.unopened() != nil }
func hasResult(w *window) bool   { return w.c.shown != nil }
func hasPlaces(w *window) bool {
	_, disputing := w.c.disputing()
	return disputing || w.c.shown != nil
}
func hasEdit(w *window) bool { return w.c.shown != nil && w.c.shown.edit != nil }
func hasList(w *window) bool { return len(w.c.patients) > 0 }

// looking makes a command of something that changes how a study is looked at.
func looking(f func(*viewer.State)) func(*window) {
	return func(w *window) {
		if hasStudy(w) {
			f(w.c.View)
			w.Refresh(Planes | Results)
		}
	}
}

func showing(m viewer.Image) func(*window) bool {
	return func(w *window) bool { return w.c.View.View.Image == m && hasStudy(w) }
}

func available(m viewer.Image) func(*window) bool {
	return func(w *window) bool { return w.c.View.Available(m) }
}

// commands is the table.
func commands() []command {
	list := []command{
		{menu: "File", name: "Open…", keys: "Ctrl+O", shortcut: ctrl(fyne.KeyO), do: (*window).askOpen},
		{menu: "File", name: "Open the built-in case", do: func(w *window) { w.c.OpenBuiltIn() }},
		{menu: "File", name: recentMenu},
		{menu: "File", name: "Save this edit", keys: "Ctrl+S", shortcut: ctrl(fyne.KeyS), do: (*window).saveEdit, can: hasEdit, apart: true},
		{menu: "File", name: "Export…", keys: "Ctrl+E", shortcut: ctrl(fyne.KeyE), do: (*window).askExport, can: hasResult},
		{menu: "File", name: "Forget this study", do: (*window).askForget, can: hasDocument, apart: true},
		{menu: "File", name: "Clear recent studies", do: (*window).askClear},
		{menu: "File", name: "Preferences…", keys: "Ctrl+,", shortcut: ctrl(fyne.KeyComma), do: (*window).askPreferences, apart: true},
		{menu: "File", name: quitMenu, keys: "Ctrl+Q", shortcut: ctrl(fyne.KeyQ), do: (*window).askClose, apart: true, over: true},
		{menu: "Edit", name: "Undo", keys: "Ctrl+Z", shortcut: &fyne.ShortcutUndo{}, do: (*window).undo, over: true},
		{menu: "Edit", name: "Redo", keys: "Ctrl+Shift+Z", shortcut: ctrlShift(fyne.KeyZ), do: (*window).redo, over: true},
		{menu: "Edit", name: "Edit mode", keys: "E", letter: 'e', do: func(w *window) { w.c.ToggleEdit() }, can: hasDocument, checked: func(w *window) bool { return w.c.editing != nil }, apart: true},
	}
	for _, q := range sequence.All {
		m := viewer.Image(q)
		list = append(list, command{
			menu: "View", name: "Show " + q.String(), keys: string(rune('1' + q)), letter: rune('1' + q),
			do: looking(func(s *viewer.State) { s.Show(m) }), can: available(m), checked: showing(m),
		})
	}
	return append(list, []command{
		{menu: "View", name: "All four side by side", keys: "0", letter: '0', do: looking(func(s *viewer.State) { s.Show(viewer.AllFour) }), can: available(viewer.AllFour), checked: showing(viewer.AllFour)},
		{menu: "View", name: "T1ce - T1 (not calibrated)", do: looking(func(s *viewer.State) { s.Show(viewer.Enhancement) }), can: available(viewer.Enhancement), checked: showing(viewer.Enhancement)},
		{name: "Next image", keys: "]", letter: ']', do: looking(func(s *viewer.State) { s.Cycle(1) })},
		{name: "Previous image", keys: "[", letter: '[', do: looking(func(s *viewer.State) { s.Cycle(-1) })},
		{menu: "View", name: "Overlay", keys: "S", letter: 's', do: looking((*viewer.State).ToggleOverlay), can: hasResult, checked: func(w *window) bool { return w.c.View.View.Overlay.Shown }, apart: true},
		{name: "Stronger overlay", keys: "D", letter: 'd', do: looking(func(s *viewer.State) { s.Fade(1) })},
		{name: "Weaker overlay", keys: "A", letter: 'a', do: looking(func(s *viewer.State) { s.Fade(-1) })},
		{menu: "View", name: "Crosshair", keys: "X", letter: 'x', do: looking(func(s *viewer.State) { s.View.Cross = !s.View.Cross }), can: hasStudy, checked: func(w *window) bool { return w.c.View.View.Cross }},
		{menu: "View", name: "Smooth images", do: looking(func(s *viewer.State) { s.View.Smooth = !s.View.Smooth }), can: hasStudy, checked: func(w *window) bool { return w.c.View.View.Smooth }},
		{menu: "View", name: "Neurological convention (patient's right on the right)", do: looking(func(s *viewer.State) { s.View.Convention ^= 1 }), can: hasStudy, checked: func(w *window) bool { return w.c.View.View.Convention == render.Neurological }},
		{menu: "View", name: "Confirm left and right as shown", do: looking((*viewer.State).ConfirmSides), can: func(w *window) bool { return w.c.View.UnsureSides() }},
		{menu: "View", name: "Automatic window", keys: "Ctrl+J", shortcut: ctrl(fyne.KeyJ), do: looking((*viewer.State).AutoWindow), can: hasStudy, apart: true},
		{menu: "View", name: "Reset all windows", keys: "Ctrl+Shift+J", shortcut: ctrlShift(fyne.KeyJ), do: looking((*viewer.State).ResetWindows), can: hasStudy},
		{menu: "View", name: "Link windows by percentiles", do: looking(func(s *viewer.State) { s.Link(!s.View.Linked) }), can: hasStudy, checked: func(w *window) bool { return w.c.View.View.Linked }},
		{menu: "View", name: "Centre the crosshair", keys: "C", letter: 'c', do: looking((*viewer.State).Centre), can: hasStudy, apart: true},
		{menu: "View", name: "Fit", keys: "F", letter: 'f', do: looking((*viewer.State).Fit), can: hasStudy},
		{menu: "View", name: "Reset the view", keys: "R", letter: 'r', do: looking((*viewer.State).Reset), can: hasStudy},
		{menu: "View", name: "Ruler", keys: "M", letter: 'm', do: (*window).toggleRuler, can: hasStudy, checked: func(w *window) bool { return w.measuring }},
		{menu: "View", name: "Images only", keys: "F11", key: fyne.KeyF11, do: (*window).toggleOnly, checked: func(w *window) bool { return w.images.Only() }, apart: true},
		{menu: "View", name: "Result panel in a narrow window", do: (*window).toggleResult},
		{menu: "View", name: "Images page", do: func(w *window) { w.c.ShowPage(ImagesPage) }, checked: func(w *window) bool { return w.c.page == ImagesPage }, apart: true},
		{menu: "View", name: "Compare page", do: func(w *window) { w.c.ShowPage(ComparePage) }, can: hasDocument, checked: func(w *window) bool { return w.c.page == ComparePage }},
		{menu: "Segment", name: "Segment", keys: "Return", key: fyne.KeyReturn, do: (*window).start, can: canStart},
		{menu: "Segment", name: "Cancel, or close what is open", keys: "Esc", key: fyne.KeyEscape, do: (*window).escape},
		{menu: "Segment", name: "Next lesion or disputed place", keys: "N", letter: 'n', do: func(w *window) { w.c.StepLesion(true) }, can: hasPlaces, apart: true},
		{menu: "Segment", name: "Previous lesion or disputed place", keys: "P", letter: 'p', do: func(w *window) { w.c.StepLesion(false) }, can: hasPlaces},
		{menu: "Segment", name: "Next patient", keys: "Ctrl+PgDn", shortcut: ctrl(fyne.KeyPageDown), do: func(w *window) { w.c.StepPatient(1) }, can: hasList, apart: true},
		{menu: "Segment", name: "Previous patient", keys: "Ctrl+PgUp", shortcut: ctrl(fyne.KeyPageUp), do: func(w *window) { w.c.StepPatient(-1) }, can: hasList},
		{menu: "Segment", name: "Segment all patients", do: func(w *window) { w.c.SegmentAll() }, can: hasList},
		{menu: "Help", name: "Keys and mouse", keys: "F1", key: fyne.KeyF1, do: (*window).showKeys},
		{menu: "Help", name: "Notices", do: func(w *window) { w.images.Study.Notices.Open() }},
		{menu: "Help", name: "About Quorum", do: (*window).showAbout},
		{name: "Slice", keys: "PgUp, PgDn (Shift: five)", key: fyne.KeyPageUp, do: func(w *window) { w.step(1) }},
		{key: fyne.KeyPageDown, do: func(w *window) { w.step(-1) }},
		{name: "Move the crosshair in the plane", keys: "Arrows", key: fyne.KeyLeft, do: func(w *window) { w.arrow(-1, 0) }},
		{key: fyne.KeyRight, do: func(w *window) { w.arrow(1, 0) }},
		{key: fyne.KeyUp, do: func(w *window) { w.arrow(0, -1) }},
		{key: fyne.KeyDown, do: func(w *window) { w.arrow(0, 1) }},
		{key: fyne.KeyEnter, do: (*window).start},
		{name: "Blink against the reference, while held", keys: "B"},
	}...)
}

// quitMenu is the entry that the toolkit must know, or it would add one of its own that asks nothing.
const quitMenu = "Quit"

// recentMenu is the entry whose own menu lists the recent studies.
const recentMenu = "Open recent"

// mouseLines are the rows of the sheet that no key makes.
var mouseLines = [][2]string{
	{"Crosshair", "left drag"},
	{"Zoom", "right drag, Ctrl+wheel"},
	{"Pan", "middle drag, Space+left drag"},
	{"Slice", "wheel (Shift: five)"},
	{"Window and level", "Shift+right drag"},
	{"One plane large", "double click"},
	{"Erase while editing", "right drag (Ctrl: leave ED)"},
	{"Brush size while editing", "Shift+wheel"},
}

// typedKey does what a key without Ctrl means.
func (w *window) typedKey(e *fyne.KeyEvent) {
	if w.dialog.popup != nil {
		switch e.Name {
		case fyne.KeyReturn, fyne.KeyEnter:
			w.safely(w.acceptDialog)
		case fyne.KeyEscape:
			w.safely(w.escape)
		}
		return
	}
	w.run(func(c command) bool { return c.key != "" && c.key == e.Name })
}

// typedRune does what a letter means.
func (w *window) typedRune(r rune) {
	if w.dialog.popup != nil {
		return
	}
	if r >= 'A' && r <= 'Z' {
		r += 'a' - 'A'
	}
	w.run(func(c command) bool { return c.letter != 0 && c.letter == r })
}

// run does the first command that matches, if it can be done now.
func (w *window) run(match func(command) bool) {
	for _, c := range w.commands {
		if match(c) && c.do != nil {
			if c.can == nil || c.can(w) {
				w.safely(func() { c.do(w) })
			}
			return
		}
	}
}

// makeMenu makes the menu from the table.
func (w *window) makeMenu() *fyne.MainMenu {
	var menus []*fyne.Menu
	for _, name := range []string{"File", "Edit", "View", "Segment", "Help"} {
		menu, column := fyne.NewMenu(name), w.keyColumn(name)
		for n := range w.commands {
			c := &w.commands[n]
			if c.menu != name {
				continue
			}
			if c.apart {
				menu.Items = append(menu.Items, fyne.NewMenuItemSeparator())
			}
			item := fyne.NewMenuItem(withKeys(c.name, c.keys, column), func() {
				// A dialog holds back the menu, but not its shortcuts.
				if c.do != nil && (c.can == nil || c.can(w)) && (c.over || w.dialog.popup == nil) {
					w.safely(func() { c.do(w) })
				}
			})
			item.IsQuit = c.name == quitMenu
			if c.shortcut != nil {
				item.Shortcut = unseen{c.shortcut}
			}
			if c.name == recentMenu {
				item.ChildMenu, item.Action = w.recent, nil
			}
			w.items[item] = c
			menu.Items = append(menu.Items, item)
		}
		menus = append(menus, menu)
	}
	return fyne.NewMainMenu(menus...)
}

// unseen is a shortcut whose keys the toolkit does not draw in the menu: it does so in a grey that cannot be read.
type unseen struct{ fyne.Shortcut }

// keyColumn is where the keys begin in a menu, units behind where the names begin.
func (w *window) keyColumn(menu string) (x float32) {
	for _, c := range w.commands {
		if c.menu == menu && c.keys != "" {
			x = max(x, textWidth(c.name)+24)
		}
	}
	return x
}

// withKeys is a menu's line: the name, and the keys in their column.
func withKeys(name, keys string, column float32) string {
	if keys == "" {
		return name
	}
	blank := textWidth("a a") - textWidth("aa")
	return name + strings.Repeat(" ", int((column-textWidth(name))/blank+0.5)) + keys
}

func textWidth(text string) float32 {
	return fyne.MeasureText(text, theme.TextSize(), fyne.TextStyle{}).Width
}

// refreshMenu ticks and greys the entries; the menu is drawn anew only if one has changed.
func (w *window) refreshMenu() {
	changed := w.refreshRecent()
	for item, c := range w.items {
		off := c.can != nil && !c.can(w)
		tick := c.checked != nil && c.checked(w)
		if c.name == recentMenu {
			off = len(w.recent.Items) == 0
		}
		if item.Disabled != off || item.Checked != tick {
			item.Disabled, item.Checked, changed = off, tick, true
		}
	}
	if changed {
		w.menu.Refresh()
	}
}

// undo takes back what the focused entry, else the shown edit, did last: the menu's shortcut comes before the entry's own.
func (w *window) undo() {
	if e, ok := w.Canvas().Focused().(*entry); ok {
		e.Undo()
	} else if w.dialog.popup == nil {
		w.c.Undo()
	}
}

func (w *window) redo() {
	if e, ok := w.Canvas().Focused().(*entry); ok {
		e.Redo()
	} else if w.dialog.popup == nil {
		w.c.Redo()
	}
}
