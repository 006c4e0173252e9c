package nifti

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quorum/viewer/volume"
)

// TestVersionsAndOrders: the same image in both versions and byte orders, plain and packed, reads the same.
func TestVersionsAndOrders(t *testing.T) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for version, header := range map[int]any{1: small1(), 2: small2()} {
			raw := forge(t, order, header, ramp())
			for name, content := range map[string][]byte{"a.nii": raw, "a.nii.gz": pack(t, raw), "plain.nii.gz": raw, "packed.nii": pack(t, raw)} {
				t.Run(fmt.Sprint(version, order, name), func(t *testing.T) {
					h, v, err := Read(file(t, name, content), 0)
					if err != nil {
						t.Fatal(err)
					}
					if h.Version != version || h.BigEndian != (order == binary.BigEndian) || !slices.Equal(h.Dim, []int64{4, 3, 2}) ||
						h.TypeName() != "int16" || h.QFormCode != 1 || h.SFormCode != 2 || h.Description != "forged" || len(h.Notices) > 0 {
						t.Errorf("header %+v", h)
					}
					for n, got := range v.Voxel {
						if got != float32(n) {
							t.Fatalf("voxel %d is %v", n, got)
						}
					}
					if p := v.Grid.World([3]float64{1, 1, 1}); math.Abs(p[0]-12.6) > 1e-6 || math.Abs(p[1]+18.9) > 1e-6 || math.Abs(p[2]-28.3) > 1e-6 {
						t.Errorf("voxel 1,1,1 lies at %v", p)
					}
				})
			}
		}
	}
}

func TestTypesAndScale(t *testing.T) {
	const big = 1 << 60
	for _, test := range []struct {
		code   int16
		voxels any
		want   [3]float64
	}{
		{2, []uint8{0, 7, 255}, [3]float64{0, 7, 255}},
		{256, []int8{-128, 7, 127}, [3]float64{-128, 7, 127}},
		{4, []int16{-32768, 7, 32767}, [3]float64{-32768, 7, 32767}},
		{512, []uint16{0, 7, 65535}, [3]float64{0, 7, 65535}},
		{8, []int32{-big >> 30, 7, big >> 30}, [3]float64{-1 << 30, 7, 1 << 30}},
		{768, []uint32{0, 7, 1 << 31}, [3]float64{0, 7, 1 << 31}},
		{1024, []int64{-big, 7, big}, [3]float64{-big, 7, big}},
		{1280, []uint64{0, 7, 1 << 63}, [3]float64{0, 7, 1 << 63}},
		{16, []float32{-1.5, 7, float32(nan)}, [3]float64{-1.5, 7, nan}},
		{64, []float64{-1.5, math.Inf(1), 1e-3}, [3]float64{-1.5, math.Inf(1), 1e-3}},
	} {
		for _, s := range []struct{ slope, inter, times, plus float64 }{
			{1, 0, 1, 0}, {0, 5, 1, 0}, {nan, 5, 1, 0}, {math.Inf(1), 5, 1, 0}, {2.5, -3, 2.5, -3}, {1, 8, 1, 8}, {-0.5, 0, -0.5, 0},
		} {
			for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
				h := small2()
				h.Dim = [8]int64{3, 3, 1, 1, 1, 1, 1, 1}
				h.Datatype, h.Bitpix = test.code, int16(8*datatypes[test.code].bytes)
				h.Slope, h.Inter = s.slope, s.inter
				_, v, err := Read(file(t, "a.nii", forge(t, order, h, test.voxels)), 0)
				if err != nil {
					t.Fatal(err)
				}
				for n, stored := range test.want {
					want := float32(stored*s.times + s.plus)
					if got := v.Voxel[n]; got != want && (got == got || want == want) {
						t.Errorf("%s, slope %v, intercept %v: %v reads as %v, want %v", datatypes[test.code].name, s.slope, s.inter, stored, got, want)
					}
				}
			}
		}
	}
}

func TestOffsetAndExtension(t *testing.T) {
	h := small1()
	h.VoxOffset = 352 + 64
	h.Extension = [4]byte{1}
	extension := [16]int32{64, 6, 99}
	raw := forge(t, binary.LittleEndian, h, extension, ramp(), [100]byte{1, 2, 3}) // and something behind
	for name, content := range map[string][]byte{"a.nii": raw, "a.nii.gz": pack(t, raw)} {
		_, v, err := Read(file(t, name, content), 0)
		if err != nil {
			t.Fatal(err)
		}
		if v.Voxel[0] != 0 || v.Voxel[23] != 23 {
			t.Errorf("%s: voxels %v", name, v.Voxel)
		}
	}
}

