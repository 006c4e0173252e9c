package study_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
)

// TestMixture: images of two patients or dates that complement each other are no study; what one patient's folder may look like is one.
func TestMixture(t *testing.T) {
	for _, c := range []struct {
		name, files string
		blocked     string // what the blocking problem names, separated by "|"; "" = it is a study
		notice      string
	}{
		{"two folders", "patA/flair patB/t1", "patA, patB", ""},
		{"two dates", "2019/flair 2021/t1", "2019, 2021", ""},
		{"two visits of BIDS", "sub-1/ses-1/anat/sub-1_ses-1_T1w sub-1/ses-2/anat/sub-1_ses-2_T2w", "ses-1|ses-2", ""},
		{"two and two", "pA/pA_flair pA/pA_t1 pB/pB_t1ce pB/pB_t2", "pA, pB", ""},
		{"two and two in one folder", "pA_flair pA_t1 pB_t1ce pB_t2", "pA|pB", ""},
		{"one and two", "PatA_flair PatB_t1 PatB_t2", "PatA|PatB", ""},
		{"one and one", "PatA_flair PatB_t1", "PatA|PatB", ""},
		{"three", "A_flair B_t1 C_t1ce C_t2", "A|B|C", ""},
		{"below the sequence", "FLAIR/patA/1 T1/patB/1", "patA|patB", ""},
		{"a date called T1", "T1/flair T2/t1ce", "T1, T2", ""},
		{"before and after", "preop/flair postop/t1", "postop, preop", ""},
		{"years in names", "P_2019_flair P_2021_t1", "P_2019|P_2021", ""},
		{"numbers with two files", "001_flair 002_t1 002_t2", "001|002", ""},
		{"a patient numbered 2", "B_2013_20_1_flair B_2013_20_1_t1 B_2013_2_1_t2", "B_2013_20_1|B_2013_2_1", ""},
		{"a number twice", "B_2013_1_1_flair B_2013_1_1_t1 B_2013_11_1_t2", "B_2013_1_1|B_2013_11_1", ""},
		{"numbers in another order", "B_1_3_flair B_1_3_t1 B_3_1_t2", "B_1_3|B_3_1", ""},
		{"one with another prefix", "A-1-t1c A-1-t1n A-1-t2w OTHER-2-t2f", "", "OTHER-2-t2f.nii has another prefix"},
		{"numbers of series", "Doe_4_t1 Doe_7_flair Doe_12_t2", "", "begin differently"},
		{"words of scanners", "Hirn_tra_flair Stealth_mprage_km tra_t2_tse", "", ""},
		{"planes", "ax_flair sag_t1 cor_t2", "", ""},
		{"a prefix and none", "flair t1 PatB_t2", "", ""},
		{"a longer prefix", "P1_flair P1_brain_t1 P1_reg_t2", "", ""},
		{"sequence folders", "FLAIR/1 T1/2 T1_KM/3 T2/4", "", ""},
		{"T1 with and without", "T1/t1 T1/t1ce FLAIR/flair", "", ""},
		{"folders of series", "5_T1_AX/a 7_FLAIR/b", "", ""},
		{"BIDS folders", "anat/sub-1_T1w perf/sub-1_T2w", "", ""},
		{"one inside the other", "flair later/t1", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var list []string
			for f := range strings.FieldsSeq(c.files) {
				list = append(list, f+".nii")
			}
			s := scan(t, unchosen, touch(t, t.TempDir(), list...))
			switch {
			case c.blocked != "":
				wantText(t, texts(s.Problems), append(strings.Split(c.blocked, "|"), "!holds several patients", "--assign")...)
				if s.Present() != 0 {
					t.Errorf("%s are used", s.Present())
				}
			case s.Present().Len() != len(list) || len(s.Blocking(sequence.Full)) > 0:
				t.Errorf("%s of %v, %s", s.Present(), list, texts(s.Problems))
			case c.notice == "" && len(s.Problems) > 0:
				t.Errorf("unasked: %s", texts(s.Problems))
			default:
				wantText(t, texts(s.Problems), c.notice)
			}
		})
	}
}

