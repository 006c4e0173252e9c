package app

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"quorum/segment"
	"quorum/segment/engine"
	"quorum/segment/ort"
	"quorum/segment/segmenttest"
	"quorum/viewer"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/nifti"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/session"
	"quorum/viewer/study"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// head is the small synthetic head, made once.
var head = sync.OnceValues(func() ([sequence.Count]*volume.Volume, *label.Map) {
	return volumetest.Small().On(volumetest.SmallGrid())
})

// writePatient writes a patient's folder with the sequences of u.
func writePatient(t *testing.T, dir string, u sequence.Subset) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	volumes, _ := head()
	for _, q := range u.Sequences() {
		writeImage(t, filepath.Join(dir, "case_"+q.Key()+".nii"), volumes[q])
	}
	return dir
}

func writeImage(t *testing.T, path string, v *volume.Volume) {
	t.Helper()
	if err := nifti.Write(path, nifti.NewHeader(v.Grid), 1, v.Voxel, "", false); err != nil {
		t.Fatal(err)
	}
}

// fakeEngine finds the truth in a second a result: without T1ce no enhancing tumour, without FLAIR no oedema.
type fakeEngine struct {
	lock   sync.Mutex
	fail   error // of the next result
	silent bool  // it tells nothing before a result is there
	opened int
	closed int
	asked  []sequence.Subset // begun, in order
}

func (e *fakeEngine) Machine() Machine {
	m := *segmenttest.Tiny()
	m.Meta.Provenance.Trained = true // else every study begins with a warning
	return Machine{Model: &m, Backend: segment.Backend{Provider: "fake", Precision: "f32"}}
}
func (e *fakeEngine) Close() error { return nil }
func (e *fakeEngine) Open(context.Context, *study.Loaded) (Case, error) {
	e.lock.Lock()
	defer e.lock.Unlock()
	e.opened++
	return &fakeCase{e}, nil
}

type fakeCase struct{ e *fakeEngine }

func (c *fakeCase) Close() {
	c.e.lock.Lock()
	defer c.e.lock.Unlock()
	c.e.closed++
}

func (c *fakeCase) Encode(ctx context.Context, _ sequence.Sequence) error {
	return rest(ctx, time.Second)
}

func rest(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func (c *fakeCase) Segment(ctx context.Context, u sequence.Subset, report func(segment.Progress)) (*outcome, error) {
	c.e.lock.Lock()
	fail := c.e.fail
	c.e.fail = nil
	c.e.asked = append(c.e.asked, u)
	silent := c.e.silent
	c.e.lock.Unlock()
	if !silent {
		report(segment.Progress{Text: "segmenting", Done: 1, Total: 2})
	}
	if err := rest(ctx, time.Second); err != nil {
		return nil, err
	}
	if fail != nil {
		return nil, fail
	}
	return newOutcome(&segment.Result{Subset: u, Labels: found(u), ML: found(u).RegionML(), Backend: c.e.Machine().Backend}, segmenttest.Tiny(), volumetest.SmallGrid()), nil
}

// found is the fake result of a subset.
func found(u sequence.Subset) *label.Map {
	_, truth := head()
	m := &label.Map{Grid: truth.Grid, Voxel: slices.Clone(truth.Voxel)}
	for n, l := range m.Voxel {
		if l == label.ET && !u.Has(sequence.T1ce) {
			m.Voxel[n] = label.NCR
		}
		if l == label.ED && !u.Has(sequence.FLAIR) {
			m.Voxel[n] = label.Background
		}
	}
	return m
}

// fakeScreen is a Screen that answers yes.
type fakeScreen struct {
	refreshed Change
	asked     []Question
	mask      *MaskInfo
	sequences *SequenceQuestion
}

func (s *fakeScreen) Refresh(c Change)                { s.refreshed |= c }
func (s *fakeScreen) AskMask(m MaskInfo)              { s.mask = &m }
func (s *fakeScreen) AskSequences(q SequenceQuestion) { s.sequences = &q }
func (s *fakeScreen) Confirm(q Question) {
	s.asked = append(s.asked, q)
	q.Then(true)
}

// bench is a controller on fakes.
type bench struct {
	*testing.T
	c      *Controller
	q      *queue
	jobs   *Jobs
	engine *fakeEngine
	screen *fakeScreen
	broken error                      // why no engine can be opened
	refuse func(engine.Options) error // why one cannot be opened with these options; may be nil
	state  string
}

// onBench runs f with a controller in a bubble, where time is not real.
func onBench(t *testing.T, f func(b *bench)) {
	t.Helper()
	folder := t.TempDir()
	head()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, folder, nil)
		f(b)
		b.jobs.Close(time.Minute)
	})
}

