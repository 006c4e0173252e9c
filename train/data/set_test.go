package data

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quorum/segment"
	"quorum/sharedtest"
	"quorum/train/step"
	"quorum/viewer/cohort"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// folder is a data set with one case for everything that can be the matter.
func folder(t *testing.T) *cohort.List {
	t.Helper()
	dir := t.TempDir()
	g, truth := head(t, dir, "whole", 1, 0)
	head(t, dir, "lacking", 2, sequence.Of(sequence.T1ce, sequence.T2))
	head(t, dir, "broken", 3, 0)
	head(t, dir, "maskless", 4, 0)
	head(t, dir, "empty", 5, 0)
	head(t, dir, "foreign", 6, 0)
	head(t, dir, "elsewhere", 7, 0)
	if err := os.Truncate(path(dir, "broken", "t1"), 2000); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path(dir, "maskless", "seg")); err != nil {
		t.Fatal(err)
	}
	nothing, strange, away := *truth, make([]uint8, len(truth.Voxel)), *truth
	nothing.Voxel = make([]label.Label, len(truth.Voxel))
	mask(t, path(dir, "empty", "seg"), &nothing, label.BraTS2017, "")
	strange[5] = 7
	writeFile(t, path(dir, "foreign", "seg"), g, strange, "")
	away.Grid.Affine[0][3] += 30
	mask(t, path(dir, "elsewhere", "seg"), &away, label.BraTS2017, "")
	return &cohort.List{Dir: dir, IDs: []string{"whole", "broken", "lacking", "maskless", "empty", "foreign", "elsewhere", "lost"}}
}

// TestOpenUsesWhatItCan: bad cases are named with their reason, the rest is used, those that lack sequences too.
func TestOpenUsesWhatItCan(t *testing.T) {
	l := folder(t)
	last := -1.0
	s := opened(t, l, Options{Phantoms: 2, Progress: func(p segment.Progress) {
		if p.Done <= last || p.Done >= p.Total || p.Text == "" {
			t.Errorf("progress %+v after %g", p, last)
		}
		last = p.Done
	}})
	var ids []string
	for _, c := range s.Cases() {
		ids = append(ids, c.ID)
		if c.Voxels[label.RegionWT] == 0 || c.Voxels[label.RegionET] >= c.Voxels[label.RegionTC] || c.Size[0] < 8 || c.Edited || c.Phantom != strings.HasPrefix(c.ID, "phantom") {
			t.Errorf("%+v", c)
		}
	}
	if want := []string{"whole", "lacking", "phantom-1", "phantom-2"}; !slices.Equal(ids, want) {
		t.Errorf("cases %v, want %v", ids, want)
	}
	if got := s.Cases()[1].Present; got != sequence.Of(sequence.FLAIR, sequence.T1) {
		t.Errorf("the lacking case has %s", got)
	}
	wants := map[string]string{
		"broken": "broken_t1.nii.gz", "maskless": "there is no mask to compare with", "empty": "marks no tumour", "foreign": "7",
		"elsewhere": "elsewhere_seg.nii.gz lies on the grid of none of the images", "lost": "cannot be found",
	}
	for _, r := range s.Rejected() {
		if !strings.Contains(r.Reason, wants[r.ID]) || wants[r.ID] == "" || strings.Contains(r.Reason, l.Dir) {
			t.Errorf("%s: %s\nwant %q", r.ID, r.Reason, wants[r.ID])
		}
		delete(wants, r.ID)
	}
	if len(wants) > 0 {
		t.Errorf("not rejected: %v", wants)
	}
	p := sampler(t, s, small())
	for i := range 10 {
		batch(t, p, i, step.Batch{})
	}
}

