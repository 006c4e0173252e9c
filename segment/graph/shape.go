package graph

import "slices"

// Size is the number of values in a shape; a scalar, shape [], has one.
func Size(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Broadcast is the common shape of a and b by NumPy's rule, if there is one: aligned at the last axis, sides equal or 1.
func Broadcast(a, b []int) ([]int, bool) {
	if len(a) < len(b) {
		a, b = b, a
	}
	out := slices.Clone(a)
	for i, d := range b {
		j := len(a) - len(b) + i
		switch {
		case out[j] == 1:
			out[j] = d
		case d != 1 && d != out[j]:
			return nil, false
		}
	}
	return out, true
}
