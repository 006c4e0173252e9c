package nifti

import (
	"bytes"
	"testing"
)

// TestFlatImageKeepsItsPlace: a 2-D image without form codes may carry a spacing for the axis that it lacks; a mask of it, which has three
// axes, must not take that up (found by FuzzHeader).
func TestFlatImageKeepsItsPlace(t *testing.T) {
	like := &Header{Version: 1, Dim: []int64{4, 5}, Datatype: typeUint8, PixDim: [8]float64{1, 2, 2, 3}}
	again, err := readHeader(bytes.NewReader(encodeHeader(like, 1, typeUint8, [2]float64{}, "")))
	if err != nil {
		t.Fatal(err)
	}
	if !near(again.Grid().Affine, like.Grid().Affine) {
		t.Errorf("came back at %v, was at %v", again.Grid().Affine, like.Grid().Affine)
	}
}
