package label

import (
	"fmt"
	"slices"
	"strings"
)

// Naming is the convention of file names in which a mask came. It is evidence for a scheme, weaker than the values.
type Naming uint8

// The namings that belong to a scheme.
const (
	NamingUnknown   Naming = iota
	NamingBraTS2017        // case_seg beside case_t1ce and case_flair
	NamingBraTS2023        // case-seg beside case-t1c and case-t2f: before or after treatment
	NamingNNUNet           // case beside case_0000; MSD Task01
)

// namingSchemes are the schemes that are published under a naming, the likelier first.
var namingSchemes = map[Naming][]Scheme{
	NamingBraTS2017: {BraTS2017},
	NamingBraTS2023: {BraTS2023, PostTreatment},
	NamingNNUNet:    {NNUNet},
}

// Candidates lists the schemes that naming and values allow, those of the naming first. None: no scheme has all these values.
// One: unambiguous. Several: the user must say. Only one stands for schemes that give these values the same meaning; but without any
// value other than 0 nothing is told, and all schemes are listed.
//
// Values decide first: {1,2} fits several schemes whatever the naming, since nothing in it contradicts the others. The naming decides
// where the values hold a 3 or a 4 and it fits them: 4 is ET in 2017 and a cavity after treatment; 3 is ET everywhere, but then 1 and 2
// change places in nnU-Net's. values needs no order and may hold 0.
func Candidates(values []int, naming Naming) []Scheme {
	order := slices.Clone(namingSchemes[naming])
	for _, s := range Schemes {
		if !slices.Contains(order, s) {
			order = append(order, s)
		}
	}
	if empty(values) {
		return order
	}
	var list []Scheme
	for i, s := range order {
		if !s.fits(values) {
			continue
		}
		named := i < len(namingSchemes[naming])
		if !named && len(list) > 0 && slices.Contains(namingSchemes[naming], list[0]) && telling(values) {
			break
		}
		if !slices.ContainsFunc(list, func(t Scheme) bool { return s.agrees(t, values) }) {
			list = append(list, s)
		}
	}
	return list
}

// empty says whether values hold nothing but the background.
func empty(values []int) bool {
	return !slices.ContainsFunc(values, func(v int) bool { return v != 0 })
}

// telling says whether values hold a number that not every scheme has.
func telling(values []int) bool { return slices.Contains(values, 3) || slices.Contains(values, 4) }

// AmbiguousError says that label values fit no scheme or more than one, so that guessing would be needed.
type AmbiguousError struct {
	Values     []int    // the values seen, ascending, without 0
	Candidates []Scheme // the schemes that fit; empty = none
	Mixed      bool     // some masks hold a 3 and others a 4, but none both: they may be of several schemes
}

// Error is a sentence: which values, which schemes, what to do.
func (e *AmbiguousError) Error() string {
	if len(e.Candidates) == 0 {
		return fmt.Sprintf("the label values %s fit none of the known schemes: %s", list(e.Values), describe(Schemes[:]))
	}
	if e.Mixed {
		return fmt.Sprintf("some masks hold the value 3 and others 4, but none holds both: either they follow several schemes (%s), and must be sorted apart, or all of them "+
			"are %s: then name the scheme (--truth-labels)", describe(Schemes[:]), list(e.Candidates))
	}
	return fmt.Sprintf("the label values %s do not tell the label scheme, they fit %s: name the scheme (--truth-labels)",
		list(e.Values), describe(e.Candidates))
}

// Decide finds the one scheme of a data set from the values of all its masks together: one case without enhancing tumour says
// little, the whole set decides. It returns an *AmbiguousError where more than one scheme or none fits, or where masks of several schemes would look
// the same. Where all masks are empty every scheme reads them alike, as background, and the likeliest one by the naming is returned: it states nothing about the data set.
func Decide(sets [][]int, naming Naming) (Scheme, error) {
	union := slices.Concat(sets...)
	slices.Sort(union)
	union = slices.DeleteFunc(slices.Compact(union), func(v int) bool { return v == 0 })
	c := Candidates(union, naming)
	mixed := slices.Contains(union, 3) && slices.Contains(union, 4) &&
		!slices.ContainsFunc(sets, func(values []int) bool { return slices.Contains(values, 3) && slices.Contains(values, 4) })
	if (len(c) != 1 || mixed) && !empty(union) {
		return "", &AmbiguousError{Values: union, Candidates: c, Mixed: mixed && len(c) > 0}
	}
	return c[0], nil
}

// list writes values for a sentence: "1, 2, 4".
func list[T any](values []T) string {
	if len(values) == 0 {
		return "(none)"
	}
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}
