package segment

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"quorum/segment/model"
	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/save"
	"quorum/viewer/study"
)

// ExportOptions choose what is written and how.
type ExportOptions struct {
	Scheme        label.Scheme // numbers of the labels; "" = brats2023
	Force         bool         // replace existing files
	Probabilities bool         // write <id>_prob.nii.gz too; the result must hold them
	CommandLine   string       // for the sidecar, without paths; "" = CommandLine's
	AppVersion    string
	Edited        bool // a person has changed the labels
}

// Export writes <id>_seg.nii.gz, <id>_seg.json and, if asked for, <id>_prob.nii.gz (volumes ET, WT, TC) into dir, which is made if it
// is not there, and returns their paths in this order. The mask has the grid and the forms of l.Header.
//
// It is all or nothing: files are made in a hidden folder beside and moved when all are complete, and not once ctx has ended, however long
// a slow drive took. Unless o.Force, an existing file is refused with fs.ErrExist in the chain before anything is written. With it,
// everything that an earlier result of this id left goes, also <id>_prob.nii.gz, <id>_seg.png and <id>_seg.pdf where they are not written
// anew: nothing in dir belongs to another mask than the one beside it.
func Export(ctx context.Context, dir, id string, r *Result, m *model.Model, l *study.Loaded, o ExportOptions) (paths []string, err error) {
	if o.Scheme == "" {
		o.Scheme = label.BraTS2023
	}
	if o.Probabilities && r.Probability[label.RegionET] == nil {
		return nil, errors.New("the result holds no probabilities to write: ask for them when segmenting")
	}
	files := maskFiles(id, r.Labels, l, NewSidecar(r, m, l, o))
	if o.Probabilities {
		files = append(files, exported{id + "_prob.nii.gz", func(path string) error {
			p := r.Probability
			return nifti.Write(path, l.Header, label.RegionCount, slices.Concat(p[0], p[1], p[2]), "Quorum probabilities ET, WT, TC", false)
		}})
	}
	return export(ctx, dir, id, files, o.Force)
}

// ExportMask writes labels on l with the sidecar that tells of them, as Export does: those of an edit, or of a mask that no model has made.
func ExportMask(ctx context.Context, dir, id string, labels *label.Map, l *study.Loaded, s Sidecar, force bool) (paths []string, err error) {
	return export(ctx, dir, id, maskFiles(id, labels, l, s), force)
}

func export(ctx context.Context, dir, id string, files []exported, force bool) (paths []string, err error) {
	if id == "" || id != filepath.Base(id) || id == "." || id == ".." {
		return nil, fmt.Errorf("%q cannot be part of a file name", id)
	}
	for _, f := range files {
		if err := free(filepath.Join(dir, f.name), force); err != nil {
			return nil, err
		}
	}
	made, err := makeFolder(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil && made != "" {
			_ = os.RemoveAll(made) // it was not there before
		}
	}()
	hidden, err := os.MkdirTemp(dir, ".quorum-")
	if err != nil {
		return nil, fmt.Errorf("%s: no file can be made in this folder (%w): choose another one with -o", dir, reason(err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(hidden)) }()
	for _, f := range files {
		if err := f.write(filepath.Join(hidden, f.name)); err != nil {
			return nil, at(filepath.Join(dir, f.name), err)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return move(files, hidden, dir, force, leftovers(dir, id, files, force))
}

// leftovers are the optional files of an earlier result that a forced export does not replace.
func leftovers(dir, id string, files []exported, force bool) []string {
	if !force {
		return nil
	}
	return slices.DeleteFunc(Leftovers(dir, id), func(name string) bool {
		return slices.ContainsFunc(files, func(f exported) bool { return f.name == name })
	})
}

// Leftovers are the names of optional files that stand beside a mask in dir and belong to it: replacing the mask takes them away.
func Leftovers(dir, id string) (names []string) {
	for _, name := range []string{id + "_prob.nii.gz", id + "_seg.png", id + "_seg.pdf"} {
		if info, err := os.Lstat(filepath.Join(dir, name)); err == nil && !info.IsDir() {
			names = append(names, name)
		}
	}
	return names
}

// exported is one file to write.
type exported struct {
	name  string
	write func(path string) error
}

// maskFiles are a mask and its sidecar.
func maskFiles(id string, labels *label.Map, l *study.Loaded, s Sidecar) []exported {
	return []exported{
		{id + "_seg.nii.gz", func(path string) error {
			numbers, err := labels.Encode(s.Labels.Scheme)
			if err != nil {
				return err
			}
			return nifti.Write(path, l.Header, 1, numbers, description(s.Labels.Scheme), false)
		}},
		{id + "_seg.json", func(path string) error {
			text, err := s.encode()
			if err != nil {
				return err
			}
			return save.File(path, false, func(w io.Writer) error {
				_, err := w.Write(text)
				return err
			})
		}},
	}
}

// description stands in the mask's header, at most 79 bytes: it marks the file as a saved result, never the truth.
func description(s label.Scheme) string { return fmt.Sprintf("Quorum %s: %s", s, s.Legend()) }

// free refuses a path that is taken.
func free(path string, force bool) error {
	switch info, err := os.Lstat(path); {
	case err == nil && info.IsDir():
		return fmt.Errorf("%s is a folder: a file of this name cannot be written", path)
	case err == nil && !force:
		return fmt.Errorf("%s: %w: use --force to replace it, or another folder with -o", path, fs.ErrExist)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s cannot be written (%w): choose another folder with -o", path, reason(err))
	}
	return nil
}

// makeFolder makes dir where it is missing and returns the topmost folder that was missing, or "".
func makeFolder(dir string) (made string, err error) {
	for folder := filepath.Clean(dir); ; folder = filepath.Dir(folder) {
		if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		made = folder
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return made, fmt.Errorf("%s: the folder for the results cannot be made (%w): choose another one with -o", dir, reason(err))
	}
	return made, nil
}

// at names the file that was to be written in an error about its hidden twin.
func at(path string, err error) error {
	if hidden, ok := errors.AsType[*save.FileError](err); ok {
		return &save.FileError{Path: path, Text: hidden.Text, Err: hidden.Err}
	}
	return fmt.Errorf("%s: %w", path, err)
}

// reason is the cause of a file system's error without its operation and path.
func reason(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		return l.Err
	}
	return err
}
