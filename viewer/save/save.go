// Package save writes files so that a failure at any moment leaves either the old file or the new one, never half of one.
package save

import "io"

// File calls write on a temporary file beside path, syncs it and renames it to path.
// An existing path is refused with fs.ErrExist in the chain unless overwrite; on any error, nothing new is left behind.
func File(path string, overwrite bool, write func(io.Writer) error) error { panic("contract") }
