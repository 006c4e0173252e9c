package nifti

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"
)

// TestDecodeInt16: the fast loop equals the obvious one at every length, scaled or not.
func TestDecodeInt16(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for n := range 40 {
		src := make([]byte, 2*n)
		for i := range src {
			src[i] = byte(rnd.Uint32())
		}
		for _, slope := range []float64{1, 0.37} {
			got := make([]float32, n)
			decodeInt16(got, src, slope, 0)
			for i, v := range got {
				if want := float32(float64(int16(binary.LittleEndian.Uint16(src[2*i:]))) * slope); v != want {
					t.Fatalf("voxel %d of %d is %v, want %v", i, n, v, want)
				}
			}
		}
	}
}
