package component

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Components whose numbers were mixed up are numbered and measured as they were found.
func TestMeasureEqualsFind(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		dim := [3]int{1 + r.IntN(9), 1 + r.IntN(8), 1 + r.IntN(7)}
		in := make([]bool, dim[0]*dim[1]*dim[2])
		for p := range in {
			in[p] = r.Float64() < 0.12
		}
		number, want, err := Find(in, dim)
		if err != nil {
			t.Fatal(err)
		}
		mixed := make([]int32, len(number))
		other := r.Perm(len(want) + 5)
		for p, n := range number {
			if n != 0 {
				mixed[p] = int32(other[n] + 1)
			}
		}
		ordered, list := Measure(mixed, dim)
		if !slices.Equal(ordered, number) || len(list) != len(want) {
			t.Fatalf("%v: %v, found %v", dim, ordered, number)
		}
		for n := range list {
			for a := range 3 {
				if d := list[n].Centre[a] - want[n].Centre[a]; d > 1e-9 || d < -1e-9 {
					t.Errorf("centre %v, found %v", list[n].Centre, want[n].Centre)
				}
			}
			list[n].Centre = want[n].Centre
		}
		if !slices.Equal(list, want) {
			t.Errorf("%+v, found %+v", list, want)
		}
	}
}