func newBench(t *testing.T, state string, broken error) *bench {
	t.Helper()
	b := &bench{T: t, q: &queue{}, engine: &fakeEngine{}, screen: &fakeScreen{}, broken: broken, state: state}
	b.jobs = NewJobs(t.Context(), b.q.dispatch)
	start := func(ctx context.Context, o engine.Options) (Engine, error) {
		if b.refuse != nil {
			if err := errors.Join(rest(ctx, time.Second), b.refuse(o)); err != nil {
				return nil, err
			}
		}
		return b.engine, b.broken
	}
	b.c = newController(b.jobs, start, session.NewStore(filepath.Join(state, "state")), Options{Version: "test"})
	b.c.screen = b.screen
	b.c.prefs.NoLookAhead = true
	b.c.StartUp()
	b.q.settle()
	return b
}

// open opens a patient with the sequences of u and waits for the images.
func (b *bench) open(u sequence.Subset) string {
	b.Helper()
	dir := writePatient(b.T, filepath.Join(b.state, "patient"), u)
	b.c.Open([]string{dir})
	b.q.pass(time.Second)
	if b.c.doc == nil || b.c.doc.Present() != u {
		b.Fatalf("the study was not opened: %v", b.c.told)
	}
	return dir
}

// segment opens a patient with the sequences of u and waits for the result of all of them.
func (b *bench) segment(u sequence.Subset) {
	b.Helper()
	b.open(u)
	b.c.Segment()
	b.q.pass(2 * time.Second)
}

func (b *bench) shows(u sequence.Subset) {
	b.Helper()
	if b.c.shown == nil || b.c.shown.subset != u {
		b.Fatalf("%s is not shown but %+v", u, b.c.shown)
	}
}

var (
	full        = sequence.Full
	withoutT1ce = full.Without(sequence.Of(sequence.T1ce))
	withoutT2   = full.Without(sequence.Of(sequence.T2))
	flairT2     = sequence.Of(sequence.FLAIR, sequence.T2)
)

func TestSegmentShowsAResult(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		b.c.Segment()
		b.q.pass(500 * time.Millisecond)
		if a := b.c.status(); a.Text != "segmenting" || !a.Cancel || a.Share != 0.5 {
			b.Errorf("while it runs the status is %+v", a)
		}
		b.q.pass(2 * time.Second)
		b.shows(full)
		if got := b.c.resultPage(); got.Regions[0].Text == "" || got.Mark != "" || len(got.Items) != 1 {
			b.Errorf("the result panel: %+v", got)
		}
		if a := b.c.status(); a.Cancel {
			b.Errorf("afterwards the status is %+v", a)
		}
		if r, ok := b.c.View.Readout(); !ok || !r.Labelled || r.Label == label.Background {
			b.Errorf("the crosshair did not go to the tumour: %+v", r)
		}
	})
}

func TestToggleBeforeAResultOnlySelects(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		b.c.Toggle(sequence.T1ce)
		b.q.pass(5 * time.Second)
		if b.c.shown != nil || len(b.engine.asked) != 0 || b.c.used != withoutT1ce {
			b.Errorf("used %s, shown %v, asked %v", b.c.used, b.c.shown, b.engine.asked)
		}
	})
}

