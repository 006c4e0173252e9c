package data

import (
	"math"
	"math/rand/v2"
)

// vary changes the intensities of one sequence of an image as scanners do. The background stays 0. Scratch is twice as long
// as the image.
func (a Augment) vary(rng *rand.Rand, voxel []float32, size [3]int, scratch []float32) {
	// All draws come before all work, so that a change of one probability leaves the other draws as they are.
	draw := func(probability float64) bool { return rng.Float64() < probability }
	around := func(reach float64) float64 { return a.Strength * reach * (2*rng.Float64() - 1) }
	contrast, gamma := draw(a.Contrast), math.Exp(around(0.35))
	bias, field := draw(a.Bias), [27]float64{}
	for i := range field {
		field[i] = a.Strength * 0.12 * rng.NormFloat64()
	}
	resolution, coarse := draw(a.Resolution), a.coarseness(rng)
	gain, factor, shift := draw(a.Gain), 1+around(0.2), around(0.2)
	noise, sd := draw(a.Noise), a.Strength*0.15*rng.Float64()

	if resolution {
		blur(voxel, size, coarse, scratch)
	}
	if contrast {
		curve(voxel, gamma)
	}
	if bias {
		tilt(voxel, size, &field)
	}
	if gain {
		for at, x := range voxel {
			if x != 0 {
				voxel[at] = x*float32(factor) + float32(shift)
			}
		}
	}
	if noise {
		for at, x := range voxel {
			if x != 0 {
				voxel[at] = x + float32(sd*rng.NormFloat64())
			}
		}
	}
}

// coarseness draws how many voxels a coarser image has for one of this, by axis: equal ones, or one axis alone as with thick slices.
func (a Augment) coarseness(rng *rand.Rand) [3]float64 {
	draw := func(low, high float64) float64 { return 1 - a.Strength*(1-low-(high-low)*rng.Float64()) }
	all, one, axis := draw(0.5, 0.9), draw(0.25, 0.7), rng.IntN(6)
	if axis < 3 {
		s := [3]float64{1, 1, 1}
		s[axis] = one
		return s
	}
	return [3]float64{all, all, all}
}

// curve bends the range of the brain by a power.
func curve(voxel []float32, gamma float64) {
	low, high := float32(math.Inf(1)), float32(math.Inf(-1))
	for _, x := range voxel {
		if x != 0 {
			low, high = min(low, x), max(high, x)
		}
	}
	if !(high > low) {
		return
	}
	const steps = 4096
	var table [steps + 2]float32
	for i := range table {
		table[i] = low + (high-low)*float32(math.Pow(float64(i)/steps, gamma))
	}
	scale := steps / (high - low)
	for at, x := range voxel {
		if x != 0 {
			t := (x - low) * scale
			i := int(t)
			voxel[at] = lerp(table[i], table[i+1], t-float32(i))
		}
	}
}

// tilt multiplies by 1 + a field that is trilinear between 3×3×3 values at the corners, edges and middles of the image.
func tilt(voxel []float32, size [3]int, field *[27]float64) {
	node := func(x, n int) (int, float32) { // the node before x, and how far behind it x is
		t := 2 * float64(x) / float64(max(1, n-1))
		i := min(int(t), 1)
		return i, float32(t - float64(i))
	}
	for d := range size[0] {
		i, x := node(d, size[0])
		for h := range size[1] {
			j, y := node(h, size[1])
			var knot [3]float32
			for k := range knot {
				f := func(i, j int) float32 { return float32(field[(i*3+j)*3+k]) }
				knot[k] = 1 + lerp(lerp(f(i, j), f(i, j+1), y), lerp(f(i+1, j), f(i+1, j+1), y), x)
			}
			row := voxel[(d*size[1]+h)*size[2]:][:size[2]]
			for w := range row {
				k, z := node(w, size[2])
				row[w] *= lerp(knot[k], knot[k+1], z)
			}
		}
	}
}

// tap is where a voxel of a blurred line comes from.
type tap struct {
	from   [4]int
	weight [4]float32
}

// taps are those of a line of n voxels that is read at share·n points and from there at n points again, linear both times (without smoothing
// before: a scanner's thin, distant slices do not smooth either).
func taps(n int, share float64) []tap {
	coarse := max(1, int(math.Round(share*float64(n))))
	between := func(x, from, onto int) (int, int, float32) { // the voxels of a line of from around voxel x of a line of onto, and the weight of the second
		t := min(max((float64(x)+0.5)*float64(from)/float64(onto)-0.5, 0), float64(from-1))
		i := int(t)
		return i, min(i+1, from-1), float32(t - float64(i))
	}
	out := make([]tap, n)
	for x := range out {
		i, j, u := between(x, coarse, n)
		for half, at := range [2]int{i, j} {
			share := 1 - u
			if half == 1 {
				share = u
			}
			a, b, v := between(at, n, coarse)
			out[x].from[2*half], out[x].weight[2*half] = a, share*(1-v)
			out[x].from[2*half+1], out[x].weight[2*half+1] = b, share*v
		}
	}
	return out
}

// blur shows the brain as an image with coarse·size voxels would. Scratch is twice as long as the image.
func blur(voxel []float32, size [3]int, coarse [3]float64, scratch []float32) {
	from, to, spare := voxel, scratch[:len(voxel)], scratch[len(voxel):][:len(voxel)]
	line := size[2]
	strides := [3]int{size[1] * line, line, 1}
	for axis, share := range coarse {
		if share == 1 {
			continue
		}
		table := taps(size[axis], share)
		for d := range size[0] {
			for h := range size[1] {
				first := d*strides[0] + h*line
				out := to[first:][:line]
				if axis == 2 {
					row := from[first:][:line]
					for w := range out {
						t := &table[w]
						out[w] = row[t.from[0]]*t.weight[0] + row[t.from[1]]*t.weight[1] + row[t.from[2]]*t.weight[2] + row[t.from[3]]*t.weight[3]
					}
					continue
				}
				here := [2]int{d, h}[axis]
				t := &table[here]
				var rows [4][]float32
				for i, x := range t.from {
					rows[i] = from[first+(x-here)*strides[axis]:][:line]
				}
				for w := range out {
					out[w] = rows[0][w]*t.weight[0] + rows[1][w]*t.weight[1] + rows[2][w]*t.weight[2] + rows[3][w]*t.weight[3]
				}
			}
		}
		from, to, spare = to, spare, to
	}
	for at, x := range voxel {
		if x != 0 {
			voxel[at] = from[at]
		}
	}
}
