package segment

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// withoutPaths is a problem as a sentence for an exported file: names of files and folders may name a patient, so a sequence's file is
// called by the sequence's key, the folder STUDY, and any other file "a file".
func withoutPaths(p study.Problem, s *study.Study) string {
	about, names := called(p, s), map[string]string{}
	add := func(path, word string) {
		for _, name := range []string{path, filepath.Base(path)} {
			if telling(name) && names[name] == "" {
				names[name] = word
			}
		}
	}
	add(p.File, about)
	add(s.Path, "STUDY")
	for at, f := range s.Files {
		if f != nil {
			add(f.Path, sequence.Sequence(at).Key())
		}
	}
	text := replaceWords(p.Text, names)
	if p.File != "" && text == p.Text {
		return about + ": " + text
	}
	return text
}

// called is the word for a problem's file: the key of the sequence that it holds, if it holds but one that the problem is about.
func called(p study.Problem, s *study.Study) string {
	var held sequence.Subset
	for at, f := range s.Files {
		if f != nil && f.Path == p.File {
			held = held.With(sequence.Of(sequence.Sequence(at)))
		}
	}
	if about := held & p.Sequences; about != 0 {
		held = about
	}
	switch {
	case held.Len() == 1:
		return held.Sequences()[0].Key()
	case p.File == s.Path && held == 0:
		return "STUDY"
	}
	return "a file"
}

// telling says whether a name in a sentence can only mean a file: an absolute path below the root, or an image's name. A folder called
// "1" or "." is none.
func telling(name string) bool {
	if filepath.IsAbs(name) && name != filepath.Dir(name) {
		return true
	}
	lower := strings.TrimSuffix(strings.ToLower(name), ".gz")
	return slices.Contains([]string{".nii", ".hdr", ".img"}, filepath.Ext(lower))
}

// replaceWords replaces names where they stand as words, the longest that fits first. What was put in is not searched again.
func replaceWords(text string, names map[string]string) string {
	longest := slices.SortedFunc(maps.Keys(names), func(a, b string) int { return len(b) - len(a) })
	var out strings.Builder
	for before := ' '; text != ""; {
		at := slices.IndexFunc(longest, func(name string) bool {
			rest, begins := strings.CutPrefix(text, name)
			after, _ := utf8.DecodeRuneInString(rest)
			return begins && !inWord(before) && !inWord(after)
		})
		var n int
		if at >= 0 {
			n = len(longest[at])
			out.WriteString(names[longest[at]])
		} else {
			_, n = utf8.DecodeRuneInString(text)
			out.WriteString(text[:n])
		}
		before, _ = utf8.DecodeLastRuneInString(text[:n])
		text = text[n:]
	}
	return out.String()
}

// inWord says whether a name goes on with a character.
func inWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-')
}
