package prep

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// parallel calls work(0) to work(n−1) on all cores and returns the first error, or the context's: no new call starts after either.
func parallel(ctx context.Context, n int, work func(at int) error) error {
	var wait sync.WaitGroup
	var next atomic.Int64
	var once sync.Once
	var first error
	stop := func(err error) { once.Do(func() { first = err }) }
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for at := next.Add(1) - 1; at < int64(n); at = next.Add(1) - 1 {
				err := ctx.Err()
				if err == nil {
					err = work(int(at))
				}
				if err != nil {
					stop(err)
					next.Store(int64(n))
					return
				}
			}
		})
	}
	wait.Wait()
	return first
}
