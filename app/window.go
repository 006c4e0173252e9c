package app

import (
	"fmt"
	"image"
	"log/slog"
	"path/filepath"
	"runtime/debug"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"quorum/app/page"
	"quorum/app/pane"
	"quorum/viewer"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/lesion"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// window shows the controller's state. What the user does goes to the controller through the ties of connect.go.
type window struct {
	fyne.Window
	app fyne.App
	c   *Controller

	keys    *pane.Keys
	images  *page.Images
	compare *page.Compare
	pages   *pane.Segmented
	name    *widget.Label // whose study it is, on the page that has no panel to say so
	status  *pane.Status
	fold    *pane.Button // shows the right panel in a narrow window
	first   *bar         // the research-use sentence, until it is closed
	alert   *bar         // what went wrong last
	hints   *pane.Hints

	commands  []command
	items     map[*fyne.MenuItem]*command
	recent    *fyne.Menu
	recentOf  []string
	menu      *fyne.MainMenu
	keyed     Page            // whose controls may have the keyboard
	measuring bool            // M: the left button measures
	plane     render.Plane    // that keys mean
	profile   profileOf       // what the slider's profile shows
	present   sequence.Subset // what the Compare page is laid out for
	compared  *compare.Comparison
	dialog    dialogShown
	remember  func()      // puts into the session what must be found again, once
	end       func()      // finishes what must be finished; called before the toolkit's loop ends
	pointer   render.Spot // where it was last on a pane
}

// profileOf says of what a profile was worked out.
type profileOf struct {
	item  *item
	steps int // of the edit
	view  render.View
}

func newWindow(a fyne.App, c *Controller) *window {
	w := &window{
		Window: a.NewWindow("Quorum"), app: a, c: c, keys: pane.NewKeys(), hints: pane.NewHints(), commands: commands(),
		end: func() {}, items: map[*fyne.MenuItem]*command{}, recent: fyne.NewMenu(recentMenu),
	}
	c.screen = w
	w.images, w.compare = page.NewImages(w.keys), page.NewCompare(w.keys)
	w.pages = pane.NewSegmented(w.keys)
	w.status = pane.NewStatus(w.keys)
	w.first = newBar(theme.InfoIcon(), wording.ResearchUse, w.keys, func() { w.safely(c.ReadNotice) })
	w.alert = newBar(theme.WarningIcon(), "", w.keys, func() { w.safely(c.Dismiss) })
	w.fold = pane.NewButton(w.keys, "Result", func() { w.safely(w.toggleResult) })
	w.fold.Hint = "Show or hide the panel with the result, for which this window is narrow"
	w.fold.Hide()
	w.name = widget.NewLabel("")
	w.name.TextStyle.Bold, w.name.Truncation = true, fyne.TextTruncateEllipsis
	tabs := container.New(layout.NewCustomPaddedLayout(2, 2, 8, 8), container.NewBorder(nil, nil, w.pages, w.fold, w.name))
	w.images.OnNarrow(func(bool) {
		w.refreshFold()
		tabs.Refresh() // the row is laid out anew
	})
	top := container.NewVBox(w.first.content, w.alert.content, tabs)
	w.SetContent(container.NewStack(
		container.NewBorder(top, w.status, nil, nil, container.NewStack(w.images.Content(), w.compare.Content())), w.hints,
	))
	w.menu = w.makeMenu()
	w.SetMainMenu(w.menu)
	w.connect()
	size := c.session.Window
	if size.Width < 640 || size.Height < 400 {
		size.Width, size.Height = 1280, 800
	}
	w.Resize(fyne.NewSize(size.Width, size.Height))
	w.images.SetWidths(c.session.Panels.Left, c.session.Panels.Right)
	w.Refresh(Everything)
	return w
}

// fit makes the window smaller where it is larger than the screen: it may have been closed on another one.
func (w *window) fit(screen image.Point) {
	scale, size := w.Canvas().Scale(), w.Canvas().Size()
	most := fyne.NewSize(float32(screen.X)/scale, float32(screen.Y)/scale)
	if screen.X > 0 && (size.Width > most.Width || size.Height > most.Height) {
		w.Resize(fyne.NewSize(min(size.Width, most.Width), min(size.Height, most.Height)))
	}
}

// safely runs what a callback of the toolkit asks for: a panic becomes a notice and a line in the log instead of the end of the program.
func (w *window) safely(f func()) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("panic", "in", "window", "value", fmt.Sprint(p), "stack", string(debug.Stack()))
			_ = guard(func() error { // telling draws, and drawing may be what is broken
				w.c.Tell(Notice{Text: (&PanicError{Value: fmt.Sprint(p)}).Error(), Grave: true})
				return nil
			})
		}
	}()
	f()
}

