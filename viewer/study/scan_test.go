package study_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
)

func TestScanLayouts(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		want  string
	}{
		{"BraTS", bratsNames[:], "flair=P1_flair.nii.gz t1=P1_t1.nii.gz t1ce=P1_t1ce.nii.gz t2=P1_t2.nii.gz"},
		{
			"another prefix and capitals",
			[]string{"BraTS-GLI-1-000-t1c.nii.gz", "BraTS-GLI-1-000-t1n.nii.gz", "BraTS-GLI-1-000-t2W.nii.gz", "OTHER-2-t2f.NII.GZ"},
			"flair=OTHER-2-t2f.NII.GZ t1=BraTS-GLI-1-000-t1n.nii.gz t1ce=BraTS-GLI-1-000-t1c.nii.gz t2=BraTS-GLI-1-000-t2W.nii.gz",
		},
		{
			"BIDS",
			[]string{"ses-1/anat/sub-1_ses-1_T1w.nii.gz", "ses-1/anat/sub-1_ses-1_ce-gadolinium_T1w.nii.gz", "ses-1/anat/sub-1_ses-1_FLAIR.nii.gz", "ses-1/anat/sub-1_ses-1_T2w.nii.gz", "ses-1/dwi/sub-1_dwi.nii.gz"},
			"flair=ses-1/anat/sub-1_ses-1_FLAIR.nii.gz t1=ses-1/anat/sub-1_ses-1_T1w.nii.gz t1ce=ses-1/anat/sub-1_ses-1_ce-gadolinium_T1w.nii.gz t2=ses-1/anat/sub-1_ses-1_T2w.nii.gz",
		},
		{"nnU-Net", []string{"c_0000.nii.gz", "c_0001.nii.gz", "c_0002.nii.gz", "c_0003.nii.gz"}, "flair=c_0003.nii.gz t1=c_0000.nii.gz t1ce=c_0001.nii.gz t2=c_0002.nii.gz"},
		{"nnU-Net, two left", []string{"BraTS2021_00000_0000.nii.gz", "BraTS2021_00000_0003.nii.gz"}, "flair=BraTS2021_00000_0003.nii.gz t1=BraTS2021_00000_0000.nii.gz"},
		{"numbers that go on", []string{"c_0000.nii", "c_0001.nii", "c_0002.nii", "c_0003.nii", "c_0004.nii"}, ""},
		{"MSD through nnU-Net", []string{"BRATS_001_0000.nii.gz", "BRATS_001_0001.nii.gz"}, "flair=BRATS_001_0000.nii.gz t1=BRATS_001_0001.nii.gz"},
		{"a folder per sequence", []string{"FLAIR/0001.nii", "T1/0001.nii", "T1 post KM/0001.nii", "T2/0001.nii"}, "flair=FLAIR/0001.nii t1=T1/0001.nii t1ce=T1 post KM/0001.nii t2=T2/0001.nii"},
		{"a visit called T1", []string{"P1_T1_flair.nii", "P1_T1_t1.nii", "P1_T1_t1ce.nii", "P1_T1_t2.nii"}, "flair=P1_T1_flair.nii t1=P1_T1_t1.nii t1ce=P1_T1_t1ce.nii t2=P1_T1_t2.nii"},
		{"a visit after the operation", []string{"post_FLAIR.nii", "post_T1.nii", "post_T1_gd.nii"}, "flair=post_FLAIR.nii t1=post_T1.nii t1ce=post_T1_gd.nii"},
		{"spaces and umlauts", []string{"Überweisung/Patient 3/FLAIR dark fluid.nii", "Überweisung/Patient 3/T1 +C.nii"}, "flair=Überweisung/Patient 3/FLAIR dark fluid.nii t1ce=Überweisung/Patient 3/T1 +C.nii"},
		{"leftovers", []string{"__MACOSX/a_t1.nii", "._a_t1.nii", ".hidden/b_t1.nii", "a_t1.nii"}, "t1=a_t1.nii"},
		{"packed and plain", []string{"a_t1.nii", "a_t1.nii.gz"}, "t1=a_t1.nii"},
		{"a hint gives way to a name", []string{"postcontrast.nii", "x_t1ce.nii"}, "t1ce=x_t1ce.nii"},
		{"masks are no sequences", []string{"t1ce_seg.nii", "labels/flair.nii", "flair.nii", "T1_tumor_mask.nii"}, "flair=flair.nii"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			for _, f := range c.files {
				if strings.HasSuffix(f, ".NII.GZ") {
					touch(t, root, "x.nii.gz")
					if err := os.Rename(filepath.Join(root, "x.nii.gz"), filepath.Join(root, f)); err != nil {
						t.Fatal(err)
					}
					continue
				}
				touch(t, root, f)
			}
			writeText(t, filepath.Join(root, "notes.txt"), "hello")
			s := scan(t, unchosen, root)
			if got := files(t, s, root); got != c.want {
				t.Errorf("got  %s\nwant %s\n%s", got, c.want, texts(s.Problems))
			}
			if !slices.Contains(s.Extra, filepath.Join(root, "notes.txt")) {
				t.Errorf("notes.txt is not among the extra files %v", s.Extra)
			}
			for _, q := range s.Present().Sequences() {
				if s.Files[q].Header == nil || s.Files[q].Why == "" {
					t.Errorf("%s has no header or no reason", q)
				}
			}
		})
	}
}

