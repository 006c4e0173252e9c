package app

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"quorum/app/page"
	"quorum/app/pane"
	"quorum/segment"
	"quorum/viewer"
	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/session"
	"quorum/viewer/wording"
)

// This file says what the pages show: the controller's state as plain data.

// studyPage is the panel on the left.
func (c *Controller) studyPage() page.Study {
	s := page.Study{Name: "No study", Patients: c.patientLines(), All: len(c.patients) > 1}
	for n, q := range sequence.All {
		s.Slots[n] = c.slot(q)
	}
	switch {
	case c.unopened() != nil:
		s.Name = c.patient.Name
	case c.found != nil:
		s.Name = c.found.ID
	case c.incoming != nil:
		s.Name = c.incoming.name
	}
	for _, m := range c.masks {
		line := page.Line{Text: "Reference mask", Note: "confirm…", Hint: filepath.Base(m.mask.Path) + ": once you confirm its labels, results are scored against it"}
		if m.scheme != "" {
			line.Text, line.Note = "Truth: "+filepath.Base(m.mask.Path), string(m.scheme)
		}
		s.Masks = append(s.Masks, line)
	}
	for _, n := range c.Notices() {
		s.Notices = append(s.Notices, pane.Notice{Text: n.Text, Grave: n.Grave})
	}
	c.button(&s)
	return s
}

// button is the one thing to do next.
func (c *Controller) button(s *page.Study) {
	ok, why := c.Segmentable()
	s.Button, s.Primary = "Segment", true
	switch {
	case c.unopened() != nil:
		s.Button = "Try again"
	case c.doc == nil:
		s.Button = ""
		if c.incoming != nil {
			s.Reason = "Opening " + c.incoming.name + "…"
		}
	case !ok && c.engineErr != nil && c.doc.Loaded != nil:
		s.Button, s.Reason = "Try again", why
	case !ok:
		s.Disabled, s.Primary, s.Reason = true, false, why
	case c.running.text != "" && !c.running.ahead:
		s.Button, s.Primary = "Cancel", false
	case c.failed != nil:
		s.Button, s.Reason = "Try again", "The last result failed: "+inWindow(c.failed.Error())
	case c.segmented(c.used):
		s.Disabled, s.Primary = true, false
		s.Reason = "Segmented from these sequences."
	case c.used.Len() == 1:
		s.Reason = "One sequence only: the model was made for this too, but trust the result less."
	}
}

// segmented says whether a result of these sequences is in the list.
func (c *Controller) segmented(u sequence.Subset) bool {
	for _, i := range c.items {
		if i.kind == computedItem && i.subset == u {
			return true
		}
	}
	return false
}

// slot is a sequence of the study.
func (c *Controller) slot(q sequence.Sequence) pane.Slot {
	s := pane.Slot{Name: q.String()}
	if c.found == nil || c.found.Files[q] == nil {
		s.Locked = c.found == nil // there is nothing to add a file to
		return s
	}
	const useless = "This image cannot be used: see the notices. "
	f := c.found.Files[q]
	s.File, s.Why = filepath.Base(f.Path), f.Why
	if f.Path == "" {
		s.File = ""
	}
	if f.Header != nil && f.Header.Volumes() > 1 {
		s.File += fmt.Sprintf(" [%d of %d]", f.Volume+1, f.Header.Volumes())
	}
	switch {
	case c.unopened() != nil:
		s.State, s.Locked, s.Why = pane.Useless, true, useless+s.Why
	case c.doc == nil && c.series[q] == nil:
		s.State = pane.Loading
	case c.doc == nil:
		s.State = pane.Used
	case len(f.Rivals) > 0:
		s.State, s.Why = pane.Asked, fmt.Sprintf("%d files could be the %s: choose one.", 1+len(f.Rivals), q)
	case c.doc.Exam.Series[q] == nil:
		s.State, s.Locked, s.Why = pane.Useless, true, useless+s.Why
	case c.used.Has(q):
		s.State = pane.Used
		s.Locked = c.used.Len() == 1
		if s.Locked {
			s.Why = "The last used sequence cannot be switched off. " + s.Why
		}
	default:
		s.State = pane.Ignored
	}
	return s
}

func (c *Controller) patientLines() []page.Line {
	var list []page.Line
	for _, p := range c.Patients() {
		line := page.Line{Text: p.Name, Note: p.Mark, Selected: p.Open}
		if p.Failed != "" {
			line.Note, line.Bad, line.Hint = "failed", true, p.Failed
		}
		list = append(list, line)
	}
	return list
}

// regionNames are those of the panel, shorter than label.Region.Name.
var regionNames = map[label.Region]string{label.RegionWT: "Whole tumour", label.RegionTC: "Tumour core", label.RegionET: "Enhancing"}

