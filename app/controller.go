package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"quorum/segment/engine"
	"quorum/segment/ort"
	"quorum/viewer"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/lesion"
	"quorum/viewer/sequence"
	"quorum/viewer/session"
	"quorum/viewer/study"
)

// Change says what of the screen must be shown anew.
type Change uint

// The parts of the screen.
const (
	Planes  Change = 1 << iota // what the panes show
	Study                      // what goes in
	Results                    // what came out
	Running                    // what the machine does
	Notices
	Comparing
	Blinking          // the large picture of the Compare page
	Everything Change = 1<<iota - 1
)

// Screen is what the controller needs of a window.
type Screen interface {
	// Refresh shows parts of the controller's state anew.
	Refresh(Change)
	// Confirm asks a question with a safe and a dangerous answer.
	Confirm(q Question)
	// AskSequences asks which sequences images are whose names do not say it.
	AskSequences(q SequenceQuestion)
	// AskMask asks for the label scheme of a mask.
	AskMask(MaskInfo)
}

// Question is asked before something is lost.
type Question struct {
	Title, Text string
	Yes, No     string // what the answers are called
	Then        func(yes bool)
}

// SequenceQuestion asks which sequences the images of a study are.
type SequenceQuestion struct {
	Study string
	Files []string
	Use   func(map[sequence.Sequence]string) // at least one
	Leave func()
}

// Notice is a sentence that can be read later.
type Notice struct {
	Text  string
	Grave bool // a failure, not a remark
	about subject
}

// subject is what a notice is about; it is taken back when that is gone.
type subject int

const (
	theStudy subject = iota
	theList
	theEngine
	theProgram
)

// Controller holds what the program knows and decides what happens: its methods are what a user can do. It knows no toolkit and lives on the
// UI goroutine.
type Controller struct {
	View *viewer.State

	jobs    *Jobs
	screen  Screen
	options Options
	prefs   session.Preferences
	now     func() time.Time

	errands    []*errand // what is under way in places that the user chose, in their order
	incoming   *incoming // a study that is being opened
	doc        *document // the study that is open; nil = none, or none complete
	source     Source    // what it was opened from
	found      *study.Study
	recalling  *session.Study    // what is to come back once the study is read without what is ignored, or the edits that are kept of it; nil = nothing is read
	formerly   string            // what was shown when the study was left, as the session calls it, until something is shown or asked for
	unlisted   []sequence.Subset // the results that were in the list when the study was left, and are not yet again
	series     [sequence.Count]*viewer.Series
	used       sequence.Subset
	firstImage viewer.Image // that is shown because it was the first to be read
	patient    *patient     // the entry of the list whose page is shown, opened or not; nil = none
	epoch      int          // grows where results of the open study are dropped: what was computed before must not come back
	alert      string       // what went wrong last, until something else happens
	unwritten  string       // why the last export failed
	told       []Notice

	patients []*patient // the list that is walked through; empty for a single study

	lab       *lab
	asked     engine.Options // what this run wants of the engine
	machine   *Machine       // nil until the engine is open
	engineErr error
	running   running
	wanted    sequence.Subset // the result that the user asked for; 0 = none
	failed    error           // why it could not be computed
	failedOn  sequence.Subset

	outcomes map[sequence.Subset]*outcome
	items    []*item
	shown    *item // what the overlay is; nil = nothing

	set        compare.Set
	comparison *compare.Comparison
	agreement  *compare.Agreement
	disputes   [label.RegionCount][]lesion.Dispute
	disputeAt  int
	masks      []maskState
	truth      *label.Cutout

	comparing     comparing
	compareWanted []sequence.Subset // cells that somebody waits for

	turned     time.Time // when the page was changed
	blinking   bool      // B is held on the Images page
	unblinking string    // B is held, and this is why nothing blinks
	said       string    // what has just been done, for the status line

	page    Page
	editing *editing
	store   *session.Store
	session session.Session
}

// Page is one of the pages.
type Page int

// The pages.
const (
	ImagesPage Page = iota
	ComparePage
)

