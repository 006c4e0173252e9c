package study_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
)

// changed is a copy of a volume with f applied to its voxels.
func changed(v *volume.Volume, f func(at int, x float32) float32) *volume.Volume {
	out := &volume.Volume{Grid: v.Grid, Voxel: make([]float32, len(v.Voxel))}
	for at, x := range v.Voxel {
		out.Voxel[at] = f(at, x)
	}
	return out
}

// caseWith is a case in which one file holds another volume.
func caseWith(t *testing.T, q sequence.Sequence, v *volume.Volume) *study.Study {
	t.Helper()
	root := writeCase(t, t.TempDir(), bratsNames)
	write(t, filepath.Join(root, bratsNames[q]), v)
	return scan(t, unchosen, root)
}

func TestLoad(t *testing.T) {
	s := scan(t, unchosen, writeCase(t, t.TempDir(), bratsNames))
	l, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full})
	if err != nil {
		t.Fatal(err)
	}
	volumes, truth := head()
	if l.Present != sequence.Full || len(l.Problems) > 0 || l.Study != s || l.Header == nil || l.Header.Grid() != l.Grid {
		t.Errorf("present %s, problems %v", l.Present, l.Problems)
	}
	if match, _ := l.Grid.Compare(truth.Grid); match != volume.Same {
		t.Errorf("the grid is %v", l.Grid)
	}
	for _, q := range sequence.All {
		if !slices.Equal(l.Volumes[q].Voxel, volumes[q].Voxel) || l.Volumes[q].Grid != l.Grid {
			t.Errorf("%s is not what was written", q)
		}
	}
}

func TestLoadTellsOfEachImage(t *testing.T) {
	s := scan(t, unchosen, writeCase(t, t.TempDir(), bratsNames))
	var lock sync.Mutex
	var told [sequence.Count]*volume.Volume
	l, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full, Each: func(q sequence.Sequence, h *nifti.Header, v *volume.Volume) {
		lock.Lock()
		defer lock.Unlock()
		if told[q] != nil || h == nil {
			t.Errorf("%s: told twice, or without a header", q)
		}
		told[q] = v
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range sequence.All {
		if told[q] == nil || !slices.Equal(told[q].Voxel, l.Volumes[q].Voxel) {
			t.Errorf("%s: it was not told what was loaded", q)
		}
	}
}

func TestUnusedFilesAreNotOpened(t *testing.T) {
	root := writeCase(t, t.TempDir(), bratsNames)
	without := sequence.Full.Without(sequence.Of(sequence.T1ce))
	deleted := writeCase(t, t.TempDir(), [4]string{bratsNames[0], bratsNames[1], "", bratsNames[3]})
	want, err := scan(t, unchosen, deleted).Load(t.Context(), study.LoadOptions{Use: sequence.Full})
	if err != nil {
		t.Fatal(err)
	}
	bad := filepath.Join(root, bratsNames[sequence.T1ce])
	s := scan(t, unchosen, root)
	for _, damage := range []string{"after the scan", "before the scan"} {
		writeText(t, bad, "not an image at all")
		l, err := s.Load(t.Context(), study.LoadOptions{Use: without})
		if err != nil {
			t.Fatalf("damaged %s: %v", damage, err)
		}
		if l.Present != want.Present || l.Grid != want.Grid || len(l.Problems) != 0 || l.Volumes[sequence.T1ce] != nil {
			t.Errorf("damaged %s: not the same as deleted: %s, %v", damage, l.Present, l.Problems)
		}
		for _, q := range without.Sequences() {
			if !slices.Equal(l.Volumes[q].Voxel, want.Volumes[q].Voxel) {
				t.Errorf("damaged %s: %s differs from that of the deleted case", damage, q)
			}
		}
		if _, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full}); err == nil {
			t.Error("the damaged file cannot be used")
		} else {
			wantText(t, err.Error(), bratsNames[sequence.T1ce])
		}
		s = scan(t, unchosen, root)
	}
	if len(s.Problems) != 1 {
		t.Errorf("the scan notices the damaged file, got %s", texts(s.Problems))
	}
	s = scan(t, study.ScanOptions{Volume: -1, Absent: sequence.Of(sequence.T1ce)}, root)
	if len(s.Problems) != 0 || s.Present() != without {
		t.Errorf("a file declared absent is not even looked at: %s, %s", s.Present(), texts(s.Problems))
	}
}

