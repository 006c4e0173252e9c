package cohort

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestReadList(t *testing.T) {
	dir := t.TempDir()
	for _, id := range []string{"a", "b", "c"} {
		if err := os.Mkdir(filepath.Join(dir, id), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "split.json")
	text := `{"train": ["a", "b"], "val": ["c", "lost"], "none": [], "far": ["x", "y"], "twice": ["a", "a"], "out": ["../a"], "self": ["."], "again": ["a", "./a/"], "note": "text", "n": [1]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(dir, "broken.json")
	if err := os.WriteFile(broken, []byte(`["a"]`), 0o600); err != nil {
		t.Fatal(err)
	}
	// A case that is missing beside others is that case's problem, not the list's.
	l, err := ReadList(dir, file+":val")
	if err != nil || !slices.Equal(l.IDs, []string{"c", "lost"}) || l.Key != "val" || l.File != file {
		t.Errorf("%+v, %v", l, err)
	}
	further, err := l.Further()
	if want := []string{"again (2 cases)", "far (2 cases)", "out (1 case)", "self (1 case)", "train (2 cases)", "twice (2 cases)"}; err != nil || !slices.Equal(further, want) {
		t.Errorf("further lists %q, %v", further, err)
	}
	for _, c := range []struct{ spec, want string }{
		{file, "split.json:KEY; it holds again (2 cases), far (2 cases), none (0 cases), out (1 case), self (1 case), train (2 cases), twice (2 cases), val (2 cases)"},
		{file + ":", "the key is missing"},
		{file + ":test", `has no key "test"; it holds again`},
		{file + ":note", `"note" is not a list of case names; it holds again`},
		{file + ":n", `"n" is not a list of case names`},
		{file + ":none", `the list "none" is empty`},
		{file + ":twice", "the case a stands twice"},
		{file + ":out", `"../a" in the list "out" is not the name of a folder`},
		{file + ":again", "the case a stands twice"},
		{file + ":self", `"." in the list "self" is not the name of a folder`},
		{file + ":far", "none of the 2 cases"},
		{broken + ":val", "is no JSON object with lists of cases"},
		{filepath.Join(dir, "absent.json") + ":val", "cannot be read"},
	} {
		if _, err := ReadList(dir, c.spec); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %q", filepath.Base(c.spec), err, c.want)
		}
	}
	if file, key := splitSpec(`C:\data\split.json`); file != `C:\data\split.json` || key != "" {
		t.Errorf("the colon of a drive letter is not before a key: %q %q", file, key)
	}
}

func TestReadFolder(t *testing.T) {
	dir := t.TempDir()
	if _, err := ReadFolder(dir); err == nil || !strings.Contains(err.Error(), "holds no folders") {
		t.Errorf("an empty folder: %v", err)
	}
	for _, id := range []string{"b", "a", ".git"} {
		if err := os.Mkdir(filepath.Join(dir, id), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "split.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := ReadFolder(dir)
	if err != nil || !slices.Equal(l.IDs, []string{"a", "b"}) || l.Path("a") != filepath.Join(dir, "a") {
		t.Errorf("%+v, %v", l, err)
	}
	if l, err = ReadFolder(dir, "a", "lost"); err != nil || !slices.Equal(l.IDs, []string{"b"}) {
		t.Errorf("without a: %+v, %v", l, err)
	}
	if _, err := ReadFolder(dir, "a", "b"); err == nil || !strings.Contains(err.Error(), "no folders but the 2 that are left out") {
		t.Errorf("without any: %v", err)
	}
	if _, err := ReadFolder(filepath.Join(dir, "absent")); err == nil {
		t.Error("a folder that is not there was read")
	}
}

// TestShared: a case is the same one under another name, and a folder holds the cases in it.
func TestShared(t *testing.T) {
	dir := t.TempDir()
	for _, id := range []string{"a", "b", "site/c", "site/d"} {
		if err := os.MkdirAll(filepath.Join(dir, id), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	linked := os.Symlink(filepath.Join(dir, "a"), filepath.Join(dir, "link")) == nil // not on every system
	for _, c := range []struct {
		mine, theirs []string
		want         string
	}{
		{[]string{"a", "site/c"}, []string{"b", "site/d"}, ""},
		{[]string{"a", "b"}, []string{"site/c", "./b/"}, "b"},
		{[]string{"a", "site/c"}, []string{"site"}, "site/c"},
		{[]string{"a", "site"}, []string{"site/d"}, "site"},
		{[]string{"lost"}, []string{"b"}, ""},
		{[]string{"lost"}, []string{"b", "lost"}, "lost"},
		{[]string{"link"}, []string{"a"}, "link"},
	} {
		if c.want == "link" && !linked {
			continue
		}
		got, found := (&List{Dir: dir, IDs: c.mine}).Shared(&List{Dir: dir, IDs: c.theirs})
		if got != c.want || found != (c.want != "") {
			t.Errorf("%v and %v share %q, want %q", c.mine, c.theirs, got, c.want)
		}
	}
	if l, err := ReadFolder(dir, "a", "site/c"); err != nil || !slices.Equal(l.IDs, []string{"b"}) {
		t.Errorf("without a, which a link leads to, and a case deeper down: %+v, %v", l, err)
	}
}
