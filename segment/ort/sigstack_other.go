//go:build !linux

package ort

// keepSignalStack only calls f: the library that disturbs Go's signal stacks is used on Linux alone.
func keepSignalStack(f func() error) error { return f() }
