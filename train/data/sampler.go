package data

import (
	"errors"
	"runtime/debug"
	"sync"

	"quorum/train/step"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Sampler makes batches. It is safe for use by several goroutines.
type Sampler struct {
	set    *Set
	seed   uint64
	stages []Stage
	desks  sync.Pool // of *desk
}

// NewSampler makes a sampler over a set; stages ascend and begin with batch 0.
func NewSampler(s *Set, seed uint64, stages []Stage) (*Sampler, error) {
	if err := checkStages(stages); err != nil {
		return nil, err
	}
	return &Sampler{set: s, seed: seed, stages: stages, desks: sync.Pool{New: func() any { return &desk{} }}}, nil
}

// Stage is the one that batch i belongs to.
func (p *Sampler) Stage(i int) Stage {
	at := 0
	for at+1 < len(p.stages) && i >= p.stages[at+1].From {
		at++
	}
	return p.stages[at]
}

// Batch makes batch i, in the memory of into where that suffices. It is a pure function of the set, the seed, the stage and i, whatever was
// made before, by however many goroutines (on processors of one kind: others may round differently). Channels of missing sequences are 0.
func (p *Sampler) Batch(i int, into step.Batch) (b step.Batch, err error) {
	// The cache is mapped memory: if its file shrinks or its disk fails, reading it is a fault, which must not end the program.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if fault := recover(); fault != nil {
			if _, ok := fault.(interface{ Addr() uintptr }); !ok {
				panic(fault)
			}
			err = errors.New("the prepared cases can no longer be read: the cache was changed or its disk has failed; start again")
		}
	}()
	stage := p.Stage(i)
	n := stage.Size[0] * stage.Size[1] * stage.Size[2]
	b = step.Batch{
		Image:    room(into.Image, stage.Images*sequence.Count*n),
		Target:   room(into.Target, stage.Images*label.RegionCount*n),
		Presence: room(into.Presence, stage.Images*sequence.Count),
	}
	d, _ := p.desks.Get().(*desk)
	defer p.desks.Put(d)
	for at := range stage.Images {
		s := p.plan(i, at)
		d.make(s, stage, b.Image[at*sequence.Count*n:][:sequence.Count*n], b.Target[at*label.RegionCount*n:][:label.RegionCount*n])
		presence := s.subset.Presence()
		copy(b.Presence[at*sequence.Count:], presence[:])
	}
	return b, nil
}

// room is n numbers, in the memory of old if that is large enough.
func room[T any](old []T, n int) []T {
	if cap(old) < n {
		return make([]T, n)
	}
	return old[:n]
}