func TestToggleAfterAResultComputesAndDimsMeanwhile(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.c.Toggle(sequence.T1ce)
		b.q.pass(300 * time.Millisecond)
		b.shows(full)
		if got := b.c.resultPage().Mark; got != former {
			b.Errorf("the old result says %q", got)
		}
		p := b.c.View.Pane(render.Axial, imagePoint)
		if notes := b.c.View.Frame(p).Notes; !slices.Contains(notes, former) {
			b.Errorf("the picture says %q", notes)
		}
		b.q.pass(2 * time.Second)
		b.shows(withoutT1ce)
		if got := b.c.resultPage().Mark; got != "" {
			b.Errorf("the new result says %q", got)
		}
		b.c.Toggle(sequence.T1ce) // back: the answer is there
		b.shows(full)
		if len(b.engine.asked) != 2 {
			b.Errorf("computed: %v", b.engine.asked)
		}
	})
}

func TestTheLastSequenceStays(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(sequence.Of(sequence.FLAIR, sequence.T2))
		b.c.Toggle(sequence.FLAIR)
		b.c.Toggle(sequence.T2)
		b.c.Toggle(sequence.T1) // no file
		if b.c.used != sequence.Of(sequence.T2) || !b.c.slot(sequence.T2).Locked {
			b.Errorf("used: %s", b.c.used)
		}
	})
}

func TestCancelKeepsWhatIsShown(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.c.Toggle(sequence.T1)
		b.q.pass(300 * time.Millisecond)
		begin := time.Now()
		if !b.c.CancelRun() {
			b.Fatal("nothing was cancelled")
		}
		b.q.settle()
		if took := time.Since(begin); took != 0 {
			b.Errorf("cancelling took %v", took)
		}
		b.shows(full)
		if got := b.c.resultPage().Mark; got != former {
			b.Errorf("the result says %q", got)
		}
		b.q.pass(5 * time.Second)
		b.shows(full)
	})
}

func TestAFailureKeepsImagesAndCanBeTriedAgain(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		b.engine.fail = errors.New("the device is lost")
		b.c.Segment()
		b.q.pass(2 * time.Second)
		page := b.c.studyPage()
		if page.Button != "Try again" || !strings.Contains(b.c.Alert(), "the device is lost") || b.c.View.Exam() == nil {
			b.Errorf("button %q, alert %q", page.Button, b.c.Alert())
		}
		b.c.Segment()
		b.q.pass(2 * time.Second)
		b.shows(full)
		if b.engine.opened != 2 {
			b.Errorf("the engine's study was opened %d times: after a failure it is opened again", b.engine.opened)
		}
	})
}

func TestLookAheadAnswersAtOnceAndGivesWay(t *testing.T) {
	onBench(t, func(b *bench) {
		b.c.prefs.NoLookAhead = false
		dir := writePatient(t, filepath.Join(b.state, "patient"), full)
		b.c.Open([]string{dir})
		b.q.pass(2 * time.Second) // it encodes
		b.c.Toggle(sequence.T2)   // another selection, nothing asked for yet
		u := full.Without(sequence.Of(sequence.T2))
		b.c.Segment()
		b.q.pass(1100 * time.Millisecond)
		b.shows(u) // a second: the encoding gave way
		b.q.pass(time.Minute)
		for _, q := range sequence.All {
			if v := u ^ sequence.Of(q); b.c.outcomes[v] == nil {
				b.Errorf("%s is one toggle away and was not computed ahead", v)
			}
		}
		b.c.Toggle(sequence.T2)
		b.shows(full)
	})
}