func TestOpenRefusesWhatIsNothing(t *testing.T) {
	l := folder(t)
	for want, ids := range map[string][]string{
		"none of the 2 cases can be used; maskless: there is no mask": {"maskless", "lost"},
		"the only case empty cannot be used: its mask marks no":       {"empty"},
	} {
		_, err := openWith(t.Context(), &cohort.List{IDs: ids, Dir: l.Dir}, Options{Cache: t.TempDir()}, littlePhantom)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nwant %q", err, want)
		}
	}
	// Phantoms are no stand-in for cases that were asked for: a run would learn nothing but them.
	if _, err := openWith(t.Context(), &cohort.List{IDs: []string{"maskless", "empty"}, Dir: l.Dir}, Options{Cache: t.TempDir(), Phantoms: 1, Scheme: label.BraTS2017}, littlePhantom); err == nil ||
		!strings.Contains(err.Error(), "none of the 2 cases can be used; maskless:") {
		t.Errorf("phantoms in the place of cases: %v", err)
	}
	if _, err := openWith(t.Context(), nil, Options{Cache: t.TempDir()}, littlePhantom); err == nil || !strings.Contains(err.Error(), "no case was named") {
		t.Errorf("no list and no phantoms: %v", err)
	}
	used := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(used, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openWith(t.Context(), l, Options{Cache: used}, littlePhantom); err == nil || !strings.Contains(err.Error(), "is a file, not a folder") {
		t.Errorf("the cache is a file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := openWith(ctx, l, Options{Cache: t.TempDir()}, littlePhantom); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	o := Options{Cache: t.TempDir(), Scheme: label.BraTS2017, Progress: func(p segment.Progress) {
		if p.Done == 1 {
			cancel()
		}
	}}
	if _, err := openWith(ctx, l, o, littlePhantom); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled at the second case: %v", err)
	}
}

// TestSchemeOfTheWholeSet: 4 in one mask decides for all; without it nothing is guessed; the user's word goes first.
func TestSchemeOfTheWholeSet(t *testing.T) {
	dir := t.TempDir()
	_, truth := head(t, dir, "a", 1, 0)
	head(t, dir, "b", 2, 0)
	poor := *truth
	poor.Voxel = slices.Clone(truth.Voxel)
	for at, v := range poor.Voxel {
		if v == label.ET {
			poor.Voxel[at] = label.NCR
		}
	}
	mask(t, path(dir, "a", "seg"), &poor, label.BraTS2017, "")
	l := &cohort.List{Dir: dir, IDs: []string{"a"}}
	if s := opened(t, l, Options{}); s.Scheme() != label.BraTS2017 || s.Cases()[0].Voxels[label.RegionET] != 0 {
		t.Errorf("the other case of the data set decides: %s, %+v", s.Scheme(), s.Cases())
	}
	mask(t, path(dir, "b", "seg"), &poor, label.BraTS2017, "")
	var ambiguous *label.AmbiguousError
	if _, err := Open(t.Context(), l, Options{Cache: t.TempDir()}); !errors.As(err, &ambiguous) {
		t.Errorf("1 and 2 fit several schemes: %v", err)
	}
	first := opened(t, l, Options{Scheme: label.BraTS2017})
	second := opened(t, l, Options{Scheme: label.NNUNet})
	if a, b := first.Cases()[0].Voxels, second.Cases()[0].Voxels; a[label.RegionTC] == b[label.RegionTC] || a[label.RegionWT] != b[label.RegionWT] {
		t.Errorf("the schemes give %v and %v", a, b)
	}
	if first.Fingerprint() == second.Fingerprint() {
		t.Error("another scheme is another set")
	}
}

