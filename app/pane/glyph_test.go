package pane

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font/sfnt"
)

// Whatever the window may write is in the bundled font: a missing glyph shows as a box. So all strings of app and viewer are looked at, but
// for the one that is for text output only.
func TestStringsAreInTheFont(t *testing.T) {
	font, err := sfnt.Parse(theme.DefaultTextFont().Content())
	if err != nil {
		t.Fatal(err)
	}
	var buffer sfnt.Buffer
	has := func(r rune) bool {
		index, err := font.GlyphIndex(&buffer, r)
		return err == nil && index != 0
	}
	if !has('…') || has('●') {
		t.Fatal("the font is not the one that this test was written for")
	}
	checked := 0
	look := func(path string) {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			t.Error(err)
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				return true
			}
			checked++
			for _, r := range text {
				if r > '~' && !has(r) {
					t.Errorf("%s: %q is not in the font: %q", set.Position(n.Pos()), r, text)
				}
			}
			return true
		})
	}
	for _, root := range []string{"..", "../../viewer"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && d.Name() != "sequence.go" {
				look(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if checked < 500 {
		t.Errorf("only %d strings were looked at", checked)
	}
}
