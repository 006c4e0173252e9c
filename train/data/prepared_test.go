package data

import (
	"bytes"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quorum/segment/prep"
	"quorum/viewer/label"
	"quorum/viewer/sequence"
	"quorum/viewer/study"
)

// TestPrepareIsThatOfInference: the same box and the same numbers, to half a unit; the same labels.
func TestPrepareIsThatOfInference(t *testing.T) {
	l, truth := littlePhantom(3)
	l.Volumes[sequence.T1], l.Present = nil, l.Present.Without(sequence.Of(sequence.T1))
	l.Problems = []study.Problem{{Text: "something odd"}}
	p, err := prepare(t.Context(), l, truth)
	if err != nil {
		t.Fatal(err)
	}
	f, err := prep.Prepare(t.Context(), l, l.Present)
	if err != nil {
		t.Fatal(err)
	}
	labels, err := f.Crop(truth)
	if err != nil {
		t.Fatal(err)
	}
	if p.Present != l.Present || p.Grid != l.Grid || !slices.Equal(p.Notices, []string{"something odd"}) {
		t.Errorf("%+v", p.record)
	}
	checkVoxels(t, p, f, labels)
	for a, side := range f.Box {
		if p.Origin[a] != side[0] || p.Size[a] != side[1]-side[0] {
			t.Errorf("box %v, %v; want %v", p.Origin, p.Size, f.Box)
		}
	}
}

func checkVoxels(t *testing.T, p *prepared, f *prep.Prepared, labels []label.Label) {
	t.Helper()
	at, regions := 0, [4]int{}
	for d := range p.Size[0] {
		for h := range p.Size[1] {
			for w := range p.Size[2] {
				wide := (d*f.Size[1]+h)*f.Size[2] + w
				brain := false
				for _, s := range p.Present.Sequences() {
					got, want := float64(p.image[s][at])*float64(p.Scale[s]), float64(f.Input[s][wide])
					unit := float64(p.Scale[s])
					if math.Abs(got-want) > 1.001*unit || (got == 0) != (want == 0) {
						t.Fatalf("voxel %d %d %d of %s is %g, for inference %g", d, h, w, s, got, want)
					}
					if unit > 3e-4 {
						t.Fatalf("the unit of %s is %g", s, unit)
					}
					brain = brain || want != 0
				}
				for _, r := range label.Regions {
					if got := p.bits[at]>>r&1 == 1; got != labels[wide].In(r) {
						t.Fatalf("voxel %d %d %d: %s is %v", d, h, w, r, got)
					}
					regions[r] += int(p.bits[at] >> r & 1)
				}
				if got := p.bits[at]&inBrain != 0; got != brain {
					t.Fatalf("voxel %d %d %d: brain is %v", d, h, w, got)
				}
				regions[3] += int(p.bits[at] >> 3)
				at++
			}
		}
	}
	for i, n := range regions {
		if p.count(i) != n || n == 0 {
			t.Errorf("bit %d: %d voxels counted, %d there", i, p.count(i), n)
		}
	}
}

func TestVoxelCountsInOrder(t *testing.T) {
	p := blob(1, [3]int{12, 9, 11}, sequence.Full)
	for bit := range 4 {
		n := 0
		for at, b := range p.bits {
			if b>>bit&1 == 1 {
				if got, want := p.voxel(bit, n), [3]int{at / 99, at / 11 % 9, at % 11}; got != want {
					t.Fatalf("voxel %d with bit %d is %v, want %v", n, bit, got, want)
				}
				n++
			}
		}
		if n != p.count(bit) {
			t.Errorf("bit %d: %d of %d", bit, n, p.count(bit))
		}
	}
}

func TestQuantiseKeepsTheBrain(t *testing.T) {
	q, scale := quantise([]float32{0, 1e-9, -1e-9, 3, -6, 2.9999})
	if q[0] != 0 || q[1] == 0 || q[2] == 0 || q[4] != -math.MaxInt16 || math.Abs(float64(q[3])*float64(scale)-3) > float64(scale)/2 {
		t.Errorf("%v × %g", q, scale)
	}
}

func file(t *testing.T, p *prepared, key string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.write(&b, key); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestFileRoundTrip(t *testing.T) {
	p := blob(2, [3]int{12, 9, 11}, sequence.Of(sequence.FLAIR, sequence.T2))
	p.Notices = []string{"größer"}
	data := file(t, p, "k")
	got, err := parse(data, "k")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sequence.All {
		if !slices.Equal(got.image[s], p.image[s]) {
			t.Errorf("%s differs", s)
		}
	}
	if !bytes.Equal(got.bits, p.bits) || got.Size != p.Size || got.Origin != p.Origin || got.Grid != p.Grid || got.Scale != p.Scale ||
		!slices.Equal(got.Layers, p.Layers) || !slices.Equal(got.Notices, p.Notices) {
		t.Errorf("%+v\nwant %+v", got.record, p.record)
	}
	if _, err := parse(data, "another"); err == nil {
		t.Error("a file of other contents was taken")
	}
	// An odd address cannot be seen as numbers of two bytes: it is copied.
	odd := append([]byte{0}, data...)[1:]
	if got, err := parse(odd, "k"); err != nil || !slices.Equal(got.image[0], p.image[0]) {
		t.Errorf("at an odd address: %v", err)
	}
}

// TestDamagedFile flips a bit at many places and cuts the file at many lengths: it is never taken, and never panics.
func TestDamagedFile(t *testing.T) {
	data := file(t, blob(2, [3]int{12, 9, 11}, sequence.Full), "k")
	for at := 0; at < len(data); at += 1 + at/40 {
		bad := slices.Clone(data)
		bad[at] ^= 1 << (at % 8)
		if _, err := parse(bad, "k"); err == nil {
			t.Fatalf("a flipped bit in byte %d was not seen", at)
		}
		if _, err := parse(data[:at], "k"); err == nil {
			t.Fatalf("a file of %d bytes instead of %d was taken", at, len(data))
		}
	}
	if _, err := open(filepath.Join(t.TempDir(), "none.case"), "k"); err == nil || strings.Contains(err.Error(), "damaged") {
		t.Errorf("no file: %v", err)
	}
}
