//go:build !linux

package ort

// webgpuAdapter is not known here: Direct3D 12 and Metal offer a software adapter only when it is asked for, and it is not.
func webgpuAdapter() (name string, software bool) { return "", false }
