// Package teacher elects the sequences that teach the others: those that are best at a region, measured on held-out cases with each sequence
// alone (docs/method.md, "Teacher election"; Wang et al., MICCAI 2023, arXiv 2310.01035).
package teacher

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"quorum/segment/evaluate"
	"quorum/segment/lckd"
	"quorum/segment/score"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// Rule says who of the winners teaches.
type Rule string

// The rules.
const (
	Multiple Rule = "m"    // LCKD-m: the winner of every region
	Single   Rule = "s"    // LCKD-s: who wins most regions, or ET's winner where each region has another
	None     Rule = "none" // no distillation: the baseline to beat
)

// Rules lists them, for flags.
var Rules = []Rule{Multiple, Single, None}

// Scores are how well each sequence does alone: soft Dice of each region.
type Scores struct {
	Mean  [sequence.Count]score.Values `json:"mean"`  // over the cases that have the sequence; NaN without one
	Cases [sequence.Count]int          `json:"cases"` // how many have it
}

// ScoresOf reads the scores out of a report with soft Dice, in which every sequence stands alone. A case that lacks a sequence is skipped
// for that sequence, hence means: where no case lacks one they rank as the sums of the paper do.
func ScoresOf(r *evaluate.Report) Scores {
	var s Scores
	for _, c := range r.Cases {
		for _, row := range c.Rows {
			if row.Subset.Len() != 1 || row.Soft == nil {
				continue
			}
			m := row.Subset.Sequences()[0]
			s.Cases[m]++
			for at, x := range row.Soft {
				s.Mean[m][at] += x
			}
		}
	}
	for m, n := range s.Cases {
		for at := range s.Mean[m] {
			s.Mean[m][at] /= float64(n) // NaN without a case
		}
	}
	return s
}

// Election is who won and who teaches.
type Election struct {
	Scores   Scores                               `json:"scores"`
	Winner   [label.RegionCount]sequence.Sequence `json:"winner"` // of ET, WT, TC
	Teachers sequence.Subset                      `json:"teachers"`
}

// Elect holds an election: the winner of a region is the sequence with the best score, ties go to the first in order. A sequence that no
// case has cannot win; an error says that there is nothing to elect from.
func Elect(s Scores, rule Rule) (Election, error) {
	e := Election{Scores: s}
	if s.Cases == [sequence.Count]int{} {
		return e, fmt.Errorf("no teachers could be elected: no held-out case could be measured")
	}
	for _, r := range label.Regions {
		best := math.Inf(-1)
		for _, m := range sequence.All {
			if x := s.Mean[m][r]; x > best { // never true for NaN
				best, e.Winner[r] = x, m
			}
		}
		if math.IsInf(best, -1) {
			return e, fmt.Errorf("no teacher of %s could be elected: the network gives values that are not numbers", r)
		}
	}
	switch rule {
	case Multiple:
		e.Teachers = sequence.Of(e.Winner[:]...)
	case Single:
		e.Teachers = sequence.Of(e.mostFrequent())
	case None:
	}
	return e, nil
}

// mostFrequent wins at least two regions, or else ET.
func (e Election) mostFrequent() sequence.Sequence {
	if e.Winner[label.RegionWT] == e.Winner[label.RegionTC] {
		return e.Winner[label.RegionWT]
	}
	return e.Winner[label.RegionET]
}

// Pairs says who teaches whom: row t teaches column s, teachers all others, nobody themselves.
func Pairs(teachers sequence.Subset) (p [lckd.Sequences][lckd.Sequences]float32) {
	for _, t := range teachers.Sequences() {
		for s := range p[t] {
			if s != int(t) {
				p[t][s] = 1
			}
		}
	}
	return p
}

// Winners are the winners by region, for provenance: "ET" → "t1ce".
func (e Election) Winners() map[string]string {
	w := map[string]string{}
	for _, r := range label.Regions {
		w[r.String()] = e.Winner[r].Key()
	}
	return w
}

// String says the result for a person: "T1ce T2 teach (ET T1ce, WT T2, TC T1ce)".
func (e Election) String() string {
	var won []string
	for _, r := range label.Regions {
		won = append(won, r.String()+" "+e.Winner[r].String())
	}
	who := e.Teachers.Names() + " teach"
	switch e.Teachers.Len() {
	case 0:
		who = "nobody teaches"
	case 1:
		who += "es"
	}
	return who + " (best alone: " + strings.Join(won, ", ") + ")"
}

// ParseRule reads a rule.
func ParseRule(text string) (Rule, error) {
	if !slices.Contains(Rules, Rule(text)) {
		return "", fmt.Errorf("%q is not a way to distil; the choices are m (the best sequence of every region teaches), s (one teaches) and none", text)
	}
	return Rule(text), nil
}
