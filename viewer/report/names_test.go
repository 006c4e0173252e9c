package report

import (
	"image/color"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/render"
)

// TestNamesReadAsOtherProgramsReadThem parses both files by the rules of ITK-SNAP and 3D Slicer; each number must mean what the mask means.
func TestNamesReadAsOtherProgramsReadThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		write func(io.Writer, label.Scheme) error
		line  *regexp.Regexp // number, red, green, blue and name, in groups of these names
		blank string         // in names
	}{
		{WriteITKSNAP, regexp.MustCompile(`^(?P<n>\d+) +(?P<r>\d+) +(?P<g>\d+) +(?P<b>\d+) +[01] +[01] +[01] +"(?P<name>[^"]*)"$`), " "},
		{WriteSlicer, regexp.MustCompile(`^(?P<n>\d+) (?P<name>[^ "]+) (?P<r>\d+) (?P<g>\d+) (?P<b>\d+) (0|255)$`), "_"},
	} {
		for _, s := range label.Schemes {
			var text strings.Builder
			if err := c.write(&text, s); err != nil {
				t.Fatal(err)
			}
			seen := map[label.Label]bool{}
			for line := range strings.Lines(text.String()) {
				if strings.HasPrefix(line, "#") {
					continue
				}
				m := c.line.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
				if m == nil {
					t.Fatalf("%s: %q has another form", s, line)
				}
				group := func(name string) string { return m[c.line.SubexpIndex(name)] }
				number := func(name string) int {
					n, err := strconv.Atoi(group(name))
					if err != nil || n > 255 {
						t.Errorf("%q: %v", line, err)
					}
					return n
				}
				part, ok := s.Decode(number("n"))
				if !ok || seen[part] {
					t.Errorf("%s: %q names a number that the scheme lacks, or again", s, line)
				}
				seen[part] = true
				if part == label.Background {
					continue
				}
				got := color.RGBA{uint8(number("r")), uint8(number("g")), uint8(number("b")), 255}
				if got != render.Usual[part] || !strings.HasPrefix(group("name"), part.String()+c.blank) {
					t.Errorf("%s: %q, want %s in %v", s, line, part, render.Usual[part])
				}
			}
			for _, part := range label.Parts {
				if _, ok := s.Encode(part); ok != seen[part] {
					t.Errorf("%s: %s is named: %v", s, part, seen[part])
				}
			}
		}
		if err := c.write(broken{}, label.BraTS2023); err == nil {
			t.Error("an error of the disk was lost")
		}
	}
}

// TestSlicerKnowsTheFile: 3D Slicer looks for these first words.
func TestSlicerKnowsTheFile(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	if err := WriteSlicer(&text, label.BraTS2017); err != nil || !strings.HasPrefix(text.String(), "# Color table file") ||
		!strings.Contains(text.String(), "\n4 ET_enhancing_tumour 255 221 51 255\n") {
		t.Errorf("%v, %s", err, text.String())
	}
}

// broken is a disk that is full.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
