package study

import "strings"

// kind is what a word in a file name is evidence for.
type kind uint8

const (
	unknown    kind = iota
	neutral         // known, and says nothing: tools, planes, operations
	flair           // FLAIR
	inversion       // an inversion pulse that makes a FLAIR unless T1 is named: there is a T1 TIRM
	t1              // T1, with or without contrast
	t1Native        // T1 without contrast, explicitly
	t1Contrast      // T1 with contrast, explicitly
	t1Pulse         // a pulse sequence that is T1-weighted unless another weighting is named
	t2              // T2
	contrast        // contrast medium given, if the image is a T1
	native          // no contrast medium given
	negation        // turns the contrast word after it round
	moment          // "pre", "post": of contrast, unless an operation follows
	operation       // what "pre" and "post" may refer to instead
	target          // the sequence after it is what the image was registered to
	mask            // a mask, wherever it stands
	maskLast        // a mask, where it stands after the sequence or alone
	tissue          // a mask of this is no tumour mask
	other           // another modality, a map, something computed
)

// vocabulary is the naming table of docs/conventions.md, word by word, and the habits of scanners and clinics.
//
// A name is cut at everything that is not a letter or digit (and, where that helps, at capitals). A piece counts if it is made of these
// words completely, the longest first: so "t2f" and "t2flair" are FLAIR and never T2, "t1ce" is never T1, and "pt1" is a patient. What
// the words of a name mean together is decided in recognise.
var vocabulary = []struct {
	kind  kind
	words string
}{
	// BraTS 2017 to 2023, FeTS, BrainLesion, HD-GLIO, BIDS, clinics.
	{flair, "flair flairw t2f t2flair flairt2 t2wflair fla"},
	{inversion, "tirm tir darkfluid"},
	{t1, "t1 t1w t1wi t1weighted t1se"},
	{t1Native, "t1n t1native t1nativ"},
	{t1Contrast, "t1c t1cw t1ce t1cew t1wc t1wce t1gd t1gad t1km t1post t1contrast ct1 ct1w cet1 cet1w gdt1 gdt1w"},
	{t1Pulse, "mprage mp2rage bravo spgr fspgr vibe tfe tfl"},
	{t2, "t2 t2w t2wi t2weighted"},

	// Contrast medium: English, trade names, German, French, Italian, Spanish.
	{contrast, "gd gad gado gadolinium gadobutrol gadovist dotarem magnevist prohance multihance omniscan ce cm contrast enhanced " +
		"postcontrast postgad postgd km kontrast kontrastmittel mdc contraste contrasto"},
	{native, "native nativ nativo nativa precontrast pregad pregd noncontrast unenhanced plain none"},
	{negation, "no non not without wo ohne sans sin senza vor before avant"},
	{moment, "pre post"},
	{operation, "op operative operation surgery surgical treatment rt radiotherapy chemo therapy resection biopsy"},

	// "flair_to_t1" and "flair2t1" are FLAIR, "t2_coreg_t1ce" is T2.
	{target, "to onto 2 in into reg coreg registered aligned"},

	// Masks: BraTS, FeTS, BIDS, BrainLesion, and what people write.
	{mask, "seg segs dseg segm segmentation segmentations mask masks labelmap groundtruth"},
	{maskLast, "label labels lbl gt truth roi rois voi annotation annotations contour contours tumor tumour tumors tumours lesion lesions " +
		"gtv ctv edema oedema necrosis pred prediction"},
	{tissue, "brain bet hdbet head skull skullstrip skullstripped stripped wm gm csf pve"},

	// What Quorum does not use: a "T2 star" is no T2, a "T1 map" no T1.
	{other, "adc dwi dti diff diffusion ep2d trace tracew swi swan t2star t2starw map maps t1map t2map ratio pd pdw mip minip asl cbf cbv " +
		"rcbv mtt pet fet fdg ct spect tmax dsc dce perf perfusion pwi bold fmri tof mra mrv angio localizer localiser scout survey fieldmap mrs csi subtraction " +
		"prob probs probability probabilities softmax logits uncertainty entropy warpfield deformation jacobian biasfield aseg aparc " +
		"parcellation atlas brainmask headmask"},
	{neutral, "ax axial tra trans transversal cor coronal sag sagittal 2d 3d iso fs fatsat se tse fse gre fl2d fl3d tfl3d ir space cube vista " +
		"turbo final n4 resampled cropped masked norm preop postop preoperative postoperative weighted"},
}

// alone lists words that count only as a piece of their own: inside a longer piece they would be chance.
const alone = "fla op rt ce cm se ir gt pd wm gm in pet fet fdg ct spect none"

// phrases are meanings of two pieces in a row.
var phrases = map[[2]string]kind{
	{"dark", "fluid"}:   inversion,
	{"mp", "rage"}:      t1Pulse,
	{"t2", "star"}:      other,
	{"t2w", "star"}:     other,
	{"w", "o"}:          negation,
	{"ground", "truth"}: mask,
}

var (
	kindOf    = indexVocabulary()
	aloneOnly = indexAlone()
)

func indexVocabulary() map[string]kind {
	index := make(map[string]kind)
	for _, row := range vocabulary {
		for w := range strings.FieldsSeq(row.words) {
			index[w] = row.kind
		}
	}
	return index
}

func indexAlone() map[string]bool {
	index := make(map[string]bool)
	for w := range strings.FieldsSeq(alone) {
		index[w] = true
	}
	return index
}
