package edit

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
)

// grids are lattices on which a round brush must be round: thin and thick slices, turned axes, an oblique and a sheared one.
func grids() map[string]volume.Grid {
	sin, cos := math.Sincos(0.4)
	return map[string]volume.Grid{
		"LPS":     {Dim: [3]int{20, 18, 16}, Affine: volume.Affine{{-1, 0, 0, 9}, {0, -1, 0, 8}, {0, 0, 1, -7}}},
		"thick":   {Dim: [3]int{24, 22, 7}, Affine: volume.Affine{{-0.8, 0, 0, 9}, {0, -0.9, 0, 8}, {0, 0, 5, -15}}},
		"turned":  {Dim: [3]int{9, 20, 18}, Affine: volume.Affine{{0, 0, -1, 9}, {0, 1, 0, -9}, {3, 0, 0, -12}}},
		"oblique": {Dim: [3]int{18, 16, 9}, Affine: volume.Affine{{-cos, -sin, 0, 9}, {sin, -cos, 0, 3}, {0, 0, 2.5, -10}}},
		"sheared": {Dim: [3]int{18, 16, 12}, Affine: volume.Affine{{-1, 0.3, 0, 6}, {0, -1.2, 0.2, 8}, {0, 0, 1.5, -9}}},
	}
}

// random is a tumour of random labels with an intensity image.
func random(r *rand.Rand, g volume.Grid) (*label.Map, *volume.Volume) {
	m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
	v := &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
	for at := range m.Voxel {
		if i, _, _ := g.Coordinate(at); i > g.Dim[0]/3 {
			m.Voxel[at] = label.Label(r.IntN(label.Count))
		}
		v.Voxel[at] = r.Float32() * 100
	}
	v.Voxel[r.IntN(len(v.Voxel))] = float32(math.NaN())
	return m, v
}

// somewhere is a world position in or near the grid.
func somewhere(r *rand.Rand, g volume.Grid) [3]float64 {
	var p [3]float64
	for a := range p {
		p[a] = (r.Float64()*1.4-0.2)*float64(g.Dim[a]) - 0.5
	}
	return g.World(p)
}

// anyTool is a tool with random settings.
func anyTool(r *rand.Rand, v *volume.Volume) Tool {
	t := Tool{
		Radius: r.Float64() * 6, Ball: r.IntN(2) == 0, Plane: render.Planes[r.IntN(3)], Over: Over(r.IntN(3)),
		Paint: []label.Label{label.NCR, label.ED, label.ET}[r.IntN(3)], Only: label.Label(r.IntN(label.Count)),
	}
	if r.IntN(5) == 0 {
		t.Radius = 0
	}
	if r.IntN(3) == 0 {
		t.Gate = &Gate{Volume: v, Low: 20, High: 20 + r.Float32()*60}
	}
	if r.IntN(4) == 0 {
		t = t.Eraser(r.IntN(2) == 0)
	}
	return t
}

// slowly paints one straight way the slow, obvious way: it asks every voxel of the image. doubt marks voxels so near the brush's edge that
// rounding decides.
func slowly(m *label.Map, t Tool, from, to [3]float64) (painted []label.Label, doubt []bool) {
	g := m.Grid
	p, q := g.VoxelAt(from), g.VoxelAt(to)
	flat := -1
	if !t.Ball {
		flat = render.NewView(g, t.Plane, render.Radiological).Deep()
		p[flat], q[flat] = math.Round(p[flat]), math.Round(q[flat])
		if p[flat] != q[flat] {
			p = q
		}
	}
	a, b := g.World(p), g.World(q)
	crossed := map[[3]int]bool{}
	steps := 1
	for axis := range 3 {
		steps = max(steps, int(math.Ceil(2*math.Abs(q[axis]-p[axis]))))
	}
	for n := range steps + 1 {
		var v [3]int
		for axis := range v {
			v[axis] = int(math.Round(p[axis] + float64(n)/float64(steps)*(q[axis]-p[axis])))
		}
		crossed[v] = true
	}
	painted, doubt = slices.Clone(m.Voxel), make([]bool, len(m.Voxel))
	for at, l := range m.Voxel {
		i, j, k := g.Coordinate(at)
		v := [3]int{i, j, k}
		distance := math.Inf(1)
		if flat < 0 || float64(v[flat]) == q[flat] {
			distance = fromWay(g.World([3]float64{float64(i), float64(j), float64(k)}), a, b)
		}
		doubt[at] = math.Abs(distance-t.Radius) < 1e-7 && !crossed[v]
		if (distance <= t.Radius || crossed[v]) && allowed(t, at, l) {
			painted[at] = t.Paint
		}
	}
	return painted, doubt
}

