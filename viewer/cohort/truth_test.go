package cohort

import (
	"errors"
	"strings"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/study"
)

func TestAgreeNeverGuesses(t *testing.T) {
	masks := func(list ...[]int) (out []study.Mask) {
		for _, v := range list {
			naming := label.NamingBraTS2017
			out = append(out, study.Mask{Values: v, Naming: naming, Candidates: label.Candidates(v, naming)})
		}
		return out
	}
	var ambiguous *label.AmbiguousError
	if _, err := Agree(masks([]int{1, 2}, []int{1, 2})); !errors.As(err, &ambiguous) || len(ambiguous.Candidates) != 2 {
		t.Errorf("{1,2} is brats2017 or nnunet, got %v", err)
	}
	if s, err := Agree(masks(nil, nil)); err != nil || s == "" {
		t.Errorf("empty masks are background under any scheme: %q, %v", s, err)
	}
	all := masks([]int{1, 2}, []int{1, 2, 4})
	if s, err := Agree(all); err != nil || s != label.BraTS2017 {
		t.Errorf("the whole set decides: %q, %v", s, err)
	}
	if s, err := Agree(append(masks([]int{1, 7}), all...)); err != nil || s != label.BraTS2017 {
		t.Errorf("a mask that is none does not decide: %q, %v", s, err)
	}
	if _, err := Agree(masks([]int{1, 7})); !errors.As(err, &ambiguous) || len(ambiguous.Candidates) != 0 {
		t.Errorf("only a mask that is none: %v", err)
	}
	all[0].Naming = label.NamingNNUNet
	if _, err := Agree(all); !errors.As(err, &ambiguous) {
		t.Errorf("namings that differ prove nothing, got %v", err)
	}
}

func TestReferenceIsNeverASavedResult(t *testing.T) {
	saved, one, two := study.Mask{Path: "x/a_seg.nii.gz", Kind: study.Saved}, study.Mask{Path: "x/b.nii", Values: []int{1}}, study.Mask{Path: "x/c.nii"}
	if _, err := Reference(&study.Study{Masks: []study.Mask{saved}}); !errors.Is(err, ErrNoMask) {
		t.Errorf("only a result: %v", err)
	}
	if m, err := Reference(&study.Study{Masks: []study.Mask{saved, one}}); err != nil || m.Path != one.Path {
		t.Errorf("%+v, %v", m, err)
	}
	if _, err := Reference(&study.Study{Masks: []study.Mask{one, two}}); err == nil || !strings.Contains(err.Error(), "b.nii and c.nii") {
		t.Errorf("two masks: %v", err)
	}
	broken := &study.Study{Path: "x", Problems: []study.Problem{{File: "x", Text: "the folder"}, {File: "x/a_seg.nii", Text: "a_seg.nii: cut off"}}}
	if _, err := Reference(broken); !errors.Is(err, ErrNoMask) || !strings.HasSuffix(err.Error(), "but: a_seg.nii: cut off") {
		t.Errorf("a broken mask: %v", err)
	}
}
