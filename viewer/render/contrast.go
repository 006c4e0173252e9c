package render

import (
	"encoding/binary"
	"image"

	"golang.org/x/image/draw"

	"quorum/viewer/volume"
)

// Contrast fills a slice with the difference after − before of two images on one grid, each in standard deviations of its brain: black at
// -reach and below, middle grey where they are alike, white at reach and above; black outside either brain. It reuses dst like Grey.
func Contrast(dst *image.RGBA, v View, depth int, after, before *volume.Volume, a, b Normal, reach float32) *image.RGBA {
	dst = sized(dst, v.Size())
	n := v.dim[0] * v.dim[1] * v.dim[2]
	if depth < 0 || depth >= v.Depth() || len(after.Voxel) < n || len(before.Voxel) < n || after.Grid.Dim != v.dim || before.Grid.Dim != v.dim {
		draw.Draw(dst, dst.Rect, image.Black, image.Point{}, draw.Src)
		return dst
	}
	row, right, down := v.walk(depth)
	scale := 127.5 / reach
	for y := range dst.Rect.Dy() {
		at := row
		line := dst.Pix[y*dst.Stride : y*dst.Stride+4*dst.Rect.Dx()]
		for x := 0; x < len(line); x += 4 {
			grey := uint32(0)
			if p, q := after.Voxel[at], before.Voxel[at]; p != 0 && q != 0 {
				z := (p-a.Mean)/a.SD - (q-b.Mean)/b.SD
				if f := z*scale + 128; f >= 255 {
					grey = 255
				} else if f > 0 { // false for NaN
					grey = uint32(f)
				}
			}
			binary.LittleEndian.PutUint32(line[x:x+4], grey*0x010101|0xff000000)
			at += right
		}
		row += down
	}
	return dst
}
