package report

import (
	"fmt"
	"image"
	"math"
	"testing"

	"quorum/viewer/compare"
	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/sequence"
	"quorum/viewer/volume"
	"quorum/viewer/volume/volumetest"
)

// marked is a grey ball with a bright, labelled marker on the patient's right, level with its middle.
func marked(g volume.Grid) Result {
	var volumes [sequence.Count]*volume.Volume
	m := &label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}
	grey := make([]float32, g.Voxels())
	centre := volumetest.Small().Centre
	from := func(world [3]float64, right float64) float64 { // squared distance to a point so many mm to the right of the centre: world is RAS+
		x, y, z := world[0]-centre[0]-right, world[1]-centre[1], world[2]-centre[2]
		return x*x + y*y + z*z
	}
	for n := range grey {
		i, j, k := g.Coordinate(n)
		world := g.World([3]float64{float64(i), float64(j), float64(k)})
		switch {
		case from(world, 9) < 4*4:
			grey[n], m.Voxel[n] = 100, label.ET
		case from(world, 0) < 16*16:
			grey[n] = float32(40 - math.Sqrt(from(world, 0)))
		}
	}
	for q := range volumes {
		volumes[q] = &volume.Volume{Grid: g, Voxel: grey}
	}
	at := g.VoxelAt([3]float64{centre[0] + 9, centre[1], centre[2]})
	return Result{
		Study: Study{Title: "marker", Volumes: volumes}, Subset: sequence.Full, Labels: m, ML: m.RegionML(),
		At: [3]int{int(at[0] + 0.5), int(at[1] + 0.5), int(at[2] + 0.5)},
	}
}

// TestMarkerIsWhereTheLettersSay looks for the marker on every plane that has R and L: in the picture, in the images of the PDF and in the
// lattice, on each grid, in both conventions.
func TestMarkerIsWhereTheLettersSay(t *testing.T) {
	t.Parallel()
	ras := volume.Grid{Dim: [3]int{48, 56, 40}, Affine: volume.Affine{{1, 0, 0, -24}, {0, 1, 0, -28}, {0, 0, 1, -20}}}
	for r, c := range volumetest.Small().Centre {
		ras.Affine[r][3] += c
	}
	for name, g := range map[string]volume.Grid{"LPS": volumetest.SmallGrid(), "RAS": ras, "oblique": obliqueGrid()} {
		for _, c := range []render.Convention{render.Radiological, render.Neurological} {
			r := marked(g)
			r.Convention = c
			sc, err := r.scene(r.Subset, r.At, r.Labels)
			if err != nil {
				t.Fatal(err)
			}
			picture, err := r.draw()
			if err != nil {
				t.Fatal(err)
			}
			lattice, err := Lattice{
				Study: r.Study, Present: sequence.Of(sequence.FLAIR), At: r.At, Cells: []Cell{{Row: compare.Row{Subset: sequence.Of(sequence.FLAIR), ML: r.ML}, Labels: r.Labels}},
			}.draw()
			if err != nil {
				t.Fatal(err)
			}
			for what, sheet := range map[string]*sheet{"picture": picture, "page": Page{Result: r}.images(sc), "lattice": lattice} {
				planes := map[string]int{"picture": 6, "page": 6, "lattice": 2}[what]
				wantMarkerAtR(t, fmt.Sprint(name, ", ", c, ", ", what), sheet, planes, c)
			}
		}
	}
}

// wantMarkerAtR finds each R with its L, and the marker's pixels between them: all of them must lie on the side of the R.
func wantMarkerAtR(t *testing.T, what string, s *sheet, planes int, c render.Convention) {
	t.Helper()
	found := 0
	for at, w := range s.written {
		if w.words != "R" && w.words != "L" || at+1 == len(s.written) {
			continue
		}
		other := s.written[at+1] // the letter at the right is written after that at the left
		if other.words != "R" && other.words != "L" || other.y != w.y {
			continue
		}
		found++
		if (w.words == "R") != (c == render.Radiological) {
			t.Errorf("%s: %s is on the left", what, w.words)
		}
		from, to, around := w.x+20, other.x-4, (other.x-w.x)/3 // clear of the letters
		middle := (from + to) / 2
		left, right := bright(s.RGBA, image.Rect(from, w.y-around, middle, w.y+around)), bright(s.RGBA, image.Rect(middle, w.y-around, to, w.y+around))
		if w.words == "L" {
			left, right = right, left
		}
		if left < 20 || right > 0 {
			t.Errorf("%s: %d pixels of the marker are at the R, %d at the L", what, left, right)
		}
	}
	if found != planes {
		t.Errorf("%s: %d planes have R and L, want %d", what, found, planes)
	}
}

// bright counts what between the letters only the marker can be.
func bright(m *image.RGBA, box image.Rectangle) int {
	n := 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if p := m.RGBAAt(x, y); p.R > 150 && p.G > 150 {
				n++
			}
		}
	}
	return n
}
