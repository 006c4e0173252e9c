package report

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"io"
	"slices"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"quorum/viewer/render"
	"quorum/viewer/sequence"
)

// The size of the page (A4) and its margins, mm.
const (
	paperWidth  = 210.0
	paperHeight = 297.0
	paperMargin = 15.0
	paperColumn = paperWidth - 2*paperMargin
)

// ink is how words look on paper.
type ink struct {
	size   float64 // points
	bold   bool
	colour color.RGBA
}

// The inks. Contrast to white is AA or better.
var (
	inkTitle   = ink{18, true, color.RGBA{R: 20, G: 24, B: 32, A: 255}}
	inkHeading = ink{10, true, color.RGBA{R: 20, G: 24, B: 32, A: 255}}
	inkBody    = ink{9.5, false, color.RGBA{R: 32, G: 36, B: 44, A: 255}}
	inkFigure  = ink{12, true, color.RGBA{R: 20, G: 24, B: 32, A: 255}}
	inkQuiet   = ink{8, false, color.RGBA{R: 92, G: 98, B: 108, A: 255}}
	inkAlarm   = ink{9.5, true, color.RGBA{R: 168, G: 60, B: 0, A: 255}}
	inkLine    = color.RGBA{R: 200, G: 205, B: 212, A: 255}
)

// paper is one page in the making. Positions are in mm from the upper left corner; words stand on their y.
type paper struct {
	pdf      *fpdf.Fpdf
	written  []string  // in the order of writing, for tests
	baseline []float64 // of each of them, mm
}

// newPaper begins a page. The same words and pictures make the same bytes: nothing comes from the clock or from the order of a map.
func newPaper(title string, made time.Time) *paper {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(made.UTC())
	pdf.SetModificationDate(made.UTC())
	pdf.SetTitle(title, true)
	pdf.SetCreator("Quorum", true)
	pdf.SetProducer("Quorum", true)
	pdf.SetLang("en-GB")
	// The Go fonts are inside the file: a PDF's own fonts know Western letters only. fpdf writes into what it is given.
	pdf.AddUTF8FontFromBytes("Go", "", slices.Clone(goregular.TTF))
	pdf.AddUTF8FontFromBytes("Go", "B", slices.Clone(gobold.TTF))
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	pdf.AddPage()
	return &paper{pdf: pdf}
}

// use takes up an ink.
func (p *paper) use(i ink) {
	weight := ""
	if i.bold {
		weight = "B"
	}
	p.pdf.SetFont("Go", weight, i.size)
	p.pdf.SetTextColor(int(i.colour.R), int(i.colour.G), int(i.colour.B))
}

// width is the length of a line.
func (p *paper) width(words string, i ink) float64 {
	p.use(i)
	return p.pdf.GetStringWidth(render.Printable(words))
}

// text writes a line that begins at x; it gives back where it ends.
func (p *paper) text(x, y float64, words string, i ink) float64 {
	p.use(i)
	p.pdf.Text(x, y, render.Printable(words))
	p.written = append(p.written, words)
	p.baseline = append(p.baseline, y)
	return x + p.pdf.GetStringWidth(render.Printable(words))
}

// textEnd writes a line that ends at x.
func (p *paper) textEnd(x, y float64, words string, i ink) {
	p.text(x-p.width(words, i), y, words, i)
}

// step is the distance between lines.
func (i ink) step() float64 { return i.size * 0.3528 * 1.36 } // a point is 0.3528 mm

// wrap breaks a text into lines of at most width.
func (p *paper) wrap(words string, i ink, width float64) []string {
	return render.Wrap(words, func(line string) bool { return p.width(line, i) <= width })
}

// paragraph writes a text in lines of at most width; it gives back where the next line would stand.
func (p *paper) paragraph(x, y, width float64, words string, i ink) float64 {
	for _, words := range p.wrap(words, i, width) {
		p.text(x, y, words, i)
		y += i.step()
	}
	return y
}

// shorten gives the text, or its beginning and "…" where it is longer than width.
func (p *paper) shorten(words string, i ink, width float64) string {
	if p.width(words, i) <= width {
		return words
	}
	return p.wrap(words, i, width-p.width("…", i))[0] + "…"
}

// rule draws a thin line.
func (p *paper) rule(x0, x1, y float64) {
	p.pdf.SetDrawColor(int(inkLine.R), int(inkLine.G), int(inkLine.B))
	p.pdf.SetLineWidth(0.2)
	p.pdf.Line(x0, y, x1, y)
}

// swatch draws the colour of a part, standing on y, with a rim: yellow is weak on white.
func (p *paper) swatch(x, y float64, c color.RGBA) {
	p.pdf.SetFillColor(int(c.R), int(c.G), int(c.B))
	p.pdf.SetDrawColor(int(inkQuiet.colour.R), int(inkQuiet.colour.G), int(inkQuiet.colour.B))
	p.pdf.SetLineWidth(0.15)
	p.pdf.Rect(x, y-2.6, 3, 3, "FD")
}

// subset says what a result was made from, with four symbols and their names; filled = in. It gives back where the words end.
func (p *paper) subset(x, y float64, u sequence.Subset) float64 {
	if u == 0 {
		return p.text(x, y, maskText, inkBody) + 2
	}
	p.text(x, y, "Made from", inkQuiet)
	x += 16
	for _, q := range sequence.All {
		i, style := inkBody, "FD"
		if !u.Has(q) {
			i, style = ink{inkBody.size, false, inkQuiet.colour}, "D"
		}
		p.pdf.SetFillColor(int(i.colour.R), int(i.colour.G), int(i.colour.B))
		p.pdf.SetDrawColor(int(i.colour.R), int(i.colour.G), int(i.colour.B))
		p.pdf.SetLineWidth(0.3)
		p.pdf.Circle(x+1.3, y-1.2, 1.3, style)
		x = p.text(x+3.8, y, q.String(), i) + 4
	}
	return x
}

// picture puts a picture into a box of this width and as high as its shape asks.
func (p *paper) picture(x, y, width float64, picture image.Image) error {
	var data bytes.Buffer
	if err := WritePNG(&data, picture); err != nil {
		return err
	}
	o := fpdf.ImageOptions{ImageType: "PNG"}
	p.pdf.RegisterImageOptionsReader("images", o, &data)
	p.pdf.ImageOptions("images", x, y, width, 0, false, o, 0, "")
	return nil
}

// write stores the document.
func (p *paper) write(w io.Writer) error {
	if err := p.pdf.Output(w); err != nil {
		return fmt.Errorf("PDF: %w", err)
	}
	return nil
}
