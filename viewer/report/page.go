package report

import (
	"fmt"
	"image"
	"image/color"
	"io"
	"strings"
	"time"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/lesion"
	"quorum/viewer/render"
	"quorum/viewer/volume"
	"quorum/viewer/wording"
)

// Page is the report of one result on a sheet of A4.
type Page struct {
	Result
	Made    time.Time // when it is made; it stands on the page and in the file
	Program string    // name and version, as in "Quorum 1.2"
}

// WritePDF writes the page: the planes with the overlay and the used sequences without it, volumes, what the result was made from and by,
// how far to trust it. The letters are a part of the file. Equal pages make equal bytes. It fails if nothing can be shown.
func (g Page) WritePDF(w io.Writer) error {
	p, err := g.lay()
	if err != nil {
		return err
	}
	return p.write(w)
}

// The places on the page, mm.
const (
	pageTitle  = 21.0
	pageSubset = 28.5
	pageImages = 33.0
	pageText   = 160.0 // the images are 180 mm wide and 120 mm high
	pageNotes  = 205.0 // if the columns above it end before that
	pageFoot   = paperHeight - 13.0
	pageMiddle = paperMargin + 92.0 // where the right column begins
	leftWidth  = 80.0               // of the left column
)

// The size of the images in pixels: small enough that the letters can be read on paper.
const (
	imagesWidth  = 1200
	imagesHeight = 800
)

func (g Page) lay() (*paper, error) {
	sc, err := g.scene(g.seen(), g.At, g.Labels)
	if err != nil {
		return nil, err
	}
	p := newPaper(g.Title, g.Made)
	right := paperMargin + paperColumn
	made := g.Made.Format("2 January 2006, 15:04")
	p.textEnd(right, pageTitle, made, inkQuiet)
	p.text(paperMargin, pageTitle, p.shorten(g.Title, inkTitle, paperColumn-p.width(made, inkQuiet)-8), inkTitle)
	x := p.subset(paperMargin, pageSubset, g.Subset)
	if g.Edited {
		p.text(x+2, pageSubset, editedText, inkAlarm)
	}
	if err := p.picture(paperMargin, pageImages, paperColumn, g.images(sc).RGBA); err != nil {
		return nil, err
	}
	end := p.volumes(&g.Result, paperMargin, pageText)
	end = p.lesions(&g.Result, paperMargin, end+2)
	end = max(end, p.provenance(&g, sc.grid, pageMiddle, pageText, right-pageMiddle))
	p.trust(&g, max(pageNotes, end+9))
	p.rule(paperMargin, right, pageFoot-4.5)
	p.textEnd(right, pageFoot, g.Program, inkQuiet)
	p.text(paperMargin, pageFoot, wording.ResearchUse, ink{7.5, false, inkQuiet.colour})
	return p, nil
}

// images draws the planes with the overlay, and below them the sequences without it.
func (g Page) images(sc *scene) *sheet {
	s := newSheet(imagesWidth, imagesHeight)
	s.fill(s.Rect, color.RGBA{R: 255, G: 255, B: 255, A: 255}) // between the planes
	split := int(imagesHeight * planeShare)
	s.planes(&g.Result, sc, image.Rect(0, 0, imagesWidth, split))
	s.strip(&g.Result, sc, image.Rect(0, split+gap, imagesWidth, imagesHeight))
	return s
}

// volumes writes the table of what was found, and the legend of the colours; it gives back where the next line would stand.
func (p *paper) volumes(r *Result, x, y float64) float64 {
	const (
		colours = 40.0      // of a region: where they begin, from x
		figure  = leftWidth // where volumes end
	)
	p.text(x, y, "Volumes", inkHeading)
	y += 7
	for _, region := range compare.Told {
		p.text(x, y, region.Name(), inkBody)
		at := x + colours
		for _, part := range []label.Label{label.ED, label.NCR, label.ET} {
			if part.In(region) {
				p.swatch(at, y, render.Usual[part])
				at += 4.5
			}
		}
		p.textEnd(x+figure, y, wording.Volume(region, r.Subset, r.ML[region])+" mL", inkFigure)
		p.rule(x, x+figure, y+1.8)
		y += 6.8
	}
	if r.ML[label.RegionWT] == 0 {
		y = p.paragraph(x, y, figure, r.nothing(), inkAlarm) + 1
	}
	for _, part := range []label.Label{label.NCR, label.ED, label.ET} {
		p.swatch(x, y, render.Usual[part])
		p.text(p.text(x+5, y, part.String(), inkBody)+2, y, part.Name(), inkQuiet)
		y += 4.6
	}
	return y
}

// mostLesions is how many lesions are told one by one.
const mostLesions = 12

// lesions writes how many there are and the volume of each; it gives back where the next line would stand.
func (p *paper) lesions(r *Result, x, y float64) float64 {
	list := lesion.Find(r.Labels.Cutout())
	if len(list) == 0 {
		return y
	}
	var told []string
	for _, l := range list[:min(len(list), mostLesions)] {
		told = append(told, wording.Volume(label.RegionWT, r.Subset, l.ML[label.RegionWT]))
	}
	words := fmt.Sprintf("%d lesions of %.1f mL or more: %s", len(list), lesion.SmallestML, strings.Join(told, ", "))
	if len(list) == 1 {
		words = fmt.Sprintf("1 lesion of %.1f mL or more: %s", lesion.SmallestML, told[0])
	}
	words += " mL"
	if more := len(list) - mostLesions; more > 0 {
		words += fmt.Sprintf(", and %d more", more)
	}
	return p.paragraph(x, y, leftWidth, words, inkBody)
}

// provenance writes where the images were cut and what made the result; it gives back where the next line would stand.
func (p *paper) provenance(g *Page, grid volume.Grid, x, y, width float64) float64 {
	p.text(x, y, "How it was made", inkHeading)
	y += 7
	for _, words := range []string{
		sentence(g.Model), sentence(g.Computed), placeText(grid, g.At), sidesText(&g.Study),
	} {
		y = p.paragraph(x, y, width, words, inkBody) + 1.2
	}
	return y
}

// trust writes notices; those that have no room are counted.
func (p *paper) trust(g *Page, y float64) {
	notices := g.Notices
	if len(notices) == 0 {
		return
	}
	p.rule(paperMargin, paperMargin+paperColumn, y-6)
	p.text(paperMargin, y, "How far to trust it", inkHeading)
	y += 6
	last := pageFoot - 8
	for n, words := range notices {
		lines := float64(len(p.wrap(words, inkBody, paperColumn)))
		room := last
		if n+1 < len(notices) {
			room -= inkBody.step()
		}
		if y+(lines-1)*inkBody.step() > room {
			p.text(paperMargin, y, fmt.Sprintf("and %d more: see the sidecar file", len(notices)-n), inkQuiet)
			return
		}
		y = p.paragraph(paperMargin, y, paperColumn, words, inkBody) + 1
	}
}
