package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quorum/segment/engine"
	"quorum/segment/model"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

func newModel(c *console) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "model",
		Short: "Look at model files, import one, compare several, average two, shift outlines",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usagef("say what to do with the model: show, import, compare, average or shift")
		},
	}
	cmd.AddCommand(newModelShow(c), newModelImport(c), newModelCompare(c), newModelAverage(c), newModelShift(c))
	return cmd
}

func newModelShow(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "show [FILE…]",
		Short: "Network, parameters, provenance, teachers and held-out table of models; of the built-in one without FILE",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{""}
			}
			failed := false
			for _, path := range args {
				m, err := engine.ReadModel(path)
				if err != nil {
					c.failure(path, err)
					failed = true
					continue
				}
				c.object(newModelShowLine(m, path))
				showModel(c, m, path)
			}
			if failed {
				return errReported
			}
			return nil
		},
	}
}

// modelShowLine is a model as JSON.
type modelShowLine struct {
	Schema     string     `json:"schema"`
	File       string     `json:"file,omitempty"` // absent: the built-in model
	SHA256     string     `json:"sha256"`
	Channels   []int      `json:"channels"`
	Parameters int        `json:"parameters"`
	Meta       model.Meta `json:"meta"`
}

func newModelShowLine(m *model.Model, path string) modelShowLine {
	return modelShowLine{
		Schema: "quorum.model/1", File: path, SHA256: m.SHA256, Channels: m.Config.Channels, Parameters: parameters(m), Meta: m.Meta,
	}
}

// parameters counts the network's numbers.
func parameters(m *model.Model) int {
	n := 0
	for _, w := range m.Weights {
		n += len(w.Data)
	}
	return n
}

func showModel(c *console, m *model.Model, path string) {
	p := m.Meta.Provenance
	name := "built-in"
	if path != "" {
		name = filepath.Base(path)
	}
	channels := make([]string, len(m.Config.Channels))
	for i, n := range m.Config.Channels {
		channels[i] = fmt.Sprint(n)
	}
	var teachers []string
	for _, r := range label.Regions {
		if s, ok := p.Teachers[r.String()]; ok {
			teachers = append(teachers, r.String()+" "+s)
		}
	}
	c.text("%s", m.ID)
	rows := [][]string{
		{"file", name},
		{"SHA-256", m.SHA256},
		{"origin", m.Origin()},
		{"network", fmt.Sprintf("LCKD compact, channels %s, %s parameters", strings.Join(channels, "/"), grouped(parameters(m)))},
	}
	for _, row := range [][]string{
		{"before", strings.Join(p.History, "; ")},
		{"data", strings.Join(p.Data, "; ")},
		{"teachers", strings.Join(teachers, ", ")},
		{"licence", p.License},
		{"preprocessing", m.Meta.Preprocessing},
	} {
		if row[1] != "" {
			rows = append(rows, row)
		}
	}
	c.table(rows)
	showReliability(c, m.Meta.Reliability)
}

// showReliability writes the held-out table of a model.
func showReliability(c *console, r *model.Reliability) {
	if r == nil {
		c.text("  no held-out results are in this file: `quorum evaluate … --into MODEL` writes them")
		return
	}
	note := ""
	if r.UsedToChoose {
		note = ", which also helped to choose the model"
	}
	c.text("  held-out Dice, mean (spread) on %s of %q%s", count(len(r.Cases), "case"), r.Key, note)
	rows := [][]string{{"", "", "ET", "WT", "TC", "n"}}
	for _, u := range sequence.Full.Subsets() {
		row := []string{u.Symbols(), u.Names()}
		n := 0
		for _, region := range label.Regions {
			found, ok := r.Rows[u.String()][region.String()]
			if !ok || found.N == 0 {
				row = append(row, "–")
				continue
			}
			n = found.N
			row = append(row, fmt.Sprintf("%.3f (%s)", found.Mean, spread(found)))
		}
		rows = append(rows, append(row, fmt.Sprint(n)))
	}
	rows = append(rows, meanRow(r))
	c.table(rows)
}

