package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"quorum/segment"
	"quorum/segment/model"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/report"
	"quorum/viewer/save"
	"quorum/viewer/study"
)

// ExportPlan is what the user wants to have written, and where.
type ExportPlan struct {
	Folder, Name string
	Scheme       label.Scheme
	Mask         bool // with its sidecar
	Labels       bool // names and colours for ITK-SNAP and 3D Slicer
	Table        bool // the comparison as CSV
	Picture      bool // the current view
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
		{p.Mask, []string{"_seg.nii.gz", "_seg.json"}},
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
type takenError struct{ files []string }

// Error is a sentence for a person.
func (e *takenError) Error() string {
	return "there are already: " + strings.Join(names(e.files), ", ")
}

// check refuses what would be written over existing files, unless that is wanted.
func (p ExportPlan) check() error {
	if taken := p.Taken(); len(taken) > 0 && !p.Force {
		return &takenError{taken}
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

// exported is what a plan writes, as it is at the moment: a worker writes it while the window goes on.
type exported struct {
	result  *segment.Result
	steps   int  // how often the edit had changed
	hand    bool // edited by hand
	masked  bool // the labels came from a mask, not from the model
	model   *model.Model
	loaded  *study.Loaded
	version string
	compare *compare.Comparison
	page    report.Result
	lattice func() report.Lattice // spreads all results out: for a worker
	view    report.View
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
	case c.doc != nil && !c.source.BuiltIn && within(c.source.Paths, p.Folder):
		return "This folder lies in the study's own folder: choose another one, so that results are not mistaken for the patient's images."
	}
	return ""
}

// within says whether a folder is that of the study, or lies in it.
func within(paths []string, folder string) bool {
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			path = filepath.Dir(path)
		}
		from, err1 := filepath.Abs(path)
		to, err2 := filepath.Abs(folder)
		if rel, err := filepath.Rel(from, to); err1 == nil && err2 == nil && err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

// has says whether an entry is still in the list: dialogs stay open while studies change.
func (c *Controller) has(i *item) bool { return slices.Contains(c.items, i) }

// Export writes a plan for an entry of the list; before it replaces files it asks. view is what the window shows, for the picture.
func (c *Controller) Export(p ExportPlan, i *item, view report.View) {
	e, err := c.exportable(i)
	if err != nil {
		c.Tell(Notice{Text: err.Error(), Grave: true})
		return
	}
	e.view = view
	patient := c.patient
	c.session.Folder = p.Folder
	var files []string
	c.jobs.Files.Submit(Task{
		Key: p, Anew: true,
		Work: func(ctx context.Context, _ progressReport) (err error) {
			if err = p.check(); err != nil {
				return err
			}
			files, err = e.write(ctx, p)
			return err
		},
		Done: func(err error) {
			taken, exist := errors.AsType[*takenError](err)
			switch {
			case errors.Is(err, context.Canceled):
			case exist:
				c.askReplace(p.Folder, taken, func() {
					p.Force = true
					c.Export(p, i, view)
				})
			case err != nil:
				slog.Warn("export failed", "error", err)
				text := "Nothing was exported: " + inWindow(err.Error())
				if len(files) > 0 {
					text = fmt.Sprintf("Not everything was exported: %s. Written: %s", inWindow(err.Error()), strings.Join(names(files), ", "))
				}
				c.Tell(Notice{Text: text, Grave: true})
			default:
				slog.Info("exported", "files", strings.Join(names(files), ","), "folder", p.Folder)
				c.Tell(Notice{Text: fmt.Sprintf("Exported to %s: %s", p.Folder, strings.Join(names(files), ", "))})
				if patient != nil && p.Mask {
					patient.mark = exportedMark
				}
				c.said = "exported " + plural(len(files), "file")
				if p.Mask && i.edit != nil && c.has(i) {
					c.markSaved(i, e, filepath.Join(p.Folder, p.Name+"_seg.nii.gz"), p.Scheme)
				}
			}
			c.screen.Refresh(Everything)
		},
	})
}

func names(paths []string) []string {
	var list []string
	for _, p := range paths {
		list = append(list, filepath.Base(p))
	}
	return list
}

// exportable is an entry as it would be written.
func (c *Controller) exportable(i *item) (*exported, error) {
	switch {
	case i == nil || c.doc == nil || c.doc.Loaded == nil:
		return nil, errors.New("there is no result to export: segment first")
	case !c.has(i):
		return nil, fmt.Errorf("nothing was written: %s is not among the results of the study that is open now", i.name)
	}
	e := &exported{loaded: c.doc.Loaded, version: c.options.Version, steps: i.steps, hand: i.edited(), compare: c.comparison}
	switch from := c.madeFrom(i); {
	case from != nil:
		r := from.result
		e.result, e.model = &r, from.model
	case c.machine != nil && i.kind == editedItem && i.edit.Origin.Mask == "" && i.edit.Origin.Model == c.machine.Model.ID:
		e.result, e.model = &segment.Result{Subset: i.subset, Backend: c.machine.Backend}, c.machine.Model
	default:
		e.masked, e.result = true, &segment.Result{Subset: i.subset}
	}
	e.result.Labels, e.result.ML = i.cutout().Map(), i.ml()
	e.page = c.pictured(i, e)
	e.lattice = c.latticePicture(e)
	return e, nil
}

// madeFrom is what an entry was computed as, by the very model; nil = not known, or it was a mask.
func (c *Controller) madeFrom(i *item) *outcome {
	if i.from != nil || i.kind != editedItem || i.edit.Origin.Mask != "" {
		return i.from
	}
	if o := c.outcomes[i.subset]; o != nil && o.model.ID == i.edit.Origin.Model {
		return o
	}
	return nil
}

// pictured is an entry as pictures and reports show it.
func (c *Controller) pictured(i *item, e *exported) report.Result {
	l := c.doc.Loaded
	s := report.Study{
		Title: c.doc.Study.ID, Volumes: l.Volumes, Convention: c.View.View.Convention, UnsureSides: l.Header.UnsureSides() && !c.View.View.SidesConfirmed,
		Model: "from a mask, not from a model",
	}
	if !e.masked {
		s.Model, s.Computed = e.model.Origin(), "computed by "+e.result.Backend.String()
		if !e.hand {
			s.Notices = segment.ReliabilityLines(e.model, e.result.Subset)
		}
		for _, p := range e.result.Notices {
			s.Notices = append(s.Notices, inWindow(p.Text))
		}
	}
	for _, p := range l.Problems {
		s.Notices = append(s.Notices, sentence(p))
	}
	subset := i.subset
	if subset == 0 {
		subset = l.Present
	}
	return report.Result{Study: s, Subset: subset, Labels: e.result.Labels, ML: e.result.ML, At: c.crosshairVoxel(), Edited: e.hand}
}

// crosshairVoxel is the crosshair on the study's grid.
func (c *Controller) crosshairVoxel() [3]int {
	g := c.doc.Loaded.Grid
	voxel := nearest(g.VoxelAt(c.View.View.Crosshair))
	for a := range voxel {
		voxel[a] = min(g.Dim[a]-1, max(0, voxel[a]))
	}
	return voxel
}

// latticePicture is the comparison as a picture shows it.
func (c *Controller) latticePicture(e *exported) func() report.Lattice {
	set, of, at := c.set, e.page.Study, e.page.At
	return func() report.Lattice {
		l := report.Lattice{Study: of, Present: set.Present, At: at}
		l.Notices = nil
		if set.Truth != nil {
			l.Truth = set.Truth.Map()
		}
		if e.compare != nil {
			for _, row := range e.compare.Rows {
				if result := set.Result(row.Subset); result != nil {
					l.Cells = append(l.Cells, report.Cell{Row: row, Labels: result.Map()})
				}
			}
		}
		return l
	}
}

// write writes the files of a plan, the mask first, and returns those that are complete.
func (e *exported) write(ctx context.Context, p ExportPlan) (files []string, err error) {
	if err := save.Folder(p.Folder); err != nil {
		return nil, err
	}
	if p.Mask {
		made, err := e.writeMask(p.Folder, p.Name, p.Scheme, p.Force)
		if err != nil {
			return nil, err
		}
		files = append(files, made...)
	}
	base := filepath.Join(p.Folder, p.Name)
	for _, f := range []struct {
		wanted bool
		end    string
		write  func(io.Writer) error
	}{
		{p.Labels, "_labels.txt", func(w io.Writer) error { return report.WriteITKSNAP(w, p.Scheme) }},
		{p.Labels, "_labels.ctbl", func(w io.Writer) error { return report.WriteSlicer(w, p.Scheme) }},
		{p.Table, "_sweep.csv", func(w io.Writer) error { return report.WriteTable(w, e.page.Title, e.compare) }},
		{p.Picture, "_view.png", func(w io.Writer) error {
			picture, err := e.view.Draw()
			if err != nil {
				return err
			}
			return report.WritePNG(w, picture)
		}},
		{p.Lattice, "_sweep.png", func(w io.Writer) error {
			picture, err := e.lattice().Draw()
			if err != nil {
				return err
			}
			return report.WritePNG(w, picture)
		}},
		{p.Report, "_report.pdf", report.Page{Result: e.page, Made: time.Now(), Program: "Quorum " + e.version}.WritePDF},
	} {
		if !f.wanted {
			continue
		}
		if err := ctx.Err(); err != nil {
			return files, err
		}
		var data bytes.Buffer // drawn first: what cannot be drawn leaves no file
		if err := f.write(&data); err != nil {
			return files, err
		}
		if err := save.Bytes(base+f.end, p.Force, data.Bytes()); err != nil {
			return files, err
		}
		files = append(files, base+f.end)
	}
	return files, nil
}

// writeMask writes mask and sidecar. Labels that no model has made have no sidecar: it would tell of a model, and one that lay beside the
// mask that is replaced goes.
func (e *exported) writeMask(folder, id string, scheme label.Scheme, force bool) ([]string, error) {
	if !e.masked {
		return segment.Export(folder, id, e.result, e.model, e.loaded, segment.ExportOptions{
			Scheme: scheme, Force: force, AppVersion: e.version, Edited: e.hand,
		})
	}
	path := filepath.Join(folder, id+"_seg.nii.gz")
	numbers, err := e.result.Labels.Encode(scheme)
	if err != nil {
		return nil, err
	}
	sidecar := filepath.Join(folder, id+"_seg.json")
	if _, err := os.Lstat(sidecar); err == nil && !force {
		return nil, fmt.Errorf("%s belongs to another mask: choose another name or folder", sidecar)
	}
	made := "from a mask"
	if e.hand {
		made = "edited by hand"
	}
	text := fmt.Sprintf("Quorum %s, %s: %s", scheme, made, scheme.Legend())
	if err := nifti.Write(path, e.loaded.Header, 1, numbers, text, force); err != nil {
		return nil, err
	}
	if err := os.Remove(sidecar); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return []string{path}, err
	}
	return []string{path}, nil
}

// SaveEdit writes an edit's mask to a file. Before it replaces one it asks, unless force says that it is the edit's own.
func (c *Controller) SaveEdit(i *item, path string, scheme label.Scheme, force bool) {
	e, err := c.exportable(i)
	if err != nil {
		c.Tell(Notice{Text: err.Error(), Grave: true})
		return
	}
	folder, id := filepath.Dir(path), strings.TrimSuffix(filepath.Base(path), "_seg.nii.gz")
	c.session.Folder = folder
	c.jobs.Files.Submit(Task{
		Key: path, Anew: true,
		Work: func(context.Context, progressReport) error {
			if err := (ExportPlan{Folder: folder, Name: id, Mask: true, Force: force}).check(); err != nil {
				return err
			}
			if err := save.Folder(folder); err != nil {
				return err
			}
			_, err := e.writeMask(folder, id, scheme, force)
			return err
		},
		Done: func(err error) {
			taken, exist := errors.AsType[*takenError](err)
			switch {
			case errors.Is(err, context.Canceled):
			case exist:
				c.askReplace(folder, taken, func() { c.SaveEdit(i, path, scheme, true) })
			case err != nil:
				c.Tell(Notice{Text: "The edit was not saved: " + inWindow(err.Error()), Grave: true})
			default:
				slog.Info("edit saved", "file", filepath.Base(path))
				c.said = "saved " + filepath.Base(path)
				if c.has(i) {
					c.markSaved(i, e, path, scheme)
				}
			}
			c.screen.Refresh(Everything)
		},
	})
}

// markSaved says that an edit was written, if it is still as it was then.
func (c *Controller) markSaved(i *item, e *exported, path string, scheme label.Scheme) {
	s := i.edit.Snapshot()
	if i.steps == e.steps {
		i.edit.MarkSaved(s, path, scheme)
		c.keepEdit(i, i.edit.Snapshot())
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

// exportFolder is where results go unless the user says otherwise: the last folder, else quorum-out in the user's home; never the
// study's own folder.
func (c *Controller) exportFolder() string {
	if f := c.session.Folder; f != "" && !within(c.source.Paths, f) {
		return f
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, "quorum-out")
}