func TestScanSidecar(t *testing.T) {
	root := touch(t, t.TempDir(), "4_1.nii.gz", "5_1.nii.gz")
	writeText(t, filepath.Join(root, "4_1.json"), `{"SeriesDescription": "t2_tirm_tra_dark-fluid", "Modality": "MR"}`)
	writeText(t, filepath.Join(root, "5_1.json"), `{"SeriesDescription": `)
	s := scan(t, unchosen, root)
	if got := files(t, s, root); got != "flair=4_1.nii.gz" {
		t.Errorf("got %s", got)
	}
	wantText(t, s.Files[sequence.FLAIR].Why, "t2_tirm_tra_dark-fluid")
	wantText(t, texts(s.Problems), "there is no T1 T1ce T2", "5_1.nii.gz")
}

func TestScanPairAndLinks(t *testing.T) {
	root, store := t.TempDir(), t.TempDir()
	single := filepath.Join(touch(t, store, "t1.nii"), "t1.nii")
	raw, err := os.ReadFile(single)
	if err != nil {
		t.Fatal(err)
	}
	pair := slices.Clone(raw[:348])
	copy(pair[344:], "ni1\x00")
	copy(pair[108:112], []byte{0, 0, 0, 0}) // vox_offset
	writeText(t, filepath.Join(root, "p_t2.hdr"), string(pair))
	writeText(t, filepath.Join(root, "p_t2.img"), string(raw[352:]))
	if err := os.Symlink(single, filepath.Join(root, "p_t1.nii")); err != nil {
		t.Skip("no symbolic links here")
	}
	for link, to := range map[string]string{"loop": root, "nowhere": filepath.Join(root, "gone")} {
		if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	s := scan(t, unchosen, root)
	if got := files(t, s, root); got != "t1=p_t1.nii t2=p_t2.hdr" || len(s.Problems) > 0 {
		t.Errorf("got %s, %s", got, texts(s.Problems))
	}
}

func TestTwoFilesForOneSequence(t *testing.T) {
	root := writeCase(t, t.TempDir(), bratsNames)
	volumes, _ := head()
	write(t, filepath.Join(root, "P1_t1_bet.nii.gz"), volumes[sequence.T1])
	s := scan(t, unchosen, root)
	wantText(t, texts(s.Problems), "!2 files could be the T1", "P1_t1.nii.gz", "P1_t1_bet.nii.gz", "--assign t1=")
	if s.Present() != sequence.Full {
		t.Errorf("the sequence must stay visible: %s", s.Present())
	}
	if _, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full}); err == nil || !strings.Contains(err.Error(), "P1_t1_bet.nii.gz") {
		t.Errorf("loading must be refused, got %v", err)
	}
	if l, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full.Without(sequence.Of(sequence.T1))}); err != nil || l.Present.Has(sequence.T1) {
		t.Errorf("without T1 nothing is in doubt, got %v", err)
	}
	for _, path := range []string{"P1_t1_bet.nii.gz", filepath.Join(root, "P1_t1_bet.nii.gz")} { // below the study, and absolute
		s = scan(t, study.ScanOptions{Volume: -1, Assign: map[sequence.Sequence]string{sequence.T1: path}}, root)
		if filepath.Base(s.Files[sequence.T1].Path) != "P1_t1_bet.nii.gz" || len(s.Problems) > 0 {
			t.Errorf("the user's choice does not win: %s, %s", s.Files[sequence.T1].Path, texts(s.Problems))
		}
	}
}

