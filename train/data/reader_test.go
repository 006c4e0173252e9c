package data

import (
	"math"
	"math/rand/v2"
	"testing"

	"quorum/viewer/sequence"
)

// slowPosition is where voxel (d,h,w) of an image looks, straight from pose's comment.
func slowPosition(p pose, v [3]int) (q [3]float64) {
	for r := range 3 {
		q[r] = p.centre[r]
		for c := range 3 {
			q[r] += p.axes[r][c] * (float64(v[c]) - (float64(p.size[c])-1)/2)
		}
	}
	return q
}

// slowVoxel reads image s and the bits at a position: eight neighbours, one after the other. Doubtful says that rounding may decide something.
func slowVoxel(c *prepared, s int, q [3]float64) (value float64, bits uint8, doubtful bool) {
	var sum, total float64
	var votes [4]float64
	for n := range 8 {
		weight, at, inside := 1.0, 0, true
		for a := range 3 {
			i := int(math.Floor(q[a]))
			f := q[a] - float64(i)
			if n>>a&1 == 1 {
				i++
			} else {
				f = 1 - f
			}
			weight *= f
			inside = inside && i >= 0 && i < c.Size[a]
			at = at*c.Size[a] + i
		}
		if !inside {
			continue
		}
		if v := c.image[s][at]; v != 0 {
			total += weight
			sum += weight * float64(v)
		}
		for i := range votes {
			votes[i] += weight * float64(c.bits[at]>>i&1)
		}
	}
	for i, v := range votes {
		doubtful = doubtful || math.Abs(v-0.5) < 1e-4
		if v >= 0.5 {
			bits |= 1 << i
		}
	}
	doubtful = doubtful || math.Abs(total-0.5) < 1e-4
	if total >= 0.5 {
		value = sum / total * float64(c.Scale[s])
	}
	return value, bits, doubtful
}

// TestReaderAgainstSlowTwin reads images that lie inside, across the border of and around a case, upright, flipped and turned.
func TestReaderAgainstSlowTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	cases := some().prepared
	for trial := range 40 {
		c := cases[trial%len(cases)]
		p := place(rng, [3]int{rng.IntN(c.Size[0]), rng.IntN(c.Size[1]), rng.IntN(c.Size[2])}, c.Size, [3]int{16, 32, 48})
		if trial%4 > 0 {
			p.turn([3]float64{rng.Float64() - 0.5, rng.Float64() - 0.5, rng.Float64()*6 - 3}, 0.8+0.5*rng.Float64())
		}
		for axis := range 3 {
			if rng.IntN(2) == 0 {
				p.flip(axis)
			}
		}
		if trial%8 == 0 {
			p = p.moved([3]int{}, [3]int{trial - 20, 0, 5}) // over the edge of the box
		}
		compare(t, newReader(c, p))
	}
}

func compare(t *testing.T, r *reader) {
	t.Helper()
	n := r.pose.size
	bits, row := make([]uint8, n[0]*n[1]*n[2]), make([]float32, n[2])
	r.mark(bits)
	const s = int(sequence.FLAIR)
	doubts, brain, worst := 0, 0, 0.0
	for d := range n[0] {
		for h := range n[1] {
			r.row(d, h)
			r.image(s, row)
			for w := range n[2] {
				q := slowPosition(r.pose, [3]int{d, h, w})
				if q != r.pose.at(d, h, w) {
					t.Fatalf("voxel %d %d %d lies at %v, should at %v", d, h, w, r.pose.at(d, h, w), q)
				}
				value, want, doubtful := slowVoxel(r.prepared, s, q)
				if doubtful {
					doubts++
					continue
				}
				if got := bits[(d*n[1]+h)*n[2]+w]; got != want {
					t.Fatalf("voxel %d %d %d at %v has bits %04b, want %04b", d, h, w, q, got, want)
				}
				if (row[w] != 0) != (value != 0) && math.Abs(value) > 1e-4 {
					t.Fatalf("voxel %d %d %d at %v is %g, want %g", d, h, w, q, row[w], value)
				}
				worst = max(worst, math.Abs(float64(row[w])-value))
				brain += int(want >> 3)
			}
		}
	}
	if worst > 2e-4 || brain == 0 || doubts > len(bits)/20 {
		t.Errorf("whole %v: off by %g, %d voxels of brain, %d doubtful", r.pose.whole, worst, brain, doubts)
	}
}

// TestWholePoseEqualsTurnByNothing: copying and interpolating are the same where every position is a voxel.
func TestWholePoseEqualsTurnByNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	c := blob(1, [3]int{40, 44, 36}, sequence.Full)
	p := place(rng, [3]int{20, 20, 20}, c.Size, [3]int{48, 32, 32})
	p.flip(1)
	turned := p
	turned.turn([3]float64{}, 1)
	if !p.whole || turned.whole {
		t.Fatal("only a pose that was not turned is whole")
	}
	a, b := newReader(c, p), newReader(c, turned)
	x, y := make([]float32, 32), make([]float32, 32)
	for d := range 48 {
		for h := range 32 {
			a.row(d, h)
			b.row(d, h)
			for _, s := range sequence.All {
				a.image(int(s), x)
				b.image(int(s), y)
				for w := range x {
					if x[w] != y[w] {
						t.Fatalf("voxel %d %d %d of %s: copied %g, interpolated %g", d, h, w, s, x[w], y[w])
					}
				}
			}
		}
	}
}

func TestPlaceStaysInTheBoxOrHoldsItWhole(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	box, size := [3]int{140, 175, 100}, [3]int{64, 176, 128}
	low, high := [3]float64{1e9, 1e9, 1e9}, [3]float64{-1e9, -1e9, -1e9}
	for range 2000 {
		p := place(rng, [3]int{rng.IntN(box[0]), rng.IntN(box[1]), rng.IntN(box[2])}, box, size)
		first := p.at(0, 0, 0)
		for a := range first {
			low[a], high[a] = min(low[a], first[a]), max(high[a], first[a])
		}
	}
	if want := [3]float64{0, -1, -28}; low != want {
		t.Errorf("images begin at %v at least, want %v", low, want)
	}
	if want := [3]float64{76, 0, 0}; high != want {
		t.Errorf("images begin at %v at most, want %v", high, want)
	}
}

// TestTurnKeepsShape: axes stay orthogonal, of length scale and right-handed.
func TestTurnKeepsShape(t *testing.T) {
	p := place(rand.New(rand.NewPCG(1, 1)), [3]int{}, [3]int{16, 16, 16}, [3]int{16, 16, 16})
	p.turn([3]float64{0.3, -0.2, 0.1}, 1.1)
	for a := range 3 {
		for b := range 3 {
			dot, want := 0.0, 0.0
			for r := range 3 {
				dot += p.axes[r][a] * p.axes[r][b]
			}
			if a == b {
				want = 1.21
			}
			if math.Abs(dot-want) > 1e-12 {
				t.Errorf("axes %d and %d have the product %g", a, b, dot)
			}
		}
	}
	m := p.axes
	det := m[0][0]*(m[1][1]*m[2][2]-m[1][2]*m[2][1]) - m[0][1]*(m[1][0]*m[2][2]-m[1][2]*m[2][0]) + m[0][2]*(m[1][0]*m[2][1]-m[1][1]*m[2][0])
	if math.Abs(det-1.331) > 1e-12 {
		t.Errorf("the determinant is %g, want 1.331", det)
	}
}