// resultPage is the panel on the right.
func (c *Controller) resultPage() page.Result {
	overlay := c.View.View.Overlay
	r := page.Result{Overlay: overlay, Maps: c.agreement != nil && c.agreement.N > 1, Items: c.itemLines()}
	i := c.shown
	if i == nil {
		r.None = c.noResult()
		return r
	}
	r.Export = true
	r.Subset, r.From = i.subset, "from "+i.subset.Names()
	ml := i.ml()
	switch i.kind {
	case computedItem:
		if i.subset != c.used {
			r.Mark = former
		}
		if ml[label.RegionWT] == 0 {
			r.Mark = strings.TrimSpace("No tumour found by this model in these sequences. " + r.Mark)
		}
		r.Trust = segment.ReliabilitySummary(i.from.model, i.subset, c.doc.Study.Names())
		r.Model, r.Foreign = i.from.model.Origin(), i.from.model.IsForeign()
	case editedItem:
		r.From = i.name
		if i.edited() {
			r.Mark = "edited by hand"
		} else {
			r.Trust = "A copy, nothing changed yet."
		}
	case savedItem:
		r.From, r.Mark = i.name, "saved result, from the folder"
	case referenceItem:
		r.From, r.Mark = i.name, "the truth, as confirmed"
	}
	palette := overlay.Palette()
	for n, g := range compare.Told {
		v := page.Volume{Name: regionNames[g], Text: wording.Volume(g, i.subset, ml[g]) + " mL"}
		if overlay.Show == viewer.Regions {
			v.Colour, v.Eye, v.Hidden = palette.Region(g), true, overlay.HiddenRegions[g]
		}
		r.Regions[n] = v
	}
	if overlay.Show == viewer.Parts {
		for _, l := range [...]label.Label{label.NCR, label.ED, label.ET} {
			r.Parts = append(r.Parts, page.Volume{Name: partNames[l], Colour: palette[l], Eye: true, Hidden: overlay.HiddenParts[l]})
		}
	}
	c.places(&r, i)
	return r
}

// partNames are those of the panel.
var partNames = map[label.Label]string{label.NCR: "NCR, non-enhancing core", label.ED: "ED, oedema", label.ET: "ET, enhancing"}