func TestAssignWins(t *testing.T) {
	root := touch(t, t.TempDir(), "a_t2.nii", "b_flair.nii", "seg.nii")
	o := study.ScanOptions{Volume: -1, Assign: map[sequence.Sequence]string{
		sequence.T1: filepath.Join(root, "a_t2.nii"), sequence.FLAIR: filepath.Join(root, "seg.nii"),
	}}
	s := scan(t, o, root)
	if got := files(t, s, root); got != "flair=seg.nii t1=a_t2.nii" || len(s.Masks) > 0 {
		t.Errorf("got %s and masks %v", got, s.Masks)
	}
	o.Assign[sequence.T2] = "gone.nii"
	if _, err := study.Scan(t.Context(), []string{root}, o); err == nil || !strings.Contains(err.Error(), "gone.nii") {
		t.Errorf("a chosen file that does not exist must be named, got %v", err)
	}
}

func TestSeveralPatients(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		want  []string
	}{
		{"folders", []string{"A/t1.nii", "A/t2.nii", "B/t1.nii", "B/t2.nii"}, []string{"A, B"}},
		{"BIDS", []string{"sub-1/anat/sub-1_T1w.nii", "sub-1/anat/sub-1_T2w.nii", "sub-2/anat/sub-2_T1w.nii", "sub-2/anat/sub-2_T2w.nii"}, []string{"sub-1, sub-2"}},
		{"visits", []string{"sub-1/ses-1/a_T1w.nii", "sub-1/ses-1/a_T2w.nii", "sub-1/ses-2/a_T1w.nii", "sub-1/ses-2/a_T2w.nii"}, []string{"ses-1", "ses-2"}},
		{"one file each", []string{"A/t1.nii", "B/t1.nii", "C/t1.nii"}, []string{"A, B, C"}},
		{"flat", []string{"A_t1.nii", "A_t2.nii", "B_t1.nii", "B_t2.nii"}, []string{"A, B"}},
		{"nnU-Net", []string{"A_0000.nii", "A_0001.nii", "B_0000.nii", "B_0001.nii"}, []string{"A, B"}},
		{"MSD", []string{"BRATS_001.nii", "BRATS_002.nii"}, []string{"BRATS_001, BRATS_002"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := scan(t, unchosen, touch(t, t.TempDir(), c.files...))
			wantText(t, texts(s.Problems), append(c.want, "!holds several patients")...)
			if len(s.Patients) < 2 {
				t.Errorf("patients: %v", s.Patients)
			}
			for _, p := range s.Patients {
				if one := scan(t, unchosen, p.Paths...); len(one.Patients) > 0 {
					t.Errorf("%s by itself still holds %v", p.Name, one.Patients)
				}
			}
			if s.Present() != 0 {
				t.Errorf("images of two patients are mixed: %s", s.Present())
			}
			if _, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full}); err == nil {
				t.Error("loading must be refused")
			}
		})
	}
	s := scan(t, unchosen, touch(t, t.TempDir(), "ax_t2.nii", "cor_t2.nii", "sag_t2.nii"))
	wantText(t, texts(s.Problems), "!3 files could be the T2")
}

func TestBigFolderIsNotOpened(t *testing.T) {
	root := t.TempDir()
	for i := range 10_000 {
		writeText(t, filepath.Join(root, fmt.Sprintf("case%05d_%s.nii.gz", i/2, []string{"t1", "t2"}[i%2])), "")
	}
	s := scan(t, unchosen, root)
	wantText(t, texts(s.Problems), "!holds several patients", "case00000", "and 4995 more")
	if len(s.Problems) != 1 { // empty files cannot be read: any further problem would show that one was opened
		t.Errorf("%d problems", len(s.Problems))
	}
}

