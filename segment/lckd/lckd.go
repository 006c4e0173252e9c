// Package lckd builds the compact LCKD network (docs/method, Wang et al., MICCAI 2023) as graphs.
package lckd

// Config is the size of the network; everything else about it is fixed by the method.
type Config struct {
	Channels []int `json:"channels"` // features at 1/2, 1/4, 1/8, … resolution; the compact default is 24, 48, 96, 128
}

// Compact is the default network: 2,704,648 parameters.
var Compact = Config{Channels: []int{24, 48, 96, 128}}

// Tiny is the network of the golden files and of quick tests.
var Tiny = Config{Channels: []int{4, 6, 8, 10}}
