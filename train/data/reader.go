package data

// reader reads a case in a pose, row by row.
//
// Between voxels it is trilinear, with one exception: the background is not an intensity. A voxel is brain where the brain has half of the weight
// or more, and shows the mean of its neighbours in the brain, so that a turned image has as sharp an edge as one that was not turned. A region
// likewise is there where it has half of the weight: regions stay nested.
type reader struct {
	*prepared
	pose     pose
	from, to int    // the voxels of the row that may show something: the others lie outside the box
	spot     []spot // of the row, in a pose that is not whole
	near     [8]int // places of the eight neighbours relative to the lowest one
	first    int    // in a whole pose: the place of voxel from,
	step     int    // and how many places the next voxel is from there
}

// spot is a position between eight voxels.
type spot struct {
	place int32      // of the lowest neighbour
	frac  [3]float32 // from there
	edge  uint8      // the neighbours on this side are outside the box: bit a the lower ones on axis a, bit 3+a the upper ones
}

// outside turns edge into the neighbours that are outside, a bit for each.
var outside = func() (table [64]uint8) {
	for edge := range table {
		for n := range 8 {
			for a := range 3 {
				if upper := n >> (2 - a) & 1; edge>>(a+3*upper)&1 == 1 {
					table[edge] |= 1 << n
				}
			}
		}
	}
	return table
}()

func newReader(c *prepared, p pose) *reader {
	r := &reader{prepared: c, pose: p, spot: make([]spot, p.size[2])}
	for n := range r.near {
		r.near[n] = ((n>>2)*c.Size[1]+n>>1&1)*c.Size[2] + n&1
	}
	return r
}

// row makes row (d, h) the one that is read.
func (r *reader) row(d, h int) {
	q := r.pose.at(d, h, 0)
	var step [3]float64
	r.from, r.to = 0, r.pose.size[2]
	for a := range step {
		step[a] = r.pose.axes[a][2]
		// Between −1 and n a position has neighbours. A voxel too many on either side does no harm: edge tells.
		low, high := (-1-q[a])/step[a], (float64(r.Size[a])-q[a])/step[a]
		switch {
		case step[a] == 0:
			if q[a] <= -1 || q[a] >= float64(r.Size[a]) {
				r.to = r.from
			}
			continue
		case step[a] < 0:
			low, high = high, low
		}
		r.from = max(r.from, int(min(max(low, 0), float64(r.pose.size[2]))))
		r.to = min(r.to, int(min(max(high+1, 0), float64(r.pose.size[2]))))
	}
	r.to = max(r.from, r.to)
	if r.pose.whole {
		r.copied(q, step)
		return
	}
	for w := r.from; w < r.to; w++ {
		s := &r.spot[w]
		s.edge = 0
		place := 0
		for a := range step {
			x := q[a] + float64(w)*step[a]
			i := int(x+8) - 8 // floor: no position is below −3
			s.frac[a] = float32(x - float64(i))
			if i < 0 {
				s.edge |= 1 << a
			}
			if i+1 >= r.Size[a] {
				s.edge |= 8 << a
			}
			if i < -1 || i >= r.Size[a] {
				s.edge = 0x3f
			}
			place = place*r.Size[a] + i
		}
		s.place = int32(place)
	}
}

// copied is row for a whole pose: which voxels lie in the box, and where.
func (r *reader) copied(q, step [3]float64) {
	inside := func(w int) bool {
		for a := range q {
			if x := int(q[a] + float64(w)*step[a]); x < 0 || x >= r.Size[a] {
				return false
			}
		}
		return true
	}
	for r.from < r.to && !inside(r.from) {
		r.from++
	}
	for r.from < r.to && !inside(r.to-1) {
		r.to--
	}
	r.first, r.step = 0, 0
	for a := range q {
		r.first = r.first*r.Size[a] + int(q[a]+float64(r.from)*step[a])
		r.step = r.step*r.Size[a] + int(step[a])
	}
}

