package data

import (
	"context"
	"io"
	"path/filepath"

	"quorum/viewer/save"
	"quorum/viewer/volume"
)

// cache is a folder of prepared cases. Files are named by what they were made of, so that they never grow stale, and several sets share them.
type cache struct{ dir string }

// cacheError says that the cache cannot be written: no case can succeed then.
type cacheError struct{ error }

// Unwrap gives the cause.
func (e *cacheError) Unwrap() error { return e.error }

// get finds a case or prepares it; a damaged file is made again.
func (c cache) get(ctx context.Context, from source) (*prepared, string, error) {
	key, err := from.key()
	if err != nil {
		return nil, "", err
	}
	path := filepath.Join(c.dir, key[:32]+".case")
	if p, err := open(path, key); err == nil {
		return p, key, nil
	}
	loaded, truth, err := from.load(ctx)
	if err != nil {
		return nil, "", err
	}
	p, err := prepare(ctx, loaded, truth)
	if err != nil {
		return nil, "", err
	}
	if err := save.File(path, true, func(w io.Writer) error { return p.write(w, key) }); err != nil {
		return nil, "", &cacheError{err}
	}
	p, err = open(path, key)
	if err != nil {
		return nil, "", &cacheError{err}
	}
	return p, key, nil
}

// sameGrid says whether a place in one case is the same place in the other.
func sameGrid(a, b *prepared) bool {
	match, _ := a.Grid.Compare(b.Grid)
	return match == volume.Same
}
