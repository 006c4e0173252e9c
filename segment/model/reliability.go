package model

import (
	"fmt"
	"math"
	"slices"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Reliability is what held-out cases say about every subset; made by `quorum evaluate --into`.
type Reliability struct {
	Cases        []string `json:"cases"`          // ids
	Key          string   `json:"key"`            // e.g. "val"
	UsedToChoose bool     `json:"used_to_choose"` // these cases also helped to choose the model
	// Rows is keyed by Subset.String() and then by region (ET, WT, TC).
	Rows map[string]map[string]ReliabilityCell `json:"rows"`
}

// ReliabilityCell is one subset and region.
type ReliabilityCell struct {
	N           int      `json:"n"`
	Mean        float64  `json:"mean"` // Dice
	SD          float64  `json:"sd"`   // sample SD
	Min         float64  `json:"min"`
	Max         float64  `json:"max"`
	BiasML      float64  `json:"bias_ml"`      // mean of (predicted − true) volume
	BiasPercent *float64 `json:"bias_percent"` // mean over cases with truth > 0; nil when none
	Temperature float64  `json:"temperature"`  // probability = sigmoid(logit / Temperature)
	ECEBefore   float64  `json:"ece_before"`   // expected calibration error, 15 equal bins
	ECEAfter    float64  `json:"ece_after"`
}

// Temperatures that a calibration can sensibly find.
const (
	minTemperature = 0.05
	maxTemperature = 50
)

// Temperature calibrates the probability of a region computed from subset u: sigmoid(logit / Temperature). 1 where nothing is known.
func (m *Model) Temperature(u sequence.Subset, r label.Region) float64 {
	if cell, ok := m.Cell(u, r); ok {
		return cell.Temperature
	}
	return 1
}

// Cell is what held-out cases say about a region computed from subset u, if anything.
func (m *Model) Cell(u sequence.Subset, r label.Region) (ReliabilityCell, bool) {
	if m.Meta.Reliability == nil {
		return ReliabilityCell{}, false
	}
	cell, ok := m.Meta.Reliability.Rows[u.String()][r.String()]
	return cell, ok && cell.N > 0
}

// validate says which entry cannot be what held-out cases said.
func (r *Reliability) validate() error {
	var subsets []string
	for _, u := range sequence.Full.Subsets() {
		subsets = append(subsets, u.String())
	}
	for subset, row := range r.Rows {
		for region, cell := range row {
			if !slices.Contains(subsets, subset) || !slices.Contains(regionOrder(), region) {
				return fmt.Errorf("its reliability table has a row %q, region %q that there cannot be", subset, region)
			}
			if err := cell.validate(); err != nil {
				return fmt.Errorf("its reliability table, %s, %s: %w", subset, region, err)
			}
		}
	}
	return nil
}

func (c ReliabilityCell) validate() error {
	if c.N < 0 {
		return fmt.Errorf("%d cases", c.N)
	}
	if c.N == 0 {
		return nil
	}
	for _, share := range []float64{c.Mean, c.SD, c.Min, c.Max, c.ECEBefore, c.ECEAfter} {
		if !(share >= 0 && share <= 1) {
			return fmt.Errorf("%g is not between 0 and 1", share)
		}
	}
	if !(c.Temperature >= minTemperature && c.Temperature <= maxTemperature) {
		return fmt.Errorf("temperature %g is not between %g and %g", c.Temperature, minTemperature, float64(maxTemperature))
	}
	if math.IsNaN(c.BiasML) || math.IsInf(c.BiasML, 0) {
		return fmt.Errorf("volume bias %g mL", c.BiasML)
	}
	return nil
}