// Refresh implements Screen.
func (w *window) Refresh(what Change) {
	c := w.c
	if what&(Study|Notices) != 0 {
		s := c.studyPage()
		w.images.Study.Show(s)
		w.name.SetText(s.Name)
		w.SetTitle(c.Title())
		w.refreshBars()
	}
	if what&(Results|Study|Planes) != 0 {
		w.images.Edit.Show(c.editPage())
	}
	if what&Results != 0 {
		w.images.Result.Show(c.resultPage())
	}
	if what&(Running|Study) != 0 {
		w.status.SetActivity(c.status())
		w.status.SetProvider(c.provider())
	}
	if what == Everything {
		w.refreshPage()
	}
	if what&Planes != 0 {
		w.refreshPlanes()
	}
	switch {
	case c.page != ComparePage:
	case what&(Comparing|Planes) != 0:
		w.refreshCompare()
	case what&Blinking != 0:
		w.refreshLarge()
	}
	if what&(Study|Results) != 0 {
		w.refreshMenu()
	}
}

func (w *window) refreshBars() {
	first := w.first.show(wording.ResearchUse, !w.c.prefs.NoticeRead)
	// Without a study the empty page says it.
	alert := w.alert.show(w.c.Alert(), w.c.Alert() != "" && w.c.View.Exam() != nil)
	if first || alert {
		w.Content().Refresh() // what lies below moves
	}
}

// refreshFold shows the button that unfolds the result's panel where that is folded.
func (w *window) refreshFold() {
	show(w.fold, w.images.Narrow() && w.c.page == ImagesPage && hasStudy(w))
}

// releaseKeys takes the keyboard from the controls of the page that is no longer seen. A dialog has a keyboard of its own: then it waits for
// its end.
func (w *window) releaseKeys() {
	if w.keyed == w.c.page || w.dialog.popup != nil {
		return
	}
	w.keyed = w.c.page
	if w.Canvas().Focused() != fyne.Focusable(w.pages) {
		w.Canvas().Unfocus()
	}
}

// refreshPage shows the page that is chosen, and what stands in place of a study.
func (w *window) refreshPage() {
	second := pane.Entry{Text: "Compare", Disabled: w.c.doc == nil || w.c.doc.Loaded == nil, Hint: "What each sequence is worth in this patient"}
	if w.c.page == ComparePage {
		second.Hint = "" // it is seen, and the words would cover the presets
	}
	w.pages.SetEntries(pane.Entry{Text: "Images"}, second)
	w.pages.Choose(int(w.c.page))
	w.refreshFold()
	w.releaseKeys()
	w.hints.Stage = w.images.Quad
	if w.c.page == ComparePage {
		w.hints.Stage = w.compare.Lattice
	}
	show(w.images.Content(), w.c.page == ImagesPage)
	show(w.compare.Content(), w.c.page == ComparePage)
	show(w.name, w.c.page == ComparePage)
	empty := w.c.View.Exam() == nil
	w.images.ShowEmpty(empty)
	if p := w.c.unopened(); p != nil {
		w.images.Empty.ShowUnopened(p.Name, p.failed)
	} else if empty {
		w.images.Empty.Show(w.c.Alert(), recentLines(w.c.Recent(), 6))
	}
	w.Content().Refresh()
}

