package render

import (
	"encoding/binary"
	"image"
	"image/color"

	"golang.org/x/image/draw"

	"quorum/viewer/label"
	"quorum/viewer/volume"
)

// Grey fills a slice: one opaque pixel for each voxel, black at w.Low and below, white at w.High and above. It reuses dst where its size
// fits, like append; a slice that does not exist is black.
func Grey(dst *image.RGBA, v View, depth int, of *volume.Volume, w Window) *image.RGBA {
	dst = sized(dst, v.Size())
	if depth < 0 || depth >= v.Depth() || len(of.Voxel) < of.Grid.Voxels() || of.Grid.Dim != v.dim {
		draw.Draw(dst, dst.Rect, image.Black, image.Point{}, draw.Src)
		return dst
	}
	row, right, down := v.walk(depth)
	scale := 255 / (w.High - w.Low)
	offset := 0.5 - w.Low*scale
	for y := range dst.Rect.Dy() {
		at := row
		line := dst.Pix[y*dst.Stride : y*dst.Stride+4*dst.Rect.Dx()]
		for x := 0; x < len(line); x += 4 {
			grey := uint32(0)
			if f := of.Voxel[at]*scale + offset; f >= 255 {
				grey = 255
			} else if f > 0 { // false for NaN
				grey = uint32(f)
			}
			binary.LittleEndian.PutUint32(line[x:x+4], grey*0x010101|0xff000000)
			at += right
		}
		row += down
	}
	return dst
}

// Labels fills a slice with the colours of the parts, one pixel for each voxel, transparent where the palette is. It reuses dst like
// Grey. Scale it with nearest neighbours only.
func Labels(dst *image.RGBA, v View, depth int, m label.Boxed, p Palette) *image.RGBA {
	dst, _ = Paint(dst, v.Size(), v.Labels(nil, depth, m), p.Fill())
	return dst
}

// Paint fills a slice with the colours of the classes of its pixels, and says whether any is not transparent. It reuses dst like Grey.
func Paint(dst *image.RGBA, size image.Point, class []uint8, t *Colours) (picture *image.RGBA, painted bool) {
	dst = sized(dst, size)
	var packed [256]uint32
	for n, c := range t {
		packed[n] = uint32(c.R) | uint32(c.G)<<8 | uint32(c.B)<<16 | uint32(c.A)<<24
	}
	seen := uint32(0)
	for n, k := range class {
		c := packed[k]
		seen |= c
		binary.LittleEndian.PutUint32(dst.Pix[4*n:4*n+4], c)
	}
	return dst, seen != 0
}

// sized gives back dst if it is a whole image of this size, else a new one.
func sized(dst *image.RGBA, size image.Point) *image.RGBA {
	if dst != nil && dst.Rect == (image.Rectangle{Max: size}) && dst.Stride == 4*size.X {
		return dst
	}
	return image.NewRGBA(image.Rectangle{Max: size})
}

// DrawGrey scales a grey slice onto the part of dst inside clip, linearly.
func DrawGrey(dst *image.RGBA, clip image.Rectangle, p Placement, slice image.Image) {
	if window, ok := dst.SubImage(clip).(*image.RGBA); ok && !p.Rect.Empty() {
		draw.BiLinear.Scale(window, p.Rect, slice, slice.Bounds(), draw.Src, nil)
	}
}

// DrawLabels scales a slice of labels onto the part of dst inside clip. Every pixel gets the colour of one voxel: a mixture of two labels
// would look like a third (red and green make ET's yellow).
func DrawLabels(dst *image.RGBA, clip image.Rectangle, p Placement, slice *image.RGBA) {
	clip = clip.Intersect(dst.Rect).Intersect(p.Rect)
	columns := p.nearest(0, clip.Min.X, clip.Max.X)
	rows := p.nearest(1, clip.Min.Y, clip.Max.Y)
	for n, y := range rows {
		for m, x := range columns {
			if c := slice.RGBAAt(slice.Rect.Min.X+x, slice.Rect.Min.Y+y); c.A > 0 {
				over(dst, clip.Min.X+m, clip.Min.Y+n, c, 255)
			}
		}
	}
}

// over lays a premultiplied colour, weakened to cover/255 of it, onto a pixel.
func over(dst *image.RGBA, x, y int, c color.RGBA, cover uint32) {
	at := dst.PixOffset(x, y)
	pix := dst.Pix[at : at+4 : at+4]
	rest := 255*255 - uint32(c.A)*cover
	for n, part := range [4]uint8{c.R, c.G, c.B, c.A} {
		pix[n] = uint8((uint32(part)*cover*255 + uint32(pix[n])*rest + 255*255/2) / (255 * 255))
	}
}