func TestNothingToLoad(t *testing.T) {
	volumes, _ := head()
	zero := changed(volumes[0], func(int, float32) float32 { return 0 })
	root := t.TempDir()
	write(t, filepath.Join(root, "a_t1.nii.gz"), zero)
	s := scan(t, unchosen, root)
	_, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full})
	if err == nil {
		t.Fatal("nothing is left")
	}
	wantText(t, err.Error(), "nothing is left to segment", "T1")
	if _, err = s.Load(t.Context(), study.LoadOptions{Use: sequence.Of(sequence.T2)}); err == nil {
		t.Fatal("there is no T2")
	}
	wantText(t, err.Error(), "no file for T2")
}

func TestZeroImageIsMissing(t *testing.T) {
	volumes, _ := head()
	s := caseWith(t, sequence.FLAIR, changed(volumes[0], func(int, float32) float32 { return 0 }))
	l, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full})
	if err != nil {
		t.Fatal(err)
	}
	if l.Present.Has(sequence.FLAIR) || l.Volumes[sequence.FLAIR] != nil || l.Present.Len() != 3 || l.Header == nil {
		t.Errorf("present %s", l.Present)
	}
	wantText(t, texts(l.Problems), "P1_flair.nii.gz is 0 everywhere", "FLAIR counts as missing")
}

func TestUnusableVoxels(t *testing.T) {
	volumes, _ := head()
	v := volumes[sequence.T2]
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	for _, c := range []struct {
		name  string
		image *volume.Volume
		want  string
	}{
		{"constant", changed(v, func(int, float32) float32 { return 7 }), "P1_t2.nii.gz has the same value"},
		{"a mask of the brain", changed(v, func(_ int, x float32) float32 {
			if x != 0 {
				return 1
			}
			return 0
		}), "P1_t2.nii.gz has the same value"},
		{"many NaN", changed(v, func(at int, x float32) float32 {
			if at%10 == 0 {
				return nan
			}
			return x
		}), "P1_t2.nii.gz: 10752 voxels (10 %) are NaN or infinite, and at most 5 %"},
		{"nothing but few NaN", changed(v, func(at int, _ float32) float32 {
			if at == 5 {
				return nan
			}
			return 0
		}), "P1_t2.nii.gz: 1 voxels"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := caseWith(t, sequence.T2, c.image).Load(t.Context(), study.LoadOptions{Use: sequence.Full, Force: true})
			if _, ok := errors.AsType[*study.RefusedError](err); !ok {
				t.Fatalf("must be refused, even if forced: %v", err)
			}
			wantText(t, err.Error(), c.want)
		})
	}
	few := changed(v, func(at int, x float32) float32 {
		switch at % 100 {
		case 0:
			return nan
		case 1:
			return inf
		}
		return x
	})
	l, err := caseWith(t, sequence.T2, few).Load(t.Context(), study.LoadOptions{Use: sequence.Full})
	if err != nil {
		t.Fatal(err)
	}
	wantText(t, texts(l.Problems), "P1_t2.nii.gz: 2152 voxels (2 %) are NaN or infinite and were taken as background")
	for at, x := range l.Volumes[sequence.T2].Voxel {
		want := v.Voxel[at]
		if at%100 < 2 {
			want = 0
		}
		if x != want {
			t.Fatalf("voxel %d is %v, want %v", at, x, want)
		}
	}
}

func TestRawHead(t *testing.T) {
	volumes, _ := head()
	noisy := changed(volumes[sequence.T1], func(at int, x float32) float32 { return x + float32(at%7) }) // air is not 0
	s := caseWith(t, sequence.T1, noisy)
	_, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full})
	var refused *study.RefusedError
	if !errors.As(err, &refused) || len(refused.Problems) != 1 || refused.Problems[0].Sequences != sequence.Of(sequence.T1) {
		t.Fatalf("a raw head must be refused: %v", err)
	}
	wantText(t, err.Error(), "raw head", "T1 (11.1 %)", "--force")
	l, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full, Force: true})
	if err != nil {
		t.Fatal(err)
	}
	wantText(t, texts(l.Problems), "raw head", "because it was forced")
	if len(l.Problems) != 1 || l.Problems[0].Blocking {
		t.Errorf("problems %s", texts(l.Problems))
	}
}

