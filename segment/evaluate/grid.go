package evaluate

import (
	"io"
	"strings"
	"unicode/utf8"

	"quorum/segment/score"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
)

// gap stands between the columns of a grid.
const gap = "  "

// grid is a table for a terminal: a row for each subset, and under each title three columns of numbers, ET, WT, TC.
type grid struct {
	titles   []string
	decimals []int
	rows     [][]string // symbols, names, and three words for each title
}

// add makes a row; nil = nothing is known.
func (g *grid) add(symbols, names string, values ...*score.Values) {
	row := []string{symbols, names}
	for at, v := range values {
		if v == nil {
			row = append(row, "", "", "")
		} else {
			row = append(row, columns(*v, g.decimals[at])...)
		}
	}
	g.rows = append(g.rows, row)
}

func (g *grid) addSubset(u sequence.Subset, values ...*score.Values) {
	g.add(u.Symbols(), u.Names(), values...)
}

// write aligns numbers at the right, each title over its three columns.
func (g *grid) write(w io.Writer) error {
	head := []string{"subset", "FLAIR T1 T1ce T2"}
	for range g.titles {
		for _, r := range label.Regions {
			head = append(head, r.String())
		}
	}
	rows := append([][]string{head}, g.rows...)
	width := make([]int, len(head))
	for _, row := range rows {
		for at, word := range row {
			width[at] = max(width[at], utf8.RuneCountInString(word))
		}
	}
	over := []string{strings.Repeat(" ", width[0]+len(gap)+width[1])}
	for at, title := range g.titles {
		three := width[2+3*at:][:3]
		// A long title widens the first of its columns.
		three[0] += max(0, utf8.RuneCountInString(title)-three[0]-three[1]-three[2]-2*len(gap))
		over = append(over, pad(title, -(three[0]+three[1]+three[2]+2*len(gap))))
	}
	lines := []string{strings.TrimRight(strings.Join(over, gap), " ")}
	for _, row := range rows {
		words := []string{pad(row[0], -width[0]), pad(row[1], -width[1])}
		for at := 2; at < len(row); at++ {
			words = append(words, pad(row[at], width[at]))
		}
		lines = append(lines, strings.TrimRight(strings.Join(words, gap), " "))
	}
	_, err := io.WriteString(w, strings.Join(lines, "\n")+"\n")
	return err
}

// pad fills a word with spaces up to width, at its left, or at its right if width is negative.
func pad(word string, width int) string {
	n := utf8.RuneCountInString(word)
	if width < 0 {
		return word + strings.Repeat(" ", max(0, -width-n))
	}
	return strings.Repeat(" ", max(0, width-n)) + word
}
