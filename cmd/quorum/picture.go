package main

import (
	"bytes"
	"image"

	"quorum/segment"
	"quorum/segment/evaluate"
	"quorum/segment/model"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/place"
	"quorum/viewer/report"
	"quorum/viewer/study"
)

// pictured is what every picture of a study shows.
func pictured(id string, l *study.Loaded, m *model.Model, b segment.Backend) report.Study {
	return report.Study{
		Title: id, Volumes: l.Volumes, Model: m.Origin(), Computed: "computed by " + computed(b), UnsureSides: l.Header.UnsureSides(),
	}
}

// drawResult is the picture of a result as PNG.
func drawResult(it item, m *model.Model, r *segment.Result) ([]byte, error) {
	s := pictured(it.id, it.loaded, m, r.Backend)
	s.Notices = segment.ReliabilityLines(m, r.Subset)
	for _, p := range r.Notices {
		s.Notices = append(s.Notices, problemText(p))
	}
	for _, p := range it.loaded.Problems {
		s.Notices = append(s.Notices, problemText(p))
	}
	return encoded(report.Picture(report.Result{
		Study: s, Subset: r.Subset, Labels: r.Labels, ML: r.ML, At: place.First(r.Labels, it.loaded.Volumes[:]...),
	}))
}

// lattice is the comparison of all subsets, to be drawn.
func lattice(l *study.Loaded, m *model.Model, s *evaluate.Sweep) report.Lattice {
	full := s.Rows[len(s.Rows)-1].Labels
	out := report.Lattice{
		Study: pictured(s.ID, l, m, s.Backend), Present: s.Present, Truth: s.Truth, At: place.First(full, l.Volumes[:]...),
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
