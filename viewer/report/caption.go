package report

import (
	"fmt"
	"math"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// left is what leaving out one sequence changes: by region, and the region with the least overlap.
type left struct {
	out   sequence.Sequence
	cell  Cell
	worst label.Region
	ml    float64 // the greatest change of a region's volume
}

// Caption says in a sentence what leaving out a sequence changes, as volume and as overlap with the result of all used sequences.
func (l *Lattice) Caption() string {
	const begin = "In this study, with this model, "
	full, ok := l.cell(l.Present)
	if !ok {
		return begin + "the result of all used sequences was not computed."
	}
	if l.Present.Len() == 1 {
		return begin + l.Present.Names() + " alone was used: there is nothing to compare."
	}
	if full.ML[label.RegionWT] == 0 {
		return begin + "no tumour was found from all used sequences together."
	}
	var most, least *left
	for _, s := range l.Present.Sequences() {
		c, ok := l.cell(l.Present.Without(sequence.Of(s)))
		if !ok || c.Agreement == nil {
			continue
		}
		this := leaveOut(s, full, c)
		if most == nil || this.overlap(full) < most.overlap(full) {
			most = this
		}
		if least == nil || this.overlap(full) > least.overlap(full) {
			least = this
		}
	}
	if most == nil {
		return begin + "no sequence was left out alone."
	}
	words := begin + most.sentence(full, l.Present)
	if least != most {
		words += fmt.Sprintf("; leaving out %s changes nothing by more than %s mL (overlap at least %.2f)", least.out, ceiling(least.ml),
			math.Floor(least.overlap(full)*100)/100)
	}
	return words + "."
}

// leaveOut judges the result without s.
func leaveOut(s sequence.Sequence, full, c Cell) *left {
	l := &left{out: s, cell: c, worst: label.RegionWT}
	for _, r := range told {
		l.ml = max(l.ml, math.Abs(c.ML[r]-full.ML[r]))
		if overlap(full, c, r) < overlap(full, c, l.worst) {
			l.worst = r
		}
	}
	return l
}

// overlap is the agreement of a region with the full result; 1 where neither has any of it.
func overlap(full, c Cell, r label.Region) float64 {
	if full.ML[r] == 0 && c.ML[r] == 0 {
		return 1
	}
	return c.Agreement[r]
}

func (l *left) overlap(full Cell) float64 { return overlap(full, l.cell, l.worst) }

// sentence tells the change of the worst region.
func (l *left) sentence(full Cell, present sequence.Subset) string {
	name := [label.RegionCount]string{
		label.RegionET: "enhancing volume", label.RegionWT: "whole tumour volume", label.RegionTC: "core volume",
	}[l.worst]
	return fmt.Sprintf("leaving out %s changes the %s from %s to %s (overlap %.2f)", l.out, name,
		wording.Volume(l.worst, present, full.ML[l.worst])+" mL", wording.Volume(l.worst, l.cell.Subset, l.cell.ML[l.worst])+" mL", l.overlap(full))
}

// ceiling rounds a change up so that "not more than" stays true: to 0.1 mL below 1, to 0.5 below 10, to 1 above.
func ceiling(ml float64) string {
	step := 1.0
	switch {
	case ml <= 1:
		step = 0.1
	case ml <= 10:
		step = 0.5
	}
	return fmt.Sprintf("%g", math.Round(max(1, math.Ceil(ml/step-1e-9))*step*10)/10)
}
