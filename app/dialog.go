package app

import (
	"fmt"
	"image/color"
	"log/slog"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"quorum/app/pane"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// dialogShown is the one dialog that is open. Fyne's own have no path to type, and its save dialog empties the file before a byte is written.
type dialogShown struct {
	popup  *widget.PopUp
	accept func() // Return; nil = nothing
	cancel func() // Esc
}

// entry is a line of text in a dialog: Esc closes, Return accepts.
type entry struct {
	widget.Entry
	w *window
}

func (w *window) newEntry(text string) *entry {
	e := &entry{w: w}
	e.ExtendBaseWidget(e)
	e.put(text)
	e.OnSubmitted = func(string) { w.safely(w.acceptDialog) }
	return e
}

// put writes a text with the caret behind it, where the toolkit has it in front.
func (e *entry) put(text string) {
	e.SetText(text)
	e.CursorColumn = len([]rune(text))
	e.Refresh()
}

// path is the path that is typed in it; "" = none.
func (e *entry) path() string { return typedPath(e.Text) }

// focus gives an entry the keyboard with all of its text selected: typing replaces it.
func (w *window) focus(e *entry) {
	w.Canvas().Focus(e)
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// TypedKey closes with Esc.
func (e *entry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape {
		e.w.safely(e.w.escape)
		return
	}
	e.Entry.TypedKey(k)
}

// showDialog shows a dialog in the place of another. yes is its primary button ("" = none).
func (w *window) showDialog(name, title string, body fyne.CanvasObject, yes, no string, width float32, accept, cancel func()) {
	w.closeDialog()
	w.hints.Clear()
	slog.Info("dialog shown", "name", name)
	heading := widget.NewLabel(title)
	heading.TextStyle.Bold = true
	buttons := container.NewHBox(layout.NewSpacer())
	buttons.Add(pane.NewButton(w.keys, no, func() { w.safely(func() { w.closeDialog() }) }))
	if yes != "" {
		b := pane.NewButton(w.keys, yes, func() { w.safely(w.acceptDialog) })
		b.Importance = widget.HighImportance
		buttons.Add(b)
	}
	size := canvas.NewRectangle(color.Transparent)
	size.SetMinSize(fyne.NewSize(width, 0))
	content := container.New(layout.NewCustomPaddedLayout(8, 8, 12, 12), container.NewBorder(container.NewVBox(size, heading), buttons, nil, nil, body))
	popup := widget.NewModalPopUp(content, w.Canvas())
	w.dialog = dialogShown{popup: popup, accept: accept, cancel: cancel}
	popup.Show()
}

// acceptDialog is Return, or the primary button. The dialog decides whether it closes.
func (w *window) acceptDialog() {
	if w.dialog.accept != nil {
		w.dialog.accept()
	}
}

// closeDialog closes the dialog and says whether one was open.
func (w *window) closeDialog() bool {
	d := w.dialog
	if d.popup == nil {
		return false
	}
	w.dialog = dialogShown{}
	d.popup.Hide()
	w.releaseKeys()
	if d.cancel != nil {
		d.cancel()
	}
	return true
}

// finishDialog closes it without calling its cancel.
func (w *window) finishDialog() {
	w.dialog.cancel = nil
	w.closeDialog()
}

// Confirm implements Screen.
func (w *window) Confirm(q Question) {
	text := widget.NewLabel(q.Text)
	text.Wrapping = fyne.TextWrapWord
	w.showDialog("confirm", q.Title, text, q.Yes, q.No, 420, func() {
		w.finishDialog()
		q.Then(true)
	}, func() { q.Then(false) })
}

// answer is where a dialog says why it does not close. It takes no place while it says nothing; hidden it would not learn how wide it is,
// and the first sentence would not be wrapped.
type answer struct{ widget.Label }

func newAnswer() *answer {
	a := &answer{}
	a.ExtendBaseWidget(a)
	a.Wrapping = fyne.TextWrapWord
	return a
}

// refuse says it.
func (a *answer) refuse(text string) { a.say(text, widget.DangerImportance) }

func (a *answer) say(text string, as widget.Importance) {
	a.Importance = as
	a.SetText(text)
}

// MinSize is nothing without words.
func (a *answer) MinSize() fyne.Size {
	if a.Text == "" {
		return fyne.Size{}
	}
	return a.Label.MinSize()
}

// pathRow is an entry for a path with a button to choose another one.
func (w *window) pathRow(text string, choose func(*entry)) (*entry, fyne.CanvasObject) {
	e := w.newEntry(text)
	pick := pane.NewButton(w.keys, "Browse…", func() { w.safely(func() { choose(e) }) })
	return e, container.NewBorder(nil, nil, nil, pick, e)
}

// folderRow is a pathRow for a folder.
func (w *window) folderRow(text string) (*entry, fyne.CanvasObject) {
	return w.pathRow(text, func(e *entry) { w.chooseFolder(e.path(), e.put) })
}

// fileRow is a pathRow for a file that exists; without a path the search begins in a folder.
func (w *window) fileRow(text, folder string, kind storage.FileFilter) (*entry, fyne.CanvasObject) {
	return w.pathRow(text, func(e *entry) {
		d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
			if err == nil && r != nil {
				_ = r.Close()
				e.put(r.URI().Path())
			}
		}, w.Window)
		d.SetFilter(kind)
		if e.Text != "" {
			folder = filepath.Dir(e.path())
		}
		showChooser(d, folder)
	})
}

