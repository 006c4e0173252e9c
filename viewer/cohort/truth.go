package cohort

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"quorum/viewer/label"
	"quorum/viewer/study"
)

// Case is a case of a list whose headers were read.
type Case struct {
	ID    string
	Study *study.Study
	Mask  study.Mask // may be the truth
	Err   error      // why the case cannot be used
}

// Survey reads headers and masks' values of a list of cases, several at a time. It fails only when ctx ends.
func Survey(ctx context.Context, l *List, ids []string) ([]Case, error) {
	out := make([]Case, len(ids))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for at, id := range ids {
		group.Go(func() error {
			c := &out[at]
			c.ID = id
			c.Study, c.Mask, c.Err = look(ctx, l.Path(id))
			return ctx.Err()
		})
	}
	return out, group.Wait()
}

func look(ctx context.Context, path string) (*study.Study, study.Mask, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, study.Mask{}, errors.New("the case cannot be found: there is no such folder in the data set, or no permission to read it")
	}
	s, err := study.Scan(ctx, []string{path}, study.ScanOptions{})
	if err != nil {
		return nil, study.Mask{}, err
	}
	m, err := Reference(s)
	return s, m, err
}

// ErrNoMask says that there is nothing to compare with.
var ErrNoMask = errors.New("there is no mask to compare with (a mask that Quorum wrote is a result, never the truth)")

// Reference finds the one mask of a study that may be the truth.
func Reference(s *study.Study) (study.Mask, error) {
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

// noMask is ErrNoMask, with what is wrong with files that may have been meant.
func noMask(s *study.Study) error {
	list := Unread(s)
	if len(list) == 0 {
		return ErrNoMask
	}
	return fmt.Errorf("%w; but: %s", ErrNoMask, strings.Join(list, "; "))
}

// Unread says what is wrong with files that are no sequence: one of them may be the mask.
func Unread(s *study.Study) []string {
	var list []string
	for _, p := range s.Problems {
		used := slices.ContainsFunc(s.Files[:], func(f *study.File) bool { return f != nil && f.Path == p.File })
		if p.File != "" && p.File != s.Path && !used {
			list = append(list, p.Text)
		}
	}
	return list
}

// Decide finds the one label scheme of the masks together. One case without enhancing tumour says little: if the list leaves a doubt, the
// other cases of the data set are asked too.
func Decide(ctx context.Context, l *List, cases []Case) (label.Scheme, error) {
	masks := Masks(cases)
	if len(masks) == 0 {
		return "", fmt.Errorf("no case of the list has a mask to compare with; %s: %w", cases[0].ID, cases[0].Err)
	}
	scheme, err := Agree(masks)
	if err == nil || l.Dir == "" {
		return scheme, err
	}
	rest, err := Survey(ctx, l, others(l))
	if err != nil {
		return "", err
	}
	return Agree(append(masks, Masks(rest)...))
}

// Masks lists the masks of the cases that can be used.
func Masks(cases []Case) []study.Mask {
	var masks []study.Mask
	for _, c := range cases {
		if c.Err == nil {
			masks = append(masks, c.Mask)
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

// Agree finds the one scheme of masks from all their values, and from the naming of their files if it is the same for all. It returns a
// *label.AmbiguousError where more than one scheme or none fits.
func Agree(masks []study.Mask) (label.Scheme, error) {
	// A mask that no scheme reads is that case's problem and says nothing about the others.
	if known := slices.DeleteFunc(slices.Clone(masks), func(m study.Mask) bool { return len(m.Candidates) == 0 }); len(known) > 0 {
		masks = known
	}
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
