package nifti

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quorum/sharedtest"
)

// reading is what nibabel reads from a conformance file (shared/data/INDEX.md); First, Last, Min, Max are numbers or "nan".
type reading struct {
	Error     string      `json:"error"`
	Other     string      `json:"nibabel"` // the file is of another format
	Affine    [][]float64 `json:"affine"`
	Axes      string      `json:"axes"`
	BigEndian bool        `json:"big_endian"`
	Type      string      `json:"dtype"`
	First     []any       `json:"first"`
	Last      any         `json:"last"`
	Min       any         `json:"min"`
	Max       any         `json:"max"`
	Mean      any         `json:"mean"`
	Nonfinite int         `json:"nonfinite"`
	Version   int         `json:"nifti"`
	QForm     int         `json:"qform_code"`
	SForm     int         `json:"sform_code"`
	Shape     []int64     `json:"shape"`
	Zooms     []float64   `json:"zooms"`
}

func TestConformance(t *testing.T) {
	root := sharedtest.Folder(t, "data", "conformance")
	raw, err := os.ReadFile(filepath.Join(root, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var expected map[string]json.RawMessage
	if err := json.Unmarshal(raw, &expected); err != nil {
		t.Fatal(err)
	}
	equal, refused := 0, 0
	for name, raw := range expected {
		t.Run(name, func(t *testing.T) {
			var want reading
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(root, name)
			h, err := ReadHeader(path)
			if want.Error != "" || want.Other != "" || unreadable(want.Type) {
				refused++
				mustRefuse(t, err)
				return
			}
			if want.First == nil { // a header without voxels: readable, or refused because they lack
				if err != nil {
					mustRefuse(t, err)
					refused++
					return
				}
				if _, _, err := Read(path, 0); err != nil { // else we found the image that nibabel did not
					mustRefuse(t, err)
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			equal++
			compareHeader(t, h, &want)
			if want.First != nil {
				compareVoxels(t, path, h, &want)
			}
		})
	}
	t.Logf("%d files read as nibabel reads them, %d refused", equal, refused)
}

// unreadable types are refused by us, though nibabel reads their headers.
func unreadable(kind string) bool {
	return strings.Contains(kind, "complex") || strings.Contains(kind, "'R'")
}

func mustRefuse(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrUnsupported) {
		t.Fatalf("want a refusal, got %v", err)
	}
	t.Log(err)
}

func compareHeader(t *testing.T, h *Header, want *reading) {
	t.Helper()
	if !slices.Equal(h.Dim, want.Shape) || h.Version != want.Version || h.BigEndian != want.BigEndian ||
		h.QFormCode != want.QForm || h.SFormCode != want.SForm {
		t.Errorf("header %+v, want %+v", h, want)
	}
	if kind := strings.NewReplacer(">i2", "int16", ">f4", "float32").Replace(want.Type); h.TypeName() != kind {
		t.Errorf("type %s, want %s", h.TypeName(), want.Type)
	}
	g := h.Grid()
	for r := range g.Affine {
		for c, v := range g.Affine[r] {
			if math.Abs(v-want.Affine[r][c]) > 5.1e-6+1e-6*math.Abs(v) { // the file gives five decimals
				t.Errorf("affine[%d][%d] = %v, want %v", r, c, v, want.Affine[r][c])
			}
		}
	}
	if code := g.Orientation().String(); code != want.Axes {
		t.Errorf("axes %s, want %s", code, want.Axes)
	}
	for n, z := range want.Zooms[:min(3, len(want.Zooms))] {
		if math.Abs(h.PixDim[n+1]-z) > 1e-6*(1+z) {
			t.Errorf("spacing %v, want %v", h.PixDim[1:4], want.Zooms)
		}
	}
}

func compareVoxels(t *testing.T, path string, h *Header, want *reading) {
	t.Helper()
	numbers := make([]int, h.Volumes())
	for n := range numbers {
		numbers[n] = n
	}
	_, volumes, err := ReadVolumes(path, numbers...)
	if err != nil {
		t.Fatal(err)
	}
	low, high, sum, count, bad := math.Inf(1), math.Inf(-1), 0.0, 0, 0
	for _, v := range volumes {
		for _, x := range v.Voxel {
			f := float64(x)
			if !finite(f) {
				bad++
				continue
			}
			low, high, sum, count = min(low, f), max(high, f), sum+f, count+1
		}
	}
	if bad != want.Nonfinite {
		t.Errorf("%d voxels are not finite, want %d", bad, want.Nonfinite)
	}
	most := max(math.Abs(low), math.Abs(high))
	same := func(what string, got float64, want any) {
		t.Helper()
		f, number := want.(float64)
		if !number && math.IsNaN(got) {
			return
		}
		if !number || math.Abs(got-f) > 1e-6*math.Abs(f)+1e-7*most {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	same("minimum", low, want.Min)
	same("maximum", high, want.Max)
	same("mean", sum/float64(count), want.Mean)
	for n, v := range want.First {
		same("one of the first voxels", float64(volumes[0].Voxel[n]), v)
	}
	last := volumes[len(volumes)-1].Voxel
	same("last voxel", float64(last[len(last)-1]), want.Last)
	_, alone, err := Read(path, h.Volumes()-1)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(alone.Voxel, last, func(a, b float32) bool { return a == b || a != a && b != b }) {
		t.Error("the last volume read alone differs")
	}
}
