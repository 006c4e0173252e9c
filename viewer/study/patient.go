package study

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"quorum/viewer/sequence"
)

// patients splits images that claim the same sequence into the patients (or visits, or versions) that they come from: by folder, the
// outermost that parts them, else by what the names say before the sequence. Nil means that they cannot be told apart: two files of one.
func patients(images []entry) []string {
	deepest := 0
	for _, e := range images {
		deepest = max(deepest, len(e.folder))
	}
	for level := 1; level <= deepest; level++ {
		if list := split(images, func(e entry) string { return filepath.Join(e.folder[:min(level, len(e.folder))]...) }, 3); list != nil {
			return list
		}
	}
	return split(images, func(e entry) string { return e.group }, len(images)+1)
}

// split groups images by a key and returns the keys if the groups look like patients: at least two groups have two sequences or more, or
// there are at least lone groups, each of exactly one image. (Names are no ground for the latter: "ax_t2, cor_t2, sag_t2" are one patient's.)
func split(images []entry, key func(entry) string, lone int) []string {
	sequences := make(map[string]sequence.Subset)
	files := make(map[string]int)
	for _, e := range images {
		k := key(e)
		sequences[k] = sequences[k].With(sequence.Of(e.sequence))
		files[k]++
	}
	rich, single := 0, 0
	for k, u := range sequences {
		if u.Len() >= 2 {
			rich++
		}
		if files[k] == 1 {
			single++
		}
	}
	if rich < 2 && (single < lone || single < len(files)) {
		return nil
	}
	names := slices.Sorted(maps.Keys(files))
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

// apart says what is to be scanned for each of several patients that paths hold together: the folder of this name below, or the images whose
// names begin with it.
func apart(paths, names []string, images []entry) []Patient {
	loose := make(map[string][]string)
	for _, e := range images {
		loose[e.group] = append(loose[e.group], e.path)
		if e.stem != e.group {
			loose[e.stem] = append(loose[e.stem], e.path)
		}
	}
	var list []Patient
	for _, name := range names {
		p := Patient{Name: name, Paths: loose[name]}
		for _, path := range paths {
			folder := filepath.Join(path, name)
			if info, err := os.Stat(folder); err == nil && info.IsDir() {
				p.Paths = []string{folder}
			}
		}
		if p.Paths != nil {
			list = append(list, p)
		}
	}
	return list
}

// msdPatients lists images that are named as the four-channel files of MSD Task01.
func msdPatients(images []entry) []string {
	var list []string
	for _, e := range images {
		if msdName.MatchString(e.stem) {
			list = append(list, e.stem)
		}
	}
	return list
}

// studyPath is what a study was opened from: the folder, the one file, or the folder of the first of several files.
func studyPath(paths []string) string {
	if len(paths) == 1 {
		return filepath.Clean(paths[0])
	}
	return filepath.Dir(paths[0])
}

// studyID names a study: the folder's name; for files what their names have in common before the sequence, else their folder's name.
func studyID(paths []string, images []entry) string {
	path, err := filepath.Abs(paths[0])
	if err != nil {
		path = paths[0]
	}
	if len(images) == 0 || len(images[0].folder) > 0 || filepath.Clean(images[0].path) != filepath.Clean(paths[0]) {
		return SafeID(filepath.Base(path))
	}
	group := images[0].group
	for _, e := range images {
		if e.group != group && e.verdict == isSequence {
			group = ""
		}
	}
	if strings.Trim(group, " _-.") == "" {
		return SafeID(filepath.Base(filepath.Dir(path)))
	}
	return SafeID(group)
}
