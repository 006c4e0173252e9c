package compare

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
	row   Row
	worst label.Region
	ml    float64 // the greatest change of a region's volume
}

// Caption says in a sentence what leaving out a sequence changes, as volume and as overlap with the result of all used sequences.
func (c *Comparison) Caption() string {
	const begin = "In this study, with this model, "
	full, ok := c.Row(c.Used)
	if !ok {
		return begin + "the result of all used sequences was not computed."
	}
	if c.Used.Len() == 1 {
		return begin + c.Used.Names() + " alone was used: there is nothing to compare."
	}
	if full.ML[label.RegionWT] == 0 {
		return begin + "no tumour was found from all used sequences together."
	}
	var most, least *left
	for _, s := range c.Used.Sequences() {
		row, ok := c.Row(c.Used.Without(sequence.Of(s)))
		if !ok || row.Agreement == nil {
			continue
		}
		this := leaveOut(s, full, row)
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
	words := begin + most.sentence(full, c.Used)
	if least != most {
		words += fmt.Sprintf("; leaving out %s changes nothing by more than %s mL (overlap at least %.2f)", least.out, ceiling(least.ml),
			math.Floor(least.overlap(full)*100)/100)
	}
	return words + "."
}

// leaveOut judges the result without s.
func leaveOut(s sequence.Sequence, full, row Row) *left {
	l := &left{out: s, row: row, worst: label.RegionWT}
	for _, r := range Told {
		l.ml = max(l.ml, math.Abs(row.ML[r]-full.ML[r]))
		if overlap(full, row, r) < overlap(full, row, l.worst) {
			l.worst = r
		}
	}
	return l
}

// overlap is the agreement of a region with the full result; 1 where neither has any of it.
func overlap(full, row Row, r label.Region) float64 {
	if full.ML[r] == 0 && row.ML[r] == 0 {
		return 1
	}
	return row.Agreement[r]
}

func (l *left) overlap(full Row) float64 { return overlap(full, l.row, l.worst) }

// sentence tells the change of the worst region.
func (l *left) sentence(full Row, used sequence.Subset) string {
	name := [label.RegionCount]string{
		label.RegionET: "enhancing volume", label.RegionWT: "whole tumour volume", label.RegionTC: "core volume",
	}[l.worst]
	return fmt.Sprintf("leaving out %s changes the %s from %s to %s (overlap %.2f)", l.out, name,
		wording.Volume(l.worst, used, full.ML[l.worst])+" mL", wording.Volume(l.worst, l.row.Subset, l.row.ML[l.worst])+" mL", l.overlap(full))
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
