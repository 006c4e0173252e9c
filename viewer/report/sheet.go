package report

import (
	"image"
	"image/color"
	"image/draw"

	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/wording"
)

// The look: dark and calm, images on pure black, one accent. Contrast of every text to its ground is AA or better.
var (
	ground  = color.RGBA{R: 19, G: 22, B: 27, A: 255}
	panel   = color.RGBA{R: 29, G: 33, B: 40, A: 255}
	black   = color.RGBA{A: 255}
	strong  = color.RGBA{R: 240, G: 243, B: 247, A: 255}
	normal  = color.RGBA{R: 200, G: 206, B: 214, A: 255}
	quiet   = color.RGBA{R: 142, G: 151, B: 163, A: 255}
	accent  = color.RGBA{R: 92, G: 158, B: 255, A: 255}
	warning = color.RGBA{R: 255, G: 176, B: 64, A: 255}
	line    = color.RGBA{R: 52, G: 58, B: 68, A: 255}
)

// The styles of words.
var (
	titleStyle   = render.Style{Size: 28, Bold: true, Colour: strong}
	headingStyle = render.Style{Size: 15, Bold: true, Colour: strong}
	bodyStyle    = render.Style{Size: 15, Colour: normal}
	quietStyle   = render.Style{Size: 13, Colour: quiet}
	markStyle    = render.Style{Size: 13, Colour: normal, Halo: true}             // on images
	sideStyle    = render.Style{Size: 17, Bold: true, Colour: strong, Halo: true} // R L A P S I on images
)

// unit is what all spacing is a multiple of, in pixels.
const unit = 4

// sheet is a picture in the making.
type sheet struct {
	*image.RGBA
	lettering *render.Lettering
	written   []writing // in the order of writing
}

// writing is a line of words on a sheet: the picture cannot be read back, so tests read these.
type writing struct {
	words string
	x, y  int // where it begins and stands, pixels
}

func newSheet(width, height int) *sheet {
	s := &sheet{RGBA: image.NewRGBA(image.Rect(0, 0, width, height)), lettering: render.NewLettering()}
	s.fill(s.Rect, ground)
	return s
}

func (s *sheet) fill(r image.Rectangle, c color.RGBA) {
	draw.Draw(s.RGBA, r, image.NewUniform(c), image.Point{}, draw.Over)
}

// frame draws a line of this width along the inner side of r.
func (s *sheet) frame(r image.Rectangle, width int, c color.RGBA) {
	s.fill(image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+width), c)
	s.fill(image.Rect(r.Min.X, r.Max.Y-width, r.Max.X, r.Max.Y), c)
	s.fill(image.Rect(r.Min.X, r.Min.Y, r.Min.X+width, r.Max.Y), c)
	s.fill(image.Rect(r.Max.X-width, r.Min.Y, r.Max.X, r.Max.Y), c)
}

// text writes a line that begins at x and stands on y; it gives back where it ends.
func (s *sheet) text(x, y int, words string, style render.Style) int {
	s.lettering.Draw(s.RGBA, x, y, words, style)
	s.written = append(s.written, writing{words, x, y})
	return x + s.lettering.Width(words, style)
}

// textEnd writes a line that ends at x.
func (s *sheet) textEnd(x, y int, words string, style render.Style) {
	s.text(x-s.lettering.Width(words, style), y, words, style)
}

// textMiddle writes a line around x.
func (s *sheet) textMiddle(x, y int, words string, style render.Style) {
	s.text(x-s.lettering.Width(words, style)/2, y, words, style)
}

// paragraph writes a text in lines of at most width, the first one standing on y, and not below last: what does not fit ends in "…".
// It gives back where the next line would stand.
func (s *sheet) paragraph(x, y, width, last int, words string, style render.Style) int {
	step := lineStep(style)
	lines := s.lettering.Wrap(words, style, width)
	for n, words := range lines {
		if n+1 < len(lines) && y+step > last {
			words = s.lettering.Shorten(words+" …", style, width)
			s.text(x, y, words, style)
			return y + step
		}
		s.text(x, y, words, style)
		y += step
	}
	return y
}

// lineStep is the distance between lines.
func lineStep(style render.Style) int { return int(style.Size*1.36 + 0.5) }

// subset draws the four symbols with their names. What is out is quieter.
func (s *sheet) subset(x, y int, u sequence.Subset) {
	if u == 0 {
		s.text(x, y, maskText, bodyStyle)
		return
	}
	for _, q := range sequence.All {
		style, ring := bodyStyle, strong
		if !u.Has(q) {
			style.Colour, ring = quiet, quiet
		}
		render.DrawCircle(s.RGBA, image.Pt(x+6, y-5), 6, u.Has(q), ring)
		x = s.text(x+18, y, q.String(), style) + 18
	}
}

// program is named at the lower edge, where there is room.
const program = "Quorum"

// foot writes the research-use sentence at the lower edge.
func (s *sheet) foot(margin int) {
	y := s.Rect.Max.Y - 5*unit
	s.fill(image.Rect(margin, y-5*unit, s.Rect.Max.X-margin, y-5*unit+1), line)
	end := s.text(margin, y, wording.ResearchUse, quietStyle)
	if room := s.Rect.Max.X - margin - end; room > 4*unit+s.lettering.Width(program, quietStyle) {
		s.textEnd(s.Rect.Max.X-margin, y, program, quietStyle)
	}
}