// incoming is a study that is being opened while another one may still be on the screen.
type incoming struct {
	source  Source
	patient *patient // the entry of the list that it is; nil = none
	found   *study.Study
	name    string
}

func newController(jobs *Jobs, start StartEngine, store *session.Store, o Options) *Controller {
	c := &Controller{View: viewer.New(), jobs: jobs, options: o, now: time.Now, store: store, outcomes: map[sequence.Subset]*outcome{}, disputeAt: -1}
	c.comparing.region = label.RegionWT
	var lost [2]string
	c.session, lost[0] = store.Session()
	c.prefs, lost[1] = store.Preferences()
	for _, text := range lost {
		if text != "" { // no screen is there yet to be told
			slog.Warn("state not read", "notice", text)
			c.alert = text
			c.told = append(c.told, Notice{Text: text, Grave: true, about: theProgram})
		}
	}
	c.lab = &lab{start: start, ready: func(m Machine) {
		jobs.Post(func() { c.engineReady(m) })
	}}
	return c
}

// firstOptions are the engine's: those of the command line, else of the preferences.
func (c *Controller) firstOptions() engine.Options {
	return engine.Options{
		Model:     modelPath(valueOr(c.options.Model, c.prefs.Model)),
		Device:    valueOr(c.options.Device, valueOr(c.prefs.Device, ort.Auto)),
		Precision: valueOr(c.prefs.Precision, ort.F32),
	}
}

// StartUp is called once the window has been painted.
func (c *Controller) StartUp() {
	c.startEngine(c.firstOptions())
	switch {
	case c.options.BuiltIn:
		c.OpenBuiltIn()
	case len(c.options.Paths) > 0:
		c.Open(c.options.Paths)
	default:
		c.restore()
	}
}

// startEngine opens the engine, or opens it anew with other options.
func (c *Controller) startEngine(o engine.Options) {
	c.asked, c.engineErr = o, nil
	c.takeBack(theEngine)
	c.jobs.Engine.Cancel(func(key any, _ Priority) bool { return startsEngine(key) && key != any(o) })
	c.jobs.Engine.Submit(Task{
		Key: o, Priority: User, Keep: true,
		Work: func(ctx context.Context, _ progressReport) error { return c.lab.setUp(ctx, o) },
		Done: func(err error) {
			if err != nil && !errors.Is(err, context.Canceled) {
				c.engineFailed(err)
			}
		},
	})
}

func (c *Controller) engineReady(m Machine) {
	slog.Info("engine ready", "backend", m.Backend.String(), "model", m.Model.ID)
	c.machine, c.engineErr = &m, nil
	if m.Model.IsForeign() {
		c.Tell(Notice{Text: m.Model.Origin(), Grave: true, about: theEngine})
	}
	for _, text := range m.Notices {
		c.Tell(Notice{Text: inWindow(text), about: theEngine})
	}
	c.screen.Refresh(Study | Results | Running)
}

func (c *Controller) engineFailed(err error) {
	slog.Warn("engine failed", "error", err)
	c.machine, c.engineErr = nil, err
	c.Tell(Notice{Text: engineSentence(err), Grave: true, about: theEngine})
	c.screen.Refresh(Everything)
}

// engineSentence says why nothing can be computed, and what to do.
func engineSentence(err error) string {
	why := inWindow(err.Error())
	switch library, missing := missingLibrary(err); {
	case missing && len(library.Looked) > 0:
		return fmt.Sprintf("Nothing can be segmented yet: %s. Put the library's file into one of these places and try again; images can be looked at meanwhile: %s",
			library.What, strings.Join(library.Looked, ", "))
	case missing:
		return "Nothing can be segmented: " + why
	}
	return "Nothing can be segmented: " + why + ". The preferences choose another model or device."
}

// Tell adds a notice. The same sentence is listed once, but a failure that comes again is told again.
func (c *Controller) Tell(n Notice) {
	slog.Info("notice", "text", n.Text, "grave", n.Grave)
	if !slices.ContainsFunc(c.told, func(old Notice) bool { return old.Text == n.Text }) {
		c.told = append(c.told, n)
	}
	if n.Grave {
		c.alert = n.Text
	}
	c.screen.Refresh(Notices)
}

