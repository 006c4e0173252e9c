package session

import (
	"encoding/json"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"quorum/viewer/edit"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// names lists every file below a folder, by its path from there.
func names(t *testing.T, folder string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(folder, path)
			list = append(list, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// same compares as JSON, in which an indented view is the same as one that is not.
func same(t *testing.T, a, b any) bool {
	t.Helper()
	var plain [2]any
	for n, v := range []any{a, b} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &plain[n]); err != nil {
			t.Fatal(err)
		}
	}
	return reflect.DeepEqual(plain[0], plain[1])
}

func TestStateComesBack(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "not", "yet")
	st := NewStore(folder)
	if s, notice := st.Session(); notice != "" || !reflect.DeepEqual(s, Session{}) {
		t.Errorf("a first start: %+v, %q", s, notice)
	}
	if p, notice := st.Preferences(); notice != "" || !reflect.DeepEqual(p, Preferences{}) {
		t.Errorf("a first start: %+v, %q", p, notice)
	}
	s := full()
	s.Recent[0].Used = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	p := Preferences{Theme: "dark", Device: "cpu", Precision: "f32", Model: "/m.onnx", NoLookAhead: true, NoticeRead: true}
	for _, write := range []func() error{st.SaveSession(s), st.SavePreferences(p)} {
		if err := write(); err != nil {
			t.Fatal(err)
		}
	}
	again := NewStore(folder)
	if got, notice := again.Session(); notice != "" || !same(t, got, s) {
		t.Errorf("%+v came back, %q", got, notice)
	}
	if got, notice := again.Preferences(); notice != "" || !same(t, got, p) {
		t.Errorf("%+v came back, %q", got, notice)
	}
	if runtime.GOOS == "windows" {
		return // no such modes
	}
	for _, name := range []string{sessionFile, preferencesFile} {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: others may read it: %v, %v", name, info.Mode(), err)
		}
	}
}

// TestUnreadableSessionsAreKept: whatever stands in the file, the user hears a sentence, the file is kept and the next session is stored.
func TestUnreadableSessionsAreKept(t *testing.T) {
	good := NewStore(t.TempDir())
	if err := good.SaveSession(full())(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(good.folder, sessionFile))
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string]string{
		"newer": `{"quorum": 2, "content": {"recent": {}}}`, "older than all": `{}`, "null": "null", "empty": "", "no JSON": "\x00\xff",
		"another shape": `{"quorum": 1, "content": {"recent": 7}}`, "no content": `{"quorum": 1}`, "no sequence": `{"quorum":1,"content":{"recent":[{"ignored":"pet"}]}}`,
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		n := r.IntN(len(whole))
		contents["cut off "+string(whole[:n])] = string(whole[:n])
	}
	for what, content := range contents {
		st := NewStore(t.TempDir())
		path := filepath.Join(st.folder, sessionFile)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		s, notice := st.Session()
		if !reflect.DeepEqual(s, Session{}) || !strings.HasPrefix(notice, path+": ") || !strings.HasSuffix(notice, "kept as session.json.kept-1.") {
			t.Fatalf("%.20s: %+v, %q", what, s, notice)
		}
		if newer := strings.Contains(notice, "newer version of Quorum (format 2, this one reads 1)"); newer != (what == "newer") {
			t.Errorf("%.20s: %q", what, notice)
		}
		if kept, err := os.ReadFile(path + ".kept-1"); err != nil || string(kept) != content {
			t.Errorf("%.20s: %q is kept, %v", what, kept, err)
		}
		if err := st.SaveSession(full())(); err != nil {
			t.Fatal(err)
		}
		if s, notice := st.Session(); notice != "" || !same(t, s, full()) {
			t.Errorf("%.20s: afterwards %+v, %q", what, s, notice)
		}
	}
}

// TestWhatCannotBeMovedStays: a file that can neither be read nor moved is never written over.
func TestWhatCannotBeMovedStays(t *testing.T) {
	st := NewStore(t.TempDir())
	path := filepath.Join(st.folder, sessionFile)
	if err := os.Mkdir(path, 0o700); err != nil { // a folder cannot be read as a file
		t.Fatal(err)
	}
	if _, notice := st.Session(); !strings.Contains(notice, "could not be read") {
		t.Errorf("%q", notice)
	}
	if err := st.SaveSession(full())(); err == nil || !strings.Contains(err.Error(), "is not replaced") {
		t.Errorf("%v", err)
	}
	if err := st.SavePreferences(Preferences{})(); err != nil {
		t.Errorf("the other file is stored all the same: %v", err)
	}
}

