package segment

// SetAvailable replaces what the network believes about free memory.
func (n *Network) SetAvailable(f func() (int64, bool)) { n.available = f }

// Move is how Export brings finished files of these names from hidden to dir.
func Move(names []string, hidden, dir string, force bool, leftovers []string) ([]string, error) {
	var files []exported
	for _, name := range names {
		files = append(files, exported{name: name})
	}
	return move(files, hidden, dir, force, leftovers)
}