// allowed says in other words than the program what a tool may change.
func allowed(t Tool, at int, l label.Label) bool {
	if t.Gate != nil {
		x := t.Gate.Volume.Voxel[at]
		if math.IsNaN(float64(x)) || x < t.Gate.Low || x > t.Gate.High {
			return false
		}
	}
	return t.Over == OverEverything || t.Over == OverTumour && (l == label.NCR || l == label.ED || l == label.ET) || t.Over == OverOne && l == t.Only
}

// fromWay is the distance of p from the way from a to b, by trying: golden-section search along it.
func fromWay(p, a, b [3]float64) float64 {
	at := func(t float64) float64 {
		d := 0.0
		for n := range p {
			x := a[n] + t*(b[n]-a[n]) - p[n]
			d += x * x
		}
		return math.Sqrt(d)
	}
	lo, hi := 0.0, 1.0
	for range 80 {
		x, y := lo+0.382*(hi-lo), lo+0.618*(hi-lo)
		if at(x) < at(y) {
			hi = y
		} else {
			lo = x
		}
	}
	return min(at(0), at(1), at((lo+hi)/2))
}

func TestBrushEqualsItsSlowTwin(t *testing.T) {
	for name, g := range grids() {
		r := rand.New(rand.NewPCG(1, 2))
		changed := 0
		for round := range 60 {
			m, v := random(r, g)
			tool := anyTool(r, v)
			from, to := somewhere(r, g), somewhere(r, g)
			if !tool.Ball && round%3 > 0 { // mostly along one slice, as a pointer moves
				view := render.NewView(g, tool.Plane, render.Radiological)
				p, q := g.VoxelAt(from), g.VoxelAt(to)
				q[view.Deep()] = p[view.Deep()]
				to = g.World(q)
			}
			e := New("edit", Origin{}, m.Cutout())
			want, doubtA := slowly(m, tool, from, from)
			want, doubtB := slowly(&label.Map{Grid: g, Voxel: want}, tool, from, to)
			if err := e.Begin(tool, from); err != nil {
				t.Fatal(err)
			}
			e.To(to)
			e.End()
			for at, l := range e.Map().Voxel {
				if l != want[at] && !doubtA[at] && !doubtB[at] {
					i, j, k := g.Coordinate(at)
					t.Fatalf("%s, round %d, %+v: voxel %d,%d,%d is %v, want %v", name, round, tool, i, j, k, l, want[at])
				}
				if l != m.Voxel[at] {
					changed++
				}
			}
		}
		if changed < 1000 {
			t.Errorf("%s: only %d voxels changed: the test does not test", name, changed)
		}
	}
}

// strokes edits at random and says how many steps there were; the stroke in progress is always finished.
func strokes(t *testing.T, r *rand.Rand, e *Edit, v *volume.Volume, n int) (states [][]label.Label) {
	t.Helper()
	g := e.Map().Grid
	states = append(states, slices.Clone(e.Map().Voxel))
	for range n {
		changed := false
		switch r.IntN(5) {
		case 0:
			i, j, k := g.Coordinate(r.IntN(g.Voxels()))
			changed = e.Relabel([3]int{i, j, k}, Scope(r.IntN(2)), label.Label(r.IntN(4)))
		case 1: // a stroke that is given up
			if err := e.Begin(anyTool(r, v), somewhere(r, g)); err != nil {
				t.Fatal(err)
			}
			e.To(somewhere(r, g))
			if !e.Cancel() || !slices.Equal(e.Map().Voxel, states[len(states)-1]) {
				t.Fatal("a cancelled stroke left something behind")
			}
		default:
			if err := e.Begin(anyTool(r, v), somewhere(r, g)); err != nil {
				t.Fatal(err)
			}
			for range r.IntN(4) {
				e.To(somewhere(r, g))
			}
			changed = e.End()
		}
		last := states[len(states)-1]
		if changed == slices.Equal(last, e.Map().Voxel) {
			t.Fatalf("End says %v, which is wrong", changed)
		}
		if changed {
			states = append(states, slices.Clone(e.Map().Voxel))
		}
		checkCount(t, e)
	}
	return states
}

// checkCount proves the running volumes against a recount.
func checkCount(t *testing.T, e *Edit) {
	t.Helper()
	if e.Count() != e.Map().Count() {
		t.Fatalf("the running count is %v, a recount gives %v", e.Count(), e.Map().Count())
	}
	for r, ml := range e.Map().RegionML() {
		if math.Abs(e.ML()[r]-ml) > 1e-9 {
			t.Fatalf("%v: %g mL, a recount gives %g", label.Region(r), e.ML()[r], ml)
		}
	}
	if !slices.Equal(e.before, e.labels.Voxel) {
		t.Fatal("the finished state is not what is shown")
	}
}

