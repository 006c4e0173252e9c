// Package assets embeds what the programs carry with them.
package assets

import _ "embed" // the default model and the icon

//go:embed model.onnx
var defaultModel []byte

//go:embed icon.png
var icon []byte

// Model is the default model as a file's bytes (docs/model.md). The slice is shared: it must not be changed.
func Model() []byte { return defaultModel }

// Icon is the program's icon as PNG, 512×512, drawn from icon.svg: three sequences that are there and one that is not. It is shared too.
func Icon() []byte { return icon }
