package wording

import (
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

func TestVolume(t *testing.T) {
	without := sequence.Full.Without(sequence.Of(sequence.T1ce))
	for _, c := range []struct {
		region label.Region
		subset sequence.Subset
		ml     float64
		want   string
	}{
		{label.RegionET, sequence.Full, 12.344, "12.34"},
		{label.RegionET, sequence.Of(sequence.T1ce), 0, "0.00"},
		{label.RegionET, without, 12.344, "about 12"},
		{label.RegionTC, without, 0.6, "about 1"},
		{label.RegionTC, without, 0.4, "under 1"},
		{label.RegionTC, without, 0, "about 0"},
		{label.RegionWT, without, 84.206, "84.21"},
		{label.RegionWT, sequence.Of(sequence.T2), 84.206, "84.21"},
		{label.RegionWT, sequence.Of(sequence.T1, sequence.T1ce), 84.206, "about 84"},
		{label.RegionTC, sequence.Of(sequence.T1, sequence.T1ce), 31.5, "31.50"},
		{label.RegionET, 0, 12.344, "12.34"}, // a mask is a fact
	} {
		if got := Volume(c.region, c.subset, c.ml); got != c.want {
			t.Errorf("%v from %v, %g mL: %q, want %q", c.region, c.subset, c.ml, got, c.want)
		}
	}
}
