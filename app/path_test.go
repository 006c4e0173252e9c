package app

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// A path may be typed, or pasted from a terminal or a file manager.
func TestTypedPath(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"":                                "",
		"  ":                              "",
		"''":                              "",
		"/data/anna ":                     "/data/anna",
		"'/data/anna maria'":              "/data/anna maria",
		` "/data/anna maria" `:            "/data/anna maria",
		"/data/anna's":                    "/data/anna's",
		`"/data/anna`:                     `"/data/anna`,
		"'":                               "'",
		"~":                               home,
		"~/anna":                          filepath.Join(home, "anna"),
		"'~/anna'":                        filepath.Join(home, "anna"),
		"~anna":                           "~anna",
		"file:///data/anna%20m%C3%A4rz":   "/data/anna märz",
		"file://localhost/data/anna":      "/data/anna",
		"'file:///data/anna%231'":         "/data/anna#1",
		"file://server/data/anna":         "file://server/data/anna",
		"file:///data/100%":               "file:///data/100%",
		"/data/100%25":                    "/data/100%25",
		"file:///data/anna/T1.nii.gz\r\n": "/data/anna/T1.nii.gz",
	} {
		if got := typedPath(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

// Wherever a path is typed it is understood alike.
func TestEveryPathMayBePasted(t *testing.T) {
	onWindow(t, func(b *bench, w *window) {
		dir := writePatient(t, filepath.Join(b.state, "anna maria"), full)
		w.askOpen()
		w.suggested(t).put("file://" + filepath.Join(b.state, "anna%20maria"))
		w.acceptDialog()
		b.q.pass(time.Second)
		if b.c.doc == nil || b.c.doc.Study.Path != dir {
			t.Fatalf("a URI was not opened: %s", b.c.Alert())
		}
		b.c.Segment()
		b.q.pass(2 * time.Second)
		to := filepath.Join(b.state, "my results")
		w.askExport()
		w.suggested(t).put("'" + to + "' ")
		w.acceptDialog()
		b.q.pass(time.Second)
		if files, err := os.ReadDir(to); err != nil || len(files) == 0 {
			t.Errorf("nothing was exported to a path in quotes: %v", err)
		}
		b.stroke()
		w.saveEdit()
		edit := filepath.Join(to, "mine"+maskEnd)
		w.suggested(t).put(`"` + edit + `"`)
		w.acceptDialog()
		b.q.pass(time.Second)
		if _, err := os.Stat(edit); err != nil {
			t.Error(err)
		}
		if got := modelPath("'" + edit + "'"); got != edit {
			t.Errorf("the model's file is %s", got)
		}
	})
}
