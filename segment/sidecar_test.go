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
	paths, err := segment.Export(dir, "Fräulein A 1", r, segmenttest.Tiny(), l, segment.ExportOptions{Probabilities: true, Scheme: label.BraTS2017, AppVersion: "v1"})
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
	paths, err := segment.Export(dir, "a", r, segmenttest.Tiny(), l, segment.ExportOptions{Probabilities: true, AppVersion: "v1.2"})
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
		Reliability: segment.ReliabilityLines(segmenttest.Tiny(), flairT2),
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

func TestExportRefusesAnExistingFileAndWritesNothing(t *testing.T) {
	l := head(flair)
	r := result(t, l)
	for _, taken := range []string{"a_seg.nii.gz", "a_seg.json", "a_prob.nii.gz"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, taken), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		o := segment.ExportOptions{Probabilities: true}
		_, err := segment.Export(dir, "a", r, segmenttest.Tiny(), l, o)
		if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), taken) || !strings.Contains(err.Error(), "--force") {
			t.Errorf("%s is there: %v", taken, err)
		}
		if got := listing(t, dir); !slices.Equal(got, []string{taken}) {
			t.Errorf("%s was there, then %q", taken, got)
		}
		o.Force = true
		if _, err = segment.Export(dir, "a", r, segmenttest.Tiny(), l, o); err != nil || len(listing(t, dir)) != 3 {
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
		_, err := segment.Export(c.dir, c.id, c.r, segmenttest.Tiny(), l, segment.ExportOptions{Probabilities: true})
		if err == nil || strings.Contains(err.Error(), ".quorum-") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := listing(t, top); !slices.Equal(got, []string{"file"}) {
		t.Errorf("left behind: %q", got)
	}
}
