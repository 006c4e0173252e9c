package volume

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// slowApply says what Apply means, one voxel at a time.
func slowApply(t Turn, dim [3]int, voxel []int32) []int32 {
	in, out := Grid{Dim: dim}, Grid{Dim: t.Dim(dim)}
	result := make([]int32, len(voxel))
	for n := range result {
		var at, from [3]int
		at[0], at[1], at[2] = out.Coordinate(n)
		for c, s := range t.Source {
			from[s] = at[c]
			if t.Flip[c] {
				from[s] = dim[s] - 1 - at[c]
			}
		}
		result[n] = voxel[in.Index(from[0], from[1], from[2])]
	}
	return result
}

func TestEveryTurn(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	for _, dim := range [][3]int{{5, 7, 3}, {33, 64, 70}, {1, 40, 1}} {
		voxel := make([]int32, dim[0]*dim[1]*dim[2])
		for n := range voxel {
			voxel[n] = rnd.Int32()
		}
		for _, from := range everyOrientation() {
			turn := TurnTo(from, LPS)
			turned := Apply(turn, dim, voxel)
			if !slices.Equal(turned, slowApply(turn, dim, voxel)) {
				t.Fatalf("%v, %s to LPS: the fast turn differs from the slow one", dim, from)
			}
			if back := Apply(turn.Inverse(), turn.Dim(dim), turned); !slices.Equal(back, voxel) {
				t.Fatalf("%v, %s to LPS and back changes voxels", dim, from)
			}
			if turn.Inverse() != TurnTo(LPS, from) || !turn.Then(turn.Inverse()).Identity() {
				t.Fatalf("%s: the inverse is not the way back", from)
			}
		}
	}
}

func TestTurnComposes(t *testing.T) {
	all := everyOrientation()
	for _, a := range all {
		for _, b := range all {
			if TurnTo(RAS, a).Then(TurnTo(a, b)) != TurnTo(RAS, b) {
				t.Fatalf("RAS to %s to %s is not RAS to %s", a, b, b)
			}
		}
	}
}

// TestTurnKeepsPlaces: a voxel that is moved in memory stays where it is in the patient.
func TestTurnKeepsPlaces(t *testing.T) {
	rnd := rand.New(rand.NewPCG(9, 10))
	for _, o := range everyOrientation() {
		g := Grid{Dim: [3]int{3, 4, 5}, Affine: randomAffine(rnd)}
		turn := TurnTo(g.Orientation(), o)
		h := turn.Grid(g)
		if h.Orientation() != o {
			t.Fatalf("a grid turned to %s is %s", o, h.Orientation())
		}
		place := make([][3]float64, g.Voxels())
		for n := range place {
			i, j, k := g.Coordinate(n)
			place[n] = g.World([3]float64{float64(i), float64(j), float64(k)})
		}
		for n, p := range Apply(turn, g.Dim, place) {
			i, j, k := h.Coordinate(n)
			if distance(p, h.World([3]float64{float64(i), float64(j), float64(k)})) > 1e-12*100 {
				t.Fatalf("turned to %s, voxel %d,%d,%d has moved", o, i, j, k)
			}
		}
		back := turn.Inverse().Grid(h)
		for r := range 3 {
			for c := range 4 {
				if d := back.Affine[r][c] - g.Affine[r][c]; d > 1e-12 || d < -1e-12 {
					t.Fatalf("%s and back: the affine changes by %v", o, d)
				}
			}
		}
	}
}

func BenchmarkApply(b *testing.B) {
	dim := [3]int{240, 240, 155}
	voxel := make([]float32, dim[0]*dim[1]*dim[2])
	for _, code := range []string{"RAS", "LPS", "PLS", "SPL", "IRA"} {
		to, err := ParseOrientation(code)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("LPS to %s", code), func(b *testing.B) {
			b.SetBytes(int64(4 * len(voxel)))
			for b.Loop() {
				Apply(TurnTo(LPS, to), dim, voxel)
			}
		})
	}
}