func TestAnEditNeverTouchesItsResult(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		before := slices.Clone(b.c.shown.cutout().Voxel)
		b.c.ToggleEdit()
		i := b.c.shown
		p := b.c.View.Pane(render.Axial, imagePoint)
		b.c.BeginStroke(p, render.Spot{X: 150, Y: 150}, false, false)
		b.c.MoveStroke(p, render.Spot{X: 180, Y: 170})
		b.c.EndStroke()
		b.q.pass(time.Second)
		if !i.edited() || b.c.Unsaved() != 1 || !strings.HasPrefix(b.c.Title(), "*") {
			b.Errorf("edited %v, unsaved %d, title %q", i.edited(), b.c.Unsaved(), b.c.Title())
		}
		if got := b.c.resultPage(); got.Mark != "edited by hand" || len(got.Trust) != 0 {
			b.Errorf("an edited result says %q %q", got.Mark, got.Trust)
		}
		if !slices.Equal(before, b.c.outcomes[full].labels.Voxel) {
			b.Error("the stroke changed the result")
		}
		if !b.c.store.HasEdits(b.c.source.study().Key()) {
			b.Error("the stroke was not kept on the disk")
		}
		b.c.Undo()
		if i.edited() {
			b.Error("undone and still edited")
		}
		b.c.Redo()
		b.c.Toggle(sequence.T1ce) // adds a result, and leaves the edit alone
		b.q.pass(2 * time.Second)
		if len(b.c.items) < 2 || !i.edited() {
			b.Errorf("%d entries", len(b.c.items))
		}
	})
}

func TestCompareFillsItsCells(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		b.c.ShowPage(ComparePage)
		b.c.SetPreset(compare.All)
		b.q.pass(5 * time.Second)
		if n := len(b.engine.asked); n != 1 {
			b.Fatalf("showing the page computed %d results", n-1)
		}
		b.c.ComputeCells()
		b.q.pass(30 * time.Second)
		if b.c.comparison == nil || len(b.c.comparison.Rows) != 15 || len(b.c.MissingCells()) != 0 {
			b.Fatalf("%d cells are missing", len(b.c.MissingCells()))
		}
		if b.c.agreement == nil || b.c.agreement.N != 15 {
			b.Error("the agreement map does not count 15 results")
		}
		flair := sequence.Of(sequence.FLAIR)
		b.c.ClickCell(flair)
		b.shows(flair)
		if b.c.page != ImagesPage || b.c.used != flair {
			b.Error("a click opens the cell on the Images page")
		}
	})
}

func TestWhatCannotBeOpenedLeavesTheStudy(t *testing.T) {
	onBench(t, func(b *bench) {
		b.open(full)
		doc := b.c.doc
		empty := filepath.Join(b.state, "empty")
		if err := os.Mkdir(empty, 0o777); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{filepath.Join(b.state, "nowhere"), empty} {
			b.c.Open([]string{path})
			b.q.pass(time.Second)
			if b.c.doc != doc || b.c.Alert() == "" || b.c.incoming != nil {
				b.Errorf("%s: the study was lost, or nothing was said (%q)", path, b.c.Alert())
			}
		}
	})
}

func TestImagesOnDifferentGridsCanBeLookedAt(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := writePatient(t, filepath.Join(b.state, "patient"), withoutT1ce)
		g := volumetest.SmallGrid()
		g.Affine[0][3] += 30
		volumes, _ := volumetest.Small().On(g)
		writeImage(t, filepath.Join(dir, "case_t1ce.nii"), volumes[sequence.T1ce])
		b.c.Open([]string{dir})
		b.q.pass(time.Second)
		page := b.c.studyPage()
		if b.c.doc == nil || b.c.doc.Present() != full || !page.Disabled || page.Reason == "" {
			b.Fatalf("button off %v, because %q", page.Disabled, page.Reason)
		}
		b.c.Segment()
		if b.c.wanted != 0 {
			b.Error("it cannot be segmented")
		}
	})
}

