package app

import (
	"image"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"quorum/app/pane"
	"quorum/viewer/label"
	"quorum/viewer/report"
	"quorum/viewer/study"
)

// schemes are the label schemes that masks are written in.
var schemes = []label.Scheme{label.BraTS2023, label.BraTS2017}

func schemeNames() []string {
	var list []string
	for _, s := range schemes {
		list = append(list, string(s)+": "+s.Legend())
	}
	return list
}

// askExport asks what is to be written, and where.
func (w *window) askExport() {
	i := w.c.shown
	if i == nil {
		return
	}
	p := w.c.exportStart()
	folder, folderRow := w.folderRow(p.Folder)
	name := w.newEntry(p.Name)
	scheme := pane.NewChoice(w.keys, schemeNames(), nil)
	scheme.Put(schemeNames()[0])
	tick := func(text string, on *bool) *pane.Tick {
		t := pane.NewTick(w.keys, text, func(v bool) { *on = v })
		t.Put(*on)
		return t
	}
	compared := w.c.comparison != nil && len(w.c.comparison.Rows) > 1
	table, lattice := tick("Table of all computed subsets (CSV)", &p.Table), tick("Picture of the comparison (PNG)", &p.Lattice)
	if !compared {
		table.Disable()
		lattice.Disable()
	}
	wrong := newAnswer()
	form := container.NewVBox(
		widget.NewForm(widget.NewFormItem("Folder", folderRow), widget.NewFormItem("Name", name), widget.NewFormItem("Labels", scheme)),
		tick("Mask (.nii.gz) with its sidecar (.json)", &p.Mask), tick("Label names and colours for ITK-SNAP and 3D Slicer", &p.Labels),
		tick("Report of one page (PDF)", &p.Report), tick("What the Images page shows (PNG)", &p.Picture), table, lattice, wrong,
	)
	w.showDialog("export", "Export "+i.name, form, "Export", "Cancel", 560, func() {
		p.Folder, p.Name, p.Force = folder.path(), strings.TrimSpace(name.Text), false
		if n := slices.Index(schemeNames(), scheme.Selected); n >= 0 {
			p.Scheme = schemes[n]
		}
		if text := w.c.CheckExport(p); text != "" {
			wrong.refuse(text)
			return
		}
		view := report.View{}
		if w.c.has(i) {
			view = w.pictureOfView(i)
		}
		w.finishDialog()
		w.c.Export(p, i, view)
	}, nil)
	w.focus(folder)
}

// pictureOfView keeps what the stage shows, under the name of an entry.
func (w *window) pictureOfView(i *item) report.View {
	v := report.View{Title: w.c.found.ID, Legend: report.Legend(w.c.View.View.Overlay)}
	v.Subset, v.Edited = i.subset, i.edited()
	widgets, panes := w.shownPanes()
	scale := w.Canvas().Scale()
	for n, s := range widgets {
		at := s.Position()
		v.Panes = append(v.Panes, report.Keep(image.Pt(int(at.X*scale), int(at.Y*scale)), w.c.View.Frame(panes[n])))
	}
	return v
}

// saveEdit writes the shown edit to its own file; the first time it asks where.
func (w *window) saveEdit() {
	i := w.c.shown
	if i == nil || i.edit == nil {
		return
	}
	if i.edit.File != "" {
		scheme := i.edit.Scheme
		if scheme == "" {
			scheme = label.BraTS2023
		}
		w.c.SaveEdit(i, i.edit.File, scheme, true)
		return
	}
	start := filepath.Join(w.c.exportFolder(), study.SafeID(w.c.doc.Study.ID+"_"+strings.ReplaceAll(i.name, " ", "_"))+maskEnd)
	path, row := w.pathRow(start, func(e *entry) {
		w.chooseFolder(filepath.Dir(e.path()), func(folder string) { e.put(filepath.Join(folder, filepath.Base(e.path()))) })
	})
	scheme := pane.NewChoice(w.keys, schemeNames(), nil)
	scheme.Put(schemeNames()[0])
	wrong := newAnswer()
	body := container.NewVBox(widget.NewForm(widget.NewFormItem("File", row), widget.NewFormItem("Labels", scheme)), wrong)
	w.showDialog("save", "Save "+i.name, body, "Save", "Cancel", 560, func() {
		to := path.path()
		id, ok := strings.CutSuffix(filepath.Base(to), maskEnd)
		plan := ExportPlan{Folder: filepath.Dir(to), Name: id, Mask: true}
		if !ok {
			wrong.refuse("The file's name must end with " + maskEnd + ", so that it is known again as a mask.")
			return
		}
		if text := w.c.CheckExport(plan); text != "" {
			wrong.refuse(text)
			return
		}
		chosen := schemes[max(0, slices.Index(schemeNames(), scheme.Selected))]
		w.finishDialog()
		w.c.SaveEdit(i, to, chosen, false)
	}, nil)
	w.focus(path)
}
