// Package label gives tumour labels their meaning: parts (NCR, ED, ET), regions (ET, WT, TC) and the number schemes of data sets.
package label

import "quorum/viewer/volume"

// Label is the meaning of a voxel, never a data set's number.
type Label uint8

// The parts of a tumour.
const (
	Background Label = iota
	NCR              // necrotic and non-enhancing core
	ED               // oedema, FLAIR hyperintensity
	ET               // enhancing tumour
	Cavity           // resection cavity: in no region
)

// Map is a segmentation on a Grid: one Label per voxel, i fastest. Immutable once handed on.
type Map struct {
	Grid  volume.Grid
	Voxel []Label
}

// Region is a nested union of parts; its number is the network's output channel.
type Region uint8

// The regions, in the order of the network's outputs: ET ⊂ TC ⊂ WT.
const (
	RegionET Region = iota
	RegionWT
	RegionTC
	RegionCount = 3
)

// Regions lists the regions in order.
var Regions = [RegionCount]Region{RegionET, RegionWT, RegionTC}

// Scheme is a data set's way of numbering labels (conventions.md, Label schemes).
type Scheme string

// The schemes.
const (
	BraTS2017     Scheme = "brats2017"      // 1 NCR, 2 ED, 4 ET
	BraTS2023     Scheme = "brats2023"      // 1 NCR, 2 ED, 3 ET
	PostTreatment Scheme = "brats2024-post" // 1 NETC, 2 SNFH, 3 ET, 4 cavity
	NNUNet        Scheme = "nnunet"         // 1 ED, 2 NCR, 3 ET (nnU-Net BraTS21, MSD Task01)
)
