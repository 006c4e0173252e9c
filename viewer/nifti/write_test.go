package nifti

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quorum/viewer/volume"
)

// everyGrid gives grids in all 48 axis orders, anisotropic, and each once turned out of the axes.
func everyGrid() []volume.Grid {
	var all []volume.Grid
	s, c := math.Sincos(0.3)
	turn := volume.Affine{{c, -s, 0, 3}, {s, c, 0, -4}, {0, 0, 1, 5}}
	for _, axis := range [][3]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		for bits := range 8 {
			g := volume.Grid{Dim: [3]int{5, 4, 3}}
			for c, a := range axis {
				g.Affine[a][c] = []float64{0.9375, 1, 5.5}[c] * float64(1-2*(bits>>c&1))
				g.Affine[c][3] = []float64{-119.5, 17.25, 60.125}[c]
			}
			all = append(all, g, volume.Grid{Dim: g.Dim, Affine: turn.Mul(g.Affine)})
		}
	}
	return all
}

// near reports whether two affines agree to float32's precision.
func near(a, b volume.Affine) bool {
	for r := range a {
		for c := range a[r] {
			if math.Abs(a[r][c]-b[r][c]) > 1e-6*(1+math.Abs(b[r][c])) {
				return false
			}
		}
	}
	return true
}

// back writes and reads again.
func back[T Voxels](t *testing.T, name string, like *Header, volumes int, data []T) *Header {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := Write(path, like, volumes, data, "Quorum test", false); err != nil {
		t.Fatal(err)
	}
	numbers := make([]int, volumes)
	for n := range numbers {
		numbers[n] = n
	}
	h, got, err := ReadVolumes(path, numbers...)
	if err != nil {
		t.Fatal(err)
	}
	for n, v := range got {
		for m, x := range v.Voxel {
			if want := float32(data[n*len(v.Voxel)+m]); x != want && (x == x || want == want) {
				t.Fatalf("volume %d, voxel %d is %v, was %v", n, m, x, want)
			}
		}
	}
	if h.Description != "Quorum test" || h.Volumes() != volumes {
		t.Errorf("description %q, %d volumes", h.Description, h.Volumes())
	}
	return h
}

// TestWriteRead is the identity: 48 axis orders, straight and oblique, every type, one volume and several, plain and packed.
func TestWriteRead(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for n, grid := range everyGrid() {
		like := NewHeader(grid)
		masks, shorts, floats := make([]uint8, 180), make([]int16, 180), make([]float32, 180)
		for m := range 180 {
			masks[m], shorts[m], floats[m] = uint8(rnd.Uint32()), int16(rnd.Uint32()), rnd.Float32()
		}
		floats[7], floats[8] = float32(nan), float32(math.Inf(-1))
		type label uint8
		var written []*Header
		switch n % 3 { // each type meets every third of the 96 grids, straight and oblique
		case 0:
			written = []*Header{back(t, "a.nii", like, 3, masks), back(t, "a.nii.gz", like, 1, masks[:60])}
		case 1:
			written = []*Header{back(t, "ä b.nii.gz", like, 3, shorts), back(t, "A.NII", like, 1, slices.Repeat([]label{1, 2}, 30))}
		default:
			written = []*Header{back(t, "a.nii.gz", like, 3, floats), back(t, "a.nii", like, 1, floats[:60])}
		}
		for _, h := range written {
			if g := h.Grid(); g.Dim != grid.Dim || !near(g.Affine, grid.Affine) {
				t.Fatalf("grid %d came back as %v, was %v", n, g, grid)
			}
			if h.QFormCode != 1 || h.SFormCode != 1 || !near(h.qform(), grid.Affine) || len(h.Notices) > 0 {
				t.Fatalf("grid %d: the q-form says %v, the grid %v; notices %q", n, h.qform(), grid.Affine, h.Notices)
			}
		}
	}
}

// TestGeometryIsKept: what a source file says about space, the written one says in the same numbers, in every case of codes.
func TestGeometryIsKept(t *testing.T) {
	for _, codes := range [][2]int16{{0, 0}, {1, 0}, {0, 1}, {2, 1}, {1, 4}, {0, 9}} {
		source := small1()
		source.QFormCode, source.SFormCode = codes[0], codes[1]
		like, v, err := Read(file(t, "a.nii", forge(t, binary.LittleEndian, source, ramp())), 0)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := Encode(&b, like, 1, make([]uint8, 24), "mask"); err != nil {
			t.Fatal(err)
		}
		want := source // nothing of the patient, nothing of the source's voxels
		want.DBName, want.AuxFile, want.Descrip, want.Regular = [18]byte{}, [24]byte{}, [80]byte{'m', 'a', 's', 'k'}, 'r'
		want.Datatype, want.Bitpix = 2, 8
		var got nifti1
		read(t, b.Bytes(), &got)
		if got != want {
			t.Errorf("codes %v: wrote %+v, want %+v", codes, got, want)
		}
		mask, err := readHeader(&b)
		if err != nil {
			t.Fatal(err)
		}
		if match, text := v.Grid.Compare(mask.Grid()); match != volume.Same || mask.Grid() != v.Grid {
			t.Errorf("codes %v: the mask's grid %s", codes, text)
		}
	}
}

