package segment_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quorum/segment"
	"quorum/segment/model"
	"quorum/segment/segmenttest"
	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/wording"
)

// result is a computed result with everything that can be exported.
func result(t *testing.T, l *study.Loaded) *segment.Result {
	t.Helper()
	c, _ := open(t, segmenttest.Tiny(), l)
	return compute(t, c, l.Present, segment.Options{Probabilities: true, Clean: true})
}

func TestExportWritesWhatReadersFind(t *testing.T) {
	l := head(flairT2)
	r := result(t, l)
	dir := filepath.Join(t.TempDir(), "not", "there yet")
	paths, err := segment.Export(t.Context(), dir, "Fräulein A 1", r, segmenttest.Tiny(), l, segment.ExportOptions{Probabilities: true, Scheme: label.BraTS2017, AppVersion: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	if len(paths) != 3 || filepath.Base(paths[0]) != "Fräulein A 1_seg.nii.gz" {
		t.Fatalf("wrote %q", paths)
	}
	h, mask, err := nifti.Read(paths[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	if h.TypeName() != "uint8" || mask.Grid != l.Grid || !strings.Contains(h.Description, "Quorum brats2017") {
		t.Errorf("the mask is %s on %v, %q", h.TypeName(), mask.Grid, h.Description)
	}
	if got, err := label.FromVolume(mask, label.BraTS2017); err != nil || !slices.Equal(got.Voxel, r.Labels.Voxel) {
		t.Errorf("the mask reads as other labels (%v)", err)
	}
	for at := range label.RegionCount {
		h, p, err := nifti.Read(paths[2], at)
		if err != nil {
			t.Fatal(err)
		}
		if h.Volumes() != label.RegionCount || h.TypeName() != "float32" || !slices.Equal(p.Voxel, r.Probability[at]) {
			t.Errorf("probabilities of volume %d do not come back (%d volumes of %s)", at, h.Volumes(), h.TypeName())
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("the folder holds %v (%v)", entries, err)
	}
}

// sidecar exports a result of a study of a patient called Meyer and reads what was written.
func sidecar(t *testing.T) segment.Sidecar {
	t.Helper()
	l := head(flairT2)
	r := result(t, l)
	l.Study.Path = "/data/Meyer"
	l.Study.Files[sequence.T2] = &study.File{Path: "/data/Meyer/Meyer_t2.nii"}
	l.Problems = []study.Problem{
		{File: "/data/Meyer/Meyer_t2.nii", Text: "Meyer_t2.nii: 3 voxels are NaN"}, {File: "/data/Meyer", Text: "this looks like a raw head"},
	}
	dir := t.TempDir()
	paths, err := segment.Export(t.Context(), dir, "a", r, segmenttest.Tiny(), l, segment.ExportOptions{Probabilities: true, AppVersion: "v1.2"})
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(paths[1])
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "Meyer") || strings.Contains(string(text), dir) {
		t.Errorf("the sidecar names a patient or a path:\n%s", text)
	}
	var s segment.Sidecar
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSidecarSaysItAll(t *testing.T) {
	s := sidecar(t)
	clean := segment.SidecarClean{SmallML: 0.5, SmallShare: 0.1, TraceML: 0.2, Connectivity: 26}
	if s.Method.Clean != nil { // what it did depends on the weights
		clean.Dropped, clean.DroppedML, clean.ToNCRML = s.Method.Clean.Dropped, s.Method.Clean.DroppedML, s.Method.Clean.ToNCRML
	}
	want := segment.Sidecar{
		Schema:    "quorum.sidecar/1",
		App:       segment.SidecarApp{Name: "Quorum", Version: "v1.2"},
		Command:   "quorum segment STUDY --absent t1,t1ce --device interpreter --precision f32 --labels brats2023 --clean --probabilities",
		Model:     segment.SidecarModel{ID: "tiny", SHA256: "0123", Provenance: segmenttest.Tiny().Meta.Provenance},
		Sequences: segment.SidecarSequences{Present: []string{"flair", "t2"}, Absent: []string{"t1", "t1ce"}},
		Backend:   segment.Backend{Provider: "interpreter", Precision: "f32", Runtime: "interpreter"},
		Method: segment.SidecarMethod{
			Preprocessing: model.Preprocessing, Threshold: 0.5, Painting: "WT: ED, TC over it: NCR, ET over both: ET", Clean: &clean,
		},
		Labels: segment.SidecarLabels{Scheme: label.BraTS2023, Legend: "1 NCR, 2 ED, 3 ET", Grid: "flair"},
		Probabilities: &segment.SidecarProbabilities{
			Order: []string{"ET", "WT", "TC"}, Temperature: map[string]float64{"ET": 1, "WT": 1, "TC": 1},
		},
		Reliability: segment.ReliabilityLines(segmenttest.Tiny(), flairT2, nil),
		Use:         wording.ResearchUse,
		VolumeML:    s.VolumeML, Notices: s.Notices,
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
	if len(s.VolumeML) != 3 || s.VolumeML["WT"] <= 0 {
		t.Errorf("volumes %v", s.VolumeML)
	}
	notices := strings.Join(s.Notices, "\n")
	for _, part := range []string{"t2: 3 voxels are NaN", "STUDY: this looks like a raw head", "tiny is not trained"} {
		if !strings.Contains(notices, part) {
			t.Errorf("no %q among the notices:\n%s", part, notices)
		}
	}
}

func TestSidecarOfAnEditSaysSo(t *testing.T) {
	c, _ := open(t, segmenttest.Tiny(), head(flairT2))
	s := segment.NewSidecar(compute(t, c, flairT2, segment.Options{}), segmenttest.Tiny(), head(flairT2), segment.ExportOptions{Edited: true})
	if !s.Labels.Edited || len(s.Reliability) != 1 || s.Reliability[0] != segment.EditedByHand {
		t.Errorf("edited %v, reliability %q", s.Labels.Edited, s.Reliability)
	}
}

// TestSidecarTextSurvivesAnyPath: a study may be called like a part of a sentence, and no sentence may suffer from that.
func TestSidecarTextSurvivesAnyPath(t *testing.T) {
	m := segmenttest.Tiny()
	m.Meta.Provenance.Summary = "random weights for 83 mL of a test. See 1.nii"
	for _, path := range []string{".", "..", "/", "1", "a", "mL", "t", "/1"} {
		l := head(flairT2)
		c, _ := open(t, m, l)
		r := compute(t, c, flairT2, segment.Options{})
		r.Notices = append(r.Notices, study.Problem{Text: "dropped 3 components of 1.83 mL in all"})
		l.Study.Path = path
		l.Study.Files[sequence.T2] = &study.File{Path: filepath.Join(path, "1.nii")}
		l.Study.Files[sequence.FLAIR] = &study.File{Path: filepath.Join(path, "a_1.nii")}
		own := l.Study.Files[sequence.T2].Path
		l.Problems = []study.Problem{
			{File: own, Text: "1.nii: 11 voxels are NaN"},
			{File: own, Text: "the T2 was resampled onto the grid of a_1.nii, not of ca_1.nii"},
			{File: own, Text: "a voxel is 1"},
			{File: path, Text: "this looks like a raw head: at least 1 % of a box"},
		}
		want := []string{
			"t2: 11 voxels are NaN", "the T2 was resampled onto the grid of flair, not of ca_1.nii", "t2: a voxel is 1",
			"STUDY: this looks like a raw head: at least 1 % of a box",
		}
		for _, p := range r.Notices {
			want = append(want, p.Text)
		}
		if diff := cmp.Diff(want, segment.NewSidecar(r, m, l, segment.ExportOptions{}).Notices); diff != "" {
			t.Errorf("study %q: %s", path, diff)
		}
	}
}

// TestSidecarNamesTheSequenceOfAVolume: the four sequences of a 4-D file share its path.
func TestSidecarNamesTheSequenceOfAVolume(t *testing.T) {
	l := head(flairT2)
	r := result(t, l)
	for _, q := range sequence.All {
		l.Study.Files[q] = &study.File{Path: "Meyer 1.nii.gz", Volume: int(q)}
	}
	l.Study.Path = "Meyer 1.nii.gz"
	l.Problems = []study.Problem{
		{File: "Meyer 1.nii.gz", Text: "Meyer 1.nii.gz is 0 everywhere", Sequences: sequence.Of(sequence.T1)},
		{File: "Meyer 1.nii.gz", Text: "Meyer 1.nii.gz holds four volumes", Sequences: sequence.Full},
	}
	got := segment.NewSidecar(r, segmenttest.Tiny(), l, segment.ExportOptions{}).Notices
	if len(got) < 2 || got[0] != "t1 is 0 everywhere" || got[1] != "a file holds four volumes" {
		t.Errorf("%q", got)
	}
}

func TestCommandNamesTilesAndLosesCalibrationWithFlips(t *testing.T) {
	l := head(flair)
	c, _ := open(t, segmenttest.Tiny(), l)
	r := compute(t, c, flair, segment.Options{Tile: 16})
	if got := segment.CommandLine(r, segment.ExportOptions{Scheme: label.BraTS2023}); !strings.HasSuffix(got, "--labels brats2023 --tile 16") {
		t.Error(got)
	}
	m := segmenttest.Tiny()
	m.Meta.Reliability = &model.Reliability{Rows: map[string]map[string]model.ReliabilityCell{flair.String(): {"WT": {N: 6, Temperature: 2}}}}
	warm, _ := open(t, m, l)
	for _, flips := range []bool{true, false} {
		o := segment.Options{Probabilities: true, Flips: flips}
		a, b := compute(t, c, flair, o), compute(t, warm, flair, o)
		if same := slices.Equal(a.Probability[label.RegionWT], b.Probability[label.RegionWT]); same != flips {
			t.Errorf("flips %v: the calibration of single passes was used: %v", flips, !same)
		}
		s := segment.NewSidecar(b, m, l, segment.ExportOptions{Probabilities: true})
		said := strings.Contains(strings.Join(s.Notices, "\n"), "probabilities are not calibrated")
		if want := map[bool]float64{true: 1, false: 2}[flips]; s.Probabilities.Temperature["WT"] != want || said != flips {
			t.Errorf("flips %v: temperatures %v, notices %q", flips, s.Probabilities.Temperature, s.Notices)
		}
		edited := b.ML
		edited[label.RegionET] += 0.001 // a voxel
		if copied := s.For(edited, segment.ExportOptions{Scheme: label.BraTS2023, Edited: true}); copied.Probabilities != nil || !copied.Tells(edited) || copied.Tells(b.ML) {
			t.Errorf("of an edit: %+v", copied)
		}
	}
}

func TestExportRefusesAnExistingFileAndWritesNothing(t *testing.T) {
	l := head(flair)
	r := result(t, l)
	for _, taken := range []string{"a_seg.nii.gz", "a_seg.json", "a_prob.nii.gz"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, taken), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		o := segment.ExportOptions{Probabilities: true}
		_, err := segment.Export(t.Context(), dir, "a", r, segmenttest.Tiny(), l, o)
		if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), taken) || !strings.Contains(err.Error(), "--force") {
			t.Errorf("%s is there: %v", taken, err)
		}
		if got := listing(t, dir); !slices.Equal(got, []string{taken}) {
			t.Errorf("%s was there, then %q", taken, got)
		}
		o.Force = true
		if _, err = segment.Export(t.Context(), dir, "a", r, segmenttest.Tiny(), l, o); err != nil || len(listing(t, dir)) != 3 {
			t.Errorf("forced: %v, %q", err, listing(t, dir))
		}
	}
}

func listing(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestFailedExportLeavesNothing(t *testing.T) {
	l := head(flair)
	r := result(t, l)
	top := t.TempDir()
	file := filepath.Join(top, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	bad := *r
	bad.Probability[label.RegionTC] = bad.Probability[label.RegionTC][1:]
	for name, c := range map[string]struct {
		dir, id string
		r       *segment.Result
	}{
		"a file is in the way":     {filepath.Join(file, "sub"), "a", r},
		"the last file cannot be":  {filepath.Join(top, "new", "folder"), "a", &bad},
		"an id that is a path":     {filepath.Join(top, "out"), "../a", r},
		"no probabilities to save": {filepath.Join(top, "out"), "a", &segment.Result{Labels: r.Labels}},
	} {
		_, err := segment.Export(t.Context(), c.dir, c.id, c.r, segmenttest.Tiny(), l, segment.ExportOptions{Probabilities: true})
		if err == nil || strings.Contains(err.Error(), ".quorum-") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := listing(t, top); !slices.Equal(got, []string{"file"}) {
		t.Errorf("left behind: %q", got)
	}
}

func TestForcedExportTakesAwayWhatBelongedToTheOldMask(t *testing.T) {
	l := head(flair)
	r := result(t, l)
	dir := t.TempDir()
	if _, err := segment.Export(t.Context(), dir, "a", r, segmenttest.Tiny(), l, segment.ExportOptions{Probabilities: true}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a_seg.png", "a_seg.pdf", "b_seg.png", "a_sweep.png"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := segment.Export(t.Context(), dir, "a", r, segmenttest.Tiny(), l, segment.ExportOptions{Force: true}); err != nil {
		t.Fatal(err)
	}
	if got := listing(t, dir); !slices.Equal(got, []string{"a_seg.json", "a_seg.nii.gz", "a_sweep.png", "b_seg.png"}) {
		t.Errorf("beside the new mask: %q", got)
	}
}

// TestFailedMoveBringsTheOldFilesBack: of three files the last cannot be moved.
func TestFailedMoveBringsTheOldFilesBack(t *testing.T) {
	for _, lost := range []bool{true, false} {
		dir, hidden := t.TempDir(), t.TempDir()
		write := func(folder, name, text string) {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"mask", "sidecar", "picture"} {
			write(dir, name, "old")
		}
		write(hidden, "mask", "new")
		write(hidden, "extra", "new")
		write(hidden, "sidecar", "new")
		if lost {
			if err := os.Remove(filepath.Join(hidden, "sidecar")); err != nil {
				t.Fatal(err)
			}
		}
		_, err := segment.Move([]string{"mask", "extra", "sidecar"}, hidden, dir, true, []string{"picture"})
		want := map[string]string{"extra": "new", "mask": "new", "sidecar": "new"}
		if lost {
			want = map[string]string{"mask": "old", "picture": "old", "sidecar": "old"}
		}
		got := map[string]string{}
		for _, name := range listing(t, dir) {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			got[name] = string(text)
		}
		if diff := cmp.Diff(want, got); diff != "" || lost != (err != nil) {
			t.Errorf("a file cannot be moved: %v (%v)\n%s", lost, err, diff)
		}
	}
}
