package report

import (
	"unicode"
	"unicode/utf8"
)

// sentence begins with a capital.
func sentence(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + words[size:]
}
