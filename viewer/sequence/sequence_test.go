package sequence_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"quorum/viewer/sequence"
)

func TestOrderIsTheContract(t *testing.T) {
	var names []string
	for i, s := range sequence.All {
		if int(s) != i {
			t.Errorf("%s is number %d at place %d", s, s, i)
		}
		names = append(names, s.String()+"/"+s.Key())
	}
	if got := strings.Join(names, " "); got != "FLAIR/flair T1/t1 T1ce/t1ce T2/t2" {
		t.Errorf("the order of the sequences changed: %s", got)
	}
}

func TestParse(t *testing.T) {
	for _, s := range sequence.All {
		for _, key := range []string{s.Key(), s.String(), " " + strings.ToUpper(s.Key()) + " "} {
			if got, err := sequence.Parse(key); err != nil || got != s {
				t.Errorf("Parse(%q) = %v, %v", key, got, err)
			}
		}
	}
	for _, bad := range []string{"", "t1c", "t3", "flair t1"} {
		if _, err := sequence.Parse(bad); err == nil || !strings.Contains(err.Error(), "flair, t1, t1ce and t2") {
			t.Errorf("Parse(%q) must list the sequences, got %v", bad, err)
		}
	}
}

func TestSubsetIsASet(t *testing.T) {
	for u := range sequence.Full + 1 {
		members := u.Sequences()
		if len(members) != u.Len() || sequence.Of(members...) != u || !slices.IsSorted(members) {
			t.Errorf("%s: members %v, length %d", u, members, u.Len())
		}
		presence := u.Presence()
		for _, s := range sequence.All {
			if u.Has(s) != slices.Contains(members, s) || u.Has(s) != (presence[s] == 1) || !u.Has(s) && presence[s] != 0 {
				t.Errorf("%s: Has(%s) disagrees with members or presence %v", u, s, presence)
			}
		}
		for v := range sequence.Full + 1 {
			for _, s := range sequence.All {
				if u.With(v).Has(s) != (u.Has(s) || v.Has(s)) || u.Without(v).Has(s) != (u.Has(s) && !v.Has(s)) {
					t.Errorf("With or Without is wrong for %s, %s at %s", u, v, s)
				}
			}
		}
	}
}

func TestSubsetText(t *testing.T) {
	for u := sequence.Subset(1); u <= sequence.Full; u++ {
		for _, text := range []string{u.String(), u.Names(), strings.ReplaceAll(u.String(), "-", ","), strings.ReplaceAll(u.String(), "-", " + ")} {
			if got, err := sequence.ParseSubset(text); err != nil || got != u {
				t.Errorf("ParseSubset(%q) = %s, %v, want %s", text, got, err, u)
			}
		}
		if got := []rune(u.Symbols()); len(got) != sequence.Count || strings.Count(u.Symbols(), "●") != u.Len() {
			t.Errorf("%s is drawn %s", u, u.Symbols())
		}
	}
	u := sequence.Of(sequence.T2, sequence.FLAIR, sequence.T1)
	if u.String() != "flair-t1-t2" || u.Names() != "FLAIR T1 T2" || u.Symbols() != "●●○●" {
		t.Errorf("got %s, %s, %s", u, u.Names(), u.Symbols())
	}
	if e := sequence.Subset(0); e.String() != "none" || e.Names() != "none" {
		t.Errorf("the empty set is %q", e)
	}
	if got, err := sequence.ParseSubset(""); err != nil || got != 0 {
		t.Errorf("an empty text is the empty set, got %v, %v", got, err)
	}
	if _, err := sequence.ParseSubset("flair,t9"); err == nil {
		t.Error("t9 is no sequence")
	}
}

func TestSubsets(t *testing.T) {
	all := sequence.Full.Subsets()
	if len(all) != 15 || all[0] != sequence.Of(sequence.FLAIR) || all[14] != sequence.Full {
		t.Fatalf("the 15 subsets are %v", all)
	}
	for i := 1; i < len(all); i++ {
		if all[i].Len() < all[i-1].Len() || slices.Contains(all[:i], all[i]) {
			t.Errorf("%s stands after %s", all[i], all[i-1])
		}
	}
	u := sequence.Of(sequence.T1ce, sequence.FLAIR)
	if got, want := u.Subsets(), []sequence.Subset{1 << sequence.FLAIR, 1 << sequence.T1ce, u}; !slices.Equal(got, want) {
		t.Errorf("subsets of %s: %v", u, got)
	}
	if got := sequence.Subset(0).Subsets(); len(got) != 0 {
		t.Errorf("the empty set has no non-empty subset, got %v", got)
	}
}

func TestText(t *testing.T) {
	type saved struct {
		Subset sequence.Subset
		List   []sequence.Subset
		File   map[sequence.Sequence]string
	}
	want := saved{sequence.Full, []sequence.Subset{0, sequence.Of(sequence.T1, sequence.T2), sequence.Of(sequence.FLAIR)}, map[sequence.Sequence]string{sequence.T1ce: "a", sequence.FLAIR: "b"}}
	data, err := json.Marshal(want)
	if err != nil || string(data) != `{"Subset":"flair-t1-t1ce-t2","List":["","t1-t2","flair"],"File":{"flair":"b","t1ce":"a"}}` {
		t.Fatalf("%s, %v", data, err)
	}
	var got saved
	if err := json.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{`{"Subset":"pet"}`, `{"File":{"pet":"a"}}`} {
		if err := json.Unmarshal([]byte(bad), &got); err == nil {
			t.Errorf("%s was read as %+v", bad, got)
		}
	}
}
