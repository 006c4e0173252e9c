package run

import (
	"quorum/train/data"
)

// feeders is how many batches are made at the same time, and kept ready, while a step runs.
const feeders = 2

// Cases makes batches out of a data set.
type Cases struct {
	Set     *data.Set
	Sets    []string // data sets and how many cases, in words
	HeldOut []string // ids of the cases that are kept out
}

// Feed implements Data.
func (c Cases) Feed(plan []data.Stage, seed uint64, from int) (Feed, error) {
	s, err := data.NewSampler(c.Set, seed, plan)
	if err != nil {
		return nil, err
	}
	return data.NewFeeder(s, from, feeders), nil
}

// Facts implements Data.
func (c Cases) Facts() Facts {
	f := Facts{Sets: c.Sets, HeldOut: c.HeldOut, Fingerprint: c.Set.Fingerprint()}
	for _, one := range c.Set.Cases() {
		switch {
		case one.Phantom:
			f.Phantoms++
			continue
		case one.Edited:
			f.Corrected++
		}
		f.Cases = append(f.Cases, one.ID)
	}
	return f
}
