package page

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"quorum/app/pane"
)

// A row that is shown again stays the same object, and the words about one that goes go with it: they would hang where nothing is.
func TestWordsAboutARowGoWithIt(t *testing.T) {
	test.NewTempApp(t)
	keys := pane.NewKeys()
	said, about := "", fyne.CanvasObject(nil)
	keys.OnHint = func(text string, near fyne.CanvasObject) {
		if text != "" || near == about {
			said, about = text, near
		}
	}
	p := newStudyPanel(keys)
	s := Study{Masks: []Line{{Text: "Reference mask", Hint: "confirm it"}}}
	p.Show(s)
	first, ok := p.masks.Objects[0].(*row)
	if !ok {
		t.Fatal("no row")
	}
	first.MouseIn(nil)
	p.Show(s)
	if said != "confirm it" || p.masks.Objects[0] != first {
		t.Errorf("shown again, the row is another one, or says %q", said)
	}
	s.Masks = []Line{{Text: "Truth"}}
	p.Show(s)
	if said != "" {
		t.Errorf("the row is gone, and %q is still said", said)
	}
}
