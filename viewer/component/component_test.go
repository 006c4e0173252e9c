package component

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// flood is the slow, obvious twin of Find: a depth-first search from every voxel in turn.
func flood(in []bool, dim [3]int) []int32 {
	number := make([]int32, len(in))
	next := int32(0)
	for start := range in {
		if !in[start] || number[start] != 0 {
			continue
		}
		next++
		stack := []int{start}
		number[start] = next
		for len(stack) > 0 {
			p := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			i, j, k := p%dim[0], p/dim[0]%dim[1], p/dim[0]/dim[1]
			for q := range in {
				x, y, z := q%dim[0], q/dim[0]%dim[1], q/dim[0]/dim[1]
				if in[q] && number[q] == 0 && max(abs(x-i), abs(y-j), abs(z-k)) == 1 {
					number[q] = next
					stack = append(stack, q)
				}
			}
		}
	}
	return number
}

func abs(a int) int { return max(a, -a) }

func TestFindEqualsFloodFill(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 60 {
		dim := [3]int{1 + r.IntN(9), 1 + r.IntN(8), 1 + r.IntN(7)}
		in := make([]bool, dim[0]*dim[1]*dim[2])
		share := []float64{0.05, 0.12, 0.3, 0.9}[round%4]
		for p := range in {
			in[p] = r.Float64() < share
		}
		got, list, err := Find(in, dim)
		if err != nil {
			t.Fatal(err)
		}
		want := flood(in, dim)
		pair := map[int32]int32{}
		count := make([]int, len(list))
		for p := range in {
			if (got[p] == 0) != (want[p] == 0) {
				t.Fatalf("%v: voxel %d is %d, flood fill says %d", dim, p, got[p], want[p])
			}
			if got[p] == 0 {
				continue
			}
			if w, seen := pair[got[p]]; seen && w != want[p] {
				t.Fatalf("%v: component %d holds two of flood fill's", dim, got[p])
			}
			pair[got[p]] = want[p]
			count[got[p]-1]++
		}
		if n := slices.Max(append(want, 0)); len(list) != int(n) {
			t.Fatalf("%v: %d components, flood fill finds %d", dim, len(list), n)
		}
		checkComponents(t, got, list, count, dim)
	}
}

// checkComponents recomputes the measures of every component voxel by voxel.
func checkComponents(t *testing.T, number []int32, list []Component, count []int, dim [3]int) {
	t.Helper()
	for at, c := range list {
		want := Component{Voxels: count[at], First: slices.Index(number, int32(at+1)), Min: dim, Max: [3]int{-1, -1, -1}}
		for p, id := range number {
			if id != int32(at+1) {
				continue
			}
			for a, x := range [3]int{p % dim[0], p / dim[0] % dim[1], p / dim[0] / dim[1]} {
				want.Min[a], want.Max[a] = min(want.Min[a], x), max(want.Max[a], x)
				want.Centre[a] += float64(x) / float64(count[at])
			}
		}
		for a := range 3 {
			if math.Abs(c.Centre[a]-want.Centre[a]) > 1e-9 {
				t.Fatalf("component %d: centre %v, want %v", at, c.Centre, want.Centre)
			}
		}
		if want.Centre = c.Centre; c != want {
			t.Fatalf("component %d: %+v, want %+v", at, c, want)
		}
		if at > 0 && (c.Voxels > list[at-1].Voxels || c.Voxels == list[at-1].Voxels && c.First < list[at-1].First) {
			t.Fatalf("components are out of order: %+v before %+v", list[at-1], c)
		}
	}
}

func TestAWrongSizeIsRefused(t *testing.T) {
	if _, _, err := Find(make([]bool, 7), [3]int{2, 2, 2}); err == nil {
		t.Error("seven voxels filled a lattice of eight")
	}
}

func BenchmarkFind(b *testing.B) {
	dim := [3]int{240, 240, 155}
	in := make([]bool, dim[0]*dim[1]*dim[2])
	for p := range in {
		i, j, k := p%dim[0]-100, p/dim[0]%dim[1]-90, p/dim[0]/dim[1]-70
		in[p] = i*i+j*j+k*k < 900
	}
	for b.Loop() {
		if _, _, err := Find(in, dim); err != nil {
			b.Fatal(err)
		}
	}
}
