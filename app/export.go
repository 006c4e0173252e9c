package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"quorum/segment"
	"quorum/viewer/label"
	"quorum/viewer/report"
	"quorum/viewer/session"
	"quorum/viewer/study"
)

// maskEnd is how the name of a mask ends, by which it is known again.
const maskEnd = "_seg.nii.gz"

// ExportPlan is what the user wants to have written, and where.
type ExportPlan struct {
	Folder, Name string
	Scheme       label.Scheme
	Mask         bool // with its sidecar
	Labels       bool // names and colours for ITK-SNAP and 3D Slicer
	Table        bool // the comparison as CSV
	Picture      bool // what the Images page shows
	Lattice      bool // the comparison as a picture
	Report       bool // one page as PDF
	Force        bool // replace what exists
}

// Files are the paths that a plan writes.
func (p ExportPlan) Files() []string {
	base := filepath.Join(p.Folder, p.Name)
	var list []string
	for _, f := range []struct {
		wanted bool
		ends   []string
	}{
		{p.Mask, []string{maskEnd, "_seg.json"}},
		{p.Labels, []string{"_labels.txt", "_labels.ctbl"}},
		{p.Table, []string{"_sweep.csv"}},
		{p.Picture, []string{"_view.png"}},
		{p.Lattice, []string{"_sweep.png"}},
		{p.Report, []string{"_report.pdf"}},
	} {
		if f.wanted {
			for _, end := range f.ends {
				list = append(list, base+end)
			}
		}
	}
	return list
}

// Taken are those of them that exist already. Ask on a worker: a network folder may not answer.
func (p ExportPlan) Taken() []string {
	var list []string
	for _, path := range p.Files() {
		if _, err := os.Lstat(path); err == nil {
			list = append(list, path)
		}
	}
	return list
}

// takenError says before anything is written which files exist already.
type takenError struct {
	files []string
	lost  []string // names of further files that go with what is replaced
}

// Error is a sentence for a person.
func (e *takenError) Error() string {
	text := "there are already: " + strings.Join(names(e.files), ", ")
	if len(e.lost) > 0 {
		text += ". What was made with the old mask will be taken away: " + strings.Join(e.lost, ", ")
	}
	return text
}

// check refuses what would be written over existing files, unless that is wanted.
func (p ExportPlan) check() error {
	if taken := p.Taken(); len(taken) > 0 && !p.Force {
		e := &takenError{files: taken}
		if mask := filepath.Join(p.Folder, p.Name+maskEnd); slices.Contains(taken, mask) {
			e.lost = segment.Leftovers(p.Folder, p.Name)
		}
		return e
	}
	return nil
}

// askReplace asks before files are replaced.
func (c *Controller) askReplace(folder string, taken *takenError, replace func()) {
	c.screen.Confirm(Question{
		Title: "Replace files?", Text: fmt.Sprintf("In %s %v", folder, taken), Yes: "Replace", No: "Cancel",
		Then: func(yes bool) {
			if yes {
				replace()
			}
		},
	})
}

// CheckExport says in a sentence why a plan cannot be carried out; "" = it can.
func (c *Controller) CheckExport(p ExportPlan) string {
	switch {
	case strings.TrimSpace(p.Folder) == "":
		return "Name the folder for the files."
	case p.Name == "" || p.Name != study.SafeID(p.Name):
		return "The name may hold letters, digits, -, _ and . only."
	case len(p.Files()) == 0:
		return "Choose at least one kind of file."
	case c.within(p.Folder):
		return "This folder lies in the study's own folder: choose another one, so that results are not mistaken for the patient's images."
	}
	return ""
}

// within says whether a folder is one of those in which the open study lies, or lies in one of them.
func (c *Controller) within(folder string) bool {
	to, err := filepath.Abs(folder)
	return err == nil && c.doc != nil && slices.ContainsFunc(c.doc.Folders, func(from string) bool {
		rel, err := filepath.Rel(from, to)
		return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
	})
}

// has says whether an entry is still in the list: dialogs stay open while studies change.
func (c *Controller) has(i *item) bool { return slices.Contains(c.items, i) }