// means are the means over the subsets that a model's table has, by region, and how many subsets those are.
func means(r *model.Reliability) (mean [label.RegionCount]float64, n int) {
	if r == nil {
		return mean, 0
	}
	for _, u := range sequence.Full.Subsets() {
		row := r.Rows[u.String()]
		if len(row) == 0 {
			continue
		}
		n++
		for _, region := range label.Regions {
			mean[region] += row[region.String()].Mean
		}
	}
	for region := range mean {
		mean[region] /= float64(max(n, 1))
	}
	return mean, n
}

func meanRow(r *model.Reliability) []string {
	mean, n := means(r)
	row := []string{"mean", "of " + count(n, "subset")}
	for _, v := range mean {
		row = append(row, fmt.Sprintf("%.3f", v))
	}
	return row
}

// compareLine is one subset of `quorum model compare` as JSON: mean Dice by model and region.
type compareLine struct {
	Schema string          `json:"schema"`
	Subset string          `json:"subset"`
	Models []comparedModel `json:"models"`
}

// comparedModel is one model's mean Dice by region.
type comparedModel struct {
	ID   string             `json:"id"`
	Dice map[string]float64 `json:"dice"`
}

func newModelCompare(c *console) *cobra.Command {
	return &cobra.Command{
		Use:   "compare FILE FILE…",
		Short: "Held-out tables of models side by side, with the difference from the first",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef("compare needs two or more model files")
			}
			return compareModels(c, args)
		},
	}
}

func compareModels(c *console, paths []string) error {
	var models []*model.Model
	for _, path := range paths {
		m, err := engine.ReadModel(path)
		if err != nil {
			return err
		}
		if m.Meta.Reliability == nil {
			return fmt.Errorf("%s holds no held-out results: `quorum evaluate … --model %s --into FILE` makes them", path, path)
		}
		models = append(models, m)
	}
	for at, m := range models {
		c.text("%c  %s  %s  (%s of %q)", 'A'+at, filepath.Base(paths[at]), m.ID, count(len(m.Meta.Reliability.Cases), "case"), m.Meta.Reliability.Key)
	}
	for at, m := range models[1:] {
		if !slices.Equal(m.Meta.Reliability.Cases, models[0].Meta.Reliability.Cases) {
			c.notice("notice: %c was measured on other cases than A: the differences compare cases as well as models", 'B'+at)
		}
	}
	head := []string{"", "Dice"}
	for at := range models {
		for _, r := range label.Regions {
			head = append(head, fmt.Sprintf("%c %s", 'A'+at, r))
		}
	}
	rows := [][]string{head}
	for _, u := range sequence.Full.Subsets() {
		row := []string{u.Symbols(), u.Names()}
		line := compareLine{Schema: "quorum.compare/1", Subset: u.String()}
		for at, m := range models {
			for _, r := range label.Regions {
				row = append(row, comparedCell(m, models[0], u, r, at > 0))
			}
			line.Models = append(line.Models, comparedModel{ID: m.ID, Dice: meanDice(m, u)})
		}
		rows = append(rows, row)
		c.object(line)
	}
	row := []string{"mean", ""}
	first, _ := means(models[0].Meta.Reliability)
	for at, m := range models {
		mean, _ := means(m.Meta.Reliability)
		for _, r := range label.Regions {
			text := fmt.Sprintf("%.3f", mean[r])
			if at > 0 {
				text += fmt.Sprintf(" %+.3f", mean[r]-first[r])
			}
			row = append(row, text)
		}
	}
	c.table(append(rows, row))
	return nil
}

func meanDice(m *model.Model, u sequence.Subset) map[string]float64 {
	out := map[string]float64{}
	for _, r := range label.Regions {
		if found, ok := m.Cell(u, r); ok {
			out[r.String()] = found.Mean
		}
	}
	return out
}

func comparedCell(m, first *model.Model, u sequence.Subset, r label.Region, difference bool) string {
	found, ok := m.Cell(u, r)
	if !ok {
		return "–"
	}
	text := fmt.Sprintf("%.3f", found.Mean)
	if base, ok := first.Cell(u, r); ok && difference {
		text += fmt.Sprintf(" %+.3f", found.Mean-base.Mean)
	}
	return text
}
