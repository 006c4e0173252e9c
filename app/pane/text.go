package pane

import (
	"strings"

	"fyne.io/fyne/v2"
)

// wrap breaks a text into lines of at most width units, at blanks; a longer word stands alone. Line breaks stay.
func wrap(text string, size, width float32) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		current := ""
		for word := range strings.FieldsSeq(paragraph) {
			joined := strings.TrimPrefix(current+" "+word, " ")
			if current != "" && fyne.MeasureText(joined, size, fyne.TextStyle{}).Width > width {
				lines = append(lines, current)
				joined = word
			}
			current = joined
		}
		if current != "" {
			lines = append(lines, current)
		}
	}
	return lines
}
