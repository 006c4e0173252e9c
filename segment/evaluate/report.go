package evaluate

import (
	"encoding/json"
	"path/filepath"

	"quorum/segment"
	"quorum/segment/calibrate"
	"quorum/segment/model"
	"quorum/segment/score"
	"quorum/viewer/cohort"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// Schema names the form of a report's JSON and CSV.
const Schema = "quorum.evaluate/1"

// Model names a model in results.
type Model struct {
	ID      string `json:"id"`
	SHA256  string `json:"sha256"`
	Trained bool   `json:"trained"` // false: nothing vouches for its weights, see model.Model.IsForeign
	Origin  string `json:"origin"`  // the sentence that goes with every output
}

func newModel(m *model.Model) Model {
	return Model{ID: m.ID, SHA256: m.SHA256, Trained: !m.IsForeign(), Origin: m.Origin()}
}

// Row is the result of one case and subset.
type Row struct {
	Subset sequence.Subset
	Dice   score.Values  // (truth), of the painted regions
	Soft   *score.Values // soft Dice; nil = not measured. Not in any output
	HD95   *score.Values // mm, NaN = not available; nil = not measured
	ML     score.Values  // predicted
}

// Case is the result of one case.
type Case struct {
	ID      string
	Error   string // why it could not be evaluated, a sentence; the rest is empty then
	Present sequence.Subset
	TrueML  score.Values
	Rows    []Row
	Skipped []sequence.Subset // asked for, but the case lacks a sequence
	Notices []study.Problem
}

// Report is the result of Run. It names no path: it may be given away.
type Report struct {
	Model         Model
	Backend       segment.Backend // that really ran
	File, Key     string          // the list: the name of its file, and its key
	List          []string        // all ids of the list
	Scheme        label.Scheme    // of the masks
	SchemeDecided bool            // by the values of the data set; false: named by the user, or the masks are empty and fit any
	Subsets       Selection
	Flips, Clean  bool
	Distance      bool // HD95 was measured
	Cases         []Case
	Reliability   *model.Reliability // nil unless Options.Calibrate
	Shifts        *calibrate.Shifts  // likewise: what wider or tighter outlines would give. Not in any output
}

func newReport(m *model.Model, l *cohort.List, o Options) *Report {
	r := &Report{
		Model: newModel(m), Key: l.Key, List: l.IDs, Scheme: o.Scheme,
		Subsets: o.Subsets, Flips: o.Flips, Clean: o.Clean, Distance: o.Distance,
	}
	if l.File != "" {
		r.File = filepath.Base(l.File)
	}
	return r
}

// good lists the ids of the cases that were evaluated.
func (r *Report) good() []string {
	var ids []string
	for _, c := range r.Cases {
		if c.Error == "" {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// Failed is the number of cases that could not be evaluated.
func (r *Report) Failed() int { return len(r.Cases) - len(r.good()) }

// Dice is the table of Dice (truth) over subsets and regions.
func (r *Report) Dice() *score.Table {
	return r.table(score.Truth, func(row Row) score.Values { return row.Dice })
}

// HD95 is the table of HD95, nil if it was not measured.
func (r *Report) HD95() *score.Table {
	if !r.Distance {
		return nil
	}
	return r.table(score.Distance, func(row Row) score.Values { return *row.HD95 })
}

func (r *Report) table(m score.Measure, values func(Row) score.Values) *score.Table {
	t := &score.Table{Measure: m}
	for _, u := range r.Subsets.Subsets() {
		line := score.Row{Subset: u}
		for _, c := range r.Cases {
			for _, row := range c.Rows {
				if row.Subset == u {
					line.Add(values(row))
				}
			}
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// rowJSON is a Row in JSON.
type rowJSON struct {
	Subset  string        `json:"subset"`
	Symbols string        `json:"symbols"`
	Dice    score.Values  `json:"dice"`
	HD95    *score.Values `json:"hd95_mm,omitempty"`
	ML      score.Values  `json:"ml"`
}

// caseJSON is a Case in JSON.
type caseJSON struct {
	ID      string          `json:"id"`
	Error   string          `json:"error,omitempty"`
	Present []string        `json:"present,omitempty"`
	TrueML  *score.Values   `json:"truth_ml,omitempty"`
	Subsets []rowJSON       `json:"subsets,omitempty"`
	Skipped []string        `json:"skipped,omitempty"`
	Notices []study.Problem `json:"notices,omitempty"`
}

// MarshalJSON writes the case as one object.
func (c Case) MarshalJSON() ([]byte, error) {
	out := caseJSON{ID: c.ID, Error: c.Error, Notices: withBaseNames(c.Notices)}
	if c.Error == "" {
		out.TrueML = &c.TrueML
	}
	for _, s := range c.Present.Sequences() {
		out.Present = append(out.Present, s.Key())
	}
	for _, row := range c.Rows {
		out.Subsets = append(out.Subsets, rowJSON{row.Subset.String(), row.Subset.Symbols(), row.Dice, row.HD95, row.ML})
	}
	for _, u := range c.Skipped {
		out.Skipped = append(out.Skipped, u.String())
	}
	return json.Marshal(out)
}

// withBaseNames names files without their folders.
func withBaseNames(list []study.Problem) []study.Problem {
	var out []study.Problem
	for _, p := range list {
		if p.File != "" {
			p.File = filepath.Base(p.File)
		}
		out = append(out, p)
	}
	return out
}

// MarshalJSON writes the report as one object with a schema field: all cases, and the tables of means.
func (r *Report) MarshalJSON() ([]byte, error) {
	cases := r.Cases
	if cases == nil {
		cases = []Case{}
	}
	return json.Marshal(struct {
		Schema      string             `json:"schema"`
		Model       Model              `json:"model"`
		Backend     segment.Backend    `json:"backend"`
		File        string             `json:"list_file,omitempty"`
		Key         string             `json:"list_key,omitempty"`
		Scheme      label.Scheme       `json:"truth_labels"`
		Decided     bool               `json:"truth_labels_decided"`
		Flips       bool               `json:"flips"`
		Clean       bool               `json:"clean"`
		Cases       []Case             `json:"cases"`
		Failed      int                `json:"failed"`
		Dice        *score.Table       `json:"dice"`
		HD95        *score.Table       `json:"hd95,omitempty"`
		Reliability *model.Reliability `json:"reliability,omitempty"`
	}{
		Schema, r.Model, r.Backend, r.File, r.Key, r.Scheme, r.SchemeDecided, r.Flips, r.Clean,
		cases, r.Failed(), r.Dice(), r.HD95(), r.Reliability,
	})
}