// shownPanes are the panes on the stage with what each shows.
func (w *window) shownPanes() (slices []*pane.Slice, panes []viewer.Pane) {
	s, q := w.c.View, w.images.Quad
	scale := float64(w.Canvas().Scale())
	add := func(slice *pane.Slice, p viewer.Pane) {
		p.Scale = scale
		if p.Size.X > 0 && p.Size.Y > 0 {
			slices, panes = append(slices, slice), append(panes, p)
		}
	}
	switch {
	case s.View.Image == viewer.AllFour:
		for n, slice := range q.Four {
			add(slice, s.FourUp(slice.Pixels())[n])
		}
	case s.View.Maximised:
		slice := q.Plane[s.View.Plane]
		add(slice, s.Pane(s.View.Plane, slice.Pixels()))
	default:
		for _, p := range render.Planes {
			add(q.Plane[p], s.Pane(p, q.Plane[p].Pixels()))
		}
	}
	return slices, panes
}

// arrangement is how the stage is laid out.
func (w *window) arrangement() pane.Arrangement {
	switch v := w.c.View.View; {
	case v.Image == viewer.AllFour:
		return pane.FourSequences
	case v.Maximised:
		return pane.Alone(v.Plane)
	}
	return pane.ThreePlanes
}

// refreshPlanes draws the panes, and what belongs to the crosshair.
func (w *window) refreshPlanes() {
	s := w.c.View
	if s.Exam() == nil {
		w.status.SetReadout("")
		return
	}
	w.images.Quad.Arrange(w.arrangement())
	slices, panes := w.shownPanes()
	for n, slice := range slices {
		f := s.Frame(panes[n])
		slice.SetFrame(&f)
		slice.SetEditing(w.c.editing != nil)
	}
	w.refreshStrip()
	if r, ok := s.Readout(); ok {
		w.status.SetReadout(r.String())
	}
}

// strip is the order of the strip below the stage.
var strip = []viewer.Image{viewer.Image(sequence.FLAIR), viewer.Image(sequence.T1), viewer.Image(sequence.T1ce), viewer.Image(sequence.T2), viewer.AllFour, viewer.Enhancement}

func (w *window) refreshStrip() {
	s := w.c.View
	var entries []pane.Entry
	chosen := -1
	for n, m := range strip {
		e := pane.Entry{Text: m.String(), Disabled: !s.Available(m)}
		switch m {
		case viewer.AllFour:
			e.Text, e.Hint = "all", "All four sequences side by side (0)"
		case viewer.Enhancement:
			e.Hint = "T1ce minus T1, each z-scored: where contrast medium is taken up; not calibrated"
		}
		entries = append(entries, e)
		if m == s.View.Image {
			chosen = n
		}
	}
	w.images.Strip.SetEntries(entries...)
	w.images.Strip.Choose(chosen)
	p := s.Pane(w.keyPlane(), image.Pt(1, 1))
	at, of := s.Slice(p)
	w.images.Slider.Set(at, of)
	w.refreshProfile(p)
}

// refreshProfile works the slider's profile out again if something has changed.
func (w *window) refreshProfile(p viewer.Pane) {
	i := w.c.shown
	view, ok := w.c.View.Slices(p)
	if i == nil || !ok || w.c.doc == nil || w.c.doc.Loaded == nil || w.c.editing != nil && w.c.editing.stroke {
		if i == nil && w.profile.item != nil {
			w.profile = profileOf{}
			w.images.Slider.SetProfile(nil)
		}
		return
	}
	now := profileOf{item: i, steps: i.steps, view: view}
	if now != w.profile {
		w.profile = now
		w.images.Slider.SetProfile(lesion.Profile(i.cutout(), view, label.RegionWT))
	}
}