func TestMixtureIsResolvedByTheUser(t *testing.T) {
	root := touch(t, t.TempDir(), "PatA_flair.nii", "PatB_t1.nii", "PatB_t2.nii")
	in := func(name string) string { return filepath.Join(root, name) }
	for name, o := range map[string]study.ScanOptions{
		"assigned": {Volume: -1, Assign: map[sequence.Sequence]string{sequence.FLAIR: "PatA_flair.nii"}},
		"absent":   {Volume: -1, Absent: sequence.Of(sequence.FLAIR)},
	} {
		if s := scan(t, o, root); len(s.Problems) > 0 || !s.Present().Has(sequence.T2) {
			t.Errorf("%s: %s, %s", name, s.Present(), texts(s.Problems))
		}
	}
	s := scan(t, unchosen, in("PatA_flair.nii"), in("PatB_t1.nii"))
	if s.Present().Len() != 2 || len(s.Blocking(sequence.Full)) > 0 {
		t.Errorf("files picked one by one: %s, %s", s.Present(), texts(s.Problems))
	}
	wantText(t, texts(s.Problems), "begin differently (PatA, PatB)")
}

func TestLoneNumberIsNoChannel(t *testing.T) {
	for _, list := range [][]string{
		{"scan_0001.nii"}, {"scan_0000.nii"}, {"patient_0002.nii", "patient_0003.nii"}, {"a_0000.nii", "b_0001.nii"},
	} {
		s := scan(t, unchosen, touch(t, t.TempDir(), list...))
		if s.Present() != 0 {
			t.Errorf("%v is taken for %s", list, s.Present())
		}
		wantText(t, texts(s.Problems), "!no file name says", list[0], "alone is no nnU-Net channel", "--assign")
	}
	s := scan(t, unchosen, touch(t, t.TempDir(), "a_t1.nii", "scan_0003.nii"))
	wantText(t, texts(s.Problems), "there is no FLAIR", "scan_0003.nii: _0003 alone is no nnU-Net channel")
}

func TestBrokenFilesAreNotMissing(t *testing.T) {
	root := touch(t, t.TempDir(), "a_flair.nii", "perf_t1.nii", "A_flair.nii.gz", "b/T1ce.nii", "b/T1ce.nii.gz")
	if err := os.Remove(filepath.Join(root, "A_flair.nii.gz")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(root, "gone.nii.gz"), filepath.Join(root, "a_t2.nii.gz")); err != nil {
		t.Skip("no symbolic links here")
	}
	if err := os.Mkdir(filepath.Join(root, "t1.nii.gz"), 0o700); err != nil {
		t.Fatal(err)
	}
	s := scan(t, unchosen, root)
	wantText(t, texts(s.Problems),
		"!a_t2.nii.gz is a link to", "gone.nii.gz, which does not exist", "\nT1ce.nii is read, and T1ce.nii.gz beside it is not",
		"t1.nii.gz is a folder", `perf_t1.nii is not used as T1: "perf" in the name`, "--assign t1=")
	t2 := sequence.Of(sequence.T2)
	if list := s.Blocking(sequence.Full); len(list) != 1 || list[0].Sequences != t2 {
		t.Errorf("only the link stands in the way, got %s", texts(list))
	}
	if s = scan(t, study.ScanOptions{Volume: -1, Absent: t2}, root); len(s.Blocking(sequence.Full)) > 0 {
		t.Errorf("declared absent it does not: %s", texts(s.Problems))
	}
}

func TestGridsAreComparedFromHeaders(t *testing.T) {
	volumes, _ := head()
	moved := *volumes[sequence.T2]
	moved.Grid.Affine[0][3] += 3
	s := caseWith(t, sequence.T2, &moved)
	wantText(t, texts(s.Problems), "the T2 does not lie on the grid of the FLAIR", "cannot be segmented together")
	l, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Of(sequence.T2)})
	if err != nil || len(l.Problems) > 0 {
		t.Errorf("alone it can be used: %v", err)
	}
}

