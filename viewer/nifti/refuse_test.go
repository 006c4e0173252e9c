package nifti

import (
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
)

// TestRefusals: every kind of bad input is a sentence that begins with the file's name, of the right kind, and never a panic.
func TestRefusals(t *testing.T) {
	little := binary.LittleEndian
	header := func(change func(*nifti1)) []byte {
		h := small1()
		change(&h)
		return forge(t, little, h, ramp())
	}
	good := header(func(*nifti1) {})
	packed := pack(t, good)
	wrongSum := slices.Clone(packed)
	wrongSum[len(wrongSum)-8]++
	wrongBits := slices.Clone(packed)
	wrongBits[40] ^= 0xff
	// A fixed Huffman block whose first code stands for length 286, which deflate never assigns.
	wrongCode := append(slices.Clone(packed[:10]), 0x1b, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	dicom := append(make([]byte, 128), "DICM and some tags that follow, more than a header long"+strings.Repeat("x", 300)...)
	cifti := small2()
	cifti.Intent = 3001
	analyze := slices.Clone(good)
	copy(analyze[344:], "\x00\x00\x00\x00")
	ascii := forge(t, little, small2(), ramp())
	copy(ascii[8:], "\n\x1a\n\x00")
	for _, test := range []struct {
		name    string
		content []byte
		kind    error
		text    string
	}{
		{"empty.nii", nil, ErrInvalid, "is empty"},
		{"empty.nii.gz", pack(t, nil), ErrInvalid, "is empty"},
		{"text.nii.gz", []byte("<html>Größe: 404 not found</html>"), ErrInvalid, "is a text file"},
		{"dicom.nii.gz", dicom, ErrUnsupported, "dcm2niix"},
		{"noise.nii", []byte(strings.Repeat("\x01\x02\xff", 200)), ErrInvalid, "another kind of file"},
		{"stub.nii", good[:200], ErrInvalid, "has only 200 bytes"},
		{"tiny.nii", []byte{1, 2, 3}, ErrInvalid, "only 3 bytes"},
		{"stub2.nii", forge(t, little, small2())[:400], ErrInvalid, "after 400 bytes, inside the header of 540"},
		{"zip.nii.gz", []byte("PK\x03\x04 and so on"), ErrUnsupported, "unpack it first"},
		{"code.nii.gz", wrongCode, ErrInvalid, "the gzip data are damaged"},
		{"twice.nii.gz", pack(t, packed), ErrUnsupported, "packed twice"},
		{"analyze.hdr", analyze, ErrUnsupported, "Analyze"},
		{"ascii.nii", ascii, ErrInvalid, "another kind of file, or damaged"},
		{"cifti.nii", forge(t, little, cifti, ramp()), ErrUnsupported, "CIFTI"},
		{"rgb.nii", header(func(h *nifti1) { h.Datatype, h.Bitpix = 128, 24 }), ErrUnsupported, "RGB"},
		{"complex.nii", header(func(h *nifti1) { h.Datatype = 32 }), ErrUnsupported, "complex64"},
		{"float128.nii", header(func(h *nifti1) { h.Datatype = 1536 }), ErrUnsupported, "float128"},
		{"type.nii", header(func(h *nifti1) { h.Datatype = 17 }), ErrInvalid, "data type 17"},
		{"dim0.nii", header(func(h *nifti1) { h.Dim[0] = 0 }), ErrInvalid, "between 1 and 7"},
		{"dim8.nii", header(func(h *nifti1) { h.Dim[0] = 8 }), ErrInvalid, "between 1 and 7"},
		{"negative.nii", header(func(h *nifti1) { h.Dim[2] = -3 }), ErrInvalid, "dimension 2 a size of -3"},
		{"zero.nii", header(func(h *nifti1) { h.Dim[3] = 0 }), ErrInvalid, "dimension 3 a size of 0"},
		{"absurd.nii", header(func(h *nifti1) { h.Dim = [8]int16{7, 32767, 32767, 32767, 32767, 32767, 32767, 32767} }), ErrInvalid, "claims"},
		{"short.nii", good[:380], ErrInvalid, "header says 4×3×2 int16 (48 bytes) but the file ends after 28 bytes: the copy is incomplete"},
		{"none.nii", good[:352], ErrInvalid, "but the file ends after 0 bytes"},
		{"short.nii.gz", pack(t, good[:380]), ErrInvalid, "but the file ends after 28 bytes"},
		{"cut.nii.gz", packed[:len(packed)-20], ErrInvalid, "the copy is incomplete"},
		{"stump.nii.gz", packed[:5], ErrInvalid, "the copy is incomplete"},
		{"sumless.nii.gz", packed[:len(packed)-4], ErrInvalid, "the copy is incomplete"},
		{"sum.nii.gz", wrongSum, ErrInvalid, "checksum is wrong"},
		{"bits.nii.gz", wrongBits, ErrInvalid, "cop"},
		{"tail.nii.gz", append(slices.Clone(packed), "tail"...), ErrInvalid, "gzip data are damaged"},
		{"offset.nii", header(func(h *nifti1) { h.VoxOffset = 348 }), ErrInvalid, "inside the header itself"},
		{"offset2.nii", header(func(h *nifti1) { h.VoxOffset = -1 }), ErrInvalid, "vox_offset"},
		{"offset3.nii", header(func(h *nifti1) { h.VoxOffset = float32(nan) }), ErrInvalid, "vox_offset"},
		{"offset4.nii", header(func(h *nifti1) { h.VoxOffset = 1e9 }), ErrInvalid, "ends after 0 bytes"},
		{"inter.nii", header(func(h *nifti1) { h.Slope, h.Inter = 2, float32(nan) }), ErrInvalid, "adds NaN"},
		{"spacing.nii", header(func(h *nifti1) { h.Pixdim[2] = float32(nan) }), ErrInvalid, "spacing of NaN mm along axis 2"},
		{"sform.nii", header(func(h *nifti1) { h.SForm[1][1], h.QFormCode = float32(nan), 0 }), ErrInvalid, "not finite (s-form)"},
		{"flat.nii", header(func(h *nifti1) { h.SForm[2], h.QFormCode = [4]float32{}, 0 }), ErrInvalid, "cannot be inverted"},
		{"qform.nii", header(func(h *nifti1) { h.Quatern[1], h.SFormCode = 2, 0 }), ErrInvalid, "is no rotation (q-form)"},
		{"far.nii", header(func(h *nifti1) { h.SForm[2][3], h.QFormCode = 1e20, 0 }), ErrInvalid, "thousand kilometres"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := file(t, test.name, test.content)
			_, _, err := Read(path, 0)
			if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.text) || !strings.HasPrefix(err.Error(), test.name+": ") {
				t.Fatalf("%v, want %v with %q", err, test.kind, test.text)
			}
			var fe *FileError
			if !errors.As(err, &fe) || fe.Path != path {
				t.Errorf("the error does not carry the path: %#v", err)
			}
			if errors.Is(err, ErrInvalid) && errors.Is(err, ErrUnsupported) {
				t.Error("the error is of both kinds")
			}
		})
	}
}

