package app

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/sequence"
	"quorum/viewer/session"
	"quorum/viewer/volume/volumetest"
)

// again opens a folder and waits.
func (b *bench) again(path string) {
	b.c.Open([]string{path})
	b.q.pass(time.Second)
}

func (b *bench) told() string {
	var list []string
	for _, n := range b.c.Notices() {
		list = append(list, n.Text)
	}
	return strings.Join(list, "\n")
}

func TestOneBadFileAloneIsNamed(t *testing.T) {
	onBench(t, func(b *bench) {
		path := filepath.Join(b.state, "p_flair.nii.gz")
		if err := os.WriteFile(path, []byte("this is no image\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		b.again(path)
		if text := b.told(); !strings.Contains(text, "p_flair.nii.gz") || strings.Contains(text, "none") || strings.Count(text, "\n") > 0 {
			t.Errorf("told:\n%s", text)
		}
		b.c.Dismiss()
		b.again(path)
		if b.c.Alert() == "" {
			t.Error("the same bad file, opened again, raises no alert")
		}
	})
}

func TestUnusableSequenceCanBeLeftOut(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := writePatient(t, filepath.Join(b.state, "patient"), withoutT1ce)
		grid := volumetest.SmallGrid()
		grid.Affine[0][3] += 30
		volumes, _ := volumetest.Small().On(grid)
		writeImage(t, filepath.Join(dir, "case_t1ce.nii"), volumes[sequence.T1ce])
		b.again(dir)
		if b.c.doc == nil || b.c.doc.Loaded != nil {
			t.Fatal("a T1ce on another grid was taken")
		}
		b.c.Toggle(sequence.T1ce)
		b.q.pass(time.Second)
		if b.c.doc.Loaded == nil || b.c.doc.Loaded.Present != withoutT1ce || b.c.used != withoutT1ce {
			t.Fatalf("without T1ce: loaded %v, used %v\n%s", b.c.doc.Loaded != nil, b.c.used, b.told())
		}
		if b.c.doc.Exam.Series[sequence.T1ce] == nil {
			t.Error("T1ce can no longer be looked at")
		}
		b.again(dir)
		if b.c.doc.Loaded == nil || b.c.used != withoutT1ce {
			t.Errorf("opened again: loaded %v, used %v", b.c.doc.Loaded != nil, b.c.used)
		}
		b.c.Toggle(sequence.T1ce)
		b.q.pass(time.Second)
		if b.c.doc.Loaded != nil || b.c.used != full {
			t.Errorf("with T1ce again: loaded %v, used %v", b.c.doc.Loaded != nil, b.c.used)
		}
	})
}

func TestTwoFilesForOneSequenceAreOffered(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := writePatient(t, filepath.Join(b.state, "patient"), full)
		second := filepath.Join(dir, "other_t1.nii")
		volumes, _ := head()
		writeImage(t, second, volumes[sequence.T1])
		b.again(dir)
		if b.c.doc == nil || b.c.doc.Loaded == nil {
			t.Fatal(b.told())
		}
		if s := b.c.slot(sequence.T1); !strings.Contains(s.Why, "2 files") {
			t.Errorf("slot: %+v", s)
		}
		files := strings.Join(b.c.slotFiles(), " ")
		if !strings.Contains(files, "case_t1.nii") || !strings.Contains(files, second) {
			t.Errorf("the menu offers %s", files)
		}
		b.c.Assign(sequence.T1, second)
		b.q.pass(time.Second)
		if b.c.used != full || b.c.slot(sequence.T1).File != "other_t1.nii" {
			t.Errorf("after the choice: used %v, slot %+v\n%s", b.c.used, b.c.slot(sequence.T1), b.told())
		}
	})
}

// What was lost is an alert from the start: the empty page shows no list of notices.
func TestASessionThatCannotBeReadIsTold(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		b.c.Leave()
		b.q.pass(time.Second)
		if err := os.Truncate(filepath.Join(b.state, "state", "session.json"), 20); err != nil {
			t.Fatal(err)
		}
		next := newController(b.jobs, nil, session.NewStore(filepath.Join(b.state, "state")), Options{})
		if next.Alert() == "" || len(next.Notices()) != 1 {
			t.Errorf("alert %q, notices %v", next.Alert(), next.Notices())
		}
	})
}

func TestAnotherPatientIsLookedAtFirst(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.open(full)
		b.c.ShowPage(ComparePage)
		b.again(dir)
		if b.c.page != ComparePage {
			t.Error("the same study, read again, turned the page")
		}
		b.again(writePatient(t, filepath.Join(b.state, "another"), full))
		if b.c.page != ImagesPage {
			t.Error("another patient was dropped, and the Compare page shows empty cells")
		}
	})
}

