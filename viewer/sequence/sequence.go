// Package sequence names the four MRI sequences that Quorum knows and the sets of them.
//
// The order FLAIR, T1, T1ce, T2 holds everywhere: in tensors, file names, tables and drawings.
package sequence

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// Sequence is one of the four MRI sequences; its number is its channel in every tensor.
type Sequence uint8

// The sequences, in the one order that is used everywhere.
const (
	FLAIR Sequence = iota
	T1
	T1ce
	T2
	Count = 4
)

// All lists the sequences in order.
var All = [Count]Sequence{FLAIR, T1, T1ce, T2}

// String is the name that a person reads: FLAIR, T1, T1ce, T2.
func (s Sequence) String() string { return [Count]string{"FLAIR", "T1", "T1ce", "T2"}[s] }

// Key is the name in files, flags and JSON: flair, t1, t1ce, t2.
func (s Sequence) Key() string { return strings.ToLower(s.String()) }

// Parse reads a key, in any case.
func Parse(key string) (Sequence, error) {
	for _, s := range All {
		if strings.EqualFold(s.Key(), strings.TrimSpace(key)) {
			return s, nil
		}
	}
	return 0, fmt.Errorf("%q is not a sequence; the sequences are flair, t1, t1ce and t2", key)
}

// Subset is a set of sequences: bit i stands for Sequence(i). The zero value is the empty set.
type Subset uint8

// Full holds all four sequences.
const Full Subset = 1<<Count - 1

// Of makes the set of the given sequences.
func Of(list ...Sequence) Subset {
	var u Subset
	for _, s := range list {
		u |= 1 << s
	}
	return u
}

// ParseSubset reads keys separated by commas, hyphens or plus signs; the empty string is the empty set.
func ParseSubset(keys string) (Subset, error) {
	var u Subset
	for _, k := range strings.FieldsFunc(keys, func(r rune) bool { return strings.ContainsRune(",-+ ", r) }) {
		s, err := Parse(k)
		if err != nil {
			return 0, err
		}
		u |= Of(s)
	}
	return u, nil
}

// Has says whether s is in the set.
func (u Subset) Has(s Sequence) bool { return u>>s&1 == 1 }

// With is the union; Without is the difference.
func (u Subset) With(v Subset) Subset { return u | v }

// Without is the set difference u minus v.
func (u Subset) Without(v Subset) Subset { return u &^ v }

// Len is the number of sequences in the set.
func (u Subset) Len() int { return bits.OnesCount8(uint8(u & Full)) }

// Sequences lists the members in order.
func (u Subset) Sequences() []Sequence {
	list := make([]Sequence, 0, Count)
	for _, s := range All {
		if u.Has(s) {
			list = append(list, s)
		}
	}
	return list
}

// Keys lists the members' keys in order, for JSON; never nil.
func (u Subset) Keys() []string {
	list := make([]string, 0, Count)
	for _, s := range u.Sequences() {
		list = append(list, s.Key())
	}
	return list
}

// Presence is the network's input for this set: 1 where a sequence is there, else 0.
func (u Subset) Presence() [Count]float32 {
	var p [Count]float32
	for _, s := range u.Sequences() {
		p[s] = 1
	}
	return p
}

// String joins the keys for file names and JSON: "flair-t1-t2"; the empty set is "none".
func (u Subset) String() string { return u.join(func(s Sequence) string { return s.Key() }, "-") }

// Names joins the names for a person to read: "FLAIR T1 T2"; the empty set is "none".
func (u Subset) Names() string { return u.join(Sequence.String, " ") }

func (u Subset) join(name func(Sequence) string, sep string) string {
	if u == 0 {
		return "none"
	}
	parts := make([]string, 0, Count)
	for _, s := range u.Sequences() {
		parts = append(parts, name(s))
	}
	return strings.Join(parts, sep)
}

// Symbols draws the set as four marks in order, filled = present: "●●○●". For text output only: see docs for pictures.
func (u Subset) Symbols() string {
	var b strings.Builder
	for _, s := range All {
		if u.Has(s) {
			b.WriteRune('●')
		} else {
			b.WriteRune('○')
		}
	}
	return b.String()
}

// Subsets lists the non-empty subsets of u, fewest sequences first and then in order of members:
// the order of every table (for Full: the 15 rows of the papers).
func (u Subset) Subsets() []Subset {
	var list []Subset
	for v := Subset(1); v <= Full; v++ {
		if v&^u == 0 {
			list = append(list, v)
		}
	}
	slices.SortFunc(list, func(a, b Subset) int {
		if a.Len() != b.Len() {
			return a.Len() - b.Len()
		}
		return slices.Compare(a.Sequences(), b.Sequences())
	})
	return list
}
