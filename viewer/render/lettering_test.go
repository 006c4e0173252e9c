package render

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"quorum/viewer/sequence"
)

var plain = Style{Size: 14, Colour: color.RGBA{255, 255, 255, 255}}

func TestWrap(t *testing.T) {
	t.Parallel()
	l := NewLettering()
	text := "ET outline without T1ce is an estimate: held-out Dice 0.41 averyveryverylongwordwithoutanyblankinitatallwhichmustbecut end"
	for _, width := range []int{40, 90, 300, 2000} {
		lines := l.Wrap(text, plain, width)
		for _, line := range lines {
			if l.Width(line, plain) > width {
				t.Errorf("%q is wider than %d", line, width)
			}
		}
		strip := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if strip(strings.Join(lines, "")) != strip(text) {
			t.Errorf("width %d: letters were lost: %q", width, lines)
		}
	}
	if lines := l.Wrap("  ", plain, 50); len(lines) != 0 {
		t.Errorf("blanks make lines: %q", lines)
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	l := NewLettering()
	if got := l.Shorten("short", plain, 200); got != "short" {
		t.Errorf("%q", got)
	}
	got := l.Shorten(strings.Repeat("Übergröße ", 30), plain, 200)
	if !strings.HasSuffix(got, "…") || l.Width(got, plain) > 200 || l.Width(got, plain) < 150 {
		t.Errorf("%q is %d wide", got, l.Width(got, plain))
	}
}

func TestDrawStaysInsideItsWidth(t *testing.T) {
	t.Parallel()
	l := NewLettering()
	for _, s := range []Style{plain, {Size: 20, Bold: true, Colour: plain.Colour, Halo: true}} {
		dst := image.NewRGBA(image.Rect(0, 0, 300, 60))
		l.Draw(dst, 20, 40, "Whole\ntumour 84 mL", s)
		width := l.Width("Whole tumour 84 mL", s)
		box := inked(dst)
		if box.Empty() || box.Min.X < 18 || box.Max.X > 22+width || box.Max.X < 10+width {
			t.Errorf("drawn in %v, the width is %d", box, width)
		}
	}
}

// inked is the box of what is not transparent.
func inked(m *image.RGBA) image.Rectangle {
	var box image.Rectangle
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			if m.RGBAAt(x, y).A > 0 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

func TestSubsetSymbols(t *testing.T) {
	t.Parallel()
	for _, u := range append(sequence.Full.Subsets(), 0) {
		dst := image.NewRGBA(image.Rect(0, 0, 80, 20))
		DrawSubset(dst, image.Pt(10, 10), 6, 18, u, plain.Colour)
		for n, s := range sequence.All {
			if filled := dst.RGBAAt(10+18*n, 10).A == 255; filled != u.Has(s) {
				t.Errorf("%s: the symbol of %s is filled: %v", u.Names(), s, filled)
			}
			if dst.RGBAAt(10+18*n+5, 10).A == 0 || dst.RGBAAt(10+18*n+8, 10).A != 0 {
				t.Errorf("%s: the symbol of %s has the wrong size", u.Names(), s)
			}
		}
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Mu\u0308ller \u0141ukasz \u0416": "M\u00fcller \u0141ukasz \u0416", // a Mac's file names hold letter and mark apart
		"a\nb\tc":                         "a b c",
		"\u60a3\u8005 7 \U0001f9e0":       "\ufffd\ufffd 7 \ufffd",
		"0.12\u20130.63 \u00d7 \u2026":    "0.12\u20130.63 \u00d7 \u2026",
	} {
		if got := Printable(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