func TestABrokenFileDoesNotHideTheOthers(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := writePatient(t, filepath.Join(b.state, "patient"), full)
		bad := filepath.Join(dir, "case_t2.nii")
		if err := os.Truncate(bad, 5000); err != nil {
			t.Fatal(err)
		}
		b.c.Open([]string{dir})
		b.q.pass(time.Second)
		if b.c.doc == nil || b.c.doc.Present() != full.Without(sequence.Of(sequence.T2)) {
			b.Fatalf("%v", b.c.told)
		}
		told := ""
		for _, n := range b.c.Notices() {
			told += n.Text + "\n"
		}
		if !strings.Contains(told, "case_t2.nii") {
			b.Errorf("nothing is said about the broken file: %s", told)
		}
	})
}

func TestWithoutALibraryImagesCanBeLookedAt(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, folder, &ort.LibraryError{What: "ONNX Runtime is not installed", Looked: []string{"/a/lib.so"}})
		b.open(full)
		ok, why := b.c.Segmentable()
		if ok || !strings.Contains(why, "is not installed") || len(b.c.Notices()) != 1 || b.c.studyPage().Button != "Try again" {
			t.Errorf("segmentable %v: %q", ok, why)
		}
		b.broken = nil
		b.c.Segment() // tries the library again
		b.q.pass(time.Second)
		if ok, why := b.c.Segmentable(); !ok {
			t.Errorf("now it is there: %q", why)
		}
		if len(b.c.Notices()) != 0 {
			t.Errorf("what is mended is still said: %v", b.c.Notices())
		}
		b.jobs.Close(time.Minute)
	})
}

func TestPatientsAreListedWalkedAndSegmented(t *testing.T) {
	onBench(t, func(b *bench) {
		var dirs []string
		for _, name := range []string{"anna", "bert", "carl"} {
			dirs = append(dirs, writePatient(t, filepath.Join(b.state, name), full))
		}
		b.c.Open(dirs)
		b.q.pass(time.Second)
		if got := b.c.Patients(); len(got) != 3 || got[0].Name != "anna" || got[0].Mark != "new" || !got[0].Open {
			b.Fatalf("patients: %+v", got)
		}
		b.c.SegmentAll()
		b.q.pass(20 * time.Second)
		for _, p := range b.c.Patients() {
			if p.Mark != "segmented" {
				b.Errorf("%+v", p)
			}
		}
		asked := len(b.engine.asked)
		b.c.StepPatient(1)
		b.q.pass(time.Second)
		if got := b.c.Patients(); !got[1].Open {
			b.Fatalf("patients: %+v", got)
		}
		b.c.Segment()
		b.shows(full)
		if len(b.engine.asked) != asked {
			b.Error("the result of Segment all was computed again")
		}
	})
}

func TestTheSessionIsFoundAgain(t *testing.T) {
	folder := t.TempDir()
	head()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, folder, nil)
		b.open(full)
		b.c.Toggle(sequence.T1ce)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		b.c.View.Show(viewer.Image(sequence.T2))
		b.c.Leave()
		b.jobs.Close(time.Minute)

		again := newBench(t, folder, nil)
		again.q.pass(3 * time.Second)
		if again.c.doc == nil || again.c.used != withoutT1ce || again.c.View.View.Image != viewer.Image(sequence.T2) {
			t.Fatalf("used %s, image %s", again.c.used, again.c.View.View.Image)
		}
		again.shows(withoutT1ce)
		again.c.ForgetStudy()
		again.q.pass(time.Second)
		if len(again.c.Recent()) != 0 || again.c.doc != nil {
			t.Error("a forgotten study is still known")
		}
		again.jobs.Close(time.Minute)
	})
}

func TestAMaskIsTheTruthOnceItsSchemeIsConfirmed(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := writePatient(t, filepath.Join(b.state, "patient"), full)
		_, truth := head()
		numbers, err := truth.Encode(label.BraTS2017)
		if err != nil {
			t.Fatal(err)
		}
		if err := nifti.Write(filepath.Join(dir, "case_seg.nii"), nifti.NewHeader(truth.Grid), 1, numbers, "", false); err != nil {
			t.Fatal(err)
		}
		b.c.Open([]string{dir})
		b.q.pass(time.Second)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		if b.c.comparison == nil || b.c.comparison.HasTruth() {
			b.Fatal("a mask counts as truth before it was confirmed")
		}
		b.c.AskMask(0)
		b.q.pass(time.Second)
		if m := b.screen.mask; m == nil || m.ML[4] <= 0 || !slices.Contains(m.Candidates, label.BraTS2017) {
			b.Fatalf("asked: %+v", b.screen.mask)
		}
		b.c.ConfirmMask(0, label.BraTS2017)
		b.q.pass(time.Second)
		if !b.c.comparison.HasTruth() {
			b.Error("a confirmed mask is the truth")
		}
	})
}

