package session

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"quorum/viewer/sequence"
)

func TestFolder(t *testing.T) {
	env := func(pairs ...string) func(string) string {
		return func(name string) string {
			for n := 0; n+1 < len(pairs); n += 2 {
				if pairs[n] == name {
					return pairs[n+1]
				}
			}
			return ""
		}
	}
	home := filepath.Join(t.TempDir(), "ann")
	state := filepath.Join(t.TempDir(), "state")
	for _, c := range []struct {
		system, home string
		env          func(string) string
		want         string
	}{
		{"linux", home, env(), filepath.Join(home, ".local", "state", "quorum")},
		{"freebsd", home, env("XDG_STATE_HOME", state), filepath.Join(state, "quorum")},
		{"linux", home, env("XDG_STATE_HOME", "relative"), filepath.Join(home, ".local", "state", "quorum")},
		{"linux", "", env(), ""},
		{"darwin", home, env("XDG_STATE_HOME", state), filepath.Join(home, "Library", "Application Support", "Quorum")},
		{"darwin", "", env(), ""},
		{"windows", home, env("LocalAppData", state), filepath.Join(state, "Quorum")},
		{"windows", home, env(), ""},
	} {
		got, err := folder(c.system, c.home, c.env)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s: %q, %v; want %q", c.system, got, err, c.want)
		}
	}
}

func TestKeysTellStudiesApart(t *testing.T) {
	a := Study{Paths: []string{"/data/a", "/data/b"}}
	if a.Key() != (Study{Paths: []string{"/data/b/", "/data/x/../a"}, Name: "other"}).Key() {
		t.Error("the order and form of the paths matter")
	}
	keys := []string{
		a.Key(), Study{Paths: []string{"/data/a"}}.Key(), Study{Paths: []string{"/data/a/data/b"}}.Key(), Study{BuiltIn: true}.Key(), Study{}.Key(),
	}
	slices.Sort(keys)
	if len(slices.Compact(keys)) != 5 {
		t.Errorf("different studies have one key: %v", keys)
	}
}

func study(n int) Study {
	return Study{Paths: []string{fmt.Sprintf("/data/case%d", n)}, Name: fmt.Sprint(n)}
}

func TestRemember(t *testing.T) {
	var s Session
	worked := study(3).Key()
	hasEdits := func(key string) bool { return key == worked }
	for n := range 2 * MaxRecent {
		s.Remember(study(n), hasEdits)
	}
	if len(s.Recent) != MaxRecent+1 || s.Recent[0].Name != fmt.Sprint(2*MaxRecent-1) || s.Recent[MaxRecent].Name != "3" {
		t.Fatalf("%d are remembered, the last is %s", len(s.Recent), s.Recent[len(s.Recent)-1].Name)
	}
	again := study(30)
	again.Ignored = sequence.Of(sequence.T2)
	s.Remember(again, hasEdits)
	if len(s.Recent) != MaxRecent+1 || !reflect.DeepEqual(s.Recent[0], again) {
		t.Errorf("%d are remembered, the first is %+v", len(s.Recent), s.Recent[0])
	}
	if got, ok := s.Find(again.Key()); !ok || got.Ignored != again.Ignored {
		t.Errorf("%+v, %v", got, ok)
	}
	if _, ok := s.Find(study(0).Key()); ok {
		t.Error("the oldest is still there")
	}
}

// full is a session in which every field is set.
func full() Session {
	one := Study{
		Paths: []string{"/data/Müller, \"Anna\""}, Name: "Müller", Assign: map[sequence.Sequence]string{sequence.T1ce: "/data/x.nii"},
		Volume: 2, Ignored: sequence.Of(sequence.T1), Truth: &Truth{"/data/seg.nii.gz", "brats2017"}, View: json.RawMessage(`{"zoom":2}`),
		Base: sequence.Of(sequence.T1), Shown: "t2",
	}
	return Session{
		Recent: []Study{one, {BuiltIn: true, Name: "The built-in case"}}, Open: one.Key(), Patients: []Study{one, study(7)},
		Progress: []Progress{{Key: one.Key(), Files: "abc", Segmented: true, Edited: true, Exported: true}, {Key: study(7).Key(), Segmented: true}},
		Window:   Size{1280, 800}, Panels: Panels{200, 300}, Folder: "/patients", Exports: "/results",
	}
}

func TestHowFarPatientsAre(t *testing.T) {
	var s Session
	s.Note([]Progress{{Key: "a", Files: "1", Segmented: true}, {Key: "b", Files: "2", Exported: true}, {Key: "c", Files: "3", Edited: true}})
	before := s
	s.Note([]Progress{{Key: "c", Files: "3", Exported: true}, {Key: "a", Files: "1"}, {Key: "d"}})
	if want := []Progress{{Key: "c", Files: "3", Exported: true}, {Key: "b", Files: "2", Exported: true}}; !slices.Equal(s.Progress, want) {
		t.Errorf("%v", s.Progress)
	}
	if s.Far("b").Files != "2" || s.Far("a") != (Progress{Key: "a"}) || !before.Far("c").Edited {
		t.Errorf("%v, before %v", s.Progress, before.Progress)
	}
	for n := range 2 * MaxProgress {
		s.Note([]Progress{{Key: fmt.Sprint(n), Segmented: true}})
	}
	if len(s.Progress) != MaxProgress || s.Far("b").Begun() || !s.Far(fmt.Sprint(2*MaxProgress-1)).Begun() {
		t.Errorf("%d are noted", len(s.Progress))
	}
}

func TestUses(t *testing.T) {
	s := Study{Ignored: sequence.Of(sequence.T1, sequence.T2)}
	for present, want := range map[sequence.Subset]sequence.Subset{
		sequence.Full: sequence.Of(sequence.FLAIR, sequence.T1ce), sequence.Of(sequence.T1): sequence.Of(sequence.T1), 0: 0,
	} {
		if got := s.Uses(present); got != want {
			t.Errorf("of %s: %s", present, got)
		}
	}
}
