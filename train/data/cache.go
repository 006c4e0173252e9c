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

// find opens a case that is in the cache; nil where there is none, or a damaged one.
func (c cache) find(key string) *prepared {
	p, err := open(c.path(key), key)
	if err != nil {
		return nil
	}
	return p
}

// add prepares a case and opens it.
func (c cache) add(ctx context.Context, from source, key string) (*prepared, error) {
	if p := c.find(key); p != nil { // meanwhile somebody made it, or the list holds the same case twice
		return p, nil
	}
	loaded, truth, err := from.load(ctx)
	if err != nil {
		return nil, err
	}
	p, err := prepare(ctx, loaded, truth)
	if err != nil {
		return nil, err
	}
	path := c.path(key)
	if err := save.File(path, true, func(w io.Writer) error { return p.write(w, key) }); err != nil {
		return nil, &cacheError{err}
	}
	if p, err = open(path, key); err != nil {
		return nil, &cacheError{err}
	}
	return p, nil
}

func (c cache) path(key string) string { return filepath.Join(c.dir, key[:32]+".case") }

// sameGrid says whether a place in one case is the same place in the other.
func sameGrid(a, b *prepared) bool {
	match, _ := a.Grid.Compare(b.Grid)
	return match == volume.Same
}
