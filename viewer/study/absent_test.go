package study_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// TestAbsentEqualsDeleted: a sequence that is declared absent leaves what deleting its file leaves, sentences included.
func TestAbsentEqualsDeleted(t *testing.T) {
	for _, names := range []string{
		"P1_T1_flair P1_T1_t2 P1_T1_t1ce", "P1_T1_flair P1_T1_t1 P1_T1_t1ce P1_T1_t2", "P1_flair P1_t1 P1_t1ce P1_t2 what",
		"c_0000 c_0001 c_0002 c_0003", "T1_flair T1_t2 T1_t1ce", "a_flair a_t2 perf_t1",
	} {
		var list []string
		for name := range strings.FieldsSeq(names) {
			list = append(list, name+".nii")
		}
		root := touch(t, t.TempDir(), list...)
		whole := scan(t, unchosen, root)
		for _, q := range whole.Present().Sequences() {
			absent := scan(t, study.ScanOptions{Volume: -1, Absent: sequence.Of(q)}, root)
			gone := filepath.Base(whole.Files[q].Path)
			deleted := scan(t, unchosen, folderWithout(t, root, list, gone))
			if a, b := files(t, absent, root), files(t, deleted, deleted.Path); a != b {
				t.Errorf("%s without %s: absent %q, deleted %q", names, gone, a, b)
			}
			if a, b := texts(absent.Problems), texts(deleted.Problems); a != b {
				t.Errorf("%s without %s: absent says %q, deleted %q", names, gone, a, b)
			}
		}
	}
}

// folderWithout makes the folder again without one file.
func folderWithout(t *testing.T, root string, list []string, gone string) string {
	t.Helper()
	rest := slices.DeleteFunc(slices.Clone(list), func(name string) bool { return name == gone })
	return touch(t, filepath.Join(t.TempDir(), filepath.Base(root)), rest...)
}

func TestIDKeepsTheWholePatient(t *testing.T) {
	for _, patient := range []string{"Patient1", "Patient10"} {
		root := touch(t, t.TempDir(), patient+"_t1.nii")
		if s := scan(t, unchosen, filepath.Join(root, patient+"_t1.nii")); s.ID != patient {
			t.Errorf("the id is %s, want %s", s.ID, patient)
		}
	}
}

func TestMaskOnAnotherGridIsNotRead(t *testing.T) {
	root := touch(t, t.TempDir(), "P1_t1.nii")
	writeMask(t, filepath.Join(root, "P1_seg.nii.gz"), "", label.BraTS2017)
	s := scan(t, unchosen, root)
	if len(s.Masks) > 0 {
		t.Errorf("masks %+v", s.Masks)
	}
	wantText(t, texts(s.Problems), "P1_seg.nii.gz lies on the grid of none of the images")
}

func TestLoadRepeatsProblemsOfTheStudy(t *testing.T) {
	root := writeCase(t, t.TempDir(), bratsNames)
	if err := os.Mkdir(filepath.Join(root, "x.nii"), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := scan(t, unchosen, root).Load(t.Context(), study.LoadOptions{Use: sequence.Full})
	if err != nil {
		t.Fatal(err)
	}
	wantText(t, texts(l.Problems), "x.nii is a folder without images")
}

func TestDeepFoldersAreTold(t *testing.T) {
	root := touch(t, t.TempDir(), "t1.nii", "1/2/3/4/5/6/7/8/9/t2.nii")
	s := scan(t, unchosen, root)
	wantText(t, texts(s.Problems), "folders deeper than 8 were not looked at")
	if s.Present().Has(sequence.T2) {
		t.Error("a folder too deep was looked at")
	}
}

func TestAssignBesideAFile(t *testing.T) {
	root := touch(t, t.TempDir(), "P_t1.nii", "odd.nii")
	o := study.ScanOptions{Volume: -1, Assign: map[sequence.Sequence]string{sequence.T2: "odd.nii"}}
	if got := files(t, scan(t, o, filepath.Join(root, "P_t1.nii")), root); got != "t1=P_t1.nii t2=odd.nii" {
		t.Errorf("got %s", got)
	}
}

func TestLoneVisitIsTold(t *testing.T) {
	s := scan(t, unchosen, touch(t, t.TempDir(), "P1_T1_flair.nii"))
	wantText(t, texts(s.Problems), "P1_T1_flair.nii is taken for a T1 FLAIR", "--assign flair=")
}
