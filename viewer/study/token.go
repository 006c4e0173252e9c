package study

import (
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// token is one word of a name with its meaning.
type token struct {
	text string // as in the vocabulary; an unknown piece as it stands, in small letters
	kind kind
}

// extensions of images, longest first: a NIfTI file in one piece, or a pair of header and voxels.
var extensions = []string{".nii.gz", ".hdr.gz", ".img.gz", ".nii", ".hdr", ".img"}

// splitName cuts an image's file name into stem and extension; ok is false for other files.
func splitName(path string) (stem, ext string, ok bool) {
	name := filepath.Base(path)
	for _, e := range extensions {
		if len(name) > len(e) && strings.EqualFold(name[len(name)-len(e):], e) {
			return name[:len(name)-len(e)], e, true
		}
	}
	return name, "", false
}

// tokenise cuts a stem into the words of the vocabulary and unknown pieces.
func tokenise(stem string) []token {
	var list []token
	for _, piece := range pieces(stem) {
		words, ok := compose(strings.ToLower(piece))
		if !ok {
			words = nil
			for _, part := range cutAtCapitals(piece) {
				w, ok := compose(strings.ToLower(part))
				if !ok {
					w = []token{{text: strings.ToLower(part)}}
				}
				words = append(words, w...)
			}
		}
		list = append(list, words...)
	}
	return joinPhrases(list)
}

// pieces cuts at everything that is not a letter or digit, drops the BIDS entities that do not describe the contrast, and reads the
// radiologist's signs: "+", "C+" and "C-".
func pieces(stem string) []string {
	stem = strings.ReplaceAll(dropEntities(stem), "*", "_star")
	var list []string
	var piece []rune
	text := []rune(stem)
	flush := func() {
		if len(piece) > 0 {
			list = append(list, string(piece))
			piece = nil
		}
	}
	for i, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			piece = append(piece, r)
			continue
		case r == '+':
			flush()
			list = append(list, "+")
		case r == '-' && strings.EqualFold(string(piece), "c") && (i+1 == len(text) || !unicode.IsLetter(text[i+1]) && !unicode.IsDigit(text[i+1])):
			piece = []rune("nativ") // "T1 C-": without contrast
			flush()
		default:
			flush()
		}
	}
	flush()
	return list
}

// entities are the BIDS keys that do not say what an image shows (https://bids-specification.readthedocs.io): neither "sub-T1" nor
// "space-T1w" is a T1. Those that do (acq, ce, desc, label) stay.
var entities = strings.Fields("sub ses sample task run rec dir echo flip inv mt part proc hemi space split res den atlas from to mode")

// dropEntities removes "space-…" from every name, and the entities from a BIDS name ("sub-…").
func dropEntities(stem string) string {
	chunks := strings.Split(stem, "_")
	bids := len(chunks) > 1 && strings.HasPrefix(strings.ToLower(chunks[0]), "sub-")
	chunks = slices.DeleteFunc(chunks, func(c string) bool {
		key, _, found := strings.Cut(strings.ToLower(c), "-")
		return found && (key == "space" || bids && slices.Contains(entities, key))
	})
	return strings.Join(chunks, "_")
}

// cutAtCapitals cuts "PatientFlair" before the F.
func cutAtCapitals(piece string) []string {
	var list []string
	text := []rune(piece)
	from := 0
	for i := 1; i < len(text); i++ {
		if unicode.IsUpper(text[i]) && unicode.IsLower(text[i-1]) {
			list = append(list, string(text[from:i]))
			from = i
		}
	}
	return append(list, string(text[from:]))
}

// compose writes a piece as a sequence of words of the vocabulary, the longest first, with digits around; false if it cannot.
func compose(piece string) ([]token, bool) {
	if k, ok := kindOf[piece]; ok {
		return []token{{piece, k}}, true
	}
	bare := strings.Trim(piece, "0123456789")
	if k, ok := kindOf[bare]; ok && !endsInDigit(bare) && bare != "" {
		return []token{{bare, k}}, true
	}
	return composeFrom(piece, 0)
}

// composeFrom is the recursion of compose; depth bounds the work on hostile names.
func composeFrom(rest string, depth int) ([]token, bool) {
	if depth > 0 && strings.Trim(rest, "0123456789") == "" {
		return nil, true
	}
	if depth > 6 || len(rest) > 60 {
		return nil, false
	}
	for n := min(len(rest), 16); n > 0; n-- {
		k, ok := kindOf[rest[:n]]
		if !ok || aloneOnly[rest[:n]] || endsInDigit(rest[:n]) && n < len(rest) && endsInDigit(rest[n:n+1]) {
			continue
		}
		if tail, ok := composeFrom(rest[n:], depth+1); ok {
			return append([]token{{rest[:n], k}}, tail...), true
		}
	}
	return nil, false
}

func endsInDigit(s string) bool { return s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' }

// joinPhrases replaces the pairs of phrases by one token.
func joinPhrases(list []token) []token {
	out := list[:0:0]
	for i := 0; i < len(list); i++ {
		if i+1 < len(list) {
			if k, ok := phrases[[2]string{list[i].text, list[i+1].text}]; ok {
				out = append(out, token{list[i].text + " " + list[i+1].text, k})
				i++
				continue
			}
		}
		out = append(out, list[i])
	}
	return out
}
