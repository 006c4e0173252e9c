package study

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"quorum/viewer/sequence"
)

// maxSidecars bounds how many JSON files are opened for images whose names say nothing.
const maxSidecars = 64

// detect gives every image a finding: from its name, then from its neighbours' names, its folder, its sidecar.
func detect(images []entry) {
	for i := range images {
		images[i].finding = recognise(images[i].words)
		images[i].rank = byName
		if images[i].verdict == isSequence && !images[i].sure {
			images[i].rank = byHint
		}
	}
	for _, folder := range byDirectory(images) {
		detectBehindPrefix(images, folder)
		detectChannels(images, folder)
		detectMasks(images, folder)
	}
	sidecars := 0
	for i := range images {
		e := &images[i]
		detectFolder(e)
		if e.verdict == isUnknown && sidecars < maxSidecars {
			sidecars++
			detectSidecar(e)
		}
		e.group = patientOf(e)
	}
}

// detectWithout detects as if the images of the absent sequences had been deleted: what a name means depends on its neighbours' names. The
// absent images come last, with what they were taken for.
func detectWithout(images []entry, absent sequence.Subset) []entry {
	live := images
	var gone []entry
	for {
		detect(live)
		var rest []entry
		for _, e := range live {
			if e.verdict == isSequence && absent.Has(e.sequence) {
				gone = append(gone, e)
			} else {
				rest = append(rest, e)
			}
		}
		if len(rest) == len(live) {
			return append(rest, gone...)
		}
		live = rest
	}
}

// byDirectory lists the indices of the images folder by folder, in order.
func byDirectory(images []entry) [][]int {
	at := make(map[string]int)
	var list [][]int
	for i, e := range images {
		dir := filepath.Dir(e.path)
		k, ok := at[dir]
		if !ok {
			k = len(list)
			at[dir] = k
			list = append(list, nil)
		}
		list[k] = append(list[k], i)
	}
	return list
}

// detectBehindPrefix drops the words with which every image of a folder begins, where the rest then names at least three sequences,
// each once: "P1_T1_flair, P1_T1_t2, P1_T1_t1ce" are of a visit called T1. Two are enough where the prefix begins with a patient's word.
func detectBehindPrefix(images []entry, folder []int) {
	if len(folder) < 2 {
		return
	}
	first := images[folder[0]].words
	n := len(first)
	for _, i := range folder {
		n = min(n, len(images[i].words))
		for k := range n {
			if images[i].words[k] != first[k] {
				n = k
				break
			}
		}
	}
	prefix := first[:n]
	if indexKind(prefix, mask) >= 0 || !slices.ContainsFunc(prefix, func(w token) bool { return w.kind != unknown && w.kind != neutral }) {
		return
	}
	least := 3
	if len(prefix) > 1 && prefix[0].kind == unknown {
		least = 2
	}
	rest := make([]finding, len(folder))
	var seen sequence.Subset
	for k, i := range folder {
		rest[k] = recognise(images[i].words[n:])
		if rest[k].verdict != isSequence {
			continue
		}
		if seen.Has(rest[k].sequence) {
			return
		}
		seen = seen.With(sequence.Of(rest[k].sequence))
	}
	if seen.Len() < least {
		return
	}
	for k, i := range folder {
		if rest[k].verdict != isUnknown {
			images[i].finding, images[i].rank = rest[k], byName
		}
	}
}

var (
	channelName = regexp.MustCompile(`^(.*)_(\d{4})$`)
	msdName     = regexp.MustCompile(`^BRATS_\d{3}$`)
	// nnU-Net BraTS21: T1, T1ce, T2, FLAIR. MSD Task01 as its dataset.json has it: FLAIR, T1w, t1gd, T2w.
	nnunetOrder = [sequence.Count]sequence.Sequence{sequence.T1, sequence.T1ce, sequence.T2, sequence.FLAIR}
	msdOrder    = sequence.All
)

// detectChannels reads nnU-Net's channel numbers case_0000 to case_0003 where the name says nothing else, and takes the image with the
// bare stem for their mask. A number alone is no channel: it needs _0000 and another one beside it. A stem that goes on to _0004 is
// numbered for another reason.
func detectChannels(images []entry, folder []int) {
	numbers := make(map[string]map[string]bool) // stem → its numbers
	for _, i := range folder {
		if m := channelName.FindStringSubmatch(images[i].stem); m != nil {
			if numbers[m[1]] == nil {
				numbers[m[1]] = make(map[string]bool)
			}
			numbers[m[1]][m[2]] = true
		}
	}
	channels := func(stem string) bool {
		all := numbers[stem]
		for n := range all {
			if n > "0003" {
				return false
			}
		}
		return len(all) >= 2 && all["0000"]
	}
	for _, i := range folder {
		e := &images[i]
		if e.verdict != isUnknown {
			continue
		}
		m := channelName.FindStringSubmatch(e.stem)
		switch {
		case m == nil && channels(e.stem):
			e.finding = finding{verdict: isMask, why: "it has the stem of the numbered channels"}
		case m == nil || m[2] > "0003":
		case !channels(m[1]):
			e.why = fmt.Sprintf("_%s alone is no nnU-Net channel, which needs _0000 and another one beside it", m[2])
		default:
			order, whose := nnunetOrder, "nnU-Net's BraTS"
			if msdName.MatchString(m[1]) {
				order, whose = msdOrder, "MSD Task01"
			}
			s := order[m[2][3]-'0']
			e.finding = finding{isSequence, s, false, fmt.Sprintf("channel _%s in the order of %s", m[2], whose)}
			e.rank = byHint
		}
	}
}

