package nifti

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/okieraised/gonii"

	"quorum/sharedtest"
	"quorum/viewer/volume"
)

// gonii is a second opinion on what it reads right: the s-form and voxels of uint8, int16, uint16, int32 and float32 in little-endian
// files (shared/design/facts.md).

func secondOpinion(t *testing.T, path string, h *Header, v *volume.Volume) {
	t.Helper()
	r, err := gonii.NewNiiReader(gonii.WithReadImageFile(path))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Parse(); err != nil {
		t.Fatal(err)
	}
	nii := r.GetNiiData()
	if h.SFormCode > 0 {
		m := nii.GetAffine().M
		for row := range 3 {
			for c := range 4 {
				if math.Abs(m[row][c]-v.Grid.Affine[row][c]) > 1e-6*(1+math.Abs(m[row][c])) {
					t.Fatalf("gonii's affine is %v, ours %v", m, v.Grid.Affine)
				}
			}
		}
	}
	if shape := nii.GetImgShape(); [3]int{int(shape[0]), int(shape[1]), int(shape[2])} != v.Grid.Dim {
		t.Fatalf("gonii's shape is %v, ours %v", shape, v.Grid.Dim)
	}
	step := max(1, len(v.Voxel)/10007) // its access by voxel is slow
	for n := 0; n < len(v.Voxel); n += step {
		i, j, k := v.Grid.Coordinate(n)
		if got := nii.GetAt(int64(i), int64(j), int64(k), 0); float32(got) != v.Voxel[n] {
			t.Fatalf("voxel %d,%d,%d: gonii reads %v, we %v", i, j, k, got, v.Voxel[n])
		}
	}
}

// TestGoniiReadsOurs: what we write, somebody else's reader reads.
func TestGoniiReadsOurs(t *testing.T) {
	for n, grid := range everyGrid() {
		shorts, floats, bytes := make([]int16, 60), make([]float32, 60), make([]uint8, 60)
		for m := range 60 {
			shorts[m], floats[m], bytes[m] = int16(-300*m), float32(m)/7, uint8(4*m)
		}
		path := filepath.Join(t.TempDir(), "a.nii.gz")
		var err error
		switch n % 3 {
		case 0:
			err = Write(path, NewHeader(grid), 1, shorts, "", false)
		case 1:
			err = Write(path, NewHeader(grid), 1, floats, "", false)
		default:
			err = Write(path, NewHeader(grid), 1, bytes, "", false)
		}
		if err != nil {
			t.Fatal(err)
		}
		h, v, err := Read(path, 0)
		if err != nil {
			t.Fatal(err)
		}
		secondOpinion(t, path, h, v)
	}
}

// TestGoniiOnRealFiles: both read the same from files of scanners and of other programs.
func TestGoniiOnRealFiles(t *testing.T) {
	root := sharedtest.Folder(t, "data")
	for _, name := range []string{
		"brats/Brats18_CBICA_AQN_1/Brats18_CBICA_AQN_1_seg.nii.gz",
		"clinical/tcga-fg-6692-raw/T1_AX_OtherEXampleTCIA_TCGA-FG-6692_Si_TCGA-FG-6692_T1_AX_SE_10_se2d1_t1.nii.gz",
		"conformance/niimath-canonical48/AILroi.nii.gz", "conformance/fslpy/src.nii.gz", "conformance/rnifti/example.nii.gz",
		"conformance/niivue/low_res.nii.gz", "conformance/niivue/FLAIR.nii.gz", "conformance/nibabel/standard.nii.gz",
	} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			path := filepath.Join(root, name)
			h, v, err := Read(path, 0)
			if err != nil {
				t.Fatal(err)
			}
			secondOpinion(t, path, h, v)
		})
	}
}