func TestAbsurdSpacing(t *testing.T) {
	volumes, _ := head()
	tiny := *volumes[sequence.T2]
	tiny.Grid.Affine = volume.Affine{{0.001}, {0, 0.001}, {0, 0, 0.001}}
	s := caseWith(t, sequence.T2, &tiny)
	wantText(t, texts(s.Blocking(sequence.Of(sequence.T2))), "P1_t2.nii.gz has voxels of 0.001×0.001×0.001 mm")
	if list := s.Blocking(sequence.Of(sequence.T1)); len(list) > 0 {
		t.Errorf("the T1 is good: %s", texts(list))
	}
}

func TestBackgroundOtherThanZero(t *testing.T) {
	volumes, _ := head()
	s := caseWith(t, sequence.T1, changed(volumes[sequence.T1], func(_ int, x float32) float32 {
		if x == 0 {
			return -1000
		}
		return x
	}))
	_, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full})
	if err == nil {
		t.Fatal("must be refused")
	}
	wantText(t, err.Error(), "background must be exactly 0", "T1 (-1000)")
	if strings.Contains(err.Error(), "skull:") {
		t.Errorf("it is no raw head: %v", err)
	}
}

func TestPrefixIsNoTissue(t *testing.T) {
	for _, c := range []struct {
		files string
		masks int
	}{
		{"head_t1 head_t2 head_seg", 1},
		{"head_t1 head_seg", 1},
		{"P1_brain_t1 P1_brain_seg", 1},
		{"head_t1 head_mask", 0},
		{"brain_t1 brain_mask", 0},
		{"P1_t1 head_seg", 0},
		{"t1_brain t1_brain_seg", 0},
	} {
		root := t.TempDir()
		for f := range strings.FieldsSeq(c.files) {
			touch(t, root, f+".nii")
		}
		if s := scan(t, unchosen, root); len(s.Masks) != c.masks {
			t.Errorf("%s: masks %v, want %d", c.files, s.Masks, c.masks)
		}
	}
}

// TestNames: a copy of a patient in a folder of another name is still known by the names of its files.
func TestNames(t *testing.T) {
	for files, want := range map[string]string{
		"Brats18_2013_2_1_flair Brats18_2013_2_1_t1ce":    "copy Brats18_2013_2_1",
		"BraTS-GLI-00001-000-t2f BraTS-GLI-00001-000-t1n": "copy BraTS-GLI-00001-000",
		"BraTS2021_01477_0000 BraTS2021_01477_0001":       "copy BraTS2021_01477",
		"sub-1_ses-2_T1w sub-1_ses-2_FLAIR":               "copy sub-1_ses-2",
		"A-1-t1c A-1-t1n A-1-t2w OTHER-2-t2f":             "copy OTHER-2 A-1",
		"copy_flair copy_t1":                              "copy",
		"flair t1":                                        "copy",
	} {
		var list []string
		for f := range strings.FieldsSeq(files) {
			list = append(list, filepath.Join("copy", f+".nii"))
		}
		s := scan(t, unchosen, filepath.Join(touch(t, t.TempDir(), list...), "copy"))
		if got := strings.Join(s.Names(), " "); got != want {
			t.Errorf("%s: known as %s, want %s", files, got, want)
		}
	}
	dir := touch(t, t.TempDir(), "a/P_1_flair.nii", "b/P_1_t1.nii")
	chosen := study.ScanOptions{Volume: -1, Assign: map[sequence.Sequence]string{sequence.T1: filepath.Join(dir, "b/P_1_t1.nii")}}
	if got := scan(t, chosen, filepath.Join(dir, "b")).Names(); len(got) != 2 || got[1] != "P_1" {
		t.Errorf("of a chosen file %q is known", got)
	}
}