// TestManyVolumes: a 5-D file by number, in any order, twice the same, plain and packed.
func TestManyVolumes(t *testing.T) {
	h := small1()
	h.Dim = [8]int16{5, 4, 3, 1, 2, 3, 1, 1}
	voxels := make([]int16, 12*6)
	for n := range voxels {
		voxels[n] = int16(n / 12)
	}
	raw := forge(t, binary.BigEndian, h, voxels)
	for name, content := range map[string][]byte{"a.nii": raw, "a.nii.gz": pack(t, raw)} {
		path := file(t, name, content)
		header, volumes, err := ReadVolumes(path, 4, 1, 5, 1)
		if err != nil {
			t.Fatal(err)
		}
		if header.Volumes() != 6 || header.Grid().Dim != [3]int{4, 3, 1} {
			t.Errorf("%d volumes of %v", header.Volumes(), header.Grid().Dim)
		}
		for n, want := range []float32{4, 1, 5, 1} {
			if v := volumes[n].Voxel; len(v) != 12 || v[0] != want || v[11] != want {
				t.Errorf("%s: volume %v is %v", name, want, v)
			}
		}
		for _, bad := range []int{-1, 6} {
			if _, _, err := Read(path, bad); err == nil || !strings.Contains(err.Error(), "the file has 6") {
				t.Errorf("volume %d: %v", bad, err)
			}
		}
	}
}

