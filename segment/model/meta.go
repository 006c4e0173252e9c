package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"quorum/segment/lckd"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Schema is the version of Meta that this program writes, and the newest that it reads.
const Schema = 1

// Network is the name of the only network that there is so far.
const Network = "lckd-compact"

// Preprocessing says in words what must be done to images before they enter the network (docs/method.md).
const Preprocessing = "Per sequence: brain = voxels other than 0; clip to the brain's 0.1 and 99.9 percentiles, subtract the mean and divide by the " +
	"population standard deviation of the clipped brain voxels, 0 outside; 1 mm voxels; axes LPS, D = toward left, H = toward posterior, W = toward superior; " +
	"crop to the box of voxels other than 0, pad with zeros at the high ends."

// Keys of the file's metadata_props: one for programs, one for people who open the file elsewhere.
const (
	keyMeta        = "quorum.meta"
	keyDescription = "description"
)

const (
	maxMeta = 1 << 20 // bytes of JSON
	maxText = 4096    // bytes of one text
)

// Meta is the metadata beside the weights, stored as JSON in the file's metadata_props.
type Meta struct {
	Schema        int          `json:"schema"`
	ID            string       `json:"id"`
	Network       string       `json:"network"`
	Config        lckd.Config  `json:"config"`
	Sequences     []string     `json:"sequences"` // order of the input's channels
	Regions       []string     `json:"regions"`   // order of the outputs' channels
	Preprocessing string       `json:"preprocessing"`
	Provenance    Provenance   `json:"provenance"`
	Reliability   *Reliability `json:"reliability,omitempty"`
	AppVersion    string       `json:"app_version,omitempty"` // of the program that wrote the file
	Weights       string       `json:"weights,omitempty"`     // fingerprint: name and held-out results belong to these weights only
}

// Provenance says where the weights come from, in plain words and facts.
type Provenance struct {
	Summary     string            `json:"summary"`               // one sentence, e.g. "trained with the PyTorch reference on 24 BraTS cases"
	History     []string          `json:"history,omitempty"`     // of the weights that it began with, newest first: "compact-2: trained with …"
	Trained     bool              `json:"trained"`               // false: random weights; every output says so
	Data        []string          `json:"data,omitempty"`        // data sets and how many cases
	Cases       []string          `json:"cases,omitempty"`       // ids that it was trained on
	HeldOut     []string          `json:"held_out,omitempty"`    // ids that elected teachers and chose the model
	Fingerprint string            `json:"fingerprint,omitempty"` // of the training data
	Steps       int               `json:"steps,omitempty"`
	Seed        *uint64           `json:"seed,omitempty"`
	Teachers    map[string]string `json:"teachers,omitempty"` // region → sequence, last election
	Limits      string            `json:"limits,omitempty"`   // "not trained on operated brains, metastases, children"
	License     string            `json:"license,omitempty"`
}

// Before is the history of a model that was made from m.
func (m *Model) Before() []string {
	p := m.Meta.Provenance
	if p.Summary == "" {
		return p.History
	}
	return append([]string{m.ID + ": " + p.Summary}, p.History...)
}

// complete fills in what follows from the network.
func (m Meta) complete(c lckd.Config) Meta {
	m.Schema = Schema
	m.Network = Network
	m.Config = c
	m.Sequences, m.Regions = sequenceOrder(), regionOrder()
	if m.Preprocessing == "" {
		m.Preprocessing = Preprocessing
	}
	return m
}

func sequenceOrder() []string {
	keys := make([]string, 0, sequence.Count)
	for _, s := range sequence.All {
		keys = append(keys, s.Key())
	}
	return keys
}

func regionOrder() []string {
	names := make([]string, 0, label.RegionCount)
	for _, r := range label.Regions {
		names = append(names, r.String())
	}
	return names
}

// validate says what in m cannot be relied on for a network of size c.
func (m Meta) validate(c lckd.Config) error {
	switch {
	case m.Schema < 1:
		return errors.New("its metadata names no version")
	case m.Schema > Schema:
		return fmt.Errorf("its metadata has version %d, this program reads up to %d: it was written by a newer Quorum", m.Schema, Schema)
	case m.Network != Network:
		return fmt.Errorf("it is a model of the network %q, this program runs %q", m.Network, Network)
	case !slices.Equal(m.Config.Channels, c.Channels):
		return fmt.Errorf("its metadata says channels %v, its weights have %v", m.Config.Channels, c.Channels)
	case !slices.Equal(m.Sequences, sequenceOrder()):
		return fmt.Errorf("it takes the sequences in the order %q, this program gives them as %q", m.Sequences, sequenceOrder())
	case !slices.Equal(m.Regions, regionOrder()):
		return fmt.Errorf("it gives the regions in the order %q, this program expects %q", m.Regions, regionOrder())
	}
	for _, text := range m.texts() {
		if len(text) > maxText || strings.ContainsFunc(text, unicode.IsControl) {
			return fmt.Errorf("its metadata holds a text that is too long or has control characters: %.40q", text)
		}
	}
	if m.Reliability != nil {
		return m.Reliability.validate()
	}
	return nil
}

// texts are all that is shown to people.
func (m Meta) texts() []string {
	p := m.Provenance
	list := []string{m.ID, m.Preprocessing, m.AppVersion, p.Summary, p.Fingerprint, p.Limits, p.License}
	list = slices.Concat(list, p.History, p.Data, p.Cases, p.HeldOut)
	for region, teacher := range p.Teachers {
		list = append(list, region, teacher)
	}
	if m.Reliability != nil {
		list = append(append(list, m.Reliability.Key), m.Reliability.Cases...)
	}
	return list
}

// properties are the entries of metadata_props.
func (m Meta) properties() (map[string]string, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("metadata of model %s: %w", m.ID, err)
	}
	if len(text) > maxMeta {
		return nil, fmt.Errorf("metadata of model %s: %d bytes are too many, %d are possible", m.ID, len(text), maxMeta)
	}
	return map[string]string{
		keyMeta: string(text),
		keyDescription: "Brain tumour segmentation from any non-empty subset of " + strings.Join(m.Sequences, ", ") +
			". image [1,4,D,H,W]: sides multiples of " + fmt.Sprint(m.Config.Multiple()) + ", channels of missing sequences are ignored; presence [1,4]: 1 = there, 0 = missing, " +
			"never all 0; logit, probability [1,3,D,H,W]: " + strings.Join(m.Regions, ", ") + ", independent sigmoids. " + m.Preprocessing +
			" Research use only. Not a medical device.",
	}, nil
}

// parseMeta reads the entries of metadata_props; found is false for a file that Quorum did not write.
func parseMeta(properties map[string]string) (m Meta, found bool, err error) {
	text, found := properties[keyMeta]
	if !found {
		return Meta{}, false, nil
	}
	if len(text) > maxMeta {
		return Meta{}, true, fmt.Errorf("its metadata has %d bytes, %d are possible", len(text), maxMeta)
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return Meta{}, true, fmt.Errorf("its metadata cannot be read: %w", err)
	}
	return m, true, nil
}
