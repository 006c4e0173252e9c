package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"

	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// sourceFlags say how studies are found and read.
type sourceFlags struct {
	absent string
	assign []string
	volume int
	force  bool
	flags  *pflag.FlagSet // all of the command's
}

func (f *sourceFlags) add(flags *pflag.FlagSet) {
	f.flags = flags
	flags.StringArrayVar(&f.assign, "assign", nil, "use FILE for a sequence, whatever its name: t1=FILE")
	flags.IntVar(&f.volume, "volume", -1, "which volume of a 4-D file, from 0")
}

// source is what sourceFlags mean.
type source struct {
	scan  study.ScanOptions
	force bool
}

// given is whether a flag stands in the command line, be its value the default.
func (f *sourceFlags) given(name string) bool { return f.flags.Changed(name) }

// parse judges the flags for a call with n studies.
func (f *sourceFlags) parse(n int) (source, error) {
	s := source{scan: study.ScanOptions{Volume: f.volume}, force: f.force}
	var err error
	if s.scan.Absent, err = sequence.ParseSubset(f.absent); err != nil {
		return s, usagef("--absent: %w", err)
	}
	if s.scan.Absent == 0 && f.given("absent") {
		return s, usagef("--absent %q names no sequence: name at least one, as in t1ce,flair, or leave the flag out", f.absent)
	}
	if s.scan.Absent == sequence.Full {
		return s, usagef("--absent names all four sequences: at least one must be left")
	}
	if f.volume < -1 {
		return s, usagef("--volume %d: volumes are counted from 0", f.volume)
	}
	if len(f.assign) > 0 && n > 1 {
		return s, usagef("--assign is for one study; this call has %d", n)
	}
	s.scan.Assign, err = f.assigned(s.scan.Absent)
	return s, err
}

// assigned judges --assign.
func (f *sourceFlags) assigned(absent sequence.Subset) (map[sequence.Sequence]string, error) {
	var files map[sequence.Sequence]string
	for _, a := range f.assign {
		key, path, ok := strings.Cut(a, "=")
		if !ok || path == "" {
			return nil, usagef("--assign %s: write SEQUENCE=FILE, as in t1=brain.nii.gz", a)
		}
		q, err := sequence.Parse(key)
		if err != nil {
			return nil, usagef("--assign: %w", err)
		}
		if absent.Has(q) {
			return nil, usagef("--assign %s: --absent leaves %s out: give only one of the two", a, q)
		}
		if before, ok := files[q]; ok {
			return nil, usagef("--assign gives %s twice, %s and %s: give one file for each sequence", q, before, path)
		}
		for other, before := range files {
			if sameImage(before, path) {
				return nil, usagef("--assign gives the file %s to %s and to %s: one image is one sequence", path, other, q)
			}
		}
		if files == nil {
			files = map[sequence.Sequence]string{}
		}
		files[q] = path
	}
	return files, nil
}

// sameImage is whether two names mean one file that holds a single volume. A 4-D file may serve several sequences.
func sameImage(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA != nil || errB != nil || !os.SameFile(infoA, infoB) {
		return false // a missing file is told when the study is scanned
	}
	h, err := nifti.ReadHeader(a)
	return err == nil && h.Volumes() == 1
}

// item is one study of the call, read or failed.
type item struct {
	name   string // what the person gave
	id     string // unique within the call; empty if the study could not be scanned
	loaded *study.Loaded
	err    error
}

// read scans all studies, so that their ids are unique, and loads them in order, the next one while the one before is worked on. keep
// is asked before a study's voxels are read, with its id: its error fails the study. The channel ends early when ctx does.
func (s source) read(ctx context.Context, paths []string, keep func(id, folder string) error) <-chan item {
	out := make(chan item)
	go func() {
		defer close(out)
		items, found := s.scanAll(ctx, paths)
		for at := range items {
			it := &items[at]
			if it.err == nil {
				it.err = guard(func() (err error) {
					if err = keep(it.id, found[at].Path); err == nil {
						it.loaded, err = s.load(ctx, found[at])
					}
					return err
				})
			}
			select {
			case out <- *it:
				it.loaded = nil // not kept in memory for longer than it is worked on
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// scanAll scans every path; where one fails its study is nil and its item holds the error.
func (s source) scanAll(ctx context.Context, paths []string) ([]item, []*study.Study) {
	items := make([]item, len(paths))
	found := make([]*study.Study, len(paths))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for at, path := range paths {
		group.Go(func() error {
			items[at] = item{name: path}
			items[at].err = guard(func() (err error) {
				found[at], err = scan(ctx, path, s.scan)
				return err
			})
			return nil
		})
	}
	_ = group.Wait() // each item has its own error
	var good []*study.Study
	for _, one := range found {
		if one != nil {
			good = append(good, one)
		}
	}
	ids := study.UniqueIDs(good)
	for at, one := range found {
		if one != nil {
			items[at].id, ids = ids[0], ids[1:]
		}
	}
	return items, found
}

// scan finds the study at path.
func scan(ctx context.Context, path string, o study.ScanOptions) (*study.Study, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%s: %w", path, plain(err))
	}
	return study.Scan(ctx, []string{path}, o)
}

// load reads the voxels of every sequence that was found.
func (s source) load(ctx context.Context, found *study.Study) (*study.Loaded, error) {
	use := found.Present()
	if use == 0 && s.scan.Absent != 0 {
		return nil, fmt.Errorf("with --absent %s nothing is left of %s to segment: name fewer sequences",
			strings.ReplaceAll(s.scan.Absent.String(), "-", ","), found.Path)
	}
	return found.Load(ctx, study.LoadOptions{Use: use, Force: s.force})
}

// outside refuses an output folder that is the study's folder (for a study of one file, the file's folder) or lies in it: results must not be mistaken for a patient's images.
func outside(out, folder string) error {
	o, err := resolved(out)
	if err != nil {
		return err
	}
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		folder = filepath.Dir(folder)
	}
	f, err := resolved(folder)
	if err != nil {
		return err
	}
	if rel, err := filepath.Rel(f, o); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return fmt.Errorf("the output folder %s lies in the study's own folder %s: choose another one with -o", out, folder)
	}
	return nil
}

// resolved is the absolute path without links, as far as the path exists.
func resolved(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rest := ""
	for at := path; ; at = filepath.Dir(at) {
		if real, err := filepath.EvalSymlinks(at); err == nil {
			return filepath.Join(real, rest), nil
		}
		if at == filepath.Dir(at) {
			return path, nil
		}
		rest = filepath.Join(filepath.Base(at), rest)
	}
}
