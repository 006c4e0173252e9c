package study

import (
	"fmt"
	"slices"
	"strings"

	"quorum/viewer/sequence"
)

// verdict is what a name is taken for.
type verdict uint8

const (
	isUnknown  verdict = iota
	isSequence         // one of the four
	isMask             // a segmentation
	isOther            // an image that Quorum does not use
	isTorn             // names two sequences, and nothing decides
)

// finding is a verdict with its reason.
type finding struct {
	verdict  verdict
	sequence sequence.Sequence
	sure     bool   // the sequence is named, not only implied by a contrast medium
	why      string // for a person
}

// recognise decides what a name stands for from its words:
//
//  1. A mask word makes it a mask ("label", "tumour" only after the sequence or alone); a mask of brain or skull is of no use.
//  2. Another modality or a map is of no use.
//  3. What follows "to", "reg", … and names a sequence is only the space that the image lies in.
//  4. FLAIR beats T2 ("T2 FLAIR"). "T1 FLAIR" and "t1_tirm" are T1. Between others that contradict each other the last word of the
//     name decides, as in every convention of docs/conventions.md; otherwise nothing does.
//  5. A T1 is T1ce where a contrast word stands that is not negated. "post-op" and "pre-op" say nothing about contrast.
func recognise(words []token) finding {
	if f, ok := recogniseMask(words); ok {
		return f
	}
	if i := indexKind(words, other); i >= 0 {
		return finding{verdict: isOther, why: fmt.Sprintf("%q in the name", words[i].text)}
	}
	if i := loneTarget(words); i >= 0 {
		return finding{verdict: isTorn, why: fmt.Sprintf("the name says only what it was registered to: %q", words[i].text+" "+words[i+1].text)}
	}
	words = cutTarget(words)
	s, ok := weighting(words)
	switch {
	case !ok:
		return finding{verdict: isTorn, why: "the name speaks of " + strings.Join(quoted(words, isWeighting), " and ")}
	case s == t2:
		return finding{isSequence, sequence.T2, true, because(words, t2)}
	case s == flair:
		return finding{isSequence, sequence.FLAIR, true, because(words, flair, inversion)}
	}
	given := contrastGiven(words)
	switch {
	case s == t1 && given:
		return finding{isSequence, sequence.T1ce, true, because(words, t1, t1Native, t1Contrast, t1Pulse, contrast, moment)}
	case s == t1:
		return finding{isSequence, sequence.T1, true, because(words, t1, t1Native, t1Contrast, t1Pulse, native, negation)}
	case given && indexKind(words, contrast) >= 0:
		return finding{isSequence, sequence.T1ce, false, because(words, contrast) + ", and images with contrast medium are T1"}
	}
	return finding{}
}

// namedBeside is the sequence that the name of an image of another kind speaks of: T1 for "perf_t1". False if there is none.
func namedBeside(e entry) (sequence.Sequence, bool) {
	if e.verdict != isOther {
		return 0, false
	}
	f := recognise(slices.DeleteFunc(slices.Clone(e.words), func(w token) bool { return w.kind == other }))
	return f.sequence, f.verdict == isSequence && f.sure
}

// recogniseMask looks for mask words.
func recogniseMask(words []token) (finding, bool) {
	last := -1 // the last word that names a weighting
	for i, w := range words {
		if isWeighting(w) {
			last = i
		}
	}
	for i, w := range words {
		if w.kind != mask && (w.kind != maskLast || i < last) {
			continue
		}
		if w.kind == mask && i > 0 && words[i-1].kind == tissue {
			return finding{verdict: isOther, why: fmt.Sprintf("a mask of %q is not one of the tumour", words[i-1].text)}, true
		}
		if j := indexKind(words, other); j >= 0 {
			return finding{verdict: isOther, why: fmt.Sprintf("%q in the name", words[j].text)}, true
		}
		return finding{verdict: isMask, why: fmt.Sprintf("%q in the name", w.text)}, true
	}
	return finding{}, false
}

// loneTarget finds "to", "onto" or "into" before a sequence where nothing before it says what the image itself is; -1 if there is none.
func loneTarget(words []token) int {
	for i := range len(words) - 1 {
		if text := words[i].text; isWeighting(words[i]) {
			return -1
		} else if (text == "to" || text == "onto" || text == "into") && isWeighting(words[i+1]) {
			return i
		}
	}
	return -1
}