// takeBack drops the notices about something that is gone.
func (c *Controller) takeBack(of subject) {
	c.told = slices.DeleteFunc(c.told, func(n Notice) bool {
		if n.about == of && n.Text == c.alert {
			c.alert = ""
		}
		return n.about == of
	})
	c.screen.Refresh(Notices)
}

// Dismiss takes the last alert away; it stays among the notices.
func (c *Controller) Dismiss() {
	c.alert = ""
	c.screen.Refresh(Notices)
}

// Alert is what went wrong last; "" = nothing.
func (c *Controller) Alert() string { return c.alert }

// Notices are the sentences about the open study and the machine.
func (c *Controller) Notices() []Notice {
	list := append([]Notice{}, c.told...)
	if c.doc == nil {
		return list
	}
	for _, p := range c.doc.Problems() {
		list = append(list, Notice{Text: sentence(p), Grave: p.Blocking || p.Mixed})
	}
	if i := c.shown; i != nil && i.from != nil {
		for _, p := range i.from.result.Notices {
			list = append(list, Notice{Text: inWindow(p.Text)})
		}
	}
	return list
}

// ShowPage goes to a page. It never starts a computation.
func (c *Controller) ShowPage(p Page) {
	if c.page != p {
		c.EndStroke()
		c.page = p
		c.turned, c.disputeAt = c.now(), -1
		slog.Info("page shown", "name", [...]string{"images", "compare"}[p])
		c.screen.Refresh(Everything)
	}
}

// ReadNotice closes the bar of the first run for good.
func (c *Controller) ReadNotice() {
	c.prefs.NoticeRead = true
	c.savePreferences()
	c.screen.Refresh(Notices)
}

// forgetResults drops what another model or device computed; edits and masks stay.
func (c *Controller) forgetResults() {
	c.jobs.Engine.Cancel(func(key any, _ Priority) bool { return !startsEngine(key) })
	c.jobs.Files.Cancel(func(key any, _ Priority) bool { return isCompareKey(key) })
	c.epoch++
	c.forgetKept()
	c.running, c.wanted, c.compareWanted, c.unlisted = running{}, 0, nil, nil
	c.outcomes = map[sequence.Subset]*outcome{}
	c.set = compare.Set{Present: c.set.Present, Base: c.set.Base, Truth: c.set.Truth}
	c.comparison, c.agreement, c.disputes = nil, nil, [label.RegionCount][]lesion.Dispute{}
	c.View.SetAgreement(nil)
	kept := c.items[:0]
	for _, i := range c.items {
		if i.kind != computedItem {
			kept = append(kept, i)
		}
	}
	c.items = kept
	if c.shown != nil && c.shown.kind == computedItem {
		c.shown = nil
		c.View.SetResult(nil, "")
	}
}

// closingLoses says what is lost, or not saved, if the program ends now; "" = nothing.
func (c *Controller) closingLoses() string {
	text := ""
	if n := slices.IndexFunc(c.errands, func(e *errand) bool { return e.of == nil }); n >= 0 { // what is read is missed by nobody
		text = "Quorum is still " + c.errands[n].text + ": what is not complete in a few seconds will be missing. "
	}
	if unsaved := c.Unsaved(); unsaved > 0 {
		text += plural(unsaved, "edit") + " of this study has not been saved as a mask. Quorum keeps it and shows it again when the study is opened. "
	}
	if c.running.text != "" && !c.running.ahead {
		text += "A result is being computed; it will be lost."
	}
	return text
}

// Leave remembers everything before the program ends.
func (c *Controller) Leave() {
	c.leaveEdit()
	c.rememberStudy()
	switch {
	case c.incoming != nil:
		c.rememberComing(c.incoming)
	case c.unopened() != nil:
		c.rememberComing(&incoming{source: c.patient.source, name: c.patient.Name})
	case c.doc == nil:
		c.session.Open = ""
	}
	c.saveSession()
	c.cancelReading()
}
