package nifti

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"

	"quorum/sharedtest"
	"quorum/viewer/volume"
)

// seeds are small files of every kind: forged ones always, other projects' where the shared data are.
func seeds(f *testing.F) [][]byte {
	f.Helper()
	var all [][]byte
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, header := range []any{small1(), small2()} {
			raw := forge(f, order, header, ramp())
			all = append(all, raw, pack(f, raw), raw[:300], pack(f, raw)[:80])
		}
	}
	scaled := small1()
	scaled.Slope, scaled.Inter, scaled.SFormCode, scaled.QFormCode = 2, -1, 0, 0
	scaled.Dim = [8]int16{4, 2, 2, 2, 3, 1, 1, 1}
	all = append(all, forge(f, binary.LittleEndian, scaled, ramp()))
	_ = filepath.WalkDir(filepath.Join(sharedtest.Root(f), "data", "conformance"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil //nolint:nilerr // the shared data are a bonus
		}
		if b, err := os.ReadFile(path); err == nil && len(b) < 4096 {
			all = append(all, b)
		}
		return nil
	})
	return all
}

// FuzzHeader: any bytes give a usable header or a refusal; a header that was accepted survives writing.
func FuzzHeader(f *testing.F) {
	for _, raw := range seeds(f) {
		f.Add(raw[:min(len(raw), 600)])
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, err := readHeader(bytes.NewReader(raw))
		if err != nil {
			var fe *FileError
			if !errors.As(err, &fe) || !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrUnsupported) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		grid := h.Grid()
		if _, err := volume.NewGrid(grid.Dim, grid.Affine); err != nil || h.Volumes() < 1 || h.bytes() < 1 {
			t.Fatalf("accepted %+v: %v", h, err)
		}
		_ = grid.Orientation().String()
		if volumes := h.Volumes(); volumes < 1<<40 {
			again, err := readHeader(bytes.NewReader(encodeHeader(h, volumes, typeUint8, [2]float64{}, h.Description)))
			if err != nil {
				if flat(grid) {
					return // at the limit of what can be inverted, rounding to float32 decides
				}
				t.Fatalf("accepted %+v, wrote it, and then: %v", h, err)
			}
			if g := again.Grid(); again.Volumes() != volumes || g.Dim != grid.Dim || !near(g.Affine, grid.Affine) {
				t.Fatalf("accepted %+v, came back as %+v", h, again)
			}
		}
	})
}

// flat reports whether a grid is near the limits of what is accepted.
func flat(g volume.Grid) bool {
	s := g.Spacing()
	return math.Abs(g.Affine.Determinant())/(s[0]*s[1]*s[2]) < 1e-3 || min(s[0], s[1], s[2]) < 2e-9 || max(s[0], s[1], s[2]) > 0.9e9
}

// FuzzRead: any file is read or refused, with no more memory than its size allows.
func FuzzRead(f *testing.F) {
	for _, raw := range seeds(f) {
		f.Add(raw)
	}
	path := filepath.Join(f.TempDir(), "fuzz.nii")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		var h *Header
		var v *volume.Volume
		var err error
		memory := taken(func() { h, v, err = Read(path, 0) })
		if limit := uint64(8*deflateMost*len(raw) + 4<<20); memory > limit {
			t.Fatalf("%d bytes of file took %d of memory", len(raw), memory)
		}
		if err != nil {
			if !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrUnsupported) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		if len(v.Voxel) != v.Grid.Voxels() || v.Grid != h.Grid() {
			t.Fatalf("%d voxels on %v", len(v.Voxel), v.Grid)
		}
	})
}
