//go:build !windows

package ort

// searchPlugins has nothing to do here: the libraries carry $ORIGIN as their run path (readelf -d), so that each finds what lies beside
// it when the first is opened by its full path.
func searchPlugins(string) error { return nil }