// TestPairs: either half opens a pair, packed or not, in either case of letters.
func TestPairs(t *testing.T) {
	h := small1()
	h.Magic = [4]byte{'n', 'i', '1'}
	h.VoxOffset = 16
	header, image := forge(t, binary.LittleEndian, h)[:348], forge(t, binary.LittleEndian, [16]byte{}, ramp())
	for _, names := range [][2]string{{"a.hdr", "a.img"}, {"a.hdr.gz", "a.img.gz"}, {"A.HDR", "A.IMG"}, {"a.b.hdr", "a.b.img.gz"}, {"x.hdr.gz", "x.img"}} {
		folder := t.TempDir()
		for n, content := range [][]byte{header, image} {
			if strings.HasSuffix(names[n], ".gz") {
				content = pack(t, content)
			}
			if err := os.WriteFile(filepath.Join(folder, names[n]), content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range names {
			_, v, err := Read(filepath.Join(folder, name), 0)
			if err != nil {
				t.Fatal(err)
			}
			if v.Voxel[0] != 0 || v.Voxel[23] != 23 {
				t.Errorf("%s: voxels %v", name, v.Voxel)
			}
		}
	}
	alone := file(t, "alone.hdr", header)
	if h, err := ReadHeader(alone); err != nil || len(h.Notices) != 1 || !strings.Contains(h.Notices[0], "missing") {
		t.Errorf("a header alone: %+v, %v", h, err)
	}
	if _, _, err := Read(alone, 0); err == nil || !strings.Contains(err.Error(), ".img") {
		t.Errorf("voxels of a header alone: %v", err)
	}
	if _, err := ReadHeader(file(t, "alone.img", image)); err == nil || !strings.Contains(err.Error(), "alone.hdr: there is no such file") {
		t.Errorf("an image alone: %v", err)
	}
}

// TestGzipMembers: several members in a row and zeros at the end are what bgzip and tapes make.
func TestGzipMembers(t *testing.T) {
	raw := forge(t, binary.LittleEndian, small1(), ramp())
	content := slices.Concat(pack(t, raw[:100]), pack(t, nil), pack(t, raw[100:370]), pack(t, raw[370:]), make([]byte, 512))
	_, v, err := Read(file(t, "a.nii.gz", content), 0)
	if err != nil {
		t.Fatal(err)
	}
	if v.Voxel[23] != 23 {
		t.Errorf("voxels %v", v.Voxel)
	}
}

// TestGeometry: which form counts, and what stands in where none does.
func TestGeometry(t *testing.T) {
	sform := volume.Affine{{1.5, 0.1, 0, 11}, {-0.1, 2, 0.2, -21}, {0, -0.2, -2.5, 31}}
	for _, test := range []struct {
		name   string
		change func(*nifti1)
		want   volume.Affine
		notice string
	}{
		{"s-form first", func(*nifti1) {}, sform, ""},
		{
			"no form: nibabel's base", func(h *nifti1) { h.SFormCode, h.QFormCode = 0, 0 },
			volume.Affine{{-1.5, 0, 0, 2.25}, {0, 2, 0, -2}, {0, 0, 2.5, -1.25}},
			"guessed",
		},
		{
			"negative codes count as 0", func(h *nifti1) { h.SFormCode, h.QFormCode = -1, -7 },
			volume.Affine{{-1.5, 0, 0, 2.25}, {0, 2, 0, -2}, {0, 0, 2.5, -1.25}},
			"guessed",
		},
		{
			"q-form", func(h *nifti1) { h.SFormCode, h.Quatern, h.Pixdim[0] = 0, [3]float32{0, 0, 1}, 1 },
			volume.Affine{{-1.5, 0, 0, 10}, {0, -2, 0, -20}, {0, 0, 2.5, 30}},
			"",
		},
		{
			"q-form, qfac -1", func(h *nifti1) { h.SFormCode, h.Quatern = 0, [3]float32{0, 0, 1} },
			volume.Affine{{-1.5, 0, 0, 10}, {0, -2, 0, -20}, {0, 0, -2.5, 30}},
			"",
		},
		{
			"q-form, qfac 0 means 1", func(h *nifti1) { h.SFormCode, h.Quatern, h.Pixdim[0] = 0, [3]float32{}, 0 },
			volume.Affine{{1.5, 0, 0, 10}, {0, 2, 0, -20}, {0, 0, 2.5, 30}},
			"",
		},
		{
			"q-form, quarter turn", func(h *nifti1) { h.SFormCode, h.Quatern, h.Pixdim[0] = 0, [3]float32{0, 0, float32(math.Sqrt(0.5))}, 1 },
			volume.Affine{{0, -2, 0, 10}, {1.5, 0, 0, -20}, {0, 0, 2.5, 30}},
			"",
		},
		{
			"spacing 0 and below", func(h *nifti1) { h.SFormCode, h.QFormCode, h.Pixdim = 0, 0, [8]float32{1, 0, -2, 2.5} },
			volume.Affine{{-1, 0, 0, 1.5}, {0, 2, 0, -2}, {0, 0, 2.5, -1.25}},
			"1 mm is taken",
		},
		{
			"flat s-form, good q-form", func(h *nifti1) { h.SForm, h.Quatern, h.Pixdim[0] = [3][4]float32{}, [3]float32{}, 1 },
			volume.Affine{{1.5, 0, 0, 10}, {0, 2, 0, -20}, {0, 0, 2.5, 30}},
			"q-form is used",
		},
		{"bad q-form, good s-form", func(h *nifti1) { h.Quatern[0] = 3 }, sform, "s-form is used"},
		{"contradiction", func(h *nifti1) { h.Quatern = [3]float32{0, 1, 0} }, sform, "check left and right"},
		{"micrometres", func(h *nifti1) { h.Units = 3 }, sform, "micrometres"},
		{"wrong bits", func(h *nifti1) { h.Bitpix = 8 }, sform, "the type counts"},
		{"offset 0", func(h *nifti1) { h.VoxOffset = 0 }, sform, "vox_offset 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			raw := small1()
			test.change(&raw)
			h, v, err := Read(file(t, "a.nii", forge(t, binary.LittleEndian, raw, ramp())), 0)
			if err != nil {
				t.Fatal(err)
			}
			for r := range 3 {
				for c := range 4 {
					if math.Abs(v.Grid.Affine[r][c]-test.want[r][c]) > 1e-5 {
						t.Fatalf("affine %v, want %v", v.Grid.Affine, test.want)
					}
				}
			}
			if notices := strings.Join(h.Notices, " "); !strings.Contains(notices, test.notice) || (test.notice == "") != (notices == "") {
				t.Errorf("notices %q, want %q", notices, test.notice)
			}
			if v.Voxel[23] != 23 {
				t.Errorf("voxels %v", v.Voxel)
			}
		})
	}
}
