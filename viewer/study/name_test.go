package study

import (
	"testing"
)

// names is the naming table of docs/conventions.md with its traps, and names of the same spirit.
var names = []struct{ name, want string }{
	// BraTS 2017 to 2021
	{"Brats18_2013_2_1_t1", "t1"},
	{"Brats18_2013_2_1_t1ce", "t1ce"},
	{"Brats18_2013_2_1_t2", "t2"},
	{"Brats18_2013_2_1_flair", "flair"},
	{"Brats18_2013_2_1_seg", "mask"},
	{"BraTS2021_00000_FLAIR", "flair"},
	{"t1", "t1"},
	{"T1CE", "t1ce"},
	// BraTS 2023
	{"BraTS-GLI-00005-100-t1n", "t1"},
	{"BraTS-GLI-00005-100-t1c", "t1ce"},
	{"BraTS-GLI-00005-100-t2w", "t2"},
	{"BraTS-GLI-00005-100-t2f", "flair"},
	{"BraTS-MET-00110-000-t2W", "t2"},
	{"BraTS-MET-00110-000-seg", "mask"},
	// BIDS
	{"sub-01_T1w", "t1"},
	{"sub-01_ses-2_ce-gadolinium_T1w", "t1ce"},
	{"sub-01_ses-2_acq-mprage_ce-gadolinium_run-1_T1w", "t1ce"},
	{"sub-01_acq-postGd_T1w", "t1ce"},
	{"sub-01_T2w", "t2"},
	{"sub-01_FLAIR", "flair"},
	{"sub-01_ce-gadolinium_FLAIR", "flair"},
	{"sub-01_space-T1w_FLAIR", "flair"},
	{"sub-T1_T2w", "t2"},
	{"sub-01_space-T2w_dseg", "mask"},
	{"sub-01_ses-post_T1w", "t1"},
	{"sub-01_desc-brain_mask", "other"},
	{"sub-01_T2star", "other"},
	{"sub-01_dwi", "other"},
	// FeTS, CaPTk, BrainLesion, HD-GLIO
	{"AAAC_0_brain_t1", "t1"},
	{"AAAC_0_brain_t1ce", "t1ce"},
	{"AAAC_0_brain_t2", "t2"},
	{"AAAC_0_brain_flair", "flair"},
	{"AAAC_0_final_seg", "mask"},
	{"P1_fla", "flair"},
	{"P1_t1c", "t1ce"},
	{"P1_segmentation", "mask"},
	{"OtherEXampleFromTCIA_fla_bet", "flair"},
	{"OtherEXampleFromTCIA_t1c_bet", "t1ce"},
	{"CT1", "t1ce"},
	// clinics: the traps
	{"MRHR_FLAIR_AX_OtherEXampleTCIA_TCGA-FG-6692_Si_TCGA-FG-6692_MRHR_FLAIR_AX_SE_IR_5_tir2d1_21_fla", "flair"},
	{"MRHR_T1_AX_POST_GAD_OtherEXampleTCIA_TCGA-FG-6692_Si_TCGA-FG-6692_MRHR_T1_AX_POST_GAD_SE_13_se2d1r_t1c", "t1ce"},
	{"MRHR_T2_AX_OtherEXampleTCIA_TCGA-FG-6692_Si_TCGA-FG-6692_MRHR_T2_AX_SE_2_tse2d1_11_t2", "t2"},
	{"T1_AX_OtherEXampleTCIA_TCGA-FG-6692_Si_TCGA-FG-6692_T1_AX_SE_10_se2d1_t1", "t1"},
	{"T1_AX_POST_GAD", "t1ce"},
	{"Patient 3 FLAIR dark fluid", "flair"},
	{"t2_tirm_tra_dark-fluid", "flair"},
	{"T2 FLAIR SPACE sag", "flair"},
	{"t1_mprage_sag_iso_km", "t1ce"},
	{"t1_mprage_sag_iso", "t1"},
	{"mprage", "t1"},
	{"MP-RAGE post Gd", "t1ce"},
	{"MPRAGE_nach_KM", "t1ce"},
	{"t1_tse_tra_ohne KM", "t1"},
	{"T1 nativ", "t1"},
	{"T1 post contrast", "t1ce"},
	{"T1 pre contrast", "t1"},
	{"T1_without_contrast", "t1"},
	{"T1 w/o gad", "t1"},
	{"t1-noncontrast", "t1"},
	{"t1_nogd", "t1"},
	{"t2 tse tra", "t2"},
	{"T2_FSE_AX", "t2"},
	{"AX T1 +C", "t1ce"},
	{"AX T1 C+", "t1ce"},
	{"AX T1 C-", "t1"},
	{"Ax T1+Gd", "t1ce"},
	{"Gd-T1w", "t1ce"},
	{"GdT1w", "t1ce"},
	{"T1wCE", "t1ce"},
	{"3DT1_enhanced", "t1ce"},
	{"t1_vibe_fs_tra_Dotarem", "t1ce"},
	{"VIBE gado", "t1ce"},
	{"IRM_T1_sans_gadolinium", "t1"},
	{"IRM_T1_avec_gadolinium", "t1ce"},
	{"T1_mdc", "t1ce"},
	{"postcontrast", "t1ce"},
	{"FSPGR", "t1"},
	{"T1-weighted", "t1"},
	{"T2weighted", "t2"},
	{"PatientFlair", "flair"},
	{"Müller, Jürgen – FLAIR", "flair"},
	{"患者3_T1", "t1"},
	{"T1_postop", "t1"},
	{"T1_post-op", "t1"},
	{"post_op_T1_gd", "t1ce"},
	{"pre-op T1ce", "t1ce"},
	{"FLAIR_post_contrast", "flair"},
	{"AX T1 FLAIR", "t1"},
	{"t1_tra_tirm_dark-fluid", "t1"},
	{"SAG T1 FLAIR +C", "t1ce"},
	// registered to another sequence
	{"flair_to_t1", "flair"},
	{"flair2t1ce", "flair"},
	{"T2_coreg_T1CE", "t2"},
	{"T1_in_FLAIR_space", "t1"},
	{"T1ce_reg", "t1ce"},
	// a number of a visit is no sequence where another one ends the name
	{"P01_T2_t1ce", "t1ce"},
	{"P01_T1_brain_t2", "t2"},
	{"pt1_flair", "flair"},
	{"p_flair_t1space", "flair"},
	{"p_PET_T1", "other"},
	{"p_CT_to_T1", "other"},
	{"p_to_T1", "torn"},
	{"sub-01_ce-none_T1w", "t1"},
	// masks are never sequences
	{"t1ce_seg", "mask"},
	{"FLAIR-label", "mask"},
	{"flair_lesion", "mask"},
	{"T1_tumor_mask", "mask"},
	{"GT", "mask"},
	{"ground truth", "mask"},
	{"case_dseg", "mask"},
	{"SegmentationT1", "mask"},
	{"brain_tumor_patient_3_T1", "t1"},
	{"T1_brain_mask", "other"},
	{"flair_seg_prob", "other"},
	{"t1_brainmask", "other"},
	// neither of the four
	{"ADC", "other"},
	{"ep2d_diff_T2", "other"},
	{"T2 star", "other"},
	{"t2*_gre", "other"},
	{"T1_map", "other"},
	{"T1T2ratio", "other"},
	{"localizer_T1", "other"},
	{"T1_and_T2_of_patient_X", "torn"},
	{"image", "unknown"},
	{"brain", "unknown"},
	{"case_0007", "unknown"},
	{"test1", "unknown"},
	{"post", "unknown"},
	{"", "unknown"},
}