func TestImagesWithoutTellingNamesAreAskedFor(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := writePatient(t, filepath.Join(b.state, "patient"), full)
		files := map[sequence.Sequence]string{}
		for n, q := range sequence.All {
			files[q] = filepath.Join(dir, "scan_"+string(rune('a'+n))+".nii")
			if err := os.Rename(filepath.Join(dir, "case_"+q.Key()+".nii"), files[q]); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, "scan_z.nii"), []byte("no image"), 0o600); err != nil {
			t.Fatal(err)
		}
		b.again(dir)
		asked := b.screen.sequences
		if asked == nil || len(asked.Files) != 4 || asked.Study != "patient" || b.c.doc != nil {
			t.Fatalf("asked: %+v\n%s", asked, b.told())
		}
		asked.Leave()
		if !strings.Contains(b.c.Alert(), "patient was not opened") {
			t.Errorf("left without an answer, and the alert is %q", b.c.Alert())
		}
		asked.Use(files)
		b.q.pass(time.Second)
		if b.c.doc == nil || b.c.doc.Loaded == nil || b.c.used != full || b.c.slot(sequence.T2).File != "scan_d.nii" {
			t.Errorf("with an answer: used %v\n%s", b.c.used, b.told())
		}
	})
}

// What was given to be opened and was not is told, each by its name; the rest is opened.
func TestWhatIsNotUsedIsTold(t *testing.T) {
	for name, given := range map[string]struct {
		patients []string
		others   []string
	}{
		"several patients": {[]string{"anna", "bert"}, []string{"case_flair.nii", "nowhere", "notes.txt"}},
		"one patient":      {[]string{"anna"}, []string{"nowhere", "notes.txt", "rand.nii", "x_adc.nii"}},
	} {
		onBench(t, func(b *bench) {
			paths := b.folders(given.patients...)
			volumes, _ := head()
			writeImage(t, filepath.Join(b.state, "case_flair.nii"), volumes[0])
			writeImage(t, filepath.Join(b.state, "x_adc.nii"), volumes[0])
			for _, other := range []string{"notes.txt", "rand.nii"} {
				if err := os.WriteFile(filepath.Join(b.state, other), []byte("text"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for _, other := range given.others {
				paths = append(paths, filepath.Join(b.state, other))
			}
			b.c.Open(paths)
			b.q.pass(2 * time.Second)
			if b.c.doc == nil || b.c.found.ID != "anna" || b.c.doc.Present() != full {
				t.Fatalf("%s: not opened: %s", name, b.told())
			}
			if got := b.c.Notices(); len(got) != len(given.others) {
				t.Errorf("%s: %d notices: %s", name, len(got), b.told())
			}
			for _, other := range given.others {
				if !strings.Contains(b.told(), other) {
					t.Errorf("%s: nothing is said about %s: %s", name, other, b.told())
				}
			}
			if b.another("zoe", full); len(b.c.Notices()) > 0 || b.c.Alert() != "" {
				t.Errorf("%s: over another's images stands: %s", name, b.told())
			}
		})
	}
}

func TestOneBadFileIsOneNotice(t *testing.T) {
	onBench(t, func(b *bench) {
		path := filepath.Join(b.state, "rand.nii.gz")
		if err := os.WriteFile(path, []byte("no header"), 0o600); err != nil {
			t.Fatal(err)
		}
		b.c.Open([]string{path})
		b.q.pass(time.Second)
		if got := b.c.Notices(); len(got) != 1 || strings.Contains(got[0].Text, "menu") {
			t.Errorf("%d notices: %s", len(got), b.told())
		}
	})
}

// A study that can be segmented only without what the user ignores is read twice; what is known about it waits for the second time.
func TestWhatIsKnownOfAStudyWithAnUnusableSequenceComesBack(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := writePatient(t, filepath.Join(b.state, "patient"), withoutT1ce)
		grid := volumetest.SmallGrid()
		grid.Affine[0][3] += 30
		volumes, truth := volumetest.Small().On(grid)
		writeImage(t, filepath.Join(dir, "case_t1ce.nii"), volumes[sequence.T1ce])
		numbers, err := truth.Encode(label.BraTS2017)
		if err == nil {
			_, here := head()
			err = nifti.Write(filepath.Join(dir, "case_seg.nii"), nifti.NewHeader(here.Grid), 1, numbers, "", false)
		}
		if err != nil {
			t.Fatal(err)
		}
		b.again(dir)
		b.c.Toggle(sequence.T1ce)
		b.q.pass(time.Second)
		b.c.ConfirmMask(0, label.BraTS2017)
		b.q.pass(time.Second)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		b.shows(withoutT1ce)
		b.c.SetReference(flairT2)
		b.another("next", full)
		b.again(dir)
		b.q.pass(2 * time.Second)
		b.shows(withoutT1ce)
		if b.c.set.Truth == nil || b.c.set.Base != flairT2 {
			t.Errorf("the mask that was confirmed is the truth: %v; the reference is %s", b.c.set.Truth != nil, b.c.set.Base)
		}
	})
}

// Files of two patients that were picked together may be meant so, but nobody must overlook it.
func TestImagesOfTwoPatientsAreAnAlert(t *testing.T) {
	onBench(t, func(b *bench) {
		volumes, _ := head()
		var paths []string
		for _, name := range []string{"B_2013_20_1_flair.nii", "B_2013_20_1_t1ce.nii", "B_2013_2_1_t2.nii"} {
			paths = append(paths, filepath.Join(b.state, name))
			writeImage(t, paths[len(paths)-1], volumes[sequence.T2])
		}
		b.c.Open(paths)
		b.q.pass(time.Second)
		if !strings.Contains(b.c.Alert(), "B_2013_2_1") || !slices.ContainsFunc(b.c.Notices(), func(n Notice) bool { return n.Grave }) {
			t.Errorf("the alert is %q, notices %+v", b.c.Alert(), b.c.Notices())
		}
	})
}
