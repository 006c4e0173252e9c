// Package assets embeds what the programs carry with them.
package assets

import _ "embed" // the default model

//go:embed model.onnx
var defaultModel []byte

// Model is the default model as a file's bytes (docs/model.md). The slice is shared: it must not be changed.
func Model() []byte { return defaultModel }