func TestUndoAndRedoReachEveryState(t *testing.T) {
	for name, g := range grids() {
		r := rand.New(rand.NewPCG(3, 4))
		for range 4 {
			m, v := random(r, g)
			original := slices.Clone(m.Voxel)
			e := New("edit", Origin{}, m.Cutout())
			states := strokes(t, r, e, v, 20)
			for n := len(states) - 2; n >= 0; n-- {
				if !e.CanUndo() || !e.Undo() || !slices.Equal(e.Map().Voxel, states[n]) {
					t.Fatalf("%s: undoing does not lead back to state %d", name, n)
				}
				checkCount(t, e)
			}
			if e.CanUndo() || e.Undo() || e.Edited() {
				t.Errorf("%s: there is more to undo than was done", name)
			}
			for n := 1; n < len(states); n++ {
				if !e.CanRedo() || !e.Redo() || !slices.Equal(e.Map().Voxel, states[n]) {
					t.Fatalf("%s: redoing does not lead to state %d", name, n)
				}
				checkCount(t, e)
			}
			if e.CanRedo() || e.Redo() || !e.Edited() {
				t.Errorf("%s: there is more to redo than was done", name)
			}
			if !slices.Equal(m.Voxel, original) {
				t.Fatalf("%s: the result that was copied has changed", name)
			}
		}
	}
}

