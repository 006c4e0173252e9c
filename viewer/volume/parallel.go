package volume

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls f for ranges [lo, hi) that cover 0…n, about atLeast long, on all cores.
func parallel(n, atLeast int, f func(lo, hi int)) {
	step := max(atLeast, n/(8*runtime.GOMAXPROCS(0)), 1)
	workers := min(runtime.GOMAXPROCS(0), (n+step-1)/step)
	if workers < 2 {
		f(0, n)
		return
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for {
				lo := int(next.Add(int64(step))) - step
				if lo >= n {
					return
				}
				f(lo, min(lo+step, n))
			}
		})
	}
	group.Wait()
}

// rowsAtLeast is how many rows of n voxels are worth a hand-over to another core.
func rowsAtLeast(n int) int { return max(1, 1<<15/max(n, 1)) }
