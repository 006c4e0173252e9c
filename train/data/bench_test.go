package data

import (
	"fmt"
	"testing"

	"quorum/train/step"
	"quorum/viewer/sequence"
)

// BenchmarkBatch makes samples of the reference's kind from cases of a real size, on one core.
func BenchmarkBatch(b *testing.B) {
	var list []*prepared
	for seed := range uint64(5) {
		list = append(list, blob(seed, [3]int{140, 172, 138}, sequence.Full))
	}
	s := blobs(list...)
	for _, size := range [][3]int{{64, 64, 64}, {96, 96, 96}, {128, 160, 128}} {
		b.Run(fmt.Sprintf("%dx%dx%d", size[0], size[1], size[2]), func(b *testing.B) {
			stage := DefaultStage()
			stage.Size = size
			p, err := NewSampler(s, 1, []Stage{stage})
			if err != nil {
				b.Fatal(err)
			}
			var batch step.Batch
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				if batch, err = p.Batch(i, batch); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}
