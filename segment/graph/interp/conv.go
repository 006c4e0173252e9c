package interp

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"

	"quorum/segment/graph"
)

// conv is one output channel of one item at a time, on all processors: for every tap of the kernel, row by row of the image.
func conv(n *graph.Node, in []array) []float64 {
	x, w, y := in[0].shape, in[1].shape, n.Out.Shape
	voxels := y[2] * y[3] * y[4]
	out := make([]float64, graph.Size(y))
	parallel(y[0]*y[1], func(plane int) {
		item, o := plane/y[1], plane%y[1]
		dst := out[plane*voxels : (plane+1)*voxels]
		if len(in) > 2 {
			for i := range dst {
				dst[i] = in[2].data[o]
			}
		}
		src := x[2] * x[3] * x[4]
		taps := w[2] * w[3] * w[4]
		for c := range x[1] {
			channel := in[0].data[(item*x[1]+c)*src:][:src]
			kernel := in[1].data[(o*x[1]+c)*taps:][:taps]
			for t, weight := range kernel {
				tap(dst, channel, y[2:], x[2:], [3]int{t / w[4] / w[3], t / w[4] % w[3], t % w[4]}, n.Attr.Pad, weight)
			}
		}
	})
	return out
}

// tap adds weight times the image, shifted by at − pad, to dst; outside the image there are zeros. It is left out of race detection,
// which would make every test of the network ten times slower; what it writes belongs to its caller alone.
//
//go:norace
func tap(dst, src []float64, y, x []int, at [3]int, pad int, weight float64) {
	var lo, hi [3]int // of the output positions whose source lies inside
	for a := range 3 {
		lo[a] = max(0, pad-at[a])
		hi[a] = min(y[a], x[a]+pad-at[a])
	}
	if lo[2] >= hi[2] {
		return
	}
	for d := lo[0]; d < hi[0]; d++ {
		for h := lo[1]; h < hi[1]; h++ {
			from := ((d+at[0]-pad)*x[1]+h+at[1]-pad)*x[2] + at[2] - pad
			row := dst[(d*y[1]+h)*y[2]:][lo[2]:hi[2]]
			for i, v := range src[from+lo[2] : from+hi[2]] {
				row[i] += weight * v
			}
		}
	}
}

func instanceNorm(n *graph.Node, in []array) []float64 {
	channels := n.Out.Shape[1]
	voxels := graph.Size(n.Out.Shape[2:])
	out := make([]float64, len(in[0].data))
	parallel(n.Out.Shape[0]*channels, func(plane int) {
		src := in[0].data[plane*voxels : (plane+1)*voxels]
		var mean, variance float64
		for _, v := range src {
			mean += v / float64(voxels)
		}
		for _, v := range src {
			variance += (v - mean) * (v - mean) / float64(voxels)
		}
		scale := in[1].data[plane%channels] / math.Sqrt(variance+float64(n.Attr.Epsilon))
		bias := in[2].data[plane%channels]
		for i, v := range src {
			out[plane*voxels+i] = (v-mean)*scale + bias
		}
	})
	return out
}

// parallel calls work(0) … work(n−1) on all processors and returns when all are done.
func parallel(n int, work func(int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for k := int(next.Add(1)) - 1; k < n; k = int(next.Add(1)) - 1 {
				work(k)
			}
		})
	}
	wg.Wait()
}