func TestNoImages(t *testing.T) {
	root := t.TempDir()
	wantText(t, texts(scan(t, unchosen, root).Problems), "!holds no FLAIR, T1, T1ce or T2 as a NIfTI image")
	writeText(t, filepath.Join(root, "series", "IM0001"), strings.Repeat("\x00", 128)+"DICM and more")
	wantText(t, texts(scan(t, unchosen, root).Problems), "!holds DICOM files (IM0001)", "dcm2niix")
	wantText(t, texts(scan(t, unchosen, filepath.Join(root, "series", "IM0001")).Problems), "dcm2niix")
	touch(t, root, "image.nii", "T1_T2_both_of_x.nii")
	wantText(t, texts(scan(t, unchosen, root).Problems), "!no file name says which sequence it is", "image.nii", `"t1" and "t2"`, "--assign")
	_, err := study.Scan(t.Context(), []string{filepath.Join(root, "gone")}, unchosen)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "gone") {
		t.Errorf("got %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := study.Scan(cancelled, []string{root}, unchosen); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled scan gives %v", err)
	}
}

func TestLooseFiles(t *testing.T) {
	root := touch(t, filepath.Join(t.TempDir(), "Study 1"), "P7_t1.nii", "P7_t2.nii", "other_flair.nii")
	in := func(name string) string { return filepath.Join(root, name) }
	s := scan(t, unchosen, in("P7_t2.nii"), in("P7_t1.nii"), in("P7_t1.nii"))
	if got := files(t, s, root); got != "t1=P7_t1.nii t2=P7_t2.nii" || s.ID != "P7" || s.Path != root {
		t.Errorf("got %s, id %s, path %s", got, s.ID, s.Path)
	}
	if s = scan(t, unchosen, in("P7_t1.nii"), in("other_flair.nii")); s.ID != "Study_1" {
		t.Errorf("without a common name the folder's stands for it, got %s", s.ID)
	}
	if s = scan(t, unchosen, root); s.ID != "Study_1" || s.Path != root {
		t.Errorf("id %s, path %s", s.ID, s.Path)
	}
}

// writeChannels writes the four sequences as volumes of one file.
func writeChannels(t *testing.T, path string) {
	t.Helper()
	volumes, truth := head()
	var data []float32
	for _, v := range volumes {
		data = append(data, v.Voxel...)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := nifti.Write(path, nifti.NewHeader(truth.Grid), sequence.Count, data, "", true); err != nil {
		t.Fatal(err)
	}
}

func TestFourChannels(t *testing.T) {
	root := t.TempDir()
	path := filepath.Join(root, "imagesTr", "BRATS_001.nii.gz")
	writeChannels(t, path)
	writeMask(t, filepath.Join(root, "labelsTr", "BRATS_001.nii.gz"), "", label.NNUNet)
	s := scan(t, unchosen, path)
	if s.Present() != sequence.Full || len(s.Problems) > 0 || s.ID != "BRATS_001" {
		t.Fatalf("%s has %s; %s", s.ID, s.Present(), texts(s.Problems))
	}
	if len(s.Masks) != 1 || !slices.Equal(s.Masks[0].Candidates, []label.Scheme{label.NNUNet}) {
		t.Errorf("masks %+v", s.Masks)
	}
	l, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full})
	if err != nil {
		t.Fatal(err)
	}
	volumes, _ := head()
	for _, q := range sequence.All {
		if !slices.Equal(l.Volumes[q].Voxel, volumes[q].Voxel) {
			t.Errorf("%s is another volume of the file", q)
		}
	}
	other := filepath.Join(root, "x", "scan.nii.gz")
	writeChannels(t, other)
	wantText(t, texts(scan(t, unchosen, other).Problems), "scan.nii.gz holds four volumes, which are taken for FLAIR, T1, T1ce, T2")

	named := filepath.Join(root, "y", "a_t2.nii.gz")
	writeChannels(t, named)
	wantText(t, texts(scan(t, unchosen, named).Problems), "!a_t2.nii.gz holds 4 volumes: choose one (--volume 0 to 3)")
	wantText(t, texts(scan(t, study.ScanOptions{Volume: 4}, named).Problems), "!a_t2.nii.gz holds 4 volumes, and there is no volume 4")
	s = scan(t, study.ScanOptions{Volume: 2}, named)
	if l, err = s.Load(t.Context(), study.LoadOptions{Use: sequence.Full}); err != nil || !slices.Equal(l.Volumes[sequence.T2].Voxel, volumes[2].Voxel) {
		t.Errorf("volume 2 was chosen: %v", err)
	}
}