// What was said of an export goes with the next one; what was said of anything else stays.
func TestTheNextExportTakesBackWhatWasSaidOfTheLast(t *testing.T) {
	onBench(t, func(b *bench) {
		b.segment(full)
		p := b.c.exportStart()
		good := filepath.Join(b.state, "out")
		file := filepath.Join(b.state, "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		export := func(folder string) {
			p.Folder = folder
			b.c.Export(p, b.c.shown, b.c.emptyView())
			b.q.pass(2 * time.Second)
		}
		export(file)
		if !strings.HasPrefix(b.c.Alert(), "Nothing was written") {
			t.Fatalf("alert %q", b.c.Alert())
		}
		export(good)
		if b.c.Alert() != "" || !strings.HasPrefix(b.c.status().Text, "exported") {
			t.Errorf("alert %q, status %+v", b.c.Alert(), b.c.status())
		}
		export(file)
		if got := b.c.status().Text; got != "" {
			t.Errorf("it failed, and the status is %q", got)
		}
		b.c.Tell(Notice{Text: "something else", Grave: true})
		export(filepath.Join(b.state, "other"))
		if b.c.Alert() != "something else" {
			t.Errorf("alert %q", b.c.Alert())
		}
	})
}

func TestExportWritesAndRefuses(t *testing.T) {
	onBench(t, func(b *bench) {
		dir := b.open(full)
		b.c.Segment()
		b.q.pass(2 * time.Second)
		p := b.c.exportStart()
		p.Folder, p.Labels, p.Table = filepath.Join(dir, "out"), true, true
		if text := b.c.CheckExport(p); text == "" {
			b.Error("the study's own folder was taken")
		}
		p.Folder, p.Report, p.Lattice = filepath.Join(b.state, "out"), true, true
		if text := b.c.CheckExport(p); text != "" {
			b.Fatal(text)
		}
		b.c.Export(p, b.c.shown, b.c.emptyView())
		b.q.pass(2 * time.Second)
		for _, f := range p.Files() {
			if info, err := os.Stat(f); err != nil || info.Size() == 0 {
				b.Errorf("%s: %v", f, err)
			}
		}
		if len(p.Taken()) != len(p.Files()) {
			b.Error("files that exist are not noticed")
		}
		before, err := os.Stat(p.Files()[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(p.Folder, p.Name+"_prob.nii.gz"), []byte("of the old mask"), 0o666); err != nil {
			t.Fatal(err)
		}
		screen := &hesitant{}
		b.c.screen = screen
		b.c.Export(p, b.c.shown, b.c.emptyView()) // never over an existing file without asking
		b.q.pass(2 * time.Second)
		after := func() os.FileInfo {
			info, err := os.Stat(p.Files()[0])
			if err != nil {
				t.Fatal(err)
			}
			return info
		}
		if len(screen.asked) != 1 || !strings.Contains(screen.asked[0].Text, "_seg.nii.gz") ||
			!strings.Contains(screen.asked[0].Text, "taken away: "+p.Name+"_prob.nii.gz") || !os.SameFile(before, after()) {
			b.Fatalf("a second export replaced the files, or asked %+v", screen.asked)
		}
		screen.asked[0].Then(true)
		b.q.pass(2 * time.Second)
		if os.SameFile(before, after()) {
			b.Error("the files were not replaced although the answer was yes")
		}
	})
}
