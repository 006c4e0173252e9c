// Package cohort is a data set of studies with masks: which cases it has, which masks may be the truth, and the one label scheme that all of
// them share (docs/conventions.md, Label schemes).
package cohort

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// List names cases: folders of Dir.
type List struct {
	Dir  string   // the data set
	File string   // the JSON file that holds the list; empty = none
	Key  string   // of the list in the file
	IDs  []string // folder names, in the order of the file
}

// ReadList reads a list of cases from spec = "FILE.json:KEY": the file holds an object whose key KEY is a list of folder names of dir, as
// in {"train": ["case-1", "case-2"], "val": ["case-3"]}. Whether the folders exist is seen when they are read.
func ReadList(dir, spec string) (*List, error) {
	l := &List{Dir: dir}
	l.File, l.Key = splitSpec(spec)
	all, err := l.read()
	if err != nil {
		return nil, err
	}
	keys := listKeys(all)
	if l.Key == "" {
		return nil, fmt.Errorf("the key is missing: write %s:KEY; %s", l.File, keys)
	}
	raw, ok := all[l.Key]
	if !ok {
		return nil, fmt.Errorf("%s has no key %q; %s", l.File, l.Key, keys)
	}
	if err := json.Unmarshal(raw, &l.IDs); err != nil {
		return nil, fmt.Errorf("%s: %q is not a list of case names; %s", l.File, l.Key, keys)
	}
	return l, l.check()
}

// read reads the file of a list: whatever stands in it, by key.
func (l *List) read() (map[string]json.RawMessage, error) {
	data, err := os.ReadFile(l.File)
	if err != nil {
		return nil, fmt.Errorf("the list of cases cannot be read: %w", err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("%s is no JSON object with lists of cases ({\"val\": [\"case-1\", …]}): %w", l.File, err)
	}
	return all, nil
}

// Further names the other lists with cases that l's file holds, with their numbers.
func (l *List) Further() ([]string, error) {
	all, err := l.read()
	if err != nil {
		return nil, err
	}
	delete(all, l.Key)
	return sized(all, 1), nil
}

// ReadFolder lists every folder in dir, by name, but those that are or hold one that is left out: a data set without a list.
func ReadFolder(dir string, without ...string) (*List, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("the data set cannot be read: %w", err)
	}
	l := &List{Dir: dir}
	left := (&List{Dir: dir, IDs: without}).places(true)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		info, err := os.Stat(l.Path(e.Name()))
		if err != nil || !info.IsDir() { // a link to a folder is one too
			continue
		}
		if !among(left, info) {
			l.IDs = append(l.IDs, e.Name())
		}
	}
	switch {
	case len(l.IDs) == 0 && len(without) > 0:
		return nil, fmt.Errorf("%s holds no folders but the %d that are left out", dir, len(without))
	case len(l.IDs) == 0:
		return nil, fmt.Errorf("%s holds no folders: name the folder that holds one folder for each case", dir)
	}
	return l, nil
}

// splitSpec cuts at the last colon, unless that belongs to a drive letter or there is none.
func splitSpec(spec string) (file, key string) {
	at := strings.LastIndexByte(spec, ':')
	if at < 0 || strings.ContainsAny(spec[at:], `/\`) {
		return spec, ""
	}
	return spec[:at], spec[at+1:]
}

// listKeys is a sentence with the keys that hold lists.
func listKeys(all map[string]json.RawMessage) string {
	keys := sized(all, 0)
	if len(keys) == 0 {
		return "it holds no list of cases"
	}
	return "it holds " + strings.Join(keys, ", ")
}

// sized names the keys that hold lists of at least so many cases, with their numbers: "val (6 cases)".
func sized(all map[string]json.RawMessage, least int) []string {
	var keys []string
	for key, raw := range all {
		var ids []string
		if json.Unmarshal(raw, &ids) != nil || ids == nil || len(ids) < least {
			continue
		}
		plural := "s"
		if len(ids) == 1 {
			plural = ""
		}
		keys = append(keys, fmt.Sprintf("%s (%d case%s)", key, len(ids), plural))
	}
	slices.Sort(keys)
	return keys
}

// check refuses what cannot be a list of folders of Dir.
func (l *List) check() error {
	if len(l.IDs) == 0 {
		return fmt.Errorf("%s: the list %q is empty", l.File, l.Key)
	}
	found := 0
	for at, name := range l.IDs {
		id := filepath.Clean(name) // a case has one name, or it would not be known again
		l.IDs[at] = id
		if !filepath.IsLocal(id) || id == "." {
			return fmt.Errorf("%s: %q in the list %q is not the name of a folder in %s", l.File, name, l.Key, l.Dir)
		}
		if slices.Contains(l.IDs[:at], id) {
			return fmt.Errorf("%s: the case %s stands twice in the list %q", l.File, id, l.Key)
		}
		if _, err := os.Stat(l.Path(id)); err == nil {
			found++
		}
	}
	if found == 0 {
		return fmt.Errorf("none of the %d cases of %s:%s is in %s (the first is %s): name the folder that holds them",
			len(l.IDs), l.File, l.Key, l.Dir, l.IDs[0])
	}
	return nil
}

// Path is the folder of a case.
func (l *List) Path(id string) string { return filepath.Join(l.Dir, id) }

// Shared finds a case of l that is one of other's too, or lies in one or holds one, whatever the folders are called in the lists: links, and
// names that differ in a way that the file system does not see.
func (l *List) Shared(other *List) (id string, found bool) {
	theirs, whole := other.places(true), other.places(false)
	for _, id := range l.IDs {
		if slices.Contains(other.IDs, id) { // also where there is no such folder yet
			return id, true
		}
		mine := &List{Dir: l.Dir, IDs: []string{id}}
		in := func(list []os.FileInfo) func(os.FileInfo) bool {
			return func(f os.FileInfo) bool { return among(list, f) }
		}
		if slices.ContainsFunc(mine.places(false), in(theirs)) || slices.ContainsFunc(mine.places(true), in(whole)) {
			return id, true
		}
	}
	return "", false
}

// places are the folders of the cases, and with above those that they lie in, up to Dir. What is not there has no place.
func (l *List) places(above bool) []os.FileInfo {
	var list []os.FileInfo
	for _, id := range l.IDs {
		for at := filepath.Clean(id); at != "." && at != string(filepath.Separator); at = filepath.Dir(at) {
			if info, err := os.Stat(l.Path(at)); err == nil {
				list = append(list, info)
			}
			if !above {
				break
			}
		}
	}
	return list
}

// among says whether one is in the list, under whatever name.
func among(list []os.FileInfo, one os.FileInfo) bool {
	return slices.ContainsFunc(list, func(f os.FileInfo) bool { return os.SameFile(f, one) })
}
