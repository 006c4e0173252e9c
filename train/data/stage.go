package data

import (
	"errors"
	"fmt"
)

// Augment says how a sample differs from the case that it was cut from. Each kind has a probability: 0 switches it off. The zero value
// leaves samples as they are.
type Augment struct {
	Flip       float64 `json:"flip"`       // for each axis by itself
	Turn       float64 `json:"turn"`       // rotated about three axes, and scaled; labels too
	Contrast   float64 `json:"contrast"`   // for each sequence by itself, as all that follow: a curve
	Bias       float64 `json:"bias"`       // a slow field over the image
	Resolution float64 `json:"resolution"` // seen coarser than it is
	Gain       float64 `json:"gain"`       // scaled and shifted
	Noise      float64 `json:"noise"`      //
	Strength   float64 `json:"strength"`   // factor of every range: 1 = that of the reference (±20°, contrast exp(±0.35), …), 0.5 = half
}

// DefaultAugment is what the reference was trained with.
func DefaultAugment() Augment {
	return Augment{Flip: 0.5, Turn: 0.4, Contrast: 0.3, Bias: 0.3, Resolution: 0.15, Gain: 1, Noise: 0.2, Strength: 1}
}

// Stage is how samples are made from one batch on.
type Stage struct {
	From       int     `json:"from"`       // the first batch
	Size       [3]int  `json:"size"`       // D, H, W of an image
	Images     int     `json:"images"`     // in a batch
	Subset     float64 `json:"subset"`     // share of samples that get a random subset of their sequences; the others get all that the case has
	Tumour     float64 `json:"tumour"`     // share of samples around a voxel of the tumour; the others lie anywhere in the brain
	Transplant float64 `json:"transplant"` // share of samples with another case's tumour besides, where grids agree
	Phantom    float64 `json:"phantom"`    // share of samples from phantoms, if the set has both
	Augment    Augment `json:"augment"`
}

// DefaultStage is what the reference was trained with, at size 64³, one image a batch, with a twentieth of phantoms mixed in.
func DefaultStage() Stage {
	return Stage{
		Size: [3]int{64, 64, 64}, Images: 1,
		Subset: 1, Tumour: 0.5, Transplant: 0.4, Phantom: 0.05, Augment: DefaultAugment(),
	}
}

// Check says in a sentence what makes no sense.
func (s Stage) Check() error {
	if s.Images < 1 {
		return fmt.Errorf("a batch of %d images: it takes at least 1", s.Images)
	}
	for _, n := range s.Size {
		if n < 16 || n%16 != 0 {
			return fmt.Errorf("images of %d×%d×%d voxels: every side must be a multiple of 16", s.Size[0], s.Size[1], s.Size[2])
		}
	}
	a := s.Augment
	for _, share := range []struct {
		name  string
		value float64
	}{
		{"subset", s.Subset},
		{"tumour", s.Tumour},
		{"transplant", s.Transplant},
		{"phantom", s.Phantom},
		{"flip", a.Flip},
		{"turn", a.Turn},
		{"contrast", a.Contrast},
		{"bias", a.Bias},
		{"resolution", a.Resolution},
		{"gain", a.Gain},
		{"noise", a.Noise},
		{"strength", a.Strength},
	} {
		if !(share.value >= 0 && share.value <= 1) {
			return fmt.Errorf("%s is %g: it must lie from 0 to 1", share.name, share.value)
		}
	}
	return nil
}

// checkStages refuses a plan that leaves a batch without a stage.
func checkStages(stages []Stage) error {
	if len(stages) == 0 || stages[0].From != 0 {
		return errors.New("the plan of samples has no stage for batch 0")
	}
	for at, s := range stages {
		if at > 0 && s.From <= stages[at-1].From {
			return fmt.Errorf("the stages are out of order: one from batch %d follows one from batch %d", s.From, stages[at-1].From)
		}
		if err := s.Check(); err != nil {
			return fmt.Errorf("samples from batch %d on: %w", s.From, err)
		}
	}
	return nil
}
