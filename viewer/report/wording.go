package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// What every form of a report says alike.
const (
	emptyText     = "No tumour found by this model in these sequences."
	emptyMaskText = "This mask holds no tumour."
	editedText    = "Edited by hand"
	maskText      = "A mask, not the result of a model"
)

// sentence begins with a capital.
func sentence(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + words[size:]
}

// named is a part or a region by its short and its long name: "ED oedema".
func named(short, long string) string { return short + " " + strings.ToLower(long) }
