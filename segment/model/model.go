// Package model is the model file: one standard .onnx with the weights as named initialisers and everything that a person must know
// about them as metadata.
package model

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"github.com/x448/float16"

	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/segment/onnx"
)

// Model is a network with weights and their story. Immutable.
type Model struct {
	ID      string // short name for people, from the metadata
	SHA256  string // of the file, hex
	Config  lckd.Config
	Weights graph.Weights // by the names of net.py
	Meta    Meta          // the zero value when the file has none of Quorum's metadata

	file []byte
}

// New makes a model of weights by the names of net.py. What meta leaves empty and the network decides (its name, sizes, orders) is
// filled in. The error says in sentences which weights do not fit.
func New(w graph.Weights, meta Meta) (*Model, error) {
	c, err := lckd.ConfigOf(w)
	if err != nil {
		return nil, err
	}
	meta = meta.complete(c)
	meta.Weights = fingerprint(w)
	if err := meta.validate(c); err != nil {
		return nil, err
	}
	file, err := encode(c, w, meta)
	if err != nil {
		return nil, err
	}
	return assemble(file, c, w, meta), nil
}

// File is the model as a standard .onnx file: inputs image [1,4,D,H,W] (normalised, FLAIR, T1, T1ce, T2; D, H, W open, multiples of
// lckd.Config.Multiple) and presence [1,4] of 0 and 1, outputs logit and probability [1,3,D,H,W] (ET, WT, TC). Not to be changed.
func (m *Model) File() []byte { return m.file }

// WithReliability is the same model that also knows how it did on held-out cases.
func (m *Model) WithReliability(r Reliability) (*Model, error) {
	meta := m.Meta
	meta.ID = m.ID
	meta.Reliability = &r
	return New(m.Weights, meta)
}

// fingerprint is the SHA-256 of the weights' names and float32 values, in the order of names.
func fingerprint(w graph.Weights) string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(w)) {
		_, _ = io.WriteString(sum, name) // a hash takes everything
		bytes := make([]byte, 0, 4*len(w[name].Data))
		for _, x := range w[name].Data {
			bytes = binary.LittleEndian.AppendUint32(bytes, math.Float32bits(x))
		}
		_, _ = sum.Write(bytes)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func assemble(file []byte, c lckd.Config, w graph.Weights, meta Meta) *Model {
	sum := sha256.Sum256(file)
	m := &Model{ID: meta.ID, SHA256: hex.EncodeToString(sum[:]), Config: c, Weights: w, Meta: meta, file: file}
	if m.ID == "" {
		m.ID = "unnamed-" + m.SHA256[:8]
	}
	return m
}

// encode writes the network as it is published. Weights are float16 in the file where that loses nothing.
func encode(c lckd.Config, w graph.Weights, meta Meta) ([]byte, error) {
	m := c.Multiple()
	g, err := lckd.Whole(c, [3]int{2 * m, 3 * m, 4 * m}) // any size: it is left open in the file
	if err != nil {
		return nil, err
	}
	properties, err := meta.properties()
	if err != nil {
		return nil, err
	}
	return onnx.Encode(g, w, onnx.Options{Half: isHalf(w), Symbolic: []string{"image"}, Metadata: properties, Producer: "quorum"})
}

// isHalf says whether float16 holds every weight exactly.
func isHalf(w graph.Weights) bool {
	for t := range maps.Values(w) {
		if slices.ContainsFunc(t.Data, func(x float32) bool { return float16.Fromfloat32(x).Float32() != x }) {
			return false
		}
	}
	return true
}

// Half rounds weights to what float16 can hold, which halves the file. A weight that it cannot hold is named in the error.
func Half(w graph.Weights) (graph.Weights, error) {
	rounded := graph.Weights{}
	for _, name := range slices.Sorted(maps.Keys(w)) {
		t := graph.Tensor{Shape: w[name].Shape, Data: make([]float32, len(w[name].Data))}
		for i, x := range w[name].Data {
			h := float16.Fromfloat32(x)
			if !h.IsFinite() {
				return nil, fmt.Errorf("weight %s has the value %g, too large for the model file's 16-bit numbers: such a network did not train well", name, x)
			}
			t.Data[i] = h.Float32()
		}
		rounded[name] = t
	}
	return rounded, nil
}
