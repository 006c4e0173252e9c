// Package label gives tumour labels their meaning: parts (NCR, ED, ET), regions (ET, WT, TC) and the number schemes of data sets.
//
// Inside the program a label is a meaning and never a data set's number: numbers exist only in files, and Scheme translates.
package label

// Label is the meaning of a voxel, never a data set's number.
type Label uint8

// The parts of a tumour.
const (
	Background Label = iota
	NCR              // necrotic and non-enhancing core
	ED               // oedema, FLAIR hyperintensity
	ET               // enhancing tumour
	Cavity           // resection cavity: in no region
	Count      = 5   // the number of labels, background included
)

// Parts lists the labels of a tumour in order, without the background.
var Parts = [Count - 1]Label{NCR, ED, ET, Cavity}

// String is the short name of the field: NCR, ED, ET.
func (l Label) String() string {
	if l >= Count {
		return "unknown"
	}
	return [Count]string{"background", "NCR", "ED", "ET", "cavity"}[l]
}

// Name is the name that a person reads.
func (l Label) Name() string {
	if l >= Count {
		return "Unknown"
	}
	return [Count]string{"Background", "Necrotic and non-enhancing core", "Oedema", "Enhancing tumour", "Resection cavity"}[l]
}

// In says whether the part belongs to region r: ET = ET, TC = NCR + ET, WT = NCR + ED + ET. The background and the cavity are in none.
func (l Label) In(r Region) bool {
	switch r {
	case RegionET:
		return l == ET
	case RegionTC:
		return l == ET || l == NCR
	case RegionWT:
		return l == ET || l == NCR || l == ED
	}
	return false
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

// String is the short name of the field: ET, WT, TC.
func (r Region) String() string {
	if r >= RegionCount {
		return "unknown"
	}
	return [RegionCount]string{"ET", "WT", "TC"}[r]
}

// Name is the name that a person reads.
func (r Region) Name() string {
	if r >= RegionCount {
		return "Unknown"
	}
	return [RegionCount]string{"Enhancing tumour", "Whole tumour", "Tumour core"}[r]
}