func TestUselessStudiesAreDropped(t *testing.T) {
	st := NewStore(t.TempDir())
	if err := st.SaveSession(Session{Recent: []Study{study(1), {Name: "nothing"}, study(2), study(1)}})(); err != nil {
		t.Fatal(err)
	}
	if s, _ := st.Session(); len(s.Recent) != 2 || s.Recent[1].Name != "2" {
		t.Errorf("%+v", s.Recent)
	}
}

// TestTheLastSessionWins: writes that overtake one another leave the session that was saved last.
func TestTheLastSessionWins(t *testing.T) {
	st := NewStore(t.TempDir())
	var writes []func() error
	for n := range 12 {
		writes = append(writes, st.SaveSession(Session{Recent: []Study{study(n)}}))
	}
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(writes), func(i, j int) { writes[i], writes[j] = writes[j], writes[i] })
	last := st.SaveSession(Session{Recent: []Study{study(99)}})
	if err := last(); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for _, write := range writes {
		group.Go(func() {
			if err := write(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if s, _ := st.Session(); len(s.Recent) != 1 || s.Recent[0].Name != "99" {
		t.Errorf("%+v", s.Recent)
	}
}

// drawn is an edit with one stroke, as a snapshot.
func drawn(t *testing.T, name string) *edit.Snapshot {
	t.Helper()
	g := volume.Grid{Dim: [3]int{9, 9, 9}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}}
	e := edit.New(name, edit.Origin{Study: "x"}, (&label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}).Cutout())
	if err := e.Begin(edit.Tool{Radius: 2, Ball: true, Paint: label.ET}, g.World([3]float64{4, 4, 4})); err != nil || !e.End() {
		t.Fatal("nothing was drawn", err)
	}
	return e.Snapshot()
}

func TestEditsAreKept(t *testing.T) {
	st := NewStore(t.TempDir())
	key := study(1).Key()
	if list, notices := st.Edits(key); list != nil || notices != nil || st.HasEdits(key) {
		t.Errorf("nothing was kept, but %v, %v", list, notices)
	}
	long := strings.Repeat("../ä/ long ", 30)
	places := map[string]*Place{}
	for _, name := range []string{"edited", "edited/2", "edited 2", long, long + "!", "", "edited"} {
		if places[name] == nil {
			places[name] = &Place{}
		}
		err := st.KeepEdit(key, places[name], drawn(t, name))
		path := st.editFile(key, name)
		if err != nil || filepath.Dir(path) != st.editsOf(key) || len(filepath.Base(path)) > 60 || places[name].Name != name {
			t.Fatalf("%q: %s, %v", name, path, err)
		}
	}
	list, notices := st.Edits(key)
	if len(list) != 6 || notices != nil || !st.HasEdits(key) || st.HasEdits(study(2).Key()) {
		t.Fatalf("%d edits, %v", len(list), notices)
	}
	found := map[string]bool{}
	for _, k := range list {
		found[k.Snapshot.Name] = true
	}
	if len(found) != 6 || !found[long+"!"] {
		t.Errorf("the names are %v", found)
	}
	for range 2 { // the second time there is nothing to do
		if err := st.DropEdit(key, places[long]); err != nil {
			t.Error(err)
		}
	}
	if list, _ := st.Edits(key); len(list) != 5 {
		t.Error("a dropped edit is still there")
	}
}

// Two processes know nothing of one another, and yet neither writes over what the other has kept, or deletes it.
func TestEditsOfTwoProcessesStay(t *testing.T) {
	folder, key := t.TempDir(), study(1).Key()
	keep := func(st *Store, at *Place, want string) {
		t.Helper()
		if err := st.KeepEdit(key, at, drawn(t, "edited")); err != nil || at.Name != want {
			t.Errorf("kept as %q, not %q: %v", at.Name, want, err)
		}
	}
	a, b := NewStore(folder), NewStore(folder)
	mine, fresh := &Place{}, &Place{}
	keep(a, mine, "edited")
	list, _ := b.Edits(key)
	theirs := list[0].Place
	keep(a, mine, "edited")
	keep(b, theirs, "edited 2")
	keep(b, fresh, "edited 3")
	keep(b, theirs, "edited 2")
	keep(a, mine, "edited")
	if err := b.DropEdit(key, &Place{Name: "edited"}); err == nil || !strings.Contains(err.Error(), "another window") {
		t.Errorf("what another has written was deleted: %v", err)
	}
	if err := b.DropEdit(key, theirs); err != nil {
		t.Error(err)
	}
	keep(b, theirs, "edited 2") // the file is gone, not another's
	if list, _ := a.Edits(key); len(list) != 3 {
		t.Errorf("%d edits are kept", len(list))
	}
}

func TestUnreadableEditsArePutAside(t *testing.T) {
	st := NewStore(t.TempDir())
	key := study(1).Key()
	for _, name := range []string{"a", "b", "c"} {
		if err := st.KeepEdit(key, &Place{}, drawn(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	list, _ := st.Edits(key)
	for n, content := range []string{"quorum edit 1\nhalf", "quorum edit 7\nlater"} {
		if err := os.WriteFile(st.editFile(key, list[n].Place.Name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rest, notices := st.Edits(key)
	if len(rest) != 1 || len(notices) != 2 || !strings.HasSuffix(notices[0], filepath.Base(st.editFile(key, list[0].Place.Name))+".kept-1.") || !strings.Contains(notices[1], "another version") {
		t.Errorf("%d edits are left: %q", len(rest), notices)
	}
	if again, notices := st.Edits(key); len(again) != 1 || notices != nil {
		t.Errorf("what was put aside comes again: %q", notices)
	}
}

func TestForgetLeavesNothing(t *testing.T) {
	st := NewStore(t.TempDir())
	s := full()
	keep, forget := s.Recent[1].Key(), s.Recent[0].Key()
	for _, key := range []string{keep, forget} {
		if err := st.KeepEdit(key, &Place{}, drawn(t, "edited")); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(st.folder, sessionFile)
	quoted, err := json.Marshal(s.Recent[0].Paths[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{".kept-1": "half a session with " + string(quoted), ".kept-2": "one without"} {
		if err := os.WriteFile(path+name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	left, drop := st.Forget(s, forget)
	err = drop()
	if err != nil || len(left.Recent) != 1 || left.Recent[0].Key() != keep || len(left.Patients) != 1 || left.Open != "" || len(s.Recent) != 2 {
		t.Errorf("%+v, %v", left, err)
	}
	if read, notice := st.Session(); notice != "" || !same(t, read, left) {
		t.Errorf("%+v is stored", read)
	}
	list := strings.Join(names(t, st.folder), " ")
	if !strings.Contains(list, "study-built-in") || strings.Contains(list, forget) || !strings.Contains(list, "kept-2") || strings.Contains(list, "kept-1") {
		t.Errorf("the folder holds %s", list)
	}
}

func TestForgettingNothing(t *testing.T) {
	st := NewStore(t.TempDir())
	s := full()
	keep := s.Recent[1].Key()
	if err := st.KeepEdit(keep, &Place{}, drawn(t, "edited")); err != nil {
		t.Fatal(err)
	}
	for _, odd := range []string{"", ".", "..", "/", "../.."} {
		left, drop := st.Forget(s, odd)
		if err := drop(); err != nil || !st.HasEdits(keep) || len(left.Recent) != 2 {
			t.Errorf("forgetting %q: %v", odd, err)
		}
	}
}

func TestClearRecent(t *testing.T) {
	for _, stays := range []string{"", full().Recent[1].Key()} {
		st := NewStore(t.TempDir())
		s := full()
		for _, study := range s.Recent {
			if err := st.KeepEdit(study.Key(), &Place{}, drawn(t, "edited")); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(st.folder, sessionFile+".kept-1"), []byte("any"), 0o600); err != nil {
			t.Fatal(err)
		}
		left, drop := st.ClearRecent(s, stays)
		err := drop()
		if err != nil || left.Patients != nil || left.Open+left.Folder+left.Exports != "" || left.Window != s.Window || (len(left.Recent) == 1) != (stays != "") {
			t.Errorf("%+v, %v", left, err)
		}
		want := 1
		if stays != "" {
			want = 2
		}
		if list := names(t, st.folder); len(list) != want {
			t.Errorf("%q stays: the folder holds %v", stays, list)
		}
	}
}

// Sessions of the versions before say what this one does not know any more.
func TestAnOlderSessionIsRead(t *testing.T) {
	folder := t.TempDir()
	const old = `{"quorum": 1, "content": {"recent": [{"paths": ["/data/anna"], "name": "anna", "ignored": "t2", "results": ["flair-t1"], "shown": "flair-t1"}],
		"open": "", "patients": [{"paths": ["/data/anna"], "name": "anna", "ignored": "", "status": "edited"}], "folder": "/data"}}`
	if err := os.WriteFile(filepath.Join(folder, sessionFile), []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	s, notice := NewStore(folder).Session()
	if notice != "" || len(s.Recent) != 1 || s.Recent[0].Shown != "flair-t1" || s.Recent[0].Ignored != sequence.Of(sequence.T2) || len(s.Patients) != 1 || s.Folder != "/data" {
		t.Errorf("%+v, %s", s, notice)
	}
}
