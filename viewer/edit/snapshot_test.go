package edit

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// edited is an edit with a few strokes.
func edited(t *testing.T, g volume.Grid) *Edit {
	t.Helper()
	r := rand.New(rand.NewPCG(15, 16))
	m, v := random(r, g)
	e := New("after lunch: ET \"mended\"", Origin{Study: "TCGA-06-1234", Model: "tiny 1234", Subset: sequence.Of(sequence.FLAIR, sequence.T1ce)}, m.Cutout())
	strokes(t, r, e, v, 5)
	if !e.Edited() {
		t.Fatal("nothing was edited")
	}
	return e
}

func TestSnapshotsSurvive(t *testing.T) {
	for name, g := range grids() {
		e := edited(t, g)
		e.Origin.Made = strings.Repeat("a model may name thousands of cases\n", 1000)
		path := filepath.Join(t.TempDir(), "kept")
		for _, saved := range []bool{false, true} {
			if saved {
				e.MarkSaved(e.Snapshot(), "/results/mask.nii.gz", label.BraTS2017)
			}
			s := e.Snapshot()
			if err := s.Write(path); err != nil {
				t.Fatal(err)
			}
			back, err := Read(path)
			if err != nil {
				t.Fatal(err)
			}
			want := *s
			want.Labels, want.state = back.Labels, 0
			if *back != want || back.Unsaved == saved || back.Fits(g) != nil {
				t.Errorf("%s: %+v came back", name, back)
			}
			again := Restore(back)
			if got := again.Map(); got.Grid != g || !slices.Equal(got.Voxel, e.Map().Voxel) || again.Count() != e.Count() {
				t.Fatalf("%s: other labels came back", name)
			}
			if again.Unsaved() == saved || !again.Edited() || again.CanUndo() {
				t.Errorf("%s: unsaved %v, edited %v, undo %v", name, again.Unsaved(), again.Edited(), again.CanUndo())
			}
			again.MarkSaved(again.Snapshot(), "other", label.BraTS2017)
			if again.Unsaved() {
				t.Error("saving does not help")
			}
		}
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("others may read the file: %v %v", info.Mode(), err)
		}
	}
}

// TestSnapshotIsOfFinishedSteps: a stroke in progress is not kept, and later strokes do not reach into a snapshot.
func TestSnapshotIsOfFinishedSteps(t *testing.T) {
	g := grids()["LPS"]
	e := New("edit", Origin{}, (&label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}).Cutout())
	if err := e.Begin(Tool{Radius: 3, Ball: true, Paint: label.ET}, g.World([3]float64{9, 9, 9})); err != nil {
		t.Fatal(err)
	}
	before := e.Snapshot()
	e.End()
	after := e.Snapshot()
	e.Undo()
	if before.Labels.Count()[label.ET] != 0 || before.Edited || after.Labels.Count()[label.ET] == 0 || !after.Edited {
		t.Error("the snapshots hold something else than the finished steps")
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	var file bytes.Buffer
	if err := edited(t, grids()["thick"]).Snapshot().encode(&file); err != nil {
		t.Fatal(err)
	}
	whole := file.Bytes()
	if _, err := decode(whole); err != nil {
		t.Fatal(err)
	}
	refused := func(data []byte, what string) {
		t.Helper()
		s, err := decode(data)
		damage := (*FileError)(nil)
		if s != nil || !errors.As(err, &damage) || damage.Newer || !strings.Contains(err.Error(), "damaged") {
			t.Fatalf("%s: %v", what, err)
		}
	}
	for n := range whole {
		refused(whole[:n], "cut off")
	}
	r := rand.New(rand.NewPCG(17, 18))
	for range 500 {
		broken := slices.Clone(whole)
		n := len(magic) + 2 + 10 + r.IntN(len(whole)-len(magic)-12) // after the first line and gzip's own header, some bytes of which mean nothing
		broken[n] ^= byte(1 + r.IntN(255))
		refused(broken, "a broken byte")
	}
	refused([]byte("hello"), "another file")
}

func TestSnapshotOfALaterQuorum(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept")
	if err := os.WriteFile(path, []byte("quorum edit 2\nwhatever it holds"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Read(path)
	later := (*FileError)(nil)
	if !errors.As(err, &later) || !later.Newer || !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), "format 2") {
		t.Errorf("%v", err)
	}
	if data, err := os.ReadFile(path); err != nil || !bytes.Contains(data, []byte("whatever")) {
		t.Error("the file was touched")
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// TestHeadersThatLie: a file that is whole but claims what cannot be.
func TestHeadersThatLie(t *testing.T) {
	honest := header{Dim: [3]int{4, 4, 4}, Affine: grids()["LPS"].Affine, Min: [3]int{1, 1, 1}, Box: [3]int{2, 1, 1}}
	for what, lie := range map[string]func(*header){
		"no grid":         func(h *header) { h.Dim = [3]int{} },
		"a flat grid":     func(h *header) { h.Affine = [3][4]float64{} },
		"a box outside":   func(h *header) { h.Min[0] = 3 },
		"a negative box":  func(h *header) { h.Box = [3]int{-2, -1, 1} },
		"a huge box":      func(h *header) { h.Dim, h.Box = [3]int{1 << 20, 1 << 20, 1 << 20}, [3]int{1 << 20, 1 << 20, 1 << 19} },
		"another subset":  func(h *header) { h.Subset = "flair-pet" },
		"too few labels":  func(h *header) { h.Box[0] = 3 },
		"too many labels": func(h *header) { h.Box[0] = 1 },
	} {
		h := honest
		lie(&h)
		if s, err := h.snapshot(bytes.NewReader([]byte{1, 2})); err == nil {
			t.Errorf("%s: %+v", what, s)
		}
	}
	if _, err := honest.snapshot(bytes.NewReader([]byte{1, 9})); err == nil {
		t.Error("label 9 was accepted")
	}
	if s, err := honest.snapshot(bytes.NewReader([]byte{1, 2})); err != nil || s.Labels.At(2, 1, 1) != label.ED {
		t.Errorf("the honest header was refused: %v", err)
	}
}

func TestSnapshotOfOtherImages(t *testing.T) {
	s := edited(t, grids()["LPS"]).Snapshot()
	if err := s.Fits(grids()["thick"]); err == nil || !strings.Contains(err.Error(), "made on other images") {
		t.Errorf("%v", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	g := volume.Grid{Dim: [3]int{240, 240, 155}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}}
	e := New("edit", Origin{}, (&label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}).Cutout())
	if err := e.Begin(Tool{Radius: 35, Ball: true, Paint: label.ET}, g.World([3]float64{100, 100, 80})); err != nil || !e.End() {
		b.Fatal(err)
	}
	s, path := e.Snapshot(), filepath.Join(b.TempDir(), "kept")
	for b.Loop() {
		if err := s.Write(path); err != nil {
			b.Fatal(err)
		}
	}
}
