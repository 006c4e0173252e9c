// Package region turns the network's three regions (ET, WT, TC) into the parts of a tumour, and cleans them.
package region

import (
	"fmt"
	"runtime"
	"sync"

	"quorum/viewer/label"
)

// Paint turns scores into labels where a score is greater than threshold: WT becomes ED, TC becomes NCR over it and ET becomes ET over
// both. The painting is the nesting: TC takes ET in, WT takes both, and nothing is removed. A NaN is in no region.
//
// score holds one array for each region in the order ET, WT, TC, all as long as the result, in any one voxel order. Pass logits with
// the threshold 0, or probabilities with the threshold 0.5: the same voxels either way, since the sigmoid of 0 is 0.5.
func Paint(score [label.RegionCount][]float32, threshold float32) ([]label.Label, error) {
	n := len(score[label.RegionET])
	for _, r := range label.Regions {
		if len(score[r]) != n {
			return nil, fmt.Errorf("the scores of %s have %d voxels and those of %s %d", label.RegionET, n, r, len(score[r]))
		}
	}
	out := make([]label.Label, n)
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		lo, hi := n*w/workers, n*(w+1)/workers
		wait.Go(func() {
			paint(out[lo:hi], score[label.RegionET][lo:hi], score[label.RegionWT][lo:hi], score[label.RegionTC][lo:hi], threshold)
		})
	}
	wait.Wait()
	return out, nil
}

func paint(out []label.Label, et, wt, tc []float32, threshold float32) {
	et, wt, tc = et[:len(out)], wt[:len(out)], tc[:len(out)] // the bounds are checked once
	for i := range out {
		switch {
		case et[i] > threshold:
			out[i] = label.ET
		case tc[i] > threshold:
			out[i] = label.NCR
		case wt[i] > threshold:
			out[i] = label.ED
		}
	}
}
