package edit

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"quorum/viewer/label"
	"quorum/viewer/save"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// Snapshot is an edit at one moment: what is kept in a file after every stroke, and what is exported. Immutable; what can be undone is not
// part of it.
type Snapshot struct {
	Name    string
	Origin  Origin
	File    string       // see Edit.File
	Scheme  label.Scheme // see Edit.Scheme
	Edited  bool         // see Edit.Edited
	Unsaved bool         // see Edit.Unsaved
	Labels  *label.Cutout
	state   uint64
}

// Snapshot copies the edit as it was after the last finished step.
func (e *Edit) Snapshot() *Snapshot {
	finished := label.Map{Grid: e.labels.Grid, Voxel: e.before}
	return &Snapshot{
		Name: e.Name, Origin: e.Origin, File: e.File, Scheme: e.Scheme, Edited: e.Edited(), Unsaved: e.Unsaved(), Labels: finished.Cutout(), state: e.state(),
	}
}

// Restore continues an edit from a snapshot. What was done before can no longer be undone.
func Restore(s *Snapshot) *Edit {
	e := New(s.Name, s.Origin, s.Labels)
	e.File, e.Scheme = s.File, s.Scheme
	if s.Edited || s.Unsaved {
		e.base, e.serial = 1, 1
	}
	if !s.Unsaved {
		e.saved = e.base
	}
	return e
}

// Fits says in a sentence why a snapshot does not belong to the images on grid g; nil = it does.
func (s *Snapshot) Fits(g volume.Grid) error {
	if match, text := s.Labels.Grid.Compare(g); match != volume.Same {
		return fmt.Errorf("the edit %q was made on other images: the grid of the images now %s", s.Name, text)
	}
	return nil
}

// The file begins with a line that says what it is and in which format, so that a later program can tell without understanding the rest.
// The rest is gzip, which notices damage: a header as a line of JSON, then one byte for each voxel of the cutout's box, i fastest.
const (
	magic  = "quorum edit "
	format = 1

	mostHeader = 1 << 20 // bytes: Origin.Made names the cases that a model was trained on
)

// header is the JSON line.
type header struct {
	Name    string        `json:"name"`
	Study   string        `json:"study"`
	Model   string        `json:"model,omitempty"`
	Subset  string        `json:"subset,omitempty"`
	Mask    string        `json:"mask,omitempty"`
	Made    string        `json:"made,omitempty"`
	File    string        `json:"file,omitempty"`
	Scheme  label.Scheme  `json:"scheme,omitempty"`
	Edited  bool          `json:"edited"`
	Unsaved bool          `json:"unsaved"`
	Dim     [3]int        `json:"dim"`
	Affine  [3][4]float64 `json:"affine"`
	Min     [3]int        `json:"box_min"`
	Box     [3]int        `json:"box_dim"`
}

// FileError says in a sentence why a file of an edit cannot be used. The file is untouched.
type FileError struct {
	Path  string
	Text  string
	Newer bool // a later Quorum wrote it; otherwise it is damaged or no edit at all
}

// Error is the sentence.
func (e *FileError) Error() string { return e.Path + ": " + e.Text }

// Write stores a snapshot in a file that only the user can read, replacing an older one: whole or not at all.
func (s *Snapshot) Write(path string) error { return save.Private(path, s.encode) }

func (s *Snapshot) encode(w io.Writer) error {
	if _, err := fmt.Fprintf(w, "%s%d\n", magic, format); err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	c := s.Labels
	h := header{
		Name: s.Name, Study: s.Origin.Study, Model: s.Origin.Model, Mask: s.Origin.Mask, Made: s.Origin.Made, File: s.File, Scheme: s.Scheme, Edited: s.Edited, Unsaved: s.Unsaved,
		Dim: c.Grid.Dim, Affine: c.Grid.Affine, Min: c.Min, Box: c.Dim,
	}
	if s.Origin.Subset != 0 {
		h.Subset = s.Origin.Subset.String()
	}
	if err := json.NewEncoder(z).Encode(h); err != nil { // ends with a newline
		return err
	}
	voxels := make([]byte, len(c.Voxel))
	for at, l := range c.Voxel {
		voxels[at] = byte(l)
	}
	if _, err := z.Write(voxels); err != nil {
		return err
	}
	return z.Close()
}

// Read reads what Write wrote. A damaged file and one of a later Quorum are a *FileError.
func Read(path string) (*Snapshot, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := decode(data)
	if file := (*FileError)(nil); errors.As(err, &file) {
		file.Path = path
	}
	return s, err
}

// damaged is the error for every content that Write does not write.
func damaged(what string) error {
	return &FileError{Text: "this kept edit is damaged (" + what + ") and cannot be opened"}
}

func decode(data []byte) (*Snapshot, error) {
	first, rest, whole := bytes.Cut(data, []byte("\n"))
	version, ours := strings.CutPrefix(string(first), magic)
	switch {
	case !ours || !whole:
		return nil, damaged("it does not begin like one")
	case version != fmt.Sprint(format):
		return nil, &FileError{Newer: true, Text: fmt.Sprintf(
			"this edit was kept by another version of Quorum (format %.20s, this one reads %d): open it with that version", version, format)}
	}
	z, err := gzip.NewReader(bytes.NewReader(rest))
	if err != nil {
		return nil, damaged("it was cut off")
	}
	r := bufio.NewReaderSize(z, mostHeader)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return nil, damaged("it was cut off")
	}
	var h header
	if err := json.Unmarshal(line, &h); err != nil {
		return nil, damaged("its header cannot be read")
	}
	return h.snapshot(r)
}

// snapshot judges the header and reads the voxels after it.
func (h *header) snapshot(r io.Reader) (*Snapshot, error) {
	grid, err := volume.NewGrid(h.Dim, h.Affine)
	if err != nil {
		return nil, damaged(err.Error())
	}
	subset := sequence.Subset(0)
	if h.Subset != "" {
		if subset, err = sequence.ParseSubset(h.Subset); err != nil {
			return nil, damaged(err.Error())
		}
	}
	// A box that does not lie in the grid fails below; here it must only not be asked for too much.
	n := max(0, min(h.Box[0], h.Dim[0])*min(h.Box[1], h.Dim[1])*min(h.Box[2], h.Dim[2]))
	stored, err := io.ReadAll(io.LimitReader(r, int64(n)+1)) // grows with what is there, not with what the header claims
	if err != nil {
		return nil, damaged("it was cut off")
	}
	voxel := make([]label.Label, len(stored))
	for at, l := range stored {
		voxel[at] = label.Label(l)
	}
	labels, err := label.NewCutout(grid, h.Min, h.Box, voxel)
	if err != nil {
		return nil, damaged(err.Error())
	}
	return &Snapshot{
		Name: h.Name, File: h.File, Scheme: h.Scheme, Edited: h.Edited, Unsaved: h.Unsaved, Labels: labels,
		Origin: Origin{Study: h.Study, Model: h.Model, Subset: subset, Mask: h.Mask, Made: h.Made},
	}, nil
}
