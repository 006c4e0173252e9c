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

	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// sourceFlags say how studies are found and read.
type sourceFlags struct {
	absent string
	assign []string
	volume int
	force  bool
}

func (f *sourceFlags) add(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.assign, "assign", nil, "use FILE for a sequence, whatever its name: t1=FILE")
	flags.IntVar(&f.volume, "volume", -1, "which volume of a 4-D file, from 0")
}

// source is what sourceFlags mean.
type source struct {
	scan  study.ScanOptions
	force bool
}

// parse judges the flags for a call with n studies.
func (f *sourceFlags) parse(n int) (source, error) {
	s := source{scan: study.ScanOptions{Volume: f.volume}, force: f.force}
	var err error
	if s.scan.Absent, err = sequence.ParseSubset(f.absent); err != nil {
		return s, usagef("--absent: %w", err)
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
	for _, a := range f.assign {
		key, path, ok := strings.Cut(a, "=")
		if !ok || path == "" {
			return s, usagef("--assign %s: write SEQUENCE=FILE, as in t1=brain.nii.gz", a)
		}
		q, err := sequence.Parse(key)
		if err != nil {
			return s, usagef("--assign: %w", err)
		}
		if s.scan.Assign == nil {
			s.scan.Assign = map[sequence.Sequence]string{}
		}
		s.scan.Assign[q] = path
	}
	return s, nil
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

// outside refuses an output folder that is the study's folder or lies in it: results must not be mistaken for a patient's images.
func outside(out, folder string) error {
	o, err := resolved(out)
	if err != nil {
		return err
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