// chooseFolder opens the toolkit's folder dialog.
func (w *window) chooseFolder(start string, chosen func(string)) {
	showChooser(dialog.NewFolderOpen(func(l fyne.ListableURI, err error) {
		if err == nil && l != nil {
			chosen(l.Path())
		}
	}, w.Window), start)
}

// showChooser shows one of the toolkit's dialogs for files, at a folder if it can be listed.
func showChooser(d *dialog.FileDialog, start string) {
	if start != "" {
		if at, err := storage.ListerForURI(storage.NewFileURI(start)); err == nil {
			d.SetLocation(at)
		}
	}
	d.Show()
	d.Resize(fyne.NewSize(720, 520)) // it has no size before
}

// askOpen asks for a folder or a file.
func (w *window) askOpen() {
	e, row := w.folderRow(w.c.session.Folder)
	e.SetPlaceHolder("/path/to/patient")
	hint := widget.NewLabel("A patient's folder, a folder of patients, or one 4-D file. Folders and files can also be dropped on the window.")
	hint.Wrapping = fyne.TextWrapWord
	wrong := newAnswer()
	w.showDialog("open", "Open", container.NewVBox(hint, row, wrong), "Open", "Cancel", 560, func() {
		path := e.path()
		if path == "" {
			wrong.refuse("Type a path, or choose a folder.")
			return
		}
		w.finishDialog()
		w.c.session.Folder = filepath.Dir(path)
		w.c.Open([]string{path})
	}, nil)
	w.focus(e)
}

// askFile asks for the file of a sequence.
func (w *window) askFile(q sequence.Sequence) {
	if w.c.found == nil || w.c.source.BuiltIn {
		return
	}
	found := w.c.found
	e, row := w.fileRow("", found.Path, imageFilter{})
	e.SetPlaceHolder("/path/to/file.nii.gz")
	w.showDialog("file", "Which file is the "+q.String()+"?", row, "Use", "Cancel", 560, func() {
		if path := e.path(); path != "" {
			w.finishDialog()
			w.assign(found, q, path)
		}
	}, nil)
	w.focus(e)
}

// imageFilter lets images through; Fyne's own filter by extension hides every .nii.gz.
type imageFilter struct{}

// Matches is part of storage.FileFilter.
func (imageFilter) Matches(u fyne.URI) bool { return imageName(u.Path()) }

// assign takes a file that was chosen for a study, if that is still the open one.
func (w *window) assign(of *study.Study, q sequence.Sequence, path string) {
	if w.c.found == of {
		w.c.Assign(q, path)
	}
}

// slotMenu corrects which file a sequence is.
func (w *window) slotMenu(q sequence.Sequence, at fyne.Position) {
	c, found := w.c, w.c.found
	if found == nil || c.source.BuiltIn {
		return
	}
	var items []*fyne.MenuItem
	current := ""
	if f := c.found.Files[q]; f != nil {
		current = f.Path
		items = append(items, disabled(f.Why), fyne.NewMenuItemSeparator())
	}
	for _, path := range c.slotFiles() {
		item := fyne.NewMenuItem(filepath.Base(path), func() { w.safely(func() { w.assign(found, q, path) }) })
		item.Checked = path == current
		items = append(items, item)
	}
	if f := c.found.Files[q]; f != nil && f.Header != nil && f.Header.Volumes() > 1 {
		items = append(items, fyne.NewMenuItemSeparator())
		for n := range min(f.Header.Volumes(), 12) {
			item := fyne.NewMenuItem(fmt.Sprintf("Volume %d of %d", n+1, f.Header.Volumes()), func() {
				w.safely(func() {
					if c.found == found {
						c.ChooseVolume(n)
					}
				})
			})
			item.Checked = n == f.Volume
			items = append(items, item)
		}
	}
	items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem("Another file…", func() { w.safely(func() { w.askFile(q) }) }))
	if _, chosen := c.source.Assign[q]; chosen {
		items = append(items, fyne.NewMenuItem("As the names say", func() { w.safely(func() { w.assign(found, q, "") }) }))
	}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), w.Canvas(), at)
}

func disabled(text string) *fyne.MenuItem {
	item := fyne.NewMenuItem(text, nil)
	item.Disabled = true
	return item
}

// itemMenu offers what can be done with an entry of the list of results.
func (w *window) itemMenu(n int, at fyne.Position) {
	if n >= len(w.c.items) {
		return
	}
	i := w.c.items[n]
	show := fyne.NewMenuItem("Show", func() {
		w.safely(func() { w.c.Show(slices.Index(w.c.items, i)) }) // -1 if the study has changed meanwhile
	})
	items := []*fyne.MenuItem{show}
	if i.edit != nil {
		items = append(items, fyne.NewMenuItem("Delete this edit…", func() { w.safely(func() { w.c.DropEdit(i) }) }))
	}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), w.Canvas(), at)
}

