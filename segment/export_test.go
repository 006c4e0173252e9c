package segment

// SetAvailable replaces what the network believes about free memory.
func (n *Network) SetAvailable(f func() (int64, bool)) { n.available = f }
