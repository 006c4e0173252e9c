package evaluate

import (
	"testing"

	"quorum/viewer/sequence"
)

func TestSelection(t *testing.T) {
	want := map[Selection]int{All: 15, Full: 1, Single: 4}
	for _, s := range Selections {
		if n := len(s.Subsets()); n != want[s] {
			t.Errorf("%s: %v; want %d", s, s.Subsets(), want[s])
		}
	}
	if full := Full.Subsets()[0]; full != sequence.Full {
		t.Errorf("full is %s", full)
	}
	for _, u := range Single.Subsets() {
		if u.Len() != 1 {
			t.Errorf("%s is not a single sequence", u)
		}
	}
}
