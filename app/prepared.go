package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"quorum/segment"
	"quorum/segment/model"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/report"
	"quorum/viewer/save"
	"quorum/viewer/study"
)

// exported is what a plan writes, as it is at the moment: a worker writes it while the window goes on.
type exported struct {
	labels  *label.Cutout
	sidecar segment.Sidecar
	steps   int // how often the edit had changed
	loaded  *study.Loaded
	version string
	compare *compare.Comparison
	page    report.Result
	lattice func() report.Lattice // spreads all results out: for a worker
	view    report.View
}

// exportable is an entry as it would be written.
func (c *Controller) exportable(i *item) (*exported, error) {
	switch {
	case i == nil || c.doc == nil || c.doc.Loaded == nil:
		return nil, errors.New("there is no result to export: segment first")
	case !c.has(i):
		return nil, fmt.Errorf("nothing was written: %s is not among the results of the study that is open now", i.name)
	}
	e := &exported{
		labels: i.cutout(), sidecar: c.sidecar(i), loaded: c.doc.Loaded, version: c.options.Version, steps: i.steps, compare: c.comparison,
	}
	e.page = c.pictured(i, e)
	e.lattice = c.latticePicture(e)
	return e, nil
}

// sidecar tells how the labels of an entry were made: an edit remembers it from when it was copied, whatever computes today.
func (c *Controller) sidecar(i *item) segment.Sidecar {
	o := segment.ExportOptions{Scheme: label.BraTS2023, AppVersion: c.options.Version, Edited: i.edited()}
	s := segment.MaskSidecar(c.doc.Loaded, o)
	told := i.made
	if i.edit != nil {
		told = i.edit.Origin.Made
	}
	if i.kind == computedItem {
		s = segment.NewSidecar(&i.from.result, i.from.model, c.doc.Loaded, o)
	} else if made, ok := parseSidecar(told); ok {
		s = made
	}
	return s.For(i.ml(), o)
}

// parseSidecar reads a sidecar of ours.
func parseSidecar(text string) (s segment.Sidecar, ok bool) {
	err := json.Unmarshal([]byte(text), &s)
	return s, err == nil && s.Schema == segment.SidecarSchema
}

// pictured is an entry as pictures and reports show it, but for its labels.
func (c *Controller) pictured(i *item, e *exported) report.Result {
	l := c.doc.Loaded
	s := report.Study{
		Title: c.doc.Study.ID, Volumes: l.Volumes, Convention: c.View.View.Convention, UnsureSides: l.Header.UnsureSides() && !c.View.View.SidesConfirmed,
		Model: "from a mask, not from a model",
	}
	if m := e.sidecar.Model; m.ID != "" {
		s.Model = (&model.Model{ID: m.ID, Meta: model.Meta{Provenance: m.Provenance}}).Origin()
		s.Computed = "computed by " + e.sidecar.Backend.String()
		if !e.sidecar.Labels.Edited {
			s.Notices = append(s.Notices, e.sidecar.Reliability...)
		}
	}
	for _, text := range e.sidecar.Notices {
		s.Notices = append(s.Notices, inWindow(text))
	}
	return report.Result{Study: s, Subset: i.subset, ML: i.ml(), At: c.crosshairVoxel(), Edited: e.sidecar.Labels.Edited}
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
	if e.compare != nil {
		set.Base = e.compare.Base // the numbers may still wait for a reference that was chosen just now
	}
	layout := c.comparing.preset.Layout(set.Present, set.Base, set.Truth != nil)
	return func() report.Lattice {
		l := report.Lattice{Study: of, Present: set.Present, Base: set.Base, Layout: &layout, At: at}
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
	e.page.Labels = e.labels.Map()
	if p.Mask {
		if files, err = e.writeMask(ctx, p.Folder, p.Name, p.Scheme, p.Force); err != nil {
			return nil, err
		}
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
		if err := save.Until(ctx, base+f.end, p.Force, func(w io.Writer) error {
			_, err := data.WriteTo(w)
			return err
		}); err != nil {
			return files, err
		}
		files = append(files, base+f.end)
	}
	return files, nil
}

// writeMask writes mask and sidecar.
func (e *exported) writeMask(ctx context.Context, folder, id string, scheme label.Scheme, force bool) ([]string, error) {
	s := e.sidecar.For(e.page.ML, segment.ExportOptions{Scheme: scheme, Edited: e.sidecar.Labels.Edited})
	return segment.ExportMask(ctx, folder, id, e.labels.Map(), e.loaded, s, force)
}
