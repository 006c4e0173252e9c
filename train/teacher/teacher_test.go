package teacher

import (
	"math"
	"strings"
	"testing"

	"quorum/segment/evaluate"
	"quorum/segment/score"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// scores of FLAIR, T1, T1ce, T2, each ET, WT, TC, all from six cases.
func scores(v ...score.Values) Scores {
	s := Scores{Cases: [sequence.Count]int{6, 6, 6, 6}}
	copy(s.Mean[:], v)
	return s
}

func TestElect(t *testing.T) {
	nan := math.NaN()
	usual := scores(score.Values{.2, .65, .3}, score.Values{.1, .4, .3}, score.Values{.6, .6, .7}, score.Values{.3, .6, .5})
	lacking := usual
	lacking.Mean[sequence.T1ce], lacking.Cases[sequence.T1ce] = score.Values{nan, nan, nan}, 0
	for _, c := range []struct {
		name      string
		scores    Scores
		winner    [label.RegionCount]sequence.Sequence
		many, one sequence.Subset
	}{
		{
			"as expected", usual,
			[3]sequence.Sequence{sequence.T1ce, sequence.FLAIR, sequence.T1ce},
			sequence.Of(sequence.FLAIR, sequence.T1ce), sequence.Of(sequence.T1ce),
		},
		{
			"ties go to the first", scores(score.Values{.5, .5, .5}, score.Values{.5, .5, .5}, score.Values{.5, .5, .5}, score.Values{.5, .5, .5}),
			[3]sequence.Sequence{},
			sequence.Of(sequence.FLAIR), sequence.Of(sequence.FLAIR),
		},
		{
			"three winners: ET's teaches alone", scores(score.Values{0, .9, 0}, score.Values{0, 0, .9}, score.Values{}, score.Values{.9, 0, 0}),
			[3]sequence.Sequence{sequence.T2, sequence.FLAIR, sequence.T1},
			sequence.Of(sequence.FLAIR, sequence.T1, sequence.T2), sequence.Of(sequence.T2),
		},
		{
			"WT and TC against ET", scores(score.Values{.9, 0, 0}, score.Values{0, .9, .9}, score.Values{}, score.Values{}),
			[3]sequence.Sequence{sequence.FLAIR, sequence.T1, sequence.T1},
			sequence.Of(sequence.FLAIR, sequence.T1), sequence.Of(sequence.T1),
		},
		{
			"a sequence that no case has", lacking,
			[3]sequence.Sequence{sequence.T2, sequence.FLAIR, sequence.T2},
			sequence.Of(sequence.FLAIR, sequence.T2), sequence.Of(sequence.T2),
		},
		{"all zero", scores(), [3]sequence.Sequence{}, sequence.Of(sequence.FLAIR), sequence.Of(sequence.FLAIR)},
	} {
		for rule, want := range map[Rule]sequence.Subset{Multiple: c.many, Single: c.one, None: 0} {
			e, err := Elect(c.scores, rule)
			if err != nil || e.Winner != c.winner || e.Teachers != want {
				t.Errorf("%s, %s: %v %v %v, want %v and %v", c.name, rule, e.Winner, e.Teachers, err, c.winner, want)
			}
		}
	}
}

func TestElectRefuses(t *testing.T) {
	if _, err := Elect(Scores{}, Multiple); err == nil || !strings.Contains(err.Error(), "no held-out case") {
		t.Errorf("no case: %v", err)
	}
	nan := math.NaN()
	bad := scores(score.Values{nan, 1, 1}, score.Values{nan, 1, 1}, score.Values{nan, 1, 1}, score.Values{nan, 1, 1})
	if _, err := Elect(bad, Multiple); err == nil || !strings.Contains(err.Error(), "ET") {
		t.Errorf("NaN: %v", err)
	}
	if _, err := ParseRule("x"); err == nil {
		t.Error("a rule x was accepted")
	}
}

// TestScoresOf: only single sequences count, each over the cases that have it.
func TestScoresOf(t *testing.T) {
	row := func(u sequence.Subset, v ...float64) evaluate.Row {
		soft := score.Values(v)
		return evaluate.Row{Subset: u, Soft: &soft}
	}
	r := &evaluate.Report{Cases: []evaluate.Case{
		{Rows: []evaluate.Row{row(sequence.Of(sequence.FLAIR), .2, .4, .6), row(sequence.Of(sequence.T2), 1, 1, 1), row(sequence.Full, 9, 9, 9)}},
		{Rows: []evaluate.Row{row(sequence.Of(sequence.FLAIR), .4, .6, .8)}},
		{Error: "broken"},
	}}
	s := ScoresOf(r)
	if s.Cases != [4]int{2, 0, 0, 1} {
		t.Errorf("cases %v", s.Cases)
	}
	for at, want := range []float64{.3, .5, .7} {
		if got := s.Mean[sequence.FLAIR][at]; math.Abs(got-want) > 1e-12 {
			t.Errorf("FLAIR %d: %g, want %g", at, got, want)
		}
	}
	if !math.IsNaN(s.Mean[sequence.T1][0]) {
		t.Errorf("T1, which no case has: %v", s.Mean[sequence.T1])
	}
}

func TestPairs(t *testing.T) {
	got := Pairs(sequence.Of(sequence.FLAIR, sequence.T1ce))
	want := [4][4]float32{{0, 1, 1, 1}, {}, {1, 1, 0, 1}, {}}
	if got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if Pairs(0) != ([4][4]float32{}) {
		t.Error("somebody teaches without teachers")
	}
}

func TestElectionSaysItself(t *testing.T) {
	e, err := Elect(scores(score.Values{.2, .65, .3}, score.Values{}, score.Values{.6, .6, .7}), Single)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.String(); got != "T1ce teaches (best alone: ET T1ce, WT FLAIR, TC T1ce)" {
		t.Error(got)
	}
	if w := e.Winners(); w["ET"] != "t1ce" || w["WT"] != "flair" || w["TC"] != "t1ce" {
		t.Error(w)
	}
}
