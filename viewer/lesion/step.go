package lesion

// Next is the place after place at in a list of n, from the last one on to the first. at −1 = none yet: the first; n 0: −1.
func Next(at, n int) int {
	if n == 0 {
		return -1
	}
	return (max(at, -1) + 1) % n
}

// Previous is the place before place at in a list of n, from the first one on to the last. at −1 = none yet: the last; n 0: −1.
func Previous(at, n int) int {
	if at <= 0 || at > n {
		return n - 1
	}
	return at - 1
}
