package study_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"quorum/sharedtest"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

func TestRealCases(t *testing.T) {
	data := sharedtest.Folder(t, "data")
	var split map[string][]string
	raw, err := os.ReadFile(filepath.Join(data, "brats", "split.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &split); err != nil {
		t.Fatal(err)
	}
	var values [][]int
	for _, id := range append(split["train"], split["val"]...) {
		s := scan(t, unchosen, filepath.Join(data, "brats", id))
		if s.ID != id || s.Present() != sequence.Full || len(s.Problems) > 0 || len(s.Masks) != 1 || s.Masks[0].Kind != study.Reference {
			t.Errorf("%s: %s present, masks %+v, %s", s.ID, s.Present(), s.Masks, texts(s.Problems))
			continue
		}
		for _, q := range sequence.All {
			if want := id + "_" + q.Key() + ".nii.gz"; filepath.Base(s.Files[q].Path) != want {
				t.Errorf("%s is %s", q, s.Files[q].Path)
			}
		}
		values = append(values, s.Masks[0].Values)
		if len(s.Masks[0].Candidates) == 2 != (id == "BraTS2021_01477" || id == "BraTS2021_01480") {
			t.Errorf("%s: labels %v, candidates %v", id, s.Masks[0].Values, s.Masks[0].Candidates)
		}
	}
	if len(values) != 25 {
		t.Errorf("%d cases with a mask", len(values))
	}
	if scheme, err := label.Decide(values, label.NamingBraTS2017); err != nil || scheme != label.BraTS2017 {
		t.Errorf("the set decides for %s, %v", scheme, err)
	}
	if s := scan(t, unchosen, filepath.Join(data, "brats")); s.Present() != 0 {
		t.Error("the folder of all cases is no study")
	} else {
		wantText(t, texts(s.Problems), "!holds several patients", "BraTS2021_01477", "and 20 more")
	}
}

// TestRealImagesAreAccepted loads stripped heads, and TestRawHeadIsRefused one that is not. The limit between them is rawHead.
// All of them are loaded by make parity only: that takes minutes under the race detector.
func TestRealImagesAreAccepted(t *testing.T) {
	data := sharedtest.Folder(t, "data")
	folders := []string{"clinical/brats-met-00110-ras", "clinical/tcga-fg-6692-registered", "brats/Brats18_2013_20_1", "brats/BraTS2021_01660"}
	if sharedtest.Parity() {
		all, err := filepath.Glob(filepath.Join(data, "brats", "B*"))
		if err != nil {
			t.Fatal(err)
		}
		folders = folders[:2]
		for _, path := range all {
			folders = append(folders, "brats/"+filepath.Base(path))
		}
	}
	for _, folder := range folders {
		s := scan(t, unchosen, filepath.Join(data, folder))
		l, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full})
		if err != nil || l.Present != sequence.Full || len(l.Problems) > 0 {
			t.Errorf("%s: %v", folder, err)
		}
	}
}

func TestRawHeadIsRefused(t *testing.T) {
	s := scan(t, unchosen, sharedtest.Folder(t, "data", "clinical", "tcga-fg-6692-raw"))
	for q, end := range map[sequence.Sequence]string{sequence.FLAIR: "_fla", sequence.T1: "10_se2d1_t1", sequence.T1ce: "_t1c", sequence.T2: "_t2"} {
		if f := s.Files[q]; f == nil || !strings.HasSuffix(f.Path, end+".nii.gz") {
			t.Errorf("%s is %v", q, f)
		}
	}
	wantText(t, texts(s.Problems), "the T1 does not lie on the grid of the FLAIR", "the T2 does not", "cannot be segmented together")
	for _, force := range []bool{false, true} {
		_, err := s.Load(t.Context(), study.LoadOptions{Use: sequence.Full, Force: force})
		if _, ok := errors.AsType[*study.RefusedError](err); !ok {
			t.Fatalf("forced %v: %v", force, err)
		}
		wantText(t, err.Error(), "the T1 does not lie on the grid of the FLAIR", "256×224×26")
		if strings.Contains(err.Error(), "raw head") == force {
			t.Errorf("forced %v: %v", force, err)
		}
	}
	for _, use := range sequence.Full.Subsets()[:sequence.Count] { // one sequence each
		if _, err := s.Load(t.Context(), study.LoadOptions{Use: use}); err == nil {
			t.Errorf("%s alone has its skull too", use)
		}
		if l, err := s.Load(t.Context(), study.LoadOptions{Use: use, Force: true}); err != nil {
			t.Errorf("%s alone can be forced: %v", use, err)
		} else {
			wantText(t, texts(l.Problems), "raw head")
		}
	}
}
