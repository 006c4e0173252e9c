package data

import "bytes"

// spread grows a mask of zeros and ones, of shape size, by r voxels along each axis. Scratch is as long as the mask.
func spread(mask []uint8, size [3]int, r int, scratch []uint8) {
	line, plane := size[2], size[1]*size[2]
	row := func(voxel []uint8, d, h int) []uint8 { return voxel[d*plane+h*line:][:line] }
	along := func(axis int) {
		copy(scratch, mask)
		for d := range size[0] {
			for h := range size[1] {
				from := row(scratch, d, h)
				if bytes.IndexByte(from, 1) < 0 {
					continue
				}
				for near := -r; near <= r; near++ {
					at := [2]int{d, h}
					at[axis] += near
					if near != 0 && at[axis] >= 0 && at[axis] < size[axis] {
						for w, x := range from {
							row(mask, at[0], at[1])[w] |= x
						}
					}
				}
			}
		}
	}
	if r == 0 {
		return
	}
	along(0)
	along(1)
	copy(scratch, mask)
	for first := 0; first < len(mask); first += line {
		from, to := scratch[first:][:line], mask[first:][:line]
		if bytes.IndexByte(from, 1) < 0 {
			continue
		}
		for w := range to {
			if bytes.IndexByte(from[max(0, w-r):min(line, w+r+1)], 1) >= 0 {
				to[w] = 1
			}
		}
	}
}

// graft takes the marked voxels of another case into the row of an image.
func graft(row, other []float32, mask []uint8) {
	for w, m := range mask {
		if m == 1 {
			row[w] = other[w]
		}
	}
}
