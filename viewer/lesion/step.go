package lesion

// Next is the place after place at in a list of n, from the last one on to the first. A place outside the list, like −1 for none yet,
// leads to the first; n 0: −1.
func Next(at, n int) int {
	switch {
	case n == 0:
		return -1
	case at < 0 || at >= n-1:
		return 0
	}
	return at + 1
}

// Previous is the place before place at in a list of n, from the first one on to the last. A place outside the list leads to the last;
// n 0: −1.
func Previous(at, n int) int {
	if at <= 0 || at >= n {
		return n - 1
	}
	return at - 1
}
