package page

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"quorum/app/pane"
)

// What is found after a result is shown has its place already: nothing moves under the pointer.
func TestLesionsMoveNothing(t *testing.T) {
	test.NewTempApp(t)
	p := newResultPanel(pane.NewKeys())
	w := test.NewTempWindow(t, p.content)
	w.Resize(fyne.NewSize(resultWidth, 700))
	at := func(r Result) fyne.Position {
		r.Items = []Line{{Text: "FLAIR"}}
		p.Show(r)
		return fyne.CurrentApp().Driver().AbsolutePositionForObject(p.items)
	}
	before := at(Result{From: "from FLAIR"})
	for _, r := range []Result{{Place: "lesion 1 of 3: 12.34 mL", Steps: true}, {Place: "no lesion of 0.1 mL or more"}, {}} {
		r.From = "from FLAIR"
		if now := at(r); now != before {
			t.Errorf("%q: the list is at %v, before at %v", r.Place, now, before)
		}
	}
}
