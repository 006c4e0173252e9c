package study

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// maxMasks bounds how many masks of a folder are read.
const maxMasks = 16

// readMasks reads the values of the masks that were found.
func (s *scan) readMasks(ctx context.Context) error {
	for i, e := range s.masks {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i >= maxMasks {
			s.Extra = append(s.Extra, e.path)
			continue
		}
		m, err := s.readMask(e)
		if err != nil {
			s.note(Problem{File: e.path, Text: unreadable(e.path, err)})
			s.Extra = append(s.Extra, e.path)
			continue
		}
		s.Masks = append(s.Masks, *m)
	}
	if n := len(s.masks); n > maxMasks {
		s.note(Problem{File: s.Path, Text: fmt.Sprintf("holds %d masks, of which only the first %d were read", n, maxMasks)})
	}
	return nil
}

func (s *scan) readMask(e entry) (*Mask, error) {
	h, err := nifti.ReadHeader(e.path)
	if err != nil {
		return nil, err
	}
	if !s.fitsAnImage(h.Grid()) {
		return nil, fmt.Errorf("%s lies on the grid of none of the images, and was not read", filepath.Base(e.path))
	}
	v, err := readOne(e.path, h)
	if err != nil {
		return nil, err
	}
	m := &Mask{Path: e.path, Naming: s.naming(e)}
	if m.Values, err = label.Values(v); err != nil {
		return nil, fmt.Errorf("%s is named like a mask, but %w", filepath.Base(e.path), err)
	}
	m.Candidates = label.Candidates(m.Values, m.Naming)
	if ours(e.path, h) {
		m.Kind, m.Edited = Saved, edited(e.path)
		if scheme, ok := writtenScheme(h); ok {
			m.Candidates = []label.Scheme{scheme}
		}
	}
	return m, nil
}

// fitsAnImage says whether a mask's grid is close to that of an image, or there is none to compare it with.
func (s *scan) fitsAnImage(g volume.Grid) bool {
	compared := false
	for _, f := range s.Files {
		if f == nil || f.Header == nil {
			continue
		}
		compared = true
		if match, _ := f.Header.Grid().Compare(g); match != volume.Different {
			return true
		}
	}
	return !compared
}

// readOne reads a file that must hold one volume, as its header tells before any voxel is unpacked.
func readOne(path string, h *nifti.Header) (*volume.Volume, error) {
	if n := h.Volumes(); n > 1 {
		return nil, fmt.Errorf("%s holds %d volumes, and a mask of labels has one", filepath.Base(path), n)
	}
	_, v, err := nifti.Read(path, 0)
	return v, err
}

// brats2017Name is how cases of the challenges 2017 to 2021 are called: Brats18_2013_2_1, BraTS2021_00000, BraTS20_Training_001.
var brats2017Name = regexp.MustCompile(`(?i)^brats(17|18|19|20|2017|2018|2019|2020|2021)_`)

// naming is the convention of a mask's name and of the images beside it.
func (s *scan) naming(e entry) label.Naming {
	if msdName.MatchString(e.stem) || strings.HasPrefix(e.why, "it has the stem") {
		return label.NamingNNUNet
	}
	var all []string
	for _, q := range sequence.All {
		if f := s.Files[q]; f != nil {
			stem, _, _ := splitName(f.Path)
			all = append(all, strings.ToLower(stem))
		}
	}
	has := func(endings ...string) bool {
		return slices.ContainsFunc(all, func(stem string) bool {
			return slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(stem, e) })
		})
	}
	lower := strings.ToLower(e.stem)
	switch {
	case strings.HasSuffix(lower, "-seg") && (strings.HasPrefix(lower, "brats-") || has("-t1n", "-t1c", "-t2w", "-t2f")):
		return label.NamingBraTS2023
	case strings.HasSuffix(lower, "_seg") && (brats2017Name.MatchString(lower) || has("_t1ce", "_flair", "_t1", "_t2")):
		return label.NamingBraTS2017
	}
	return label.NamingUnknown
}

// ours says whether Quorum wrote a file: by the header's description, or by the schema of the JSON file beside it.
func ours(path string, h *nifti.Header) bool {
	if strings.Contains(strings.ToLower(h.Description), "quorum") {
		return true
	}
	var sidecar struct{ Schema string }
	return readSidecar(path, &sidecar) && strings.HasPrefix(strings.ToLower(sidecar.Schema), "quorum")
}

// edited says whether the JSON file beside a mask of ours tells that a person corrected it.
func edited(path string) bool {
	var sidecar struct {
		Labels struct {
			Edited bool `json:"edited_by_hand"`
		}
	}
	return readSidecar(path, &sidecar) && sidecar.Labels.Edited
}

// writtenScheme is the scheme that our masks name in their header.
func writtenScheme(h *nifti.Header) (label.Scheme, bool) {
	for _, scheme := range label.Schemes {
		if strings.Contains(h.Description, string(scheme)) {
			return scheme, true
		}
	}
	return "", false
}

// ReadMask reads a mask under a scheme onto grid (equal, or slightly different: nearest neighbour). A value that the scheme lacks is
// an error with a *label.ForeignValueError in its chain; so is a grid that differs too much.
func ReadMask(path string, scheme label.Scheme, grid volume.Grid) (*label.Map, error) {
	name := filepath.Base(path)
	h, err := nifti.ReadHeader(path)
	if err != nil {
		return nil, err
	}
	if match, difference := grid.Compare(h.Grid()); match == volume.Different {
		return nil, fmt.Errorf("%s does not lie on the grid of the images: its grid %s", name, difference)
	}
	v, err := readOne(path, h)
	if err != nil {
		return nil, err
	}
	m, err := label.FromVolume(v, scheme)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	match, difference := grid.Compare(v.Grid)
	switch match {
	case volume.Same:
		return &label.Map{Grid: grid, Voxel: m.Voxel}, nil
	case volume.Close:
		return &label.Map{Grid: grid, Voxel: volume.ResampleNearest(v.Grid, m.Voxel, grid)}, nil
	case volume.Different:
	}
	return nil, fmt.Errorf("%s does not lie on the grid of the images: its grid %s", name, difference)
}