// describeFinding is the outcome as the table writes it.
func describeFinding(f finding) string {
	switch f.verdict {
	case isSequence:
		return f.sequence.Key()
	case isMask:
		return "mask"
	case isOther:
		return "other"
	case isTorn:
		return "torn"
	case isUnknown:
	}
	return "unknown"
}

func TestRecognise(t *testing.T) {
	for _, c := range names {
		f := recognise(tokenise(c.name))
		if got := describeFinding(f); got != c.want {
			t.Errorf("%q is taken for %s (%s), want %s; words %v", c.name, got, f.why, c.want, tokenise(c.name))
		}
		if f.verdict != isUnknown && f.why == "" {
			t.Errorf("%q is %s without a reason", c.name, c.want)
		}
	}
	if len(names) < 60 {
		t.Errorf("only %d names", len(names))
	}
}

// FuzzRecognise: no name breaks the reader of names, and a mask word never leaves a sequence.
func FuzzRecognise(f *testing.F) {
	for _, c := range names {
		f.Add(c.name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		recognise(tokenise(name))
		if got := recognise(tokenise(name + "_seg")); got.verdict != isMask && got.verdict != isOther {
			t.Errorf("%q with _seg is verdict %d", name, got.verdict)
		}
	})
}

func BenchmarkRecognise(b *testing.B) {
	for b.Loop() {
		for _, c := range names {
			recognise(tokenise(c.name))
		}
	}
}
