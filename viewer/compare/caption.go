package compare

import (
	"fmt"
	"math"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// left is what leaving out one sequence changes.
type left struct {
	out       sequence.Sequence
	row, full Row
	worst     label.Region // the one with the least overlap
	most      label.Region // the one whose volume changes most
}

// A change of a volume is little up to so much of it, or up to so many mL.
const (
	littleShare = 0.1
	littleML    = 1
)

// Caption says in a sentence what leaving out a sequence changes, as volume and as overlap with the result of all of them.
func (c *Comparison) Caption() string {
	begin := "In this study, with this model, "
	full, ok := c.Row(c.Base)
	if !ok {
		return begin + "the result of " + c.Base.Names() + " was not computed."
	}
	if c.Base.Len() == 1 {
		return begin + "nothing can be left out of " + c.Base.Names() + " alone."
	}
	if full.ML[label.RegionWT] == 0 {
		return begin + "no tumour was found from " + c.Base.Names() + "."
	}
	if c.Base != c.Present {
		begin += "starting from " + c.Base.Names() + ", "
	}
	var most, least *left
	missing := false
	for _, s := range c.Base.Sequences() {
		row, ok := c.Row(c.Base.Without(sequence.Of(s)))
		if !ok || row.Agreement == nil {
			missing = true
			continue
		}
		this := leaveOut(s, full, row)
		if most == nil || this.overlap(this.worst) < most.overlap(most.worst) {
			most = this
		}
		if least == nil || this.overlap(this.worst) > least.overlap(least.worst) {
			least = this
		}
	}
	if most == nil {
		return begin + "no sequence was left out alone."
	}
	words := begin + fmt.Sprintf("leaving out %s changes %s", most.out, most.sentence(most.worst, c.Base))
	switch {
	case missing:
		words += "; not every sequence has been left out yet"
	case least == most:
	case least.little():
		words += fmt.Sprintf("; leaving out %s changes nothing by more than %s mL (overlap at least %.2f)", least.out, ceiling(least.change(least.most)),
			math.Floor(least.overlap(least.worst)*100)/100)
	default:
		words += fmt.Sprintf("; even leaving out %s, which matters least, changes %s", least.out, least.sentence(least.most, c.Base))
	}
	return words + "."
}

// leaveOut judges the result without s.
func leaveOut(s sequence.Sequence, full, row Row) *left {
	l := &left{out: s, row: row, full: full, worst: label.RegionWT, most: label.RegionWT}
	for _, r := range Told {
		if l.overlap(r) < l.overlap(l.worst) {
			l.worst = r
		}
		if l.change(r) > l.change(l.most) {
			l.most = r
		}
	}
	return l
}

// overlap is the agreement of a region with the full result; 1 where neither has any of it.
func (l *left) overlap(r label.Region) float64 {
	if l.full.ML[r] == 0 && l.row.ML[r] == 0 {
		return 1
	}
	return l.row.Agreement[r]
}

// change is that of a region's volume, mL.
func (l *left) change(r label.Region) float64 { return math.Abs(l.row.ML[r] - l.full.ML[r]) }

// little says whether no region's volume changes much.
func (l *left) little() bool {
	for _, r := range Told {
		if l.change(r) > max(littleML, littleShare*l.full.ML[r]) {
			return false
		}
	}
	return true
}

// sentence tells the change of a region.
func (l *left) sentence(r label.Region, base sequence.Subset) string {
	name := [label.RegionCount]string{
		label.RegionET: "enhancing volume", label.RegionWT: "whole tumour volume", label.RegionTC: "core volume",
	}[r]
	return fmt.Sprintf("the %s from %s mL to %s mL (overlap %.2f)", name, wording.Volume(r, base, l.full.ML[r]),
		wording.Volume(r, l.row.Subset, l.row.ML[r]), l.overlap(r))
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