func TestCannotOpen(t *testing.T) {
	folder := t.TempDir()
	if _, err := ReadHeader(filepath.Join(folder, "no.nii")); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := ReadHeader(folder); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "is not a file") {
		t.Errorf("a folder: %v", err)
	}
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("needs an ordinary user: permissions do not bind root")
	}
	path := file(t, "secret.nii", nil)
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadHeader(path); !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "no permission") {
		t.Errorf("no permission: %v", err)
	}
}

// taken is the memory that f takes, in bytes, freed or not.
func taken(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestClaims: a header's word alone takes no memory and no time.
func TestClaims(t *testing.T) {
	h := small1()
	h.Dim = [8]int16{4, 3000, 3000, 1000, 1, 1, 1, 1} // 18 GB
	raw := forge(t, binary.LittleEndian, h, [48]byte{})
	for name, content := range map[string][]byte{"bomb.nii": raw, "bomb.nii.gz": pack(t, raw)} {
		path := file(t, name, content)
		start := time.Now()
		var err error
		memory := taken(func() { _, _, err = Read(path, 0) })
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "18.0 GB") {
			t.Errorf("%s of %d bytes that claims 18 GB: %v", name, len(content), err)
		}
		if memory > 1<<20 || time.Since(start) > 5*time.Second {
			t.Errorf("%s took %d bytes", name, memory)
		}
	}
}

// TestMemoryGrowsAsBytesArrive: a .gz may claim 1032 times its size, but a claim that deflate could keep and this file does not keep
// takes no more than the first allotment.
func TestMemoryGrowsAsBytesArrive(t *testing.T) {
	h := small1()
	h.Dim = [8]int16{3, 1000, 1000, 500, 1, 1, 1, 1}
	h.Datatype, h.Bitpix = 2, 8
	noise := make([]byte, 1<<20) // stored bytes that do not pack: enough to let 1 GB pass as a claim
	state := uint32(1)
	for n := range noise {
		state = state*1664525 + 1013904223
		noise[n] = byte(state >> 24)
	}
	path := file(t, "claim.nii.gz", pack(t, forge(t, binary.LittleEndian, h, noise)))
	var err error
	memory := taken(func() { _, _, err = Read(path, 0) })
	if !errors.Is(err, ErrInvalid) || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "ends after 1.0 MB") {
		t.Error(err)
	}
	if memory > 4*trusted+8<<20 {
		t.Errorf("1 MB of voxels took %d MB", memory>>20)
	}
}

// TestGrowth: voxels beyond the first allotment arrive whole.
func TestGrowth(t *testing.T) {
	h := small1()
	h.Dim = [8]int16{3, 420, 400, 101, 1, 1, 1, 1}
	h.Datatype, h.Bitpix = 2, 8
	voxels := make([]byte, 420*400*101)
	for n := range voxels {
		voxels[n] = byte(n >> 12)
	}
	if len(voxels) <= trusted {
		t.Fatal("too small to grow")
	}
	_, v, err := Read(file(t, "large.nii", forge(t, binary.LittleEndian, h, voxels)), 0)
	if err != nil {
		t.Fatal(err)
	}
	for n, got := range v.Voxel {
		if got != float32(voxels[n]) {
			t.Fatalf("voxel %d is %v, want %d", n, got, voxels[n])
		}
	}
}

// TestDecoderBlamesItself: damaged data can make the inflater report an error of its own (found by fuzzing, in 374 bytes); to the user it
// is a damaged file like any other.
func TestDecoderBlamesItself(t *testing.T) {
	err := broken(flate.InternalError("unexpected length code"), 352)
	if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "damaged after 352 bytes unpacked") {
		t.Errorf("broken says %q", err)
	}
}
