package render

import (
	"fmt"
	"image"
	"image/color"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// Style says how words look.
type Style struct {
	Size   float64 // of the letters, screen pixels
	Bold   bool
	Colour color.RGBA
	Halo   bool // a dark rim, so that words can be read on any image
}

// Lettering measures and draws words in the Go fonts, which are part of the program. Use one for each picture: it is not for several
// goroutines at once.
type Lettering struct {
	face map[Style]font.Face // by size and weight only
}

// NewLettering makes a Lettering.
func NewLettering() *Lettering { return &Lettering{face: map[Style]font.Face{}} }

// fonts parses the two fonts once for the program.
var fonts = sync.OnceValues(func() ([2]*opentype.Font, error) {
	var list [2]*opentype.Font
	for n, data := range [2][]byte{goregular.TTF, gobold.TTF} {
		f, err := opentype.Parse(data)
		if err != nil {
			return list, fmt.Errorf("the built-in font: %w", err)
		}
		list[n] = f
	}
	return list, nil
})

// of finds the face for a style. The fonts are constants of the program: that they fail to parse would be seen by every test.
func (l *Lettering) of(s Style) font.Face {
	key := Style{Size: s.Size, Bold: s.Bold}
	if f, ok := l.face[key]; ok {
		return f
	}
	list, err := fonts()
	if err != nil {
		panic(err)
	}
	source := list[0]
	if s.Bold {
		source = list[1]
	}
	f, err := opentype.NewFace(source, &opentype.FaceOptions{Size: s.Size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic(err)
	}
	l.face[key] = f
	return f
}

// Width is the length of a line in screen pixels, rounded up.
func (l *Lettering) Width(text string, s Style) int {
	return font.MeasureString(l.of(s), Printable(text)).Ceil()
}

// Draw writes one line, its left end at x and the letters standing on y.
func (l *Lettering) Draw(dst *image.RGBA, x, y int, text string, s Style) {
	d := font.Drawer{Dst: dst, Face: l.of(s)}
	text = Printable(text)
	write := func(dx, dy int, c color.RGBA) {
		d.Src, d.Dot = image.NewUniform(c), fixed.P(x+dx, y+dy)
		d.DrawString(text)
	}
	if s.Halo {
		dark := color.RGBA{A: 150}
		for dy := -1; dy <= 1; dy++ {
			for dx := -1; dx <= 1; dx++ {
				write(dx, dy, dark)
			}
		}
	}
	write(0, 0, s.Colour)
}

// Wrap breaks a text into lines of at most width screen pixels, at blanks; a word that is longer is cut.
func (l *Lettering) Wrap(text string, s Style, width int) []string {
	return Wrap(text, func(line string) bool { return l.Width(line, s) <= width })
}

// Wrap breaks a text into lines that fit, at blanks; a word that does not fit alone is cut, and one letter always fits.
func Wrap(text string, fits func(line string) bool) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		joined := strings.TrimPrefix(line+" "+word, " ")
		if fits(joined) {
			line = joined
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for !fits(word) && len([]rune(word)) > 1 {
			head := cut(word, fits)
			lines = append(lines, head)
			word = strings.TrimPrefix(word, head)
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// Shorten gives the text, or its beginning and "…" where it is longer than width screen pixels.
func (l *Lettering) Shorten(text string, s Style, width int) string {
	if l.Width(text, s) <= width {
		return text
	}
	room := width - l.Width("…", s)
	return cut(text, func(head string) bool { return l.Width(head, s) <= room }) + "…"
}

// cut is the longest beginning that fits, one letter at least.
func cut(text string, fits func(head string) bool) string {
	letters := []rune(text)
	n := len(letters)
	for n > 1 && !fits(string(letters[:n])) {
		n--
	}
	return string(letters[:n])
}

// Printable is a text as the Go fonts can write it, on pictures and on paper: letters and their marks joined (file names of a Mac come
// with marks apart), a blank for line breaks and other control characters, and U+FFFD for each letter that the fonts lack.
func Printable(text string) string {
	list, err := fonts()
	if err != nil {
		panic(err)
	}
	var buffer sfnt.Buffer
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		if glyph, err := list[0].GlyphIndex(&buffer, r); err != nil || glyph == 0 {
			return unicode.ReplacementChar
		}
		return r
	}, norm.NFC.String(text))
}
