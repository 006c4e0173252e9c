//go:build e2e

package e2e

import (
	"image"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// place is a control on the screen.
type place struct {
	kind  string // Go type, as in "pane.Slice"
	text  string // what stands on it
	popup bool   // in a dialog or menu
	box   image.Rectangle
}

func (c place) middle() image.Point { return c.box.Min.Add(c.box.Size().Div(2)) }

var placeLine = regexp.MustCompile(`msg=place kind=(\S+) text=("(?:[^"\\]|\\.)*"|\S*) popup=(\S+) x=(-?\d+) y=(-?\d+) w=(-?\d+) h=(-?\d+)`)

// places asks the program where its controls are.
func (p *program) places() []place {
	p.t.Helper()
	before := len(p.text())
	if err := p.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		p.t.Fatal(err)
	}
	var answer string
	until(p.t, "the places of the controls", func() bool {
		answer = p.text()[before:]
		return strings.Contains(answer, "places told")
	})
	var list []place
	for _, m := range placeLine.FindAllStringSubmatch(answer, -1) {
		text := m[2]
		if words, err := strconv.Unquote(text); err == nil {
			text = words
		}
		at := image.Pt(atoi(m[4]), atoi(m[5]))
		list = append(list, place{m[1], text, m[3] == "true", image.Rectangle{Min: at, Max: at.Add(image.Pt(atoi(m[6]), atoi(m[7])))}})
	}
	return list
}

// is says whether a control is of this kind and begins with these words; a text that ends in "$" must be all of the words.
func (c place) is(kind, text string) bool {
	whole, exact := strings.CutSuffix(text, "$")
	return strings.Contains(c.kind, kind) && strings.HasPrefix(c.text, whole) && (!exact || c.text == whole) && !c.box.Empty()
}

// word is the kind of a line of words, which is a place too.
const word = "canvas.Text"

// find waits for a control; where there are several it is the last one, which lies above the others.
func (p *program) find(kind, text string) place {
	p.t.Helper()
	var seen []place
	for end := time.Now().Add(patience / 3); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		seen = p.places()
		for _, c := range slices.Backward(seen) {
			if c.is(kind, text) {
				return c
			}
		}
	}
	p.keep(p.look(), "not-found")
	p.t.Fatalf("there is no %s %q (pictures in %s) among %+v", kind, text, p.shots, seen)
	return place{}
}

// tap clicks a control.
func (p *program) tap(kind, text string) {
	p.t.Helper()
	c := p.find(kind, text)
	at := c.middle()
	if strings.HasSuffix(c.kind, "Tick") {
		at.X = c.box.Min.X + 14 // it hears only where its box and words are
	}
	p.click(at, left)
}

// slices are the panes of images, from left to right and from top to bottom.
func (p *program) slices() []place {
	p.t.Helper()
	var list []place
	for _, c := range p.places() {
		if c.kind == "pane.Slice" {
			list = append(list, c)
		}
	}
	return list
}

// shot keeps a picture of the screen once everything is painted that the program has to paint: it answers twice, with a frame between, and
// then the screen is still.
func (p *program) shot(name string) *image.RGBA {
	p.t.Helper()
	p.places()
	p.places()
	m := p.still()
	p.keep(m, name)
	return m
}
