package score

import (
	"math"
	"runtime"
	"sync"
)

// distances gives, for each voxel of query, the Euclidean distance in mm to the nearest voxel of seed, in the order of query. Both hold
// places on a lattice of dim voxels (i fastest), seed at least one, query ascending.
//
// It is the exact separable transform of Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", Theory of
// Computing 8, 2012, in float64. The last axis is worked out only in the columns that hold a voxel of query.
func distances(seed, query []int, dim [3]int, spacing [3]float64) []float64 {
	square := make([]float64, dim[0]*dim[1]*dim[2])
	for p := range square {
		square[p] = math.Inf(1)
	}
	for _, p := range seed {
		square[p] = 0
	}
	area := dim[0] * dim[1]
	parallel(dim[2], func(k int, e *envelope) {
		plane := square[k*area:][:area]
		found := false
		for j := range dim[1] {
			row := plane[j*dim[0]:][:dim[0]]
			found = sweep(row, spacing[0]) || found
		}
		if !found {
			return
		}
		for i := range dim[0] {
			e.transform(plane[i:], dim[1], dim[0], spacing[1])
		}
	})
	wanted := make([]bool, area)
	for _, p := range query {
		wanted[p%area] = true
	}
	parallel(dim[1], func(j int, e *envelope) {
		for p := j * dim[0]; p < (j+1)*dim[0]; p++ {
			if wanted[p] {
				e.transform(square[p:], dim[2], area, spacing[2])
			}
		}
	})
	out := make([]float64, len(query))
	for n, p := range query {
		out[n] = math.Sqrt(square[p])
	}
	return out
}

// sweep turns a row of zeros and infinities into squared distances along it; false if it holds no zero.
func sweep(row []float64, step float64) bool {
	last := -1
	for i, x := range row {
		switch {
		case x == 0:
			last = i
		case last >= 0:
			row[i] = float64(i - last)
		}
	}
	if last < 0 {
		return false
	}
	next := len(row)
	for i := len(row) - 1; i >= 0; i-- {
		if row[i] == 0 {
			next = i
		} else if next < len(row) {
			row[i] = min(row[i], float64(next-i))
		}
		d := row[i] * step
		row[i] = d * d
	}
	return true
}

// envelope is the lower envelope of parabolas over one line; its arrays are used again for the next line.
type envelope struct {
	apex  []int     // where the parabolas of the envelope stand, ascending
	from  []float64 // parabola n is lowest from here, in voxels
	value []float64 // a copy of the line
}

// transform replaces the n values f(q) of a line, stride apart, by min over q of f(q) + (step·(p−q))².
func (e *envelope) transform(line []float64, n, stride int, step float64) {
	e.value, e.apex, e.from = e.value[:0], e.apex[:0], e.from[:0]
	for q := range n {
		e.value = append(e.value, line[q*stride])
	}
	unit := step * step
	for q, f := range e.value {
		if math.IsInf(f, 1) {
			continue
		}
		start := math.Inf(-1)
		for len(e.apex) > 0 {
			top := len(e.apex) - 1
			v := e.apex[top]
			// Where the parabola at q goes below the one at v.
			start = ((f-e.value[v])/unit + float64(q*q-v*v)) / float64(2*(q-v))
			if start > e.from[top] {
				break
			}
			e.apex, e.from = e.apex[:top], e.from[:top]
			start = math.Inf(-1)
		}
		e.apex, e.from = append(e.apex, q), append(e.from, start)
	}
	if len(e.apex) == 0 {
		return
	}
	at := 0
	for p := range n {
		for at+1 < len(e.apex) && e.from[at+1] < float64(p) {
			at++
		}
		d := step * float64(p-e.apex[at])
		line[p*stride] = e.value[e.apex[at]] + d*d
	}
}

// parallel calls work for 0 to n−1 on all cores.
func parallel(n int, work func(at int, e *envelope)) {
	var wait sync.WaitGroup
	workers := min(n, runtime.GOMAXPROCS(0))
	for w := range workers {
		wait.Go(func() {
			var e envelope
			for at := w; at < n; at += workers {
				work(at, &e)
			}
		})
	}
	wait.Wait()
}