// detectMasks takes "head_seg" beside "head_t1" for a mask of the tumour: what the images' names begin with says nothing about the mask.
// "head_mask" stays a mask of the head.
func detectMasks(images []entry, folder []int) {
	for _, i := range folder {
		e := &images[i]
		at := indexKind(e.words, mask)
		if e.verdict != isOther || at < 1 || e.words[at-1].kind != tissue || strings.HasPrefix(e.words[at].text, "mask") {
			continue
		}
		siblings := false
		shared := !slices.ContainsFunc(folder, func(k int) bool {
			sibling := images[k]
			if sibling.verdict != isSequence {
				return false
			}
			siblings = true
			before := max(0, slices.IndexFunc(sibling.words, isWeighting))
			return before < at || !slices.Equal(sibling.words[:at], e.words[:at])
		})
		if f, ok := recogniseMask(e.words[at:]); ok && siblings && shared {
			e.finding = f
		}
	}
}

// detectFolder lets the folders below the given one speak: "labels/flair.nii" is a mask, "FLAIR/0001.nii" a FLAIR. The nearest counts.
func detectFolder(e *entry) {
	for _, name := range slices.Backward(e.folder) {
		words := tokenise(name)
		if e.verdict == isSequence {
			if allMask(words) {
				e.finding = finding{verdict: isMask, why: fmt.Sprintf("its folder is called %q", name)}
			}
			return
		}
		if e.verdict != isUnknown {
			return
		}
		if f := recognise(words); f.verdict == isSequence && f.sure || f.verdict == isOther || f.verdict == isMask && allMask(words) {
			f.why = fmt.Sprintf("its folder is called %q", name)
			e.finding, e.rank = f, byFolder
		}
	}
}

// allMask says whether a folder's name says "masks" and nothing else: "labelsTr", "segmentations".
func allMask(words []token) bool {
	says := false
	for _, w := range words {
		says = says || w.kind == mask || w.text == "label" || w.text == "labels"
		if w.kind != mask && w.kind != maskLast && w.text != "tr" && w.text != "ts" {
			return false
		}
	}
	return says
}

// detectSidecar asks the scanner's own words in the JSON file that dcm2niix writes beside an image.
func detectSidecar(e *entry) {
	var words struct{ SeriesDescription, ProtocolName string }
	if !readSidecar(e.path, &words) {
		return
	}
	for _, text := range []string{words.SeriesDescription, words.ProtocolName} {
		if f := recognise(tokenise(text)); f.verdict == isSequence && f.sure || f.verdict == isOther {
			f.why = fmt.Sprintf("its JSON file says %q", text)
			e.finding, e.rank = f, bySidecar
			return
		}
	}
}

// readSidecar decodes the JSON file with an image's stem into v; false where there is none that fits.
func readSidecar(image string, v any) bool {
	stem, _, _ := splitName(image)
	path := filepath.Join(filepath.Dir(image), stem+".json")
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it was only read
	const most = 4 << 20
	return json.NewDecoder(io.LimitReader(f, most)).Decode(v) == nil
}

// patientOf is the part of a name before its sequence, its mask word or its channel number: in most conventions the patient.
func patientOf(e *entry) string {
	if m := channelName.FindStringSubmatch(e.stem); m != nil && e.rank == byHint {
		return m[1]
	}
	if strings.HasPrefix(strings.ToLower(e.stem), "sub-") {
		chunks := slices.DeleteFunc(strings.Split(e.stem, "_"), func(c string) bool {
			return !strings.HasPrefix(c, "sub-") && !strings.HasPrefix(c, "ses-")
		})
		return strings.Join(chunks, "_")
	}
	lower := strings.ToLower(e.stem)
	cut := len(lower)
	next := 0 // the words stand one after the other: the "t1" inside of "patient1" is none
	for _, w := range e.words {
		first, _, _ := strings.Cut(w.text, " ")
		at := strings.Index(lower[next:], first)
		if at < 0 {
			continue // a sign that stands for a word
		}
		at += next
		next = at + len(first)
		if w.kind == unknown || w.kind == neutral || w.kind == target || w.kind == tissue {
			continue
		}
		cut = min(cut, at)
	}
	if len(lower) != len(e.stem) {
		return strings.TrimRight(lower[:cut], " _-.")
	}
	return strings.TrimRight(e.stem[:cut], " _-.")
}
