package edit

import (
	"fmt"

	"quorum/viewer/label"
	"quorum/viewer/render"
	"quorum/viewer/volume"
)

// Tool is what a stroke does: a round brush that paints a part, or the background, which erases.
type Tool struct {
	Radius float64      // mm; the voxel under the pointer is always painted, however small the brush
	Ball   bool         // 3-D; otherwise a disc, one slice thick
	Plane  render.Plane // of the disc
	Paint  label.Label  // NCR, ED or ET; Background erases
	Over   Over
	Only   label.Label // what OverOne draws over
	Gate   *Gate       // nil = any intensity
}

// Over says which voxels a tool may change.
type Over uint8

// What a tool may draw over.
const (
	OverEverything Over = iota
	OverTumour          // parts of the whole tumour only
	OverOne             // one label only: Tool.Only
)

// Gate lets a tool change only voxels of which an image's intensity lies from Low to High, both inside. A NaN never does.
type Gate struct {
	Volume    *volume.Volume // on the grid of the result
	Low, High float32
}

// Eraser is the tool made to erase: it writes the background, or with toOedema ED, and that inside the tumour only. A voxel has one
// label, so the regions stay nested whatever is erased.
func (t Tool) Eraser(toOedema bool) Tool {
	t.Paint = label.Background
	if toOedema {
		t.Paint = label.ED
		if t.Over == OverEverything {
			t.Over = OverTumour
		}
	}
	return t
}

// check refuses a tool that does not fit the grid or paints what no tumour has.
func (t Tool) check(g volume.Grid) error {
	switch {
	case t.Paint >= label.Cavity:
		return fmt.Errorf("the brush cannot paint %s: choose NCR, ED or ET", t.Paint)
	case t.Gate != nil && (t.Gate.Volume.Grid.Dim != g.Dim || len(t.Gate.Volume.Voxel) != g.Voxels()):
		return fmt.Errorf("the image of the intensity limits has %v voxels, the result %v: choose an image on the grid of the result",
			t.Gate.Volume.Grid.Dim, g.Dim)
	}
	return nil
}

// may says whether the tool may change a voxel that has label l.
func (t Tool) may(at int, l label.Label) bool {
	switch t.Over {
	case OverTumour:
		if !l.In(label.RegionWT) {
			return false
		}
	case OverOne:
		if l != t.Only {
			return false
		}
	}
	if t.Gate == nil {
		return true
	}
	x := t.Gate.Volume.Voxel[at]
	return x >= t.Gate.Low && x <= t.Gate.High
}
