// Package model is the model file: one standard .onnx with the weights as named initialisers and everything that a person must know
// about them as metadata.
package model

import (
	"quorum/segment/graph"
	"quorum/segment/lckd"
)

// Model is a network with weights and their story. Immutable.
type Model struct {
	ID      string // short name for people, from the metadata
	SHA256  string // of the file, hex
	Config  lckd.Config
	Weights graph.Weights // by the names of net.py
	Meta    Meta
}

// Provenance says where the weights come from, in plain words and facts.
type Provenance struct {
	Summary  string            `json:"summary"`            // one sentence, e.g. "trained with the PyTorch reference on 24 BraTS cases"
	Trained  bool              `json:"trained"`            // false: random weights; every output says so
	Data     []string          `json:"data,omitempty"`     // data sets and how many cases
	Teachers map[string]string `json:"teachers,omitempty"` // region → sequence, last election
	Limits   string            `json:"limits,omitempty"`   // "not trained on operated brains, metastases, children"
	License  string            `json:"license,omitempty"`
}

// Meta is the metadata beside the weights, stored as JSON in the file's metadata_props.
type Meta struct {
	ID            string       `json:"id"`
	Provenance    Provenance   `json:"provenance"`
	Reliability   *Reliability `json:"reliability,omitempty"`
	Preprocessing string       `json:"preprocessing"`
}

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
