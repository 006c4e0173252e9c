package main

import (
	"context"

	"quorum/segment/score"
	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/save"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume/volumetest"
)

// foundDice is the Dice of the whole tumour from which the model is said to have found it.
const foundDice = 0.6

// demo is the built-in synthetic head as a study without files, and the truth about it.
func demo(from source) (*study.Loaded, *label.Map) {
	grid := volumetest.BraTSGrid()
	volumes, truth := volumetest.Default().On(grid)
	l := &study.Loaded{
		Study:   &study.Study{ID: "demo", Path: "demo"},
		Grid:    grid,
		Header:  nifti.NewHeader(grid),
		Present: sequence.Full.Without(from.scan.Absent),
	}
	for _, s := range l.Present.Sequences() {
		l.Volumes[s] = volumes[s]
	}
	return l, truth
}

// runDemo segments the built-in head and says how well that went.
func (f *segmentFlags) runDemo(ctx context.Context, c *console, from source, start *opening) error {
	if err := f.free("demo"); err != nil {
		return err
	}
	if err := save.CheckFolder(f.out); err != nil {
		return err
	}
	loaded, truth := demo(from)
	e, err := start.wait(c)
	if err != nil {
		return err
	}
	result, err := f.one(ctx, c, e, item{name: "demo", id: "demo", loaded: loaded})
	if err != nil {
		return err
	}
	dice, err := score.Dice(result.Labels, truth)
	if err != nil {
		return err
	}
	c.object(demoLine{Schema: "quorum.demo/1", Dice: dice, Found: dice[label.RegionWT] >= foundDice})
	c.text("  this head is synthetic; Dice against its truth: ET %.3f, WT %.3f, TC %.3f", dice[label.RegionET], dice[label.RegionWT], dice[label.RegionTC])
	if dice[label.RegionWT] < foundDice {
		c.text("  the model did NOT find this tumour (WT Dice under %.1f)", foundDice)
	}
	return f.close(c, 0, 1)
}

// demoLine is what follows the result of --demo as JSON.
type demoLine struct {
	Schema string       `json:"schema"`
	Dice   score.Values `json:"dice"`
	Found  bool         `json:"found"`
}
