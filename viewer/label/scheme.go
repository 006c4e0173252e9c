package label

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Scheme is a data set's way of numbering labels (docs/conventions.md, Label schemes).
type Scheme string

// The schemes.
const (
	BraTS2017     Scheme = "brats2017"      // 1 NCR, 2 ED, 4 ET
	BraTS2023     Scheme = "brats2023"      // 1 NCR, 2 ED, 3 ET
	PostTreatment Scheme = "brats2024-post" // 1 NETC, 2 SNFH, 3 ET, 4 cavity
	NNUNet        Scheme = "nnunet"         // 1 ED, 2 NCR, 3 ET (nnU-Net BraTS21, MSD Task01)
)

// Schemes lists every scheme.
var Schemes = [...]Scheme{BraTS2017, BraTS2023, PostTreatment, NNUNet}

// meanings is the table of docs/conventions.md: the meaning of the numbers 0 to 4; Background marks a number that the scheme lacks.
var meanings = map[Scheme][5]Label{
	BraTS2017:     {1: NCR, 2: ED, 4: ET},
	BraTS2023:     {1: NCR, 2: ED, 3: ET},
	PostTreatment: {1: NCR, 2: ED, 3: ET, 4: Cavity},
	NNUNet:        {1: ED, 2: NCR, 3: ET},
}

// ParseScheme reads a scheme's name, in any case.
func ParseScheme(name string) (Scheme, error) {
	for _, s := range Schemes {
		if strings.EqualFold(string(s), strings.TrimSpace(name)) {
			return s, nil
		}
	}
	return "", fmt.Errorf("%q is not a label scheme; the schemes are %s", name, describe(Schemes[:]))
}

// Decode gives the meaning of a number under the scheme; false where the scheme has no such number. 0 is always the background.
func (s Scheme) Decode(value int) (Label, bool) {
	table := meanings[s]
	if value < 0 || value >= len(table) {
		return Background, false
	}
	return table[value], value == 0 || table[value] != Background
}

// Encode gives the number of a meaning under the scheme; false where the scheme has none (a cavity before 2024).
func (s Scheme) Encode(l Label) (uint8, bool) {
	table, known := meanings[s]
	if l == Background {
		return 0, known
	}
	at := slices.Index(table[:], l)
	return uint8(max(0, at)), at > 0
}

// Legend spells the scheme out for a person and for a file's header: "1 NCR, 2 ED, 4 ET".
func (s Scheme) Legend() string {
	var words []string
	for value, l := range meanings[s] {
		if l != Background {
			words = append(words, fmt.Sprintf("%d %s", value, l))
		}
	}
	return strings.Join(words, ", ")
}

// fits says whether the scheme has a meaning for every value.
func (s Scheme) fits(values []int) bool {
	for _, v := range values {
		if _, ok := s.Decode(v); !ok {
			return false
		}
	}
	return true
}

// agrees says whether s and other give every value the same meaning. Both must fit.
func (s Scheme) agrees(other Scheme, values []int) bool {
	for _, v := range values {
		a, _ := s.Decode(v)
		b, _ := other.Decode(v)
		if a != b {
			return false
		}
	}
	return true
}

// describe lists schemes with their legends.
func describe(list []Scheme) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = fmt.Sprintf("%s (%s)", s, s.Legend())
	}
	return strings.Join(words, "; ")
}

// number prints label values as a person would write them: 4, not 4.0; 0.5 as it is.
func number(v float32) string {
	if w := math.Round(float64(v)); w == float64(v) && math.Abs(w) < 1e9 {
		return fmt.Sprint(int(w))
	}
	return fmt.Sprint(v)
}
