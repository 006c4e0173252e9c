package evaluate

import (
	"encoding/json"
	"fmt"
	"io"

	"quorum/segment"
	"quorum/segment/score"
	"quorum/viewer/label"
	"quorum/viewer/study"
	"quorum/viewer/wording"
)

// WriteText writes the sweep for a terminal: mL, Dice (truth) where there is a truth, and agreement with the result of all sequences, three
// columns each in the order ET, WT, TC.
func (s *Sweep) WriteText(w io.Writer) error {
	g := grid{titles: []string{"mL"}, decimals: []int{2, 3, 3}}
	if s.Truth != nil {
		g.titles = append(g.titles, string(score.Truth))
	}
	g.titles = append(g.titles, string(score.Agreement)+" with "+s.Present.Symbols())
	for _, row := range s.Rows {
		values := []*score.Values{&row.ML}
		if s.Truth != nil {
			values = append(values, row.Dice)
		}
		g.addSubset(row.Subset, append(values, row.Agreement)...)
		for q, ml := range row.ML {
			g.rows[len(g.rows)-1][2+q] = wording.Volume(label.Region(q), row.Subset, ml)
		}
	}
	heading := fmt.Sprintf("%s\n%s: In this study, with this model, computed by %s:", s.Model.Origin, s.ID, s.Backend)
	if s.Truth != nil {
		heading += fmt.Sprintf("\nmask read as %s (%s); both empty = 1, one empty = 0.", s.Scheme, s.Scheme.Legend())
	}
	if _, err := fmt.Fprintln(w, heading); err != nil {
		return err
	}
	return g.write(w)
}

// sweepRowJSON is a SweepRow in JSON.
type sweepRowJSON struct {
	Subset    string        `json:"subset"`
	Symbols   string        `json:"symbols"`
	ML        score.Values  `json:"ml"`
	Dice      *score.Values `json:"dice_truth,omitempty"`
	Agreement *score.Values `json:"agreement,omitempty"`
}

// MarshalJSON writes the sweep as one object with a schema field, without the label maps.
func (s *Sweep) MarshalJSON() ([]byte, error) {
	rows := []sweepRowJSON{}
	for _, row := range s.Rows {
		rows = append(rows, sweepRowJSON{row.Subset.String(), row.Subset.Symbols(), row.ML, row.Dice, row.Agreement})
	}
	var truth *score.Values
	if s.Truth != nil {
		ml := score.Values(s.Truth.RegionML())
		truth = &ml
	}
	return json.Marshal(struct {
		Schema  string          `json:"schema"`
		ID      string          `json:"id"`
		Model   Model           `json:"model"`
		Backend segment.Backend `json:"backend"`
		Present []string        `json:"present"`
		Scheme  label.Scheme    `json:"truth_labels,omitempty"`
		TruthML *score.Values   `json:"truth_ml,omitempty"`
		Flips   bool            `json:"flips"`
		Clean   bool            `json:"clean"`
		Rows    []sweepRowJSON  `json:"subsets"`
		Notices []study.Problem `json:"notices,omitempty"`
	}{SweepSchema, s.ID, s.Model, s.Backend, s.Present.Keys(), s.Scheme, truth, s.Flips, s.Clean, rows, withBaseNames(s.Notices)})
}
