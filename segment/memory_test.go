package segment_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quorum/segment"
	"quorum/segment/lckd"
	"quorum/segment/segmenttest"
	"quorum/segment/tile"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
	"quorum/viewer/volume"
)

// rod is a study of 112 × 16 × 16 voxels: longer than a tile, and quick.
func rod() *study.Loaded {
	g := volume.Grid{Dim: [3]int{112, 16, 16}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}}
	v := &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
	for i := range v.Voxel {
		v.Voxel[i] = float32(1 + i%97)
	}
	return &study.Loaded{Study: &study.Study{ID: "rod"}, Grid: g, Present: flair, Volumes: [sequence.Count]*volume.Volume{v}}
}

func TestMemoryForcesTilesWithANotice(t *testing.T) {
	l := rod()
	for _, left := range []int64{1 << 20, 1 << 40} {
		e := &segmenttest.Executor{}
		n := segment.NewNetwork(segmenttest.Tiny(), e)
		n.SetAvailable(func() (int64, bool) { return left, true })
		c, err := n.Open(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		r := compute(t, c, flair, segment.Options{})
		c.Close()
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
		forced := slices.ContainsFunc(r.Notices, func(p study.Problem) bool { return strings.Contains(p.Text, "tiles of 96") })
		if forced != (left < 1<<30) || (r.Options.Tile == 96) != forced {
			t.Errorf("%d bytes free: tile %d, notices %v", left, r.Options.Tile, r.Notices)
		}
		if want := map[bool]int{true: 2, false: 1}[forced]; e.Counts().Encoded != want || e.Counts().Compiled != 2 {
			t.Errorf("%d bytes free: %+v", left, e.Counts())
		}
	}
}

// TestOptionsCountAsMemory: what fits plainly need not fit with flips or probabilities.
func TestOptionsCountAsMemory(t *testing.T) {
	e := &segmenttest.Executor{}
	n := segment.NewNetwork(segmenttest.Tiny(), e)
	n.SetAvailable(func() (int64, bool) { return tile.Need([3]int{112, 16, 16}, 1, lckd.Tiny.Channels) + 1<<10, true })
	c, err := n.Open(t.Context(), rod())
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []segment.Options{{}, {Probabilities: true}, {Flips: true}, {}} {
		r := compute(t, c, flair, o)
		if want := o != (segment.Options{}); (r.Options.Tile == tile.Default) != want || (len(r.Notices) > 1) != want {
			t.Errorf("%+v: tile %d, %v", o, r.Options.Tile, r.Notices)
		}
	}
	c.Close()
	if err := n.Close(); err != nil {
		t.Error(err)
	}
}

// TestOutOfMemoryIsTriedAgainInTiles lets the two programs of one pass fail, when they are made or when they run.
func TestOutOfMemoryIsTriedAgainInTiles(t *testing.T) {
	for _, at := range []string{"compile", "run", "always"} {
		e := &segmenttest.Executor{}
		e.Fail = func() error {
			k := e.Counts()
			if running := k.Encoded > 0; at == "always" || k.Compiled <= 2 && (running || at == "compile") {
				return fmt.Errorf("the device: %w", segment.ErrMemory)
			}
			return nil
		}
		n := segment.NewNetwork(segmenttest.Tiny(), e)
		n.SetAvailable(func() (int64, bool) { return 0, false })
		c, err := n.Open(t.Context(), rod())
		if err != nil {
			t.Fatal(err)
		}
		r, err := c.Segment(t.Context(), flair, segment.Options{}, nil)
		if at == "always" {
			if err == nil {
				t.Error("tiles without memory gave a result")
			}
		} else if err != nil {
			t.Errorf("%s: %v", at, err)
		} else {
			said := slices.ContainsFunc(r.Notices, func(p study.Problem) bool { return strings.Contains(p.Text, "not enough memory") })
			if r.Options.Tile != tile.Default || !said {
				t.Errorf("%s: tile %d, notices %v", at, r.Options.Tile, r.Notices)
			}
			if again := compute(t, c, flair, segment.Options{}); again.Options.Tile != tile.Default || e.Counts().Compiled != 4 {
				t.Errorf("%s: the next result used tiles of %d after %+v", at, again.Options.Tile, e.Counts())
			}
		}
		c.Close()
		if err := n.Close(); err != nil {
			t.Error(err)
		}
		if k := e.Counts(); at == "run" && k.Closed < 3 { // the first decoder may have been too late to be made
			t.Errorf("programs are left: %+v", k)
		}
	}
}

// TestClosingDoesNotHoldUpOthers: a pair in the making that nobody wants any more is waited for, and others may work meanwhile.
func TestClosingDoesNotHoldUpOthers(t *testing.T) {
	gate := make(chan struct{})
	var held atomic.Int32
	e := &segmenttest.Executor{Fail: func() error {
		if held.Add(1) <= 2 { // the pair of the first study
			<-gate
		}
		return nil
	}}
	n := segment.NewNetwork(segmenttest.Tiny(), e)
	var cases []*segment.Case
	for side := 16; side <= 48; side += 16 {
		g := volume.Grid{Dim: [3]int{side, 16, 16}, Affine: volume.Affine{{-1, 0, 0, 0}, {0, -1, 0, 0}, {0, 0, 1, 0}}}
		v := &volume.Volume{Grid: g, Voxel: make([]float32, g.Voxels())}
		for i := range v.Voxel {
			v.Voxel[i] = float32(1 + i%5)
		}
		c, err := n.Open(t.Context(), &study.Loaded{Study: &study.Study{}, Grid: g, Present: flair, Volumes: [sequence.Count]*volume.Volume{v}})
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
		for side == 16 && held.Load() < 2 {
			time.Sleep(time.Millisecond)
		}
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		for _, c := range cases {
			c.Close()
		}
	}()
	time.Sleep(20 * time.Millisecond) // the closing is likely to wait by now; if not, this test sees nothing and passes
	opened := make(chan *segment.Case, 1)
	go func() {
		c, err := n.Open(t.Context(), rod())
		if err != nil {
			t.Error(err)
		}
		opened <- c
	}()
	var last *segment.Case
	select {
	case last = <-opened:
	case <-time.After(10 * time.Second):
		t.Error("a study cannot be opened while programs are closed")
	}
	close(gate)
	<-closed
	if last != nil {
		last.Close()
	}
	if err := n.Close(); err != nil {
		t.Error(err)
	}
}
