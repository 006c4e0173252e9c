package main

import (
	"testing"

	"quorum/segment/model"
)

func TestWording(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{grouped(7), "7"},
		{grouped(2704648), "2,704,648"},
		{count(1, "study"), "1 study"},
		{count(6, "study"), "6 studies"},
		{count(0, "case"), "0 cases"},
		{sizeText(49_800), "49.8 kB"},
		{sizeText(179_140_000), "179.1 MB"},
		{spread(model.ReliabilityCell{N: 6, Min: 0.12, Max: 0.63, SD: 0.11}), "0.12–0.63"},
		{spread(model.ReliabilityCell{N: 12, Min: 0.12, Max: 0.63, SD: 0.11}), "± 0.11"},
	} {
		if test.got != test.want {
			t.Errorf("got %q want %q", test.got, test.want)
		}
	}
}
