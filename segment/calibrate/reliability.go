package calibrate

import (
	"math"

	"quorum/segment/model"
	"quorum/segment/score"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Cell gathers what held-out cases say about one subset and region. The zero value is empty.
type Cell struct {
	dice             []float64
	predicted, truth []float64 // mL
	Logits           Histogram
}

// Add puts in the result of one case: Dice against the truth, and the volumes in mL.
func (c *Cell) Add(dice, predictedML, trueML float64) {
	c.dice = append(c.dice, dice)
	c.predicted = append(c.predicted, predictedML)
	c.truth = append(c.truth, trueML)
}

// reliability is the cell for the model file.
func (c *Cell) reliability() model.ReliabilityCell {
	s := score.Summarise(c.dice)
	t := c.Logits.Temperature()
	out := model.ReliabilityCell{
		N: s.N, Mean: round(s.Mean), SD: round(s.SD), Min: round(s.Min), Max: round(s.Max),
		Temperature: round(t), ECEBefore: round(c.Logits.Error(1)), ECEAfter: round(c.Logits.Error(t)),
	}
	ml, percent := score.VolumeBias(c.predicted, c.truth)
	out.BiasML = round(ml)
	if percent != nil {
		p := round(*percent)
		out.BiasPercent = &p
	}
	return out
}

// Gathering is what held-out cases say about every subset and region. The zero value is empty.
type Gathering struct {
	cells map[sequence.Subset]*[label.RegionCount]Cell
}

// Cell is where the results of one subset and region go.
func (g *Gathering) Cell(u sequence.Subset, r label.Region) *Cell {
	if g.cells == nil {
		g.cells = map[sequence.Subset]*[label.RegionCount]Cell{}
	}
	if g.cells[u] == nil {
		g.cells[u] = new([label.RegionCount]Cell)
	}
	return &g.cells[u][r]
}

// Merge adds what other gathered.
func (g *Gathering) Merge(other *Gathering) {
	for u, cells := range other.cells {
		for r := range cells {
			c, from := g.Cell(u, label.Region(r)), &cells[r]
			c.dice = append(c.dice, from.dice...)
			c.predicted = append(c.predicted, from.predicted...)
			c.truth = append(c.truth, from.truth...)
			c.Logits.merge(&from.Logits)
		}
	}
}

// Reliability is the table for the model file: cases are the ids, key the name of their list, and usedToChoose says that they also
// helped to choose the model (its teachers, its moment), which every statement must then add.
func (g *Gathering) Reliability(cases []string, key string, usedToChoose bool) *model.Reliability {
	out := &model.Reliability{Cases: cases, Key: key, UsedToChoose: usedToChoose, Rows: map[string]map[string]model.ReliabilityCell{}}
	for u, cells := range g.cells {
		row := map[string]model.ReliabilityCell{}
		for r := range cells {
			if len(cells[r].dice) > 0 {
				row[label.Region(r).String()] = cells[r].reliability()
			}
		}
		if len(row) > 0 {
			out.Rows[u.String()] = row
		}
	}
	return out
}

// round keeps six decimals: what is stored must not differ in the last bits between machines.
func round(x float64) float64 {
	if math.IsNaN(x) {
		return 0
	}
	return math.Round(x*1e6) / 1e6
}
