package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

func newInfo(c *console) *cobra.Command {
	f := &sourceFlags{}
	cmd := &cobra.Command{
		Use:   "info FILE|FOLDER…",
		Short: "What is in a file or a patient's folder, and what is wrong with it",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("FILE or FOLDER is missing")
			}
			from, err := f.parse(len(args))
			if err != nil {
				return err
			}
			failed := false
			for _, path := range args {
				if err := info(cmd.Context(), c, path, from.scan); err != nil {
					if cmd.Context().Err() != nil {
						return err
					}
					c.failure(path, err)
					failed = true
				}
			}
			if failed {
				return errReported
			}
			return nil
		},
	}
	f.add(cmd.Flags())
	return cmd
}

func info(ctx context.Context, c *console, path string, o study.ScanOptions) error {
	stat, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, plain(err))
	}
	if !stat.IsDir() {
		return infoFile(ctx, c, path, stat.Size(), o)
	}
	found, err := study.Scan(ctx, []string{path}, o)
	if err != nil {
		return err
	}
	infoStudy(c, path, found)
	return nil
}

// headerLine is a file's header as JSON.
type headerLine struct {
	Schema      string        `json:"schema"`
	File        string        `json:"file"`
	Bytes       int64         `json:"bytes"`
	Version     int           `json:"nifti"`
	BigEndian   bool          `json:"big_endian"`
	Dim         []int64       `json:"dim"`
	Type        string        `json:"type"`
	Volumes     int           `json:"volumes"`
	Spacing     [3]float64    `json:"spacing_mm"`
	Axes        string        `json:"axes"`
	Obliquity   float64       `json:"obliquity_degrees"`
	Affine      [3][4]float64 `json:"affine"`
	RestsOn     string        `json:"rests_on"` // sform, qform or pixdim
	SFormCode   int           `json:"sform_code"`
	QFormCode   int           `json:"qform_code"`
	Slope       float64       `json:"slope"` // as applied
	Inter       float64       `json:"inter"`
	Description string        `json:"description,omitempty"`
	Notices     []string      `json:"notices"`
}

func newHeaderLine(path string, bytes int64, h *nifti.Header) headerLine {
	g := h.Grid()
	slope, inter, ok := h.Scale()
	if !ok {
		slope, inter = 1, 0
	}
	return headerLine{
		Schema: "quorum.header/1", File: path, Bytes: bytes, Version: h.Version, BigEndian: h.BigEndian, Dim: h.Dim, Type: h.TypeName(),
		Volumes: h.Volumes(), Spacing: g.Spacing(), Axes: g.Orientation().String(), Obliquity: g.Obliquity(), Affine: g.Affine,
		RestsOn: restsOn(h), SFormCode: h.SFormCode, QFormCode: h.QFormCode, Slope: slope, Inter: inter, Description: h.Description,
		Notices: append([]string{}, h.Notices...),
	}
}

// restsOn names what the position in the patient is taken from.
func restsOn(h *nifti.Header) string {
	switch {
	case h.SFormCode > 0:
		return "sform"
	case h.QFormCode > 0:
		return "qform"
	}
	return "pixdim"
}

// fileLine is a file as JSON: its header, and what study.Scan takes it for.
type fileLine struct {
	headerLine
	Sequences []takenLine     `json:"sequences"`
	Problems  []study.Problem `json:"problems"` // but for the header's notices
}

type takenLine struct {
	Sequence string `json:"sequence"`
	Volume   int    `json:"volume"`
	Why      string `json:"why"`
}

// takenFor adds to a header what the file is taken for, and says it in rows of a table.
func takenFor(header headerLine, found *study.Study) (fileLine, [][]string) {
	line := fileLine{headerLine: header, Sequences: []takenLine{}, Problems: []study.Problem{}}
	var rows [][]string
	for _, s := range found.Present().Sequences() {
		file := found.Files[s]
		line.Sequences = append(line.Sequences, takenLine{s.Key(), file.Volume, file.Why})
		rows = append(rows, []string{"sequence", s.String() + ": " + file.Why})
	}
	for _, m := range found.Masks {
		rows = append(rows, []string{"mask", "labels " + strings.Trim(fmt.Sprint(m.Values), "[]") + ": " + maskText(m)})
	}
	for _, p := range found.Problems {
		if ofStudy := p.Sequences == 0 && len(found.Masks) > 0; !ofStudy && !slices.Contains(header.Notices, p.Text) {
			line.Problems = append(line.Problems, p)
		}
	}
	return line, rows
}

func infoFile(ctx context.Context, c *console, path string, bytes int64, o study.ScanOptions) error {
	h, err := nifti.ReadHeader(path)
	if err != nil {
		return err
	}
	if n := h.Volumes(); o.Volume >= n {
		return fmt.Errorf("%s has no volume %d: it holds %d, which are counted from 0", filepath.Base(path), o.Volume, n)
	}
	found, err := study.Scan(ctx, []string{path}, o)
	if err != nil {
		return err
	}
	line, taken := takenFor(newHeaderLine(path, bytes, h), found)
	c.object(line)
	order := "little-endian"
	if h.BigEndian {
		order = "big-endian"
	}
	rests := fmt.Sprintf("%s (sform code %d, qform code %d)", line.RestsOn, h.SFormCode, h.QFormCode)
	if line.RestsOn == "pixdim" {
		rests += ": left and right are not certain"
	}
	rows := [][]string{
		{"format", fmt.Sprintf("NIfTI-%d, %s, %s on disk", h.Version, order, sizeText(bytes))},
		{"voxels", voxelsText(h)},
		{"spacing", spacingText(line.Spacing)},
		{"axes", axesText(line.Axes, line.Obliquity)},
		{"position from", rests},
		{"corner", cornerText(line.Affine)},
		{"slope, intercept", fmt.Sprintf("%g, %g", line.Slope, line.Inter)},
	}
	rows = append(rows, taken...)
	if h.Description != "" {
		rows = append(rows, []string{"description", fmt.Sprintf("%q", h.Description)})
	}
	c.text("%s", path)
	c.table(rows)
	for _, text := range h.Notices {
		c.text("  notice: %s", text)
	}
	sayProblems(c, line.Problems)
	return nil
}

