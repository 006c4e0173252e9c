package report

import (
	"unicode"
	"unicode/utf8"
)

// What every form of a report says alike.
const (
	emptyText  = "No tumour found by this model in these sequences."
	editedText = "Edited by hand"
)

// sentence begins with a capital.
func sentence(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + words[size:]
}