// cutTarget drops what names the space of an image: "flair_to_t1" and "flair_t1space" are FLAIR. It needs a sequence before the word and
// one right after it; before "space", which is a pulse sequence too, T1 or T2 after another weighting.
func cutTarget(words []token) []token {
	for i := 1; i+1 < len(words); i++ {
		if words[i].kind == target && isWeighting(words[i+1]) && slices.ContainsFunc(words[:i], isWeighting) {
			return words[:i]
		}
		k := family(words[i].kind)
		if (k == t1 || k == t2) && words[i+1].text == "space" &&
			slices.ContainsFunc(words[:i], func(w token) bool { return isWeighting(w) && family(w.kind) != k }) {
			return words[:i]
		}
	}
	return words
}

// weighting is flair, t1 (any kind of it), t2, or unknown if none is named; false if they contradict each other.
func weighting(words []token) (kind, bool) {
	named := make(map[kind]bool)
	last, lastAt := unknown, -1
	adjacent := false // T1 right before FLAIR, as scanners name a T1 FLAIR
	for i, w := range words {
		if k := family(w.kind); k == flair || k == t1 || k == t2 {
			adjacent = adjacent || k == flair && last == t1 && lastAt == i-1
			named[k], last, lastAt = true, k, i
		}
	}
	if len(named) < 2 {
		return implied(words, last), true
	}
	switch {
	case !named[t1]:
		return flair, true
	case adjacent && !named[t2]:
		return t1, true
	case endsWith(words, lastAt) && (last != t2 || !named[flair]):
		return last, true
	case !named[t2]:
		return t1, true // "T1 ax FLAIR" and words after it
	}
	return unknown, false
}

// implied adds what pulse sequences say to the one weighting that is named, or to unknown.
func implied(words []token, named kind) kind {
	switch {
	case named != t1 && indexKind(words, inversion) >= 0:
		return flair
	case named == unknown && indexKind(words, t1Pulse) >= 0:
		return t1
	}
	return named
}

// endsWith says whether nothing but processing words and numbers follows word at.
func endsWith(words []token, at int) bool {
	for _, w := range words[at+1:] {
		number := strings.Trim(w.text, "0123456789") == ""
		if !number && w.kind != tissue && w.kind != target && w.kind != neutral {
			return false
		}
	}
	return true
}

// contrastGiven weighs the words about contrast medium: what is explicit first, then "native", "pre" and negations, then the rest.
func contrastGiven(words []token) bool {
	if indexKind(words, t1Contrast) >= 0 {
		return true
	}
	given := false
	for i, w := range words {
		var before, after token
		if i > 0 {
			before = words[i-1]
		}
		if i+1 < len(words) {
			after = words[i+1]
		}
		switch {
		case w.kind == t1Native, w.kind == native, w.kind == contrast && before.kind == negation:
			return false
		case w.kind == moment && after.kind == operation:
			// "post-op" speaks of surgery
		case w.kind == moment && w.text == "pre":
			return false
		case w.kind == moment, w.kind == contrast:
			given = true
		case w.text == "c":
			given = given || isT1(before) || before.text == "+" || after.text == "+"
		case w.text == "+":
			given = given || !isWeighting(after)
		}
	}
	return given
}

// family maps the explicit kinds of T1 to t1.
func family(k kind) kind {
	if k == t1Native || k == t1Contrast {
		return t1
	}
	return k
}

func isT1(w token) bool { return family(w.kind) == t1 || w.kind == t1Pulse }

// isWeighting says whether the word names or implies a sequence.
func isWeighting(w token) bool {
	switch w.kind {
	case flair, inversion, t1, t1Native, t1Contrast, t1Pulse, t2:
		return true
	}
	return false
}

func indexKind(words []token, k kind) int {
	return slices.IndexFunc(words, func(w token) bool { return w.kind == k })
}

// because quotes the words of the given kinds: the reason that a person reads.
func because(words []token, kinds ...kind) string {
	list := quoted(words, func(w token) bool { return slices.Contains(kinds, w.kind) || w.text == "+" })
	return strings.Join(list, ", ") + " in the name"
}

func quoted(words []token, take func(token) bool) []string {
	var list []string
	for _, w := range words {
		if q := fmt.Sprintf("%q", w.text); take(w) && !slices.Contains(list, q) {
			list = append(list, q)
		}
	}
	return list
}