// Export writes a plan for an entry of the list; before it replaces files it asks. view is what the Images page shows, for its picture.
func (c *Controller) Export(p ExportPlan, i *item, view report.View) {
	c.write(p, i, view, func(files []string) {
		slog.Info("exported", "files", strings.Join(names(files), ","), "folder", p.Folder)
		c.Tell(Notice{Text: fmt.Sprintf("Exported to %s: %s", p.Folder, strings.Join(names(files), ", "))})
		c.said = "exported " + plural(len(files), "file")
	})
}

// SaveEdit writes an edit's mask to a file. Before it replaces one it asks, unless force says that it is the edit's own.
func (c *Controller) SaveEdit(i *item, path string, scheme label.Scheme, force bool) {
	name := filepath.Base(path)
	p := ExportPlan{Folder: filepath.Dir(path), Name: strings.TrimSuffix(name, maskEnd), Scheme: scheme, Mask: true, Force: force}
	c.write(p, i, report.View{}, func([]string) {
		slog.Info("edit saved", "file", name)
		c.said = "saved " + name
	})
}

// write carries out a plan on a worker. written is told of the files once all are complete; what goes wrong is told the user here.
func (c *Controller) write(p ExportPlan, i *item, view report.View, written func(files []string)) {
	e, err := c.exportable(i)
	if err != nil {
		c.Tell(Notice{Text: err.Error(), Grave: true})
		return
	}
	e.view = view
	patient := c.patient
	c.said = ""
	if c.alert == c.unwritten { // of another export
		c.alert = ""
	}
	c.session.Exports = p.Folder
	var files []string
	c.send(&errand{text: "writing to " + shortened(p.Folder, 40)}, func(ctx context.Context) (err error) {
		if err = p.check(); err != nil {
			return err
		}
		files, err = e.write(ctx, p)
		return err
	}, func(err error) {
		taken, exist := errors.AsType[*takenError](err)
		switch _, left := errors.AsType[*LeftError](err); {
		case left:
		case exist:
			c.askReplace(p.Folder, taken, func() {
				p.Force = true
				c.write(p, i, view, written)
			})
		case unfinished(p, files, err) != "":
			slog.Warn("not written", "error", err)
			c.unwritten = unfinished(p, files, err)
			c.Tell(Notice{Text: c.unwritten, Grave: true})
		default:
			written(files)
			if p.Mask && i.steps == e.steps { // it is still as it was then
				c.advance(patient, func(p *session.Progress) { p.Exported = true })
				c.markSaved(i, p)
			}
		}
		c.screen.Refresh(Everything)
	})
}

// unfinished says in a sentence what an error has left of a plan; "" = everything is there: it may have been cancelled too late.
func unfinished(p ExportPlan, files []string, err error) string {
	if len(files) == len(p.Files()) {
		return ""
	}
	why := inWindow(err.Error())
	if errors.Is(err, context.Canceled) {
		why = "it was cancelled"
	}
	if len(files) == 0 {
		return "Nothing was written: " + why
	}
	return fmt.Sprintf("Not everything was written: %s. Complete: %s", why, strings.Join(names(files), ", "))
}

func names(paths []string) []string {
	var list []string
	for _, p := range paths {
		list = append(list, filepath.Base(p))
	}
	return list
}

// markSaved says of an edit, if it is one, that a file of the user's holds it.
func (c *Controller) markSaved(i *item, p ExportPlan) {
	if i.edit != nil && c.has(i) {
		i.edit.MarkSaved(i.now, p.Files()[0], p.Scheme)
		c.keepEdit(i)
	}
}

// exportStart is what the export dialog begins with.
func (c *Controller) exportStart() ExportPlan {
	p := ExportPlan{Folder: c.exportFolder(), Scheme: label.BraTS2023, Mask: true, Labels: true}
	if c.doc != nil {
		p.Name = c.doc.Study.ID
	}
	if i := c.shown; i != nil && i.edit != nil {
		p.Name = study.SafeID(p.Name + "_" + strings.ReplaceAll(i.name, " ", "_"))
	} else if i != nil && i.kind == computedItem && c.doc != nil && i.subset != c.doc.Loaded.Present {
		p.Name = study.SafeID(p.Name + "_" + i.subset.String())
	}
	p.Table = c.comparison != nil && len(c.comparison.Rows) > 1
	return p
}

// exportFolder is where results go unless the user says otherwise: the last such folder, else quorum-out in the user's home; never the
// study's own folder.
func (c *Controller) exportFolder() string {
	if f := c.session.Exports; f != "" && !c.within(f) {
		return f
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, "quorum-out")
}
