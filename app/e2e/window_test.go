//go:build e2e

package e2e

import (
	"encoding/csv"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jezek/xgb/xproto"

	"quorum/viewer/nifti"
	"quorum/viewer/volume/volumetest"
)

// isPart is a pixel of the overlay: an outline or a fill of NCR, ED or ET.
func isPart(c color.RGBA) bool {
	return max(c.R, c.G, c.B)-min(c.R, c.G, c.B) > 60 && c.B < 150
}

// TestWindow is a working session from the first start to the second.
func TestWindow(t *testing.T) {
	s := newScreen(t, image.Pt(1280, 800))
	h := newHome(t)
	p := s.start(h)
	p.shot("empty")

	t.Log("open: a path that is typed, then a folder that is dropped")
	typed := phantomFolder(t, filepath.Join(t.TempDir(), "patient-7"), volumetest.Small(), true)
	p.press('o', keyCtrl)
	p.find("entry", "")
	p.write(typed)
	p.shot("open")
	p.press(keyReturn)
	p.wait("study loaded", "id=patient-7")

	const id = "Brats18_2013_2_1"
	odd := filepath.Join(t.TempDir(), "Größe #1 100%")
	if err := os.Mkdir(odd, 0o755); err != nil {
		t.Fatal(err)
	}
	real := studyFolder(t, id)
	if err := os.Symlink(real, filepath.Join(odd, id)); err != nil {
		t.Fatal(err)
	}
	p.drop(p.win, image.Pt(640, 400), filepath.Join(odd, id))
	p.wait("study loaded", "id="+id)
	if title := p.title(p.win); !strings.Contains(title, id) {
		t.Errorf("the title is %q", title)
	}
	images := p.slices()
	if len(images) != 3 {
		t.Fatalf("%d planes, want 3: %+v", len(images), images)
	}
	loaded := p.shot("loaded")
	for _, plane := range images {
		if n := count(loaded, plane.box, isGrey); n < plane.box.Dx()*plane.box.Dy()/20 {
			t.Errorf("a plane shows %d grey pixels in %v", n, plane.box)
		}
		if n := count(loaded, plane.box, isPart); n > 50 {
			t.Errorf("%d coloured pixels before any result", n)
		}
	}
	axial := images[0].box

	t.Log("segment without T1ce, then with it")
	p.tap("pane.Check", "T1ce")
	p.wait("selection", "present=flair-t1-t2")
	p.press(keyReturn)
	p.wait("result shown", "subset=flair-t1-t2 ")
	without := p.shot("without-t1ce")
	if n := count(without, axial, isPart); n < 300 {
		t.Errorf("%d coloured pixels in the axial plane after a result", n)
	}
	p.find(word, "about")
	p.tap("pane.Check", "T1ce")
	p.wait("result shown", "subset=flair-t1-t1ce-t2")
	with := p.shot("with-t1ce")
	if same(with, without, axial) {
		t.Error("another result looks the same")
	}

	t.Log("edit one stroke, undo it, do it again")
	p.press('e')
	p.wait("edit mode")
	p.point(image.Pt(axial.Max.X-30, 12)) // away from all panes
	images = p.slices()
	axial = images[0].box
	before := p.shot("edit") // its edge is the ring of the keyboard, which the stroke takes along
	middle := images[0].middle()
	p.drag(left, middle.Add(image.Pt(-70, 60)), middle.Add(image.Pt(60, 70)))
	p.wait("edit stroke")
	p.point(image.Pt(axial.Max.X-30, 12))
	stroke := p.shot("stroke")
	if same(before, stroke, axial.Inset(8)) {
		t.Error("the stroke is not seen")
	}
	p.press('z', keyCtrl)
	p.wait("msg=undo")
	if !same(before, p.shot("undone"), axial.Inset(8)) {
		t.Error("after undo the plane looks different from before the stroke")
	}
	p.press('z', keyCtrl, keyShift)
	p.wait("msg=redo")
	p.press('e')
	p.wait("edit mode left")

	t.Log("compare all subsets")
	p.tap(word, "Compare$")
	p.wait("page shown", "name=compare")
	p.tap(word, "All$")
	p.press(keyReturn)
	p.wait("compare complete", "cells=15")
	p.find(word, "In this study, with this model,")
	p.shot("compare")
	p.blink()
	mb, most := p.resident()
	t.Logf("%d MB with one study and its 15 results, after another one; at most %d MB so far", mb, most)
	if mb > 1500 { // docs/benchmarks.md has the figures
		t.Errorf("%d MB with one study and its 15 results", mb)
	}

	t.Log("export")
	out := filepath.Join(h.dir, "results")
	p.export(out)
	checkExport(t, out, id, real)

	t.Log("quit, start again: the session is there")
	p.quit()
	p = s.start(h)
	p.wait("study loaded", "id="+id)
	p.wait("result shown", "name=edited")
	p.wait("session restored", "id="+id)
	p.shot("restored")
	if n := count(s.look(), axial, isPart); n < 300 {
		t.Errorf("%d coloured pixels after the second start", n)
	}
	p.quit()
}

// blink holds B over a cell of the Compare page: the large picture, which was never painted before, is there at once and goes with the key.
func (p *program) blink() {
	p.t.Helper()
	cell := p.find("pane.cell", "")
	p.point(cell.middle())
	before := p.still()
	covered := func() bool { return !same(before, p.look(), cell.box) }
	p.fake(xproto.KeyPress, p.keys['b'].code, 0, 0)
	until(p.t, "the large picture", covered)
	p.fake(xproto.KeyRelease, p.keys['b'].code, 0, 0)
	until(p.t, "the cells", func() bool { return !covered() })
}