// keyPlane is the plane that keys mean: the one that is large, else the one that has the keyboard, else the axial one.
func (w *window) keyPlane() render.Plane {
	if v := w.c.View.View; v.Maximised || v.Image == viewer.AllFour {
		return v.Plane
	}
	return w.plane
}

// keyPane is its pane.
func (w *window) keyPane() viewer.Pane {
	p := w.keyPlane()
	return w.c.View.Pane(p, w.images.Quad.Plane[p].Pixels())
}

func (w *window) step(n int) {
	if !hasStudy(w) {
		return
	}
	if w.keys.Modifiers()&fyne.KeyModifierShift != 0 {
		n *= 5
	}
	w.c.View.Step(w.keyPane(), n)
	w.Refresh(Planes)
}

func (w *window) arrow(n, m int) {
	if hasStudy(w) {
		w.c.View.Arrow(w.keyPane(), n, m)
		w.Refresh(Planes)
	}
}

func (w *window) toggleRuler() {
	w.measuring = !w.measuring
	if !w.measuring {
		w.c.View.View.Ruler = viewer.Ruler{}
	}
	w.Refresh(Planes | Results)
}

func (w *window) toggleResult() {
	w.images.Unfold()
	w.fold.Importance = widget.MediumImportance
	if !w.images.Folded() {
		w.fold.Importance = widget.HighImportance
	}
	w.fold.Refresh()
	w.Refresh(Planes)
}

func (w *window) toggleOnly() {
	w.images.ImagesOnly(!w.images.Only())
	w.SetFullScreen(w.images.Only())
	w.Refresh(Results)
}

// start is Return: it begins what the page is for.
func (w *window) start() {
	switch {
	case w.c.page == ComparePage:
		w.c.ComputeCells()
	case w.c.doc == nil && w.c.unopened() == nil:
		w.askOpen()
	case w.c.running.text != "" && !w.c.running.ahead:
	default:
		w.c.Segment()
	}
}

// escape closes or cancels one thing: a popup, a blink, a stroke, edit mode, the ruler, a large plane, a job, in this order.
func (w *window) escape() {
	s := w.c.View
	switch {
	case w.closeDialog():
	case w.images.Study.Notices.Close():
	case w.c.CancelBlink():
	case w.c.CancelStroke():
	case w.c.editing != nil:
		w.c.ToggleEdit()
	case w.measuring:
		w.toggleRuler()
	case w.images.Only():
		w.toggleOnly()
	case s.View.Maximised:
		s.View.Maximised = false
		w.Refresh(Planes)
	case w.c.Cancel():
	case w.c.page == ComparePage:
		w.c.ShowPage(ImagesPage)
	}
}

// refreshCompare shows the Compare page.
func (w *window) refreshCompare() {
	c := w.c
	if c.doc == nil || c.doc.Loaded == nil {
		return
	}
	if w.present != c.set.Present {
		w.present, w.compared = c.set.Present, nil
		w.compare.SetPresent(w.present)
	}
	places := c.cellLayout()
	w.compare.SetPreset(c.comparing.preset, places)
	w.compare.SetRegion(c.comparing.region)
	w.compare.SetOverlay(c.comparing.overlay)
	if w.compared != c.comparison {
		w.compared = c.comparison
		w.compare.SetComparison(c.comparison)
	}
	w.compare.SetProgress(c.cellProgress())
	w.compare.SetMissing(len(c.MissingCells()), len(c.compareWanted) > 0)
	p := c.View.Pane(c.View.View.Plane, w.compare.Lattice.Pixels())
	p.Scale = float64(w.Canvas().Scale())
	var legend []render.Entry // of the reference's picture there may be none
	for _, u := range places.Cells() {
		state := c.cellState(u)
		if u == 0 {
			state = pane.Missing
			if c.set.Reference() != nil {
				state = pane.Computed
			}
		}
		w.compare.SetState(u, state)
		if p.Size.X <= 0 || p.Size.Y <= 0 {
			continue
		}
		if f, ok := c.cellFrame(1+int(u), u, p, c.cellOverlay()); ok {
			w.compare.SetFrame(u, &f)
			if len(f.Legend) > len(legend) {
				legend = f.Legend
			}
		} else {
			w.compare.SetFrame(u, nil)
		}
	}
	w.compare.SetLegend(append(legend, c.cellOverlay().Hidden()...))
	w.refreshLarge()
}