func TestAnyOrderOfUndoRedoAndStrokes(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	g := grids()["thick"]
	m, v := random(r, g)
	e := New("edit", Origin{}, m.Cutout())
	states, at := [][]label.Label{slices.Clone(m.Voxel)}, 0
	for range 300 {
		switch r.IntN(3) {
		case 0:
			if e.Undo() != (at > 0) {
				t.Fatal("undo where there is nothing to undo, or not where there is")
			}
			at = max(0, at-1)
		case 1:
			if e.Redo() != (at < len(states)-1) {
				t.Fatal("redo where there is nothing to redo, or not where there is")
			}
			at = min(at+1, len(states)-1)
		default:
			if next := strokes(t, r, e, v, 1); len(next) > 1 {
				states = append(states[:at+1], next[1])
				at++
			}
		}
		if !slices.Equal(e.Map().Voxel, states[at]) {
			t.Fatalf("the labels are not those of state %d of %d", at, len(states))
		}
		checkCount(t, e)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	m, v := random(r, grids()["LPS"])
	e := New("edit", Origin{}, m.Cutout())
	e.limit = 2000
	states := strokes(t, r, e, v, 60)
	sum := 0
	for _, s := range e.done {
		sum += len(s.runs)
	}
	if sum != e.bytes || sum > e.limit || len(e.done) >= len(states)-1 {
		t.Fatalf("%d bytes in %d steps, %d are counted", sum, len(e.done), e.bytes)
	}
	kept := len(e.done)
	for n := range kept {
		if !e.Undo() || !slices.Equal(e.Map().Voxel, states[len(states)-2-n]) {
			t.Fatal("a kept step cannot be undone")
		}
	}
	if e.Undo() || !e.Edited() {
		t.Error("dropped steps are undone, or forgotten to have been")
	}
	e.limit = 1 // not even the last stroke fits: it can be undone all the same
	before := slices.Clone(e.Map().Voxel)
	for !e.Relabel(at(e.Map(), r.IntN(len(before))), WholeLesion, label.ET) {
	}
	if !e.Undo() || !slices.Equal(before, e.Map().Voxel) {
		t.Error("the last step cannot be undone")
	}
}

func at(m *label.Map, n int) [3]int {
	i, j, k := m.Grid.Coordinate(n)
	return [3]int{i, j, k}
}

func TestEraserKeepsTheTumourNested(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	g := grids()["oblique"]
	m, _ := random(r, g)
	for _, toOedema := range []bool{false, true} {
		e := New("edit", Origin{}, m.Cutout())
		if err := e.Begin(Tool{Radius: 500, Ball: true, Paint: label.ET}.Eraser(toOedema), g.World([3]float64{3, 4, 5})); err != nil {
			t.Fatal(err)
		}
		e.End()
		for n, l := range e.Map().Voxel {
			want := label.Background
			if toOedema {
				want = m.Voxel[n]
				if want.In(label.RegionTC) {
					want = label.ED
				}
			}
			if l != want {
				t.Fatalf("to oedema %v: %v became %v", toOedema, m.Voxel[n], l)
			}
		}
	}
	// The eraser keeps to one label where the brush does.
	e := New("edit", Origin{}, m.Cutout())
	if err := e.Begin(Tool{Radius: 500, Ball: true, Over: OverOne, Only: label.NCR}.Eraser(false), g.World([3]float64{3, 4, 5})); err != nil {
		t.Fatal(err)
	}
	e.End()
	want := m.Count()
	want[label.Background], want[label.NCR] = want[label.Background]+want[label.NCR], 0
	if e.Count() != want {
		t.Errorf("erasing NCR alone left %v, want %v", e.Count(), want)
	}
}

func TestOddTools(t *testing.T) {
	g := grids()["LPS"]
	m, v := random(rand.New(rand.NewPCG(11, 12)), g)
	e := New("edit", Origin{}, m.Cutout())
	small := &volume.Volume{Grid: volume.Grid{Dim: [3]int{1, 1, 1}, Affine: g.Affine}, Voxel: make([]float32, 1)}
	for _, tool := range []Tool{{Paint: label.Cavity}, {Paint: 99}, {Paint: label.ET, Gate: &Gate{Volume: small}}} {
		if err := e.Begin(tool, [3]float64{}); err == nil || e.CanUndo() {
			t.Errorf("%+v was accepted", tool)
		}
	}
	e.To([3]float64{}) // no stroke: nothing happens
	if e.End() || e.Cancel() || e.Undo() || e.Redo() {
		t.Error("something was done without a stroke")
	}
	tool := Tool{Radius: math.NaN(), Paint: label.ET, Gate: &Gate{Volume: v, Low: -1, High: 1000}}
	if err := e.Begin(tool, [3]float64{math.NaN(), math.Inf(1), 1e300}); err != nil || e.End() {
		t.Errorf("a stroke nowhere: %v", err)
	}
	// A stroke that begins nowhere goes on where the pointer comes back.
	if err := e.Begin(Tool{Radius: 1, Paint: label.ET, Ball: true}, [3]float64{math.NaN()}); err != nil {
		t.Fatal(err)
	}
	e.To(g.World([3]float64{2, 2, 2}))
	if !e.End() || e.Map().Voxel[g.Index(2, 2, 2)] != label.ET {
		t.Error("the stroke did not go on")
	}
	// Painting what is there already is no step.
	steps := len(e.done)
	if err := e.Begin(Tool{Radius: 1, Paint: label.ET, Ball: true}, g.World([3]float64{2, 2, 2})); err != nil || e.End() || len(e.done) != steps {
		t.Errorf("nothing became a step: %v", err)
	}
	for _, voxel := range [][3]int{{-1, 0, 0}, {0, 0, 99}, {0, 0, 0}} {
		if _, ok := e.Part(voxel, WholeLesion); ok || e.Relabel(voxel, SameLabel, label.ET) {
			t.Errorf("there is something to click on at %v", voxel)
		}
	}
}

func TestPartsAreConnected(t *testing.T) {
	g := volume.Grid{Dim: [3]int{8, 1, 1}, Affine: volume.Affine{{-10, 0, 0, 0}, {0, -10, 0, 0}, {0, 0, 5, 0}}} // 0.5 mL a voxel
	const o, n, d, x, c = label.Background, label.NCR, label.ED, label.ET, label.Cavity
	e := New("edit", Origin{Subset: sequence.Full}, (&label.Map{Grid: g, Voxel: []label.Label{d, x, x, o, x, n, c, c}}).Cutout())
	for _, want := range []struct {
		voxel int
		scope Scope
		part  Part
	}{
		{1, SameLabel, Part{x, 2, 1}},
		{2, WholeLesion, Part{x, 3, 1.5}},
		{0, SameLabel, Part{d, 1, 0.5}},
		{5, WholeLesion, Part{n, 2, 1}},
		{7, SameLabel, Part{c, 2, 1}},
		{3, SameLabel, Part{}},
		{6, WholeLesion, Part{}},
	} {
		if got, ok := e.Part([3]int{want.voxel, 0, 0}, want.scope); got != want.part || ok != (want.part.Voxels > 0) {
			t.Errorf("voxel %d, scope %d: %+v, want %+v", want.voxel, want.scope, got, want.part)
		}
	}
	if !e.Relabel([3]int{1, 0, 0}, SameLabel, n) || !slices.Equal(e.Map().Voxel, []label.Label{d, n, n, o, x, n, c, c}) {
		t.Errorf("relabelled: %v", e.Map().Voxel)
	}
	if !e.Relabel([3]int{0, 0, 0}, WholeLesion, o) || !slices.Equal(e.Map().Voxel, []label.Label{o, o, o, o, x, n, c, c}) {
		t.Errorf("deleted: %v", e.Map().Voxel)
	}
	for _, edited := range []bool{true, false} {
		if !e.Undo() || e.Edited() != edited {
			t.Error("two clicks are not two steps")
		}
	}
}

// TestPartsEqualFloodFill proves the parts against a search that goes from neighbour to neighbour.
func TestPartsEqualFloodFill(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	g := grids()["turned"]
	for range 40 {
		m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
		for n := range m.Voxel {
			if r.IntN(10) == 0 {
				m.Voxel[n] = label.Label(1 + r.IntN(label.Count-1))
			}
		}
		e := New("edit", Origin{}, m.Cutout())
		start, scope := r.IntN(len(m.Voxel)), Scope(r.IntN(2))
		for m.Voxel[start] == label.Background {
			start = r.IntN(len(m.Voxel))
		}
		want, n := slices.Clone(m.Voxel), 0
		for _, p := range flood(m, start, scope) {
			want[p] = label.Background
			n++
		}
		part, ok := e.Part(at(m, start), scope)
		if ok != (n > 0) || part.Voxels != n {
			t.Fatalf("%d voxels, a search finds %d", part.Voxels, n)
		}
		if e.Relabel(at(m, start), scope, label.Background) != (n > 0) || !slices.Equal(e.Map().Voxel, want) {
			t.Fatal("something else was deleted")
		}
	}
}

func flood(m *label.Map, start int, scope Scope) (list []int) {
	first := m.Voxel[start]
	belongs := func(l label.Label) bool {
		if scope == SameLabel {
			return l == first && l != label.Background
		}
		return l == label.NCR || l == label.ED || l == label.ET
	}
	if !belongs(first) {
		return nil
	}
	seen, next := map[int]bool{start: true}, []int{start}
	for len(next) > 0 {
		p := next[0]
		next = next[1:]
		list = append(list, p)
		a := at(m, p)
		for q, l := range m.Voxel {
			b := at(m, q)
			if !seen[q] && belongs(l) && max(abs(a[0]-b[0]), abs(a[1]-b[1]), abs(a[2]-b[2])) == 1 {
				seen[q] = true
				next = append(next, q)
			}
		}
	}
	return list
}

func abs(x int) int { return max(x, -x) }

func TestUnsaved(t *testing.T) {
	g := grids()["LPS"]
	m, _ := random(rand.New(rand.NewPCG(13, 14)), g)
	e := New("edit", Origin{}, m.Cutout())
	stroke := func(at float64) {
		t.Helper()
		if err := e.Begin(Tool{Radius: 2, Ball: true, Paint: label.ET}, g.World([3]float64{at, at, at})); err != nil || !e.End() {
			t.Fatal("nothing was painted", err)
		}
	}
	if e.Unsaved() {
		t.Error("a new copy is unsaved")
	}
	stroke(3)
	s := e.Snapshot()
	stroke(9)
	e.MarkSaved(s, "mask.nii.gz", label.BraTS2017)
	if !e.Unsaved() || !e.Undo() || e.Unsaved() || e.File != "mask.nii.gz" {
		t.Error("what was saved is the state of the snapshot, not a later one")
	}
	if !e.Undo() || !e.Unsaved() || e.Edited() {
		t.Error("the file holds more than what is shown")
	}
}

func BenchmarkStroke(b *testing.B) {
	g := volume.Grid{Dim: [3]int{240, 240, 155}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}}
	e := New("edit", Origin{}, (&label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}).Cutout())
	for b.Loop() {
		if err := e.Begin(Tool{Radius: 15, Ball: true, Paint: label.ET}, g.World([3]float64{100, 100, 80})); err != nil {
			b.Fatal(err)
		}
		for n := range 20 {
			e.To(g.World([3]float64{100 + float64(n), 100, 80}))
		}
		if !e.End() || !e.Undo() {
			b.Fatal("nothing happened")
		}
	}
}

func BenchmarkSnapshot(b *testing.B) {
	g := volume.Grid{Dim: [3]int{240, 240, 155}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}}
	e := New("edit", Origin{}, (&label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}).Cutout())
	if err := e.Begin(Tool{Radius: 35, Ball: true, Paint: label.ET}, g.World([3]float64{100, 100, 80})); err != nil || !e.End() {
		b.Fatal(err)
	}
	for b.Loop() {
		e.Snapshot()
	}
}