// export asks for everything into a folder.
func (p *program) export(out string) {
	p.t.Helper()
	p.press('e', keyCtrl)
	folder := p.find("entry", "/")
	p.click(folder.middle(), left)
	p.press('a', keyCtrl)
	p.write(out)
	for _, what := range []string{"Report of one page", "What the Images page shows", "Picture of the comparison"} {
		p.tap("Tick", what) // these are off unless asked for
	}
	p.shot("export")
	p.tap("Button", "Export$")
	p.wait("exported")
	p.shot("exported")
}

// same says whether two pictures of the screen are equal in a box.
func same(a, b *image.RGBA, box image.Rectangle) bool {
	for y := box.Min.Y; y < box.Max.Y; y++ {
		i, j := a.PixOffset(box.Min.X, y), a.PixOffset(box.Max.X, y)
		if string(a.Pix[i:j]) != string(b.Pix[i:j]) {
			return false
		}
	}
	return true
}

// checkExport looks into every file that was exported.
func checkExport(t *testing.T, out, id, folder string) {
	t.Helper()
	list, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	byEnd := map[string]string{}
	for _, e := range list {
		if !strings.HasPrefix(e.Name(), id) {
			t.Errorf("%s does not begin with the study's name", e.Name())
		}
		for _, end := range []string{".nii.gz", ".json", ".csv", "_view.png", "_sweep.png", ".pdf", "_labels.txt", ".ctbl"} {
			if strings.HasSuffix(e.Name(), end) {
				byEnd[end] = filepath.Join(out, e.Name())
			}
		}
	}
	read := func(end string) []byte {
		data, err := os.ReadFile(byEnd[end])
		if err != nil {
			t.Errorf("nothing was exported that ends in %s: %v", end, list)
		}
		return data
	}
	checkMask(t, byEnd[".nii.gz"], folder)
	var sidecar struct {
		Labels struct {
			Edited bool `json:"edited_by_hand"`
		} `json:"labels"`
	}
	if err := json.Unmarshal(read(".json"), &sidecar); err != nil || !sidecar.Labels.Edited {
		t.Errorf("sidecar: %v, %+v", err, sidecar)
	}
	if records, err := csv.NewReader(strings.NewReader(string(read(".csv")))).ReadAll(); err != nil || len(records) != 1+15*3 {
		t.Errorf("CSV: %d lines, %v", len(records), err)
	}
	for _, end := range []string{"_view.png", "_sweep.png"} {
		if m, err := png.Decode(strings.NewReader(string(read(end)))); err != nil || m.Bounds().Dx() < 400 {
			t.Errorf("%s: %v", end, err)
		}
	}
	if text := string(read(".pdf")); !strings.HasPrefix(text, "%PDF-") || !strings.HasSuffix(strings.TrimSpace(text), "%%EOF") {
		t.Error("the PDF is not whole")
	}
	if text := string(read("_labels.txt")); !strings.Contains(text, "\n3 255 221 51 1 1 1 \"ET") {
		t.Errorf("labels for ITK-SNAP:\n%s", text)
	}
	if text := string(read(".ctbl")); !strings.HasPrefix(text, "# Color table file") {
		t.Errorf("labels for 3D Slicer:\n%s", text)
	}
}

// checkMask compares the mask's grid with that of the study's FLAIR, and its values with the scheme.
func checkMask(t *testing.T, path, folder string) {
	t.Helper()
	_, mask, err := nifti.Read(path, 0)
	if err != nil {
		t.Errorf("mask: %v", err)
		return
	}
	found, err := filepath.Glob(filepath.Join(folder, "*flair*"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no FLAIR in %s", folder)
	}
	_, flair, err := nifti.Read(found[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	if mask.Grid != flair.Grid {
		t.Errorf("the mask lies on %+v, the images on %+v", mask.Grid, flair.Grid)
	}
	values := map[float32]int{}
	for _, v := range mask.Voxel {
		values[v]++
	}
	for v := range values {
		if v != float32(math.Trunc(float64(v))) || v < 0 || v > 3 {
			t.Errorf("the mask holds %g", v)
		}
	}
	if values[2] == 0 {
		t.Errorf("the mask is empty: %v", values)
	}
}

// TestSizes takes pictures at the sizes that count, and checks that nothing that can be clicked lies outside the window or in nothing.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		size image.Point
		look string
	}{{image.Pt(960, 640), "dark"}, {image.Pt(1280, 800), "light"}, {image.Pt(2560, 1440), "dark"}} {
		s := newScreen(t, c.size)
		s.env = []string{"FYNE_THEME=" + c.look}
		p := s.start(newHome(t), "--demo")
		name := itoa(c.size.X) + "-" + c.look
		p.wait("study loaded")
		p.shot(name + "-loaded")
		p.press(keyReturn)
		p.wait("result shown")
		p.inside("images")
		p.shot(name + "-result")
		p.tap(word, "Compare$")
		p.wait("page shown", "name=compare")
		p.press(keyReturn)
		p.wait("compare complete")
		p.inside("compare")
		p.shot(name + "-compare")
		p.press(keyF1)
		p.wait("dialog shown", "keys")
		p.shot(name + "-keys")
		p.press(keyEscape)
		p.quit()
	}
}

// inside checks that every control lies on the screen.
func (p *program) inside(page string) {
	p.t.Helper()
	for _, c := range p.places() {
		if c.kind != word && !c.box.In(image.Rectangle{Max: p.size}.Inset(-1)) {
			p.t.Errorf("%v, %s: %s %q lies at %v", p.size, page, c.kind, c.text, c.box)
		}
	}
}
