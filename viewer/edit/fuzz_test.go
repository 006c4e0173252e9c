package edit

import (
	"bytes"
	"errors"
	"testing"

	"quorum/viewer/label"
)

// FuzzDecode: whatever a file holds, it is an edit that can be written again or a sentence, never a panic.
func FuzzDecode(f *testing.F) {
	g := grids()["thick"]
	e := New("edit", Origin{Study: "x"}, (&label.Map{Grid: g, Voxel: make([]label.Label, g.Voxels())}).Cutout())
	if err := e.Begin(Tool{Radius: 3, Ball: true, Paint: label.ET}, g.World([3]float64{9, 9, 3})); err != nil || !e.End() {
		f.Fatal("nothing was drawn", err)
	}
	var file bytes.Buffer
	if err := e.Snapshot().encode(&file); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add([]byte("quorum edit 2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := decode(data)
		if err != nil {
			if unusable := (*FileError)(nil); !errors.As(err, &unusable) || s != nil {
				t.Errorf("%v", err)
			}
			return
		}
		var again bytes.Buffer
		if err := s.encode(&again); err != nil {
			t.Fatal(err)
		}
		if back, err := decode(again.Bytes()); err != nil || back.Name != s.Name || back.Labels.Count() != s.Labels.Count() {
			t.Errorf("%+v came back, %v", back, err)
		}
	})
}
