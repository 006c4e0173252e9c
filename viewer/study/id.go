package study

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
)

// maxID keeps <id>_seg.nii.gz below the 255 bytes that file systems allow, in any alphabet.
const maxID = 60

// SafeID makes a name that every file system takes: letters and digits of any alphabet, "-", "_" and ".", at most 60 of them.
func SafeID(name string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || strings.ContainsRune("-_.", r) {
			return r
		}
		return '_'
	}, strings.ToValidUTF8(name, "_"))
	if text := []rune(clean); len(text) > maxID {
		clean = string(text[:maxID])
	}
	clean = strings.Trim(clean, "_. ")
	if clean == "" {
		return "study"
	}
	return clean
}

// UniqueIDs gives each of the studies of one call an ID of its own, in order: where two folders share a name, the name of the folder
// above is put before it, and then a number behind it. Capitals do not tell files apart on every system, so they do not here.
func UniqueIDs(studies []*Study) []string {
	count := make(map[string]int)
	for _, s := range studies {
		count[strings.ToLower(s.ID)]++
	}
	taken := make(map[string]bool)
	ids := make([]string, len(studies))
	for i, s := range studies {
		id := s.ID
		if count[strings.ToLower(id)] > 1 {
			id = SafeID(above(s.Path) + "_" + id)
		}
		ids[i] = id
		for n := 2; taken[strings.ToLower(ids[i])]; n++ {
			ids[i] = fmt.Sprintf("%s-%d", id, n)
		}
		taken[strings.ToLower(ids[i])] = true
	}
	return ids
}

// above is the name of the folder that holds path.
func above(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	return filepath.Base(filepath.Dir(absolute))
}