func TestMasks(t *testing.T) {
	for _, c := range []struct {
		name, file, description, sidecar string
		beside                           []string
		scheme                           label.Scheme
		kind                             study.MaskKind
		want                             []label.Scheme
	}{
		{"BraTS 2018", "P1_seg.nii.gz", "", "", bratsNames[:], label.BraTS2017, study.Reference, []label.Scheme{label.BraTS2017}},
		{"BraTS 2023", "P-seg.nii.gz", "", "", []string{"P-t1n.nii.gz"}, label.BraTS2023, study.Reference, []label.Scheme{label.BraTS2023}},
		{"BIDS", "sub-1_dseg.nii.gz", "", "", []string{"sub-1_T1w.nii.gz"}, label.BraTS2023, study.Reference, []label.Scheme{label.BraTS2023, label.NNUNet}},
		{"FeTS", "A_final_seg.nii.gz", "", "", []string{"A_brain_t1ce.nii.gz"}, label.BraTS2017, study.Reference, []label.Scheme{label.BraTS2017}},
		{"BrainLesion", "A_segmentation.nii.gz", "", "", []string{"A_fla.nii.gz"}, label.BraTS2017, study.Reference, []label.Scheme{label.BraTS2017, label.PostTreatment}},
		{"nnU-Net", "A.nii.gz", "", "", []string{"A_0000.nii.gz", "A_0003.nii.gz"}, label.NNUNet, study.Reference, []label.Scheme{label.NNUNet}},
		{"ours by description", "P1_seg.nii.gz", "Quorum 1.0 brats2023", "", bratsNames[:], label.BraTS2023, study.Saved, []label.Scheme{label.BraTS2023}},
		{"ours by sidecar", "P1_seg.nii.gz", "", `{"schema": "quorum.mask/1"}`, bratsNames[:], label.BraTS2017, study.Saved, []label.Scheme{label.BraTS2017}},
		{"ours, corrected", "P1_seg.nii.gz", "Quorum 1.0 brats2023", `{"schema": "quorum.mask/1", "labels": {"edited_by_hand": true}}`, bratsNames[:], label.BraTS2023, study.Saved, []label.Scheme{label.BraTS2023}},
		{"corrected by another", "P1_seg.nii.gz", "", `{"schema": "other", "labels": {"edited_by_hand": false}}`, bratsNames[:], label.BraTS2017, study.Reference, []label.Scheme{label.BraTS2017}},
		{"ours under another name", "result.nii.gz", "Quorum, labels brats2023", "", bratsNames[:], label.BraTS2023, study.Saved, []label.Scheme{label.BraTS2023}},
		{"ours named like a sequence", "P1_t1.nii.gz", "Quorum, labels brats2023", "", nil, label.BraTS2023, study.Saved, []label.Scheme{label.BraTS2023}},
		{"another program's sidecar", "P1_seg.nii.gz", "", `{"schema": "other"}`, bratsNames[:], label.BraTS2017, study.Reference, []label.Scheme{label.BraTS2017}},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			volumes, _ := head()
			for _, name := range c.beside {
				write(t, filepath.Join(root, name), volumes[0])
			}
			path := filepath.Join(root, c.file)
			writeMask(t, path, c.description, c.scheme)
			if c.sidecar != "" {
				writeText(t, strings.TrimSuffix(path, ".nii.gz")+".json", c.sidecar)
			}
			s := scan(t, unchosen, root)
			if len(s.Masks) != 1 {
				t.Fatalf("masks %+v, %s", s.Masks, texts(s.Problems))
			}
			m := s.Masks[0]
			if m.Path != path || m.Kind != c.kind || !slices.Equal(m.Candidates, c.want) {
				t.Errorf("got %+v, want kind %d and %v", m, c.kind, c.want)
			}
			if m.Edited != strings.Contains(c.sidecar, "true") {
				t.Errorf("edited by hand: %v, by the sidecar %s", m.Edited, c.sidecar)
			}
			if s.Present().Len() != len(c.beside) {
				t.Errorf("%s are present beside the mask, of %v", s.Present(), c.beside)
			}
		})
	}
}

