package page

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"quorum/app/pane"
	"quorum/viewer/sequence"
)

// Study is what the panel on the left shows: what goes in.
type Study struct {
	Name     string
	Slots    [sequence.Count]pane.Slot
	Masks    []Line // masks of unknown origin
	Notices  []pane.Notice
	Button   string // the one thing to do next; "" = none
	Primary  bool
	Disabled bool
	Reason   string // why the button is off, or what happens
	Patients []Line
	All      bool // "Segment all" is offered
}

// StudyPanel is the panel on the left.
type StudyPanel struct {
	OnToggle  func(sequence.Sequence, bool)
	OnAdd     func(sequence.Sequence)
	OnMenu    func(sequence.Sequence, fyne.Position)
	OnMask    func(int)
	OnButton  func()
	OnPatient func(int)
	OnAll     func()

	Checks  [sequence.Count]*pane.Check
	Notices *pane.Notices
	Segment *pane.Button

	keys     *pane.Keys
	name     *widget.Label
	masks    *fyne.Container
	reason   *widget.Label
	patients *fyne.Container
	list     *fyne.Container
	scroll   *container.Scroll
	all      *pane.Button
	content  fyne.CanvasObject

	last, lastMasks []Line // the rows that stand in the lists
}

func newStudyPanel(keys *pane.Keys) *StudyPanel {
	p := &StudyPanel{
		keys:    keys,
		Notices: pane.NewNotices(keys), name: widget.NewLabel(""), masks: container.NewVBox(), reason: widget.NewLabel(""),
		list: container.New(layout.NewCustomPaddedVBoxLayout(0)),
	}
	p.name.TextStyle.Bold, p.name.Truncation = true, fyne.TextTruncateEllipsis
	p.reason.Wrapping = fyne.TextWrapWord
	rows := container.New(layout.NewCustomPaddedVBoxLayout(0))
	for n := range p.Checks {
		q := sequence.All[n]
		check := pane.NewCheck(keys)
		check.OnToggle = func(used bool) { p.OnToggle(q, used) }
		check.OnAdd = func() { p.OnAdd(q) }
		check.OnMenu = func(at fyne.Position) { p.OnMenu(q, at) }
		p.Checks[n] = check
		rows.Add(check)
	}
	p.Segment = pane.NewButton(keys, "Segment", func() { p.OnButton() })
	p.all = pane.NewButton(keys, "Segment all", func() { p.OnAll() })
	p.scroll = container.NewVScroll(p.list)
	heading := widget.NewLabel("Patients")
	heading.TextStyle.Bold = true
	p.patients = container.NewBorder(container.NewBorder(nil, nil, heading, p.all), nil, nil, nil, p.scroll)
	inset := func(o fyne.CanvasObject) fyne.CanvasObject {
		return container.New(layout.NewCustomPaddedLayout(4, 0, 8, 8), o)
	}
	top := container.NewVBox(p.name, rows, p.masks, p.Notices, inset(p.Segment), p.reason)
	p.content = container.NewBorder(top, nil, nil, nil, p.patients)
	return p
}

// Show shows a study.
func (p *StudyPanel) Show(s Study) {
	p.name.SetText(s.Name)
	for n, c := range p.Checks {
		c.Set(s.Slots[n])
	}
	if !slices.Equal(p.lastMasks, s.Masks) {
		p.lastMasks = s.Masks
		empty(p.masks)
		for n, line := range s.Masks {
			p.masks.Add(newRow(p.keys, line, func() { p.OnMask(n) }))
		}
	}
	p.Notices.Set(s.Notices)
	p.Segment.SetText(s.Button)
	p.Segment.Importance = widget.MediumImportance
	if s.Primary {
		p.Segment.Importance = widget.HighImportance
	}
	if s.Disabled {
		p.Segment.Disable()
	} else {
		p.Segment.Enable()
	}
	p.Segment.Hidden = s.Button == ""
	p.Segment.Refresh()
	p.reason.SetText(s.Reason)
	p.reason.Hidden = s.Reason == ""
	p.showPatients(s)
}

func (p *StudyPanel) showPatients(s Study) {
	p.patients.Hidden = len(s.Patients) == 0
	p.all.Hidden = !s.All
	if !slices.Equal(p.last, s.Patients) {
		p.last = s.Patients
		empty(p.list)
		for n, line := range s.Patients {
			p.list.Add(newRow(p.keys, line, func() { p.OnPatient(n) }))
			if line.Selected {
				p.scroll.Offset.Y = max(0, float32(n-2)*rowHeight)
			}
		}
		p.scroll.Refresh()
	}
	p.patients.Refresh()
}

// spacer is an empty place of a height.
func spacer(height float32) fyne.CanvasObject {
	r := canvas.NewRectangle(nil)
	r.SetMinSize(fyne.NewSize(0, height))
	return r
}
