package render

import (
	"image"

	"quorum/viewer/label"
	"quorum/viewer/volume"
)

// View shows a grid in one plane, along the voxel axes nearest to it: no voxel is interpolated. It is comparable.
type View struct {
	Plane      Plane
	Convention Convention
	dim        [3]int     // of the grid, along i, j, k
	axis       [3]int     // the voxel axes that run right, down and deeper
	back       [3]bool    // the voxel index falls that way
	spacing    [3]float64 // mm, right, down and deeper
}

// NewView makes the view of g.
func NewView(g volume.Grid, p Plane, c Convention) View {
	v := View{Plane: p, Convention: c, dim: g.Dim}
	o, spacing := g.Orientation(), g.Spacing()
	for n, d := range p.directions(c) {
		for a := range 3 {
			if o.Axis[a] == d.world {
				v.axis[n], v.back[n], v.spacing[n] = a, o.Flip[a] != d.negative, spacing[a]
			}
		}
	}
	return v
}

// Size is the slice's width and height in pixels, one for each voxel.
func (v View) Size() image.Point { return image.Pt(v.dim[v.axis[0]], v.dim[v.axis[1]]) }

// Depth is the number of slices.
func (v View) Depth() int { return v.dim[v.axis[2]] }

// Deep is the voxel axis (0 = i, 1 = j, 2 = k) along which the slices follow one another.
func (v View) Deep() int { return v.axis[2] }

// Spacing is the size of a slice's pixel in mm and the distance to the next slice: right, down, deeper.
func (v View) Spacing() [3]float64 { return v.spacing }

// Voxel is the voxel (i, j, k) at a pixel of a slice. It is the inverse of Pixel, and holds outside the grid too.
func (v View) Voxel(pixel image.Point, depth int) [3]int {
	var voxel [3]int
	for n, x := range [3]int{pixel.X, pixel.Y, depth} {
		voxel[v.axis[n]] = v.turn(n, x)
	}
	return voxel
}

// Pixel is the pixel and the slice number of a voxel: the inverse of Voxel.
func (v View) Pixel(voxel [3]int) (pixel image.Point, depth int) {
	return image.Pt(v.turn(0, voxel[v.axis[0]]), v.turn(1, voxel[v.axis[1]])), v.turn(2, voxel[v.axis[2]])
}

// Position is where a voxel position (fractions allowed) lies in the slices: right, down and deeper, the centre of a pixel at the integer.
// It is the inverse of VoxelPosition.
func (v View) Position(voxel [3]float64) [3]float64 {
	var p [3]float64
	for n, a := range v.axis {
		p[n] = voxel[a]
		if v.back[n] {
			p[n] = float64(v.dim[a]-1) - p[n]
		}
	}
	return p
}

// VoxelPosition is the inverse of Position.
func (v View) VoxelPosition(p [3]float64) [3]float64 {
	var voxel [3]float64
	for n, a := range v.axis {
		voxel[a] = p[n]
		if v.back[n] {
			voxel[a] = float64(v.dim[a]-1) - p[n]
		}
	}
	return voxel
}

// turn counts from the other end where the voxel index falls; it is its own inverse.
func (v View) turn(n, x int) int {
	if v.back[n] {
		return v.dim[v.axis[n]] - 1 - x
	}
	return x
}

// Sides are the letters of the patient's sides (R L A P S I) at the four sides of a picture.
type Sides struct {
	Left, Right, Top, Bottom string
}

// Doubted are the letters where left and right rest on little: "R?" and "L?".
func (s Sides) Doubted() Sides {
	for _, letter := range []*string{&s.Left, &s.Right, &s.Top, &s.Bottom} {
		if *letter == "R" || *letter == "L" {
			*letter += "?"
		}
	}
	return s
}

// Sides are the letters for this view; on an oblique grid those of the nearest axes.
func (v View) Sides() Sides {
	d := v.Plane.directions(v.Convention)
	return Sides{Left: d[0].letter(true), Right: d[0].letter(false), Top: d[1].letter(true), Bottom: d[1].letter(false)}
}

// walk gives the place of a slice's first pixel in an array of voxels, and the steps to the next pixel and the next row.
func (v View) walk(depth int) (start, right, down int) {
	stride := [3]int{1, v.dim[0], v.dim[0] * v.dim[1]}
	first := v.Voxel(image.Point{}, depth)
	for a, n := range first {
		start += n * stride[a]
	}
	right, down = stride[v.axis[0]], stride[v.axis[1]]
	if v.back[0] {
		right = -right
	}
	if v.back[1] {
		down = -down
	}
	return start, right, down
}

// Extract copies one slice out of an array of voxels (i fastest): Size().X·Size().Y values, row after row. It uses dst where that is
// large enough, like append. A slice that does not exist is all zero values.
func Extract[T any](dst []T, v View, depth int, voxel []T) []T {
	dst = room(dst, v.Size())
	if depth < 0 || depth >= v.Depth() || len(voxel) < v.dim[0]*v.dim[1]*v.dim[2] {
		return dst
	}
	row, right, down := v.walk(depth)
	size := v.Size()
	for y := range size.Y {
		at := row
		line := dst[y*size.X : (y+1)*size.X]
		for x := range line {
			line[x] = voxel[at]
			at += right
		}
		row += down
	}
	return dst
}

// Classes is Extract for labels, counts and other small numbers, as plain bytes, that are known in a box of the grid only (from voxel first
// on, dim voxels, i fastest); around it all are 0.
func Classes[T ~uint8](dst []uint8, v View, depth int, first, dim [3]int, voxel []T) []uint8 {
	size := v.Size()
	dst = room(dst, size)
	stride := [3]int{1, dim[0], dim[0] * dim[1]}
	if len(voxel) < dim[0]*dim[1]*dim[2] {
		return dst
	}
	// The box in the slices: where it begins and ends right, down and deeper, and its steps.
	var low, high, step [3]int
	at := 0
	for n, a := range v.axis {
		low[n], high[n], step[n] = v.turn(n, first[a]), v.turn(n, first[a]+dim[a]-1), stride[a]
		if v.back[n] {
			low[n], high[n], step[n] = high[n], low[n], -stride[a]
			at += (dim[a] - 1) * stride[a]
		}
		if dim[a] < 1 || low[n] < 0 || high[n] >= v.dim[a] {
			return dst
		}
	}
	if depth < low[2] || depth > high[2] {
		return dst
	}
	at += (depth - low[2]) * step[2]
	for y := low[1]; y <= high[1]; y++ {
		line := dst[y*size.X+low[0] : y*size.X+high[0]+1]
		from := at
		for x := range line {
			line[x] = uint8(voxel[from])
			from += step[0]
		}
		at += step[1]
	}
	return dst
}

// Labels are the classes of a slice of labels; none where they lie on a grid of another shape.
func (v View) Labels(dst []uint8, depth int, m label.Boxed) []uint8 {
	b := m.Box()
	if b.Grid.Dim != v.dim {
		depth = -1
	}
	return Classes(dst, v, depth, b.First, b.Dim, b.Voxel)
}

// room gives back dst with a length for a slice, all zero values.
func room[T any](dst []T, size image.Point) []T {
	n := size.X * size.Y
	if cap(dst) < n {
		return make([]T, n)
	}
	dst = dst[:n]
	clear(dst)
	return dst
}