func TestBadMask(t *testing.T) {
	root := writeCase(t, t.TempDir(), bratsNames)
	volumes, _ := head()
	write(t, filepath.Join(root, "P1_seg.nii.gz"), volumes[0])
	writeText(t, filepath.Join(root, "x_seg.nii.gz"), "no image")
	s := scan(t, unchosen, root)
	wantText(t, texts(s.Problems), "P1_seg.nii.gz is named like a mask, but", "x_seg.nii.gz")
	if len(s.Masks) != 0 || len(s.Blocking(sequence.Full)) != 0 {
		t.Errorf("a bad mask is no mask and does no harm: %v", s.Masks)
	}
}

func TestReadMask(t *testing.T) {
	_, truth := head()
	path := filepath.Join(t.TempDir(), "m.nii.gz")
	writeMask(t, path, "", label.BraTS2017)
	m, err := study.ReadMask(path, label.BraTS2017, truth.Grid)
	if err != nil || !slices.Equal(m.Voxel, truth.Voxel) || m.Grid != truth.Grid {
		t.Errorf("the mask does not come back: %v", err)
	}
	var foreign *label.ForeignValueError
	if _, err := study.ReadMask(path, label.BraTS2023, truth.Grid); !errors.As(err, &foreign) || foreign.Value != 4 || !strings.HasPrefix(err.Error(), "m.nii.gz: ") {
		t.Errorf("4 is no label of brats2023: %v", err)
	}
	moved := truth.Grid
	moved.Affine[0][3] += 1 // one voxel
	if m, err = study.ReadMask(path, label.BraTS2017, moved); err != nil {
		t.Fatal(err)
	}
	n := 0
	for i, l := range truth.Voxel {
		at := i%moved.Dim[0] + 1 // x falls with i: the new voxel i+1 lies where the old voxel i was
		if at < moved.Dim[0] && m.Voxel[i+1] != l {
			n++
		}
	}
	if n > 0 || m.Grid != moved {
		t.Errorf("%d labels are not where they were in the world", n)
	}
	moved.Affine[0][3] += 10
	if _, err = study.ReadMask(path, label.BraTS2017, moved); err == nil || !strings.Contains(err.Error(), "m.nii.gz does not lie on the grid") {
		t.Errorf("got %v", err)
	}
	if _, err = study.ReadMask(path, label.BraTS2017, volume.Grid{Dim: [3]int{9, 9, 9}, Affine: truth.Grid.Affine}); err == nil {
		t.Error("another box must be refused")
	}
}

func TestIDs(t *testing.T) {
	for name, want := range map[string]string{
		"Patient 3": "Patient_3", "a/b:c*?": "a_b_c", "Müller": "Müller", "..": "study", "": "study", "x.y-z_1": "x.y-z_1",
		strings.Repeat("é", 300): strings.Repeat("é", 60), "\xff\x00a": "a",
	} {
		if got := study.SafeID(name); got != want {
			t.Errorf("SafeID(%q) = %q, want %q", name, got, want)
		}
	}
	list := []*study.Study{
		{ID: "P1", Path: "/d/a/P1"}, {ID: "p1", Path: "/d/b/p1"}, {ID: "P2", Path: "/d/a/P2"}, {ID: "P1", Path: "/e/a/P1"}, {ID: "a_P1", Path: "/x/a_P1"},
	}
	if got, want := study.UniqueIDs(list), []string{"a_P1", "b_p1", "P2", "a_P1-2", "a_P1-3"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A file that cannot be read and whose name says nothing: why it cannot be read is all there is to say.
func TestADamagedFileAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rand.nii")
	if err := os.WriteFile(path, []byte("no header"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := scan(t, unchosen, path)
	if len(s.Problems) != 1 || !s.Problems[0].Blocking {
		t.Errorf("%+v", s.Problems)
	}
	wantText(t, texts(s.Problems), "rand.nii")
}
