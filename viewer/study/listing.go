package study

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A folder that is not one patient's must not cost minutes: the walk stops here and says so.
const (
	maxEntries = 50_000
	maxDepth   = 8
)

// entry is an image file that was found by its name; nothing of it has been read.
type entry struct {
	path   string
	folder []string // the folders between the given one and the file
	stem   string   // file name without extension
	ext    string
	words  []token
	finding
	rank  rank
	group string // what the name says before the sequence: the patient, often
	twin  string // a file of the same stem that is not read
}

// rank orders where a finding comes from; of two files for one sequence the one with the higher rank is taken.
type rank uint8

const (
	bySidecar rank = iota + 1
	byFolder
	byHint // a channel number, or a contrast medium without a weighting
	byName
)

// listing is what lies under the given paths.
type listing struct {
	images []entry
	rest   []string  // every other file
	odd    []Problem // what is named like an image, or may hold some, and cannot be read
	cut    bool      // the walk was cut off at maxEntries
	deep   bool      // folders below maxDepth were left out
}

// list walks the paths: folders to maxDepth, following links once; hidden files and folders and archives' leftovers are left out.
func list(ctx context.Context, paths []string) (*listing, error) {
	w := walk{seen: make(map[string]bool)}
	for _, p := range paths {
		info, err := os.Stat(p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s cannot be opened: check the path: %w", p, fs.ErrNotExist)
		case err != nil:
			return nil, fmt.Errorf("%s cannot be opened: %w", p, err)
		case info.IsDir():
			err = w.folder(ctx, p, nil)
		case !info.Mode().IsRegular():
			return nil, fmt.Errorf("%s is neither a file nor a folder: name a .nii or .nii.gz file", p)
		default:
			w.file(p, nil)
		}
		if err != nil {
			return nil, err
		}
	}
	w.once()
	return &w.listing, nil
}

// walk is the state of one call of list.
type walk struct {
	listing
	seen    map[string]bool // real paths of folders, against loops of links
	entries int
}

func (w *walk) folder(ctx context.Context, path string, below []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		if w.seen[real] {
			return nil
		}
		w.seen[real] = true
	}
	content, err := os.ReadDir(path)
	if err != nil {
		if len(below) > 0 {
			w.odd = append(w.odd, Problem{File: path, Text: fmt.Sprintf("the folder %s cannot be read, and was left out", filepath.Base(path))})
			return nil // one unreadable folder below does not hide the others
		}
		return fmt.Errorf("the folder %s cannot be read: %w", path, err)
	}
	for _, c := range content {
		if w.entries++; w.entries > maxEntries {
			w.cut = true
			return nil
		}
		if leftover(c.Name()) {
			continue
		}
		if err := w.entry(ctx, filepath.Join(path, c.Name()), c, below); err != nil {
			return err
		}
	}
	return nil
}

// entry takes one thing of a folder: a folder is walked, a file listed, a pipe or a device left alone (opening one could wait forever).
func (w *walk) entry(ctx context.Context, full string, c fs.DirEntry, below []string) error {
	_, _, image := splitName(full)
	mode := c.Type()
	if mode&fs.ModeSymlink != 0 {
		info, err := os.Stat(full)
		if err != nil {
			if image {
				w.file(full, below) // a link to nowhere is not a missing file: reading it says so
			}
			return nil
		}
		mode = info.Mode()
	}
	switch {
	case mode.IsDir() && len(below) < maxDepth:
		before := len(w.images)
		if err := w.folder(ctx, full, append(slices.Clone(below), c.Name())); err != nil {
			return err
		}
		if image && len(w.images) == before {
			w.odd = append(w.odd, Problem{File: full, Text: fmt.Sprintf("%s is a folder without images, not a file, and is not used", c.Name())})
		}
	case mode.IsDir():
		w.deep = true
	case mode.IsRegular():
		w.file(full, below)
	default:
		w.odd = append(w.odd, Problem{File: full, Text: fmt.Sprintf("%s is not a regular file (a pipe or a device), and is not used", c.Name())})
	}
	return nil
}

// leftover says whether a name is hidden or made by an archive or a file server.
func leftover(name string) bool {
	return strings.HasPrefix(name, ".") || name == "__MACOSX" || name == "@eaDir" || name == "$RECYCLE.BIN"
}

func (w *walk) file(path string, below []string) {
	stem, ext, ok := splitName(path)
	if !ok {
		w.rest = append(w.rest, path)
		return
	}
	w.images = append(w.images, entry{path: path, folder: below, stem: stem, ext: ext, words: tokenise(stem)})
}

// once counts a .hdr/.img pair, a .nii beside its .nii.gz, and a path that was given twice, as one: the first of extensions' order
// stands for all. Only the two halves of a pair, and one path twice, are one without a word.
func (w *walk) once() {
	order := []string{".nii", ".nii.gz", ".hdr", ".hdr.gz", ".img", ".img.gz"}
	at := make(map[string]int) // folder and stem → index in out
	var out []entry
	for _, e := range w.images {
		key := filepath.Join(filepath.Dir(e.path), e.stem)
		i, found := at[key]
		if !found {
			at[key] = len(out)
			out = append(out, e)
			continue
		}
		first, second := out[i], e
		if slices.Index(order, strings.ToLower(e.ext)) < slices.Index(order, strings.ToLower(first.ext)) {
			first, second = e, first
		}
		if first.path != second.path && (!strings.HasPrefix(first.ext, ".hdr") || !strings.HasPrefix(second.ext, ".img")) {
			first.twin = second.path
			w.rest = append(w.rest, second.path)
		}
		out[i] = first
	}
	w.images = out
}

// isDICOM says whether a file is a DICOM file: by the letters DICM at byte 128 (DICOM PS3.10, 7.1).
func isDICOM(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it was only read
	head := make([]byte, 132)
	_, err = io.ReadFull(f, head)
	return err == nil && string(head[128:]) == "DICM"
}

// findDICOM returns a DICOM file among the files, or "". It looks into a few files only.
func findDICOM(files []string) string {
	for i, f := range files {
		ext := strings.ToLower(filepath.Ext(f))
		if ext == ".dcm" || ext == ".ima" || i < 20 && isDICOM(f) {
			return f
		}
	}
	return ""
}
