package data

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"quorum/viewer/cohort"
	"quorum/viewer/label"
	"quorum/viewer/study"
)

// version numbers what is done to files on their way into the cache: a new one makes every case anew.
const version = 1

// source is where a case comes from.
type source struct {
	Case
	dir     string                 // of the data set, for messages without paths; empty = none
	notices []string               // about which files were chosen
	key     func() (string, error) // names the contents that the case is made of
	load    func(ctx context.Context) (*study.Loaded, *label.Map, error)
}

// clean is an error as a sentence without the data set's folder.
func (s source) clean(err error) string {
	if s.dir == "" {
		return err.Error()
	}
	return strings.ReplaceAll(err.Error(), s.dir+string(filepath.Separator), "")
}

// survey finds the cases of a list and the label scheme; what cannot be used it rejects.
func (s *Set) survey(ctx context.Context, l *cohort.List, o Options) ([]source, error) {
	if l == nil {
		return nil, nil
	}
	cases, err := cohort.Survey(ctx, l, l.IDs)
	if err != nil {
		return nil, err
	}
	s.scheme = o.Scheme
	if s.scheme == "" && len(cohort.Masks(cases)) > 0 {
		if s.scheme, err = cohort.Decide(ctx, l, cases); err != nil {
			return nil, err
		}
	}
	var list []source
	for _, c := range cases {
		scheme := s.scheme
		edited := false
		var notices []string
		if errors.Is(c.Err, cohort.ErrNoMask) && !o.HeldOut { // evaluation takes no results for the truth
			c.Mask, c.Err = corrected(c, o.Edited)
			if edited = c.Err == nil; edited {
				scheme = c.Mask.Candidates[0]
				notices = correctedText(c)
			}
		}
		from := source{
			Case: Case{ID: c.ID, Edited: edited}, dir: l.Dir, notices: notices,
			key: func() (string, error) { return keyOf(c.Study, c.Mask.Path, scheme) },
			load: func(ctx context.Context) (*study.Loaded, *label.Map, error) {
				return load(ctx, c.Study, c.Mask.Path, scheme)
			},
		}
		if c.Err != nil {
			s.rejected = append(s.rejected, Rejected{c.ID, from.clean(c.Err)})
			continue
		}
		list = append(list, from)
	}
	return list, nil
}

// corrected finds the one result of Quorum that a person corrected, for a case without another mask.
func corrected(c cohort.Case, allowed bool) (study.Mask, error) {
	var list []study.Mask
	for _, m := range c.Study.Masks {
		if m.Edited && len(m.Candidates) == 1 {
			list = append(list, m)
		}
	}
	switch {
	case len(list) == 0:
		return study.Mask{}, c.Err
	case len(list) > 1:
		return study.Mask{}, fmt.Errorf("there are %d results that were corrected by hand (%s and %s): leave only one in the folder",
			len(list), filepath.Base(list[0].Path), filepath.Base(list[1].Path))
	case !allowed:
		return study.Mask{}, fmt.Errorf("its only mask %s is a result of Quorum that was corrected by hand: such a mask is the truth only if you say so (--edited)",
			filepath.Base(list[0].Path))
	}
	return list[0], nil
}

// correctedText says that a corrected result is taken for the truth, and what is wrong with a file that may be the true mask.
func correctedText(c cohort.Case) []string {
	text := fmt.Sprintf("its truth %s is a result of Quorum that a person corrected", filepath.Base(c.Mask.Path))
	if list := cohort.Unread(c.Study); len(list) > 0 {
		text += "; another file may be the true mask, but: " + strings.Join(list, "; ")
	}
	return []string{text}
}

// load reads a case.
func load(ctx context.Context, s *study.Study, mask string, scheme label.Scheme) (*study.Loaded, *label.Map, error) {
	l, err := s.Load(ctx, study.LoadOptions{Use: s.Present()})
	if err != nil {
		return nil, nil, err
	}
	truth, err := study.ReadMask(mask, scheme, l.Grid)
	return l, truth, err
}

// keyOf names the contents of a case: the bytes of its files, whatever they are called, and what is done to them.
func keyOf(s *study.Study, mask string, scheme label.Scheme) (string, error) {
	lines := []string{fmt.Sprintf("quorum case %d %s", version, scheme)}
	hashes := map[string]string{} // by path: a 4-D file holds several sequences
	add := func(name, path string, volume int) error {
		if _, ok := hashes[path]; !ok {
			h, err := hashFile(path)
			if err != nil {
				return err
			}
			hashes[path] = h
		}
		lines = append(lines, fmt.Sprintf("%s %d %s", name, volume, hashes[path]))
		return nil
	}
	for _, q := range s.Present().Sequences() {
		if err := add(q.Key(), s.Files[q].Path, s.Files[q].Volume); err != nil {
			return "", err
		}
	}
	if err := add("mask", mask, 0); err != nil {
		return "", err
	}
	return digest(lines...), nil
}

// digest is a hash of lines of text.
func digest(lines ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

func hashFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // it was only read
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// pair finds for every case those whose tumours fit into it.
func (s *Set) pair() {
	for _, kind := range [][]*prepared{s.real, s.phantoms} {
		var groups [][]*prepared
		for _, p := range kind {
			at := 0
			for at < len(groups) && !sameGrid(groups[at][0], p) {
				at++
			}
			if at == len(groups) {
				groups = append(groups, nil)
			}
			groups[at] = append(groups[at], p)
		}
		for _, g := range groups {
			for _, p := range g {
				s.mates[p] = g
			}
		}
	}
}