func sayProblems(c *console, list []study.Problem) {
	for _, p := range list {
		kind := "notice"
		if p.Blocking {
			kind = "problem"
		}
		c.text("  %s: %s", kind, problemText(p))
	}
}

// voxelsText is "240×240×155 int16", with the number of volumes where there are several.
func voxelsText(h *nifti.Header) string {
	d := h.Grid().Dim
	text := fmt.Sprintf("%d×%d×%d %s", d[0], d[1], d[2], h.TypeName())
	if n := h.Volumes(); n > 1 {
		text += fmt.Sprintf(", %d volumes", n)
	}
	return text
}

func spacingText(mm [3]float64) string {
	return fmt.Sprintf("%.2f × %.2f × %.2f mm", mm[0], mm[1], mm[2])
}

func axesText(code string, obliquity float64) string {
	if obliquity >= 0.05 {
		return fmt.Sprintf("%s, oblique %.1f°", code, obliquity)
	}
	return code
}

func cornerText(a [3][4]float64) string {
	return fmt.Sprintf("first voxel at %.2f, %.2f, %.2f mm (right, anterior, superior)", a[0][3], a[1][3], a[2][3])
}

// studyLine is a folder as JSON.
type studyLine struct {
	Schema    string                  `json:"schema"`
	ID        string                  `json:"id"`
	Path      string                  `json:"path"`
	Present   []string                `json:"present"`
	Sequences map[string]sequenceLine `json:"sequences"`
	Masks     []maskLine              `json:"masks"`
	Extra     []string                `json:"extra"`
	Problems  []study.Problem         `json:"problems"`
}

type sequenceLine struct {
	Why    string     `json:"why"`
	Volume int        `json:"volume"`
	Header headerLine `json:"header"`
}

type maskLine struct {
	File       string   `json:"file"`
	Saved      bool     `json:"saved_by_quorum"`
	Values     []int    `json:"values"`
	Candidates []string `json:"candidates"`
}

func infoStudy(c *console, path string, found *study.Study) {
	line := studyLine{
		Schema: "quorum.study/1", ID: found.ID, Path: path, Present: found.Present().Keys(), Sequences: map[string]sequenceLine{},
		Masks: []maskLine{}, Extra: append([]string{}, found.Extra...), Problems: append([]study.Problem{}, found.Problems...),
	}
	rows := [][]string{}
	for _, s := range sequence.All {
		file := found.Files[s]
		if file == nil {
			rows = append(rows, []string{s.String(), "–"})
			continue
		}
		if file.Header == nil { // its problem is told below
			rows = append(rows, []string{s.String(), within(path, file.Path), "", "", "", file.Why})
			continue
		}
		size := int64(0)
		if stat, err := os.Stat(file.Path); err == nil {
			size = stat.Size()
		}
		header := newHeaderLine(file.Path, size, file.Header)
		line.Sequences[s.Key()] = sequenceLine{Why: file.Why, Volume: file.Volume, Header: header}
		name := within(path, file.Path)
		if file.Header.Volumes() > 1 {
			name += fmt.Sprintf(" (volume %d)", file.Volume)
		}
		rows = append(rows, []string{
			s.String(), name, voxelsText(file.Header), spacingText(header.Spacing), axesText(header.Axes, header.Obliquity), file.Why,
		})
	}
	for _, m := range found.Masks {
		line.Masks = append(line.Masks, maskLine{File: m.Path, Saved: m.Kind == study.Saved, Values: m.Values, Candidates: names(m.Candidates)})
		rows = append(rows, []string{"mask", within(path, m.Path), "labels " + strings.Trim(fmt.Sprint(m.Values), "[]"), "", "", maskText(m)})
	}
	c.object(line)
	c.text("%s  %s  %s", found.ID, found.Present().Symbols(), found.Present().Names())
	c.table(rows)
	for _, extra := range found.Extra {
		c.text("  not used: %s", within(path, extra))
	}
	sayProblems(c, found.Problems)
}

func names(list []label.Scheme) []string {
	out := []string{}
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}

// maskText says what a mask may be used for.
func maskText(m study.Mask) string {
	fits := strings.Join(names(m.Candidates), ", ")
	switch {
	case m.Kind == study.Saved:
		return "a result saved by Quorum, never the truth"
	case len(m.Values) == 0:
		return "empty: it fits every label scheme"
	case len(m.Candidates) == 0:
		return "fits no known label scheme"
	case len(m.Candidates) == 1:
		return "label scheme " + fits
	}
	return "label scheme not certain: " + fits + " (--truth-labels decides)"
}

// within is the path as seen from the folder, where it lies in it.
func within(folder, path string) string {
	rel, err := filepath.Rel(folder, path)
	if err != nil || strings.HasPrefix(rel, "..") {
		return path
	}
	return rel
}
