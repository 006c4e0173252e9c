package score_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"quorum/segment/score"
	"quorum/viewer/sequence"
)

func TestSummary(t *testing.T) {
	nan := math.NaN()
	s := score.Summarise([]float64{1, nan, 2, 4, 5})
	if s.N != 4 || s.Mean != 3 || math.Abs(s.SD-math.Sqrt(10.0/3)) > 1e-15 || s.Min != 1 || s.Max != 5 {
		t.Errorf("%+v", s)
	}
	if s := score.Summarise([]float64{nan}); s.N != 0 || !math.IsNaN(s.Mean) || s.Spread(2) != "" {
		t.Errorf("nothing available: %+v", s)
	}
	if s := score.Summarise([]float64{0.5}); s.SD != 0 || s.Spread(2) != "" {
		t.Errorf("one case has no spread: %+v %q", s, s.Spread(2))
	}
	values := []float64{0, 1, 0, 1, 0, 1, 0, 1, 0}
	if got := score.Summarise(values).Spread(2); got != "0.00–1.00" {
		t.Errorf("nine cases: %q, want the range", got)
	}
	if got := score.Summarise(append(values, 1)).Spread(2); got != "± 0.53" {
		t.Errorf("ten cases: %q, want the sample SD", got)
	}
}

func TestVolumeBias(t *testing.T) {
	ml, percent := score.VolumeBias([]float64{11, 2, 18}, []float64{10, 0, 20})
	if math.Abs(ml-1.0/3) > 1e-12 || percent == nil || *percent != 0 {
		t.Errorf("%g mL, %v %%: the case without truth counts in mL only", ml, percent)
	}
	if ml, percent := score.VolumeBias([]float64{2}, []float64{0}); ml != 2 || percent != nil {
		t.Errorf("%g mL, %v", ml, percent)
	}
}

// small is a table of two rows: one case lacks T1, and one HD95 is not available.
func small(m score.Measure) *score.Table {
	flair := score.Row{Subset: sequence.Of(sequence.FLAIR)}
	flair.Add(score.Values{0.25, 0.5, 0.75})
	flair.Add(score.Values{math.NaN(), 0.7, 0.25})
	pair := score.Row{Subset: sequence.Of(sequence.FLAIR, sequence.T1)}
	pair.Add(score.Values{0.5, 1, 0})
	return &score.Table{Measure: m, Rows: []score.Row{flair, pair}}
}

func TestTableText(t *testing.T) {
	var b strings.Builder
	if err := small(score.Truth).WriteText(&b); err != nil {
		t.Fatal(err)
	}
	want := `Dice (truth): mean, spread and number of cases; both empty = 1, one empty = 0.
subset  FLAIR T1 T1ce T2  ET                 WT                       TC
●○○○    FLAIR             0.250 n=1 +1 n/a   0.600 (0.500–0.700) n=2  0.500 (0.250–0.750) n=2
●●○○    FLAIR T1          0.500 n=1          1.000 n=1                0.000 n=1
mean    of 2 subsets      0.375              0.800                    0.250
`
	if squeeze(b.String()) != squeeze(want) {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	lines := strings.Split(b.String(), "\n")
	column := func(line, word string) int { return len([]rune(line[:strings.Index(line, word)])) }
	if column(lines[1], "WT") != column(lines[2], "0.600") || column(lines[1], "WT") != column(lines[3], "1.000") {
		t.Errorf("columns are not aligned:\n%s", b.String())
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestTableCSV(t *testing.T) {
	var b strings.Builder
	if err := small(score.Distance).WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	want := `schema,measure,subset,flair,t1,t1ce,t2,region,n,mean,sd,min,max,unavailable
quorum.table/1,HD95 (mm),flair,1,0,0,0,ET,1,0.25,0,0.25,0.25,1
quorum.table/1,HD95 (mm),flair,1,0,0,0,WT,2,0.6,0.141421,0.5,0.7,0
quorum.table/1,HD95 (mm),flair,1,0,0,0,TC,2,0.5,0.353553,0.25,0.75,0
quorum.table/1,HD95 (mm),flair-t1,1,1,0,0,ET,1,0.5,0,0.5,0.5,0
quorum.table/1,HD95 (mm),flair-t1,1,1,0,0,WT,1,1,0,1,1,0
quorum.table/1,HD95 (mm),flair-t1,1,1,0,0,TC,1,0,0,0,0,0
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestTableJSON(t *testing.T) {
	table := small(score.Agreement)
	table.Rows = append(table.Rows, score.Row{Subset: sequence.Full})
	data, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"schema":"quorum.table/1"`, `"measure":"agreement"`, `"subset":"flair-t1"`, `"symbols":"●●○○"`,
		`"ET":{"n":1,"mean":0.25,"sd":0,"min":0.25,"max":0.25,"unavailable":1}`,
		`"ET":{"n":0,"mean":null,"sd":null,"min":null,"max":null,"unavailable":0}`,
		`"mean_of_rows":{"ET":null,"WT":null,"TC":null},"row_count":3`, // an empty row has no mean, so the whole has none
	} {
		if !strings.Contains(string(data), want) {
			t.Errorf("%s is not in %s", want, data)
		}
	}
}
