package model

import (
	"errors"
	"fmt"
	"io"
	"os"

	"quorum/segment/graph"
	"quorum/segment/lckd"
	"quorum/segment/onnx"
	"quorum/segment/safetensors"
)

// MaxSize is the largest model file that is read, in bytes.
const MaxSize = 256 << 20

// Read reads a model file. Errors are sentences that name it.
func Read(path string) (*Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	defer f.Close() //nolint:errcheck // nothing was written
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("model: %w", err)
	}
	if len(data) > MaxSize {
		return nil, fmt.Errorf("%s: the file is larger than %d MB, which no model for Quorum is", path, MaxSize>>20)
	}
	m, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// Decode reads a model from the bytes of a file, which it keeps. A standard .onnx whose weights have the right names is read even
// without Quorum's metadata: it is foreign, see Model.IsForeign. A model of another network is refused.
func Decode(data []byte) (*Model, error) {
	f, err := onnx.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%w (a model is an .onnx file written by `quorum model import` or by training)", err)
	}
	meta, found, err := parseMeta(f.Metadata)
	if err != nil {
		return nil, err
	}
	if found && meta.Network != Network && meta.Network != "" {
		return nil, meta.validate(meta.Config)
	}
	c, err := lckd.ConfigOf(f.Weights)
	if err != nil {
		return nil, fmt.Errorf("this is not a model for Quorum: %w", err)
	}
	if found {
		if err := meta.validate(c); err != nil {
			return nil, err
		}
		if meta.Weights != "" && meta.Weights != fingerprint(f.Weights) {
			return nil, errors.New("its weights are not those that its name and held-out results were written for: the file is damaged or was changed; " +
				"take the original, or import the weights anew")
		}
	}
	return assemble(data, c, f.Weights, meta), nil
}

// Import makes a model of weights that were trained in PyTorch: a safetensors file with the names of net.py. They are rounded to
// float16. Errors are sentences that name the file.
func Import(path string, meta Meta) (*Model, error) {
	tensors, err := safetensors.Read(path)
	if err != nil {
		return nil, err
	}
	w, err := Half(graph.Weights(tensors))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m, err := New(w, meta)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
