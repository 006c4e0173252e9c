package compare

import (
	"strings"
	"testing"

	"quorum/viewer/sequence"
)

func TestCaption(t *testing.T) {
	t.Parallel()
	without := func(s sequence.Sequence) sequence.Subset { return sequence.Full.Without(sequence.Of(s)) }
	l := Comparison{Present: sequence.Full, Base: sequence.Full, Rows: []Row{
		{Subset: sequence.Full, ML: [3]float64{12, 84.2, 30}},
		{Subset: without(sequence.T1ce), ML: [3]float64{4.1, 84, 25}, Agreement: &[3]float64{0.38, 0.98, 0.8}},
		{Subset: without(sequence.T2), ML: [3]float64{12.3, 83.8, 30}, Agreement: &[3]float64{0.97, 0.968, 0.97}},
		{Subset: without(sequence.FLAIR), ML: [3]float64{12, 60, 30}, Agreement: &[3]float64{0.95, 0.7, 0.95}},
		{Subset: without(sequence.T1), ML: [3]float64{12, 84, 29}, Agreement: &[3]float64{0.94, 0.95, 0.94}},
	}}
	want := "In this study, with this model, leaving out T1ce changes the enhancing volume from 12.00 mL to about 4 mL (overlap 0.38); " +
		"leaving out T2 changes nothing by more than 0.4 mL (overlap at least 0.96)."
	if got := l.Caption(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	l.Rows[2] = Row{Subset: without(sequence.T2), ML: [3]float64{12.3, 59.5, 27}, Agreement: &[3]float64{0.97, 0.8, 0.97}}
	l.Rows[3] = Row{Subset: without(sequence.FLAIR), ML: [3]float64{12, 50, 30}, Agreement: &[3]float64{0.95, 0.7, 0.95}}
	l.Rows[4] = Row{Subset: without(sequence.T1), ML: [3]float64{12, 55, 30}, Agreement: &[3]float64{0.95, 0.7, 0.95}}
	want = "In this study, with this model, leaving out T1ce changes the enhancing volume from 12.00 mL to about 4 mL (overlap 0.38); " +
		"even leaving out T2, which matters least, changes the whole tumour volume from 84.20 mL to 59.50 mL (overlap 0.80)."
	if got := l.Caption(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	// What matters least can only be said of all.
	l.Rows = l.Rows[:3]
	want = "In this study, with this model, leaving out T1ce changes the enhancing volume from 12.00 mL to about 4 mL (overlap 0.38); not every sequence has been left out yet."
	if got := l.Caption(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	// What is left out is left out of what the comparison starts from, which is named unless it is everything.
	flairT2 := sequence.Of(sequence.FLAIR, sequence.T2)
	part := Comparison{Present: sequence.Full, Base: flairT2, Rows: []Row{
		{Subset: flairT2, ML: [3]float64{12, 84.2, 30}}, {Subset: sequence.Of(sequence.FLAIR), ML: [3]float64{12, 60.2, 30}, Agreement: &[3]float64{0.95, 0.7, 0.95}},
	}}
	if got := part.Caption(); !strings.HasPrefix(got, "In this study, with this model, starting from FLAIR T2, leaving out T2 changes the whole tumour volume from 84.20 mL") {
		t.Error(got)
	}
	// One sequence is a reference only where there is no truth.
	if got := (&Comparison{Base: sequence.Of(sequence.FLAIR), TruthML: &[3]float64{}, Rows: part.Rows[1:]}).Caption(); strings.Contains(got, "reference") {
		t.Error(got)
	}
	for _, odd := range []Comparison{
		{Base: sequence.Full},
		{Base: sequence.Of(sequence.T1), Rows: []Row{{Subset: sequence.Of(sequence.T1), ML: [3]float64{0, 1, 0}}}},
		{Base: sequence.Full, Rows: l.Rows[:1]},
		{Base: sequence.Full, Rows: []Row{{Subset: sequence.Full}}},
	} {
		if got := odd.Caption(); !strings.HasPrefix(got, "In this study, with this model, ") || !strings.HasSuffix(got, ".") {
			t.Errorf("%q", got)
		}
	}
}

func TestCaptionOfEmptyRegions(t *testing.T) {
	t.Parallel()
	l := Comparison{Base: sequence.Of(sequence.T1, sequence.T1ce), Rows: []Row{
		{Subset: sequence.Of(sequence.T1, sequence.T1ce), ML: [3]float64{0, 5, 0}},
		{Subset: sequence.Of(sequence.T1), ML: [3]float64{0, 4, 0}, Agreement: &[3]float64{0, 0.9, 0}},
	}}
	// A region that both lack is no disagreement, whatever number stands for it.
	if got := l.Caption(); !strings.Contains(got, "whole tumour volume from about 5 mL to about 4 mL (overlap 0.90)") {
		t.Error(got)
	}
}

func TestCeilingStaysTrue(t *testing.T) {
	t.Parallel()
	for ml, want := range map[float64]string{0: "0.1", 0.04: "0.1", 0.1: "0.1", 0.3: "0.3", 0.31: "0.4", 1: "1", 1.01: "1.5", 9.9: "10", 10.2: "11"} {
		if got := ceiling(ml); got != want {
			t.Errorf("ceiling(%g) = %s, want %s", ml, got, want)
		}
	}
}