func TestGrids(t *testing.T) {
	volumes, _ := head()
	v := volumes[sequence.T2]
	on := func(change func(g *volume.Grid)) *volume.Volume {
		g := v.Grid
		change(&g)
		return &volume.Volume{Grid: g, Voxel: v.Voxel}
	}
	load := func(t *testing.T, w *volume.Volume) (*study.Loaded, error) {
		t.Helper()
		return caseWith(t, sequence.T2, w).Load(t.Context(), study.LoadOptions{Use: sequence.Full})
	}
	t.Run("same", func(t *testing.T) {
		l, err := load(t, on(func(g *volume.Grid) { g.Affine[1][3] += 0.05 }))
		if err != nil || len(l.Problems) > 0 || l.Volumes[sequence.T2].Grid != l.Grid || !slices.Equal(l.Volumes[sequence.T2].Voxel, v.Voxel) {
			t.Errorf("0.05 mm are nothing: %v", err)
		}
	})
	t.Run("close", func(t *testing.T) {
		l, err := load(t, on(func(g *volume.Grid) { g.Affine[2][3] += 0.5 }))
		if err != nil {
			t.Fatal(err)
		}
		wantText(t, texts(l.Problems), "the T2 was resampled onto the grid of the FLAIR: its grid is shifted")
		got := l.Volumes[sequence.T2]
		plane := v.Grid.Dim[0] * v.Grid.Dim[1]
		at := v.Grid.Index(24, 28, 20) // half way between two slices: their mean, by hand
		if want := (v.Voxel[at] + v.Voxel[at-plane]) / 2; got.Grid != l.Grid || math.Abs(float64(got.Voxel[at]-want)) > 1e-3*float64(want) {
			t.Errorf("voxel is %v, want %v", got.Voxel[at], want)
		}
	})
	t.Run("turned", func(t *testing.T) { // the same lattice in another axis order: equal voxel for voxel
		ras := &volume.Volume{Grid: v.Grid, Voxel: make([]float32, len(v.Voxel))}
		n := v.Grid.Dim
		ras.Grid.Affine = volume.Affine{{1, 0, 0, -float64(n[0] - 1)}, {0, -1, 0, float64(n[1] - 1)}, {0, 0, 1, 0}}
		for at, x := range v.Voxel {
			i, j, k := v.Grid.Coordinate(at)
			ras.Voxel[v.Grid.Index(n[0]-1-i, j, k)] = x
		}
		l, err := load(t, ras)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(l.Volumes[sequence.T2].Voxel, v.Voxel) {
			t.Error("the turned image is not the same in the world")
		}
		wantText(t, texts(l.Problems), "resampled", "order")
	})
	t.Run("different", func(t *testing.T) {
		_, err := load(t, on(func(g *volume.Grid) { g.Affine[0][3] += 3 }))
		if err == nil {
			t.Fatal("3 mm apart must be refused")
		}
		wantText(t, err.Error(), "P1_t2.nii.gz: the T2 does not lie on the grid of the FLAIR", "3 mm", "register")
	})
	t.Run("reference", func(t *testing.T) { // the first present sequence gives grid and header
		s := caseWith(t, sequence.T2, on(func(g *volume.Grid) { g.Affine[0][3] += 3 }))
		l, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Of(sequence.T2)})
		if err != nil || l.Grid.Affine[0][3] != 3 || l.Header.Grid() != l.Grid {
			t.Errorf("T2 alone stands on its own grid: %v", err)
		}
	})
}

func TestLoadProblemsFromScan(t *testing.T) {
	root := writeCase(t, t.TempDir(), bratsNames)
	path := filepath.Join(root, "P1_t2.nii")
	volumes, _ := head()
	write(t, path, volumes[sequence.T2])
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copy(raw[252:256], []byte{0, 0, 0, 0}) // both form codes 0: the reader falls back to nibabel's base affine, with a notice
	writeText(t, path, string(raw))
	if err := os.Remove(filepath.Join(root, bratsNames[sequence.T2])); err != nil {
		t.Fatal(err)
	}
	s := scan(t, unchosen, root)
	if len(s.Problems) == 0 {
		t.Fatal("the header's oddity is not told")
	}
	l, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Of(sequence.T2)})
	if err != nil || len(l.Problems) != 1 {
		t.Fatalf("the loaded study must repeat it: %v", err)
	}
	wantText(t, l.Problems[0].Text, "both form codes are 0")
	if l, err = s.Load(t.Context(), study.LoadOptions{Use: sequence.Of(sequence.T1)}); err != nil || len(l.Problems) != 0 {
		t.Errorf("without T2 it does not matter: %v", err)
	}
}

func TestLoadCancelled(t *testing.T) {
	s := scan(t, unchosen, writeCase(t, t.TempDir(), bratsNames))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Load(ctx, study.LoadOptions{Use: sequence.Full}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestTruncatedFile(t *testing.T) {
	root := writeCase(t, t.TempDir(), bratsNames)
	path := filepath.Join(root, bratsNames[sequence.T1])
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	writeText(t, path, string(raw[:len(raw)/2]))
	_, err = scan(t, unchosen, root).Load(t.Context(), study.LoadOptions{Use: sequence.Full})
	if _, ok := errors.AsType[*nifti.FileError](err); !ok {
		t.Fatalf("got %v", err)
	}
	wantText(t, err.Error(), bratsNames[sequence.T1])
}