func TestLargeDimensionNeedsNIfTI2(t *testing.T) {
	grid := volume.Grid{Dim: [3]int{40000, 2, 1}, Affine: everyGrid()[5].Affine}
	h := back(t, "long.nii.gz", NewHeader(grid), 1, make([]uint8, 80000))
	if h.Version != 2 || h.Grid().Dim != grid.Dim || !near(h.Grid().Affine, grid.Affine) {
		t.Errorf("header %+v", h)
	}
}

func TestShearedGridHasNoQForm(t *testing.T) {
	grid := volume.Grid{Dim: [3]int{2, 2, 2}, Affine: volume.Affine{{1, 0, 0, 0}, {0, 1, 0.5, 0}, {0, 0, 1, 0}}}
	h := back(t, "a.nii", NewHeader(grid), 1, make([]uint8, 8))
	if h.QFormCode != 0 || h.SFormCode != 1 || !near(h.Grid().Affine, grid.Affine) {
		t.Errorf("header %+v", h)
	}
}

func TestWriteRefuses(t *testing.T) {
	like := NewHeader(everyGrid()[0])
	folder := t.TempDir()
	path := filepath.Join(folder, "a.nii.gz")
	if err := Write(path, like, 1, make([]uint8, 59), "", false); err == nil || !strings.Contains(err.Error(), "59 voxels do not fill 1 volumes of 5×4×3") {
		t.Errorf("too few voxels: %v", err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
		t.Errorf("the failure left %v, %v", entries, err)
	}
	if err := Write(filepath.Join(folder, "a.img"), like, 1, make([]uint8, 60), "", false); err == nil || !strings.Contains(err.Error(), "must end in") {
		t.Errorf("an odd name: %v", err)
	}
	if err := Write(path, like, 1, make([]uint8, 60), "", false); err != nil {
		t.Fatal(err)
	}
	if err := Write(path, like, 1, make([]uint8, 60), "", false); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an existing file: %v", err)
	}
	if err := Write(path, like, 1, make([]uint8, 60), "", true); err != nil {
		t.Error(err)
	}
}

// TestDescription: 79 bytes at most, no letter cut in half.
func TestDescription(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", ""},
		{"Quorum 1.0 brats2023", "Quorum 1.0 brats2023"},
		{strings.Repeat("x", 200), strings.Repeat("x", 79)},
		{strings.Repeat("x", 78) + "ü", strings.Repeat("x", 78)},
		{strings.Repeat("x", 77) + "üü", strings.Repeat("x", 77) + "ü"},
	} {
		var b bytes.Buffer
		if err := Encode(&b, NewHeader(everyGrid()[0]), 1, make([]uint8, 60), test.text); err != nil {
			t.Fatal(err)
		}
		h, err := readHeader(&b)
		if err != nil || h.Description != test.want {
			t.Errorf("%q came back as %q, %v", test.text, h.Description, err)
		}
	}
}

// TestWindow: cal_min and cal_max hold the range of the finite values.
func TestWindow(t *testing.T) {
	for _, test := range []struct {
		data      []float32
		low, high float32
	}{{[]float32{-2, float32(nan), 5, float32(math.Inf(1))}, -2, 5}, {[]float32{float32(nan), float32(nan), float32(nan), float32(nan)}, 0, 0}} {
		var b bytes.Buffer
		grid := volume.Grid{Dim: [3]int{4, 1, 1}, Affine: everyGrid()[0].Affine}
		if err := Encode(&b, NewHeader(grid), 1, test.data, ""); err != nil {
			t.Fatal(err)
		}
		var got nifti1
		read(t, b.Bytes(), &got)
		if got.CalMin != test.low || got.CalMax != test.high {
			t.Errorf("%v: window %v to %v", test.data, got.CalMin, got.CalMax)
		}
	}
}

func BenchmarkWriteMask(b *testing.B) {
	grid := volume.Grid{Dim: [3]int{240, 240, 155}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 239}, {0, 0, 1, 0}}}
	mask := make([]uint8, grid.Voxels())
	for n := range mask {
		i, j, k := grid.Coordinate(n)
		if d := (i-100)*(i-100) + (j-130)*(j-130) + (k-80)*(k-80); d < 900 {
			mask[n] = uint8(1 + d/301)
		}
	}
	folder := b.TempDir()
	for n := 0; b.Loop(); n++ {
		if err := Write(filepath.Join(folder, fmt.Sprint(n%4, ".nii.gz")), NewHeader(grid), 1, mask, "", true); err != nil {
			b.Fatal(err)
		}
	}
}
