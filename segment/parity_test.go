package segment_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"quorum/segment"
	"quorum/segment/model"
	"quorum/segment/ort"
	"quorum/segment/score"
	"quorum/sharedtest"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

func TestMain(m *testing.M) {
	ort.RunCheckChild()
	os.Exit(m.Run())
}

// reference is the trained reference network on the device of QUORUM_DEVICE, by default the CPU.
func reference(tb testing.TB, root string) *segment.Network {
	tb.Helper()
	path := filepath.Join(root, "experiments", "pytorch-compact", "compact.safetensors")
	m, err := model.Import(path, model.Meta{ID: "reference", Provenance: model.Provenance{Summary: "the reference", Trained: true}})
	if err != nil {
		tb.Fatal(err)
	}
	e, err := ort.Open(tb.Context(), ort.Options{Device: cmp.Or(os.Getenv("QUORUM_DEVICE"), ort.CPU), Precision: os.Getenv("QUORUM_PRECISION")})
	if missing, ok := errors.AsType[*ort.LibraryError](err); ok && errors.Is(err, fs.ErrNotExist) {
		sharedtest.Lacking(tb, "needs the native library: %v", missing)
	}
	if err != nil {
		tb.Fatal(err)
	}
	n := segment.NewNetwork(m, e)
	tb.Cleanup(func() {
		if err := errors.Join(n.Close(), e.Close()); err != nil {
			tb.Error(err)
		}
	})
	return n
}

// load reads a BraTS case.
func load(tb testing.TB, root, id string) *study.Loaded {
	tb.Helper()
	s, err := study.Scan(tb.Context(), []string{filepath.Join(root, "data", "brats", id)}, study.ScanOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	l, err := s.Load(tb.Context(), study.LoadOptions{Use: sequence.Full})
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// referenceCase is what the reference found for a case; cells are by subset, as symbols, and region.
type referenceCase struct {
	Subsets map[string]struct {
		Painted, ML [label.RegionCount]float64
		HD95        [label.RegionCount]*float64
	}
}

// TestWholeCasesEqualTheReference segments the validation cases: Dice within 0.005, mL within 1 % or 0.05 mL, and HD95 within 0.05 mm in 95 %
// of the cells, since a single voxel can decide one. Where parity is not demanded, one case and two subsets are a sample.
func TestWholeCasesEqualTheReference(t *testing.T) {
	root := sharedtest.Folder(t)
	text, err := os.ReadFile(filepath.Join(root, "experiments", "pytorch-compact", "val.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct{ Cases map[string]referenceCase }
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Cases) != 6 {
		t.Fatalf("%d cases in val.json instead of 6", len(want.Cases))
	}
	n := reference(t, root)
	subsets := sequence.Full.Subsets()
	if !sharedtest.Parity() {
		want.Cases = map[string]referenceCase{"Brats18_TCIA05_396_1": want.Cases["Brats18_TCIA05_396_1"]}
		subsets = []sequence.Subset{flairT2, sequence.Full}
	}
	cells, far := 0, 0
	for id, c := range want.Cases {
		l := load(t, root, id)
		truth, err := study.ReadMask(filepath.Join(root, "data", "brats", id, id+"_seg.nii.gz"), label.BraTS2017, l.Grid)
		if err != nil {
			t.Fatal(err)
		}
		masks := score.Masks(truth)
		opened, err := n.Open(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range subsets {
			r, err := opened.Segment(t.Context(), u, segment.Options{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			dice, err := score.Dice(r.Labels, truth)
			if err != nil {
				t.Fatal(err)
			}
			mm := score.HD95s(score.Masks(r.Labels), masks)
			cell, ok := c.Subsets[u.Symbols()]
			if !ok {
				t.Fatalf("%s: val.json has no subset %s", id, u.Symbols())
			}
			for _, g := range label.Regions {
				what := fmt.Sprintf("%s %s %v", id, u.Symbols(), g)
				if math.Abs(dice[g]-cell.Painted[g]) > 0.005 {
					t.Errorf("%s: Dice %.5f, the reference has %.5f", what, dice[g], cell.Painted[g])
				}
				if d := math.Abs(r.ML[g] - cell.ML[g]); d > max(0.05, 0.01*cell.ML[g]) {
					t.Errorf("%s: %.3f mL, the reference has %.3f", what, r.ML[g], cell.ML[g])
				}
				cells++
				if defined := cell.HD95[g] != nil; defined == math.IsNaN(mm[g]) || defined && math.Abs(mm[g]-*cell.HD95[g]) > 0.05 {
					far++
					t.Logf("%s: HD95 %.4f mm differs", what, mm[g])
				}
			}
		}
		opened.Close()
	}
	if float64(far) > 0.05*float64(cells) {
		t.Errorf("HD95 differs in %d of %d cells", far, cells)
	}
	t.Logf("%d cells, HD95 differs in %d", cells, far)
}

// BenchmarkStages reports the seconds of every stage of one segmentation of a BraTS case.
func BenchmarkStages(b *testing.B) {
	root := sharedtest.Folder(b)
	n := reference(b, root)
	const id = "Brats18_TCIA05_396_1"
	dir := b.TempDir()
	var scan, read, open, infer, again, export time.Duration
	lap := func(total *time.Duration, start *time.Time) {
		now := time.Now()
		*total += now.Sub(*start)
		*start = now
	}
	for b.Loop() {
		start := time.Now()
		s, err := study.Scan(b.Context(), []string{filepath.Join(root, "data", "brats", id)}, study.ScanOptions{})
		if err != nil {
			b.Fatal(err)
		}
		lap(&scan, &start)
		l, err := s.Load(b.Context(), study.LoadOptions{Use: sequence.Full})
		if err != nil {
			b.Fatal(err)
		}
		lap(&read, &start)
		opened, err := n.Open(b.Context(), l)
		if err != nil {
			b.Fatal(err)
		}
		lap(&open, &start)
		r, err := opened.Segment(b.Context(), sequence.Full, segment.Options{}, nil)
		if err != nil {
			b.Fatal(err)
		}
		lap(&infer, &start)
		if _, err = opened.Segment(b.Context(), flairT2, segment.Options{}, nil); err != nil {
			b.Fatal(err)
		}
		lap(&again, &start)
		if _, err = segment.Export(b.Context(), dir, id, r, n.Model(), l, segment.ExportOptions{Force: true}); err != nil {
			b.Fatal(err)
		}
		lap(&export, &start)
		opened.Close()
	}
	for name, total := range map[string]time.Duration{"scan": scan, "load": read, "open": open, "segment": infer, "next": again, "export": export} {
		b.ReportMetric(total.Seconds()/float64(b.N), "s_"+name+"/op")
	}
}
