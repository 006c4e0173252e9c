package main

import (
	"bytes"
	"image"
	"time"

	"quorum/segment"
	"quorum/segment/evaluate"
	"quorum/segment/model"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/place"
	"quorum/viewer/report"
	"quorum/viewer/study"
)

// shared is what every picture of a study shows.
func shared(id string, l *study.Loaded, m *model.Model, b segment.Backend) report.Study {
	return report.Study{
		Title: id, Volumes: l.Volumes, Model: m.Origin(), Computed: "computed by " + computed(b), UnsureSides: l.Header.UnsureSides(),
	}
}

// pictured is a result as pictures show it.
func pictured(it item, m *model.Model, r *segment.Result) report.Result {
	s := shared(it.id, it.loaded, m, r.Backend)
	s.Notices = segment.ReliabilityLines(m, r.Subset, it.loaded.Study.Names())
	for _, p := range r.Notices {
		s.Notices = append(s.Notices, problemText(p))
	}
	for _, p := range it.loaded.Problems {
		s.Notices = append(s.Notices, problemText(p))
	}
	return report.Result{Study: s, Subset: r.Subset, Labels: r.Labels, ML: r.ML, At: place.First(r.Labels, it.loaded.Volumes[:]...)}
}

// drawing is a file that shows a result.
type drawing struct {
	name, path string
	data       []byte
}

// draw draws the picture and the report of a result, those that have a path.
func draw(r report.Result, paths outputFiles, made time.Time) ([]drawing, error) {
	var list []drawing
	if paths.Picture != "" {
		data, err := encoded(report.Picture(r))
		if err != nil {
			return nil, err
		}
		list = append(list, drawing{"picture", paths.Picture, data})
	}
	if paths.Report != "" {
		var pdf bytes.Buffer
		if err := (report.Page{Result: r, Made: made, Program: "Quorum " + version}).WritePDF(&pdf); err != nil {
			return nil, err
		}
		list = append(list, drawing{"report", paths.Report, pdf.Bytes()})
	}
	return list, nil
}

// lattice is the comparison of all subsets, to be drawn.
func lattice(l *study.Loaded, m *model.Model, s *evaluate.Sweep) report.Lattice {
	full := s.Rows[len(s.Rows)-1].Labels
	out := report.Lattice{
		Study: shared(s.ID, l, m, s.Backend), Present: s.Present, Truth: s.Truth, At: place.First(full, l.Volumes[:]...),
	}
	for _, p := range s.Notices {
		out.Notices = append(out.Notices, problemText(p))
	}
	for _, row := range s.Rows {
		out.Cells = append(out.Cells, report.Cell{
			Row: compare.Row{
				Subset: row.Subset, ML: row.ML,
				Dice:      (*[label.RegionCount]float64)(row.Dice),
				Agreement: (*[label.RegionCount]float64)(row.Agreement),
			},
			Labels: row.Labels,
		})
	}
	return out
}

// encoded is a drawn picture as PNG.
func encoded(picture image.Image, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	var png bytes.Buffer
	err = report.WritePNG(&png, picture)
	return png.Bytes(), err
}
