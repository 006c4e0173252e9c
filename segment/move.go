package segment

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// move brings the finished files from hidden to dir, all or none. Files that stand in their places, which takes force, and the leftovers
// are set aside first, brought back if a file cannot be moved, and removed at the end.
func move(files []exported, hidden, dir string, force bool, leftovers []string) (paths []string, err error) {
	aside := &setAside{dir: dir}
	defer func() { err = errors.Join(err, aside.end(err == nil)) }()
	for _, name := range leftovers {
		if err := aside.put(name); err != nil {
			return nil, err
		}
	}
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		if _, missing := os.Lstat(path); missing == nil {
			if !force {
				return nil, fmt.Errorf("%s: %w: it was made meanwhile", path, fs.ErrExist)
			}
			if err := aside.put(f.name); err != nil {
				return nil, err
			}
		}
		if err := os.Rename(filepath.Join(hidden, f.name), path); err != nil {
			return nil, fmt.Errorf("%s cannot be written: %w", path, reason(err))
		}
		aside.fresh = append(aside.fresh, path)
		paths = append(paths, path)
	}
	return paths, nil
}

// setAside keeps the files that an export replaces until all of it is in place.
type setAside struct {
	dir    string
	hidden string   // in dir; made for the first file
	names  []string // of the files in it
	fresh  []string // paths of what was put in their places, or into empty ones
}

// put sets a file of dir aside.
func (s *setAside) put(name string) (err error) {
	if s.hidden == "" {
		if s.hidden, err = os.MkdirTemp(s.dir, ".quorum-old-"); err != nil {
			return fmt.Errorf("%s: no file can be made in this folder: %w", s.dir, reason(err))
		}
	}
	path := filepath.Join(s.dir, name)
	if err := os.Rename(path, filepath.Join(s.hidden, name)); err != nil {
		return fmt.Errorf("%s cannot be replaced: %w", path, reason(err))
	}
	s.names = append(s.names, name)
	return nil
}

// end removes the old files where the export went well. Else it takes the fresh ones away again and brings the old ones back; those that
// cannot be brought back stay where they are, and the error says where.
func (s *setAside) end(well bool) error {
	var problems []error
	if !well {
		for _, path := range s.fresh {
			if err := os.Remove(path); err != nil {
				problems = append(problems, fmt.Errorf("%s cannot be taken away again: %w", path, reason(err)))
			}
		}
		for _, name := range s.names {
			path, old := filepath.Join(s.dir, name), filepath.Join(s.hidden, name)
			if err := os.Rename(old, path); err != nil {
				problems = append(problems, fmt.Errorf("%s: the file that was there is now %s: %w", path, old, reason(err)))
			}
		}
	}
	if s.hidden != "" && len(problems) == 0 {
		problems = append(problems, os.RemoveAll(s.hidden))
	}
	return errors.Join(problems...)
}