// TestEditedResult: a result of Quorum is never the truth; one that a person corrected is if the user says so, under its own scheme.
func TestEditedResult(t *testing.T) {
	dir := t.TempDir()
	head(t, dir, "plain", 1, 0)
	_, truth := head(t, dir, "saved", 2, 0)
	mask(t, path(dir, "saved", "seg"), truth, label.BraTS2023, "Quorum, labels brats2023")
	l := &cohort.List{Dir: dir, IDs: []string{"plain", "saved"}}
	want := func(reason string, o Options) {
		t.Helper()
		s := opened(t, l, o)
		if r := s.Rejected(); len(s.Cases()) != 1 || len(r) != 1 || r[0].ID != "saved" || !strings.Contains(r[0].Reason, reason) {
			t.Errorf("%+v\nwant %q", r, reason)
		}
	}
	want("is a result, never the truth", Options{Edited: true})
	sidecar := filepath.Join(dir, "saved", "saved_seg.json")
	if err := os.WriteFile(sidecar, []byte(`{"schema": "quorum.mask/1", "labels": {"edited_by_hand": true}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	want("only if you say so (--edited)", Options{})
	s := opened(t, l, Options{Edited: true})
	if len(s.Cases()) != 2 || !s.Cases()[1].Edited || s.Cases()[0].Edited || s.Scheme() != label.BraTS2017 {
		t.Fatalf("%+v %+v", s.Cases(), s.Rejected())
	}
	if s.Cases()[1].Voxels[label.RegionET] == 0 {
		t.Error("3 is ET under the result's own scheme")
	}
	told := func() string { // before what the file's own problems are
		at := slices.IndexFunc(s.Notices(), func(p study.Problem) bool { return strings.Contains(p.Text, "its truth") })
		return s.Notices()[at].Text
	}
	if !strings.Contains(told(), "saved: its truth saved_seg.nii.gz is a result of Quorum that a person corrected") || strings.Contains(told(), "another file") {
		t.Errorf("told: %q", told())
	}
	// The true mask may be the file that cannot be read.
	lost := path(dir, "saved", "truth_seg")
	if err := os.WriteFile(lost, []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s = opened(t, l, Options{Edited: true}); len(s.Cases()) != 2 || !strings.Contains(told(), "may be the true mask, but: ") || !strings.Contains(told(), "saved_truth_seg.nii.gz") {
		t.Errorf("told: %q, %+v", told(), s.Rejected())
	}
	if err := os.Remove(lost); err != nil {
		t.Fatal(err)
	}
	mask(t, path(dir, "saved", "again_seg"), truth, label.BraTS2023, "Quorum, labels brats2023")
	if err := os.WriteFile(filepath.Join(dir, "saved", "saved_again_seg.json"), []byte(`{"schema": "quorum.mask/1", "labels": {"edited_by_hand": true}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	want("there are 2 results that were corrected", Options{Edited: true})
}

// TestCacheIsUsedAgainAndRepaired: the second opening prepares nothing; a damaged file is made anew; the batches are the same.
func TestCacheIsUsedAgainAndRepaired(t *testing.T) {
	dir, cache := t.TempDir(), t.TempDir()
	head(t, dir, "a", 1, 0)
	head(t, dir, "b", 2, 0)
	l := &cohort.List{Dir: dir, IDs: []string{"a", "b"}}
	s := opened(t, l, Options{Cache: cache})
	files, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil || len(files) != 2 {
		t.Fatalf("the cache holds %v", files)
	}
	want := batch(t, sampler(t, s, small()), 3, step.Batch{})
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	for _, f := range files {
		if err := os.Chtimes(f, old, old); err != nil {
			t.Fatal(err)
		}
	}
	again := opened(t, l, Options{Cache: cache})
	for _, f := range files {
		if info, err := os.Stat(f); err != nil || !info.ModTime().Equal(old) {
			t.Errorf("%s was made again", f)
		}
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 16
	if err := os.Remove(files[0]); err != nil { // the other sets still map it
		t.Fatal(err)
	}
	if err := os.WriteFile(files[0], data, 0o600); err != nil {
		t.Fatal(err)
	}
	repaired := opened(t, l, Options{Cache: cache})
	if info, err := os.Stat(files[0]); err != nil || info.ModTime().Equal(old) {
		t.Error("the damaged file was left as it was")
	}
	for _, other := range []*Set{again, repaired} {
		if other.Fingerprint() != s.Fingerprint() || !same(batch(t, sampler(t, other, small()), 3, step.Batch{}), want) {
			t.Error("the set is another after it was opened again")
		}
	}
}

// TestFingerprint: folders and names do not matter, contents and order do.
func TestFingerprint(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	head(t, first, "a", 1, 0)
	head(t, first, "b", 2, 0)
	head(t, second, "x", 1, 0)
	head(t, second, "y", 2, 0)
	name := func(dir string, phantoms int, ids ...string) string {
		return opened(t, &cohort.List{Dir: dir, IDs: ids}, Options{Phantoms: phantoms}).Fingerprint()
	}
	want := name(first, 1, "a", "b")
	if got := name(second, 1, "x", "y"); got != want {
		t.Error("the names of folders and files make another set")
	}
	if name(first, 1, "b", "a") == want || name(first, 0, "a", "b") == want || name(first, 1, "a") == want {
		t.Error("another order, phantom or case makes no other set")
	}
	// The same bytes as another sequence are another case.
	head(t, second, "z", 1, sequence.Full.Without(sequence.Of(sequence.FLAIR)))
	before := name(second, 0, "z")
	if err := os.Rename(path(second, "z", "flair"), path(second, "z", "t1")); err != nil {
		t.Fatal(err)
	}
	if name(second, 0, "z") == before {
		t.Error("FLAIR that is called T1 makes no other set")
	}
	g, _ := head(t, second, "y", 2, 0)
	voxel := make([]float32, g.Voxels())
	rng := rand.New(rand.NewPCG(1, 1))
	for at := range voxel {
		voxel[at] = float32(rng.IntN(100))
	}
	writeFile(t, path(second, "y", "t2"), g, voxel, "")
	if name(second, 1, "x", "y") == want {
		t.Error("another image makes no other set")
	}
}

// TestHeldOutCases: what evaluation could not use is named before a run; a case without tumour says something, if little.
func TestHeldOutCases(t *testing.T) {
	l := folder(t)
	s := opened(t, l, Options{HeldOut: true})
	var ids []string
	for _, c := range s.Cases() {
		ids = append(ids, c.ID)
	}
	if !slices.Equal(ids, []string{"whole", "lacking", "empty"}) || len(s.Rejected()) != 5 {
		t.Errorf("%v, %+v", ids, s.Rejected())
	}
	if n := s.Notices(); !slices.ContainsFunc(n, func(p study.Problem) bool { return strings.HasPrefix(p.Text, "empty: its mask marks no tumour") }) {
		t.Errorf("%+v", n)
	}
	_, err := openWith(t.Context(), &cohort.List{IDs: []string{"maskless", "lost"}, Dir: l.Dir}, Options{Cache: t.TempDir(), HeldOut: true}, littlePhantom)
	if err == nil || !strings.Contains(err.Error(), "none of the 2 held-out cases can be used; maskless: there is no mask") {
		t.Errorf("%v", err)
	}
	_, err = openWith(t.Context(), &cohort.List{IDs: []string{"empty"}, Dir: l.Dir}, Options{Cache: t.TempDir(), HeldOut: true}, littlePhantom)
	if err == nil || !strings.Contains(err.Error(), "no mask of a held-out case marks a tumour (empty)") {
		t.Errorf("%v", err)
	}
}

// TestCopies: the same image is found under another name, packed otherwise, and where other sequences are missing so that the box is another.
func TestCopies(t *testing.T) {
	dir := t.TempDir()
	for at, id := range []string{"a", "b", "c"} {
		head(t, dir, id, uint64(at+1), 0)
	}
	head(t, dir, "poor", 2, sequence.Full.Without(sequence.Of(sequence.T1)))
	head(t, dir, "new", 9, 0)
	set := func(ids ...string) *Set { return opened(t, &cohort.List{Dir: dir, IDs: ids}, Options{}) }
	train := set("a", "b", "c")
	if got, want := set("new", "poor").Copies(train), []Copy{{"poor", "b", sequence.T1}}; !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := set("new").Copies(train); len(got) > 0 {
		t.Errorf("another patient is no copy: %+v", got)
	}
	small, large := blob(1, [3]int{20, 18, 22}, sequence.Full), &prepared{}
	large.Size = [3]int{20, 18, 30}
	large.image[sequence.T2] = make([]int16, 20*18*30)
	for at, x := range small.image[sequence.T2] {
		large.image[sequence.T2][at/22*30+at%22+3] = x
	}
	if small.print(sequence.T2) != large.print(sequence.T2) {
		t.Error("a larger box makes another image")
	}
}

// TestSharedCase opens a case of the real data.
func TestSharedCase(t *testing.T) {
	root := filepath.Dir(sharedtest.Folder(t, "data", "brats", "Brats18_CBICA_AQN_1"))
	s := opened(t, &cohort.List{Dir: root, IDs: []string{"Brats18_CBICA_AQN_1"}}, Options{})
	c := s.Cases()[0]
	if s.Scheme() != label.BraTS2017 || c.Size != [3]int{129, 172, 143} || c.Voxels != [3]int{9563, 26500, 17430} || c.Present != sequence.Full {
		t.Errorf("%s %+v", s.Scheme(), c)
	}
}