// refreshLarge shows a cell large, and the reference by turns, while B is held.
func (w *window) refreshLarge() {
	c := w.c
	if c.comparing.blink == nil {
		w.compare.ShowLarge(nil)
		return
	}
	p := c.View.Pane(c.View.View.Plane, w.compare.Large.Pixels())
	p.Scale = float64(w.Canvas().Scale())
	if p.Size.X <= 0 {
		p.Size = w.compare.Lattice.Pixels()
	}
	if f, ok := c.blinkFrame(p); ok {
		w.compare.ShowLarge(&f)
	}
}

// refreshRecent lists the recent studies in the menu and says whether the list has changed.
func (w *window) refreshRecent() bool {
	list := w.c.Recent()
	var names []string
	for _, s := range list {
		names = append(names, s.Name+s.Key())
	}
	if fmt.Sprint(names) == fmt.Sprint(w.recentOf) {
		return false
	}
	w.recentOf = names
	w.recent.Items = nil
	for _, s := range list {
		name := s.Name
		if len(s.Paths) > 0 {
			name += "    " + shortened(filepath.Dir(s.Paths[0]), 48)
		}
		w.recent.Items = append(w.recent.Items, fyne.NewMenuItem(name, func() { w.safely(func() { w.c.OpenRecent(s) }) }))
	}
	return true
}

// bar is a sentence across the window that can be closed.
type bar struct {
	text    *widget.Label
	content *fyne.Container
}

func newBar(icon fyne.Resource, text string, keys *pane.Keys, closed func()) *bar {
	b := &bar{text: widget.NewLabel(text)}
	b.text.Wrapping = fyne.TextWrapWord
	shut := pane.NewIcon(keys, theme.CancelIcon(), "Close", closed)
	line := canvas.NewRectangle(theme.Color(theme.ColorNameSeparator))
	line.SetMinSize(fyne.NewSize(0, 1))
	b.content = container.NewBorder(nil, line, container.NewCenter(widget.NewIcon(icon)), container.NewCenter(shut), b.text)
	return b
}

// show shows a sentence, or hides the bar, and says whether that changed its place.
func (b *bar) show(text string, on bool) (changed bool) {
	if b.text.Text != text {
		b.text.SetText(text)
	}
	changed = b.content.Hidden == on
	b.content.Hidden = !on
	return changed
}

// feedKeys lets the window's canvas give its keys to the commands.
func (w *window) feedKeys() {
	w.keys.OnKey, w.keys.OnRune = w.typedKey, w.typedRune
	w.keys.OnHint = func(text string, near fyne.CanvasObject) {
		if w.dialog.popup == nil { // else the words would lie under the dialog
			w.hints.Say(text, near)
		}
	}
	w.keys.OnDown = func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyB {
			w.safely(func() { w.blink(true) })
		}
	}
	w.keys.OnUp = func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyB {
			w.safely(func() { w.blink(false) })
		}
	}
	w.Canvas().SetOnTypedKey(w.keys.TypedKey)
	w.Canvas().SetOnTypedRune(w.keys.TypedRune)
	if d, ok := w.Canvas().(desktop.Canvas); ok {
		d.SetOnKeyDown(w.keys.KeyDown)
		d.SetOnKeyUp(w.keys.KeyUp)
	}
}

// show shows or hides an object.
func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
