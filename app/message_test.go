package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"quorum/segment/ort"
)

// The window never tells a clinician to type a flag: every sentence of the core that does has words for the window.
func TestNoSentenceSpeaksOfFlags(t *testing.T) {
	flag := regexp.MustCompile(`--[a-z]|with -o`)
	verb := regexp.MustCompile(`%[-+#.0-9]*[a-zA-Z]`)
	found := 0
	for _, folder := range []string{"../viewer/label", "../viewer/save", "../viewer/study", "../segment", "../segment/ort"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "sidecar.go") {
				continue // the sidecar holds a command line
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, text, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				l, ok := n.(*ast.BasicLit)
				if !ok || l.Kind != token.STRING {
					return true
				}
				if s, err := strconv.Unquote(l.Value); err == nil && flag.MatchString(s) && strings.Contains(s, " ") {
					found++
					s = verb.ReplaceAllStringFunc(s, func(v string) string {
						if strings.HasSuffix(v, "d") {
							return "7"
						}
						return "word"
					})
					if got := inWindow(s); flag.MatchString(got) {
						t.Errorf("%s: %q would be shown", file, got)
					}
				}
				return true
			})
		}
	}
	if found < 10 {
		t.Errorf("only %d sentences with flags were found: does this test still look at the right places?", found)
	}
}

// Somebody who has the program alone reads where its library goes, and nothing of make.
func TestMissingLibrarySaysWhereItGoes(t *testing.T) {
	got := engineSentence(&ort.LibraryError{What: "ONNX Runtime is not installed", Looked: []string{"/a/lib.so", "/b/lib.so"}, Hint: "run `make setup`"})
	if !strings.Contains(got, "ONNX Runtime is not installed") || !strings.HasSuffix(got, "/a/lib.so, /b/lib.so") || strings.Contains(got, "make") {
		t.Error(got)
	}
	if got := engineSentence(&ort.LibraryError{What: "X names Y, which is not a file", Hint: "give the library"}); !strings.HasSuffix(got, "X names Y, which is not a file: give the library") {
		t.Error(got)
	}
}
