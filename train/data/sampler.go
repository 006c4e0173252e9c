package data

import (
	"errors"

	"quorum/train/step"
)

// Sampler makes batches. It is safe for use by several goroutines.
type Sampler struct {
	set    *Set
	seed   uint64
	stages []Stage
}

// NewSampler makes a sampler over a set; stages ascend and begin with batch 0.
func NewSampler(s *Set, seed uint64, stages []Stage) (*Sampler, error) {
	if err := checkStages(stages); err != nil {
		return nil, err
	}
	return &Sampler{s, seed, stages}, nil
}

// Stage is the one that batch i belongs to.
func (p *Sampler) Stage(i int) Stage {
	at := 0
	for at+1 < len(p.stages) && i >= p.stages[at+1].From {
		at++
	}
	return p.stages[at]
}

// Batch makes batch i, in the memory of into where that suffices. It is a pure function of the set, the seed, the stage and i: whatever was made
// before, by however many goroutines. Channels of missing sequences are 0.
func (p *Sampler) Batch(i int, into step.Batch) (step.Batch, error) {
	return into, errors.New("not built yet")
}