// image reads the row of one sequence.
func (r *reader) image(s int, out []float32) {
	scale, voxel := r.Scale[s], r.prepared.image[s]
	clear(out[:r.from])
	clear(out[r.to:])
	if r.pose.whole {
		at := r.first
		for w := r.from; w < r.to; w++ {
			out[w] = float32(voxel[at]) * scale
			at += r.step
		}
		return
	}
	for w := r.from; w < r.to; w++ {
		p := &r.spot[w]
		if p.edge != 0 {
			out[w] = r.blend(voxel, p) * scale
			continue
		}
		near := voxel[p.place:]
		a, b := near[:2], near[r.near[2]:][:2]
		c, d := near[r.near[4]:][:2], near[r.near[6]:][:2]
		if a[0] == 0 || a[1] == 0 || b[0] == 0 || b[1] == 0 || c[0] == 0 || c[1] == 0 || d[0] == 0 || d[1] == 0 {
			if a[0]|a[1]|b[0]|b[1]|c[0]|c[1]|d[0]|d[1] == 0 {
				out[w] = 0
			} else {
				out[w] = r.blend(voxel, p) * scale
			}
			continue
		}
		x, y, z := p.frac[0], p.frac[1], p.frac[2]
		low := lerp(lerp(float32(a[0]), float32(a[1]), z), lerp(float32(b[0]), float32(b[1]), z), y)
		high := lerp(lerp(float32(c[0]), float32(c[1]), z), lerp(float32(d[0]), float32(d[1]), z), y)
		out[w] = lerp(low, high, x) * scale
	}
}

func lerp(a, b, t float32) float32 { return a + t*(b-a) }

// weight is that of neighbour n.
func (p *spot) weight(n int) float32 {
	w := float32(1)
	for a, f := range p.frac {
		if n>>(2-a)&1 == 0 {
			f = 1 - f
		}
		w *= f
	}
	return w
}

// blend is the value at the edge of the brain or of the box.
func (r *reader) blend(voxel []int16, p *spot) float32 {
	var sum, total float32
	for n, step := range r.near {
		if outside[p.edge]>>n&1 == 1 {
			continue
		}
		if v := voxel[int(p.place)+step]; v != 0 {
			w := p.weight(n)
			total += w
			sum += w * float32(v)
		}
	}
	if total < 0.5 {
		return 0
	}
	return sum / total
}

// mark reads the bits of the whole image.
func (r *reader) mark(out []uint8) {
	n := r.pose.size
	for at := range n[0] * n[1] {
		r.row(at/n[1], at%n[1])
		r.markRow(out[at*n[2]:][:n[2]])
	}
}

// markRow reads the row of the bits.
func (r *reader) markRow(out []uint8) {
	clear(out[:r.from])
	clear(out[r.to:])
	if r.pose.whole {
		at := r.first
		for w := r.from; w < r.to; w++ {
			out[w] = r.bits[at]
			at += r.step
		}
		return
	}
	for w := r.from; w < r.to; w++ {
		p := &r.spot[w]
		if p.edge == 0 {
			near := r.bits[p.place:]
			a, b := near[:2], near[r.near[2]:][:2]
			c, d := near[r.near[4]:][:2], near[r.near[6]:][:2]
			all := a[0] & a[1] & b[0] & b[1] & c[0] & c[1] & d[0] & d[1]
			if all == a[0]|a[1]|b[0]|b[1]|c[0]|c[1]|d[0]|d[1] {
				out[w] = all
				continue
			}
		}
		out[w] = r.vote(p)
	}
}

// vote gives the bits that have half of the weight or more.
func (r *reader) vote(p *spot) (bits uint8) {
	var sum [4]float32
	for n, step := range r.near {
		if outside[p.edge]>>n&1 == 1 {
			continue
		}
		b, w := r.bits[int(p.place)+step], p.weight(n)
		for i := range sum {
			if b>>i&1 == 1 {
				sum[i] += w
			}
		}
	}
	for i, w := range sum {
		if w >= 0.5 {
			bits |= 1 << i
		}
	}
	return bits
}
