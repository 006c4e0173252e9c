package evaluate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"quorum/viewer/label"
	"quorum/viewer/study"
)

// surveyed is a case of the list whose headers were read; Err says why it cannot be evaluated.
type surveyed struct {
	id    string
	study *study.Study
	mask  study.Mask
	err   error
}

// survey reads headers and masks' values of a list of cases. It fails only when ctx ends.
func survey(ctx context.Context, l *List, ids []string) ([]surveyed, error) {
	out := make([]surveyed, len(ids))
	for at, id := range ids {
		out[at].id = id
		out[at].study, out[at].mask, out[at].err = look(ctx, l.path(id))
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func look(ctx context.Context, path string) (*study.Study, study.Mask, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, study.Mask{}, errors.New("the case cannot be found: there is no such folder in the data set, or no permission to read it")
	}
	s, err := study.Scan(ctx, []string{path}, study.ScanOptions{})
	if err != nil {
		return nil, study.Mask{}, err
	}
	m, err := reference(s)
	return s, m, err
}

// errNoMask says that there is nothing to compare with.
var errNoMask = errors.New("there is no mask to compare with (a mask that Quorum wrote is a result, never the truth)")

// reference finds the one mask of a study that may be the truth.
func reference(s *study.Study) (study.Mask, error) {
	var list []study.Mask
	for _, m := range s.Masks {
		if m.Kind == study.Reference {
			list = append(list, m)
		}
	}
	switch len(list) {
	case 0:
		return study.Mask{}, noMask(s)
	case 1:
		return list[0], nil
	}
	return study.Mask{}, fmt.Errorf("there are %d masks to compare with (%s and %s): leave only the true one in the folder",
		len(list), filepath.Base(list[0].Path), filepath.Base(list[1].Path))
}

// noMask is errNoMask, with what is wrong with files that may have been meant.
func noMask(s *study.Study) error {
	list := unread(s)
	if len(list) == 0 {
		return errNoMask
	}
	return fmt.Errorf("%w; but: %s", errNoMask, strings.Join(list, "; "))
}

// unread says what is wrong with files that are no sequence: one of them may be the mask.
func unread(s *study.Study) []string {
	var list []string
	for _, p := range s.Problems {
		used := slices.ContainsFunc(s.Files[:], func(f *study.File) bool { return f != nil && f.Path == p.File })
		if p.File != "" && p.File != s.Path && !used {
			list = append(list, p.Text)
		}
	}
	return list
}

// decide finds the one label scheme of the masks together. One case without enhancing tumour says little: if the list leaves a doubt, the
// other cases of the data set are asked too.
func decide(ctx context.Context, l *List, cases []surveyed) (label.Scheme, error) {
	masks := masksOf(cases)
	if len(masks) == 0 {
		return "", fmt.Errorf("no case of the list has a mask to compare with; %s: %w", cases[0].id, cases[0].err)
	}
	scheme, err := agree(masks)
	if err == nil || l.Dir == "" {
		return scheme, err
	}
	rest, err := survey(ctx, l, others(l))
	if err != nil {
		return "", err
	}
	return agree(append(masks, masksOf(rest)...))
}

func masksOf(cases []surveyed) []study.Mask {
	var masks []study.Mask
	for _, c := range cases {
		if c.err == nil {
			masks = append(masks, c.mask)
		}
	}
	return masks
}

// others lists the folders of the data set that are not in the list.
func others(l *List) []string {
	entries, err := os.ReadDir(l.Dir)
	if err != nil {
		return nil // the cases of the list say what is wrong
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(l.IDs, e.Name()) {
			ids = append(ids, e.Name())
		}
	}
	return ids
}

// agree finds the one scheme of masks from all their values, and from the naming of their files if it is the same for all. It returns a
// *label.AmbiguousError where more than one scheme or none fits.
func agree(masks []study.Mask) (label.Scheme, error) {
	naming := masks[0].Naming
	var values [][]int
	for _, m := range masks {
		values = append(values, m.Values)
		if m.Naming != naming {
			naming = label.NamingUnknown
		}
	}
	return label.Decide(values, naming)
}
