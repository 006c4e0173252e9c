package study

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"quorum/viewer/sequence"
)

// Images of two patients, or of two dates, must never become one study because they happen to complement each other. Folders and the
// parts of names before the sequence are compared; what says nothing about a patient (a series number, "anat", "AX") is left out.

// folderWords are folders that hold the images of any patient: BIDS, XNAT, and what people write.
var folderWords = strings.Fields("anat func dwi perf images image nii nifti niftis mr mri irm scans scan resources files series raw original " +
	"processed preprocessed registered coregistered skullstripped stripped")

// prefixWords stand before the sequence in scanners' and programs' names, and tell no patient from another.
var prefixWords = append(strings.Fields("mrhr wip obl oblique std orig corrected corr bias sense e1 rs wm hirn kopf schädel schaedel neuro stealth navi navigation brainlab cranial tete crane 1mm 2mm 3mm 15t 3t 7t"), folderWords...)

// foldersOfPatients names the folders that the images come from, where these are neither the same, nor one inside the other, nor told
// apart by sequences only; nil where one patient's images may lie like that.
func foldersOfPatients(images []entry) []string {
	names := make(map[string][]string)
	for _, e := range images {
		own := slices.DeleteFunc(slices.Clone(e.folder), func(name string) bool { return saysNoPatient(name, e) })
		names[filepath.Join(own...)] = own
	}
	for _, a := range names {
		for _, b := range names {
			n := min(len(a), len(b))
			if !slices.Equal(a[:n], b[:n]) {
				delete(names, "")
				return slices.Sorted(maps.Keys(names))
			}
		}
	}
	return nil
}

// saysNoPatient says whether a folder's name is that of the image's sequence, or of any patient's images. A folder "T1" around a FLAIR
// is a date.
func saysNoPatient(name string, e entry) bool {
	words := tokenise(name)
	f := recognise(words)
	switch {
	case f.verdict == isSequence && f.sure:
		return f.sequence == e.sequence || f.sequence == sequence.T1 && e.sequence == sequence.T1ce
	case f.verdict == isTorn:
		return true
	}
	for _, w := range words {
		visit := strings.HasPrefix(w.text, "pre") || strings.HasPrefix(w.text, "post")
		known := w.kind == contrast || w.kind == native || w.kind == neutral && !visit
		if !known && !slices.Contains(folderWords, w.text) {
			return false
		}
	}
	return len(words) > 0
}

// owner is what a name says about the patient: its words before the sequence that could be a part of an identifier.
type owner struct {
	name  string // as a person reads it
	words []string
	files []entry
}

// owners groups images by the patients that their names speak of. A name that lacks words of another one may be the same patient's, and one
// that says nothing belongs to all.
func owners(images []entry) []owner {
	var list []owner
	for _, e := range images {
		words := ownerWords(e)
		if len(words) == 0 {
			continue
		}
		at := slices.IndexFunc(list, func(o owner) bool { return within(words, o.words) || within(o.words, words) })
		if at < 0 {
			at = len(list)
			list = append(list, owner{name: e.group, words: words})
		}
		list[at].files = append(list[at].files, e)
	}
	return list
}

// within says whether every word of a is one of b, numbers in the same order: patient 1_3 is not 3_1, and 1_1 not 11_1.
func within(a, b []string) bool {
	rest := slices.DeleteFunc(slices.Clone(b), func(w string) bool { return !isNumber(w) })
	for _, w := range a {
		if !isNumber(w) {
			if !slices.Contains(b, w) {
				return false
			}
			continue
		}
		at := slices.Index(rest, w)
		if at < 0 {
			return false
		}
		rest = rest[at+1:]
	}
	return true
}

func isNumber(word string) bool { return strings.Trim(word, "0123456789") == "" }

func ownerWords(e entry) []string {
	if e.rank != byName && e.rank != byHint {
		return nil // the name said nothing about the sequence, so nothing stands "before" it
	}
	if lower := strings.ToLower(e.group); strings.HasPrefix(lower, "sub-") {
		return strings.Split(lower, "_")
	}
	var list []string
	for _, w := range tokenise(e.group) {
		// "2" stands for "to" among the words of registration: before a sequence it is a number like any other.
		if (w.kind == unknown || isNumber(w.text)) && !slices.Contains(prefixWords, w.text) {
			list = append(list, w.text)
		}
	}
	return list
}

// isSeries says whether a word may be the number of a series: short, and no year.
func isSeries(word string) bool {
	year := len(word) == 4 && (word[:2] == "19" || word[:2] == "20")
	return len(word) < 5 && !year && isNumber(word)
}

// onlySeriesDiffer says whether nothing but a number, another one in every name, tells the names apart, as series of one visit.
func onlySeriesDiffer(list []owner) bool {
	rest := func(o owner) []string { return slices.DeleteFunc(slices.Clone(o.words), isSeries) }
	return !slices.ContainsFunc(list, func(o owner) bool { return len(o.files) > 1 || !slices.Equal(rest(o), rest(list[0])) })
}

// mostCompared bounds the comparison of names; more files than that cannot be four sequences, which is told anyway.
const mostCompared = 64

// mixed looks for images of several patients among those that would become one study. It returns the patients where the images must not be
// used together. One file of four with another prefix is seen in the wild, and noticed only; so is what the user picked file by file.
func (s *scan) mixed(images []entry, picked bool) []string {
	if len(images) > mostCompared {
		return nil
	}
	if p := foldersOfPatients(images); p != nil {
		return p
	}
	list := owners(images)
	if len(list) < 2 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b owner) int { return len(a.files) - len(b.files) })
	var names []string
	for _, o := range list {
		names = append(names, o.name)
	}
	odd := list[0].files[0]
	about := Problem{File: odd.path, Sequences: sequence.Of(odd.sequence), Mixed: true}
	switch {
	case len(list) == 2 && len(list[0].files) == 1 && len(list[1].files) >= 3:
		about.Text = fmt.Sprintf("%s has another prefix than the other images (%s): check that it is the same patient's", filepath.Base(odd.path), names[1])
	case picked || onlySeriesDiffer(list):
		about.Text = fmt.Sprintf("the names begin differently (%s): check that all images are of one patient and one date", enumerate(names))
	default:
		return names
	}
	s.note(about)
	return nil
}