// places says where the steps of N and P go.
func (c *Controller) places(r *page.Result, i *item) {
	if region, ok := c.disputing(); ok {
		r.Legend = fmt.Sprintf("How many of %d results call a voxel tumour: %s.", c.agreement.N, compare.AgreementLegend)
		r.Place = "no disputed place"
		if n := len(c.disputes[region]); n > 0 {
			r.Steps = true
			r.Place = fmt.Sprintf("disputed place %d of %d", max(0, c.disputeAt)+1, n)
		}
		return
	}
	switch n := len(i.lesions); {
	case n > 0:
		r.Steps = true
		r.Place = fmt.Sprintf("lesion %d of %d: %s mL", i.lesionAt+1, n, wording.Volume(label.RegionWT, i.subset, i.lesions[i.lesionAt].ML[label.RegionWT]))
	case i.searched:
		r.Place = "no lesion of 0.1 mL or more"
	}
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// noResult is said in place of a result.
func (c *Controller) noResult() string {
	switch {
	case c.doc == nil && c.incoming != nil:
		return "Reading the images…"
	case c.doc == nil:
		return "What is found will stand here."
	case c.recalling != nil && c.doc.Loaded != nil:
		return "Reading the edits that are kept of this study…"
	case c.wanted != 0 && c.wanted.String() == c.formerly:
		return "Computing again what was shown before, the result from " + c.wanted.Names() + "…"
	case c.running.text != "" && !c.running.ahead:
		return "Segmenting from " + c.used.Names() + "…"
	}
	if ok, _ := c.Segmentable(); !ok {
		return "No result."
	}
	return "No result yet. Untick the sequences that are missing or unusable, then press Segment."
}

func (c *Controller) itemLines() []page.Line {
	var list []page.Line
	for _, i := range c.items {
		line := page.Line{Subset: i.subset, Selected: i == c.shown}
		switch i.kind {
		case computedItem:
			line.Text = i.subset.Names()
		case editedItem:
			line.Text = i.name
			if i.edit.Unsaved() {
				line.Note = "not saved"
			}
		case savedItem:
			line.Text, line.Note = i.name, "saved"
		case referenceItem:
			line.Text, line.Note = i.name, "truth"
		}
		list = append(list, line)
	}
	return list
}

// editPage is the tool row; nil outside edit mode.
func (c *Controller) editPage() *page.Edit {
	e := c.editing
	if e == nil {
		return nil
	}
	s := &page.Edit{
		Name: e.item.name, Tool: int(e.Tool), Radius: e.Brush.Radius, Ball: e.Brush.Ball, Over: overNumber(e.Brush), Lesion: e.Scope != 0,
		Gated: e.Gated, Undo: e.item.edit.CanUndo(), Redo: e.item.edit.CanRedo(), Paint: paintNumber(e.Brush.Paint),
	}
	if q, ok := c.View.View.Image.Sequence(); ok {
		s.Gate = fmt.Sprintf("%s %.0f to %.0f", q, e.Low, e.High)
	}
	return s
}

// status is the activity that the status line shows.
func (c *Controller) status() pane.Activity {
	switch {
	case c.unblinking != "":
		return pane.Activity{Text: c.unblinking, Share: -1}
	case c.incoming != nil:
		return pane.Activity{Text: "opening " + c.incoming.name, Share: -1, Cancel: true}
	case len(c.errands) > 0:
		e := c.errands[0]
		text := e.text
		if e.ending {
			text = "cancelled: " + text
		} else if n := len(c.errands) - 1; n > 0 {
			text += fmt.Sprintf(", %d more to come", n)
		}
		return pane.Activity{Text: text, Share: -1, Cancel: !e.ending}
	case c.running.text == "" || c.running.ahead:
		return pane.Activity{Text: c.said, Share: -1}
	}
	a := pane.Activity{Text: c.running.text, Share: c.running.share, Cancel: true}
	if took := c.now().Sub(c.running.since); a.Share > 0.05 && took > 500*time.Millisecond {
		left := time.Duration(float64(took) * (1 - a.Share) / a.Share)
		a.Left = fmt.Sprintf("%d s", int(left.Seconds()+0.99))
	}
	return a
}

// provider is what computes, for the status line.
func (c *Controller) provider() string {
	switch {
	case c.engineErr != nil:
		return "nothing to compute with"
	case c.machine == nil:
		return "starting the engine"
	}
	names := map[string]string{"cpu": "CPU", "webgpu": "WebGPU", "openvino": "OpenVINO", "cuda": "CUDA", "directml": "DirectML", "coreml": "CoreML"}
	b := c.machine.Backend
	text := b.Provider
	if known, ok := names[b.Provider]; ok {
		text = known
	}
	if b.Precision != "" && b.Precision != "f32" {
		text += " " + b.Precision
	}
	return text
}

// Title is the window's: which study, and whether an edit of it is not saved.
func (c *Controller) Title() string {
	if p := c.unopened(); p != nil {
		return p.Name + " - Quorum"
	}
	if c.found == nil {
		return "Quorum"
	}
	title := c.found.ID + " - Quorum"
	if c.Unsaved() > 0 {
		title = "* " + title
	}
	return title
}

// Unsaved counts the edits of the open study that no file of the user's holds.
func (c *Controller) Unsaved() int {
	n := 0
	for _, i := range c.items {
		if i.edit != nil && i.edit.Unsaved() {
			n++
		}
	}
	return n
}

// recentLines are the recent studies, to be shown.
func recentLines(list []session.Study, most int) []page.Line {
	var lines []page.Line
	for n, s := range list {
		if n == most {
			break
		}
		line := page.Line{Text: s.Name}
		if len(s.Paths) > 0 {
			line.Note = shortened(filepath.Dir(s.Paths[0]), 36)
		}
		lines = append(lines, line)
	}
	return lines
}

// shortened keeps the end of a path, which tells folders apart.
func shortened(path string, most int) string {
	letters := []rune(path)
	if len(letters) <= most {
		return path
	}
	return "…" + string(letters[len(letters)-most:])
}

// cellState is how far the result of a subset is.
func (c *Controller) cellState(u sequence.Subset) pane.CellState {
	switch {
	case c.outcomes[u] != nil:
		return pane.Computed
	case c.failed != nil && c.failedOn == u:
		return pane.Failed
	case c.cellWanted(u):
		return pane.Computing
	case slices.Contains(c.wantedCells(), u):
		return pane.Missing
	}
	return pane.NotComputed
}

// labelOverlay is how results are drawn on the Compare page where their labels are shown.
func (c *Controller) labelOverlay() viewer.Overlay {
	o := c.View.View.Overlay
	o.Shown, o.Region = true, c.comparing.region
	if o.Show > viewer.Regions {
		o.Show = viewer.Parts
	}
	return o
}

// cellOverlay is how the cells are drawn.
func (c *Controller) cellOverlay() viewer.Overlay {
	o := c.labelOverlay()
	switch c.comparing.overlay {
	case page.Difference:
		o.Show = viewer.Difference
	case page.AgreementMap:
		o.Show = viewer.Disputed
	case page.Labels:
	}
	return o
}

// largeCell is the number of the large picture of the Compare page: those of the cells are 1 to 16.
const largeCell = 17

// cellFrame draws what the Compare page shows of a subset, in the picture with a number of its own; the empty set is the reference.
func (c *Controller) cellFrame(number int, u sequence.Subset, p viewer.Pane, o viewer.Overlay) (render.Frame, bool) {
	reference := c.set.Reference()
	if u == 0 {
		if reference == nil {
			return render.Frame{}, false
		}
		if o.Show == viewer.Difference {
			o.Show = viewer.Parts
		}
		return c.View.CellFrame(number, p, reference, nil, o), true
	}
	result := c.set.Result(u)
	if result == nil {
		return render.Frame{}, false
	}
	if reference == nil || reference == result {
		if o.Show == viewer.Difference {
			o.Show = viewer.Parts
		}
		return c.View.CellFrame(number, p, result, nil, o), true
	}
	return c.View.CellFrame(number, p, result, reference, o), true
}
