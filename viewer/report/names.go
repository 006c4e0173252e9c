package report

import (
	"fmt"
	"image/color"
	"io"
	"strings"

	"quorum/viewer/label"
	"quorum/viewer/render"
)

// entry is a label of a scheme as other programs show it.
type entry struct {
	number uint8
	name   string // "NCR necrotic and non-enhancing core"
	colour color.RGBA
}

// entries lists the labels of a scheme in the order of their numbers, without the background.
func entries(s label.Scheme) []entry {
	var list []entry
	for number := range uint8(label.Count) {
		if part, ok := s.Decode(int(number)); ok && part != label.Background {
			list = append(list, entry{number, named(part.String(), part.Name()), render.Usual[part]})
		}
	}
	return list
}

// WriteITKSNAP writes numbers, colours and names of a scheme's labels as ITK-SNAP imports label descriptions: on each line number, red,
// green, blue (0 to 255), opacity (0 to 1), seen in slices, seen in 3-D, name.
func WriteITKSNAP(w io.Writer, s label.Scheme) error {
	var text strings.Builder
	fmt.Fprintf(&text, "# ITK-SNAP label descriptions of %s, written by Quorum\n", s)
	text.WriteString("# number red green blue opacity slices 3-D name\n" + `0 0 0 0 0 0 0 "Clear Label"` + "\n")
	for _, e := range entries(s) {
		fmt.Fprintf(&text, "%d %d %d %d 1 1 1 %q\n", e.number, e.colour.R, e.colour.G, e.colour.B, e.name)
	}
	return writeText(w, text.String())
}

// WriteSlicer writes the same as a colour table of 3D Slicer (.ctbl), known by its first words: on each line number, name without blanks,
// red, green, blue, opacity (0 to 255).
func WriteSlicer(w io.Writer, s label.Scheme) error {
	list := entries(s)
	var text strings.Builder
	fmt.Fprintf(&text, "# Color table file of %s, written by Quorum\n# %d values\n0 Background 0 0 0 0\n", s, len(list)+1)
	for _, e := range list {
		fmt.Fprintf(&text, "%d %s %d %d %d 255\n", e.number, strings.ReplaceAll(e.name, " ", "_"), e.colour.R, e.colour.G, e.colour.B)
	}
	return writeText(w, text.String())
}

func writeText(w io.Writer, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("names of the labels: %w", err)
	}
	return nil
}
