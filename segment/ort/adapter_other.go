//go:build !linux

package ort

import "runtime"

// webgpuAdapter has no name here. Metal has no software adapter; Direct3D 12 has one where there is no other.
func webgpuAdapter() (string, adapterKind) {
	if runtime.GOOS == "darwin" {
		return "", hardwareAdapter
	}
	return "", unknownAdapter
}