// AskSequences implements Screen.
func (w *window) AskSequences(q SequenceQuestion) {
	const none = "not used"
	entries := []string{none}
	for _, s := range sequence.All {
		entries = append(entries, s.String())
	}
	text := widget.NewLabel("The file names do not say it. Choose the sequence of each image that is to be used.")
	text.Wrapping = fyne.TextWrapWord
	wrong := newAnswer()
	rows := container.NewVBox()
	var choices []*pane.Choice
	for _, path := range q.Files {
		name := widget.NewLabel(filepath.Base(path))
		name.Truncation = fyne.TextTruncateEllipsis
		choice := pane.NewChoice(w.keys, entries, nil)
		choice.Put(none)
		choices = append(choices, choice)
		rows.Add(container.NewBorder(nil, nil, nil, choice, name))
	}
	scroll := container.NewVScroll(rows)
	scroll.SetMinSize(fyne.NewSize(0, min(rows.MinSize().Height, 280)))
	w.showDialog("sequences", "Which sequences are the images of "+q.Study+"?", container.NewVBox(text, scroll, wrong), "Open", "Cancel", 480, func() {
		chosen, twice := map[sequence.Sequence]string{}, false
		for n, c := range choices {
			if at := slices.Index(entries, c.Selected) - 1; at >= 0 {
				_, taken := chosen[sequence.All[at]]
				twice = twice || taken
				chosen[sequence.All[at]] = q.Files[n]
			}
		}
		switch {
		case len(chosen) == 0:
			wrong.refuse("Choose the sequence of at least one image.")
		case twice:
			wrong.refuse("Two images cannot be the same sequence.")
		default:
			w.finishDialog()
			q.Use(chosen)
		}
	}, q.Leave)
}

// AskMask implements Screen: it asks for the label scheme of a mask, with colour and volume of each label under every scheme that fits.
func (w *window) AskMask(m MaskInfo) {
	if len(m.Candidates) == 0 {
		text := widget.NewLabel("The values of this mask fit no label scheme that Quorum knows.")
		text.Wrapping = fyne.TextWrapWord
		w.showDialog("mask", m.Name, text, "", "Close", 420, nil, nil)
		return
	}
	chosen, doc := m.Candidates[0], w.c.doc
	rows := container.NewVBox()
	show := func(s label.Scheme) {
		chosen = s
		rows.RemoveAll()
		for _, v := range m.Values {
			l, _ := s.Decode(v)
			chip := canvas.NewRectangle(render.Usual[l])
			chip.CornerRadius = 2
			chip.SetMinSize(fyne.NewSize(12, 12))
			volume := widget.NewLabel(fmt.Sprintf("%.2f mL", m.ML[v]))
			rows.Add(container.NewBorder(nil, nil, container.NewHBox(container.NewCenter(chip), widget.NewLabel(fmt.Sprintf("%d", v))), volume, widget.NewLabel(l.String()+", "+l.Name())))
		}
		rows.Refresh()
	}
	var options []string
	for _, s := range m.Candidates {
		options = append(options, string(s)+": "+s.Legend())
	}
	radio := widget.NewRadioGroup(options, func(text string) {
		if n := slices.Index(options, text); n >= 0 {
			show(m.Candidates[n])
		}
	})
	radio.Required = true
	text := widget.NewLabel("What do the numbers in this mask mean? Only a mask that you confirm counts as the truth that results are scored against.")
	text.Wrapping = fyne.TextWrapWord
	body := container.NewVBox(text, radio, rows)
	w.showDialog("mask", m.Name, body, "Use as the truth", "Cancel", 480, func() {
		w.finishDialog()
		if w.c.doc != doc {
			w.c.Tell(Notice{Text: m.Name + " was not taken as the truth: its study is not the one that is open now.", Grave: true})
			return
		}
		w.c.ConfirmMask(m.Number, chosen)
	}, nil)
	radio.SetSelected(options[0])
}

// askForget asks before what is known about the open study is deleted.
func (w *window) askForget() {
	doc := w.c.doc
	w.Confirm(Question{
		Title: "Forget this study", Text: "Quorum deletes what it keeps about it: how it was looked at, and its edits. The patient's own files stay untouched.",
		Yes: "Forget", No: "Keep", Then: func(yes bool) {
			if yes && w.c.doc == doc { // not another one that was opened meanwhile
				w.c.ForgetStudy()
			}
		},
	})
}

func (w *window) askClear() {
	w.Confirm(Question{
		Title: "Clear recent studies", Text: "Quorum forgets every study but the one that is open, their edits with them. The patients' own files stay untouched.",
		Yes: "Clear", No: "Keep", Then: func(yes bool) {
			if yes {
				w.c.ClearRecent()
			}
		},
	})
}
